//! A process that dies while it gives entries their places: between the commit of an entry and its place, in the middle of a
//! round, while it signs, before it has heard that the round is durable. What comes after it finds everything, once.

use std::collections::BTreeSet;
use std::io::Write as _;
use std::process::{Command, Stdio};

use stagedoor_core::actor::Actor;
use stagedoor_core::audit::{AuditBatch, Entry, Event, LogScope};
use stagedoor_core::id::{Id, RequestId};
use stagedoor_service::system::{OsRng, fresh_id};
use stagedoor_service::testing::{CRASH, NOON};
use stagedoor_service::{LogParts, Service, ServiceError};
use stagedoor_store::testing::{POSTGRES_VARIABLE, TestDb};
use stagedoor_store::{DatabaseUrl, Db};

use super::support::{a_tenant, assert_clean, service, service_with, verify};

const DATABASE: &str = "STAGEDOOR_CRASH_DATABASE";
/// In the order of a round; the last two are after everything was written, and after it was committed.
const POINTS: [&str; 6] = ["found", "signed", "head", "leaves", "removed", "committed"];

/// Commits entries two by two and says so, while another task gives them their places.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "the child of the other tests"]
async fn child() {
    let Ok(url) = std::env::var(DATABASE) else {
        return;
    };
    let db = Db::open(&DatabaseUrl::parse(&url).unwrap()).await.unwrap();
    let service = service_with(db, LogParts::default());
    tokio::spawn(service.clone().run_jobs());
    for _ in 0..2_000 {
        write(&service).await;
    }
    println!("\nthe child was never killed");
}

async fn write(service: &Service) {
    let entry = |scope| {
        let id = fresh_id(&OsRng, NOON);
        Entry::new(id, scope, Event::SystemSeed, Actor::System, RequestId::new(1, 1))
    };
    let pair = (entry(LogScope::Platform), entry(a_tenant()));
    let (one, two) = (pair.0.id, pair.1.id);
    let done = service.db().write(move |tx| {
        let batch = AuditBatch::pair(NOON, pair.0.clone(), pair.1.clone());
        Box::pin(async move { Ok::<_, ServiceError>(tx.commit(batch, ()).await?) })
    });
    done.await.unwrap();
    let mut out = std::io::stdout().lock();
    write!(out, "\nack {one}\nack {two}\n").unwrap();
    out.flush().unwrap();
}

/// Runs a child that dies at a point, and tells which entries it had said were durable.
fn die_at(point: &str, passings: u64, url: &str) -> Vec<String> {
    let child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "crash::child", "--ignored", "--nocapture"])
        .env(DATABASE, url)
        .env(CRASH, format!("{point}:{passings}"))
        .stderr(Stdio::null())
        .output()
        .unwrap();
    assert!(!child.status.success(), "it died at {point}");
    let said = String::from_utf8(child.stdout).unwrap();
    assert!(!said.contains("never killed"), "{point} was never passed");
    let acknowledged = said
        .split_inclusive('\n')
        .filter_map(|line| line.strip_suffix('\n')?.strip_prefix("ack "));
    acknowledged.map(str::to_owned).collect()
}

async fn survives(db: &TestDb, url: &str) {
    let mut acknowledged = BTreeSet::new();
    for (number, point) in POINTS.into_iter().enumerate() {
        for passings in [1, 4] {
            acknowledged.extend(die_at(point, passings, url));
            let after = service(db);
            let report = verify(&after).await;
            assert_clean(&report);
            // Every other time the next child finds what this one left.
            if number % 2 == 0 {
                after.sequence().await.unwrap();
                let report = verify(&after).await;
                assert_clean(&report);
                assert_eq!(report.waiting, 0);
            }
        }
    }
    service(db).sequence().await.unwrap();
    assert_clean(&verify(&service(db)).await);
    let rows = db.raw_fetch("SELECT event_id FROM audit_leaf").await.unwrap();
    let placed: Vec<String> = rows.iter().map(|row| row.get("event_id").unwrap()).collect();
    let once: BTreeSet<String> = placed.iter().cloned().collect();
    assert_eq!(placed.len(), once.len(), "none stands twice");
    assert!(
        acknowledged.is_subset(&once),
        "none that was acknowledged is missing"
    );
    assert!(acknowledged.len() > POINTS.len());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_log_survives_whoever_dies_on_sqlite() {
    let folder = tempfile::tempdir().unwrap();
    let db = TestDb::sqlite_under(folder.path()).await;
    let rows = db
        .raw_fetch("SELECT file FROM pragma_database_list WHERE name = 'main'")
        .await
        .unwrap();
    let file: String = rows[0].get("file").unwrap();
    survives(&db, &format!("sqlite://{file}")).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_log_survives_whoever_dies_on_postgresql() {
    let db = TestDb::postgres().await;
    let rows = db.raw_fetch("SELECT current_database() AS name").await.unwrap();
    let name: String = rows[0].get("name").unwrap();
    let admin = std::env::var(POSTGRES_VARIABLE).unwrap();
    let (server, _) = admin.rsplit_once('/').unwrap();
    survives(&db, &format!("{server}/{name}")).await;
}
