//! Reads that must agree do; readers cannot write.

use stagedoor_store::conformance;

use super::*;

async fn increment(db: &Db) {
    let result: Result<(), Error> = db
        .write(|mut tx| {
            Box::pin(async move {
                add_one(&mut tx).await?;
                done(tx, ()).await
            })
        })
        .await;
    result.unwrap();
}

conformance! {
    async fn a_snapshot_does_not_move(db: &TestDb) {
        with_counter(db).await;
        let mut snapshot = db.snapshot().await.unwrap();
        let before = fetch(&mut snapshot, "SELECT value FROM counter", vec![]).await.unwrap();
        increment(db).await;
        let after = fetch(&mut snapshot, "SELECT value FROM counter", vec![]).await.unwrap();
        assert_eq!(before[0].get::<i64>("value").unwrap(), after[0].get::<i64>("value").unwrap());
        drop(snapshot);
        assert_eq!(counter(db).await, 1);
    }

    async fn a_write_is_seen_once_it_is_acknowledged(db: &TestDb) {
        with_counter(db).await;
        for expected in 1..=20 {
            increment(db).await;
            assert_eq!(counter(db).await, expected);
        }
    }

    async fn readers_cannot_write(db: &TestDb) {
        with_counter(db).await;
        let sneaky = "UPDATE counter SET value = 9 RETURNING value";
        assert!(fetch(&mut db.reader(), sneaky, vec![]).await.is_err());
        let mut snapshot = db.snapshot().await.unwrap();
        assert!(fetch(&mut snapshot, sneaky, vec![]).await.is_err());
        drop(snapshot);
        assert_eq!(counter(db).await, 0);
    }
}
