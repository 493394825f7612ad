//! The Sessions page, drawn from plain views: whose, where, for how long, and what may not be revoked has no way to
//! it.

use stagedoor_core::time::{hours, minutes};
use stagedoor_core::view::frame::TenantLabel;
use stagedoor_core::view::session::{Holder, SessionRow, SessionsView, Standing};
use stagedoor_core::view::{Page, Total};

use stagedoor_core::view::session::RevokeDialog;

use super::*;
use crate::console::testing::{self, html, kept_from, now};

fn around() -> Around {
    testing::around("/sessions")
}

fn session(current: bool, may_revoke: bool) -> SessionRow {
    SessionRow {
        narrowed: Vec::new(),
        id: "ses_01k9w000000000000000000010".parse().expect("an id"),
        holder: Holder::Staff("stf_01k9w000000000000000000010".parse().expect("an id")),
        name: "Jess <Park>".to_owned(),
        email: "jess@acme-corp.example".to_owned(),
        device: "Chrome on Linux".to_owned(),
        agent: "Mozilla/5.0 \"x\"".to_owned(),
        address: "192.0.2.7".to_owned(),
        factor: "passkey".to_owned(),
        factor_at: now().minus(minutes(70)),
        started: now().minus(minutes(70)),
        last_seen: now().minus(minutes(1)),
        standing: Standing::Live {
            until: now().plus(hours(2)),
            idle_until: now().plus(minutes(14)),
        },
        visits: 2,
        current,
        may_revoke,
    }
}

fn view(items: Vec<SessionRow>) -> SessionsView {
    SessionsView {
        tenant: None,
        query: String::new(),
        query_error: None,
        chips: Vec::new(),
        matching: Total::Exact(items.len() as u64),
        first: 1,
        page: Page { items, next: None },
        may_revoke_many: false,
        dialog: None,
        now: now(),
    }
}

fn page(view: &SessionsView, around: &Around) -> String {
    html(|| sessions_page(view, around, &StaffSessionsQuery::default()))
}

#[test]
fn a_row_says_where_with_what_and_for_how_long() {
    let drawn = page(&view(vec![session(true, true)]), &around());
    for words in [
        "<table aria-label=\"Sessions\"",
        "Jess &lt;Park&gt;",
        "Chrome on Linux",
        "this session",
        "2 visits",
        "passkey, 1 h old",
        "idle in 14 min",
        "ends in 2 h",
        "href=\"/sessions?revoke=ses_01k9w000000000000000000010\"",
    ] {
        assert!(drawn.contains(words), "{words} in {drawn}");
    }
    assert!(
        !drawn.contains("style="),
        "the content security policy refuses it"
    );
}

#[test]
fn what_may_not_be_revoked_has_no_way_to_it() {
    let drawn = page(
        &view(vec![session(false, false)]),
        &kept_from("/sessions", &[Action::TenantViewDirectory]),
    );
    assert!(!drawn.contains("revoke="), "{drawn}");
    assert!(
        !drawn.contains("People of"),
        "a directory is not security's to see"
    );
}

#[test]
fn an_empty_list_says_what_it_means_and_leads_on() {
    let drawn = page(&view(Vec::new()), &around());
    assert!(
        drawn.contains("Nobody is signed in") && drawn.contains("state%3Aended"),
        "{drawn}"
    );
    let searched = SessionsView {
        query: "zzz".to_owned(),
        ..view(Vec::new())
    };
    let drawn = page(&searched, &around());
    assert!(
        drawn.contains("Nothing matches") && drawn.contains("Clear the search"),
        "{drawn}"
    );
}

#[test]
fn whose_sessions_goes_by_the_tenant_unless_it_is_said() {
    let query = |tenant: Option<&str>, of: Option<&str>| StaffSessionsQuery {
        tenant: tenant.map(str::to_owned),
        of: of.map(str::to_owned),
        ..StaffSessionsQuery::default()
    };
    assert!(of_staff(&query(None, None)));
    assert!(!of_staff(&query(Some("acme"), None)));
    assert!(of_staff(&query(Some("acme"), Some("staff"))));
    assert!(!of_staff(&query(None, Some("people"))));
}

#[test]
fn the_dialog_names_whom_and_what_ends() {
    let closed = StaffSessionsQuery::default();
    let one = RevokeDialog::One(Box::new(session(false, true)));
    let drawn = html(|| dialog::revoke_dialog(&one, None, &closed, &around()));
    for words in [
        "role=\"dialog\"",
        "Revoke the session of Jess &lt;Park&gt;?",
        "The 2 visits that run in it end, too.",
        ">Reason</label>",
        "minlength=\"10\"",
        "value=\"/sessions\"",
        "href=\"/sessions?revoke_all=stf_01k9w000000000000000000010\"",
        "Revoke all sessions of Jess &lt;Park&gt; instead",
    ] {
        assert!(drawn.contains(words), "{words} in {drawn}");
    }
    let own = RevokeDialog::One(Box::new(session(true, true)));
    let drawn = html(|| dialog::revoke_dialog(&own, None, &closed, &around()));
    assert!(
        drawn.contains("Revoke the session you are using?")
            && drawn.contains("sign in again")
            && drawn.contains("Reason (optional)"),
        "{drawn}"
    );
}

#[test]
fn people_of_a_tenant_lead_to_their_own_page() {
    let member = SessionRow {
        holder: Holder::Member("usr_01k9w000000000000000000010".parse().expect("an id")),
        ..session(false, false)
    };
    let view = SessionsView {
        tenant: Some(TenantLabel {
            id: "org_01k9w000000000000000000010".parse().expect("an id"),
            slug: "acme".to_owned(),
            name: "Acme".to_owned(),
        }),
        ..view(vec![member])
    };
    let drawn = page(&view, &around());
    assert!(
        drawn.contains("href=\"/users/usr_01k9w000000000000000000010?tenant=acme\""),
        "{drawn}"
    );
    assert!(
        drawn.contains("They read in their own log that you looked."),
        "{drawn}"
    );
}
