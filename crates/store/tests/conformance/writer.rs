//! What `Db::write` promises about one piece of work among many.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use stagedoor_store::conformance;

use super::*;

/// What a use case answers when it refuses.
#[derive(Debug, PartialEq)]
enum Refusal {
    NotAllowed,
    Store(Error),
}

impl From<Error> for Refusal {
    fn from(error: Error) -> Self {
        Self::Store(error)
    }
}

conformance! {
    async fn work_and_entries_are_committed_together(db: &TestDb) {
        with_counter(db).await;
        let value: Result<i64, Error> = db
            .write(|mut tx| Box::pin(async move {
                add_one(&mut tx).await?;
                tx.commit(batch(1), 42).await
            }))
            .await;
        assert_eq!(value, Ok(42));
        assert_eq!((counter(db).await, entries(db).await), (1, 1));
    }

    async fn refusing_failing_and_panicking_work_harms_nobody_else(db: &TestDb) {
        with_counter(db).await;
        let tasks: Vec<_> = (0..40_u32)
            .map(|number| {
                let db = db.db().clone();
                tokio::spawn(async move { one_of_many(&db, number).await })
            })
            .collect();
        let mut results = Vec::new();
        for task in tasks {
            results.push(task.await.unwrap());
        }
        for (number, result) in results.into_iter().enumerate() {
            match (number % 4, result) {
                (0, result) => assert_eq!(result, Ok(number as u32)),
                (1, result) => assert_eq!(result, Err(Refusal::NotAllowed)),
                (2, result) => assert_eq!(
                    result,
                    Err(Refusal::Store(Error::Conflict { constraint: "counter(name)".to_owned() }))
                ),
                (_, result) => assert!(matches!(result, Err(Refusal::Store(Error::Aborted { .. }))), "{result:?}"),
            }
        }
        assert_eq!((counter(db).await, entries(db).await), (10, 10));
    }

    async fn work_that_does_not_commit_is_rolled_back(db: &TestDb) {
        with_counter(db).await;
        // The proof of another transaction's commit is no proof for this one.
        let stolen = Arc::new(Mutex::new(None));
        let hide = Arc::clone(&stolen);
        let first: Result<(), Refusal> = db
            .write(move |mut tx| {
                let hide = Arc::clone(&hide);
                Box::pin(async move {
                    add_one(&mut tx).await?;
                    *hide.lock().unwrap() = Some(done(tx, ()).await?);
                    Err(Refusal::NotAllowed)
                })
            })
            .await;
        assert_eq!(first, Err(Refusal::NotAllowed));
        let second: Result<(), Error> = db
            .write(move |mut tx| {
                let stolen = Arc::clone(&stolen);
                Box::pin(async move {
                    add_one(&mut tx).await?;
                    Ok(stolen.lock().unwrap().take().unwrap())
                })
            })
            .await;
        assert!(matches!(second, Err(Error::Aborted { .. })), "{second:?}");
        assert_eq!(counter(db).await, 0);
    }

    async fn an_escaped_transaction_can_do_nothing(db: &TestDb) {
        with_counter(db).await;
        let escaped = Arc::new(Mutex::new(None));
        let hide = Arc::clone(&escaped);
        let result: Result<(), Refusal> = db
            .write(move |tx| {
                *hide.lock().unwrap() = Some(tx);
                Box::pin(async { Err(Refusal::NotAllowed) })
            })
            .await;
        assert_eq!(result, Err(Refusal::NotAllowed));
        let mut tx = escaped.lock().unwrap().take().unwrap();
        assert!(matches!(add_one(&mut tx).await, Err(Error::Aborted { .. })));
        assert_eq!(counter(db).await, 0);
    }

    async fn a_swallowed_failure_still_forbids_the_commit(db: &TestDb) {
        with_counter(db).await;
        let conflict = Error::Conflict { constraint: "counter(name)".to_owned() };
        let result: Result<(), Error> = db
            .write(|mut tx| Box::pin(async move {
                let twice = execute(&mut tx, "INSERT INTO counter VALUES ('a', 9)", vec![]).await;
                assert!(twice.is_err());
                // Nothing runs any more, and the commit tells the first failure.
                assert!(add_one(&mut tx).await.is_err());
                tx.commit(batch(1), ()).await
            }))
            .await;
        assert_eq!(result, Err(conflict));
        assert_eq!((counter(db).await, entries(db).await), (0, 0));
    }

    async fn work_ends_even_when_its_caller_has_gone(db: &TestDb) {
        with_counter(db).await;
        let (started, mut running) = tokio::sync::mpsc::channel(1);
        let caller = db.write(move |mut tx| {
            let started = started.clone();
            Box::pin(async move {
                add_one(&mut tx).await?;
                let _ = started.send(()).await;
                add_one(&mut tx).await?;
                done(tx, ()).await
            })
        });
        tokio::select! {
            result = caller => { let _: Result<(), Error> = result; }
            _ = running.recv() => {}
        }
        for _ in 0..500 {
            if counter(db).await == 2 {
                return;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        panic!("the work was dropped with its caller");
    }

    async fn hundreds_of_writers_are_all_served(db: &TestDb) {
        db.raw_execute("CREATE TABLE line (n BIGINT PRIMARY KEY)").await.unwrap();
        let tasks: Vec<_> = (0..300_i64)
            .map(|number| {
                let db = db.db().clone();
                tokio::spawn(async move {
                    let written: Result<(), Error> = db
                        .write(move |mut tx| Box::pin(async move {
                            execute(&mut tx, "INSERT INTO line VALUES ($1)", vec![number.into()]).await?;
                            tx.commit(batch(number), ()).await
                        }))
                        .await;
                    written
                })
            })
            .collect();
        for task in tasks {
            task.await.unwrap().unwrap();
        }
        assert_eq!(count(db, "SELECT count(*) AS n FROM line", vec![]).await, 300);
        assert_eq!(entries(db).await, 300);
    }
}

async fn one_of_many(db: &Db, number: u32) -> Result<u32, Refusal> {
    db.write(move |mut tx| {
        Box::pin(async move {
            if number % 4 == 2 {
                execute(&mut tx, "INSERT INTO counter VALUES ('a', 0)", vec![]).await?;
            }
            add_one(&mut tx).await?;
            match number % 4 {
                1 => Err(Refusal::NotAllowed),
                3 => panic!("expected by the test"),
                _ => Ok(tx.commit(batch(i64::from(number)), number).await?),
            }
        })
    })
    .await
}
