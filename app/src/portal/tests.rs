//! What the portal shows to whom, and that the banner is always there with everything it owes.

mod rooms;
mod support;

use leptos::prelude::*;
use stagedoor_core::error::{ApiError, Code};
use stagedoor_core::id::{ConsentRequestId, Id, ImpersonationId, MemberId, TenantId};
use stagedoor_core::role::TenantRole;
use stagedoor_core::time::{Timestamp, minutes};
use stagedoor_core::view::directory::{MemberRow, MemberStatus, RiskLevel};
use stagedoor_core::view::frame::{PersonView, TenantLabel};
use stagedoor_core::view::portal::{
    ConsentLine, ConsentView, FrontView, MembersView, PortalFrame, SupportView, VisitBanner, VisitLine,
    VisitOverView, VisitSums,
};
use stagedoor_core::view::{self, Total};

use super::{Opened, Room, front_page, portal_page, refused, visit_over_page};
use crate::error::AppError;
use crate::layout::{Address, Page};
use crate::server::{Assets, Look};
fn now() -> Timestamp {
    Timestamp::parse_rfc3339("2026-11-21T12:14:23Z").expect("a time")
}

fn look() -> Look {
    Look::new(None, None, "n0nce".to_owned(), Assets::default())
}

fn frame(role: TenantRole) -> PortalFrame {
    let banner = VisitBanner {
        id: ImpersonationId::from_uuid(1),
        staff: "Kim Moreno".to_owned(),
        as_whom: Some("rod@acme.com".to_owned()),
        tenant: "Acme".to_owned(),
        role,
        limits: vec!["read only".to_owned(), "no billing".to_owned()],
        reason: "Webhooks <fail>".to_owned(),
        ticket: Some("#4218".to_owned()),
        from: now(),
        until: now().plus(minutes(15)),
        now: now(),
        sets_aside: None,
    };
    PortalFrame {
        tenant: TenantLabel {
            id: TenantId::from_uuid(2),
            slug: "acme".to_owned(),
            name: "Acme".to_owned(),
        },
        person: PersonView {
            name: "Rod Walsh".to_owned(),
            email: "rod@acme.com".to_owned(),
            role: format!("{} of Acme", role.label()),
        },
        role,
        banner: Some(banner),
        members: (role == TenantRole::Admin).then_some(142),
        inside: Vec::new(),
        support: (role == TenantRole::Admin).then_some(0),
        now: now(),
        flash: None,
    }
}

fn members() -> MembersView {
    let former = MemberRow {
        id: MemberId::from_uuid(3),
        name: "Former X".to_owned(),
        email: "former@acme.com".to_owned(),
        role: None,
        last_seen: None,
        status: MemberStatus::Revoked,
        factors: "none".to_owned(),
        risk: RiskLevel::Low,
    };
    MembersView {
        query: String::new(),
        matching: Total::Exact(142),
        first: 51,
        page: view::Page {
            items: vec![former],
            next: Some("c/2".to_owned()),
        },
        now: now(),
    }
}

fn front() -> FrontView {
    FrontView {
        consent: Some(ConsentView::Ask),
        own_sessions: 2,
        until: Some(now().plus(minutes(47))),
    }
}

/// The owner's own portal, without a visit.
fn owners() -> PortalFrame {
    PortalFrame {
        person: PersonView {
            name: "Val Marsh".to_owned(),
            email: "val@acme.com".to_owned(),
            role: "owner of Acme".to_owned(),
        },
        role: TenantRole::Owner,
        banner: None,
        members: Some(142),
        inside: vec![visit()],
        support: Some(2),
        ..frame(TenantRole::Admin)
    }
}

fn visit() -> VisitLine {
    VisitLine {
        id: ImpersonationId::from_uuid(1),
        staff: "Kim Moreno".to_owned(),
        as_whom: Some("rod@acme.com".to_owned()),
        role: TenantRole::Admin,
        mode: "read only".to_owned(),
        reason: "Webhooks <fail>".to_owned(),
        ticket: Some("#4218".to_owned()),
        from: now(),
        until: now().plus(minutes(15)),
        ended: None,
        done: VisitSums {
            pages: 6,
            rows: 150,
            changes: 0,
            refused: 0,
        },
    }
}

fn support(may_choose: bool) -> SupportView {
    SupportView {
        consent: ConsentView::Window {
            until: now().plus(minutes(60 * 24)),
        },
        may_choose,
        may_end: true,
        requests: vec![ConsentLine {
            id: ConsentRequestId::from_uuid(5),
            staff: "Jess Park".to_owned(),
            as_whom: None,
            reason: "Billing page is <empty>".to_owned(),
            ticket: None,
            ttl_seconds: 900,
            asked: now().minus(minutes(3)),
            until: now().plus(minutes(27)),
        }],
        live: vec![visit()],
        past: view::Page {
            items: vec![VisitLine {
                ended: Some((now(), "the visitor ended it".to_owned())),
                ..visit()
            }],
            next: Some("c/3".to_owned()),
        },
        now: now(),
    }
}

fn drawn(make: impl FnOnce() -> Page) -> String {
    Owner::new().with(|| make().body.to_html())
}

fn open(frame: &PortalFrame, room: Option<Room>, main: AnyView) -> Page {
    portal_page(
        frame,
        Opened {
            title: "Members",
            room,
            main,
        },
        &look(),
    )
}

#[test]
fn the_banner_says_who_as_whom_where_why_until_when_and_how_to_end() {
    let html = drawn(|| open(&frame(TenantRole::Admin), None, ().into_any()));
    for words in [
        "aria-label=\"Impersonation\"",
        "Kim Moreno",
        "<b>rod@acme.com</b>",
        "in Acme",
        "read only · no billing",
        "both logs",
        "Webhooks &lt;fail&gt;",
        "#4218",
        "12:14 → 12:29",
        r#"role="timer""#,
        "15:00",
        "End impersonation</button>",
        r#"action="/api/fn/tenant/end_impersonation""#,
        "class=\"ring\"",
    ] {
        assert!(html.contains(words), "{words} in {html}");
    }
    assert!(!html.contains(" style=") && !html.contains("<script"), "{html}");
}

#[test]
fn the_page_leaves_by_itself_and_its_tab_says_as_whom() {
    let page = Owner::new().with(|| open(&frame(TenantRole::Admin), None, ().into_any()));
    assert_eq!(page.refresh, Some((901, "/visit/over".to_owned())));
    assert_eq!(page.acting.as_deref(), Some("rod@acme.com"));
    assert_eq!(page.title, "Members · Acme");
}

#[test]
fn without_a_visit_there_is_no_banner_and_nothing_leaves() {
    let mut own = frame(TenantRole::Admin);
    own.banner = None;
    let page = Owner::new().with(|| open(&own, None, ().into_any()));
    assert_eq!((page.refresh, page.acting), (None, None));
    let html = drawn(|| open(&own, None, ().into_any()));
    assert!(!html.contains("aria-label=\"Impersonation\"") && !html.contains("class=\"ring\""));
}

#[test]
fn rooms_that_the_role_or_the_visit_hides_are_locked_with_the_reason() {
    let html = drawn(|| open(&frame(TenantRole::Developer), None, ().into_any()));
    assert!(!html.contains(r#"href="/members""#) && !html.contains(r#"href="/audit""#));
    assert!(
        html.contains("only the roles owner and admin may see this"),
        "{html}"
    );
    assert_eq!(html.matches("Out of bounds while impersonating").count(), 3);
    let html = drawn(|| open(&frame(TenantRole::Admin), Some(Room::Members), ().into_any()));
    assert!(html.contains(r#"href="/members""#) && html.contains(r#"aria-current="page""#));
}

#[test]
fn a_refusal_stays_inside_the_frame_and_names_the_rule() {
    let frame = frame(TenantRole::Developer);
    let error = ApiError::new(Code::Forbidden, "Your role does not allow this.", "req_1");
    let address = Address {
        path: "/members".to_owned(),
        query: String::new(),
    };
    let html = drawn(|| portal_page(&frame, refused(&frame, &address, AppError::from(error)), &look()));
    for words in [
        "Role guardrail",
        "In Acme only the roles owner and admin may see this; you look at it as developer.",
        "req_1",
        r#"role="timer""#,
    ] {
        assert!(html.contains(words), "{words} in {html}");
    }
    let html = drawn(|| open(&frame, None, front_page(&frame, &front(), &look())));
    assert!(html.contains("You look at Acme as Rod Walsh, with the role developer."));
    assert!(html.contains(r#"href="/sessions""#) && html.contains("only the roles owner and admin"));
}

#[test]
fn the_end_says_why_and_leads_back() {
    let over = VisitOverView {
        tenant: "Acme".to_owned(),
        why: "its time was up".to_owned(),
        console: "http://admin.localhost:7117/".to_owned(),
    };
    let html = visit_over_page(&over, &look());
    assert!(
        html.contains("This impersonation has ended")
            && html.contains("You have left Acme: its time was up.")
    );
    assert!(html.contains(r#"href="http://admin.localhost:7117/""#) && !html.contains("refresh"));
}
