//! Alerts on both engines: raised with the entry that causes them or not at all, each delivery tried by one at a time, and
//! never lost to whoever died over it.

use stagedoor_core::alert::{Attempt, Channel, State};
use stagedoor_core::audit::{AuditBatch, Change, Entry, Event, Field, Outcome, Target};
use stagedoor_core::decision::Reason;
use stagedoor_core::id::StaffId;
use stagedoor_core::time::{hours, minutes};
use stagedoor_store::alert::{self, Alert, Delivery, Waiting};
use stagedoor_store::conformance;
use stagedoor_store::staff::Staff;

use super::families::{NOON, write};
use super::staff::{demoted, people, permanent};
use super::*;

/// An entry of something done to somebody.
fn done_to(event: Event, staff: &Staff) -> Entry {
    let mut told = entry();
    told.event = event;
    told.target = Some(Target::Staff(staff.id));
    told
}

/// Commits the entries, each at a minute of its own after noon.
async fn commit(db: &Db, entries: Vec<Entry>) {
    for (minute, entry) in (0..).zip(entries) {
        let batch = AuditBatch::of(NOON.plus(minutes(minute)), entry);
        db.write(move |tx| {
            let batch = batch.clone();
            Box::pin(async move { tx.commit(batch, ()).await })
        })
        .await
        .unwrap();
    }
}

async fn inbox(db: &Db, staff: StaffId) -> Vec<Alert> {
    alert::inbox(&mut db.reader(), staff, None, 50).await.unwrap()
}

/// The first open letter, as somebody finds it who looks at that minute after noon.
async fn letter(db: &Db, minute: u64) -> Option<Delivery> {
    let now = NOON.plus(minutes(minute));
    let open = alert::open(&mut db.reader(), Channel::Email, now, 50)
        .await
        .unwrap();
    open.into_iter().next()
}

async fn take(db: &Db, found: &Delivery, minute: u64) -> bool {
    let (found, now) = (found.clone(), NOON.plus(minutes(minute)));
    write(db, move |tx| {
        let found = found.clone();
        Box::pin(async move { alert::take(tx, &found, now, now.plus(minutes(1))).await })
    })
    .await
    .unwrap()
}

async fn settle(db: &Db, (found, tries): (&Delivery, u64), how: Attempt, minute: u64) -> bool {
    let (found, now) = (found.clone(), NOON.plus(minutes(minute)));
    let next = how.next((tries, found.raised), now, 0);
    write(db, move |tx| {
        let found = found.clone();
        Box::pin(async move { alert::settle(tx, (&found, tries), next, (now, Some("told"))).await })
    })
    .await
    .unwrap()
}

conformance! {
    async fn an_alert_is_raised_with_its_entry_for_every_super_admin(db: &TestDb) {
        let supers = people(db, 1, 2, &permanent()).await;
        let gone = people(db, 10, 1, &demoted()).await.remove(0);
        commit(db, vec![done_to(Event::StaffDeactivate, &gone)]).await;
        let mine = inbox(db, supers[0].id).await;
        assert_eq!(mine.len(), 1);
        assert_eq!((mine[0].event.as_str(), mine[0].about), ("admin.staff.deactivate", Some(gone.id)));
        assert_eq!((mine[0].raised, mine[0].due), (NOON, NOON.plus(hours(24))));
        assert_eq!(inbox(db, supers[1].id).await, mine);
        assert!(inbox(db, gone.id).await.is_empty(), "whoever it was done to has no inbox");
        let leaving = alert::deliveries(&mut db.reader(), mine[0].id).await.unwrap();
        let to: Vec<_> = leaving.iter().map(|one| (one.channel, one.recipient)).collect();
        let letters = [supers[0].id, supers[1].id, gone.id].map(|id| (Channel::Email, Some(id)));
        assert_eq!(to, [&letters[..], &[(Channel::Webhook, None)]].concat());
        assert!(leaving.iter().all(|one| one.state == State::Queued && one.tries == 0));
    }

    async fn what_is_rolled_back_alerts_nobody(db: &TestDb) {
        let someone = people(db, 1, 1, &permanent()).await.remove(0);
        let batch = AuditBatch::of(NOON, done_to(Event::StaffReset, &someone));
        let failed: Result<(), Error> = db
            .write(move |tx| {
                let batch = batch.clone();
                Box::pin(async move {
                    let _ = tx.commit(batch, ()).await?;
                    Err(Error::Aborted { why: "the world ended" })
                })
            })
            .await;
        assert!(failed.is_err());
        assert!(inbox(db, someone.id).await.is_empty());
        assert_eq!(letter(db, 0).await, None);
        assert_eq!(entries(db).await, 0);
    }

    async fn only_what_concerns_super_admins_alerts(db: &TestDb) {
        let boss = people(db, 1, 1, &permanent()).await.remove(0);
        let helper = people(db, 10, 1, &demoted()).await.remove(0);
        let promoted = Change { field: "role".to_owned(), before: Some("support".to_owned()), after: Some("super_admin".to_owned()) };
        let ticked = Change { field: "checklist.document".to_owned(), before: None, after: None };
        let mut up = done_to(Event::StaffManage, &helper);
        up.changes = vec![promoted];
        let mut tick = done_to(Event::StaffManage, &boss);
        tick.changes = vec![ticked];
        let mut invited = done_to(Event::StaffCreate, &helper);
        invited.facts.insert(Field::Role, "super_admin".to_owned());
        let mut refused = done_to(Event::StaffDeactivate, &boss);
        refused.outcome = Outcome::Denied(Reason::PermissionMissing);
        commit(db, vec![
            done_to(Event::StaffManage, &helper), up, tick, done_to(Event::StaffManage, &boss), invited, refused,
            done_to(Event::StaffSignIn, &boss), done_to(Event::RiskRaise, &boss),
        ]).await;
        let minutes: Vec<u64> = inbox(db, boss.id).await.iter().map(|one| one.raised.since(NOON).as_secs() / 60).collect();
        assert_eq!(minutes, [4, 3, 1], "the newest first");
    }

    async fn an_inbox_has_what_waits_first_and_counts_what_is_late(db: &TestDb) {
        let both = people(db, 1, 2, &permanent()).await;
        commit(db, vec![done_to(Event::StaffReset, &both[0]); 1]).await;
        commit(db, vec![done_to(Event::StaffReset, &both[1]), done_to(Event::StaffReset, &both[0])]).await;
        let all = inbox(db, both[0].id).await;
        let (newest, me) = (all[0].id, both[0].id);
        for first in [true, false] {
            let done = write(db, move |tx| Box::pin(async move { alert::acknowledge(tx, newest, me, NOON).await })).await.unwrap();
            assert_eq!(done, first, "once");
        }
        let after = inbox(db, me).await;
        assert_eq!(after.last().unwrap().id, newest);
        assert_eq!(after.last().unwrap().acknowledged, Some(NOON));
        let mut walked = Vec::new();
        while walked.len() < 3 {
            let key = walked.last().map(Alert::key);
            walked.extend(alert::inbox(&mut db.reader(), me, key, 1).await.unwrap());
        }
        assert_eq!(walked, after);
        let counted = alert::count(&mut db.reader(), me, NOON.plus(hours(24))).await.unwrap();
        assert_eq!(counted, Waiting { waiting: 2, overdue: 2 });
        let other = alert::count(&mut db.reader(), both[1].id, NOON.plus(hours(23))).await.unwrap();
        assert_eq!(other, Waiting { waiting: 3, overdue: 0 }, "each acknowledges for themselves");
    }

    async fn a_delivery_is_one_hand_s_at_a_time_and_never_lost(db: &TestDb) {
        let boss = people(db, 1, 1, &permanent()).await.remove(0);
        commit(db, vec![done_to(Event::StaffReset, &boss)]).await;
        let found = letter(db, 0).await.unwrap();
        assert!(take(db, &found, 0).await);
        assert!(!take(db, &found, 0).await, "the second of two");
        assert_eq!(letter(db, 0).await, None, "it is in somebody's hands");
        // They die over it: sent or not, nobody wrote it down. When their time is over it is tried again, under the same name.
        let again = letter(db, 1).await.unwrap();
        assert_eq!((again.alert, again.tries), (found.alert, 1));
        assert!(take(db, &again, 1).await);
        assert!(!settle(db, (&found, 1), Attempt::Delivered, 1).await, "who was away too long says nothing any more");
        assert!(settle(db, (&again, 2), Attempt::Failed, 1).await);
        let failed = letter(db, 2).await.unwrap();
        assert_eq!((failed.state, failed.tries, failed.error.as_deref()), (State::Failed, 2, Some("told")));
        assert!(take(db, &failed, 2).await);
        assert!(settle(db, (&failed, 3), Attempt::Delivered, 2).await);
        assert_eq!(letter(db, 60 * 24).await, None);
    }
}
