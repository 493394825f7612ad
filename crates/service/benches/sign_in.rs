//! `cargo xtask bench sign_in`: what a sign-in with a passkey costs the server, beside one verification of a P-256 signature.
//!
//! A sign-in is here what follows the provider's answer: the ceremony begun, the assertion verified, the six guardrails, the
//! session in place of the former one, its entry, and the durable commits of all that, through the service. The passkey is one
//! in software; its own work is measured apart and taken off the processor time, and it stands outside the times of a
//! sign-in. Wanted are 500 a second and core.

#![allow(clippy::unwrap_used, reason = "a bench that cannot go on stops")]
#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a bench speaks on its streams"
)]
#![allow(clippy::disallowed_methods, reason = "a bench reads clock and environment")]

#[path = "support/software.rs"]
mod software;
mod support;

use std::sync::Arc;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use software::Key;
use stagedoor_core::id::StaffId;
use stagedoor_core::secret::Reference;
use stagedoor_service::Service;
use stagedoor_service::seed::Size;
use stagedoor_service::system::{OsRng, fresh_id, fresh_reference};
use stagedoor_service::testing;
use stagedoor_store::provider::Provider;
use stagedoor_store::sign_in::Identified;
use stagedoor_store::{DatabaseUrl, Error, Unaudited, passkey, sign_in, staff};
use support::{CALLERS, Options, Usual};
use webauthn_rs::prelude::{Passkey, PublicKeyCredential};

fn main() {
    let options = Options::parse(Usual {
        seconds: (0.5, 5.0),
        rounds: 1,
    });
    let folder = support::folder();
    let figures = support::runtime().block_on(async {
        let mut figures = Vec::new();
        for (name, url) in options.engines(folder.path()) {
            figures.extend(engine(name, &url, &options).await);
        }
        figures
    });
    options.keep(&json!({ "seconds": options.spell.as_secs_f64(), "sign_ins": figures }));
}

async fn engine(name: &str, url: &DatabaseUrl, options: &Options) -> Vec<Value> {
    let house = Arc::new(House::over(url).await);
    let mut people = Vec::new();
    for number in 0..CALLERS[CALLERS.len() - 1] {
        people.push(house.enrolled(number).await);
    }
    let verification = house.verification(&mut people[0]).await;
    println!(
        "one P-256 verification: {:.3} ms of processor",
        milliseconds(verification)
    );
    let mut figures = Vec::new();
    for callers in CALLERS {
        let (signing, rest) = (signing(&house, &mut people[0]).await, people.split_off(callers));
        let spell = house.spell(&mut people, options.spell).await;
        people.extend(rest);
        figures.push(spell.figures(name, callers, signing, verification));
    }
    figures
}

/// Processor time of this process so far, all threads, in the clock's ticks of a hundredth of a second.
fn processor() -> Duration {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap();
    let behind_name = stat.rsplit_once(") ").unwrap().1;
    let words: Vec<&str> = behind_name.split(' ').collect();
    let ticks: u64 = words[11].parse::<u64>().unwrap() + words[12].parse::<u64>().unwrap();
    Duration::from_millis(ticks * 10)
}

fn milliseconds(span: Duration) -> f64 {
    span.as_secs_f64() * 1_000.0
}

struct Spell {
    times: Vec<Duration>,
    elapsed: Duration,
    processor: Duration,
}

impl Spell {
    fn figures(mut self, engine: &str, callers: usize, signing: Duration, verification: Duration) -> Value {
        self.times.sort_unstable();
        let count = self.times.len();
        let at = |percent: usize| milliseconds(self.times[(count - 1) * percent / 100]);
        let each = (self.processor / u32::try_from(count).unwrap()).saturating_sub(signing);
        let (rate, per_core) = (
            count as f64 / self.elapsed.as_secs_f64(),
            1.0 / each.as_secs_f64(),
        );
        println!(
            "{engine:<9} {callers:>3} callers  p50 {:>7.2} ms  p99 {:>7.2} ms  {rate:>6.0}/s  processor {:.2} ms: \
             {per_core:.0} a second and core, {:.1} verifications",
            at(50),
            at(99),
            milliseconds(each),
            each.as_secs_f64() / verification.as_secs_f64(),
        );
        json!({
            "engine": engine, "callers": callers, "p50_ms": at(50), "p99_ms": at(99), "per_second": rate,
            "processor_ms": milliseconds(each), "per_second_and_core": per_core,
            "verification_ms": milliseconds(verification), "signing_ms": milliseconds(signing),
        })
    }
}

/// Somebody on staff with a passkey in software.
struct Person {
    id: StaffId,
    key: Key,
    session: Option<Reference>,
}

struct House {
    service: Service,
    provider: Provider,
    origin: String,
}

impl House {
    async fn over(url: &DatabaseUrl) -> Self {
        let settings = support::settings();
        let origin = settings.origins.staff.clone();
        let service = support::over(support::open(url).await, settings);
        let provider = testing::provider(service.now());
        service.seed_demo(&provider, Size::default()).await.unwrap();
        Self {
            service,
            provider,
            origin,
        }
    }

    /// A sign-in that the provider has answered already.
    async fn identified(&self, who: StaffId) -> String {
        let now = self.service.now();
        let reference = fresh_reference(&OsRng);
        let new = Identified {
            id: fresh_id(&OsRng, now),
            reference: reference.digest(),
            provider: self.provider.id,
            staff: who,
            session: None,
            vouched: stagedoor_store::session::Vouched::default(),
            id_token: None,
            expires: now.plus(Duration::from_secs(600)),
        };
        let stored: Result<(), Error> = self
            .service
            .db()
            .write(move |mut tx| {
                let new = new.clone();
                Box::pin(async move {
                    sign_in::insert_identified(&mut tx, &new, now).await?;
                    tx.commit_unaudited(Unaudited::Seed, ()).await
                })
            })
            .await;
        stored.unwrap();
        reference.expose()
    }

    /// Somebody new, with their first passkey registered as everybody registers it.
    async fn enrolled(&self, number: usize) -> Person {
        let now = self.service.now();
        let kim = staff::find_by_identity(
            &mut self.service.db().reader(),
            self.provider.id,
            "demo-kim",
            self.service.now(),
        )
        .await;
        let who = staff::NewStaff {
            staff: staff::Staff {
                id: fresh_id(&OsRng, now),
                email: format!("bench-{number}@acme-corp.example"),
                identity: Some((self.provider.id, format!("bench-{number}"))),
                ..kim.unwrap().unwrap()
            },
            justification: "The bench".to_owned(),
        };
        let id = who.staff.id;
        let stored: Result<(), Error> = self
            .service
            .db()
            .write(move |mut tx| {
                let who = who.clone();
                Box::pin(async move {
                    staff::insert(&mut tx, &who, now).await?;
                    tx.commit_unaudited(Unaudited::Seed, ()).await
                })
            })
            .await;
        stored.unwrap();
        let (mut key, visitor, cookie) = (
            Key::new(&self.origin),
            support::visitor(&self.service),
            self.identified(id).await,
        );
        let options = self.service.begin_passkey(&visitor, Some(&cookie)).await.unwrap();
        let made = serde_json::to_value(key.register(options)).unwrap();
        let entered = self.service.finish_passkey(&visitor, Some(&cookie), None, &made);
        let session = Some(entered.await.unwrap().reference);
        Person { id, key, session }
    }

    /// One sign-in; how long the server took.
    async fn sign_in(&self, person: &mut Person) -> (Duration, PublicKeyCredential) {
        let (visitor, cookie) = (support::visitor(&self.service), self.identified(person.id).await);
        let former = person.session.take().map(|session| session.expose());
        let before = Instant::now();
        let options = self.service.begin_passkey(&visitor, Some(&cookie)).await.unwrap();
        let mut took = before.elapsed();
        let proof = person.key.prove(options);
        let answer = serde_json::to_value(&proof).unwrap();
        let before = Instant::now();
        let entered = self
            .service
            .finish_passkey(&visitor, Some(&cookie), former.as_deref(), &answer);
        person.session = Some(entered.await.unwrap().reference);
        took += before.elapsed();
        (took, proof)
    }

    /// These people sign in again and again for a time.
    async fn spell(self: &Arc<Self>, people: &mut Vec<Person>, span: Duration) -> Spell {
        let (before, started) = (processor(), Instant::now());
        let callers: Vec<_> = people
            .drain(..)
            .map(|mut person| {
                let house = Arc::clone(self);
                tokio::spawn(async move {
                    let mut times = Vec::new();
                    while started.elapsed() < span || times.is_empty() {
                        times.push(house.sign_in(&mut person).await.0);
                    }
                    (person, times)
                })
            })
            .collect();
        let mut all = Vec::new();
        for caller in callers {
            let (person, times) = caller.await.unwrap();
            people.push(person);
            all.extend(times);
        }
        Spell {
            times: all,
            elapsed: started.elapsed(),
            processor: processor() - before,
        }
    }

    /// What one verification costs: the public key and the assertion of a real sign-in.
    async fn verification(&self, person: &mut Person) -> Duration {
        let proof = self.sign_in(person).await.1;
        let stored = passkey::list(&mut self.service.db().reader(), person.id)
            .await
            .unwrap();
        let stored: Passkey = serde_json::from_str(&stored[0].passkey).unwrap();
        let mut signed: Vec<u8> = proof.response.authenticator_data.to_vec();
        signed.extend(Sha256::digest(&proof.response.client_data_json));
        let (key, signature) = (stored.get_public_key(), &proof.response.signature);
        assert!(key.verify_signature(signature, &signed).unwrap());
        let times = 2_000;
        let before = processor();
        for _ in 0..times {
            let holds = key.verify_signature(std::hint::black_box(signature), &signed);
            assert!(std::hint::black_box(holds).unwrap());
        }
        (processor() - before) / times
    }
}

/// What the other side costs, and what prepares a sign-in here: none of it is the server's.
async fn signing(house: &House, person: &mut Person) -> Duration {
    let visitor = support::visitor(&house.service);
    let cookie = house.identified(person.id).await;
    let options = house
        .service
        .begin_passkey(&visitor, Some(&cookie))
        .await
        .unwrap();
    let times = 500;
    let before = processor();
    for _ in 0..times {
        let proof = person.key.prove(options.clone());
        std::hint::black_box(serde_json::to_value(&proof).unwrap());
    }
    let signing = (processor() - before) / times;
    let before = processor();
    for _ in 0..times {
        house.identified(person.id).await;
    }
    signing + (processor() - before) / times
}
