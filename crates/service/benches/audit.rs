//! `cargo xtask bench audit`: how many entries become durable and proved in a second, how soon each has its receipt, and how fast
//! a whole log is verified.
//!
//! Entries are committed in batches and one by one, by 1, 8 and 64 callers, while the service gives them their places as it does
//! when it serves. Beside them, in the same run: the same rows in a table of the same columns and indexes without queue, tree or
//! signature, one row a commit and in batches; and a bare write of a page with fsync to the same disk.

#![allow(clippy::unwrap_used, reason = "a bench that cannot go on stops")]
#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a bench speaks on its streams"
)]
#![allow(clippy::disallowed_methods, reason = "a bench reads clock and environment")]

mod support;

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use stagedoor_core::actor::Actor;
use stagedoor_core::audit::{AuditBatch, Entry, Event, Field, LogScope};
use stagedoor_core::id::{EventId, StaffId};
use stagedoor_service::seed::{Scale, Size};
use stagedoor_service::system::{OsRng, fresh_id};
use stagedoor_service::testing;
use stagedoor_service::{Service, ServiceError};
use stagedoor_store::log::leaf;
use stagedoor_store::testing::{entry_values, execute};
use stagedoor_store::{DatabaseUrl, Db, Unaudited};
use support::{CALLERS, Options, Usual};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Entries of one transaction, where many are written.
const BATCH: usize = 500;
/// So many entries at a time are asked for until they have their places: more would measure the asking.
const ASKED: usize = 2;

fn main() {
    let options = Options::parse(Usual {
        seconds: (0.3, 3.0),
        rounds: 3,
    });
    let folder = support::folder();
    let all = support::runtime().block_on(async {
        let mut houses = Vec::new();
        for (engine, url) in options.engines(folder.path()) {
            houses.push((engine, house(&url).await));
        }
        let writes = measure(&options, &houses, folder.path()).await;
        drop(houses);
        let whole = whole_log(&options, folder.path()).await;
        json!({
            "setting": { "rounds": options.rounds, "seconds": options.spell.as_secs_f64(), "batch": BATCH },
            "writes": writes,
            "log": whole,
        })
    });
    options.keep(&all);
}

/// A case: how entries are written.
#[derive(Debug, Clone, Copy)]
enum Case {
    /// With everything, in batches or one by one.
    Proved { callers: usize, rows: usize },
    /// Into a table without proofs.
    Plain { callers: usize, rows: usize },
}

impl Case {
    fn all() -> Vec<Self> {
        let mut all = vec![
            Self::Proved {
                callers: 1,
                rows: BATCH,
            },
            Self::Plain {
                callers: 1,
                rows: BATCH,
            },
        ];
        for callers in CALLERS {
            all.push(Self::Proved { callers, rows: 1 });
            all.push(Self::Plain { callers, rows: 1 });
        }
        all
    }

    fn name(self, engine: &str) -> String {
        let (callers, rows, how) = match self {
            Self::Proved { callers, rows } => (callers, rows, "proved"),
            Self::Plain { callers, rows } => (callers, rows, "a plain table"),
        };
        format!("{engine}, {callers} callers, {rows} a commit, {how}")
    }
}

/// One measurement.
#[derive(Debug, Clone, Default)]
struct Spell {
    /// Entries that were durable, and proved where that is measured, in a second.
    rate: f64,
    /// From the answer to the commit until there is a receipt.
    receipts: Vec<Duration>,
}

async fn measure(options: &Options, houses: &[(&'static str, Service)], folder: &Path) -> Vec<Value> {
    let mut rows: Vec<(String, Vec<Spell>)> = vec![("fsync of 4 KiB".to_owned(), Vec::new())];
    for (engine, _) in houses {
        rows.extend(
            Case::all()
                .into_iter()
                .map(|case| (case.name(engine), Vec::new())),
        );
    }
    for round in 1..=options.rounds {
        let mut into = rows.iter_mut();
        let (times, elapsed) = support::fsync(folder, options.spell);
        into.next().unwrap().1.push(Spell {
            rate: times.len() as f64 / elapsed.as_secs_f64(),
            receipts: Vec::new(),
        });
        for (_, service) in houses {
            for case in Case::all() {
                let spell = match case {
                    Case::Proved { callers, rows } => proved(service, callers, rows, options.spell).await,
                    Case::Plain { callers, rows } => plain(service, callers, rows, options.spell).await,
                };
                into.next().unwrap().1.push(spell);
            }
        }
        eprintln!("round {round} of {} done", options.rounds);
    }
    println!(
        "{:<52} {:>10} {:>12} {:>12}",
        "", "entries/s", "receipt p50", "receipt p99"
    );
    rows.iter().map(|(name, spells)| figures(name, spells)).collect()
}

fn figures(name: &str, spells: &[Spell]) -> Value {
    let mut rates: Vec<f64> = spells.iter().map(|spell| spell.rate).collect();
    rates.sort_unstable_by(f64::total_cmp);
    let rate = rates[rates.len() / 2];
    let mut receipts: Vec<Duration> = spells.iter().flat_map(|spell| spell.receipts.clone()).collect();
    receipts.sort_unstable();
    let at = |percent: usize| {
        let place = receipts.len().checked_sub(1)? * percent / 100;
        Some(receipts[place].as_secs_f64() * 1_000.0)
    };
    let words = |figure: Option<f64>| figure.map_or_else(String::new, |figure| format!("{figure:.1}ms"));
    println!(
        "{name:<52} {rate:>10.0} {:>12} {:>12}",
        words(at(50)),
        words(at(99))
    );
    json!({ "what": name, "per_second": rate, "receipt_p50_ms": at(50), "receipt_p99_ms": at(99) })
}

/// An entry as a denied request of staff leaves it, but for its people.
fn entry(service: &Service) -> Entry {
    let now = service.now();
    let staff: StaffId = fresh_id(&OsRng, now);
    let actor = Actor::Staff { staff, session: None };
    let request = fresh_id(&OsRng, now);
    let mut entry = Entry::new(
        fresh_id(&OsRng, now),
        LogScope::Platform,
        Event::SystemSeed,
        actor,
        request,
    );
    entry.reason = Some("Measuring how many of these there can be in a second".to_owned());
    entry.facts.insert(Field::Tenants, "1".to_owned());
    entry
}

/// Callers commit for a time; it is over when all that they wrote is proved.
async fn proved(service: &Service, callers: usize, rows: usize, span: Duration) -> Spell {
    let sequencer = tokio::spawn(service.clone().run_jobs());
    let (started, asked) = (Instant::now(), Arc::new(Semaphore::new(ASKED)));
    let tasks: Vec<_> = (0..callers)
        .map(|_| {
            let (service, asked) = (service.clone(), Arc::clone(&asked));
            tokio::spawn(async move {
                let (mut written, mut waits) = (0, Vec::new());
                while started.elapsed() < span || written == 0 {
                    let last = commit(&service, rows).await;
                    written += rows;
                    if rows == 1
                        && let Ok(turn) = Arc::clone(&asked).try_acquire_owned()
                    {
                        waits.push(tokio::spawn(wait(service.clone(), last, Instant::now(), turn)));
                    }
                }
                let mut receipts = Vec::new();
                for wait in waits {
                    receipts.push(wait.await.unwrap());
                }
                (written, receipts)
            })
        })
        .collect();
    let (mut written, mut receipts) = (0, Vec::new());
    for task in tasks {
        let (some, waited) = task.await.unwrap();
        written += some;
        receipts.extend(waited);
    }
    // What is left gets its place now, and the time for it counts.
    service.sequence().await.unwrap();
    let elapsed = started.elapsed();
    sequencer.abort();
    Spell {
        rate: written as f64 / elapsed.as_secs_f64(),
        receipts,
    }
}

async fn commit(service: &Service, rows: usize) -> EventId {
    let entries: Arc<[Entry]> = (0..rows).map(|_| entry(service)).collect();
    let (last, now) = (entries[rows - 1].id, service.now());
    let done = service.db().write(move |tx| {
        let mut entries = entries.iter().cloned();
        let batch = AuditBatch::of(now, entries.next().unwrap());
        let batch = entries.fold(batch, AuditBatch::and);
        Box::pin(async move { Ok::<_, ServiceError>(tx.commit(batch, ()).await?) })
    });
    done.await.unwrap();
    last
}

/// From the commit's answer until the entry has its place under a signed checkpoint.
async fn wait(service: Service, id: EventId, since: Instant, _turn: OwnedSemaphorePermit) -> Duration {
    while leaf::find(&mut service.db().reader(), id)
        .await
        .unwrap()
        .is_none()
    {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    since.elapsed()
}

const COLUMNS: &str = "at, id, scope, event, outcome, code, actor_kind, actor_id, act_id, target_kind, target_id, tenant_id, impersonation_id, session_id, request_id, retention, flags, canonical";

/// The statements that make the plain table: the same columns and indexes.
const PLAIN: [&str; 6] = [
    "CREATE TABLE plain_entry AS SELECT * FROM audit_entry WHERE 1 = 0",
    "CREATE UNIQUE INDEX plain_entry_key ON plain_entry (at, id)",
    "CREATE INDEX plain_entry_by_id ON plain_entry (id)",
    "CREATE INDEX plain_entry_by_scope ON plain_entry (scope, at, id)",
    "CREATE INDEX plain_entry_by_event ON plain_entry (scope, event, at, id)",
    "CREATE INDEX plain_entry_by_actor ON plain_entry (actor_id, at, id) WHERE actor_id IS NOT NULL",
];
const PLAIN_BY_REQUEST: &str = "CREATE INDEX plain_entry_by_request ON plain_entry (request_id, at, id)";

/// The same rows into a table without queue, tree or signature.
async fn plain(service: &Service, callers: usize, rows: usize, span: Duration) -> Spell {
    let insert: &'static str = plain_insert(rows, service.db().engine_name()).leak();
    let started = Instant::now();
    let tasks: Vec<_> = (0..callers)
        .map(|_| {
            let service = service.clone();
            tokio::spawn(async move {
                let mut written = 0;
                while started.elapsed() < span || written == 0 {
                    let now = service.now();
                    let values: Vec<_> = (0..rows)
                        .flat_map(|_| entry_values(&entry(&service).seal(now)))
                        .collect();
                    let done = service.db().sequence(move |mut tx| {
                        let values = values.clone();
                        Box::pin(async move {
                            execute(&mut tx, insert, values).await?;
                            Ok::<_, ServiceError>(tx.commit_unaudited(Unaudited::Seed, ()).await?)
                        })
                    });
                    done.await.unwrap();
                    written += rows;
                }
                written
            })
        })
        .collect();
    let mut written = 0;
    for task in tasks {
        written += task.await.unwrap();
    }
    Spell {
        rate: written as f64 / started.elapsed().as_secs_f64(),
        receipts: Vec::new(),
    }
}

fn plain_insert(rows: usize, engine: &str) -> String {
    let row = |at: usize| {
        // A place without a number, where the driver would ask for the name of each that has one.
        let place = |column: usize| match engine {
            "sqlite" => "?".to_owned(),
            _ => format!("${}", at * 18 + column),
        };
        let places: Vec<String> = (1..=18).map(place).collect();
        format!("({})", places.join(", "))
    };
    // As many rows as the program puts into one statement.
    let rows: Vec<String> = (0..rows.min(BATCH)).map(row).collect();
    format!("INSERT INTO plain_entry ({COLUMNS}) VALUES {}", rows.join(", "))
}

/// A log of a size: how long it takes to get all places, and to be verified.
async fn whole_log(options: &Options, folder: &Path) -> Value {
    let url = DatabaseUrl::file(folder.join("whole.db"));
    let db = Db::open_for_bulk(&url).await.unwrap();
    db.migrate().await.unwrap();
    let service = support::over(db, testing::settings());
    let entries = if options.quick { 5_000 } else { 1_000_000 };
    let scale = Scale {
        tenants: 2,
        users: 1_000,
        entries: support::after("--entries").map_or(entries, |text| text.parse().unwrap()),
    };
    service
        .seed_demo(&testing::provider(service.now()), Size::default())
        .await
        .unwrap();
    service.seed_scale(scale, &|_| {}).await.unwrap();
    let before = Instant::now();
    let leaves = service.sequence().await.unwrap().leaves;
    let sequenced = before.elapsed().as_secs_f64();
    let before = Instant::now();
    let report = service.verify_log(&[]).await.unwrap();
    let verified = before.elapsed().as_secs_f64();
    assert!(report.findings.is_empty(), "{:?}", report.findings.first());
    assert_eq!(report.entries(), leaves);
    println!(
        "{leaves} entries that waited got their places in {sequenced:.1} s and were verified in {verified:.1} s"
    );
    json!({ "entries": leaves, "sequence_s": sequenced, "verify_s": verified })
}

async fn house(url: &DatabaseUrl) -> Service {
    let service = support::over(support::open(url).await, testing::settings());
    for sql in PLAIN.into_iter().chain([PLAIN_BY_REQUEST]) {
        let made = service.db().write(move |mut tx| {
            Box::pin(async move {
                execute(&mut tx, sql, vec![]).await?;
                Ok::<_, ServiceError>(tx.commit_unaudited(Unaudited::Seed, ()).await?)
            })
        });
        made.await.unwrap();
    }
    service
}
