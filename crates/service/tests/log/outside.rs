//! Checkpoints outside the database: what they see, whoever can write to all of the database cannot hide.

use std::path::Path;

use stagedoor_core::audit::LogScope;
use stagedoor_service::log::outside::read_notes;
use stagedoor_service::testing::NOON;
use stagedoor_service::{LogParts, Service};
use stagedoor_store::conformance;
use stagedoor_store::testing::TestDb;

use super::support::{a_tenant, assert_clean, checkpoint, count, service_with, tell};
use super::tamper::Victim;

fn keeping(db: &TestDb, folder: &Path) -> Service {
    let log = LogParts {
        outside: Some(folder.to_owned()),
        ..LogParts::default()
    };
    let service = service_with(db.db().clone(), log);
    service.read_checkpoints().unwrap();
    service
}

conformance! {
    async fn the_last_checkpoint_of_each_log_goes_outside(db: &TestDb) {
        let folder = tempfile::tempdir().unwrap();
        let service = keeping(db, folder.path());
        tell(&service, LogScope::Platform, NOON).await;
        tell(&service, a_tenant(), NOON).await;
        service.settle().await.unwrap();
        let notes = read_notes(folder.path()).unwrap();
        assert_eq!(notes.len(), 2);
        assert!(notes.contains(&checkpoint(db, "platform").await));
        let report = service.verify_log(&notes).await.unwrap();
        assert_clean(&report);
        assert_eq!(report.outside, 2);

        // It moves on with the log, and never back.
        tell(&service, LogScope::Platform, NOON).await;
        let older = keeping(db, folder.path());
        service.settle().await.unwrap();
        let newer = checkpoint(db, "platform").await;
        assert!(read_notes(folder.path()).unwrap().contains(&newer));
        older.settle().await.unwrap();
        assert!(read_notes(folder.path()).unwrap().contains(&newer));
        assert_clean(&service.verify_log(&notes).await.unwrap());
    }

    async fn a_job_that_fails_keeps_no_entry_from_its_place(db: &TestDb) {
        let folder = tempfile::tempdir().unwrap();
        let service = keeping(db, folder.path());
        tell(&service, LogScope::Platform, NOON).await;
        db.raw_execute("DROP TABLE flash").await.unwrap();
        assert!(service.run_due().await.is_err(), "what is expired cannot be cleared");
        assert_eq!(count(db, "audit_queue").await, 0);
        assert!(read_notes(folder.path()).unwrap().contains(&checkpoint(db, "platform").await));
    }

    async fn nothing_is_signed_on_top_of_a_past_that_was_changed(db: &TestDb) {
        let folder = tempfile::tempdir().unwrap();
        let victim = Victim::new(db).await;
        let service = keeping(db, folder.path());
        service.sequence().await.unwrap();
        service.settle().await.unwrap();
        // The whole database as it was before the last two entries: their checkpoint is outside.
        victim.restore().await;
        victim.run("DELETE FROM audit_entry WHERE id IN (SELECT event_id FROM audit_queue); DELETE FROM audit_queue").await.unwrap();
        let restarted = keeping(db, folder.path());
        assert_clean(&restarted.verify_log(&[]).await.unwrap());
        let report = restarted.verify_log(&read_notes(folder.path()).unwrap()).await.unwrap();
        assert_eq!(report.findings.total(), 1);
        tell(&restarted, LogScope::Platform, NOON).await;
        let done = restarted.sequence().await.unwrap();
        assert_eq!((done.leaves, done.damaged.len()), (0, 1));
        let later = restarted.sequence().await.unwrap();
        assert_eq!((later.leaves, later.damaged.len()), (0, 1), "and it does not give in");
    }

    async fn whoever_signs_has_looked_outside_first(db: &TestDb) {
        let folder = tempfile::tempdir().unwrap();
        let victim = Victim::new(db).await;
        keeping(db, folder.path()).settle().await.unwrap();
        victim.restore().await;
        victim.run("DELETE FROM audit_entry WHERE id IN (SELECT event_id FROM audit_queue); DELETE FROM audit_queue").await.unwrap();
        // A command that serves nothing: it commits an entry and settles.
        let log = LogParts { outside: Some(folder.path().to_owned()), ..LogParts::default() };
        let command = service_with(db.db().clone(), log);
        tell(&command, LogScope::Platform, NOON).await;
        let before = checkpoint(db, "platform").await;
        command.settle().await.unwrap();
        assert_eq!(checkpoint(db, "platform").await, before, "nothing is signed on top of a past that was cut");
    }

    async fn what_nobody_signed_never_takes_the_place_of_a_checkpoint(db: &TestDb) {
        let folder = tempfile::tempdir().unwrap();
        let victim = Victim::new(db).await;
        keeping(db, folder.path()).settle().await.unwrap();
        let kept = read_notes(folder.path()).unwrap();
        victim.run("UPDATE audit_head SET size = size + 1000, note = replace(note, 'platform', 'platform ')").await.unwrap();
        keeping(db, folder.path()).settle().await.unwrap();
        assert_eq!(read_notes(folder.path()).unwrap(), kept);
    }

    async fn what_stands_outside_and_is_not_ours_is_refused(db: &TestDb) {
        let folder = tempfile::tempdir().unwrap();
        let service = keeping(db, folder.path());
        tell(&service, LogScope::Platform, NOON).await;
        service.settle().await.unwrap();
        let file = folder.path().join("platform.checkpoint");
        let text = std::fs::read_to_string(&file).unwrap();
        for (changed, said) in [
            (text.replace("\n1\n", "\n2\n"), "does not fit"),
            (text.replace("admin.stagedoor.test", "evil.test"), "is no log of this installation"),
            ("nonsense".to_owned(), "no signed note"),
        ] {
            std::fs::write(&file, changed).unwrap();
            let log = LogParts { outside: Some(folder.path().to_owned()), ..LogParts::default() };
            let error = service_with(db.db().clone(), log).read_checkpoints().unwrap_err();
            assert!(error.to_string().contains(said), "{error}");
        }
    }
}
