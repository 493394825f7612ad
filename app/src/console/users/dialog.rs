//! The Impersonate dialog: why, for which ticket, for how long; and what it will and will not allow.
//!
//! It is drawn by the server, above a page that is inert, so it is a real dialog before any script runs. Cancel is a link
//! back to the list.

use std::time::Duration;

use leptos::prelude::*;
use stagedoor_core::time::Timestamp;
use stagedoor_core::view::directory::{AskView, ImpersonateOffer, MemberRow, UsersView};
use stagedoor_core::view::frame::{Flash, GuardStanding};

use super::href;
use crate::routes::{UsersQuery, staff};
use crate::ui::button::hidden_fields;
use crate::ui::time::{ago_words, span_words};
use crate::ui::{
    Act, Field, Icon, cancel_link, dialog_frame, flash_note, glyphs, icon, link_button, text_field, wrong,
};

/// The lengths to choose from, in seconds: those that are allowed.
const LENGTHS: [u64; 3] = [300, 900, 1800];
const DEFAULT_LENGTH: u64 = 900;

/// Draws the dialog for a person. `flash` is the answer to an earlier try; `closed` is the list without the dialog.
#[must_use]
pub fn impersonate_dialog(
    view: &UsersView,
    person: &MemberRow,
    flash: Option<&Flash>,
    closed: &UsersQuery,
) -> AnyView {
    let standing = standing(view);
    // A refused form, and one that the owner must answer first, come back to this very dialog.
    let back = href(UsersQuery {
        impersonate: Some(person.id.to_string()),
        ..closed.clone()
    });
    let hidden = vec![
        ("tenant", view.tenant.slug.clone()),
        ("user_id", person.id.to_string()),
        ("back", back.clone()),
    ];
    let body = match &standing {
        Standing::Refused(why) => refusal(why.clone()),
        Standing::Waits(words) => waiting(words.clone()),
        Standing::Open(_) => fields(view, flash),
    };
    let send = match standing {
        Standing::Open(label) => Some(view! { <button class="btn pri">{label}</button> }.into_any()),
        Standing::Waits(_) => Some(link_button(Act::Plain, back.clone(), "Look again")),
        Standing::Refused(_) => None,
    };
    let inside = view! {
        <form method="post" action=staff::IMPERSONATE>
            {hidden_fields(hidden)}
            <header>
                <h2 id="dialog-title">{format!("Impersonate {}", person.name)}</h2>
            </header>
            <div class="b">
                <p class="muted" id="dialog-about">
                    {about(view, person)}
                </p>
                {flash.map(flash_note)}
                {body}
                {checks(&view.offer)}
            </div>
            <footer>
                {cancel_link(href(closed.clone()))}
                {send}
            </footer>
        </form>
    };
    dialog_frame(inside.into_any())
}

/// What the dialog has to offer.
enum Standing {
    /// Nothing: something stands in the way.
    Refused(String),
    /// Patience: the owner was asked.
    Waits(String),
    /// The form, with the words of its button.
    Open(&'static str),
}

fn standing(view: &UsersView) -> Standing {
    if let Some(why) = &view.offer.refused {
        return Standing::Refused(why.clone());
    }
    let tenant = &view.tenant.name;
    let minutes = |until: Timestamp| span_words(until.since(view.now));
    match &view.offer.asking {
        None | Some(AskView::Agreed { .. }) => Standing::Open("Start impersonation"),
        Some(AskView::Needed) => Standing::Open("Ask the owner"),
        Some(AskView::Waiting { asked, until, reason }) => Standing::Waits(format!(
            "You asked the owner of {tenant} {}: “{reason}”. Nothing has begun yet. The question lapses in {}.",
            ago_words(view.now.since(*asked)),
            minutes(*until),
        )),
        Some(AskView::Denied { until }) => Standing::Refused(format!(
            "The owner of {tenant} refused this visit. You can ask again in {}.",
            minutes(*until)
        )),
    }
}

/// What the owner agreed to, as the fields' first values.
fn agreed(view: &UsersView, name: &str) -> Option<String> {
    let Some(AskView::Agreed {
        reason,
        ticket,
        ttl_seconds,
        ..
    }) = &view.offer.asking
    else {
        return None;
    };
    match name {
        "reason" => Some(reason.clone()),
        "ticket_ref" => ticket.clone(),
        "ttl_seconds" => Some(ttl_seconds.to_string()),
        _ => None,
    }
}

fn about(view: &UsersView, person: &MemberRow) -> String {
    let tenant = &view.tenant.name;
    format!(
        "You will see {tenant} as {} does. {tenant}'s owner sees who you are, why, and everything you open.",
        person.email
    )
}

fn fields(view: &UsersView, flash: Option<&Flash>) -> AnyView {
    let first = |name: &str| {
        flash
            .and_then(|flash| flash.values.get(name))
            .cloned()
            .or_else(|| agreed(view, name))
            .unwrap_or_default()
    };
    let reason = Field {
        value: first("reason"),
        hint: None,
        autofocus: true,
        ..Field::reason("Reason", flash)
    };
    let ticket = Field {
        value: first("ticket_ref"),
        max: 64,
        mono: true,
        ..Field::again("ticket_ref", "Ticket", flash)
    };
    let offered = lengths(view.offer.longest_seconds);
    let typed = first("ttl_seconds").parse().ok();
    let chosen = typed
        .filter(|seconds| offered.contains(seconds))
        .unwrap_or(DEFAULT_LENGTH.min(view.offer.longest_seconds));
    view! {
        {text_field(reason)}
        <div class="two">{text_field(ticket)} {length(&offered, chosen, wrong(flash, "ttl_seconds"))}</div>
        {ask_note(view)}
        {notes(&view.tenant.name, &view.offer)}
    }
    .into_any()
}

/// That the owner wants to be asked, or has agreed, where either is so.
fn ask_note(view: &UsersView) -> Option<AnyView> {
    let tenant = &view.tenant.name;
    let words = match view.offer.asking.as_ref()? {
        AskView::Agreed { until, .. } => format!(
            "The owner of {tenant} agreed to exactly this, with these words. Start within {}.",
            span_words(until.since(view.now))
        ),
        AskView::Needed => format!(
            "The owner of {tenant} wants to be asked before each visit, and reads the reason. You can start once they agree."
        ),
        AskView::Waiting { .. } | AskView::Denied { .. } => return None,
    };
    Some(
        view! {
            <div class="note warn">
                {icon(Icon::Inbox)} <p>{words}</p>
            </div>
        }
        .into_any(),
    )
}

fn waiting(words: String) -> AnyView {
    view! {
        <div class="note warn" role="status">
            {icon(Icon::Timer)} <p>
                <b>"Waiting for the owner. "</b>
                {words}
            </p>
        </div>
    }
    .into_any()
}

/// The lengths that may be asked for: the usual ones as far as they are allowed, and the longest that is.
fn lengths(longest: u64) -> Vec<u64> {
    let mut offered: Vec<u64> = LENGTHS.into_iter().filter(|length| *length < longest).collect();
    offered.push(longest);
    offered
}

fn length(offered: &[u64], chosen: u64, error: Option<String>) -> AnyView {
    let options = offered
        .iter()
        .map(|seconds| {
            let (seconds, words) = (*seconds, span_words(Duration::from_secs(*seconds)));
            view! {
                <label>
                    <input type="radio" name="ttl_seconds" value=seconds checked=seconds == chosen />
                    <span>{words}</span>
                </label>
            }
        })
        .collect_view();
    view! {
        <fieldset class="grid gap-[5px] content-start">
            <legend class="sr-only">"Time"</legend>
            <span class="text-[12px] font-[540] text-ink-2" aria-hidden="true">
                "Time"
            </span>
            <div class="seg">{options}</div>
            {error.map(|text| view! { <p class="err">{text}</p> })}
        </fieldset>
    }
    .into_any()
}

fn notes(tenant: &str, offer: &ImpersonateOffer) -> AnyView {
    let ends = format!(
        "Never: billing, sign-in settings, credentials, owner powers. Ends at once if you sign out, sit idle for 5 min, or {tenant} presses End. "
    );
    let used = format!("{} of {}", offer.live, offer.allowed);
    view! {
        <div class="note">
            {icon(Icon::Eye)} <p>
                <b>"Read only."</b>
                " You look at what this role may see, and change nothing."
            </p>
        </div>
        <div class="note">
            {icon(Icon::Shield)} <p>
                {ends}
                <b>{used}</b>
                " visits in use."
            </p>
        </div>
    }
    .into_any()
}

fn refusal(why: String) -> AnyView {
    view! {
        <div class="note danger" role="alert">
            {icon(Icon::Ban)} <p>
                <b>"Not now. "</b>
                {why}
            </p>
        </div>
    }
    .into_any()
}

fn checks(offer: &ImpersonateOffer) -> AnyView {
    view! {
        <div class="flex flex-wrap items-center gap-[10px]">
            {glyphs(&offer.guards)} <span class="small muted">{verdict(offer)}</span>
        </div>
    }
    .into_any()
}

/// What the six glyphs say, in words.
fn verdict(offer: &ImpersonateOffer) -> String {
    let labels = |standing| {
        let found = offer.guards.iter().filter(|guard| guard.standing == standing);
        found
            .map(|guard| guard.label.to_lowercase())
            .collect::<Vec<_>>()
            .join(", ")
    };
    let (failed, open) = (labels(GuardStanding::Failed), labels(GuardStanding::Open));
    match (failed.as_str(), open.as_str()) {
        ("", "") => "all checks pass".to_owned(),
        ("", open) => format!("all checks pass; {open} is not needed"),
        (failed, _) => format!("does not pass: {failed}"),
    }
}
