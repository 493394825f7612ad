//! Who may change whom on staff: the rules against a naive model of spec 01 "Invariants", and what holds after any sequence
//! of calls. `STAGEDOOR_SOAK_SEQUENCES` sets how many; the soak asks for 100,000.

mod support;

use std::collections::BTreeSet;

use proptest::prelude::*;
use proptest::sample::select;
use proptest::test_runner::{Config, TestRunner};
use stagedoor_core::decision::Reason;
use stagedoor_core::id::TenantId;
use stagedoor_core::role::{Scope, StaffRole};
use stagedoor_core::staff::{
    Access, Account, Named, Post, StaffChange, StaffRefusal, StaffState, Term, Terms, apply, may_create,
    nothing,
};
use stagedoor_core::sub_role::SubRoleName;
use stagedoor_core::time::Timestamp;

use support::{NOW, id, setting};

const SEQUENCES: u32 = 5_000;

/// One call of somebody.
#[derive(Debug, Clone)]
enum Call {
    Create(Access),
    Change(usize, StaffChange),
    /// An invited person comes and enrols.
    Enrol(usize),
}

fn moment(days: i64) -> Timestamp {
    Timestamp::from_micros(NOW.micros() + days * 86_400_000_000)
}

fn scopes() -> impl Strategy<Value = Scope> {
    let tenants = prop::collection::vec((1_u128..4).prop_map(id::<TenantId>), 0..3);
    prop_oneof![2 => Just(Scope::All), 1 => tenants.prop_map(Scope::only)]
}

fn accesses() -> impl Strategy<Value = Access> {
    let roles = prop_oneof![2 => Just(StaffRole::SuperAdmin), 2 => select(StaffRole::ALL)];
    let ends = prop_oneof![3 => Just(None), 1 => (-1_i64..4).prop_map(|days| Some(moment(days)))];
    (posts(roles), scopes(), ends, terms()).prop_map(|(post, scope, until, terms)| Access {
        role: post.role,
        sub_role: post.sub_role,
        scope,
        until,
        terms,
    })
}

fn posts(roles: impl Strategy<Value = StaffRole>) -> impl Strategy<Value = Post> {
    let name = |text: &str| Some(SubRoleName::parse(text).expect("a name"));
    let sub_roles = prop_oneof![6 => Just(None), 1 => Just(name("support_l1")), 1 => Just(name("desk"))];
    (roles, sub_roles).prop_map(|(role, sub_role)| Post { role, sub_role })
}

/// Mostly nothing for a time; else something, perhaps over already.
fn terms() -> impl Strategy<Value = Terms> {
    (for_a_time(posts(select(StaffRole::ALL))), for_a_time(scopes()))
        .prop_map(|(post, scope)| Terms { post, scope })
}

fn for_a_time<T: std::fmt::Debug + Clone + 'static>(
    held: impl Strategy<Value = T> + 'static,
) -> impl Strategy<Value = Option<Term<T>>> {
    let term = (held, -1_i64..4).prop_map(|(held, days)| {
        Some(Term {
            held,
            until: moment(days),
            why: "for a time".to_owned(),
        })
    });
    prop_oneof![5 => Just(None), 1 => term]
}

fn states() -> impl Strategy<Value = StaffState> {
    prop_oneof![
        6 => Just(StaffState::Active),
        1 => Just(StaffState::Invited),
        1 => Just(StaffState::Claimed { until: None }),
        1 => Just(StaffState::Deactivated),
    ]
}

fn accounts() -> impl Strategy<Value = Vec<Account>> {
    let one = (states(), accesses(), prop::bool::weighted(0.1)).prop_map(|(state, access, named)| Account {
        id: id(0),
        state,
        access,
        named: if named { Named::InFile } else { Named::No },
    });
    prop::collection::vec(one, 2..6).prop_map(|mut all| {
        for (number, account) in all.iter_mut().enumerate() {
            account.id = id(number as u128 + 1);
        }
        all
    })
}

fn changes() -> impl Strategy<Value = StaffChange> {
    prop_oneof![
        4 => accesses().prop_map(StaffChange::Access),
        2 => Just(StaffChange::Deactivate),
        1 => Just(StaffChange::Reset),
        1 => Just(StaffChange::Reissue),
        1 => Just(StaffChange::Rename),
    ]
}

fn calls() -> impl Strategy<Value = Vec<(usize, Call)>> {
    let call = prop_oneof![
        1 => accesses().prop_map(Call::Create),
        4 => (0_usize..8, changes()).prop_map(|(target, change)| Call::Change(target, change)),
        1 => (0_usize..8).prop_map(Call::Enrol),
    ];
    prop::collection::vec((0_usize..8, call), 1..30)
}

fn floor(world: &[Account]) -> usize {
    world.iter().filter(|account| account.holds_the_floor()).count()
}

/// Makes one call in the world, as the use cases do.
fn call(world: &mut Vec<Account>, actor: usize, call: &Call) -> Result<(), StaffRefusal> {
    let actor = world[actor % world.len()].clone();
    match call {
        Call::Create(access) => {
            may_create(&actor, access, NOW)?;
            world.push(Account {
                id: id(world.len() as u128 + 1),
                state: StaffState::Invited,
                access: access.clone(),
                named: Named::No,
            });
        }
        Call::Change(target, change) => {
            let at = target % world.len();
            let target = world[at].clone();
            let others = floor(world) - usize::from(target.holds_the_floor());
            world[at] = apply(&actor, &target, change, (others as u64, NOW))?;
        }
        Call::Enrol(person) => {
            let at = person % world.len();
            if world[at].state == StaffState::Invited {
                world[at].state = StaffState::Active;
            }
        }
    }
    Ok(())
}

fn run<S: Strategy>(strategy: &S, test: impl Fn(S::Value) -> Result<(), TestCaseError>) {
    let cases = setting("STAGEDOOR_SOAK_SEQUENCES")
        .map_or(SEQUENCES, |text| text.parse().expect("a number of sequences"));
    let mut runner = TestRunner::new(Config {
        cases,
        failure_persistence: None,
        ..Config::default()
    });
    if let Err(broken) = runner.run(strategy, test) {
        panic!("{broken}");
    }
}

/// The role, sub-role and tenants of a moment, read off the row; `None` is all tenants.
type AsOf = (&'static str, Option<String>, Option<Vec<TenantId>>);

fn as_of(access: &Access, now: Timestamp) -> AsOf {
    let (mut role, mut sub_role, mut scope) = (access.role, access.sub_role.clone(), &access.scope);
    if let Some(term) = &access.terms.post
        && now < term.until
    {
        (role, sub_role) = (term.held.role, term.held.sub_role.clone());
    }
    if let Some(term) = &access.terms.scope
        && now < term.until
    {
        scope = &term.held;
    }
    let tenants = match scope {
        Scope::All => None,
        Scope::Only(listed) => Some(listed.to_vec()),
    };
    (role.as_str(), sub_role.map(String::from), tenants)
}

/// Whether `b` gives anything, at any time from now on, that `a` does not give then: looked at twice a day.
fn more(a: &Access, b: &Access) -> bool {
    (0..12)
        .map(|half| Timestamp::from_micros(NOW.micros() + half * 43_200_000_000))
        .any(|day| {
            let over = |access: &Access| access.until.is_some_and(|end| end <= day);
            if over(a) || over(b) {
                return !over(b);
            }
            let (own, wanted) = (as_of(a, day), as_of(b, day));
            // Super admins hold all, and everybody holds what read_only does; a sub-role gives itself alone.
            let role = match &own.1 {
                Some(_) => (own.0, &own.1) != (wanted.0, &wanted.1),
                None => !(own.0 == wanted.0 || own.0 == "super_admin" || wanted.0 == "read_only"),
            };
            let tenants = match (&own.2, &wanted.2) {
                (None, _) => false,
                (Some(_), None) => true,
                (Some(a), Some(b)) => b.iter().any(|tenant| !a.contains(tenant)),
            };
            role || tenants
        })
}

/// The rules once more, from the specification, as a list of sentences.
fn model(actor: &Account, target: &Account, change: &StaffChange, others: u64) -> Option<&'static str> {
    let ended = actor.access.until.is_some_and(|end| end <= NOW);
    let role = |account: &Account| as_of(&account.access, NOW).0;
    let whole = |account: &Account| {
        let Access {
            role,
            sub_role,
            scope,
            until,
            terms,
        } = &account.access;
        account.state.as_str() == "active"
            && role.as_str() == "super_admin"
            && sub_role.is_none()
            && *scope == Scope::All
            && until.is_none()
            && terms.post.is_none()
            && terms.scope.is_none()
    };
    let other_than_a_name = *change != StaffChange::Rename;
    let gives = match change {
        StaffChange::Access(access) => more(&target.access, access) && more(&actor.access, access),
        StaffChange::Reissue | StaffChange::Reset => more(&actor.access, &target.access),
        StaffChange::Rename | StaffChange::Deactivate => false,
    };
    let still_whole = match change {
        StaffChange::Rename => true,
        StaffChange::Access(access) => whole(&Account {
            access: access.clone(),
            ..target.clone()
        }),
        _ => false,
    };
    let sentences = [
        (ended, "account_expired"),
        (actor.state.as_str() == "deactivated", "account_deactivated"),
        (
            actor.state.as_str() != "active" || role(actor) != "super_admin",
            "permission_missing",
        ),
        (target.state.as_str() == "deactivated", "deactivated"),
        (actor.id == target.id, "self_change"),
        (
            other_than_a_name && target.named == Named::InFile,
            "named_in_configuration",
        ),
        (
            matches!(change, StaffChange::Access(access) if *access == target.access),
            "unchanged",
        ),
        (gives, "grant_beyond_own"),
        (
            *change == StaffChange::Reissue && target.state.as_str() == "active",
            "enrolled",
        ),
        (
            *change == StaffChange::Reset && target.state.as_str() != "active",
            "not_enrolled",
        ),
        (whole(target) && !still_whole && others == 0, "last_super_admin"),
    ];
    sentences.iter().find(|(holds, _)| *holds).map(|(_, name)| *name)
}

const fn name(refusal: StaffRefusal) -> &'static str {
    match refusal {
        StaffRefusal::Denied(reason) => reason.as_str(),
        StaffRefusal::Deactivated => "deactivated",
        StaffRefusal::Enrolled => "enrolled",
        StaffRefusal::NotEnrolled => "not_enrolled",
        StaffRefusal::Unchanged => "unchanged",
        StaffRefusal::LastWay => "last_way_in",
    }
}

#[test]
fn the_rules_and_the_model_agree_and_every_refusal_is_reached() {
    let reached = std::cell::RefCell::new(BTreeSet::new());
    let questions = (accounts(), 0_usize..8, 0_usize..8, changes(), 0_u64..3);
    run(&questions, |(world, actor, target, change, others)| {
        let (actor, target) = (&world[actor % world.len()], &world[target % world.len()]);
        let told = apply(actor, target, &change, (others, NOW)).err().map(name);
        prop_assert_eq!(told, model(actor, target, &change, others));
        reached.borrow_mut().extend(told);
        Ok(())
    });
    let all = [
        "account_deactivated",
        "account_expired",
        "deactivated",
        "enrolled",
        "grant_beyond_own",
        "last_super_admin",
        "named_in_configuration",
        "not_enrolled",
        "permission_missing",
        "self_change",
        "unchanged",
    ];
    assert_eq!(reached.into_inner(), all.into_iter().collect());
}

#[test]
fn somebody_who_holds_the_floor_is_always_left() {
    run(&(accounts(), calls()), |(mut world, calls)| {
        let before = floor(&world);
        for (actor, made) in &calls {
            call(&mut world, *actor, made).ok();
            prop_assert!(before == 0 || floor(&world) > 0, "{made:?} left nobody");
        }
        Ok(())
    });
}

#[test]
fn nobody_gains_or_loses_anything_by_their_own_hand() {
    run(&(accounts(), calls()), |(mut world, calls)| {
        for (actor, made) in &calls {
            let Call::Change(target, _) = made else { continue };
            let (actor, target) = (actor % world.len(), target % world.len());
            let before = world[target].clone();
            call(&mut world, actor, made).ok();
            prop_assert!(actor != target || world[target] == before, "{made:?}");
        }
        Ok(())
    });
}

/// Grant monotonicity: whatever one person does, in whatever order, nobody ends up with what that person could not grant.
#[test]
fn after_any_sequence_of_one_person_nobody_holds_what_they_could_not_grant() {
    run(&(accounts(), 0_usize..8, calls()), |(mut world, actor, calls)| {
        let (at, start) = (actor % world.len(), world.clone());
        let own = start[at].access.clone();
        for (_, made) in calls.iter().filter(|(_, made)| !matches!(made, Call::Enrol(_))) {
            call(&mut world, at, made).ok();
        }
        if as_of(&own, NOW).0 != "super_admin" {
            prop_assert_eq!(&world, &start, "{:?} changed something", own);
        }
        for (number, account) in world.iter().enumerate() {
            let had = start
                .get(number)
                .is_some_and(|before| before.access.covers(&account.access, NOW));
            prop_assert!(
                had || account.state == StaffState::Deactivated || own.covers(&account.access, NOW),
                "{account:?}"
            );
        }
        Ok(())
    });
}

/// The same of every moment to come, looked at without the rules' own words: what a term falls back to was given before.
#[test]
fn at_no_time_does_anybody_hold_what_neither_they_had_nor_the_person_could_give() {
    run(&(accounts(), 0_usize..8, calls()), |(mut world, actor, calls)| {
        let (at, start) = (actor % world.len(), world.clone());
        for (_, made) in calls.iter().filter(|(_, made)| !matches!(made, Call::Enrol(_))) {
            call(&mut world, at, made).ok();
        }
        for (number, account) in world.iter().enumerate() {
            let had = start
                .get(number)
                .is_some_and(|before| !more(&before.access, &account.access));
            let gone = account.state == StaffState::Deactivated;
            prop_assert!(
                had || gone || !more(&start[at].access, &account.access),
                "{account:?}"
            );
        }
        Ok(())
    });
}

#[test]
fn deactivated_is_for_ever_and_gives_nothing() {
    run(&(accounts(), calls()), |(mut world, calls)| {
        for (actor, made) in &calls {
            let before = world.clone();
            let done = call(&mut world, *actor, made).is_ok();
            for (was, is) in before.iter().zip(&world) {
                prop_assert!(was.state != StaffState::Deactivated || was == is);
                let ended = done && was.state != is.state && is.state == StaffState::Deactivated;
                prop_assert!(!ended || is.access == nothing());
            }
        }
        Ok(())
    });
}

#[test]
fn only_a_super_admin_gives_anything() {
    for role in StaffRole::ALL {
        let actor = Account {
            id: id(1),
            state: StaffState::Active,
            access: Access::permanent(*role, Scope::All),
            named: Named::No,
        };
        let answer = may_create(&actor, &nothing(), NOW);
        match role {
            StaffRole::SuperAdmin => assert_eq!(answer, Ok(())),
            _ => assert_eq!(answer, Err(StaffRefusal::Denied(Reason::PermissionMissing))),
        }
    }
}
