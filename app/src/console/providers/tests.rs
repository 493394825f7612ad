//! The pages as they are drawn.

use jiff::tz::TimeZone;
use stagedoor_core::guard::ProviderTrust;
use stagedoor_core::provider::{ClaimRules, ProbeStep, ProviderKind, StepVerdict};
use stagedoor_core::time::Timestamp;
use stagedoor_core::view::provider::{ProviderRow, ProviderTest, ProvidersView};

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

fn drawn(provider: &ProviderRow, may_write: bool) -> String {
    provider_page(provider, &clock(), may_write, &ProvidersQuery::default()).to_html()
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
