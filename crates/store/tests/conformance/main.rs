//! The conformance suite: the same promises, held by both engines.

#![allow(clippy::unwrap_used, reason = "a test says what it expects by unwrapping it")]

mod alert;
mod audit;
mod bulk;
mod codes;
mod conflict;
mod families;
mod grants;
mod narrowed;
mod outage;
mod passkeys;
mod people_plans;
mod plans;
mod portal;
mod provider_session;
mod providers;
mod race;
mod risk;
mod rooms;
mod schema;
mod snapshot;
mod staff;
mod statements;
mod step_up;
mod tenants_side;
mod trial;
mod upgrade;
mod witness;
mod writer;

use std::sync::atomic::{AtomicU64, Ordering};

use stagedoor_core::actor::Actor;
use stagedoor_core::audit::{AuditBatch, Entry, Event, LogScope};
use stagedoor_core::id::{EventId, Id, RequestId};
use stagedoor_core::time::Timestamp;
use stagedoor_store::testing::{TestDb, execute, fetch};
use stagedoor_store::value::Value;
use stagedoor_store::{Committed, Db, Error, Unaudited, WriteTx};

/// An entry of the platform's log with an id that no other test entry has.
fn entry() -> Entry {
    static NEXT: AtomicU64 = AtomicU64::new(1);
    let number = NEXT.fetch_add(1, Ordering::Relaxed);
    let actor = Actor::System;
    let id = EventId::new(number, u128::from(number));
    Entry::new(
        id,
        LogScope::Platform,
        Event::SettingsChange,
        actor,
        RequestId::new(number, 7),
    )
}

fn batch(now: i64) -> AuditBatch {
    AuditBatch::of(Timestamp::from_micros(now), entry())
}

/// A table with a number in it, made by the test itself.
async fn with_counter(db: &TestDb) {
    db.raw_execute("CREATE TABLE counter (name TEXT PRIMARY KEY, value BIGINT NOT NULL)")
        .await
        .unwrap();
    db.raw_execute("INSERT INTO counter VALUES ('a', 0)")
        .await
        .unwrap();
}

async fn add_one(tx: &mut WriteTx) -> Result<u64, Error> {
    execute(
        tx,
        "UPDATE counter SET value = value + 1 WHERE name = $1",
        vec!["a".into()],
    )
    .await
}

async fn counter(db: &Db) -> i64 {
    let rows = fetch(
        &mut db.reader(),
        "SELECT value FROM counter WHERE name = 'a'",
        vec![],
    )
    .await
    .unwrap();
    rows[0].get("value").unwrap()
}

async fn count(db: &Db, sql: &'static str, values: Vec<Value>) -> u64 {
    fetch(&mut db.reader(), sql, values).await.unwrap()[0]
        .count("n")
        .unwrap()
}

async fn entries(db: &Db) -> u64 {
    count(db, "SELECT count(*) AS n FROM audit_entry", vec![]).await
}

/// Commits without an entry, for tests that look at something else.
async fn done<T>(tx: WriteTx, value: T) -> Result<Committed<T>, Error> {
    tx.commit_unaudited(Unaudited::Seed, value).await
}
