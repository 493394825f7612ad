//! Changes to staff on both engines: each a compare-and-swap, and a super admin always left, whoever writes and however many
//! race.

use stagedoor_core::guard::ProviderTrust;
use stagedoor_core::id::{Id, ProviderId, StaffId, TenantId};
use stagedoor_core::provider::{ClaimRules, Narrowings, ProviderKind};
use stagedoor_core::role::{Scope, StaffRole};
use stagedoor_core::secret::Reference;
use stagedoor_core::staff::{Access, Post, Secrets, StaffState, Task, Term, Terms};
use stagedoor_core::sub_role::SubRoleName;
use stagedoor_core::time::{Timestamp, minutes};
use stagedoor_store::conformance;
use stagedoor_store::provider::{self, Provider};
use stagedoor_store::staff::{self, NewStaff, Staff};
use stagedoor_store::staff_change::{self, Deactivation};
use stagedoor_store::staff_list;

use super::families::{NOON, write};
use super::race::races;
use super::*;

const FLOOR: &str = "SELECT count(*) AS n FROM staff WHERE role = 'super_admin' AND state = 'active' \
                     AND account_until IS NULL AND scope = 'all' AND sub_role IS NULL AND term_role IS NULL \
                     AND term_scope IS NULL";

fn id(number: u64) -> StaffId {
    StaffId::new(1, u128::from(number))
}

pub(super) fn permanent() -> Access {
    Access::permanent(StaffRole::SuperAdmin, Scope::All)
}

pub(super) fn demoted() -> Access {
    Access {
        role: StaffRole::Support,
        ..permanent()
    }
}

/// Enrolled people with an access, numbered from `first`.
pub(super) async fn people(db: &Db, first: u64, many: u64, access: &Access) -> Vec<Staff> {
    let sso = Provider {
        id: ProviderId::new(1, 1),
        name: "SSO".to_owned(),
        issuer: "https://idp.example".to_owned(),
        client_id: "console".to_owned(),
        client_secret: None,
        trust: ProviderTrust::Trusted,
        email_domains: vec!["example.com".to_owned()],
        declared: false,
        trial: None,
        narrowed: Narrowings::NONE,
        kind: ProviderKind::Oidc,
        rules: ClaimRules::default(),
    };
    let all: Vec<Staff> = (first..first + many)
        .map(|number| Staff {
            id: id(number),
            email: format!("p{number:04}@example.com"),
            name: format!("Person {number}"),
            role: access.role,
            state: StaffState::Active,
            identity: Some((sso.id, format!("subject-{number}"))),
            scope: access.scope.clone(),
            account_until: access.until,
            acknowledged: None,
            sub_role: access.sub_role.clone(),
            lapses: staff::Lapses::default(),
        })
        .collect();
    let new = all.clone();
    let known = !provider::list(&mut db.reader()).await.unwrap().is_empty();
    write(db, move |tx| {
        let (new, sso) = (new.clone(), sso.clone());
        Box::pin(async move {
            if !known {
                provider::insert(tx, &sso, NOON).await?;
            }
            for staff in new {
                let justification = "test".to_owned();
                staff::insert(tx, &NewStaff { staff, justification }, NOON).await?;
            }
            Ok(())
        })
    })
    .await
    .unwrap();
    all
}

/// Support of nothing, over an access, until an hour past noon.
fn for_a_time(base: Access) -> Access {
    let until = NOON.plus(minutes(60));
    let why = "While somebody is away".to_owned();
    let post = Post {
        role: StaffRole::Support,
        sub_role: Some(SubRoleName::parse("support_l1").unwrap()),
    };
    let terms = Terms {
        post: Some(Term {
            held: post,
            until,
            why: why.clone(),
        }),
        scope: Some(Term {
            held: Scope::only(Vec::new()),
            until,
            why,
        }),
    };
    Access { terms, ..base }
}

async fn set(db: &Db, before: &Staff, access: Access) -> Result<bool, Error> {
    let before = before.clone();
    write(db, move |tx| {
        let (before, access) = (before.clone(), access.clone());
        Box::pin(async move { staff_change::set_access(tx, &before, &access).await })
    })
    .await
}

fn leaving() -> Deactivation {
    Deactivation {
        at: NOON,
        why: "Left the company".to_owned(),
        tasks: Task::of(Secrets::Compromised).collect(),
    }
}

async fn deactivate(db: &Db, before: &Staff) -> Result<bool, Error> {
    let before = before.clone();
    write(db, move |tx| {
        let before = before.clone();
        Box::pin(async move { staff_change::deactivate(tx, &before, &leaving()).await })
    })
    .await
}

async fn found(db: &Db, number: u64) -> Staff {
    staff::find(&mut db.reader(), id(number), NOON)
        .await
        .unwrap()
        .unwrap()
}

fn last<T: std::fmt::Debug>(result: &Result<T, Error>) -> bool {
    matches!(result, Err(Error::Conflict { constraint }) if constraint == "staff_last_super_admin")
}

/// One of many who would remove each other: by demotion, for good or for a time, deactivation, or an end.
async fn remove(db: Db, victim: Staff) -> Result<bool, Error> {
    match victim.id.as_uuid() % 3 {
        0 if victim.id.as_uuid().is_multiple_of(2) => set(&db, &victim, for_a_time(permanent())).await,
        0 => set(&db, &victim, demoted()).await,
        1 => deactivate(&db, &victim).await,
        _ => {
            let until = Some(NOON.plus(minutes(60)));
            set(&db, &victim, Access { until, ..permanent() }).await
        }
    }
}

conformance! {
    async fn an_access_is_changed_once_from_what_was_read(db: &TestDb) {
        let all = people(db, 1, 2, &permanent()).await;
        let before = &all[0];
        assert!(set(db, before, demoted()).await.unwrap());
        assert!(!set(db, before, permanent()).await.unwrap(), "the role is another by now");
        let after = found(db, 1).await;
        assert_eq!((after.role, after.scope.clone(), after.account_until), (StaffRole::Support, Scope::All, None));
        let until = Some(Timestamp::from_micros(NOON.micros() + 5));
        let narrow = Access { scope: Scope::only(Vec::new()), until, ..demoted() };
        assert!(set(db, &after, narrow).await.unwrap());
        let after = found(db, 1).await;
        assert_eq!((after.scope.clone(), after.account_until), (Scope::only(Vec::new()), until));
        let unknown = Access { scope: Scope::only(vec![TenantId::new(9, 9)]), ..demoted() };
        assert!(set(db, &after, unknown).await.is_err(), "there is no such tenant");
        assert_eq!(found(db, 1).await, after);
        let before = after.clone();
        assert!(write(db, move |tx| { let before = before.clone(); Box::pin(async move { staff_change::rename(tx, &before, "Kim M").await }) }).await.unwrap());
        assert!(!write(db, move |tx| { let after = after.clone(); Box::pin(async move { staff_change::rename(tx, &after, "Kim X").await }) }).await.unwrap());
    }

    async fn what_is_given_for_a_time_is_kept_beside_what_is_held_for_good(db: &TestDb) {
        people(db, 1, 1, &permanent()).await;
        let before = people(db, 2, 1, &Access { scope: Scope::only(Vec::new()), ..demoted() }).await.remove(0);
        let given = for_a_time(before.access());
        assert!(set(db, &before, given.clone()).await.unwrap());
        let end = NOON.plus(minutes(60));
        let during = found(db, 2).await;
        assert_eq!((during.access(), during.ends_for(NOON)), (given, Some(end)));
        assert_eq!((during.role, during.sub_role.as_ref().map(SubRoleName::as_str)), (StaffRole::Support, Some("support_l1")));
        let listed = staff_list::list(&mut db.reader(), NOON).await.unwrap();
        assert_eq!(listed[1].staff, during);
        let after = staff::find(&mut db.reader(), id(2), end).await.unwrap().unwrap();
        assert_eq!((after.sub_role.clone(), after.access().settled(end), after.ends_for(end)), (None, before.access(), None));
        assert_eq!(staff_change::list_lapsed(&mut db.reader(), NOON).await.unwrap(), []);
        assert_eq!(staff_change::list_lapsed(&mut db.reader(), end).await.unwrap(), std::slice::from_ref(&after));
        assert!(set(db, &after, after.access().settled(end)).await.unwrap());
        assert_eq!(found(db, 2).await, before);
        assert_eq!(staff_change::list_lapsed(&mut db.reader(), end).await.unwrap(), []);
        assert!(set(db, &before, for_a_time(before.access())).await.unwrap());
        assert!(deactivate(db, &before).await.unwrap());
        assert_eq!(found(db, 2).await.lapses, staff::Lapses::default(), "nothing is left");
    }

    async fn deactivated_is_for_ever(db: &TestDb) {
        let all = people(db, 1, 2, &permanent()).await;
        assert!(deactivate(db, &all[0]).await.unwrap());
        assert!(!deactivate(db, &all[0]).await.unwrap());
        let after = found(db, 1).await;
        assert_eq!((after.state, after.role, after.scope.clone()), (StaffState::Deactivated, StaffRole::ReadOnly, Scope::only(Vec::new())));
        for sql in [
            "UPDATE staff SET state = 'active' WHERE state = 'deactivated'",
            "UPDATE staff SET role = 'support' WHERE state = 'deactivated'",
            "UPDATE staff SET scope = 'all' WHERE state = 'deactivated'",
        ] {
            assert!(db.raw_execute(sql).await.is_err(), "{sql}");
        }
        let token = Reference::from_random([5; 32]).digest();
        let invited = write(db, move |tx| { Box::pin(async move { staff::invite(tx, id(1), &token, NOON).await }) }).await;
        assert!(!invited.unwrap());
        let listed = staff_list::list(&mut db.reader(), NOON).await.unwrap();
        let gone = listed[0].deactivated.clone().unwrap();
        assert_eq!((gone.at, gone.why.as_str(), gone.role), (NOON, "Left the company", Some(StaffRole::SuperAdmin)));
        assert_eq!((listed.len(), listed[1].deactivated.clone(), listed[1].staff.clone()), (2, None, all[1].clone()));
    }

    async fn a_checklist_is_ticked_off_once(db: &TestDb) {
        let all = people(db, 1, 2, &permanent()).await;
        deactivate(db, &all[0]).await.unwrap();
        let tasks = staff_change::tasks(&mut db.reader(), id(1)).await.unwrap();
        let due: Vec<_> = tasks.iter().map(|task| (task.task, task.due, task.done)).collect();
        assert_eq!(due[0], (Task::RotateSecrets, Task::RotateSecrets.due(NOON), None));
        assert_eq!(due.len(), 4);
        let late = |at| async move { staff_change::overdue(&mut db.reader(), at).await.unwrap() };
        assert_eq!(late(due[0].1.minus(minutes(1))).await, [], "nothing is late");
        let rotate = staff_change::Overdue { of: id(1), tasks: 1 };
        assert_eq!(late(due[0].1).await, [rotate], "what is due is late");
        assert_eq!(late(due[3].1).await, [staff_change::Overdue { tasks: 4, ..rotate }]);
        let finish = |of, task| write(db, move |tx| Box::pin(async move { staff_change::finish_task(tx, (of, task), (NOON, id(2))).await }));
        assert!(finish(id(1), Task::ReviewAudit).await.unwrap());
        assert!(!finish(id(1), Task::ReviewAudit).await.unwrap(), "the second finds it done");
        assert!(!finish(id(2), Task::ReviewAudit).await.unwrap(), "nobody has to");
        let tasks = staff_change::tasks(&mut db.reader(), id(1)).await.unwrap();
        assert_eq!(tasks.iter().filter_map(|task| task.done).collect::<Vec<_>>(), [(NOON, id(2))]);
    }

    async fn the_last_super_admin_stays_whoever_writes(db: &TestDb) {
        let only = people(db, 1, 1, &permanent()).await.remove(0);
        people(db, 2, 1, &Access { until: Some(NOON.plus(minutes(60))), ..permanent() }).await;
        people(db, 3, 1, &Access { scope: Scope::only(Vec::new()), ..permanent() }).await;
        let narrow = Some(SubRoleName::parse("admins_desk").unwrap());
        let beside = people(db, 4, 2, &Access { sub_role: narrow, ..permanent() }).await;
        assert!(set(db, &beside[1], for_a_time(permanent())).await.unwrap());
        assert_eq!(found(db, 4).await.access(), beside[0].access());
        assert_eq!(staff_change::count_floor_beside(&mut db.reader(), only.id).await.unwrap(), 0);
        assert_eq!(staff_change::count_floor_beside(&mut db.reader(), id(2)).await.unwrap(), 1);
        assert!(last(&set(db, &only, demoted()).await));
        assert!(last(&deactivate(db, &only).await));
        assert!(last(&set(db, &only, for_a_time(permanent())).await));
        for sql in [
            "UPDATE staff SET role = 'support'",
            "UPDATE staff SET state = 'deactivated'",
            "UPDATE staff SET state = 'claimed'",
            "UPDATE staff SET state = 'invited'",
            "UPDATE staff SET account_until = 5",
            "UPDATE staff SET scope = 'listed'",
            "UPDATE staff SET sub_role = 'desk'",
            "UPDATE staff SET term_role = 'super_admin', term_role_until = 5, term_role_why = 'x'",
            "UPDATE staff SET term_scope = 'all', term_scope_until = 5, term_scope_why = 'x'",
            "UPDATE staff SET term_role = 'support' WHERE scope = 'listed'",
            "DELETE FROM staff",
        ] {
            assert!(db.raw_execute(sql).await.is_err(), "{sql}");
            assert_eq!(count(db, FLOOR, vec![]).await, 1, "{sql}");
        }
        // The way back from the server's command line hands them a token, and is let through. Which identity it took is kept.
        let former = staff::find_former_identity(&mut db.reader(), id(1)).await.unwrap();
        assert_eq!(former, None);
        for seed in [5, 6] {
            let token = Reference::from_random([seed; 32]).digest();
            let invited = write(db, move |tx| { Box::pin(async move { staff::invite(tx, id(1), &token, NOON).await }) }).await;
            assert!(invited.unwrap());
            let former = staff::find_former_identity(&mut db.reader(), id(1)).await.unwrap();
            assert_eq!((former, found(db, 1).await.identity), (only.identity.clone(), None));
        }
    }

    async fn of_all_who_remove_each_other_one_stays(db: &TestDb) {
        let (rounds, racers) = races();
        let racers = u64::try_from(racers).unwrap();
        let mut stayed = people(db, 1, 1, &permanent()).await;
        for round in 0..rounds {
            let mut all = people(db, 2 + round * racers, racers - 1, &permanent()).await;
            all.append(&mut stayed);
            let tasks: Vec<_> = all
                .iter()
                .map(|victim| tokio::spawn(remove(db.db().clone(), victim.clone())))
                .collect();
            let mut refused = Vec::new();
            for (victim, task) in all.iter().zip(tasks) {
                let result = task.await.unwrap();
                assert!(last(&result) || result == Ok(true), "round {round}: {result:?}");
                refused.extend(last(&result).then(|| victim.clone()));
            }
            assert_eq!(count(db, FLOOR, vec![]).await, 1, "round {round}");
            assert_eq!(refused.len(), 1, "round {round}");
            stayed = refused;
        }
    }

    async fn accounts_whose_end_has_come_are_found(db: &TestDb) {
        people(db, 1, 1, &permanent()).await;
        let end = NOON.plus(minutes(60));
        let temporary = people(db, 2, 2, &Access { until: Some(end), ..demoted() }).await;
        let ended = staff_change::list_ended(&mut db.reader(), NOON).await.unwrap();
        assert_eq!(ended, []);
        let ended = staff_change::list_ended(&mut db.reader(), end).await.unwrap();
        assert_eq!(ended, temporary);
        deactivate(db, &temporary[0]).await.unwrap();
        assert_eq!(staff_change::list_ended(&mut db.reader(), end).await.unwrap(), temporary[1..]);
    }
}
