//! The gate's documents: what they must say, and what must never be in them.

use stagedoor_core::error::{ApiError, Code};
use stagedoor_core::guard::Guardrail;
use stagedoor_core::time::Timestamp;
use stagedoor_core::view::frame::{Flash, FlashKind, GuardStanding, GuardView};
use stagedoor_core::view::portal::{ClosedView, PortalSignInView};
use stagedoor_core::view::sign_in::{NarrowerView, OtherWay, ProviderLink, SignInStep, SignInView};
use stagedoor_core::view::step_up::StepUpView;

use super::{Hop, error_page, hop_page, portal_sign_in_page, sign_in_page, signed_out_page, step_up_page};
use crate::server::{Assets, Look};

fn look() -> Look {
    Look::new(Some("dark"), None, "n0nce".to_owned(), Assets::default())
}

fn view(step: SignInStep) -> SignInView {
    let guards = Guardrail::ALL.map(|guardrail| GuardView {
        name: guardrail.as_str().to_owned(),
        label: guardrail.label().to_owned(),
        standing: match guardrail {
            Guardrail::Network => GuardStanding::Passed,
            _ => GuardStanding::Open,
        },
        text: "some words".to_owned(),
    });
    SignInView {
        narrower: Some(NarrowerView::default()),
        host: "admin.localhost".to_owned(),
        address: "203.0.113.9".to_owned(),
        guards: guards.to_vec(),
        current: Some("identity".to_owned()),
        step,
        flash: None,
    }
}

fn demo() -> SignInStep {
    SignInStep::Provider(vec![ProviderLink {
        name: "Demo SSO".to_owned(),
        href: "/sign-in/start?provider=idp_1".to_owned(),
    }])
}

#[test]
fn a_provider_is_a_link_with_its_name() {
    let html = sign_in_page(&view(demo()), &look());
    assert!(html.starts_with("<!DOCTYPE html><html"), "{html}");
    assert!(
        html.contains("Sign in with Demo SSO</a>")
            && html.contains(r#"href="/sign-in/start?provider=idp_1""#)
    );
    assert!(html.contains(r#"data-theme="dark""#));
    assert!(
        !html.contains("<script") && !html.contains("<form"),
        "a link needs neither"
    );
}

#[test]
fn six_rows_in_their_order_and_one_of_them_is_next() {
    let html = sign_in_page(&view(demo()), &look());
    let places: Vec<_> = Guardrail::ALL
        .iter()
        .map(|g| html.find(&format!("<b>{}</b>", g.label())))
        .collect();
    assert!(
        places.iter().all(Option::is_some) && places.is_sorted(),
        "{places:?}"
    );
    assert_eq!(html.matches(r#"aria-current="step""#).count(), 1);
    assert_eq!(html.matches(r#"<span class="na">"#).count(), 4);
    assert_eq!(html.matches(r#"<span class="now">"#).count(), 1);
}

#[test]
fn a_passkey_has_its_button_its_alert_and_its_script_only() {
    for (step, kind, words) in [
        (
            SignInStep::RegisterPasskey(Vec::new()),
            "register",
            "Register a passkey</button>",
        ),
        (
            SignInStep::UsePasskey(Vec::new()),
            "authenticate",
            "Use passkey</button>",
        ),
    ] {
        let html = sign_in_page(&view(step), &look());
        assert!(
            html.contains(&format!(r#"data-passkey="{kind}" disabled"#)) && html.contains(words),
            "{html}"
        );
        assert!(
            html.contains("data-passkey-error")
                && html.contains(r#"role="alert""#)
                && html.contains("<noscript>")
        );
        assert_eq!(html.matches("<script").count(), 1);
        assert!(
            html.contains(r#"src="/assets/passkey.js" nonce="n0nce""#),
            "{html}"
        );
        assert!(!html.contains(".wasm") && !html.contains(" style="));
    }
}

/// Plain forms: whoever has no passkey at hand may have no script either.
#[test]
fn what_may_be_typed_in_the_place_of_a_passkey_is_a_form_of_its_own() {
    let neither = sign_in_page(&view(SignInStep::UsePasskey(Vec::new())), &look());
    // The one form that is always there narrows the session.
    assert_eq!(neither.matches("<form").count(), 1, "{neither}");
    assert!(neither.contains(r#"action="/sign-in/narrow""#), "{neither}");
    let ways = vec![OtherWay::Code, OtherWay::Recovery];
    let both = sign_in_page(&view(SignInStep::UsePasskey(ways)), &look());
    for part in [
        r#"action="/sign-in/code""#,
        r#"name="code""#,
        r#"action="/sign-in/recovery""#,
        r#"name="recovery_code""#,
    ] {
        assert!(both.contains(part), "{part}: {both}");
    }
    assert!(!both.contains(" style="), "{both}");
}

#[test]
fn blocked_names_the_guardrail_and_offers_no_way_round() {
    let mut blocked = view(SignInStep::Blocked);
    blocked.guards[0].standing = GuardStanding::Failed;
    let html = sign_in_page(&blocked, &look());
    assert!(html.contains("The network guardrail keeps this closed.") && html.contains("VPN"));
    assert!(!html.contains("data-passkey") && !html.contains("/sign-in/start"));
}

#[test]
fn an_error_is_said_with_its_request_and_what_is_typed_stays_text() {
    let mut failed = view(demo());
    failed.flash = Some(Flash {
        kind: FlashKind::Error,
        message: "<img src=x>".to_owned(),
        request_id: Some("req_1".to_owned()),
        ..Flash::default()
    });
    let html = sign_in_page(&failed, &look());
    assert!(html.contains("req_1") && html.contains("&lt;img src=x&gt;") && !html.contains("<img"));
}

#[test]
fn a_hop_goes_on_by_itself_and_has_a_link() {
    let hop = Hop {
        title: "Entering Acme".to_owned(),
        words: "acme.app.localhost".to_owned(),
        href: "http://acme.app.localhost/x?a=1&b=\"2".to_owned(),
        label: "Go on to Acme".to_owned(),
    };
    let html = hop_page(&hop, &look());
    let escaped = "http://acme.app.localhost/x?a=1&amp;b=&quot;2";
    assert!(
        html.contains(&format!(r#"http-equiv="refresh" content="0;url={escaped}""#)),
        "{html}"
    );
    assert!(html.contains(&format!(r#"href="{escaped}""#)) && html.contains("Go on to Acme</a>"));
    assert!(!html.contains("<script"));
}

#[test]
fn errors_and_the_way_out_stand_alone() {
    let error = ApiError::new(Code::Unavailable, "The database cannot be reached.", "req_1");
    let html = error_page(&error, Some(("/sign-in", "Try again")), &look());
    for words in [
        "503 · UNAVAILABLE",
        "The database cannot be reached.",
        "req_1",
        "Try again</a>",
    ] {
        assert!(html.contains(words), "{words} in {html}");
    }
    let html = signed_out_page("admin.localhost", &look());
    assert!(html.contains("Signed out") && html.contains("Sign in again</a>"));
}

#[test]
fn a_tenant_s_entrance_is_a_form_that_needs_no_script_and_never_repeats_a_password() {
    let mut view = PortalSignInView {
        tenant: "Acme".to_owned(),
        host: "acme.app.localhost".to_owned(),
        email: "val@acme.com\"><b>".to_owned(),
        flash: None,
        closed: None,
    };
    let html = portal_sign_in_page(&view, &look());
    assert!(html.contains(r#"<form method="post" action="/sign-in">"#) && html.contains("Sign in</button>"));
    assert!(
        html.contains(r#"type="password" id="password" name="password" required"#),
        "{html}"
    );
    assert!(!html.contains("<b>") && !html.contains("<script") && !html.contains(".wasm"));
    assert_eq!(
        html.matches("value=").count(),
        1,
        "the address alone is kept: {html}"
    );
    view.closed = Some(ClosedView {
        why: "This organisation is suspended.".to_owned(),
        request_id: "req_1".to_owned(),
    });
    let html = portal_sign_in_page(&view, &look());
    assert!(html.contains("This organisation is suspended.") && !html.contains("<form"));
    assert!(html.contains("req_1") && !html.contains("password"), "{html}");
}

#[test]
fn a_step_up_names_the_deed_as_text_and_goes_back_to_our_own_pages_only() {
    let id = "sup_01k9w000000000000000000010";
    let mut view = StepUpView {
        id: id.parse().expect("an id"),
        deed: "revoke a passkey".to_owned(),
        target: Some("<b>Drawer</b>".to_owned()),
        reason: Some("Lost <it>".to_owned()),
        why: "Too long ago.".to_owned(),
        code: false,
        back: Some("/passkeys?tenant=acme".to_owned()),
        until: Timestamp::from_micros(1_795_262_400_000_000),
    };
    let html = step_up_page(&view, &look());
    for part in [
        "revoke a passkey",
        "&lt;b&gt;Drawer",
        "Lost &lt;it&gt;",
        "Too long ago.",
        "href=\"/passkeys?tenant=acme\"",
        &format!("data-begin=\"/api/admin/step-up/{id}/begin\""),
        &format!("data-finish=\"/api/admin/step-up/{id}\""),
        "12:00",
    ] {
        assert!(html.contains(part), "{part}: {html}");
    }
    assert!(!html.contains("data-next") && !html.contains("<form"), "{html}");
    view.code = true;
    let html = step_up_page(&view, &look());
    assert!(
        html.contains(&format!("action=\"/step-up/{id}/code\"")) && html.contains("name=\"code\""),
        "{html}"
    );
    view.back = Some("https://evil.example/".to_owned());
    assert!(!step_up_page(&view, &look()).contains("evil.example"));
}
