//! The Users page, drawn from plain views: what a row offers to whom, and what the dialog keeps and says.

use stagedoor_core::role::TenantRole;
use stagedoor_core::time::minutes;
use stagedoor_core::view::directory::{
    AskView, DirectorySort, ImpersonateOffer, MemberRow, MemberStatus, RiskLevel,
};
use stagedoor_core::view::frame::{Flash, FlashKind, TenantLabel};
use stagedoor_core::view::session::{RevokePeople, RevokePerson};
use stagedoor_core::view::{Page, Total};

use super::*;
use crate::console::testing::{self, html, kept_from, now};

fn around() -> Around {
    testing::around("/users?tenant=acme")
}

fn person(name: &str, status: MemberStatus) -> MemberRow {
    MemberRow {
        id: "usr_01k9w000000000000000000010".parse().expect("an id"),
        name: name.to_owned(),
        email: "rod@acme.com".to_owned(),
        role: Some(TenantRole::Admin),
        last_seen: Some(now().minus(minutes(9))),
        status,
        factors: "passkey".to_owned(),
        risk: RiskLevel::Low,
    }
}

fn view(items: Vec<MemberRow>) -> UsersView {
    UsersView {
        tenant: TenantLabel {
            id: "org_01k9w000000000000000000010".parse().expect("an id"),
            slug: "acme".to_owned(),
            name: "Acme".to_owned(),
        },
        people: 142,
        roles: 4,
        kpis: Vec::new(),
        query: String::new(),
        query_error: None,
        chips: Vec::new(),
        sort: DirectorySort::LastSeen,
        matching: Total::Exact(142),
        first: 1,
        page: Page {
            items,
            next: Some("sealed".to_owned()),
        },
        offer: ImpersonateOffer {
            guards: Vec::new(),
            refused: None,
            asking: None,
            live: 1,
            allowed: 5,
            longest_seconds: 1_800,
        },
        now: now(),
        dialog: None,
        may_revoke: true,
    }
}

fn query() -> UsersQuery {
    UsersQuery {
        tenant: Some("acme".to_owned()),
        ..UsersQuery::default()
    }
}

#[test]
fn the_table_is_named_and_its_rows_offer_to_impersonate() {
    let view = view(vec![person("Rod Walsh", MemberStatus::Active)]);
    let page = html(|| users_page(&view, StaffRole::Support, &around(), &query()));
    for words in [
        "<table aria-label=\"Users\"",
        "aria-sort=\"descending\"",
        "name=\"impersonate\"",
        "9 min ago",
        "1–1 of 142",
        "cursor=sealed",
    ] {
        assert!(page.contains(words), "{words} in {page}");
    }
    assert_eq!(page.matches("<h1>").count(), 1);
    assert!(!page.contains("style="), "the content security policy refuses it");
}

#[test]
fn who_may_not_impersonate_is_not_offered_it() {
    let view = view(vec![person("Rod Walsh", MemberStatus::Active)]);
    let page = html(|| {
        users_page(
            &view,
            StaffRole::Security,
            &kept_from("/users", &[Action::TenantImpersonate]),
            &query(),
        )
    });
    assert!(!page.contains("name=\"impersonate\""));
}

#[test]
fn nobody_is_impersonated_whose_membership_does_not_stand() {
    let view = view(vec![
        person("Former X", MemberStatus::Revoked),
        person("Jo Hart", MemberStatus::Suspended),
    ]);
    let page = html(|| users_page(&view, StaffRole::Support, &around(), &query()));
    assert!(!page.contains("name=\"impersonate\""));
}

#[test]
fn the_dialog_keeps_what_was_typed_and_says_what_is_wrong() {
    let view = view(vec![person("Rod Walsh", MemberStatus::Active)]);
    let flash = Flash {
        kind: FlashKind::Error,
        message: "Check the fields.".to_owned(),
        fields: [("reason".to_owned(), "Use at least 10 characters.".to_owned())].into(),
        values: [("reason".to_owned(), "<b>short</b>".to_owned())].into(),
        ..Flash::default()
    };
    let dialog = html(|| impersonate_dialog(&view, &view.page.items[0], Some(&flash), &query()));
    for words in [
        "role=\"dialog\"",
        "<label for=\"reason\">Reason</label>",
        "<label for=\"ticket_ref\">Ticket</label>",
        "aria-invalid=\"true\"",
        "aria-describedby=\"reason-error\"",
        "Use at least 10 characters.",
        "&lt;b&gt;short",
        "Start impersonation",
        "href=\"/users?tenant=acme\"",
        "1 of 5",
    ] {
        assert!(dialog.contains(words), "{words} in {dialog}");
    }
}

#[test]
fn a_refusal_leaves_nothing_to_start() {
    let mut view = view(vec![person("Rod Walsh", MemberStatus::Active)]);
    view.offer.refused = Some("The owner has switched support access off.".to_owned());
    let dialog = html(|| impersonate_dialog(&view, &view.page.items[0], None, &query()));
    assert!(dialog.contains("switched support access off"));
    assert!(!dialog.contains("Start impersonation"));
}

#[test]
fn where_the_owner_wants_to_be_asked_the_dialog_asks_waits_and_starts() {
    let mut view = view(vec![person("Rod Walsh", MemberStatus::Active)]);
    let drawn = |view: &UsersView| html(|| impersonate_dialog(view, &view.page.items[0], None, &query()));
    view.offer.asking = Some(AskView::Needed);
    assert!(drawn(&view).contains("Ask the owner</button>") && !drawn(&view).contains("Start impersonation"));
    view.offer.asking = Some(AskView::Waiting {
        asked: view.now.minus(minutes(3)),
        until: view.now.plus(minutes(27)),
        reason: "Webhooks <fail>".to_owned(),
    });
    let waits = drawn(&view);
    assert!(
        waits.contains("Waiting for the owner.") && waits.contains("lapses in 27 min"),
        "{waits}"
    );
    assert!(
        waits.contains("Look again</a>") && !waits.contains("btn pri"),
        "{waits}"
    );
    view.offer.asking = Some(AskView::Agreed {
        until: view.now.plus(minutes(9)),
        reason: "Webhooks fail since Monday".to_owned(),
        ticket: Some("#7".to_owned()),
        ttl_seconds: 300,
    });
    let agreed = drawn(&view);
    assert!(
        agreed.contains(r#"value="Webhooks fail since Monday""#) && agreed.contains("Start within 9 min")
    );
    assert!(agreed.contains("Start impersonation</button>"), "{agreed}");
    view.offer.asking = Some(AskView::Denied {
        until: view.now.plus(minutes(5)),
    });
    assert!(drawn(&view).contains("refused this visit") && !drawn(&view).contains("btn pri"));
}

fn chosen(sessions: u64) -> RevokePeople {
    let line = |name: &str, sessions| RevokePerson {
        id: "usr_01k9w000000000000000000010".parse().expect("an id"),
        name: name.to_owned(),
        email: "rod@acme.com".to_owned(),
        sessions,
    };
    RevokePeople {
        tenant: view(Vec::new()).tenant,
        people: vec![line("Rod <Walsh>", sessions), line("Val Marsh", 0)],
    }
}

#[test]
fn the_boxes_form_leads_to_the_question_with_the_lists_state() {
    let list = UsersQuery {
        q: "role:admin".to_owned(),
        impersonate: Some("usr_1".to_owned()),
        ..query()
    };
    let mut view = view(vec![person("Rod Walsh", MemberStatus::Active)]);
    let page = html(|| users_page(&view, StaffRole::SuperAdmin, &around(), &list));
    for words in [
        r#"formaction="/users/revoke""#,
        r#"name="list" value="tenant=acme&amp;q=role%3Aadmin""#,
    ] {
        assert!(page.contains(words), "{words} in {page}");
    }
    view.may_revoke = false;
    let page = html(|| users_page(&view, StaffRole::Support, &around(), &list));
    assert!(!page.contains("Revoke sessions"), "{page}");
}

#[test]
fn the_question_names_everybody_and_counts_what_ends() {
    let drawn = |sessions| {
        let closed = "/users?tenant=acme".to_owned();
        html(|| revoke::people_dialog(&chosen(sessions), None, ("/users/revoke?id=usr_1", closed)))
    };
    for words in [
        "Revoke the sessions of 2 people of Acme?",
        "The 3 sessions that run are refused from the next request on.",
        "Rod &lt;Walsh&gt;",
        "not signed in",
        r#"name="user_ids[]" value="usr_01k9w000000000000000000010""#,
        "Revoke 3 sessions</button>",
    ] {
        assert!(drawn(3).contains(words), "{words} in {}", drawn(3));
    }
    assert!(drawn(1).contains("Revoke 1 session</button>"));
}
