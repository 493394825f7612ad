//! An installation with some past, over a database of a test.

use std::sync::Arc;

use stagedoor_core::actor::Actor;
use stagedoor_core::audit::key::LogKeys;
use stagedoor_core::audit::note::Note;
use stagedoor_core::audit::{AuditBatch, Entry, Event, LogScope};
use stagedoor_core::id::{Id, RequestId, TenantId};
use stagedoor_core::time::Timestamp;
use stagedoor_service::crypto::MasterKey;
use stagedoor_service::log::verify::Report;
use stagedoor_service::seed::Size;
use stagedoor_service::sign_in::HttpClient;
use stagedoor_service::system::{OsRng, fresh_id};
use stagedoor_service::testing::{self, NOON, TestClock};
use stagedoor_service::{LogParts, Parts, Service, ServiceError};
use stagedoor_store::Db;
use stagedoor_store::testing::TestDb;

pub(crate) fn service_with(db: Db, log: LogParts) -> Service {
    service_at(db, log, Arc::new(TestClock::at(NOON)))
}

/// With a clock that the test moves.
pub(crate) fn service_at(db: Db, log: LogParts, clock: Arc<TestClock>) -> Service {
    Service::new(Parts {
        db,
        clock,
        rng: Arc::new(OsRng),
        master_key: MasterKey::from_bytes([7; 32]),
        log,
        settings: testing::settings(),
        http: HttpClient::new(&[]).unwrap(),
    })
}

pub(crate) fn service(db: &TestDb) -> Service {
    service_with(db.db().clone(), LogParts::default())
}

pub(crate) fn keys(text: &[(&str, u8)]) -> LogParts {
    let lines: String = text
        .iter()
        .map(|(label, seed)| LogKeys::private_line(label, &[*seed; 32]))
        .collect();
    LogParts {
        keys: Some(lines.parse().unwrap()),
        ..LogParts::default()
    }
}

/// Made-up data with its entries in several logs, none of which has a place yet.
pub(crate) async fn seeded(db: &TestDb) -> Service {
    let service = service(db);
    let provider = testing::provider(NOON);
    let size = Size {
        users: 5,
        tenants: 2,
        sessions: 5,
    };
    service.seed_demo(&provider, size).await.unwrap();
    service
}

/// Commits one more entry.
pub(crate) async fn tell(service: &Service, scope: LogScope, now: Timestamp) {
    let entry = Entry::new(
        fresh_id(&OsRng, now),
        scope,
        Event::SystemSeed,
        Actor::System,
        RequestId::new(1, 1),
    );
    service
        .db()
        .write(move |tx| {
            let entry = entry.clone();
            Box::pin(async move { Ok::<_, ServiceError>(tx.commit(AuditBatch::of(now, entry), ()).await?) })
        })
        .await
        .unwrap();
}

pub(crate) fn a_tenant() -> LogScope {
    LogScope::Tenant(TenantId::new(5, 5))
}

pub(crate) async fn count(db: &TestDb, from: &str) -> u64 {
    let sql = format!("SELECT count(*) AS n FROM {from}");
    db.raw_fetch(&sql).await.unwrap()[0].count("n").unwrap()
}

/// The checkpoint of a log as it is now, as somebody outside keeps it.
pub(crate) async fn checkpoint(db: &TestDb, log: &str) -> Note {
    let sql = format!("SELECT note FROM audit_head WHERE scope = '{log}'");
    let note: String = db.raw_fetch(&sql).await.unwrap()[0].get("note").unwrap();
    note.parse().unwrap()
}

pub(crate) async fn verify(service: &Service) -> Report {
    service.verify_log(&[]).await.unwrap()
}

pub(crate) fn assert_clean(report: &Report) {
    assert!(report.findings.is_empty(), "{:#?}", report.findings.first());
}
