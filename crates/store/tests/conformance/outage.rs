//! A database that is gone, locked or read-only is told apart from a mistake.

use stagedoor_store::conformance;
use stagedoor_store::db::DatabaseUrl;

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
    assert_unavailable(try_write(&again).await);
    assert_unavailable(again.ping().await);
}
