//! The audit is written once and never changed.

use stagedoor_core::audit::{Personal, Record, Slot};
use stagedoor_store::conformance;

use super::*;

async fn commit(db: &Db, batch: AuditBatch) {
    let result: Result<(), Error> = db
        .write(move |tx| {
            let batch = batch.clone();
            Box::pin(async move { tx.commit(batch, ()).await })
        })
        .await;
    result.unwrap();
}

fn personal() -> Personal {
    Personal {
        slot: Slot::Actor,
        subject: "stf_x".to_owned(),
        ciphertext: vec![1, 2, 3],
    }
}

pub(super) async fn assert_refused(db: &TestDb, attempts: &[&str], rule: &str) {
    for sql in attempts {
        let conflict = Error::Conflict {
            constraint: rule.to_owned(),
        };
        assert_eq!(db.raw_execute(sql).await, Err(conflict), "{sql}");
    }
}

conformance! {
    async fn an_entry_is_stored_as_it_was_sealed(db: &TestDb) {
        let mut drafted = entry();
        drafted.personal.push(personal());
        let sealed = drafted.clone().seal(Timestamp::from_micros(7));
        commit(db, AuditBatch::of(Timestamp::from_micros(7), drafted)).await;
        let rows = fetch(&mut db.reader(), "SELECT at, id, event, outcome, act_id, flags, canonical FROM audit_entry", vec![]).await.unwrap();
        assert_eq!(rows.len(), 1);
        assert_eq!(rows[0].time("at").unwrap(), sealed.at);
        assert_eq!(rows[0].parse::<EventId>("id").unwrap(), sealed.id);
        assert_eq!(rows[0].get::<String>("event").unwrap(), sealed.event);
        assert_eq!(rows[0].get::<Option<String>>("act_id").unwrap(), None);
        assert_eq!(rows[0].get::<Vec<u8>>("canonical").unwrap(), sealed.canonical);
        let beside = fetch(&mut db.reader(), "SELECT event_id, slot, subject_id, ciphertext FROM audit_personal", vec![]).await.unwrap();
        assert_eq!(beside[0].parse::<EventId>("event_id").unwrap(), sealed.id);
        assert_eq!(beside[0].get::<String>("slot").unwrap(), "actor");
        assert_eq!(beside[0].get::<Vec<u8>>("ciphertext").unwrap(), [1, 2, 3]);
    }

    async fn entries_can_be_neither_changed_nor_removed(db: &TestDb) {
        commit(db, batch(1)).await;
        let copy = "audit_entry SELECT * FROM audit_entry";
        let mut attempts = vec!["UPDATE audit_entry SET code = 'x'", "UPDATE audit_entry SET at = 0", "DELETE FROM audit_entry"];
        let replace = format!("INSERT OR REPLACE INTO {copy}");
        match db.engine_name() {
            "sqlite" => attempts.push(&replace),
            _ => attempts.extend([
                "TRUNCATE audit_entry",
                "TRUNCATE audit_entry CASCADE",
                "INSERT INTO audit_entry SELECT * FROM audit_entry ON CONFLICT (at, id) DO UPDATE SET code = 'x'",
            ]),
        }
        assert_refused(db, &attempts, "audit_entry_append_only").await;
        assert_eq!(entries(db).await, 1);
        assert_eq!(count(db, "SELECT count(*) AS n FROM audit_entry WHERE code IS NULL AND at = 1", vec![]).await, 1);
    }

    async fn personal_data_can_be_neither_changed_nor_removed(db: &TestDb) {
        let mut drafted = entry();
        drafted.personal.push(personal());
        commit(db, AuditBatch::of(Timestamp::from_micros(1), drafted)).await;
        let mut attempts = vec!["UPDATE audit_personal SET slot = 'target'", "DELETE FROM audit_personal"];
        match db.engine_name() {
            "sqlite" => attempts.push("INSERT OR REPLACE INTO audit_personal SELECT * FROM audit_personal"),
            _ => attempts.push("TRUNCATE audit_personal"),
        }
        assert_refused(db, &attempts, "audit_personal_append_only").await;
        assert_eq!(count(db, "SELECT count(*) AS n FROM audit_personal WHERE slot = 'actor'", vec![]).await, 1);
    }

    async fn the_log_does_not_follow_a_clock_that_steps_back(db: &TestDb) {
        for now in [100, 50, 200, 150] {
            commit(db, batch(now)).await;
        }
        let rows = fetch(&mut db.reader(), "SELECT at FROM audit_entry ORDER BY id", vec![]).await.unwrap();
        let stamps: Vec<i64> = rows.iter().map(|row| row.get("at").unwrap()).collect();
        assert_eq!(stamps, [100, 100, 200, 200]);
        // The bytes tell the same time as the column.
        let rows = fetch(&mut db.reader(), "SELECT at, canonical FROM audit_entry", vec![]).await.unwrap();
        for row in rows {
            let record = Record::parse(&row.get::<Vec<u8>>("canonical").unwrap()).unwrap();
            assert_eq!(record.at, row.time("at").unwrap());
        }
    }

    async fn all_entries_of_a_batch_or_none(db: &TestDb) {
        let twice = entry();
        let result: Result<(), Error> = db
            .write(move |tx| {
                let batch = AuditBatch::of(Timestamp::from_micros(1), entry()).and(twice.clone()).and(twice.clone());
                Box::pin(async move { tx.commit(batch, ()).await })
            })
            .await;
        assert!(matches!(result, Err(Error::Conflict { .. })), "{result:?}");
        assert_eq!(entries(db).await, 0);
    }
}
