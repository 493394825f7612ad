//! Sub-roles only take away: drafts that would give are refused, and what is shipped obeys the same rules.

use super::shipped::{SHIPPED, SUPPORT_L1, SUPPORT_L2};
use super::*;
use crate::id::Id;
use crate::time::minutes;

fn draft(of: StaffRole, permissions: &[&str]) -> Draft {
    Draft {
        name: "desk".to_owned(),
        about: String::new(),
        of,
        permissions: permissions.iter().map(|one| (*one).to_owned()).collect(),
        tenants: None,
        visits: None,
        visit_minutes: None,
    }
}

#[test]
fn tenants_are_ids_and_an_empty_list_is_not_all_of_them() {
    let listed = |tenants: Vec<String>| Draft {
        tenants: Some(tenants),
        ..draft(StaffRole::Support, &["tenant.list"])
    };
    let wrong = |draft: Draft| draft.check().map_err(|wrong| wrong.field).unwrap_err();
    assert_eq!(wrong(listed(Vec::new())), "tenants");
    assert_eq!(wrong(listed(vec!["acme".to_owned()])), "tenants", "no slug");
    let many = |count: u128| (0..count).map(|one| TenantId::new(1, one).to_string()).collect();
    assert_eq!(wrong(listed(many(65))), "tenants");
    let one = listed(many(64)).check().unwrap();
    let own = Scope::only(vec![TenantId::new(1, 3), TenantId::new(1, 99)]);
    let all = SubRoles::declared(vec![one.clone()]).unwrap();
    let left = |name: &str| all.scope(StaffRole::Support, SubRoleName::parse(name).ok().as_ref(), &own);
    assert_eq!(left("desk"), Scope::only(vec![TenantId::new(1, 3)]));
    assert_eq!(
        left("gone"),
        Scope::only(Vec::new()),
        "one that is not known leaves none"
    );
    assert_eq!(all.scope(StaffRole::Support, None, &own), own);
}

#[test]
fn a_visit_may_be_made_shorter_than_the_platforms_and_never_longer() {
    let lasting = |minutes| {
        let draft = Draft {
            visit_minutes: Some(minutes),
            ..draft(StaffRole::Support, &["tenant.list"])
        };
        draft.check().map_err(|wrong| wrong.field)
    };
    assert_eq!(lasting(0), Err("visit_minutes"));
    assert_eq!(lasting(31), Err("visit_minutes"));
    assert_eq!(lasting(30).unwrap().visit_length(), Some(minutes(30)));
}

#[test]
fn a_sub_role_with_more_than_its_role_is_refused_by_the_field_at_fault() {
    let wrong = |draft: Draft| draft.check().map_err(|wrong| wrong.field).unwrap_err();
    let support = StaffRole::Support;
    assert!(draft(support, &["tenant.list"]).check().is_ok());
    assert_eq!(
        wrong(draft(support, &["tenant.list", "tenant.delete"])),
        "permissions"
    );
    assert_eq!(wrong(draft(support, &["tenant.lost"])), "permissions");
    assert_eq!(
        wrong(draft(support, &["portal.view"])),
        "permissions",
        "a tenant's own"
    );
    assert_eq!(
        wrong(draft(support, &["staff.sign_in"])),
        "permissions",
        "everybody's"
    );
    assert_eq!(wrong(draft(support, &[])), "permissions");
    assert_eq!(
        wrong(draft(support, &["tenant.view"])),
        "permissions",
        "no console"
    );
    for name in ["", "Desk", "1st", "support", "help desk"] {
        let named = Draft {
            name: name.to_owned(),
            ..draft(support, &["tenant.list"])
        };
        assert_eq!(wrong(named), "name", "{name}");
    }
}

#[test]
fn what_is_shipped_could_have_been_declared_and_each_line_holds_more_than_the_one_before() {
    for shipped in &SHIPPED {
        let again = Draft {
            name: shipped.name.to_string(),
            about: shipped.about.clone().into_owned(),
            of: shipped.of,
            permissions: shipped
                .permissions
                .iter()
                .map(|one| one.name().to_owned())
                .collect(),
            tenants: None,
            visits: shipped.visits,
            visit_minutes: None,
        };
        assert_eq!(again.check().as_ref(), Ok(shipped));
    }
    assert_eq!(SUPPORT_L1.and(SUPPORT_L2), SUPPORT_L1);
    let kept = |set: ActionSet| move |action: &Action| set.contains(*action);
    for change in [
        Action::TenantSuspend,
        Action::TenantCreate,
        Action::TenantRotateKey,
    ] {
        assert!(!kept(SUPPORT_L1)(&change), "{}", change.name());
    }
}

#[test]
fn one_of_the_file_takes_the_place_of_a_shipped_one_and_two_of_one_name_are_refused() {
    let named = |name: &str| Draft {
        name: name.to_owned(),
        ..draft(StaffRole::Support, &["tenant.list"])
    };
    let own = named("support_l1").check().unwrap();
    let all = SubRoles::declared(vec![own.clone()]).unwrap();
    assert_eq!(all.iter().count(), SHIPPED.len());
    assert_eq!(all.find(StaffRole::Support, own.name()), Some(&own));
    assert_eq!(all.find(StaffRole::Security, own.name()), None, "of another role");
    let twice = SubRoles::declared(vec![own.clone(), own]);
    assert_eq!(twice.map_err(|wrong| wrong.field), Err("name"));
}
