//! What the pages say: the facts, in words that do not promise what the reader may not do.

use stagedoor_core::id::Id;
use stagedoor_core::time::hours;
use stagedoor_core::view::frame::{Flash, FlashKind};
use stagedoor_core::view::risk::{Assignee, RiskFact, RiskStepLine, RiskView};
use stagedoor_core::view::visit::StaffLabel;
use stagedoor_core::view::{Page, Total};

use super::one::risk_page;
use super::*;
use crate::console::testing::{around, html, now};

fn risk(state: &str) -> RiskRow {
    RiskRow {
        id: Id::new(1, 2),
        kind: "passkey_copied".to_owned(),
        score: 80,
        level: "high".to_owned(),
        subject: RiskSubject::Staff {
            id: Id::new(1, 3),
            label: StaffLabel {
                name: "Kim Moreno".to_owned(),
                email: "kim@acme-corp.example".to_owned(),
            },
        },
        cause: "a passkey counted backwards, it may have been copied".to_owned(),
        state: state.to_owned(),
        assignee: None,
        raised: now().minus(hours(2)),
        changed: now().minus(hours(2)),
        version: 3,
    }
}

fn view(items: Vec<RiskRow>, query: &str) -> RisksView {
    RisksView {
        tenant: None,
        query: query.to_owned(),
        query_error: None,
        chips: Vec::new(),
        matching: Total::Exact(items.len() as u64),
        first: 1,
        open: items.len() as u64,
        page: Page { items, next: None },
        now: now(),
    }
}

fn list(view: &RisksView) -> String {
    let query = RisksQuery {
        q: view.query.clone(),
        ..RisksQuery::default()
    };
    html(|| risks_page(view, &around("/risk"), &query))
}

fn one(state: &str, may_triage: bool) -> RiskView {
    let ada = Assignee {
        id: Id::new(1, 4),
        name: "Ada Lindqvist".to_owned(),
    };
    RiskView {
        risk: risk(state),
        kind_label: "passkey may be copied".to_owned(),
        about: "An authenticator counts each use.".to_owned(),
        facts: vec![RiskFact {
            label: "Passkey".to_owned(),
            value: "Drawer".to_owned(),
        }],
        entries: Vec::new(),
        entries_count: 2,
        steps: vec![RiskStepLine {
            step: "note".to_owned(),
            done: "noted".to_owned(),
            note: Some("Called them".to_owned()),
            staff: "Sol Reyes".to_owned(),
            at: now().minus(hours(1)),
        }],
        may_triage: may_triage.then(|| vec![ada]),
        now: now(),
    }
}

fn page(view: &RiskView, flash: Option<&Flash>) -> String {
    let query = RisksQuery {
        q: "status:open".to_owned(),
        ..RisksQuery::default()
    };
    html(|| risk_page(view, flash, &around("/risk/rsk_1"), &query))
}

#[test]
fn a_row_says_who_how_high_why_and_who_is_at_it() {
    let drawn = list(&view(vec![risk("open")], "status:open"));
    for words in [
        "Kim Moreno",
        "staff",
        "high",
        "counted backwards",
        "nobody",
        "One is open",
        "q=status%3Aopen",
    ] {
        assert!(drawn.contains(words), "{words}: {drawn}");
    }
}

#[test]
fn an_empty_list_says_what_will_be_there_and_a_search_leads_back() {
    let none = list(&view(Vec::new(), ""));
    assert!(
        none.contains("No risk events") && none.contains("Nothing is open."),
        "{none}"
    );
    let searched = list(&view(Vec::new(), "level:low"));
    assert!(searched.contains("Nothing matches"), "{searched}");
}

#[test]
fn an_event_offers_the_steps_that_go_from_where_it_is() {
    let cases = [
        (
            "open",
            vec!["acknowledge", "resolve", "false_positive", "assign", "note"],
        ),
        (
            "acknowledged",
            vec!["resolve", "false_positive", "assign", "note"],
        ),
        ("resolved", vec!["note"]),
        ("false_positive", vec!["note"]),
    ];
    for (state, steps) in cases {
        let drawn = page(&one(state, true), None);
        for step in ["acknowledge", "resolve", "false_positive", "assign", "note"] {
            let offered = drawn.contains(&format!("value=\"{step}\""));
            assert_eq!(offered, steps.contains(&step), "{state} {step}");
        }
        assert!(drawn.contains("name=\"version\" value=\"3\""), "{drawn}");
    }
    let looked = page(&one("open", false), None);
    assert!(!looked.contains("<form"), "who may not work on it has no form");
}

#[test]
fn what_is_known_and_done_is_told_and_what_is_hidden_is_said_to_be() {
    let drawn = page(&one("open", true), None);
    for words in [
        "Drawer",
        "Called them",
        "Sol Reyes",
        "You may not read the entries",
        "Ada Lindqvist",
    ] {
        assert!(drawn.contains(words), "{words}: {drawn}");
    }
}

#[test]
fn what_was_typed_comes_back_with_what_is_wrong() {
    let flash = Flash {
        kind: FlashKind::Error,
        fields: [("note".to_owned(), "Say how it was dealt with.".to_owned())].into(),
        values: [("note".to_owned(), "half a thought".to_owned())].into(),
        ..Flash::default()
    };
    let drawn = page(&one("open", true), Some(&flash));
    assert!(
        drawn.contains("Say how it was dealt with.") && drawn.contains("half a thought"),
        "{drawn}"
    );
    assert!(drawn.contains("aria-invalid=\"true\""), "{drawn}");
}
