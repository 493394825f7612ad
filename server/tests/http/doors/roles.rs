//! Each door as each role: who holds the permission passes, everybody else is refused, and nothing but the audit changes.

use std::collections::BTreeSet;

use http::StatusCode;
use stagedoor_core::action::{Action, Cell, Danger, Effect, WhileImpersonated};
use stagedoor_core::role::{StaffRole, TenantRole};
use stagedoor_server::router::Behind;

use super::ground::{Ground, Left, PEOPLE, call, given, members, text};
use super::row::{Kind, Needs, Row, Whose};
use super::table::rows;
use crate::support::{Answer, PASSWORD};

/// By the table of actions and the tests' policy, in which security does not respond.
fn holds(action: Action, role: StaffRole, whose: Whose) -> bool {
    let declared = action.declaration();
    let cell = declared.cells[role as usize];
    declared.danger == Danger::Ordinary
        && match cell {
            Cell::Yes => true,
            Cell::Own => whose == Whose::Own,
            Cell::ByPolicy | Cell::No => false,
        }
}

fn expected(row: &Row, role: StaffRole) -> bool {
    match row.needs {
        Needs::Staff(action) => holds(action, role, row.whose),
        // The example is somebody else's visit.
        Needs::OwnVisit | Needs::Inside(_) => false,
        Needs::OwnSession | Needs::Anybody => true,
    }
}

/// The refusals of a request in one log.
fn refusals<'a>(left: &'a [Left], who: &str, scope: &str) -> Vec<&'a Left> {
    left.iter()
        .filter(|entry| {
            entry.outcome != "success" && entry.scope == scope && entry.who.as_deref() == Some(who)
        })
        .collect()
}

pub(super) fn refused_as_it_should(row: &Row, answer: &Answer) -> bool {
    let status = match row.needs {
        Needs::OwnVisit => StatusCode::NOT_FOUND,
        _ => StatusCode::FORBIDDEN,
    };
    match row.kind() {
        Kind::Form => answer.status == StatusCode::SEE_OTHER,
        Kind::Page | Kind::Api if row.hides && answer.status == StatusCode::NOT_FOUND => true,
        Kind::Page | Kind::Api => answer.status == status,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn staff_pass_where_the_table_of_actions_says_so() {
    let mut ground = Ground::new().await;
    let rows: Vec<Row> = rows()
        .into_iter()
        .filter(|row| row.behind == Behind::StaffRooms)
        .collect();
    let mut seen = BTreeSet::new();
    for (role, short) in PEOPLE {
        let (mut browser, who) = ground.person(short).await;
        for row in &rows {
            let ids = ground.ids(row).await;
            let before = ground.state(row).await;
            let answer = call(&mut browser, row, &ids).await;
            let left = ground.left(&answer).await;
            let (pass, denied) = (expected(row, role), refusals(&left, &who, "platform"));
            let told = format!("{role} {row}: {} {} {left:?}", answer.status, answer.text);
            if pass {
                let failures = usize::from(row.lacks);
                assert!(given(row, &answer) && denied.len() == failures, "{told}");
            } else {
                assert!(refused_as_it_should(row, &answer), "{told}");
                assert_eq!(denied.len(), 1, "a refusal is one entry of the platform: {told}");
                assert_eq!(
                    before,
                    ground.state(row).await,
                    "a refusal changed something: {told}"
                );
            }
            if let Needs::Staff(action) = row.needs
                && !pass
            {
                let event = row.event.unwrap_or(action.event());
                assert_eq!(denied[0].event, event.name(), "{told}");
            }
            seen.insert(pass);
            if pass && row.spends {
                browser.cookies.clear();
                browser.sign_in(short).await;
            }
        }
    }
    assert_eq!(seen.len(), 2, "some pass and some do not");
}

/// Who of Acme has a role.
const REPRESENTED: [(TenantRole, &str); 4] = [
    (TenantRole::Owner, "val@acme.com"),
    (TenantRole::Admin, "rod@acme.com"),
    (TenantRole::Developer, "sam@acme.com"),
    (TenantRole::BillingAdmin, "lee@acme.com"),
];

/// What a visit that may only look passes.
fn visit_passes(action: Action, role: TenantRole, whose: Whose) -> bool {
    let declared = action.declaration();
    person_passes(action, role.impersonated(), whose)
        && match declared.impersonated {
            WhileImpersonated::Never => false,
            WhileImpersonated::Always => true,
            WhileImpersonated::Allowed => declared.effect == Effect::Read,
        }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_visit_passes_where_the_represented_role_does_and_changes_nothing() {
    let mut ground = Ground::new().await;
    let rows: Vec<Row> = rows()
        .into_iter()
        // A visitor has no sign-in here that could end: tenant_sign_in.rs says what they get.
        .filter(|row| row.behind == Behind::TenantRooms && row.needs != Needs::Inside(Action::UserSignOut))
        .collect();
    let (mut kim, who) = ground.person("kim").await;
    for (role, email) in REPRESENTED {
        kim.visit(email).await;
        for row in &rows {
            let Needs::Inside(action) = row.needs else {
                panic!("{row} says no permission")
            };
            let ids = ground.ids(row).await;
            let before = ground.state(row).await;
            let answer = call(&mut kim, row, &ids).await;
            let left = ground.left(&answer).await;
            let own = ground.acme();
            let denied = [refusals(&left, &who, "platform"), refusals(&left, &who, own)].concat();
            let told = format!("{role} {row}: {} {} {left:?}", answer.status, answer.text);
            if visit_passes(action, role, row.whose) {
                assert!(given(row, &answer) && denied.is_empty(), "{told}");
            } else {
                assert!(refused_as_it_should(row, &answer), "{told}");
                assert_eq!(denied.len(), 2, "a refusal is a pair: {told}");
                assert_eq!(
                    before,
                    ground.state(row).await,
                    "a refusal changed something: {told}"
                );
            }
            if row.spends {
                kim.visit(email).await;
            }
        }
    }
}

/// What a tenant's own person passes.
fn person_passes(action: Action, role: TenantRole, whose: Whose) -> bool {
    match action.declaration().cells[role as usize] {
        Cell::Yes => true,
        Cell::Own => whose == Whose::Own,
        Cell::ByPolicy | Cell::No => false,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tenants_people_pass_where_the_table_of_actions_says_so() {
    let mut ground = Ground::new().await;
    let (member, _) = members(&ground.house).await.remove(1);
    // A visit's own end is no door of theirs.
    let own =
        |row: &Row| row.behind == Behind::TenantRooms && row.needs != Needs::Inside(Action::VisitEndOwn);
    let rows: Vec<Row> = rows().into_iter().filter(own).collect();
    let mut people: Vec<(TenantRole, &str)> = REPRESENTED.to_vec();
    people.push((TenantRole::Member, &member));
    let mut seen = BTreeSet::new();
    for (role, email) in people {
        let id = format!("SELECT id AS x FROM membership WHERE email = '{email}'");
        let who = text(&ground.house, &id).await.remove(0);
        let mut person = ground.house.inside(email).await;
        for row in &rows {
            let Needs::Inside(action) = row.needs else {
                panic!("{row} says no permission")
            };
            let ids = ground.ids(row).await;
            let before = ground.state(row).await;
            let answer = call(&mut person, row, &ids).await;
            let left = ground.left(&answer).await;
            let denied = refusals(&left, &who, ground.acme());
            let told = format!("{role} {row}: {} {} {left:?}", answer.status, answer.text);
            let pass = person_passes(action, role, row.whose);
            seen.insert((pass, role));
            if pass {
                assert!(given(row, &answer) && denied.is_empty(), "{told}");
            } else {
                assert!(refused_as_it_should(row, &answer), "{told}");
                assert_eq!(denied.len(), 1, "a refusal is one entry of the tenant: {told}");
                assert_eq!(
                    before,
                    ground.state(row).await,
                    "a refusal changed something: {told}"
                );
            }
            if row.spends {
                person.enter("acme", email, PASSWORD).await;
            }
        }
    }
    assert_eq!(
        seen.len(),
        9,
        "everybody may something, and all but the owner may not everything: {seen:?}"
    );
}
