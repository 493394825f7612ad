//! Erasing a person: their data is gone for everybody, every proof stays, and a hold forbids it.

use stagedoor_core::audit::LogScope;
use stagedoor_service::testing::NOON;
use stagedoor_service::{LogParts, ServiceError};
use stagedoor_store::conformance;
use stagedoor_store::legal_hold::Held;
use stagedoor_store::testing::TestDb;

use super::support::{assert_clean, checkpoint, count, seeded, service_with, tell, verify};

async fn text(db: &TestDb, sql: &str) -> String {
    db.raw_fetch(sql).await.unwrap()[0].get("x").unwrap()
}

conformance! {
    async fn what_was_known_of_a_person_is_gone_and_every_proof_holds(db: &TestDb) {
        let service = seeded(db).await;
        service.sequence().await.unwrap();
        let before = checkpoint(db, "platform").await;
        let subject = text(db, "SELECT subject_id AS x FROM audit_personal GROUP BY subject_id ORDER BY count(*) DESC, subject_id LIMIT 1").await;
        let beside = format!("audit_personal WHERE subject_id = '{subject}'");
        let rows = count(db, &beside).await;
        assert!(rows > 1);

        service.erase_personal(&subject, "They asked for it").await.unwrap();
        let report = service.verify_log(std::slice::from_ref(&before)).await.unwrap();
        assert_clean(&report);
        service.sequence().await.unwrap();
        assert_clean(&service.verify_log(&[before]).await.unwrap());
        assert_eq!(count(db, &beside).await, rows, "the rows stay as they are");
        assert_eq!(count(db, &format!("subject_key WHERE subject_id = '{subject}' AND wrapped IS NULL")).await, 1);
        let erased = "audit_entry WHERE event = 'admin.personal.erase' AND outcome = 'success' AND flags = 4";
        assert_eq!(count(db, erased).await, 1, "it is told, as something critical");
        assert!(matches!(service.erase_personal(&subject, "Again").await, Err(ServiceError::NotFound)));
        assert!(matches!(service.erase_personal("usr_nobody", "x").await, Err(ServiceError::NotFound)));

        // Another process goes on writing about them, and keeps nothing that could be read.
        let other = service_with(db.db().clone(), LogParts::default());
        tell(&other, LogScope::Platform, NOON).await;
        other.sequence().await.unwrap();
        assert_clean(&verify(&other).await);
    }

    async fn a_hold_forbids_it_until_it_is_lifted(db: &TestDb) {
        let service = seeded(db).await;
        service.sequence().await.unwrap();
        let subject = text(db, "SELECT p.subject_id AS x FROM audit_personal p JOIN audit_entry e ON e.id = p.event_id WHERE e.scope = 'platform' ORDER BY p.subject_id LIMIT 1").await;
        let keys = || count(db, "subject_key WHERE wrapped IS NOT NULL");
        let whole = keys().await;
        for (kind, name) in [(Held::Subject, subject.as_str()), (Held::Log, "platform")] {
            service.place_hold(kind, name, "Case 7").await.unwrap();
            assert!(matches!(service.place_hold(kind, name, "Case 8").await, Err(ServiceError::Conflict(_))));
            assert!(matches!(service.erase_personal(&subject, "They asked").await, Err(ServiceError::Conflict(_))));
            assert_eq!(keys().await, whole);
            assert_clean(&verify(&service).await);
            // The clock of this test stands still, and the order in the log is what tells a lifted hold from a placed one.
            service.sequence().await.unwrap();
            service.lift_hold(kind, name, "Closed").await.unwrap();
            service.sequence().await.unwrap();
            assert!(matches!(service.lift_hold(kind, name, "Closed").await, Err(ServiceError::NotFound)));
        }
        assert_eq!(count(db, "audit_entry WHERE event = 'admin.personal.erase' AND code = 'LEGAL_HOLD'").await, 2);
        // A hold on a log in which there is nothing of theirs is none of theirs.
        service.place_hold(Held::Log, "org_other", "Case 9").await.unwrap();
        service.erase_personal(&subject, "They asked").await.unwrap();
        assert_eq!(keys().await, whole - 1);
        assert_clean(&verify(&service).await);
    }
}
