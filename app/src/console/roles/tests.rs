//! Roles, drawn: each cell of the matrix in words, and who can do something.

use stagedoor_core::request::{Policy, Toggle};
use stagedoor_core::role::StaffRole;
use stagedoor_core::view::role::{Can, WhoCan, WhoCanRow};

use super::*;
use crate::console::testing::html;

fn drawn(asked: &Asked, policy: &Policy) -> String {
    let rows = PermissionRow::all(policy);
    let tenants = [("acme".to_owned(), "Acme".to_owned())];
    html(|| roles_page(&rows, asked, &tenants, &RolesQuery::default()))
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
