//! A database that is gone, locked or read-only is told apart from a mistake.

use stagedoor_store::conformance;
use stagedoor_store::db::DatabaseUrl;
use stagedoor_store::testing::Fault;

use super::*;

async fn try_write(db: &Db) -> Result<(), Error> {
    db.write(|tx| Box::pin(async move { tx.commit(batch(1), ()).await }))
        .await
}

fn assert_unavailable<T: std::fmt::Debug>(result: Result<T, Error>) {
    assert!(matches!(result, Err(Error::Unavailable { .. })), "{result:?}");
}

conformance! {
    async fn a_healthy_database_answers_and_keeps_no_trace(db: &TestDb) {
        db.ping().await.unwrap();
        db.ping().await.unwrap();
        assert_eq!(entries(db).await, 0);
    }

    async fn a_closed_database_is_unavailable(db: &TestDb) {
        try_write(db).await.unwrap();
        db.close().await;
        assert_unavailable(try_write(db).await);
        assert_unavailable(fetch(&mut db.reader(), "SELECT 1 AS a", vec![]).await);
        assert_unavailable(db.snapshot().await);
        assert_unavailable(db.ping().await);
    }

    async fn an_audit_that_cannot_be_written_stops_the_action(db: &TestDb) {
        with_counter(db).await;
        db.raw_execute("ALTER TABLE audit_entry RENAME TO gone").await.unwrap();
        let result: Result<(), Error> = db
            .write(|mut tx| Box::pin(async move {
                add_one(&mut tx).await?;
                tx.commit(batch(1), ()).await
            }))
            .await;
        assert!(result.is_err());
        assert!(db.ping().await.is_err());
        assert_eq!(counter(db).await, 0);
    }

    async fn every_illness_is_told_loses_nothing_and_passes(db: &TestDb) {
        try_write(db).await.unwrap();
        for fault in [Fault::ReadOnly, Fault::Locked, Fault::Gone] {
            let before = entries(db).await;
            let illness = db.fall_ill(fault).await;
            let (written, probed) = tokio::join!(try_write(db), db.ping());
            for result in [written, probed] {
                assert!(matches!(result, Err(Error::Busy | Error::Unavailable { .. })), "{fault:?}: {result:?}");
            }
            illness.heal().await;
            assert_eq!(entries(db).await, before, "{fault:?}");
            db.ping().await.unwrap();
            try_write(db).await.unwrap();
            assert_eq!(entries(db).await, before + 1, "{fault:?}");
        }
    }

    async fn on_a_full_disk_what_was_acknowledged_is_there_and_nothing_else(db: &TestDb) {
        let illness = db.fall_ill(Fault::Full).await;
        let mut acknowledged = 0;
        let mut refused = 0;
        while refused < 20 {
            match try_write(db).await {
                Ok(()) => acknowledged += 1,
                Err(Error::Unavailable { .. }) => refused += 1,
                Err(other) => panic!("{other:?}"),
            }
            assert!(acknowledged < 1_000, "the database never became full");
        }
        assert_unavailable(db.ping().await);
        assert_eq!(entries(db).await, acknowledged);
        illness.heal().await;
        db.ping().await.unwrap();
        try_write(db).await.unwrap();
        assert_eq!(entries(db).await, acknowledged + 1);
    }

    async fn nobody_waits_behind_another_for_the_same_lock(db: &TestDb) {
        let illness = db.fall_ill(Fault::Locked).await;
        let tasks: Vec<_> = (0..12)
            .map(|_| {
                let db = db.db().clone();
                tokio::spawn(async move { try_write(&db).await })
            })
            .collect();
        // One after the other they would take a minute.
        let answers = tokio::time::timeout(std::time::Duration::from_secs(40), futures_util::future::join_all(tasks));
        for answer in answers.await.unwrap() {
            assert_eq!(answer.unwrap(), Err(Error::Busy));
        }
        illness.heal().await;
        try_write(db).await.unwrap();
    }

    async fn migrating_twice_changes_nothing(db: &TestDb) {
        try_write(db).await.unwrap();
        db.migrate().await.unwrap();
        assert_eq!(entries(db).await, 1);
    }

    async fn a_database_from_the_future_is_refused(db: &TestDb) {
        db.raw_execute("UPDATE _sqlx_migrations SET version = 9999 WHERE version = (SELECT max(version) FROM _sqlx_migrations)").await.unwrap();
        let result = db.migrate().await;
        assert!(matches!(&result, Err(Error::Migration { why }) if why.contains("9999")), "{result:?}");
    }
}

#[tokio::test]
async fn nothing_that_listens_is_unavailable() {
    let url = DatabaseUrl::parse("postgres://nobody@127.0.0.1:1/none").unwrap();
    assert_unavailable(Db::open(&url).await);
    let url = DatabaseUrl::parse("sqlite:///nowhere/at/all/test.db").unwrap();
    assert_unavailable(Db::open(&url).await);
}

#[tokio::test]
async fn a_locked_sqlite_file_is_busy_and_recovers() {
    let db = TestDb::sqlite().await;
    with_counter(&db).await;
    let (hold, holding) = tokio::sync::oneshot::channel::<()>();
    let (held, locked) = tokio::sync::oneshot::channel();
    let other = Db::open(db.url()).await.unwrap();
    other.seal_with(stagedoor_store::testing::seal_key());
    let holding = std::sync::Mutex::new(Some((held, holding)));
    // Another process in the middle of its own transaction.
    let blocker = tokio::spawn(async move {
        let result: Result<(), Error> = other
            .write(move |mut tx| {
                let channels = holding.lock().unwrap().take();
                Box::pin(async move {
                    add_one(&mut tx).await?;
                    if let Some((held, holding)) = channels {
                        held.send(()).unwrap();
                        holding.await.unwrap();
                    }
                    done(tx, ()).await
                })
            })
            .await;
        result
    });
    locked.await.unwrap();
    assert_eq!(try_write(&db).await, Err(Error::Busy));
    hold.send(()).unwrap();
    blocker.await.unwrap().unwrap();
    try_write(&db).await.unwrap();
    assert_eq!(counter(&db).await, 1);
}

#[tokio::test]
async fn a_full_disk_fails_the_whole_batch_and_the_writer_recovers() {
    let db = TestDb::sqlite().await;
    with_counter(&db).await;
    let pages = db
        .raw_fetch("SELECT page_count AS n FROM pragma_page_count")
        .await
        .unwrap()[0]
        .count("n")
        .unwrap();
    // The limit belongs to the writing connection: it is set where no audited work could.
    let limited: Result<(), Error> = db
        .write(move |mut tx| {
            Box::pin(async move {
                let sql: &'static str =
                    Box::leak(format!("PRAGMA max_page_count = {pages}").into_boxed_str());
                execute(&mut tx, sql, vec![]).await?;
                done(tx, ()).await
            })
        })
        .await;
    limited.unwrap();
    let big: Result<(), Error> = db
        .write(|mut tx| {
            Box::pin(async move {
                add_one(&mut tx).await?;
                let value = vec![Value::from("x".repeat(1 << 20))];
                // SQLite rolls everything back here; what follows must not commit by itself.
                let full = execute(&mut tx, "INSERT INTO counter VALUES ($1, 1)", value).await;
                assert!(matches!(full, Err(Error::Unavailable { .. })), "{full:?}");
                let _ = add_one(&mut tx).await;
                done(tx, ()).await
            })
        })
        .await;
    assert_unavailable(big);
    assert_eq!(counter(&db).await, 0);
    try_write(&db).await.unwrap();
}

/// A backup put in the place of a file in use: readers still see the old one, so nothing may be written to the new one.
#[tokio::test]
async fn a_file_that_was_replaced_is_never_written() {
    let db = TestDb::sqlite().await;
    try_write(&db).await.unwrap();
    let path = file_of(&db);
    let copy = path.with_extension("copy");
    std::fs::copy(&path, &copy).unwrap();
    std::fs::rename(&copy, &path).unwrap();
    let refused = try_write(&db).await;
    assert!(
        matches!(&refused, Err(Error::Unavailable { why }) if why.contains("restart")),
        "{refused:?}"
    );
    assert_unavailable(db.ping().await);
    std::fs::remove_file(&path).unwrap();
    assert_unavailable(try_write(&db).await);
    assert!(!path.exists(), "no empty database takes its place");
}

/// The path behind a SQLite address.
fn file_of(db: &TestDb) -> std::path::PathBuf {
    db.url().to_string().strip_prefix("sqlite://").unwrap().into()
}

#[tokio::test]
async fn a_read_only_postgres_is_unavailable() {
    let db = TestDb::postgres().await;
    let name = db.raw_fetch("SELECT current_database() AS name").await.unwrap()[0]
        .get::<String>("name")
        .unwrap();
    db.raw_execute(&format!(
        "ALTER DATABASE {name} SET default_transaction_read_only = on"
    ))
    .await
    .unwrap();
    let again = Db::open(db.url()).await.unwrap();
    again.seal_with(stagedoor_store::testing::seal_key());
    assert_unavailable(try_write(&again).await);
    assert_unavailable(again.ping().await);
}
