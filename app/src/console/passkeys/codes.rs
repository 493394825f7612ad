//! What there is beside passkeys: an authenticator app, where policy allows one, and recovery codes. A secret is on the page of
//! who may have it, once; nothing here keeps one.

use leptos::prelude::*;
use stagedoor_core::action::Action;
use stagedoor_core::view::Tone;
use stagedoor_core::view::frame::Flash;
use stagedoor_core::view::passkey::{AppView, CodesStanding, NewAppView, PasskeysView};

use super::href;
use crate::console::refused::unless_refused;
use crate::layout::Around;
use crate::routes::{PasskeysQuery, staff};
use crate::ui::{
    Act, Ask, Clock, Field, Icon, ask, icon, link_button, post_button, tag, text_field, titled_card,
};

/// The page without a dialog.
fn closed(query: &PasskeysQuery) -> String {
    href(PasskeysQuery {
        tenant: query.tenant.clone(),
        ..PasskeysQuery::default()
    })
}

fn with_app(query: &PasskeysQuery, app: &str) -> String {
    href(PasskeysQuery {
        tenant: query.tenant.clone(),
        app: Some(app.to_owned()),
        ..PasskeysQuery::default()
    })
}

/// The two cards below the passkeys.
pub(super) fn cards(view: &PasskeysView, around: &Around, query: &PasskeysQuery) -> AnyView {
    view! {
        <div class="grid md:grid-cols-2 gap-3 items-start mt-4">
            {titled_card("app", "Authenticator app", app(view, around, query))}
            {titled_card("recovery", "Recovery codes", recovery(view, around, query))}
        </div>
    }
    .into_any()
}

fn app(view: &PasskeysView, around: &Around, query: &PasskeysQuery) -> AnyView {
    let (enrols, removes) = (around.may(Action::TotpEnrol), around.may(Action::TotpRemove));
    let fresh = view.fresh_until.is_some();
    let body = match (&view.codes.app, view.codes.app_allowed) {
        (Some(app), allowed) => enrolled(view, app, allowed, &around.clock),
        (None, true) => view! {
            <p class="muted">
                "For when your passkey is not at hand: an app on your phone shows a code of six digits. Some things ask for the passkey nevertheless."
            </p>
        }
        .into_any(),
        (None, false) => view! { <p class="muted">"Policy lets your role sign in with a passkey only."</p> }.into_any(),
    };
    let set_up = (fresh && enrols && view.codes.app_allowed).then(|| {
        let words = match view.codes.app {
            Some(_) => "Set up another app",
            None => "Set up an app",
        };
        let back = vec![("dialog", with_app(query, "new")), ("back", closed(query))];
        post_button(Act::Plain, staff::BEGIN_APP, back, (words, None), None)
    });
    let remove = (fresh && removes && view.codes.app.is_some())
        .then(|| link_button(Act::Danger, with_app(query, "remove"), "Remove"));
    view! {
        <div class="grid gap-3 p-[14px]">
            {body} <div class="flex gap-2">{set_up} {remove}</div> {(!fresh && (enrols || removes)).then(passkey_first)}
        </div>
    }
    .into_any()
}

fn enrolled(view: &PasskeysView, app: &AppView, allowed: bool, clock: &Clock) -> AnyView {
    let standing = match view.codes.standing {
        CodesStanding::Open if allowed => ().into_any(),
        CodesStanding::Open => view! {
            <p class="muted">"Policy does not let your role use it any more."</p>
        }
        .into_any(),
        CodesStanding::Suspended(until) => view! {
            <p>
                {tag(Tone::Warn, "suspended")} " After several wrong codes none is looked at until "
                <time datetime=until.rfc3339()>{clock.hm(until)}</time> "."
            </p>
        }
        .into_any(),
        CodesStanding::Locked => view! {
            <p>
                {tag(Tone::Danger, "locked")}
                " After many wrong codes none is looked at. Another super admin can let you enroll again."
            </p>
        }
        .into_any(),
    };
    let used = match app.last_used {
        Some(at) => view! { "last used " {clock.ago(at)} }.into_any(),
        None => "not used yet".into_any(),
    };
    view! {
        <p class="muted">"Set up " {clock.ago(app.created)} ", " {used} "."</p>
        {standing}
    }
    .into_any()
}

fn passkey_first() -> AnyView {
    view! { <p class="muted">"To change this, use your passkey first."</p> }.into_any()
}

fn recovery(view: &PasskeysView, around: &Around, query: &PasskeysQuery) -> AnyView {
    let renews = around.may(Action::RecoveryRenew);
    let left = match view.codes.recovery_left {
        0 => "You have none.".to_owned(),
        left => format!("{left} of 10 are left."),
    };
    let few = view.codes.recovery_few.then(|| {
        view! {
            <div class="note warn">
                {icon(Icon::Warning)}
                <p>"Without them, whoever loses every passkey needs another super admin to come back. Make new ones."</p>
            </div>
        }
    });
    let make = view.fresh_until.filter(|_| renews).map(|_| {
        let dialog = PasskeysQuery {
            tenant: query.tenant.clone(),
            recovery: Some("new".to_owned()),
            ..PasskeysQuery::default()
        };
        link_button(Act::Plain, href(dialog), "Make new codes")
    });
    let first = (renews && view.fresh_until.is_none()).then(passkey_first);
    view! {
        <div class="grid gap-3 p-[14px]">
            <p class="muted">
                {left} " Each lets you register a new passkey once, and ends your other sessions. Keep them off your devices."
            </p>
            {few} <div class="flex gap-2">{make}</div> {first}
        </div>
    }
    .into_any()
}

/// Codes that were just made, on the one page that ever shows them.
pub(super) fn shown(codes: Vec<String>) -> AnyView {
    let items = codes
        .into_iter()
        .map(|code| view! { <li class="mono">{code}</li> })
        .collect_view();
    view! {
        <section class="card mb-4" aria-labelledby="codes">
            <h2 class="sect" id="codes">
                "Your recovery codes"
            </h2>
            <div class="grid gap-2 p-[14px]">
                <ul class="grid md:grid-cols-2 gap-2">{items}</ul>
                <div class="note warn">
                    {icon(Icon::Warning)}
                    <p>
                        <b>"Write them down now. "</b>
                        "They are shown this once: after you leave this page they can only be made anew. The former ones are void."
                    </p>
                </div>
            </div>
        </section>
    }
    .into_any()
}

/// The dialog that the address asks for.
pub(super) fn dialog(
    view: &PasskeysView,
    (query, app): (&PasskeysQuery, Option<NewAppView>),
    flash: Option<&Flash>,
    around: &Around,
) -> Option<AnyView> {
    let action = match (query.app.as_deref(), query.recovery.as_deref()) {
        (Some("new"), _) => Action::TotpEnrol,
        (Some("remove"), _) => Action::TotpRemove,
        (_, Some("new")) => Action::RecoveryRenew,
        _ => return None,
    };
    unless_refused(around, action, closed(query), |closed| {
        fresh_dialog(view, (query, app), flash, (around, closed))
    })
}

/// The same, of a session that may, with a proof that is fresh enough.
fn fresh_dialog(
    view: &PasskeysView,
    (query, app): (&PasskeysQuery, Option<NewAppView>),
    flash: Option<&Flash>,
    (around, closed): (&Around, String),
) -> Option<AnyView> {
    view.fresh_until?;
    let hidden = vec![("dialog", around.back.clone()), ("back", closed.clone())];
    match (query.app.as_deref(), query.recovery.as_deref(), app) {
        (Some("new"), _, Some(app)) => Some(confirm(&app, flash, (hidden, closed))),
        (Some("remove"), ..) if view.codes.app.is_some() => Some(ask(Ask {
            title: "Remove your authenticator app?".to_owned(),
            about: "Its codes count no more. Your other sessions that one of them proved end now, with the visits in them."
                .to_owned(),
            action: staff::REMOVE_APP,
            hidden,
            fields: ().into_any(),
            submit: ("Remove app".to_owned(), Act::Danger),
            closed,
            flash,
        })),
        (_, Some("new"), _) => Some(ask(Ask {
            title: "Make new recovery codes?".to_owned(),
            about: "Ten codes are shown, once. The ones that you have are void from then on.".to_owned(),
            action: staff::RENEW_RECOVERY,
            hidden,
            fields: ().into_any(),
            submit: ("Make codes".to_owned(), Act::Primary),
            closed,
            flash,
        })),
        _ => None,
    }
}

fn confirm(
    app: &NewAppView,
    flash: Option<&Flash>,
    (hidden, closed): (Vec<crate::ui::Hidden>, String),
) -> AnyView {
    let (size, path) = app.picture.clone();
    let error = flash.and_then(|flash| flash.fields.get("code").cloned());
    let fields = view! {
        <svg
            width="176"
            height="176"
            viewBox=format!("0 0 {size} {size}")
            shape-rendering="crispEdges"
            role="img"
            aria-label="QR code with the secret"
        >
            <rect width="100%" height="100%" fill="#fff"></rect>
            <path d=path fill="#000"></path>
        </svg>
        <p>
            <span class="muted">"Or type this secret: "</span>
            <span class="mono">{app.secret.clone()}</span>
        </p>
        {text_field(Field {
            name: "code",
            label: "The code that the app shows",
            error,
            min: 6,
            max: 12,
            autofocus: true,
            mono: true,
            ..Field::default()
        })}
    };
    ask(Ask {
        title: "Set up an authenticator app".to_owned(),
        about: "Scan the picture with the app, then type the code that it shows. It counts from then on."
            .to_owned(),
        action: staff::CONFIRM_APP,
        hidden,
        fields: fields.into_any(),
        submit: ("Set up".to_owned(), Act::Primary),
        closed,
        flash,
    })
}
