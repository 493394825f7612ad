//! The matrix: as it is written down, as the specification has it, and as `decide` applies it.
//!
//! `staff.txt`, `tenant.txt` and `guards.txt` are what a reviewer reads. After a change that is meant, write them anew with
//! `STAGEDOOR_BLESS=1 cargo tests --test matrix` and read the difference.

#[path = "../support/mod.rs"]
mod support;
mod table;

use std::collections::BTreeSet;

use stagedoor_core::action::{Action, Audience, Cell, Danger, Effect, Held, WhileImpersonated};
use stagedoor_core::decide::role_holds;
use stagedoor_core::decision::{Outcome, Reason};
use stagedoor_core::impersonation::VisitMode;
use stagedoor_core::request::{Policy, Toggle};
use stagedoor_core::resource::ResourceKind;
use stagedoor_core::role::{Scope, StaffRole, TenantRole};

use support::spec::{Holds, Row, staff_rows, tenant_rows};
use support::{
    Question, Who, actions_of, jess, lumen, member_asks, rod, setting, staff_asks, visitor_asks, with_grant,
};

#[test]
fn the_tables_are_as_they_were_checked_in() {
    let tables = [
        ("staff.txt", table::render(Audience::Staff)),
        ("tenant.txt", table::render(Audience::Tenant)),
        ("guards.txt", table::guards()),
    ];
    for (name, now) in tables {
        let path = format!("{}/tests/matrix/{name}", env!("CARGO_MANIFEST_DIR"));
        if setting("STAGEDOOR_BLESS").is_some() {
            std::fs::write(&path, &now).expect("the table can be written");
        }
        let committed = std::fs::read_to_string(&path).expect("the table is checked in");
        assert_eq!(now, committed, "{name} differs: read how, then bless it");
    }
}

fn action_of(row: &Row) -> Action {
    Action::from_name(row.permission).unwrap_or_else(|| panic!("no action {}", row.permission))
}

#[test]
fn the_code_holds_exactly_the_permissions_of_the_specification() {
    for (audience, rows) in [(Audience::Staff, staff_rows()), (Audience::Tenant, tenant_rows())] {
        let specified: BTreeSet<_> = rows.iter().map(|row| row.permission).collect();
        assert_eq!(specified.len(), rows.len(), "no permission is written twice");
        let coded: BTreeSet<_> = actions_of(audience).map(Action::name).collect();
        assert_eq!(coded, specified);
    }
}

#[test]
fn every_cell_is_the_specification_s() {
    for row in staff_rows().iter().chain(&tenant_rows()) {
        let declaration = action_of(row).declaration();
        for (role, cell) in declaration.cells.iter().enumerate() {
            let coded = match (cell, declaration.danger) {
                (Cell::No, _) => Holds::Nothing,
                (Cell::Yes, Danger::Ordinary) => Holds::All,
                (Cell::Yes, Danger::BreakGlass) => Holds::WithGrant,
                (Cell::Own, Danger::Ordinary) => Holds::Own,
                (Cell::ByPolicy, Danger::Ordinary) => Holds::ByPolicy,
                other => panic!(
                    "{} has a cell the specification does not know: {other:?}",
                    row.permission
                ),
            };
            assert_eq!(coded, row.holds(role), "{}, role {role}", row.permission);
        }
    }
}

#[test]
fn what_is_told_of_a_role_is_the_specification_s_with_the_setting_looked_up() {
    for responds in [Toggle::On, Toggle::Off] {
        let policy = Policy {
            security_responds: responds,
            ..Policy::default()
        };
        for row in staff_rows() {
            for (position, role) in StaffRole::ALL.iter().enumerate() {
                let expected = match (row.holds(position), responds) {
                    (Holds::Nothing, _) | (Holds::ByPolicy, Toggle::Off) => None,
                    (Holds::All, _) | (Holds::ByPolicy, Toggle::On) => Some(Held::Fully),
                    (Holds::Own, _) => Some(Held::OwnOnly),
                    (Holds::WithGrant, _) => Some(Held::WithGrant),
                };
                let told = role_holds(&policy, *role, action_of(&row));
                assert_eq!(told, expected, "{role} {} {responds:?}", row.permission);
            }
        }
        for row in tenant_rows() {
            assert_eq!(
                role_holds(&policy, StaffRole::SuperAdmin, action_of(&row)),
                None,
                "{}: a tenant's own is no permission of staff",
                row.permission
            );
        }
    }
}

#[test]
fn what_a_visit_may_do_is_the_specification_s() {
    for row in tenant_rows() {
        let declaration = action_of(&row).declaration();
        let coded = match (declaration.impersonated, declaration.effect) {
            (WhileImpersonated::Never, _) => "never",
            (WhileImpersonated::Always, _) => "always",
            (WhileImpersonated::Allowed, Effect::Read) => "look",
            (WhileImpersonated::Allowed, Effect::Write) => "write",
        };
        assert_eq!(coded, row.in_a_visit(), "{}", row.permission);
    }
}

#[derive(Debug, Clone, Copy)]
struct Circumstances {
    own: bool,
    in_scope: bool,
    grant: bool,
    responds: bool,
}

fn every_circumstance() -> impl Iterator<Item = Circumstances> {
    (0..16).map(|bits: u8| Circumstances {
        own: bits & 1 != 0,
        in_scope: bits & 2 != 0,
        grant: bits & 4 != 0,
        responds: bits & 8 != 0,
    })
}

fn staff_question(role: StaffRole, action: Action, given: Circumstances) -> Question {
    let mut question = staff_asks(role, action);
    if given.responds {
        question.policy.security_responds = Toggle::On;
    }
    if given.grant {
        question = with_grant(&question);
    }
    if !given.own {
        question.resource.owner = question.resource.owner.map(|_| jess());
    }
    if let (false, Who::Staff(staff)) = (given.in_scope, &mut question.who) {
        staff.scope = Scope::only(vec![lumen()]);
    }
    question
}

/// What the specification makes of a cell when every other guardrail holds.
fn expected(holds: Holds, kind: ResourceKind, given: Circumstances) -> Outcome {
    let has_tenant = matches!(kind, ResourceKind::Tenant | ResourceKind::Visit);
    let lacks = match holds {
        Holds::Nothing => Some(Reason::PermissionMissing),
        Holds::ByPolicy if !given.responds => Some(Reason::PermissionMissing),
        Holds::Own if !given.own => Some(Reason::NotOwn),
        _ if has_tenant && !given.in_scope => Some(Reason::OutOfScope),
        Holds::WithGrant if !given.grant => Some(Reason::GrantMissing),
        _ => None,
    };
    lacks.map_or(Outcome::Permit, Outcome::Deny)
}

#[test]
fn every_cell_decides_as_written_for_own_and_others_in_and_out_of_scope() {
    for row in staff_rows() {
        let action = action_of(&row);
        for (position, role) in StaffRole::ALL.iter().enumerate() {
            for given in every_circumstance() {
                let decided = staff_question(*role, action, given).decide();
                let expected = expected(row.holds(position), action.declaration().resource, given);
                assert_eq!(decided.outcome, expected, "{role} {} {given:?}", row.permission);
            }
        }
    }
}

/// The same question about another person of the tenant, where it is about a person.
fn about_rod(question: &Question) -> Question {
    question.but(|question| question.resource.person = question.resource.person.map(|_| rod()))
}

/// The same question about another tenant.
fn elsewhere(question: &Question) -> Question {
    question.but(|question| question.resource.tenant = Some(lumen()))
}

#[test]
fn every_cell_of_a_tenant_decides_as_written_for_its_own_people() {
    for row in tenant_rows() {
        for (position, role) in TenantRole::ALL.iter().enumerate() {
            let question = member_asks(*role, action_of(&row));
            let (own, of_another) = match row.holds(position) {
                Holds::All => (Outcome::Permit, Outcome::Permit),
                Holds::Own => (Outcome::Permit, Outcome::Deny(Reason::NotOwn)),
                _ => [Outcome::Deny(Reason::PermissionMissing); 2].into(),
            };
            assert_eq!(question.decide().outcome, own, "{role} {}", row.permission);
            let decided = about_rod(&question).decide().outcome;
            assert_eq!(decided, of_another, "{role} {}", row.permission);
            let there = elsewhere(&question).decide().outcome;
            assert_eq!(
                there,
                Outcome::Deny(Reason::OutOfScope),
                "{role} {}",
                row.permission
            );
        }
    }
}

#[test]
fn every_cell_of_a_tenant_decides_as_written_for_a_visit() {
    for row in tenant_rows() {
        for (position, role) in TenantRole::ALL.iter().enumerate() {
            for mode in [VisitMode::ReadOnly, VisitMode::Write] {
                let question = visitor_asks(*role, mode, action_of(&row));
                // As an owner, a visit is an admin.
                let represented = position.max(1);
                let lacks = match (row.in_a_visit(), mode) {
                    ("never", _) => Some(Reason::ImpersonatedNever),
                    ("write", VisitMode::ReadOnly) => Some(Reason::VisitReadOnly),
                    _ => match row.holds(represented) {
                        Holds::All | Holds::Own => None,
                        _ => Some(Reason::PermissionMissing),
                    },
                };
                let here = lacks.map_or(Outcome::Permit, Outcome::Deny);
                assert_eq!(
                    question.decide().outcome,
                    here,
                    "{role} {mode:?} {}",
                    row.permission
                );
                let there = elsewhere(&question).decide().outcome;
                assert_eq!(
                    there,
                    Outcome::Deny(Reason::OutOfScope),
                    "{role} {mode:?} {}",
                    row.permission
                );
                if row.holds(represented) == Holds::Own && lacks.is_none() {
                    let of_rod = about_rod(&question).decide().outcome;
                    assert_eq!(of_rod, Outcome::Deny(Reason::NotOwn), "{role} {}", row.permission);
                }
            }
        }
    }
}

#[test]
fn nobody_reaches_across_the_two_audiences() {
    for action in actions_of(Audience::Tenant) {
        for role in StaffRole::ALL {
            let decided = staff_asks(*role, action).decide();
            assert_eq!(
                decided.outcome,
                Outcome::Deny(Reason::WrongAudience),
                "{role} {}",
                action.name()
            );
        }
    }
    for action in actions_of(Audience::Staff) {
        for role in TenantRole::ALL {
            assert!(!member_asks(*role, action).permits(), "{role} {}", action.name());
            assert!(
                !visitor_asks(*role, VisitMode::Write, action).permits(),
                "{role} {}",
                action.name()
            );
        }
    }
}
