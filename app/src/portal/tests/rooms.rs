//! What stands in the rooms that everybody has.

use stagedoor_core::id::{Id, MemberId, SessionId};
use stagedoor_core::role::TenantRole;
use stagedoor_core::time::minutes;
use stagedoor_core::view::audit::{AuditLine, AuditView};
use stagedoor_core::view::portal::{PortalFrame, SessionLine, SessionsView};
use stagedoor_core::view::{self, Tone};

use super::super::{Room, audit_page, members_page, sessions_page};
use super::{drawn, frame, look, members, now, open, owners};
use crate::console::testing::audit_view;
use crate::routes::{AuditQuery, SessionsQuery};
#[test]
fn members_are_a_table_with_a_pager() {
    let frame = frame(TenantRole::Admin);
    let html = drawn(|| {
        open(
            &frame,
            Some(Room::Members),
            members_page(&frame, &members(), &look()),
        )
    });
    for words in [
        r#"<table aria-label="Members">"#,
        "Former X",
        "revoked",
        "51–51 of 142",
        r#"href="/members?cursor=c%2F2""#,
    ] {
        assert!(html.contains(words), "{words} in {html}");
    }
    assert!(
        html.contains(r#"href="/members">"#) || html.contains(r#"href="/members" "#),
        "the way to the first page"
    );
}

fn log(items: Vec<AuditLine>) -> AuditView {
    AuditView {
        kept_days: 90,
        now: now(),
        ..audit_view(items)
    }
}

fn audit(frame: &PortalFrame, view: &AuditView) -> String {
    drawn(|| {
        let main = audit_page(frame, view, &AuditQuery::default(), &look());
        open(frame, Some(Room::Audit), main)
    })
}

#[test]
fn the_audit_log_tells_what_is_critical_and_when_it_was_signed() {
    let entry = AuditLine {
        id: "evt_1".to_owned(),
        at: now(),
        icon: "octagon-alert".to_owned(),
        tone: Tone::Danger,
        impersonation: false,
        critical: true,
        sentence: Vec::new(),
        tags: vec![("Platform support".to_owned(), Tone::Accent)],
        guards: Vec::new(),
        diff: Vec::new(),
        facts: Vec::new(),
        asked: None,
    };
    let mut view = log(vec![entry]);
    view.signed_at = Some(now().minus(minutes(2)));
    let html = audit(&owners(), &view);
    for words in [
        r#"role="img" aria-label="Critical""#,
        "Platform support</span>",
        r#"<span aria-hidden="true" class="tag danger">critical</span>"#,
        "platform support included. Last checkpoint 2 min ago. Times are in UTC.",
        r#"data-proof="/api/tenant/audit-logs/evt_1/receipt""#,
    ] {
        assert!(html.contains(words), "{words} in {html}");
    }
}

#[test]
fn the_audit_log_keeps_its_export_locked() {
    let html = audit(&frame(TenantRole::Admin), &log(Vec::new()));
    assert!(
        html.contains("export is off while impersonating") && html.contains("disabled"),
        "{html}"
    );
    assert!(
        html.contains("last 90 days") && !html.contains("Last checkpoint"),
        "{html}"
    );
}

#[test]
fn sessions_say_whose_where_and_which_is_this_one() {
    let line = SessionLine {
        id: SessionId::from_uuid(3),
        person: MemberId::from_uuid(4),
        name: "Val Marsh".to_owned(),
        email: "val@acme.com".to_owned(),
        address: "192.0.2.7".to_owned(),
        device: "Chrome on Linux".to_owned(),
        factor: "password".to_owned(),
        started: now(),
        last_seen: now(),
        until: now(),
        current: true,
        may_end: true,
    };
    let view = SessionsView {
        of: None,
        everybody: true,
        may_end_all_of: None,
        page: view::Page {
            items: vec![line],
            next: None,
        },
        now: now(),
    };
    let (own, query) = (owners(), SessionsQuery::default());
    let html = drawn(|| {
        let main = sessions_page(&own, &view, &query, &look());
        open(&own, Some(Room::Sessions), main)
    });
    for words in [
        r#"<table aria-label="Sessions">"#,
        "Chrome on Linux",
        "this session",
        "192.0.2.7",
        r#"action="/api/fn/tenant/revoke_session""#,
        r#"href="/sessions?user=usr_"#,
    ] {
        assert!(html.contains(words), "{words} in {html}");
    }
    assert!(!html.contains("revoke_sessions"), "not everybody's at once");
}
