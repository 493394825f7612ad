//! One member of staff: who they are, what they hold, what happened to them, and what may be done. A token that was just made
//! stands on top, once.

use leptos::prelude::*;
use stagedoor_core::action::Action;
use stagedoor_core::staff::Task;
use stagedoor_core::time::Timestamp;
use stagedoor_core::view::Tone;
use stagedoor_core::view::frame::Flash;
use stagedoor_core::view::staff::{Offer, StaffOffers, StaffPage, TaskLine};
use stagedoor_service::StaffOp;
use stagedoor_service::staff as service;

use super::{dialog, role, scope, scope_words, standing, until};
use crate::console::Content;
use crate::console::audit::history_card;
use crate::console::refused::{refused, unless_refused};
use crate::console::sessions::standing as session_standing;
use crate::error::AppError;
use crate::layout::Around;
use crate::routes::{AuditQuery, ConsolePage, StaffQuery, StaffSessionsQuery};
use crate::ui::{Act, Clock, Icon, icon, link_button, page_head, tag, titled_card};

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
            {profile(view, clock)}
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

fn profile(view: &StaffPage, clock: &Clock) -> AnyView {
    let row = &view.row;
    let gone = view.deactivated.as_ref().map(|deactivated| {
        view! {
            <dt>"Deactivated"</dt>
            <dd>{clock.ago(deactivated.at)} ": " {deactivated.why.clone()}</dd>
        }
    });
    let token = row.token_until.map(|until| {
        view! {
            <dt>"Token holds until"</dt>
            <dd class="num">{clock.exact(until)}</dd>
        }
    });
    let named = row.named.then(|| {
        view! {
            <dt>"Configuration"</dt>
            <dd>{tag(Tone::Info, "named in the file")}</dd>
        }
    });
    let contact = view.contact.as_ref().map(|contact| {
        let whose = contact.name.as_ref().map(|name| format!(" ({name})"));
        view! {
            <dt>"Backup contact"</dt>
            <dd class="break-words">{contact.contact.clone()} {whose}</dd>
        }
    });
    let role_term = row.role_term.as_ref().map(|term| {
        falls_back(
            "Role until",
            (term.until, &term.why),
            &term.back_to.words(),
            clock,
        )
    });
    let scope_term = row.scope_term.as_ref().map(|term| {
        falls_back(
            "Tenants until",
            (term.until, &term.why),
            &scope_words(&term.back_to),
            clock,
        )
    });
    let body = view! {
        <dl class="kv p-[14px]">
            <dt>"Role"</dt>
            <dd>{role(row)}</dd>
            {role_term}
            <dt>"Tenants"</dt>
            <dd>{scope(&row.scope, row.is_deactivated())}</dd>
            {scope_term}
            <dt>"Account"</dt>
            <dd>{until(row, clock)}</dd>
            {named}
            {token}
            {gone}
            {contact}
            <dt>"Why it exists"</dt>
            <dd class="break-words">{view.justification.clone()}</dd>
            <dt>"Created"</dt>
            <dd class="num">{clock.exact(row.created)}</dd>
            <dt>"Id"</dt>
            <dd class="mono">{row.id.to_string()}</dd>
        </dl>
    };
    titled_card("profile", "Profile", body)
}

/// Until when something is given, why, and what it falls back to.
fn falls_back(label: &'static str, (until, why): (Timestamp, &str), back: &str, clock: &Clock) -> AnyView {
    let words = format!(", then {back} again: {why}");
    view! {
        <dt>{label}</dt>
        <dd class="break-words">
            <time class="num" datetime=until.rfc3339() title=clock.exact(until)>
                {clock.day_hm(until)}
            </time>
            {words}
        </dd>
    }
    .into_any()
}

fn checklist(view: &StaffPage, clock: &Clock, (id, query): (&str, &StaffQuery)) -> AnyView {
    let rows = view
        .tasks
        .iter()
        .map(|line| task(line, view.offers.is_some(), clock, (id, query)))
        .collect_view();
    let later = (view.offers.is_some() && may_be_compromised(view)).then(|| {
        let to = href(
            id,
            StaffQuery {
                act: Some(COMPROMISED.to_owned()),
                ..query.clone()
            },
        );
        view! { <p>{link_button(Act::Small, to, "Secrets may be known")}</p> }
    });
    let list = view! {
        <ul>{rows}</ul>
        {later}
    };
    titled_card("checklist", "After the deactivation", list)
}

/// Whether it can be said afterwards that secrets may be known: where it was not.
fn may_be_compromised(view: &StaffPage) -> bool {
    view.deactivated.is_some()
        && !view
            .tasks
            .iter()
            .any(|line| line.kind() == Some(Task::RotateSecrets))
}

/// What a task is made of, in its order.
fn steps(line: &TaskLine) -> Option<AnyView> {
    let steps = line.steps.iter().map(|step| view! { <li>{step.clone()}</li> });
    (!line.steps.is_empty()).then(|| view! { <ol class="small">{steps.collect_view()}</ol> }.into_any())
}

/// The way to the entries that are gone through for a task.
fn entries(line: &TaskLine) -> Option<AnyView> {
    let query = line.entries.clone()?;
    let to = ConsolePage::Audit(AuditQuery {
        q: query,
        ..AuditQuery::default()
    });
    Some(view! { <a class="link small" href=to.href()>"What they did"</a> }.into_any())
}

fn task(line: &TaskLine, may: bool, clock: &Clock, (id, query): (&str, &StaffQuery)) -> AnyView {
    let state = match &line.done {
        Some((at, by)) => view! {
            {tag(Tone::Ok, "done")}
            <span class="small muted">{clock.ago(*at)} " by " {by.clone()}</span>
        }
        .into_any(),
        None => {
            let late = clock.now >= line.due;
            let (tone, words) = match late {
                true => (Tone::Danger, "overdue"),
                false => (Tone::Warn, "due"),
            };
            view! {
                {tag(tone, words)}
                <time class="small muted num" datetime=line.due.rfc3339() title=clock.exact(line.due)>
                    {clock.day_hm(line.due)}
                </time>
            }
            .into_any()
        }
    };
    let finish = (may && line.done.is_none()).then(|| {
        let to = href(
            id,
            StaffQuery {
                act: Some(line.task.clone()),
                ..query.clone()
            },
        );
        link_button(Act::Small, to, "Done")
    });
    view! {
        <li class="row">
            <div class="min-w-0 grow">
                <div class="break-words">{line.about.clone()}</div>
                {steps(line)}
                {entries(line)}
                <div class="flex gap-2 items-center">{state}</div>
            </div>
            {finish}
        </li>
    }
    .into_any()
}

fn passkeys(view: &StaffPage, clock: &Clock) -> AnyView {
    let rows = view
        .passkeys
        .iter()
        .map(|key| {
            let used = match key.last_used {
                Some(at) => clock.ago(at),
                None => view! { <span class="faint">"not used yet"</span> }.into_any(),
            };
            let maker = key.maker.clone().unwrap_or_else(|| "maker not told".to_owned());
            view! {
                <li class="row">
                    <div class="min-w-0 grow">
                        <b>{key.name.clone()}</b>
                        " "
                        <span class="small muted">{maker}</span>
                    </div>
                    <span class="small muted">{used}</span>
                </li>
            }
        })
        .collect_view();
    let body = if view.passkeys.is_empty() {
        view! { <p class="p-[14px] muted">"No passkey."</p> }.into_any()
    } else {
        view! { <ul>{rows}</ul> }.into_any()
    };
    titled_card("their-passkeys", "Passkeys", body)
}

fn sessions(view: &StaffPage, around: &Around) -> AnyView {
    let rows = view
        .sessions
        .iter()
        .map(|session| {
            view! {
                <li class="row">
                    <div class="min-w-0 grow">
                        <div>
                            {session.device.clone()} " " <span class="mono faint">{session.address.clone()}</span>
                        </div>
                        <div>{session_standing(&session.standing, &around.clock)}</div>
                    </div>
                </li>
            }
        })
        .collect_view();
    let body = if view.sessions.is_empty() {
        view! { <p class="p-[14px] muted">"They have not signed in."</p> }.into_any()
    } else {
        view! { <ul>{rows}</ul> }.into_any()
    };
    let room = ConsolePage::Sessions(StaffSessionsQuery {
        q: format!("{} state:live,ended", view.row.email),
        ..StaffSessionsQuery::default()
    });
    let all = around.may(Action::SessionView).then(|| {
        view! {
            <a class="link small" href=room.href()>
                "All sessions"
            </a>
        }
    });
    view! {
        <section class="card" aria-labelledby="their-sessions">
            <h2 class="sect" id="their-sessions">
                "Sessions"
                <span class="spacer"></span>
                {all}
            </h2>
            {body}
        </section>
    }
    .into_any()
}

fn history(view: &StaffPage, around: &Around) -> AnyView {
    let log = AuditQuery {
        q: format!("target:{}", view.row.id),
        ..AuditQuery::default()
    };
    history_card("What was done about them", &view.history, log, around)
}
