//! Who am I, drawn: what it tells, of whom, and what stays hidden. A page that guesses or tells of others fails here.

use jiff::tz::TimeZone;
use stagedoor_core::assurance::PasskeyLevel;
use stagedoor_core::narrowed::Reach;
use stagedoor_core::time::{Timestamp, hours, minutes};
use stagedoor_core::view::frame::{Countdown, PersonView, TenantLabel};
use stagedoor_core::view::narrow::NarrowedView;
use stagedoor_core::view::whoami::OwnSession;

use super::*;

fn now() -> Timestamp {
    Timestamp::parse_rfc3339("2026-11-21T12:14:10Z").expect("a time")
}

fn view() -> WhoAmI {
    WhoAmI {
        id: "stf_01k9w000000000000000000010".parse().expect("an id"),
        person: PersonView {
            name: "Kim <Moreno>".to_owned(),
            email: "kim@acme-corp.example".to_owned(),
            role: "Super admin".to_owned(),
        },
        provider: Some("Demo SSO".to_owned()),
        account_until: None,
        reach: ReachView::All,
        permissions: vec![
            HeldPermission {
                name: "tenant.list".to_owned(),
                about: "List tenants.".to_owned(),
                how: Held::Fully,
            },
            HeldPermission {
                name: "tenant.delete".to_owned(),
                about: "Delete a tenant.".to_owned(),
                how: Held::WithGrant,
            },
        ],
        session: OwnSession {
            narrowed: NarrowedView {
                one_tenant: false,
                tenant: None,
                reach: Reach::Everything,
                viewing_as: None,
            },
            id: "ses_01k9w000000000000000000010".parse().expect("an id"),
            started: now().minus(hours(1)),
            clocks: Countdown {
                now: now(),
                until: now().plus(hours(3)),
                idle_until: now().plus(minutes(15)),
            },
            factor: "passkey".to_owned(),
            passkey: Some(PasskeyLevel::DeviceBound),
            factor_at: now().minus(minutes(40)),
            managed: "managed".to_owned(),
        },
        request: SeenRequest {
            id: "req_01k9w000000000000000000010".parse().expect("an id"),
            address: "203.0.113.9".parse().ok(),
            rule: AddressRule::FirstStranger,
            proxies: vec![
                "10.0.0.1".parse().expect("an address"),
                "10.0.0.2".parse().expect("an address"),
            ],
            network: Some(("corp-berlin".to_owned(), Some("203.0.113.0/24".to_owned()))),
            assertion: None,
            device: "Chrome on Linux".to_owned(),
            agent: "Mozilla/5.0".to_owned(),
        },
        guards: Vec::new(),
    }
}

fn drawn(view: &WhoAmI) -> String {
    let clock = Clock {
        now: now(),
        zone: TimeZone::UTC,
        zone_name: "UTC".to_owned(),
    };
    who_am_i_page(view, &clock).to_html()
}

#[test]
fn it_says_what_the_server_sees_and_by_which_rule() {
    let html = drawn(&view());
    for part in [
        "Kim &lt;Moreno&gt;",
        "203.0.113.9",
        AddressRule::FirstStranger.explain(),
        "10.0.0.1 ← 10.0.0.2",
        "corp-berlin",
        "203.0.113.0/24",
        "req_01k9w000000000000000000010",
        "40 min ago",
        "15 min",
        "with two approvals",
        "2 actions",
    ] {
        assert!(html.contains(part), "{part}: {html}");
    }
}

#[test]
fn an_address_that_nobody_knows_is_in_no_network() {
    let mut view = view();
    view.request.address = None;
    view.request.rule = AddressRule::Unreadable;
    view.request.network = None;
    view.reach = ReachView::Listed(vec![TenantLabel {
        id: "org_01k9w000000000000000000010".parse().expect("an id"),
        slug: "acme".to_owned(),
        name: "Acme".to_owned(),
    }]);
    let html = drawn(&view);
    assert!(html.contains("unknown") && html.contains("not allowed"), "{html}");
    assert!(!html.contains("corp-berlin") && html.contains("Acme"), "{html}");
}
