//! One's own passkeys: what there is, another name, another one, and the way to be rid of one; and what there is beside them,
//! an authenticator app and recovery codes.
//!
//! The ceremony is the browser's and needs its script; all else works without. Whether a proof is fresh enough is only shown
//! here: the server asks again at each step.

mod codes;
mod dialog;
#[cfg(test)]
mod tests;

use leptos::prelude::*;
use stagedoor_core::action::Action;
use stagedoor_core::assurance::PasskeyLevel;
use stagedoor_core::view::Tone;
use stagedoor_core::view::frame::ConsoleFrame;
use stagedoor_core::view::passkey::{PasskeyRow, PasskeysView};
use stagedoor_service::StaffOp;
use stagedoor_service::passkeys::{self, NAME_MAX};

use super::Content;
use crate::error::AppError;
use crate::layout::Around;
use crate::routes::{ConsolePage, PasskeysQuery, staff};
use crate::server::{Look, look};
use crate::ui::time::span_words;
use crate::ui::{Act, Icon, icon, page_head, tag, titled_card};

/// Under what sealed recovery codes travel to this page.
pub(crate) const CODES: &str = "recovery_codes";

/// Loads the page.
pub(crate) async fn load(
    op: &StaffOp,
    frame: &ConsoleFrame,
    around: &Around,
    query: &PasskeysQuery,
) -> Result<Content, AppError> {
    let view = passkeys::list(op)
        .await
        .map_err(|error| AppError::from(op.public(&error)))?;
    let flash = frame.flash.as_ref();
    let sealed = flash.and_then(|flash| flash.values.get(CODES));
    let codes = sealed.and_then(|sealed| stagedoor_service::codes::open_codes(op, sealed));
    let app = match query.app.as_deref() {
        Some("new") => stagedoor_service::codes::waiting_app(op)
            .await
            .map_err(|error| AppError::from(op.public(&error)))?,
        _ => None,
    };
    Ok(Content {
        title: "Your passkeys".to_owned(),
        main: passkeys_page(&view, around, (query, codes), &look()),
        dialog: dialog::open(&view, query, flash, around)
            .or_else(|| codes::dialog(&view, (query, app), flash, around)),
    })
}

fn href(query: PasskeysQuery) -> String {
    ConsolePage::Passkeys(query).href()
}

/// Draws the page.
#[must_use]
pub fn passkeys_page(
    view: &PasskeysView,
    around: &Around,
    (query, codes): (&PasskeysQuery, Option<Vec<String>>),
    look: &Look,
) -> AnyView {
    let lead = match view.items.len() {
        1 => {
            "You have one. Add a second, and keep it somewhere else: whoever loses the only one needs a super admin to come back."
        }
        _ => {
            "Each of them proves that it is you. Revoke one that you no longer have: the sessions it proved end with it."
        }
    };
    let rows = view
        .items
        .iter()
        .map(|row| passkey_row(view, row, around, query))
        .collect_view();
    view! {
        {page_head("Your passkeys", lead, ())}
        {codes.map(codes::shown)}
        <div class="col">
            <section class="card" aria-label="Your passkeys" tabindex="0">
                <table aria-label="Your passkeys">
                    <thead>
                        <tr>
                            <th scope="col">"Name"</th>
                            <th scope="col">"Made by"</th>
                            <th scope="col">"Where it lives"</th>
                            <th scope="col">"Registered"</th>
                            <th scope="col">"Last used"</th>
                            <th scope="col">
                                <span class="sr-only">"Actions"</span>
                            </th>
                        </tr>
                    </thead>
                    <tbody>{rows}</tbody>
                </table>
            </section>
            {side(view, around, look)}
        </div>
        {codes::cards(view, around, query)}
    }
    .into_any()
}

fn passkey_row(view: &PasskeysView, row: &PasskeyRow, around: &Around, query: &PasskeysQuery) -> AnyView {
    let clock = &around.clock;
    let place = match (row.synced, row.level) {
        (Some(true), _) => "synced between devices",
        (Some(false), PasskeyLevel::Attested) => "one device only, attested",
        (Some(false), _) => "one device only",
        (None, _) => "not known",
    };
    let used = match row.last_used {
        Some(at) => clock.ago(at),
        None => view! { <span class="faint">"not yet"</span> }.into_any(),
    };
    let rename = PasskeysQuery {
        rename: Some(row.id.to_string()),
        revoke: None,
        ..query.clone()
    };
    let revoke = PasskeysQuery {
        revoke: Some(row.id.to_string()),
        rename: None,
        ..query.clone()
    };
    let revoke = (view.may_revoke(row) && around.may(Action::PasskeyRevoke)).then(|| {
        let label = format!("Revoke {}", row.name);
        view! {
            <a class=Act::SmallDanger.class() href=href(revoke) aria-label=label>
                "Revoke"
            </a>
        }
    });
    let rename = around.may(Action::PasskeyRename).then(|| {
        let label = format!("Rename {}", row.name);
        view! {
            <a class=Act::Small.class() href=href(rename) aria-label=label>
                "Rename"
            </a>
        }
    });
    let current = row
        .current
        .then(|| view! { " " {tag(Tone::Accent, "this session")} });
    let copied = row.copied.map(|at| {
        view! {
            " "
            {tag(Tone::Danger, "may be copied")}
            <p class="small muted" title=clock.exact(at)>
                "It counted backwards, so that somebody may have a second one. It lets nobody in any more: revoke it."
            </p>
        }
    });
    let weak = (!row.serves).then(|| {
        view! {
            " "
            {tag(Tone::Danger, "not allowed")}
            <p class="small muted">
                {format!(
                    "Policy now asks for a passkey that {}. This one lets nobody in any more.",
                    view.asked.explain(),
                )}
            </p>
        }
    });
    view! {
        <tr>
            <td class="wrap min-w-[150px]">
                <b>{row.name.clone()}</b>
                {current}
                {copied}
                {weak}
            </td>
            <td>{made_by(row)}</td>
            <td class="muted">{place}</td>
            <td class="muted">{clock.ago(row.created)}</td>
            <td class="muted">{used}</td>
            <td class="r">
                <div class="flex gap-2 justify-end">
                    {rename}
                    {revoke}
                </div>
            </td>
        </tr>
    }
    .into_any()
}

/// What made a passkey: its maker where that is known, else its model; and whether that is more than its own word.
fn made_by(row: &PasskeyRow) -> AnyView {
    let vouched = row.attestation.as_ref().map(|format| {
        let title = format!("The maker vouches for it: {format}");
        view! {
            " "
            <span title=title>{tag(Tone::Ok, "attested")}</span>
        }
    });
    let made = match (&row.maker, &row.model) {
        (Some(maker), model) => {
            view! { <span title=model.clone().unwrap_or_default()>{maker.clone()}</span> }.into_any()
        }
        (None, Some(model)) => {
            // The rest of an id that nobody knows by heart would push the row's buttons out of their card.
            let first = model.split('-').next().unwrap_or_default();
            view! { <span class="mono small" title=model.clone()>{format!("{first}…")}</span> }.into_any()
        }
        (None, None) => view! { <span class="faint">"not told"</span> }.into_any(),
    };
    view! {
        {made}
        {vouched}
    }
    .into_any()
}

/// What policy asks of another passkey, where it asks for anything.
fn asked(level: PasskeyLevel) -> Option<AnyView> {
    (level > PasskeyLevel::Any).then(|| {
        let words = format!("Policy asks your role for a passkey that {}.", level.explain());
        view! { <p class="note warn">{words}</p> }.into_any()
    })
}

/// The one ceremony that is of use now: another passkey or, where the last proof is too old for that, a new proof. In a
/// session that may not add one, why.
fn side(view: &PasskeysView, around: &Around, look: &Look) -> AnyView {
    if let Some(reason) = around.offers.refusal(Action::PasskeyRegister) {
        let body = view! {
            <p class="note warn m-[14px]">
                {icon(Icon::Lock)}
                <span>{reason.explain()}</span>
            </p>
        };
        return titled_card("ceremony", "Add a passkey", body);
    }
    let clock = &around.clock;
    let within = span_words(std::time::Duration::from_secs(view.fresh_for_seconds));
    let (title, body) = match view.fresh_until {
        Some(until) => (
            "Add a passkey",
            view! {
                <p class="muted">
                    "A key, a phone or this device. You can add and revoke until " <time class="num" datetime=until.rfc3339()>{clock.hm(until)}</time>
                    "; then your passkey is asked for again."
                </p>
                {asked(view.asked)}
                <div class="grid gap-[5px]">
                    <label for="passkey-name">"Name"</label>
                    <input
                        class="in"
                        type="text"
                        id="passkey-name"
                        value="Another passkey"
                        maxlength=NAME_MAX
                        autocomplete="off"
                        data-passkey-name=""
                    />
                </div>
                {ceremony("register", "Add a passkey", (staff::ADD_PASSKEY_BEGIN, staff::ADD_PASSKEY))}
            }
            .into_any(),
        ),
        None => (
            "Prove that it is you",
            view! {
                <p class="muted">
                    {format!("To add or revoke one, you must have used a passkey within the last {within}. Yours was used longer ago.")}
                </p>
                {ceremony("authenticate", "Use your passkey", (staff::RENEW_BEGIN, staff::RENEW))}
            }
            .into_any(),
        ),
    };
    view! {
        <section class="card" aria-labelledby="ceremony">
            <h2 class="sect" id="ceremony">
                {title}
            </h2>
            <div class="grid gap-3 p-[14px]">
                {body} <p class="note danger" role="alert" data-passkey-error="" hidden></p>
                <noscript>
                    <p class="note warn">
                        "A passkey needs JavaScript, which is off in this browser. Names and revocations work without."
                    </p>
                </noscript>
            </div>
            <script type="module" src=look.assets.url("passkey.js") nonce=look.nonce.clone()></script>
        </section>
    }
    .into_any()
}

/// The button, which the script enables.
fn ceremony(
    kind: &'static str,
    label: &'static str,
    (begin, finish): (&'static str, &'static str),
) -> AnyView {
    view! {
        <button
            type="button"
            class=Act::Primary.class()
            data-passkey=kind
            data-begin=begin
            data-finish=finish
            data-next=staff::PASSKEYS
            disabled
        >
            {icon(Icon::Fingerprint)}
            {label}
        </button>
    }
    .into_any()
}
