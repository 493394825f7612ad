//! What happened around somebody: what is left to do after a deactivation, their passkeys and sessions, what was done about
//! them.

use leptos::prelude::*;
use stagedoor_core::action::Action;
use stagedoor_core::staff::Task;
use stagedoor_core::view::Tone;
use stagedoor_core::view::staff::{StaffPage, TaskLine};

use super::{COMPROMISED, href};
use crate::console::audit::history_card;
use crate::console::sessions::standing as session_standing;
use crate::layout::Around;
use crate::routes::{AuditQuery, ConsolePage, StaffQuery, StaffSessionsQuery};
use crate::ui::{Act, Clock, link_button, tag, titled_card};

pub(super) fn checklist(view: &StaffPage, clock: &Clock, (id, query): (&str, &StaffQuery)) -> AnyView {
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
        view! { <p class="p-[14px]">{link_button(Act::Small, to, "Secrets may be known")}</p> }
    });
    let list = view! {
        <ul>{rows}</ul>
        {later}
    };
    titled_card("checklist", "After the deactivation", list)
}

/// Whether it can be said afterwards that secrets may be known: where it was not.
pub(super) fn may_be_compromised(view: &StaffPage) -> bool {
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

pub(super) fn passkeys(view: &StaffPage, clock: &Clock) -> AnyView {
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

pub(super) fn sessions(view: &StaffPage, around: &Around) -> AnyView {
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

pub(super) fn history(view: &StaffPage, around: &Around) -> AnyView {
    let log = AuditQuery {
        q: format!("target:{}", view.row.id),
        ..AuditQuery::default()
    };
    history_card("What was done about them", &view.history, log, around)
}
