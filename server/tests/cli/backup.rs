//! `backup` while others write, `restore` of what it made, and all that both refuse.

use std::collections::BTreeSet;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::Command;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use stagedoor_core::actor::Actor;
use stagedoor_core::audit::{AuditBatch, Entry, Event, LogScope, Target};
use stagedoor_core::id::{EventId, Id, RequestId, TenantId};
use stagedoor_core::resource::TenantStanding;
use stagedoor_core::tenant::{Consent, TenantState};
use stagedoor_core::time::Timestamp;
use stagedoor_store::tenant::{self, Tenant};
use stagedoor_store::testing::fetch;
use stagedoor_store::{DatabaseUrl, Db, Error};

use super::installation::Installation;

/// The number `number` tenant, with the one entry of its creation, in one transaction.
async fn create(db: &Db, number: u64) {
    let at = Timestamp::from_micros(i64::try_from(number).unwrap());
    let created: Result<(), Error> = db
        .write(move |mut tx| {
            Box::pin(async move {
                let id = TenantId::new(number, u128::from(number));
                let new = Tenant {
                    id,
                    slug: format!("tenant-{number}"),
                    name: format!("Tenant {number}"),
                    standing: TenantStanding {
                        state: TenantState::Active,
                        consent: Consent::On,
                    },
                };
                tenant::insert(&mut tx, &new, at).await?;
                let entry = Entry {
                    target: Some(Target::Tenant(id)),
                    ..Entry::new(
                        EventId::new(number, u128::from(number)),
                        LogScope::Platform,
                        Event::SystemSeed,
                        Actor::System,
                        RequestId::new(number, 7),
                    )
                };
                tx.commit(AuditBatch::of(at, entry), ()).await
            })
        })
        .await;
    created.unwrap();
}

async fn ids(db: &Db, sql: &'static str) -> BTreeSet<String> {
    let rows = fetch(&mut db.reader(), sql, vec![]).await.unwrap();
    rows.iter().map(|row| row.get("id").unwrap()).collect()
}

/// Every tenant has its entry and every entry its tenant; how many there are.
async fn consistent(file: &Path) -> u64 {
    let db = Db::open(&DatabaseUrl::file(file)).await.unwrap();
    let tenants = ids(&db, "SELECT id FROM tenant").await;
    let entries = ids(&db, "SELECT target_id AS id FROM audit_entry").await;
    assert_eq!(tenants, entries, "{}", file.display());
    db.close().await;
    u64::try_from(tenants.len()).unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_copy_made_while_others_write_is_one_moment() {
    let installation = Installation::new();
    installation.run(&["migrate"]);
    let db = Db::open(&DatabaseUrl::file(installation.path("stagedoor.db")))
        .await
        .unwrap();
    db.seal_with(stagedoor_store::testing::seal_key());
    let (next, done, over) = (AtomicU64::new(1), AtomicU64::new(0), AtomicBool::new(false));
    let write = async || {
        while !over.load(Ordering::SeqCst) {
            create(&db, next.fetch_add(1, Ordering::SeqCst)).await;
            done.fetch_add(1, Ordering::SeqCst);
        }
    };
    let copy = async || {
        let mut before = 0;
        for round in 0..4 {
            while done.load(Ordering::SeqCst) == before {
                tokio::task::yield_now().await;
            }
            let acknowledged = done.load(Ordering::SeqCst);
            let file = installation.path(&format!("{round}.backup"));
            let mut command = installation.command(&["backup", file.to_str().unwrap()]);
            let output = tokio::task::spawn_blocking(move || command.output())
                .await
                .unwrap()
                .unwrap();
            assert!(output.status.success(), "{output:?}");
            let held = consistent(&file).await;
            assert!(
                held >= acknowledged,
                "{held} of {acknowledged} acknowledged commits are in the copy"
            );
            before = done.load(Ordering::SeqCst);
        }
        over.store(true, Ordering::SeqCst);
    };
    tokio::join!(write(), write(), write(), copy());
    let all = consistent(&installation.path("stagedoor.db")).await;
    assert_eq!(all, done.load(Ordering::SeqCst));
    let first = consistent(&installation.path("0.backup")).await;
    assert!(first < all, "nobody wrote while the copies were made");
    db.close().await;
}

/// An installation with a schema, a super admin and the copy `a.backup`.
fn with_backup() -> Installation {
    let installation = Installation::new();
    assert!(installation.run(&["migrate"]).0);
    let (fine, words) =
        installation.run(&["bootstrap", "--email", "kim@example.com", "--name", "Kim Moreno"]);
    assert!(fine, "{words}");
    let copy = installation.path("a.backup");
    let (fine, words) = installation.run(&["backup", copy.to_str().unwrap()]);
    assert!(
        fine && words.contains("staff 1, tenants 0, people 0, audit entries 1; the schema is current")
            && words.contains("the master key is not in it"),
        "{words}"
    );
    installation
}

fn mode(file: &Path) -> u32 {
    fs::metadata(file).unwrap().permissions().mode() & 0o777
}

/// What lies in the folder beside the key and the configuration.
fn files(installation: &Installation) -> BTreeSet<String> {
    fs::read_dir(installation.path(""))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| name != "master.key" && name != "stagedoor.toml")
        .collect()
}

fn named(names: &[&str]) -> BTreeSet<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

#[test]
fn what_was_copied_is_served_again() {
    let installation = with_backup();
    let copy = installation.path("a.backup");
    let database = installation.path("stagedoor.db");
    assert_eq!(mode(&copy), 0o600);
    for name in ["stagedoor.db", "stagedoor.db-wal", "stagedoor.db-shm"] {
        let _ = fs::remove_file(installation.path(name));
    }
    // An empty file, as a mount of a container may be.
    fs::write(&database, "").unwrap();
    let (fine, words) = installation.run(&["restore", copy.to_str().unwrap()]);
    assert!(
        fine && words.contains("staff 1, tenants 0, people 0, audit entries 1; the schema is current")
            && words.contains("next: `stagedoor serve`")
            && words.contains("master key"),
        "{words}"
    );
    assert_eq!(mode(&database), 0o600);
    assert_eq!(files(&installation), named(&["a.backup", "stagedoor.db"]));
    assert!(installation.serve(&[]).stop());
    let again = installation.path("b.backup");
    let (fine, words) = installation.run(&["backup", again.to_str().unwrap()]);
    assert!(fine && words.contains("staff 1, tenants 0, people 0"), "{words}");
}

#[test]
fn no_file_is_ever_replaced() {
    let installation = with_backup();
    let copy = installation.path("a.backup");
    let before = fs::read(&copy).unwrap();
    let (fine, words) = installation.run(&["backup", copy.to_str().unwrap()]);
    assert!(!fine && words.contains("a.backup exists"), "{words}");
    assert_eq!(fs::read(&copy).unwrap(), before);

    let (fine, words) = installation.run(&["restore", copy.to_str().unwrap()]);
    assert!(
        !fine && words.contains("stagedoor.db exists and is not empty"),
        "{words}"
    );
    // What is left of a database whose main file is gone would be mixed into the copy.
    let elsewhere = installation.path("else.db");
    fs::write(installation.path("else.db-wal"), "left over").unwrap();
    let url = format!("sqlite://{}", elsewhere.display());
    let (fine, words) = installation.run(&["restore", "--database", &url, copy.to_str().unwrap()]);
    assert!(
        !fine && words.contains("else.db-wal exists and is not empty"),
        "{words}"
    );
    assert!(!elsewhere.exists());
}

#[test]
fn what_is_no_whole_copy_is_not_restored() {
    let installation = with_backup();
    let whole = fs::read(installation.path("a.backup")).unwrap();
    let refused = |name: &str, bytes: &[u8], why: &str| {
        let file = installation.path(name);
        fs::write(&file, bytes).unwrap();
        let url = format!("sqlite://{}", installation.path("new.db").display());
        let (fine, words) = installation.run(&["restore", "--database", &url, file.to_str().unwrap()]);
        assert!(!fine && words.contains(why), "{name}: {words}");
        fs::remove_file(&file).unwrap();
    };
    let before = files(&installation);
    refused(
        "text",
        b"not a database at all, though long enough to be one",
        "damaged",
    );
    refused("empty", b"", "no database of this program");
    refused("half", &whole[..whole.len() / 2], "damaged");
    let mut flipped = whole.clone();
    // The header of the second page: a page of a table or an index, which now says it is neither.
    flipped[4096..4104].fill(0xEE);
    refused("flipped", &flipped, "damaged");
    fs::write(installation.path("live-wal"), "changes").unwrap();
    refused("live", &whole, "holds changes that");
    fs::remove_file(installation.path("live-wal")).unwrap();
    assert_eq!(files(&installation), before, "nothing is left behind");

    let (fine, words) = installation.run(&[
        "restore",
        "/nowhere/a.backup",
        "--database",
        "sqlite:///nowhere/x.db",
    ]);
    assert!(!fine && words.contains("/nowhere"), "{words}");
    let (fine, words) = installation.run(&["backup", "--database", "sqlite:///nowhere/x.db", "b.backup"]);
    assert!(!fine && words.contains("/nowhere/x.db"), "{words}");
}

#[test]
fn postgresql_is_copied_by_its_own_programs() {
    let said = |arguments: &[&str]| {
        let output = Command::new(env!("CARGO_BIN_EXE_stagedoor"))
            .args(arguments)
            .args([
                "--database",
                "postgres://owner:hunter2@db.example:5433/stagedoor",
                "my copy",
            ])
            .output()
            .unwrap();
        assert_eq!(output.status.code(), Some(1));
        let words = String::from_utf8([output.stdout, output.stderr].concat()).unwrap();
        assert!(!words.contains("hunter2"), "{words}");
        words
    };
    let words = said(&["backup"]);
    let command = "(umask 077; pg_dump --format=custom '--file=my copy' --host=db.example --port=5433 --username=owner --dbname=stagedoor)";
    assert!(words.contains(command), "{words}");
    let words = said(&["restore"]);
    let command = "pg_restore --exit-on-error --single-transaction --no-owner --no-privileges 'my copy' --host=db.example --port=5433 --username=owner --dbname=stagedoor";
    assert!(words.contains(command), "{words}");
    assert!(words.contains("stagedoor migrate --grant ROLE"), "{words}");
}
