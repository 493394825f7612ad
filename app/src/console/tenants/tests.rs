//! The Tenants pages, drawn from plain views: how each stands, and what is asked by name before it is done.

use stagedoor_core::time::hours;
use stagedoor_core::view::frame::{Flash, FlashKind, TenantLabel};
use stagedoor_core::view::tenant::{StateOffer, TenantView};
use stagedoor_core::view::{Page, Total};

use super::*;
use crate::console::testing::{self, html, now};

fn around() -> Around {
    testing::around("/tenants/acme?act=suspend")
}

fn row(state: TenantState, choice: &str, open: bool) -> TenantRow {
    TenantRow {
        label: TenantLabel {
            id: "org_01k9w000000000000000000010".parse().expect("an id"),
            slug: "acme".to_owned(),
            name: "Acme & Co".to_owned(),
        },
        state,
        members: Total::Exact(142),
        consent: ConsentLine {
            choice: choice.to_owned(),
            until: (choice == "window").then(|| now().plus(hours(1))),
            open,
        },
        visited: None,
        created: now().minus(hours(24 * 90)),
    }
}

fn list(items: Vec<TenantRow>) -> TenantsView {
    TenantsView {
        query: String::new(),
        query_error: None,
        chips: Vec::new(),
        matching: Total::Exact(items.len() as u64),
        first: 1,
        page: Page { items, next: None },
        everywhere: true,
        now: now(),
    }
}

fn one(state: TenantState, offer: Option<StateOffer>) -> TenantView {
    TenantView {
        tenant: row(state, "on", true),
        visits: None,
        live: 1,
        sessions: Total::Exact(12),
        may_rename: offer.is_some(),
        offer,
        may_look_inside: true,
        now: now(),
    }
}

fn suspension() -> StateOffer {
    StateOffer {
        to: TenantState::Suspended,
        visits: 1,
        sessions: Total::Exact(12),
    }
}

#[test]
fn a_row_says_how_a_tenant_stands() {
    let items = vec![
        row(TenantState::Active, "window", true),
        row(TenantState::Suspended, "ask", false),
    ];
    let drawn = html(|| tenants_page(&list(items), &around(), &TenantsQuery::default()));
    for words in [
        "Acme &amp; Co",
        "open for a time",
        "until 21 Nov, 13:14",
        "asks each time",
        "suspended",
        ">142<",
        "never",
        "href=\"/tenants/acme\"",
    ] {
        assert!(drawn.contains(words), "{words} in {drawn}");
    }
    assert!(
        !drawn.contains("style="),
        "the content security policy refuses it"
    );
}

#[test]
fn who_reaches_no_tenant_is_told_so() {
    let none = TenantsView {
        everywhere: false,
        ..list(Vec::new())
    };
    let drawn = html(|| tenants_page(&none, &around(), &TenantsQuery::default()));
    assert!(drawn.contains("No tenant is open to you"), "{drawn}");
}

#[test]
fn what_is_not_ones_own_to_do_is_not_offered() {
    let query = TenantQuery::default();
    let drawn = html(|| one::tenant_page(&one(TenantState::Active, None), &around(), ("acme", &query)));
    assert!(
        !drawn.contains("act=suspend") && !drawn.contains("act=rename"),
        "{drawn}"
    );
    assert!(drawn.contains("Nothing lets staff change it."), "{drawn}");
    let offered = one(TenantState::Active, Some(suspension()));
    let drawn = html(|| one::tenant_page(&offered, &around(), ("acme", &query)));
    assert!(
        drawn.contains("act=suspend") && drawn.contains("act=rename"),
        "{drawn}"
    );
    let closed = one(TenantState::Suspended, None);
    let drawn = html(|| one::tenant_page(&closed, &around(), ("acme", &query)));
    assert!(drawn.contains("until it is restored"), "{drawn}");
}

#[test]
fn suspending_asks_by_name_and_keeps_what_was_typed() {
    let flash = Flash {
        kind: FlashKind::Error,
        message: "Check the fields.".to_owned(),
        fields: [("reason".to_owned(), "Say why.".to_owned())].into(),
        values: [("reason".to_owned(), "<b>short".to_owned())].into(),
        ..Flash::default()
    };
    let view = one(TenantState::Active, Some(suspension()));
    let place = ("/tenants/acme?act=suspend", "/tenants/acme".to_owned());
    let drawn = html(|| dialog::state_dialog(&view, suspension(), Some(&flash), place));
    for words in [
        "Suspend Acme &amp; Co?",
        "12 sessions of its people end at once. The visit of staff inside ends, too.",
        "&lt;b&gt;short",
        "Say why.",
        "href=\"/tenants/acme\"",
    ] {
        assert!(drawn.contains(words), "{words} in {drawn}");
    }
}
