//! Codes of staff: no guess beyond the thresholds, and nothing that is good once is taken twice, under races as well.

use std::time::Duration;

use stagedoor_core::attempts::{AttemptRule, Barred, CodeKind};
use stagedoor_core::id::StaffId;
use stagedoor_core::time::minutes;
use stagedoor_store::{code, conformance};

use super::families::{NOON, new_session, write};
use super::*;

async fn take(db: Db, staff: StaffId, kind: CodeKind, now: Timestamp) -> Result<(), Barred> {
    let taken = write(&db, move |tx| {
        Box::pin(async move { code::take_attempt(tx, (staff, kind), AttemptRule::default(), now).await })
    });
    taken.await.unwrap().map(|_| ())
}

conformance! {
    async fn of_any_burst_of_guesses_as_many_are_looked_at_as_the_rule_says(db: &TestDb) {
        let (_, held) = new_session(db).await;
        let burst = |now: Timestamp| {
            let tasks: Vec<_> = (0..64)
                .map(|_| tokio::spawn(take(db.db().clone(), held.staff, CodeKind::Totp, now)))
                .collect();
            async move {
                let mut taken = Vec::new();
                for task in tasks {
                    taken.push(task.await.unwrap());
                }
                taken
            }
        };
        let first = burst(NOON).await;
        assert_eq!(first.iter().filter(|taken| taken.is_ok()).count(), 5);
        let early = NOON.plus(minutes(2)).minus(Duration::from_secs(1));
        assert_eq!(take(db.db().clone(), held.staff, CodeKind::Totp, early).await, Err(Barred::Suspended));
        assert_eq!(take(db.db().clone(), held.staff, CodeKind::Recovery, early).await, Ok(()), "each kind on its own");
        let second = burst(NOON.plus(minutes(2))).await;
        assert_eq!(second.iter().filter(|taken| taken.is_ok()).count(), 5);
        let late = NOON.plus(minutes(60 * 24));
        assert_eq!(take(db.db().clone(), held.staff, CodeKind::Totp, late).await, Err(Barred::Locked));
        write(db, move |tx| Box::pin(async move { code::void(tx, held.staff).await })).await.unwrap();
        assert_eq!(take(db.db().clone(), held.staff, CodeKind::Totp, late).await, Ok(()));
    }

    async fn a_step_of_time_is_taken_once_and_none_before_it(db: &TestDb) {
        let (_, held) = new_session(db).await;
        let staff = held.staff;
        let uses = |step: u64| {
            let db = db.db().clone();
            async move { write(&db, move |tx| Box::pin(async move { code::use_totp(tx, staff, step, NOON).await })).await.unwrap() }
        };
        assert!(!uses(11).await, "there is no app");
        write(db, move |tx| Box::pin(async move { code::put_totp(tx, staff, b"sealed", (10, NOON)).await })).await.unwrap();
        assert!(!uses(10).await, "the code that enrolled it");
        let tasks: Vec<_> = (0..10).map(|_| tokio::spawn(uses(12))).collect();
        let mut taken = 0;
        for task in tasks {
            taken += usize::from(task.await.unwrap());
        }
        assert_eq!(taken, 1);
        assert!(!uses(11).await, "one of before");
        let app = code::find_totp(&mut db.db().reader(), staff).await.unwrap().unwrap();
        assert_eq!((app.secret.as_slice(), app.last_step, app.last_used), (b"sealed".as_slice(), 12, Some(NOON)));
    }

    async fn a_recovery_code_is_its_owners_used_once_and_void_with_its_set(db: &TestDb) {
        let (_, held) = new_session(db).await;
        let (staff, other) = (held.staff, StaffId::new(99, 99));
        let put = |digests: Vec<[u8; 32]>| {
            write(db, move |tx| {
                let digests = digests.clone();
                Box::pin(async move { code::put_recovery(tx, staff, &digests, NOON).await })
            })
        };
        let uses = |whose: StaffId, digest: [u8; 32]| {
            let db = db.db().clone();
            async move { write(&db, move |tx| Box::pin(async move { code::use_recovery(tx, whose, &digest, NOON).await })).await.unwrap() }
        };
        put(vec![[1; 32], [2; 32]]).await.unwrap();
        assert!(!uses(other, [1; 32]).await && !uses(staff, [9; 32]).await);
        let tasks: Vec<_> = (0..10).map(|_| tokio::spawn(uses(staff, [1; 32]))).collect();
        let mut used = 0;
        for task in tasks {
            used += usize::from(task.await.unwrap());
        }
        assert_eq!(used, 1);
        assert_eq!(code::count_recovery(&mut db.db().reader(), staff).await.unwrap(), 1);
        put(vec![[3; 32]]).await.unwrap();
        assert!(!uses(staff, [2; 32]).await, "the former set is void");
        assert!(uses(staff, [3; 32]).await);
    }

    async fn an_app_that_is_being_enrolled_waits_in_its_session_for_a_while(db: &TestDb) {
        let (_, held) = new_session(db).await;
        let until = NOON.plus(minutes(10));
        write(db, move |tx| Box::pin(async move { code::put_enrolment(tx, held.id, b"one", until).await })).await.unwrap();
        write(db, move |tx| Box::pin(async move { code::put_enrolment(tx, held.id, b"two", until).await })).await.unwrap();
        let found = code::find_enrolment(&mut db.db().reader(), held.id, NOON).await.unwrap();
        assert_eq!(found.as_deref(), Some(b"two".as_slice()));
        assert_eq!(code::find_enrolment(&mut db.db().reader(), held.id, until).await.unwrap(), None);
        let swept = write(db, move |tx| Box::pin(async move { code::expire_enrolments(tx, until).await }));
        assert_eq!(swept.await.unwrap(), 1);
        let gone = write(db, move |tx| Box::pin(async move { code::delete_enrolment(tx, held.id).await }));
        assert!(!gone.await.unwrap());
    }
}
