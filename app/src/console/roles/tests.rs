//! Roles, drawn: each cell of the matrix in words, and who can do something.

use stagedoor_core::id::{Id, TenantId};
use stagedoor_core::request::{Policy, Toggle};
use stagedoor_core::role::StaffRole;
use stagedoor_core::view::frame::TenantLabel;
use stagedoor_core::view::role::{Can, PermissionRow, SubRoleLine, WhoCan, WhoCanRow};
use stagedoor_core::view::staff::ScopeLine;

use super::*;
use crate::console::testing::html;

fn drawn(asked: &Asked, policy: &Policy) -> String {
    let known = TenantLabel {
        id: TenantId::new(1, 1),
        slug: "acme".to_owned(),
        name: "Acme & Sons".to_owned(),
    };
    let line = |name: &str, tenants, visits, visit_minutes| SubRoleLine {
        name: name.to_owned(),
        of: StaffRole::Support,
        about: String::new(),
        tenants,
        visits,
        visit_minutes,
    };
    let some = ScopeLine::Only {
        known: vec![known],
        hidden: 2,
    };
    let view = RolesView {
        permissions: PermissionRow::all(policy),
        sub_roles: vec![
            line("north", some, Some(1), Some(10)),
            line("whole", ScopeLine::All, None, None),
        ],
    };
    let tenants = [("acme".to_owned(), "Acme".to_owned())];
    html(|| roles_page(&view, asked, &tenants, &RolesQuery::default()))
}

/// The text of one permission's row.
fn row<'a>(page: &'a str, name: &str) -> &'a str {
    let (_, rest) = page
        .split_once(&format!("{name}</th>"))
        .unwrap_or_else(|| panic!("{name}: {page}"));
    rest.split("</tr>").next().unwrap_or_default()
}

#[test]
fn each_cell_says_in_words_what_its_sign_means() {
    let page = drawn(&Asked::Nothing, &Policy::default());
    assert_eq!(
        row(&page, "tenant.list").matches("●").count(),
        4 + 2,
        "four roles, and both sub-roles of support"
    );
    assert_eq!(
        row(&page, "tenant.suspend").matches("●").count(),
        2 + 1,
        "not the first line"
    );
    assert!(
        page.contains("support_l1") && page.contains("Narrows support."),
        "{page}"
    );
    assert_eq!(
        row(&page, "tenant.delete")
            .matches("needs a break-glass grant too</span>")
            .count(),
        1
    );
    assert!(row(&page, "session.revoke").contains("on what is their own"));
    assert!(row(&page, "session.revoke").contains("which is off"));
    assert!(
        !page.contains("member.list"),
        "a tenant's own is no permission of staff"
    );
    let responds = Policy {
        security_responds: Toggle::On,
        ..Policy::default()
    };
    assert!(row(&drawn(&Asked::Nothing, &responds), "session.revoke").contains("which is on"));
}

#[test]
fn what_a_sub_role_narrows_beside_permissions_is_told_in_words() {
    let page = drawn(&Asked::Nothing, &Policy::default());
    let told = |name: &str| {
        let (_, rest) = page.split_once(&format!("{name}</th>")).expect("a row");
        rest.split("</tr>").next().unwrap_or_default().to_owned()
    };
    let north = told("north");
    assert!(
        north.contains("of one's own: Acme &amp; Sons and 2 more"),
        "{north}"
    );
    assert!(north.contains("1 at once, 10 min at most"), "{north}");
    let whole = told("whole");
    assert!(
        whole.contains("all of one's own") && whole.contains("as the platform allows"),
        "{whole}"
    );
}

#[test]
fn who_can_is_told_person_by_person_and_a_mistake_beside_its_field() {
    let person = WhoCanRow {
        id: "stf_01k9w000000000000000000010".parse().expect("an id"),
        name: "Kim <Moreno>".to_owned(),
        email: "kim@acme-corp.example".to_owned(),
        role: StaffRole::SuperAdmin,
        sub_role: None,
        can: Can::WithGrant,
        why: "This needs the approval of two other people.".to_owned(),
    };
    let view = WhoCan {
        action: "tenant.delete".to_owned(),
        about: String::new(),
        tenant: None,
        rows: vec![person],
    };
    let page = drawn(&Asked::Answered(view), &Policy::default());
    for part in [
        "Kim &lt;Moreno&gt;",
        "with a grant",
        "1 of 1",
        "This needs the approval of two other people.",
    ] {
        assert!(page.contains(part), "{part}: {page}");
    }
    let wrong = Asked::Wrong("tenant", "Choose the tenant that it is about.".to_owned());
    let page = drawn(&wrong, &Policy::default());
    assert!(page.contains("id=\"target-error\"") && page.contains("Choose the tenant that it is about."));
}
