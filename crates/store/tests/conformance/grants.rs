//! The role that serves on PostgreSQL: what it may, and that it may nothing with the audit but add and read.

use std::collections::BTreeSet;

use stagedoor_core::time::Timestamp;
use stagedoor_store::testing::{TestDb, execute};
use stagedoor_store::{Db, Error};

use super::{batch, count};

async fn tried(serving: &Db, sql: &'static str) -> Result<(), Error> {
    serving
        .write(move |mut tx| {
            Box::pin(async move {
                execute(&mut tx, sql, Vec::new()).await?;
                tx.commit(batch(1), ()).await
            })
        })
        .await
}

#[tokio::test(flavor = "multi_thread")]
async fn every_table_has_its_rights() {
    let db = TestDb::postgres().await;
    let rows = db
        .raw_fetch(
            "SELECT tablename FROM pg_tables WHERE schemaname = 'public' \
             UNION SELECT viewname FROM pg_views WHERE schemaname = 'public'",
        )
        .await
        .unwrap();
    let tables: BTreeSet<String> = rows.iter().map(|row| row.get("tablename").unwrap()).collect();
    let listed: BTreeSet<String> = include_str!("../../src/grants.sql")
        .lines()
        .filter_map(|line| Some(line.trim().strip_prefix("('")?.split_once('\'')?.0.to_owned()))
        .collect();
    assert_eq!(tables, listed, "crates/store/src/grants.sql");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_serving_role_adds_entries_and_cannot_touch_one() {
    let db = TestDb::postgres().await;
    let serving = db.serving().await;
    let stamp = batch(Timestamp::from_micros(7).micros());
    serving
        .write(move |tx| {
            let stamp = stamp.clone();
            Box::pin(async move { tx.commit(stamp, ()).await })
        })
        .await
        .unwrap();
    for sql in [
        "UPDATE audit_entry SET outcome = 'denied'",
        "DELETE FROM audit_entry",
        "TRUNCATE audit_entry",
        "UPDATE audit_personal SET slot = 'actor'",
        "DELETE FROM subject_key",
        "ALTER TABLE audit_entry DISABLE TRIGGER ALL",
        "DROP TRIGGER audit_entry_no_update ON audit_entry",
        "DROP TABLE audit_entry CASCADE",
        "CREATE TABLE mine (id BIGINT)",
        "DELETE FROM staff",
        "DELETE FROM _sqlx_migrations",
    ] {
        let refused = tried(&serving, sql).await;
        assert!(refused.is_err(), "{sql} was allowed");
        let words = refused.unwrap_err().to_string();
        assert!(
            !words.contains("append"),
            "{sql} met the trigger, not the missing right: {words}"
        );
    }
    assert_eq!(
        count(&serving, "SELECT count(*) AS n FROM audit_entry", vec![]).await,
        1
    );
    assert_eq!(
        serving.schema().await.unwrap(),
        stagedoor_store::migrate::Schema::Current
    );
    serving.ping().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn only_a_database_with_roles_can_give_rights() {
    let words = TestDb::sqlite()
        .await
        .grant("stagedoor")
        .await
        .unwrap_err()
        .to_string();
    assert!(words.contains("SQLite has no roles"), "{words}");
    let hostile = "x; DROP TABLE audit_entry; --";
    assert!(
        TestDb::postgres().await.grant(hostile).await.is_err(),
        "no such role"
    );
}
