//! Invariants that many requests race for hold on both engines.

use stagedoor_store::conformance;

use super::*;

const PLACES: u64 = 5;

/// Counts first and inserts after: only a serial order keeps the sum right, for no row is updated.
async fn take_place(db: &Db, number: i64) -> Result<bool, Error> {
    db.write(move |mut tx| {
        Box::pin(async move {
            let taken = fetch(&mut tx, "SELECT count(*) AS n FROM place", vec![]).await?[0].count("n")?;
            if taken >= PLACES {
                return done(tx, false).await;
            }
            execute(&mut tx, "INSERT INTO place VALUES ($1)", vec![number.into()]).await?;
            tx.commit(batch(number), true).await
        })
    })
    .await
}

/// The same however busy the machine is: whoever waited for a connection in vain has begun nothing, and comes again.
async fn take_place_at_last(db: &Db, number: i64) -> Result<bool, Error> {
    loop {
        match take_place(db, number).await {
            Err(Error::Unavailable { why }) if why.starts_with("pool timed out") => {}
            ended => return ended,
        }
    }
}

/// How many rounds, and how many race in each: a few here; the soak asks for a thousand of 64.
#[allow(
    clippy::disallowed_methods,
    reason = "a soak is configured by the environment"
)]
pub(super) fn races() -> (u64, i64) {
    match std::env::var("STAGEDOOR_SOAK_RACES") {
        Ok(rounds) => (rounds.parse().unwrap(), 64),
        Err(_) => (2, 20),
    }
}

conformance! {
    async fn a_budget_is_never_overdrawn(db: &TestDb) {
        db.raw_execute("CREATE TABLE place (n BIGINT PRIMARY KEY)").await.unwrap();
        let (rounds, racers) = races();
        for round in 1..=rounds {
            db.raw_execute("DELETE FROM place").await.unwrap();
            let tasks: Vec<_> = (0..racers)
                .map(|number| {
                    let db = db.db().clone();
                    tokio::spawn(async move { take_place_at_last(&db, number).await })
                })
                .collect();
            let mut won = 0;
            for task in tasks {
                won += u64::from(task.await.unwrap().unwrap());
            }
            assert_eq!(won, PLACES, "round {round}");
            assert_eq!(count(db, "SELECT count(*) AS n FROM place", vec![]).await, PLACES, "round {round}");
            assert_eq!(entries(db).await, PLACES * round, "round {round}");
        }
    }

    async fn no_increment_is_lost(db: &TestDb) {
        with_counter(db).await;
        let tasks: Vec<_> = (0..40)
            .map(|_| {
                let db = db.db().clone();
                tokio::spawn(async move {
                    let result: Result<(), Error> = db
                        .write(|mut tx| Box::pin(async move {
                            let now: i64 = fetch(&mut tx, "SELECT value FROM counter", vec![]).await?[0].get("value")?;
                            execute(&mut tx, "UPDATE counter SET value = $1", vec![(now + 1).into()]).await?;
                            done(tx, ()).await
                        }))
                        .await;
                    result
                })
            })
            .collect();
        for task in tasks {
            task.await.unwrap().unwrap();
        }
        assert_eq!(counter(db).await, 40);
    }
}
