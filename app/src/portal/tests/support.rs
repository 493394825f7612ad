//! What the owner is told of visits, and decides about them.

use leptos::prelude::*;
use stagedoor_core::role::TenantRole;
use stagedoor_core::view::frame::{Flash, FlashKind};
use stagedoor_core::view::portal::{ConsentView, SupportView, ViewedLine, VisitAccount};

use super::super::{Room, account_page, support_page};
use super::{drawn, frame, look, now, open, owners, support, visit};
use crate::routes::SupportQuery;
#[test]
fn the_owner_is_told_calmly_who_is_here_on_every_page_but_the_one_about_it() {
    let own = owners();
    let html = drawn(|| open(&own, Some(Room::Audit), ().into_any()));
    for words in [
        "Platform support is here now.",
        "Kim Moreno acts as rod@acme.com",
        "15:00",
        "“Webhooks &lt;fail&gt;”, ticket #4218",
        "6 pages viewed, nothing changed",
        "See the visit</a>",
        r#"action="/api/fn/tenant/end_visit""#,
        "Sign out",
    ] {
        assert!(html.contains(words), "{words} in {html}");
    }
    assert!(
        !html.contains("Out of bounds"),
        "nothing is out of an owner's bounds"
    );
    let html = drawn(|| open(&own, Some(Room::Support), ().into_any()));
    assert!(!html.contains("Platform support is here now."));
    let visited = frame(TenantRole::Admin);
    let html = drawn(|| open(&visited, None, ().into_any()));
    assert!(!html.contains("Sign out"), "a visit ends in its banner");
}

#[test]
fn the_owner_chooses_and_answers_and_an_administrator_reads() {
    let (own, query) = (owners(), SupportQuery::default());
    let html = drawn(|| {
        let main = support_page(&own, &support(true), &query, &look());
        open(&own, Some(Room::Support), main)
    });
    for words in [
        r#"action="/api/fn/tenant/consent""#,
        r#"value="window" checked"#,
        r#"value="2026-11-22""#,
        "Ask each time",
        r#"action="/api/fn/tenant/answer_request""#,
        "Jess Park",
        "Billing page is &lt;empty&gt;",
        "for 15 min",
        "lapses at 12:41",
        r#"<table aria-label="Earlier visits">"#,
        "the visitor ended it",
        r#"href="/support-access?cursor=c%2F3""#,
    ] {
        assert!(html.contains(words), "{words} in {html}");
    }
    let html = drawn(|| {
        let main = support_page(&own, &support(false), &query, &look());
        open(&own, Some(Room::Support), main)
    });
    assert!(!html.contains(r#"action="/api/fn/tenant/consent""#) && !html.contains("answer_request"));
    assert!(html.contains("Only the owner changes this.") && html.contains("Only the owner answers."));
    assert!(html.contains("end_visit"), "an administrator may end a visit");
}

#[test]
fn a_refused_choice_keeps_what_was_typed_and_says_what_is_wrong() {
    let mut own = owners();
    own.flash = Some(Flash {
        kind: FlashKind::Error,
        message: "Some of what was sent is not right.".to_owned(),
        fields: [("until".to_owned(), "Say until when it is open.".to_owned())].into(),
        values: [
            ("choice".to_owned(), "window".to_owned()),
            ("until".to_owned(), String::new()),
        ]
        .into(),
        ..Flash::default()
    });
    let view = SupportView {
        consent: ConsentView::On,
        ..support(true)
    };
    let main = || support_page(&own, &view, &SupportQuery::default(), &look());
    let html = drawn(|| open(&own, Some(Room::Support), main()));
    assert!(html.contains("Say until when it is open.") && html.contains(r#"aria-invalid="true""#));
    assert!(html.contains(r#"value="window" checked"#), "{html}");
}

#[test]
fn the_account_of_a_visit_tells_what_was_seen_changed_and_refused() {
    let account = VisitAccount {
        visit: visit(),
        may_end: true,
        viewed: vec![ViewedLine {
            what: "Members".to_owned(),
            times: 3,
            rows: 150,
            last: now(),
        }],
        changed: Vec::new(),
        refused: Vec::new(),
        cut: false,
        now: now(),
    };
    let own = owners();
    let html = drawn(|| open(&own, Some(Room::Support), account_page(&account, &look())));
    for words in [
        "Members",
        ">150<",
        "Nothing was changed.",
        "Nothing was refused.",
        "In the audit log</a>",
        "End now",
    ] {
        assert!(html.contains(words), "{words} in {html}");
    }
}
