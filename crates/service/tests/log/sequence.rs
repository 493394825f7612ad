//! Entries get their places: all of them, once, in logs that cannot be forked.

use stagedoor_core::audit::LogScope;
use stagedoor_core::audit::checkpoint::Checkpoint;
use stagedoor_core::audit::key::Origin;
use stagedoor_service::testing::NOON;
use stagedoor_service::{LogParts, Service};
use stagedoor_store::Db;
use stagedoor_store::conformance;
use stagedoor_store::testing::TestDb;

use super::support::{
    a_tenant, assert_clean, checkpoint, count, keys, seeded, service, service_with, tell, verify,
};

conformance! {
    async fn every_entry_gets_its_place(db: &TestDb) {
        let service = seeded(db).await;
        let entries = count(db, "audit_entry").await;
        assert!(entries > 100, "{entries}");
        assert_eq!(count(db, "audit_queue").await, entries, "each waits from its commit on");
        let report = verify(&service).await;
        assert_clean(&report);
        assert_eq!((report.entries(), report.waiting), (0, entries));

        let done = service.sequence().await.unwrap();
        assert_eq!(done.leaves, entries);
        assert!(done.refused.is_empty() && done.damaged.is_empty());
        assert_eq!((count(db, "audit_queue").await, count(db, "audit_leaf").await), (0, entries));
        let report = verify(&service).await;
        assert_clean(&report);
        assert_eq!((report.entries(), report.waiting), (entries, 0));
        assert!(report.logs.len() >= 2 && report.keys > 0);

        tell(&service, LogScope::Platform, NOON).await;
        assert_eq!(service.sequence().await.unwrap().leaves, 1);
        assert_eq!(service.sequence().await.unwrap().leaves, 0, "nothing is left to do");
        assert_clean(&verify(&service).await);
    }

    async fn a_log_grows_from_what_another_process_left(db: &TestDb) {
        let one = service(db);
        let two = service_with(Db::open(db.url()).await.unwrap(), LogParts::default());
        for round in 0..40 {
            let (writer, sequencer) = if round % 3 == 0 { (&one, &two) } else { (&two, &one) };
            tell(writer, LogScope::Platform, NOON).await;
            tell(writer, a_tenant(), NOON).await;
            assert_eq!(sequencer.sequence().await.unwrap().leaves, 2);
        }
        let report = verify(&one).await;
        assert_clean(&report);
        assert_eq!(report.entries(), 80);
    }

    async fn processes_that_race_never_fork_a_log(db: &TestDb) {
        let mut services = vec![service(db)];
        for _ in 0..3 {
            services.push(service_with(Db::open(db.url()).await.unwrap(), LogParts::default()));
        }
        let work = services.iter().enumerate().map(|(number, service)| {
            let service = service.clone();
            tokio::spawn(async move {
                for round in 0..12 {
                    let scope = if (round + number) % 2 == 0 { LogScope::Platform } else { a_tenant() };
                    tell(&service, scope, NOON).await;
                    busy(&service).await;
                }
            })
        });
        for done in work.collect::<Vec<_>>() {
            done.await.unwrap();
        }
        services[0].sequence().await.unwrap();
        let report = verify(&services[0]).await;
        assert_clean(&report);
        assert_eq!((report.entries(), report.waiting), (48, 0));
    }

    async fn what_is_older_than_the_log_is_adopted_once(db: &TestDb) {
        let service = service(db);
        for _ in 0..3 {
            tell(&service, LogScope::Platform, NOON).await;
        }
        // As a migration leaves entries of a database that had no log.
        db.raw_execute("UPDATE audit_queue SET seal = NULL").await.unwrap();
        assert_eq!(service.sequence().await.unwrap().leaves, 0, "without a seal nothing gets a place");
        service.adopt_entries().await.unwrap();
        service.adopt_entries().await.unwrap();
        assert_eq!(service.sequence().await.unwrap().leaves, 3);
        assert_clean(&verify(&service).await);

        tell(&service, LogScope::Platform, NOON).await;
        db.raw_execute("UPDATE audit_queue SET seal = NULL").await.unwrap();
        service.adopt_entries().await.unwrap();
        assert_eq!(service.sequence().await.unwrap().leaves, 0, "the log has begun");
        assert_eq!(verify(&service).await.findings.total(), 1);
    }

    async fn what_a_wrong_key_refused_gets_its_place_with_the_right_one(db: &TestDb) {
        let right = service(db);
        tell(&right, LogScope::Platform, NOON).await;
        // As a process with another master key leaves it, and as whoever wants to hide an entry would.
        db.raw_execute("UPDATE audit_queue SET refused_at = 1").await.unwrap();
        assert_eq!(right.sequence().await.unwrap().leaves, 0);
        right.reconsider_refused().await.unwrap();
        assert_eq!(right.sequence().await.unwrap().leaves, 1);
        assert_clean(&verify(&right).await);
    }

    async fn keys_change_and_old_checkpoints_still_hold(db: &TestDb) {
        let first = service_with(db.db().clone(), keys(&[("2026-05", 1)]));
        tell(&first, LogScope::Platform, NOON).await;
        first.sequence().await.unwrap();
        let old = checkpoint(db, "platform").await;

        let both = service_with(db.db().clone(), keys(&[("2026-11", 2), ("2026-05", 1)]));
        tell(&both, LogScope::Platform, NOON).await;
        both.sequence().await.unwrap();
        let report = both.verify_log(std::slice::from_ref(&old)).await.unwrap();
        assert_clean(&report);
        assert_eq!(report.logs[0].key.as_deref(), Some("2026-11"));
        assert_eq!(report.outside, 1);

        // Signed by both, so whoever knows only the old key can follow.
        let name = Origin::new("admin.stagedoor.test").unwrap().platform().unwrap();
        let note = checkpoint(db, "platform").await;
        for known in [keys(&[("2026-11", 2)]), keys(&[("2026-05", 1)])] {
            let opened = Checkpoint::open(&note, &known.keys.unwrap().known(&name)).unwrap();
            assert_eq!(opened.size, 2);
        }

        // A process that does not know the key that signed last signs nothing on top of it.
        let stranger = service_with(db.db().clone(), keys(&[("other", 3)]));
        tell(&stranger, LogScope::Platform, NOON).await;
        let done = stranger.sequence().await.unwrap();
        assert_eq!((done.leaves, done.damaged.len()), (0, 1));
        assert!(!verify(&stranger).await.findings.is_empty());
    }
}

/// On SQLite another process may hold the file for longer than a short wait; then the next round does it.
async fn busy(service: &Service) {
    for _ in 0..20 {
        if service.sequence().await.is_ok() {
            return;
        }
    }
    panic!("it stays busy");
}
