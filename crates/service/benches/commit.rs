//! `cargo xtask bench commit`: how long a guarded write with its durable pair of entries takes, for one caller and for many.
//!
//! A write is the begin or the end of a visit through the service: the decision, the budget counted again, the visit, a pair of
//! entries, one commit on disk. Beside it, in the same run and in turns: the same writes with a lock around each, so that every
//! one has a commit of its own, and a bare write of a page with fsync to the same disk.

#![allow(clippy::unwrap_used, reason = "a bench that cannot go on stops")]
#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a bench speaks on its streams"
)]
#![allow(clippy::disallowed_methods, reason = "a bench reads clock and environment")]

mod support;

use std::net::Ipv4Addr;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use stagedoor_core::assurance::{PasskeyLevel, ProvenFactor};
use stagedoor_core::narrowed::Narrowed;
use stagedoor_core::secret::Reference;
use stagedoor_core::session::SessionState;
use stagedoor_core::time::hours;
use stagedoor_service::impersonation::{Mint, MintRequest, end_from_console, mint};
use stagedoor_service::seed::Size;
use stagedoor_service::system::{OsRng, fresh_id};
use stagedoor_service::testing;
use stagedoor_service::{Service, StaffOp};
use stagedoor_store::provider::Provider;
use stagedoor_store::session::{NewSession, StaffSession};
use stagedoor_store::{DatabaseUrl, Error, Unaudited, session, staff};
use support::{CALLERS, Options, Usual};
use tokio::sync::Mutex;

/// Whether writes may share a commit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Commits {
    /// As the program does it.
    Grouped,
    /// One after the other, each with a commit of its own.
    Alone,
}

fn main() {
    let options = Options::parse(Usual {
        seconds: (0.2, 3.0),
        rounds: 5,
    });
    let folder = support::folder();
    let figures = support::runtime().block_on(async {
        let mut houses = Vec::new();
        for (engine, url) in options.engines(folder.path()) {
            houses.push((engine, House::over(&url).await));
        }
        measure(&options, &houses, folder.path()).await
    });
    options.keep(&json!({
        "setting": { "rounds": options.rounds, "seconds": options.spell.as_secs_f64() },
        "writes": figures,
    }));
}

/// One measurement: the times of its writes, and how many there were in a second.
struct Spell {
    times: Vec<Duration>,
    rate: f64,
}

async fn measure(options: &Options, houses: &[(&'static str, House)], folder: &Path) -> Vec<Value> {
    let mut cases: Vec<(String, Vec<Spell>)> = vec![("fsync of 4 KiB".to_owned(), Vec::new())];
    for (engine, _) in houses {
        for callers in CALLERS {
            for commits in [Commits::Grouped, Commits::Alone] {
                let how = if commits == Commits::Grouped {
                    "as it is"
                } else {
                    "a commit each"
                };
                cases.push((format!("{engine}, {callers} callers, {how}"), Vec::new()));
            }
        }
    }
    for round in 1..=options.rounds {
        let mut rows = cases.iter_mut();
        let (times, elapsed) = support::fsync(folder, options.spell);
        rows.next().unwrap().1.push(spell(times, elapsed));
        for (_, house) in houses {
            for callers in CALLERS {
                for commits in [Commits::Grouped, Commits::Alone] {
                    let spell = house.write(callers, commits, options.spell).await;
                    rows.next().unwrap().1.push(spell);
                }
            }
        }
        eprintln!("round {round} of {} done", options.rounds);
    }
    println!("{:<40} {:>10} {:>10} {:>12}", "", "p50", "p99", "writes/s");
    cases.iter().map(|(name, spells)| figures(name, spells)).collect()
}

fn figures(name: &str, spells: &[Spell]) -> Value {
    let (p50, p99) = (
        median(spells, |one| at(one, 50)),
        median(spells, |one| at(one, 99)),
    );
    let rate = median(spells, |one| one.rate);
    println!("{name:<40} {p50:>8.2}ms {p99:>8.2}ms {rate:>12.0}");
    json!({ "what": name, "p50_ms": p50, "p99_ms": p99, "per_second": rate })
}

fn median(spells: &[Spell], figure: impl Fn(&Spell) -> f64) -> f64 {
    let mut all: Vec<f64> = spells.iter().map(figure).collect();
    all.sort_unstable_by(f64::total_cmp);
    all[all.len() / 2]
}

fn at(spell: &Spell, percent: usize) -> f64 {
    let place = (spell.times.len() - 1) * percent / 100;
    spell.times[place].as_secs_f64() * 1_000.0
}

fn spell(mut times: Vec<Duration>, elapsed: Duration) -> Spell {
    times.sort_unstable();
    Spell {
        rate: times.len() as f64 / elapsed.as_secs_f64(),
        times,
    }
}

/// The service over a database, with somebody signed in.
struct House {
    service: Service,
    /// A session of each caller: two visits of one person are counted against each other.
    cookies: Vec<String>,
    turn: Arc<Mutex<()>>,
}

impl House {
    async fn over(url: &DatabaseUrl) -> Self {
        let mut settings = support::settings();
        // As many at a time as there are callers.
        settings.policy.max_live_visits = 1_000;
        let service = support::over(support::open(url).await, settings);
        let provider = testing::provider(service.now());
        service.seed_demo(&provider, Size::default()).await.unwrap();
        let mut cookies = Vec::new();
        for number in 0..CALLERS[CALLERS.len() - 1] {
            cookies.push(sign_in(&service, &provider, number).await);
        }
        Self {
            service,
            cookies,
            turn: Arc::default(),
        }
    }

    /// So many callers begin and end visits for a time.
    async fn write(&self, callers: usize, commits: Commits, span: Duration) -> Spell {
        let started = Instant::now();
        let tasks: Vec<_> = self.cookies[..callers]
            .iter()
            .map(|cookie| {
                let (service, cookie) = (self.service.clone(), cookie.clone());
                let turn = (commits == Commits::Alone).then(|| Arc::clone(&self.turn));
                tokio::spawn(async move {
                    let mut times = Vec::new();
                    while started.elapsed() < span || times.is_empty() {
                        call(&service, &cookie, turn.as_deref(), &mut times).await;
                    }
                    times
                })
            })
            .collect();
        let mut times = Vec::new();
        for task in tasks {
            times.extend(task.await.unwrap());
        }
        spell(times, started.elapsed())
    }
}

/// Two guarded writes: a visit begins and ends. Each is timed with its call, as a request would be.
async fn call(service: &Service, cookie: &str, turn: Option<&Mutex<()>>, times: &mut Vec<Duration>) {
    let request = MintRequest {
        tenant: "acme".to_owned(),
        reason: "Measuring how long it takes".to_owned(),
        ..MintRequest::default()
    };
    let before = Instant::now();
    let minted = {
        let op = op(service, cookie).await;
        let _turn = wait(turn).await;
        match mint(&op, &request).await.unwrap() {
            Mint::Begun(minted) => minted,
            Mint::Asked(_) => panic!("Acme's owner lets support in"),
        }
    };
    times.push(before.elapsed());
    let before = Instant::now();
    {
        let op = op(service, cookie).await;
        let _turn = wait(turn).await;
        end_from_console(&op, minted.visit.id).await.unwrap();
    }
    times.push(before.elapsed());
}

async fn wait(turn: Option<&Mutex<()>>) -> Option<tokio::sync::MutexGuard<'_, ()>> {
    match turn {
        Some(turn) => Some(turn.lock().await),
        None => None,
    }
}

async fn op(service: &Service, cookie: &str) -> StaffOp {
    let visitor = support::visitor(service);
    service.staff_op(visitor, Some(cookie)).await.unwrap()
}

async fn sign_in(service: &Service, provider: &Provider, number: usize) -> String {
    let now = service.now();
    let kim =
        staff::find_by_identity(&mut service.db().reader(), provider.id, "demo-kim", service.now()).await;
    let who = staff::NewStaff {
        staff: staff::Staff {
            id: fresh_id(&OsRng, now),
            email: format!("bench-{number}@acme-corp.example"),
            identity: Some((provider.id, format!("bench-{number}"))),
            ..kim.unwrap().unwrap()
        },
        justification: "The bench".to_owned(),
    };
    let mut random = [7; 32];
    random[0] = number as u8;
    let reference = Reference::from_random(random);
    let new = NewSession {
        session: StaffSession {
            id: fresh_id(&OsRng, now),
            staff: who.staff.id,
            provider: provider.id,
            factor: ProvenFactor::passkey(PasskeyLevel::Any, now),
            started: now,
            state: SessionState::start(now, hours(4)),
            vouched: stagedoor_store::session::Vouched::default(),
            narrowed: Narrowed::NOTHING,
        },
        reference: reference.digest(),
        passkey: None,
        address: Ipv4Addr::LOCALHOST.to_string(),
        agent: "bench".to_owned(),
    };
    let signed_in: Result<(), Error> = service
        .db()
        .write(move |mut tx| {
            let (who, new) = (who.clone(), new.clone());
            Box::pin(async move {
                staff::insert(&mut tx, &who, now).await?;
                staff::activate(&mut tx, new.session.staff, now).await?;
                session::insert(&mut tx, &new).await?;
                tx.commit_unaudited(Unaudited::Seed, ()).await
            })
        })
        .await;
    signed_in.unwrap();
    reference.expose()
}
