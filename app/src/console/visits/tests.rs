//! The Impersonations pages, drawn from plain views: who is inside, who was, and what an account tells.

use stagedoor_core::role::TenantRole;
use stagedoor_core::time::minutes;
use stagedoor_core::view::frame::TenantLabel;
use stagedoor_core::view::visit::{AccountView, EndView, StaffLabel, ViewedLine, VisitSums, VisitView};
use stagedoor_core::view::{Page, Total};

use super::*;
use crate::console::testing::{self, html, now};

fn around() -> Around {
    testing::around("/impersonations")
}

fn visit(ended: Option<EndView>) -> VisitView {
    VisitView {
        id: "imp_01k9w000000000000000000010".parse().expect("an id"),
        staff: StaffLabel {
            name: "Kim Moreno".to_owned(),
            email: "kim@acme-corp.example".to_owned(),
        },
        tenant: TenantLabel {
            id: "org_01k9w000000000000000000010".parse().expect("an id"),
            slug: "acme".to_owned(),
            name: "Acme".to_owned(),
        },
        as_whom: Some("rod@acme.com".to_owned()),
        role: TenantRole::Admin,
        mode: "read_only".to_owned(),
        reason: "Webhook page shows <500>".to_owned(),
        ticket: Some("#4218".to_owned()),
        started: now().minus(minutes(4)),
        until: now().plus(minutes(11)),
        may_end: ended.is_none(),
        own: false,
        ended,
    }
}

fn over() -> VisitView {
    visit(Some(EndView {
        at: now(),
        code: "ended_by_tenant".to_owned(),
        why: "ended by the tenant".to_owned(),
    }))
}

fn view(live: Vec<VisitView>, past: Vec<VisitView>) -> VisitsView {
    VisitsView {
        tenant: None,
        query: String::new(),
        query_error: None,
        chips: Vec::new(),
        live,
        matching: Total::Exact(past.len() as u64),
        past: Page {
            items: past,
            next: Some("sealed".to_owned()),
        },
        budget: Some(BudgetView {
            live: 2,
            allowed: 5,
            tenants_today: 1,
        }),
        now: now(),
    }
}

#[test]
fn live_ones_stand_first_with_the_way_to_end_them() {
    let view = view(vec![visit(None)], vec![over()]);
    let drawn = html(|| visits_page(&view, &around(), &VisitsQuery::default()));
    for words in [
        "Inside now",
        "as rod@acme.com in Acme, with role admin",
        "Webhook page shows &lt;500&gt; · #4218",
        "aria-label=\"End impersonation by Kim Moreno in Acme\"",
        "2 of 5 live",
        "1 tenant in 24 h",
        "ended by the tenant",
        "4 min",
        "href=\"/impersonations/imp_01k9w000000000000000000010\"",
        "cursor=sealed",
    ] {
        assert!(drawn.contains(words), "{words} in {drawn}");
    }
    assert!(
        !drawn.contains("style="),
        "the content security policy refuses it"
    );
}

#[test]
fn who_may_not_end_a_visit_is_not_offered_it_and_nobody_inside_is_said() {
    let shut = VisitView {
        may_end: false,
        ..visit(None)
    };
    let drawn = html(|| visits_page(&view(vec![shut], Vec::new()), &around(), &VisitsQuery::default()));
    assert!(!drawn.contains("End impersonation"), "{drawn}");
    assert!(drawn.contains("No visit is over yet"), "{drawn}");
    let drawn = html(|| visits_page(&view(Vec::new(), Vec::new()), &around(), &VisitsQuery::default()));
    assert!(drawn.contains("Nobody is inside a tenant"), "{drawn}");
}

#[test]
fn an_account_tells_what_was_seen_and_leads_to_the_log() {
    let account = AccountView {
        visit: over(),
        sums: VisitSums {
            pages: 2,
            rows: 100,
            changes: 0,
            refused: 0,
        },
        viewed: vec![ViewedLine {
            what: "Members".to_owned(),
            times: 2,
            rows: 100,
            last: now(),
        }],
        changed: Vec::new(),
        refused: Vec::new(),
        cut: true,
        now: now(),
    };
    let query = VisitsQuery {
        tenant: Some("acme".to_owned()),
        ..VisitsQuery::default()
    };
    let drawn = html(|| one::account_page(&account, &around(), &query));
    for words in [
        "2 pages viewed with 100 records, nothing changed, nothing refused.",
        "Nothing was changed.",
        "There is more in the audit log than is told here.",
        "href=\"/audit?tenant=acme&amp;q=impersonation%3Aimp_01k9w000000000000000000010\"",
        "href=\"/impersonations?tenant=acme\"",
        "12:10 → 12:25",
    ] {
        assert!(drawn.contains(words), "{words} in {drawn}");
    }
}
