//! Trials: one of a kind at a time, ended once, under races as well; and the sets that a confirmation replaces.

use stagedoor_core::guard::NetworkKind;
use stagedoor_core::guard_policy::{ActionSet, Draft, GuardPolicy, Narrowing, StaffRoles};
use stagedoor_core::id::{Id, NetworkRuleId, StaffId, TrialId};
use stagedoor_core::network::OwnRule;
use stagedoor_core::time::{Timestamp, minutes};
use stagedoor_core::trial::{RollBack, Stands, TRIAL_SPAN, Trial, TrialKind};
use stagedoor_store::trial::{self, KeptTrial};
use stagedoor_store::{conformance, guard_policy, impersonation, network_rule};

use super::families::{NOON, new_session, write};
use super::race::races;
use super::*;

fn kept(number: u64, kind: TrialKind, by: StaffId) -> KeptTrial {
    KeptTrial {
        trial: Trial::start(TrialId::new(number, 3), kind, by, NOON),
        about: "office is added".to_owned(),
        old: "[]".to_owned(),
        new: "[1]".to_owned(),
        reason: "The office has moved".to_owned(),
        ended_by: None,
    }
}

async fn begin(db: &Db, kept: KeptTrial) -> Result<(), Error> {
    write(db, move |tx| {
        let kept = kept.clone();
        Box::pin(async move { trial::insert(tx, &kept).await })
    })
    .await
}

async fn end(db: &Db, ended: Trial, by: StaffId) -> bool {
    write(db, move |tx| {
        Box::pin(async move { trial::end(tx, &ended, Some(by)).await })
    })
    .await
    .unwrap()
}

async fn epoch(db: &Db) -> u64 {
    trial::epoch(&mut db.reader()).await.unwrap()
}

fn rule(number: u64, name: &str, range: &str) -> OwnRule {
    OwnRule {
        id: NetworkRuleId::new(number, 1),
        name: name.to_owned(),
        kind: NetworkKind::Vpn,
        range: range.parse().unwrap(),
        note: "Berlin".to_owned(),
        created: NOON,
    }
}

fn policy(name: &str) -> GuardPolicy {
    let draft = Draft {
        name: name.to_owned(),
        about: "Soon again".to_owned(),
        roles: StaffRoles::ALL,
        actions: ActionSet::ALL,
        narrowing: Narrowing {
            max_age: Some(minutes(10)),
            ..Narrowing::NOTHING
        },
    };
    draft.check().unwrap()
}

conformance! {
    async fn a_trial_comes_back_as_it_was_and_each_step_is_counted(db: &TestDb) {
        let (_, held) = new_session(db).await;
        let began = kept(1, TrialKind::NetworkRules, held.staff);
        let before = epoch(db).await;
        begin(db, began.clone()).await.unwrap();
        assert_eq!(trial::find(&mut db.reader(), began.trial.id).await.unwrap(), Some(began.clone()));
        assert_eq!(trial::pending(&mut db.reader()).await.unwrap(), std::slice::from_ref(&began));
        assert_eq!(epoch(db).await, before + 1);
        let (live, beside) = impersonation::live_and_epoch(&mut db.reader(), held.staff, NOON, NOON).await.unwrap();
        assert_eq!((live, beside), (0, before + 1), "a call of staff reads the count beside what it reads anyway");
        let rolled = began.trial.roll_back(RollBack::ByHand, NOON.plus(minutes(1))).unwrap();
        assert!(end(db, rolled, held.staff).await);
        assert_eq!(epoch(db).await, before + 2);
        let found = trial::find(&mut db.reader(), began.trial.id).await.unwrap().unwrap();
        assert_eq!((found.trial, found.ended_by), (rolled, Some(held.staff)));
        assert_eq!(trial::pending(&mut db.reader()).await.unwrap(), []);
        let ex = &mut db.reader();
        assert_eq!(trial::latest(ex, (&[TrialKind::NetworkRules], 9)).await.unwrap(), [found]);
        let others = [TrialKind::GuardPolicies, TrialKind::IdentityProvider];
        assert_eq!(trial::latest(ex, (&others, 9)).await.unwrap(), []);
    }

    async fn a_trial_is_confirmed_before_its_deadline_only_and_ends_once(db: &TestDb) {
        let (_, held) = new_session(db).await;
        let began = kept(1, TrialKind::NetworkRules, held.staff);
        begin(db, began.clone()).await.unwrap();
        let last = NOON.plus(TRIAL_SPAN).minus(std::time::Duration::from_micros(1));
        let confirmed = began.trial.confirm(held.staff, Stands::Inside, last).unwrap();
        let at = |at: Timestamp| Trial { state: stagedoor_core::trial::TrialState::Confirmed { at }, ..confirmed };
        let before = epoch(db).await;
        assert!(!end(db, at(NOON.plus(TRIAL_SPAN)), held.staff).await, "the row itself knows its deadline");
        assert_eq!(epoch(db).await, before, "nothing happened");
        assert!(end(db, confirmed, held.staff).await);
        let lapsed = began.trial.roll_back(RollBack::ByTime, NOON.plus(TRIAL_SPAN)).unwrap();
        assert!(!end(db, lapsed, held.staff).await, "it is over");
    }

    async fn of_many_trials_of_a_kind_at_once_one_begins(db: &TestDb) {
        let (_, held) = new_session(db).await;
        let (rounds, racers) = races();
        for round in 1..=rounds {
            let tasks: Vec<_> = (0..racers)
                .map(|racer| {
                    let db = db.db().clone();
                    let number = round * 1_000 + u64::try_from(racer).unwrap();
                    let began = kept(number, TrialKind::GuardPolicies, held.staff);
                    tokio::spawn(async move { begin(&db, began).await })
                })
                .collect();
            let mut won = 0;
            for task in tasks {
                match task.await.unwrap() {
                    Ok(()) => won += 1,
                    Err(error) => assert!(matches!(error, Error::Conflict { .. }), "{error}"),
                }
            }
            assert_eq!(won, 1, "round {round}");
            let other = kept(round * 1_000 + 999, TrialKind::NetworkRules, held.staff);
            begin(db, other).await.unwrap();
            for pending in trial::pending(&mut db.reader()).await.unwrap() {
                let rolled = pending.trial.roll_back(RollBack::ByHand, NOON).unwrap();
                assert!(end(db, rolled, held.staff).await);
            }
        }
    }

    async fn of_a_confirmation_and_a_roll_back_at_once_one_wins(db: &TestDb) {
        let (_, held) = new_session(db).await;
        for number in 1..=races().0 {
            let began = kept(number, TrialKind::NetworkRules, held.staff);
            begin(db, began.clone()).await.unwrap();
            let confirmed = began.trial.confirm(held.staff, Stands::Inside, NOON).unwrap();
            let rolled = began.trial.roll_back(RollBack::ByHand, NOON).unwrap();
            let (one, other) = tokio::join!(end(db, confirmed, held.staff), end(db, rolled, held.staff));
            assert!(one != other, "{one} {other}");
        }
    }

    async fn sets_are_replaced_as_a_whole(db: &TestDb) {
        let (one, two) = (rule(1, "a", "192.0.2.0/24"), rule(2, "b", "2001:db8::/32"));
        let sets = [vec![one.clone(), two.clone()], vec![two.clone()], vec![OwnRule { note: String::new(), ..two }, one]];
        for set in sets {
            let new = set.clone();
            write(db, move |tx| {
                let new = new.clone();
                Box::pin(async move { network_rule::replace(tx, &new).await })
            })
            .await
            .unwrap();
            let mut expected = set;
            expected.sort_by_key(|rule| rule.id);
            assert_eq!(network_rule::list(&mut db.reader()).await.unwrap(), expected);
        }
        for set in [vec![policy("a"), policy("b")], vec![policy("b")], vec![]] {
            let new = set.clone();
            write(db, move |tx| {
                let new = new.clone();
                Box::pin(async move { guard_policy::replace(tx, &new).await })
            })
            .await
            .unwrap();
            assert_eq!(guard_policy::list(&mut db.reader()).await.unwrap(), set);
        }
    }
}
