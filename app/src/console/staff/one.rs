//! One member of staff: who they are, what they hold, what happened to them, and what may be done. A token that was just made
//! stands on top, once.

mod cards;
mod profile;

use leptos::prelude::*;
use stagedoor_core::action::Action;
use stagedoor_core::view::frame::Flash;
use stagedoor_core::view::staff::{Offer, StaffOffers, StaffPage, TaskLine};
use stagedoor_service::StaffOp;
use stagedoor_service::staff as service;

use self::cards::{checklist, history, may_be_compromised, passkeys, sessions};
use self::profile::profile;
use super::{dialog, standing};
use crate::console::Content;
use crate::console::refused::{refused, unless_refused};
use crate::error::AppError;
use crate::layout::Around;
use crate::routes::{ConsolePage, StaffQuery};
use crate::ui::{Act, Icon, icon, link_button, page_head};

/// The act that says that secrets may be known.
const COMPROMISED: &str = "compromised";
/// Under what a sealed token travels to this page.
pub(crate) const TOKEN: &str = "enrollment_token";

/// Loads the page.
pub(crate) async fn load_one(
    op: &StaffOp,
    flash: Option<&Flash>,
    around: &Around,
    (id, query): (&str, &StaffQuery),
) -> Result<Content, AppError> {
    let view = service::page(op, id)
        .await
        .map_err(|error| AppError::from(op.public(&error)))?;
    let token = flash
        .and_then(|flash| flash.values.get(TOKEN))
        .and_then(|sealed| service::open_token(op, sealed));
    let closed = href(
        id,
        StaffQuery {
            act: None,
            ..query.clone()
        },
    );
    let asked = query.act.as_deref();
    let dialog = asked.and_then(|asked| {
        unless_refused(around, Action::PlatformManageStaff, closed, |closed| {
            opened(&view, flash, around, (asked, closed))
        })
    });
    Ok(Content {
        title: format!("{} · Staff", view.row.name),
        main: member_page(&view, token, around, (id, query)),
        dialog,
    })
}

/// The dialog that the address asks for, or the rule that forbids what it would do.
fn opened(
    view: &StaffPage,
    flash: Option<&Flash>,
    around: &Around,
    (asked, closed): (&str, String),
) -> Option<AnyView> {
    let offers = view.offers.as_ref()?;
    let offer = match asked {
        "change" => &offers.access,
        "reissue" => &offers.reissue,
        "reset" => &offers.reset,
        "deactivate" => &offers.deactivate,
        _ => &Ok(()),
    };
    if let Err(words) = offer {
        return Some(refused(words, closed));
    }
    let place = (around.back.as_str(), closed);
    match asked {
        "change" => Some(dialog::change(view, flash, &around.clock, place)),
        "reissue" => Some(dialog::reissue(view, flash, place)),
        "reset" => Some(dialog::reset(view, flash, place)),
        "deactivate" => Some(dialog::deactivate(view, flash, place)),
        COMPROMISED => may_be_compromised(view).then(|| dialog::compromised(view, flash, place)),
        task => {
            let open = |line: &&TaskLine| line.task == task && line.done.is_none();
            let line = view.tasks.iter().find(open)?;
            Some(dialog::finish(view, line, flash, place))
        }
    }
}

pub(super) fn href(id: &str, query: StaffQuery) -> String {
    ConsolePage::Colleague(id.to_owned(), query).href()
}

/// Draws the page.
#[must_use]
pub(super) fn member_page(
    view: &StaffPage,
    token: Option<String>,
    around: &Around,
    (id, query): (&str, &StaffQuery),
) -> AnyView {
    let list = ConsolePage::Staff(StaffQuery {
        tenant: query.tenant.clone(),
        ..StaffQuery::default()
    });
    let clock = &around.clock;
    let lead = view! { <span>{view.row.email.clone()}</span> " " {standing(&view.row)} };
    let acts = view.offers.as_ref().map(|offers| acts(offers, (id, query)));
    let why = view.offers.as_ref().and_then(why_not);
    view! {
        <nav class="crumb" aria-label="Where this is">
            <a href=list.href()>"Staff"</a>
            {icon(Icon::ChevronRight)}
            <span>{view.row.name.clone()}</span>
        </nav>
        {page_head(view.row.name.clone(), lead, acts)}
        {token.map(|token| shown_token(view, token))}
        {why}
        <div class="grid md:grid-cols-2 gap-3 items-start">
            {profile(view, around)}
            {(!view.tasks.is_empty()).then(|| checklist(view, clock, (id, query)))}
            {passkeys(view, clock)}
            {sessions(view, around)}
            {history(view, around)}
        </div>
    }
    .into_any()
}

/// What may be done; what a rule forbids is not offered, and said below.
fn acts(offers: &StaffOffers, (id, query): (&str, &StaffQuery)) -> AnyView {
    let open = |act: &str| {
        href(
            id,
            StaffQuery {
                act: Some(act.to_owned()),
                ..query.clone()
            },
        )
    };
    let button = |offer: &Offer, act: Act, name: &str, label: &'static str| {
        offer.is_ok().then(|| link_button(act, open(name), label))
    };
    view! {
        <div class="acts">
            {button(&offers.access, Act::Plain, "change", "Change")}
            {button(&offers.reissue, Act::Plain, "reissue", "Reissue token")}
            {button(&offers.reset, Act::Plain, "reset", "Reset factors")}
            {button(&offers.deactivate, Act::Danger, "deactivate", "Deactivate")}
        </div>
    }
    .into_any()
}

/// Why the person cannot be changed at all, where a rule forbids it.
fn why_not(offers: &StaffOffers) -> Option<AnyView> {
    let words = offers.deactivate.clone().err()?;
    Some(
        view! {
            <div class="note mb-4" role="status">
                {icon(Icon::Lock)}
                <p>{words}</p>
            </div>
        }
        .into_any(),
    )
}

/// A token that was just made, on the one page that ever shows it.
fn shown_token(view: &StaffPage, token: String) -> AnyView {
    let about = format!(
        "It holds for 24 hours and for {} alone. It is shown this once: after you leave this page it can only be made anew.",
        view.row.email
    );
    view! {
        <section class="card mb-4" aria-labelledby="token">
            <h2 class="sect" id="token">
                "Enrollment token"
            </h2>
            <div class="grid gap-2 p-[14px]">
                <input class="in mono" type="text" readonly value=token aria-labelledby="token" aria-describedby="token-about" autocomplete="off" />
                <p class="muted" id="token-about">
                    {about}
                </p>
                <div class="note warn">
                    {icon(Icon::Warning)}
                    <p>
                        <b>"Hand it over by another channel than e-mail. "</b>
                        "Whoever reads that mailbox could sign in at the identity provider, too."
                    </p>
                </div>
            </div>
        </section>
    }
    .into_any()
}
