//! The pages as they are drawn.

use jiff::tz::TimeZone;
use stagedoor_core::audit::Change;
use stagedoor_core::guard::ProviderTrust;
use stagedoor_core::id::{Id, StaffId, TrialId};
use stagedoor_core::provider::{ClaimRules, ProbeStep, ProviderKind, StepVerdict};
use stagedoor_core::role::StaffRole;
use stagedoor_core::time::{Timestamp, minutes};
use stagedoor_core::view::provider::{
    Passes, ProviderPerson, ProviderRow, ProviderTest, ProviderTrial, ProvidersView,
};
use stagedoor_core::view::trial::TrialLine;

use leptos::prelude::*;

use super::one::provider_page;
use super::providers_page;
use crate::routes::ProvidersQuery;
use crate::ui::Clock;

fn clock() -> Clock {
    Clock {
        now: Timestamp::from_micros(1_795_262_400_000_000),
        zone: TimeZone::UTC,
        zone_name: "UTC".to_owned(),
    }
}

fn provider() -> ProviderRow {
    let step = |name, verdict| ProbeStep::new(name, verdict, "As found.");
    ProviderRow {
        id: "idp_01m7z0e7rge000000000000001".parse().expect("an id"),
        kind: ProviderKind::Oidc,
        name: "Example <SSO>".to_owned(),
        issuer: "https://login.example.com".to_owned(),
        client_id: "console".to_owned(),
        has_secret: true,
        trust: ProviderTrust::Untrusted,
        declared: false,
        email_domains: Vec::new(),
        rules: ClaimRules::default(),
        people: 7,
        own: false,
        trial: None,
        test: Some(ProviderTest {
            at: clock().now,
            passed: false,
            steps: vec![
                step("discovery", StepVerdict::Passed),
                step("issuer", StepVerdict::Failed),
            ],
        }),
    }
}

fn people() -> Vec<ProviderPerson> {
    vec![ProviderPerson {
        id: StaffId::new(1, 1),
        name: "<Kim>".to_owned(),
        email: "kim@acme.example".to_owned(),
        role: StaffRole::SuperAdmin,
        standing: Passes::No,
    }]
}

fn drawn(provider: &ProviderRow, may_write: bool) -> String {
    provider_page(
        (provider, &people()),
        &clock(),
        may_write,
        &ProvidersQuery::default(),
    )
    .to_html()
}

#[test]
fn the_list_says_whose_word_counts_and_what_the_last_test_found() {
    let view = |rows, may_write| ProvidersView {
        rows,
        may_write,
        redirect_uri: "https://admin.test/sign-in/callback".to_owned(),
    };
    let html = |view: &ProvidersView| providers_page(view, &clock(), &ProvidersQuery::default()).to_html();
    let shown = html(&view(vec![provider()], true));
    for part in [
        "Example &lt;SSO&gt;",
        "not trusted",
        "failed",
        "https://login.example.com",
        "act=add",
    ] {
        assert!(shown.contains(part), "{part}: {shown}");
    }
    let empty = html(&view(Vec::new(), false));
    assert!(
        empty.contains("No identity provider") && !empty.contains("act=add"),
        "{empty}"
    );
}

#[test]
fn the_page_tells_each_step_and_offers_only_what_may_be_done() {
    let shown = drawn(&provider(), true);
    for part in [
        "set, not shown",
        "nobody is let in",
        "discovery",
        "act=change",
        "act=trust",
        "Test the connection",
        "not asked for",
    ] {
        assert!(shown.contains(part), "{part}: {shown}");
    }
    let read = drawn(&provider(), false);
    for part in ["act=change", "act=trust", "Test the connection"] {
        assert!(!read.contains(part), "{part}: {read}");
    }
    assert!(read.contains("Try them"), "{read}");
}

#[test]
fn a_change_on_trial_says_what_changes_and_what_is_missing_and_nothing_else_is_offered() {
    let line = TrialLine {
        id: TrialId::new(1, 1),
        kind: "identity_provider".to_owned(),
        label: "identity providers".to_owned(),
        about: "Example SSO has another client_id".to_owned(),
        reason: String::new(),
        by: "Kim".to_owned(),
        own: true,
        started: clock().now,
        until: clock().now.plus(minutes(5)),
        state: "pending".to_owned(),
        ended: None,
        why: None,
    };
    let change = Change {
        field: "client_id".to_owned(),
        before: Some("console".to_owned()),
        after: Some("<other>".to_owned()),
    };
    let tried = ProviderRow {
        trial: Some(ProviderTrial {
            line,
            changes: vec![change],
            missing: Some("Sign in through this provider first.".to_owned()),
        }),
        ..provider()
    };
    let shown = drawn(&tried, true);
    for part in [
        "On trial",
        "&lt;other&gt;",
        "Sign in through this provider first.",
        "&lt;Kim&gt;",
        "would not pass",
        "Test the connection",
    ] {
        assert!(shown.contains(part), "{part}: {shown}");
    }
    assert!(
        !shown.contains("act=change") && !shown.contains("act=trust"),
        "{shown}"
    );
}
