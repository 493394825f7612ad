//! What the page offers, and what it does not.

use stagedoor_core::id::{Id, TenantId};
use stagedoor_core::role::StaffRole;
use stagedoor_core::view::frame::TenantLabel;
use stagedoor_core::view::narrow::NarrowedView;

use super::*;

fn acme() -> TenantLabel {
    TenantLabel {
        id: TenantId::new(1, 1),
        slug: "acme".to_owned(),
        name: "Acme".to_owned(),
    }
}

fn wide() -> NarrowView {
    NarrowView {
        own: StaffRole::Support,
        now: NarrowedView {
            one_tenant: false,
            tenant: None,
            reach: Reach::Everything,
            viewing_as: None,
        },
        tenants: vec![acme()],
        views: vec![("read_only".to_owned(), "read only".to_owned())],
    }
}

#[test]
fn only_what_is_narrower_is_offered() {
    let html = narrow_page(&wide(), None).to_html();
    for offered in ["value=\"acme\"", "value=\"read_only\"", "name=\"reads_only\""] {
        assert!(html.contains(offered), "{offered}: {html}");
    }
    assert!(
        !html.contains("value=\"support\"") && html.contains("not narrowed"),
        "{html}"
    );
}

#[test]
fn what_is_narrowed_already_is_told_and_not_offered_again() {
    let mut view = wide();
    view.now = NarrowedView {
        one_tenant: true,
        tenant: Some(acme()),
        reach: Reach::Reads,
        viewing_as: Some("read only".to_owned()),
    };
    (view.tenants, view.views) = (Vec::new(), Vec::new());
    let html = narrow_page(&view, None).to_html();
    assert!(
        html.contains("viewing as read only, only Acme, reads only"),
        "{html}"
    );
    assert!(!html.contains("<form"), "{html}");
}
