//! What witnesses have seen: it only ever grows, and a failure is kept beside it.

use stagedoor_store::log::head::{self, Head};
use stagedoor_store::log::witness::{self, Seen};
use stagedoor_store::{Unaudited, conformance};

use super::audit::assert_refused;
use super::*;

const W1: &str = "witness.example/w1+d9ed62c5";
const W2: &str = "witness.example/w2+00000001";

fn at(micros: i64) -> Timestamp {
    Timestamp::from_micros(micros)
}

/// What is kept of one try.
#[derive(Clone, Copy)]
enum Kept {
    Cosigned(u64, &'static str),
    Failed(&'static str, Option<u64>),
}

async fn keep(db: &TestDb, log: &'static str, witness: &'static str, kept: Kept, now: i64) {
    let done: Result<(), Error> = db
        .sequence(move |mut tx| {
            Box::pin(async move {
                match kept {
                    Kept::Cosigned(size, note) => {
                        witness::cosigned(&mut tx, log, witness, (size, note), at(now)).await?;
                    }
                    Kept::Failed(words, disputed) => {
                        witness::failed(&mut tx, log, witness, (words, disputed), at(now)).await?;
                    }
                }
                tx.commit_unaudited(Unaudited::Sequencing, ()).await
            })
        })
        .await;
    done.unwrap();
}

async fn grow(db: &TestDb, log: &'static str, from: u64, size: u64) {
    let head = Head {
        scope: log.to_owned(),
        size,
        note: format!("{log} {size}"),
        at: at(1),
    };
    let done: Result<(), Error> = db
        .sequence(move |mut tx| {
            let head = head.clone();
            Box::pin(async move {
                head::advance(&mut tx, from, &head).await?;
                tx.commit_unaudited(Unaudited::Sequencing, ()).await
            })
        })
        .await;
    done.unwrap();
}

async fn found(db: &TestDb, log: &str) -> Seen {
    witness::find(&mut db.reader(), log, W1).await.unwrap().unwrap()
}

/// The logs that are due at a witness, with their sizes and what it has seen of them.
async fn due(db: &TestDb, witness: &str, after: &str, limit: u32) -> Vec<(String, u64, u64)> {
    let due = witness::due(&mut db.reader(), witness, after, limit)
        .await
        .unwrap();
    due.into_iter()
        .map(|due| (due.head.scope, due.head.size, due.seen))
        .collect()
}

conformance! {
    async fn what_a_witness_has_seen_only_grows(db: &TestDb) {
        assert_eq!(witness::find(&mut db.reader(), "a", W1).await, Ok(None));
        keep(db, "a", W1, Kept::Failed("it is away", None), 1).await;
        let never = Seen {
            scope: "a".to_owned(),
            witness: W1.to_owned(),
            size: 0,
            note: None,
            at: None,
            failed: Some((at(1), "it is away".to_owned())),
            disputed: None,
        };
        assert_eq!(found(db, "a").await, never);
        keep(db, "a", W1, Kept::Cosigned(5, "five"), 2).await;
        let five = Seen { size: 5, note: Some("five".to_owned()), at: Some(at(2)), ..never };
        assert_eq!(found(db, "a").await, five);
        keep(db, "a", W1, Kept::Cosigned(4, "four"), 3).await;
        assert_eq!(found(db, "a").await, five, "another process was further");

        keep(db, "a", W1, Kept::Failed("it has seen 9", Some(9)), 4).await;
        keep(db, "a", W1, Kept::Failed("it is away", None), 5).await;
        let disputed = Seen { failed: Some((at(5), "it is away".to_owned())), disputed: Some(9), ..five };
        assert_eq!(found(db, "a").await, disputed, "that it is away settles no dispute");
        keep(db, "a", W1, Kept::Cosigned(9, "nine"), 6).await;
        let settled = Seen { size: 9, note: Some("nine".to_owned()), at: Some(at(6)), disputed: None, ..disputed };
        assert_eq!(found(db, "a").await, settled);

        let attempts = ["UPDATE audit_witness SET size = 8", "UPDATE audit_witness SET witness = 'other'", "DELETE FROM audit_witness"];
        assert_refused(db, &attempts, "audit_witness_append_only").await;
    }

    async fn what_a_witness_has_not_seen_is_due_there(db: &TestDb) {
        for (log, size) in [("a", 1), ("b", 2), ("c", 3)] {
            grow(db, log, 0, size).await;
        }
        let all = |seen: [u64; 3]| vec![("a".to_owned(), 1, seen[0]), ("b".to_owned(), 2, seen[1]), ("c".to_owned(), 3, seen[2])];
        assert_eq!(due(db, W1, "", 9).await, all([0, 0, 0]));
        assert_eq!(due(db, W1, "a", 1).await, all([0, 0, 0])[1..2]);
        keep(db, "b", W1, Kept::Cosigned(2, "b 2"), 1).await;
        keep(db, "c", W1, Kept::Cosigned(4, "c 4"), 1).await;
        assert_eq!(due(db, W1, "", 9).await, [("a".to_owned(), 1, 0), ("c".to_owned(), 3, 4)], "a log that was cut is due, too");
        assert_eq!(due(db, W2, "", 9).await, all([0, 0, 0]));
        grow(db, "b", 2, 7).await;
        assert_eq!(due(db, W1, "a", 9).await, [("b".to_owned(), 7, 2), ("c".to_owned(), 3, 4)]);

        keep(db, "b", W2, Kept::Failed("it is away", None), 1).await;
        let listed = async |after: (&str, &str), limit| {
            let page = witness::list(&mut db.reader(), after, limit).await.unwrap();
            page.into_iter().map(|seen| (seen.scope, seen.witness)).collect::<Vec<_>>()
        };
        let pair = |log: &str, witness: &str| (log.to_owned(), witness.to_owned());
        assert_eq!(listed(("", ""), 2).await, [pair("b", W1), pair("b", W2)]);
        assert_eq!(listed(("b", W1), 9).await, [pair("b", W2), pair("c", W1)]);
    }
}
