//! One person beside the list they were found in: a panel with an address of its own. On narrow screens it is the page.

use leptos::prelude::*;
use stagedoor_core::action::Action;
use stagedoor_core::view::Tone;
use stagedoor_core::view::audit::AuditLine;
use stagedoor_core::view::directory::MemberStatus;
use stagedoor_core::view::frame::ConsoleFrame;
use stagedoor_core::view::person::{PersonPage, RiskLine};
use stagedoor_service::{StaffOp, person};

use super::people::{risk, status};
use super::{Content, href};
use crate::console::audit::history_rows;
use crate::console::sessions::standing;
use crate::error::AppError;
use crate::layout::Around;
use crate::routes::{AuditQuery, ConsolePage, StaffSessionsQuery, UsersQuery};
use crate::ui::{Act, Clock, Icon, icon, link_button, tag};

/// Loads the list with the panel above it.
pub(crate) async fn load_one(
    op: &StaffOp,
    frame: &ConsoleFrame,
    around: &Around,
    (id, list): (&str, &UsersQuery),
) -> Result<Content, AppError> {
    let public = |error| AppError::from(op.public(&error));
    let tenant = match list.tenant.clone() {
        Some(tenant) => tenant,
        // An address without its tenant still leads to the person, where the reader may know of them.
        None => person::tenant_of(op, id).await.map_err(public)?,
    };
    let view = person::page(op, &tenant, id).await.map_err(public)?;
    let list = UsersQuery {
        tenant: Some(tenant),
        impersonate: None,
        ..list.clone()
    };
    let below = super::load(op, frame, around, &list).await?;
    let main = view! {
        {below.main}
        {panel(&view, around, &list)}
    };
    Ok(Content {
        title: format!("{} · {}", view.person.name, view.tenant.name),
        main: main.into_any(),
        dialog: None,
    })
}

/// Draws the panel.
#[must_use]
pub(super) fn panel(view: &PersonPage, around: &Around, list: &UsersQuery) -> AnyView {
    let person = &view.person;
    let closed = href(list.clone());
    view! {
        <aside class="panel" aria-labelledby="person">
            <header class="flex items-start gap-2 p-[14px]">
                <div class="min-w-0 grow">
                    <h2 id="person" class="truncate">
                        {person.name.clone()}
                    </h2>
                    <p class="small muted break-words">{person.email.clone()}</p>
                </div>
                <a class="btn ghost icon sm" href=closed aria-label="Close" data-cancel="">
                    {icon(Icon::Cross)}
                </a>
            </header>
            <div class="px-[14px] pb-[14px] acts">{acts(view, around, list)}</div>
            {profile(view, &around.clock)}
            {sessions(view, list, around)}
            {view.risks.as_ref().map(|risks| risk_part(risks, &around.clock))}
            {entries("acted", "What they did", (view, &view.acted), "actor", around)}
            {entries("concerned", "What was done about them", (view, &view.concerned), "target", around)}
        </aside>
    }
    .into_any()
}

fn acts(view: &PersonPage, around: &Around, list: &UsersQuery) -> Option<AnyView> {
    let person = &view.person;
    let stands = person.role.is_some() && matches!(person.status, MemberStatus::Active | MemberStatus::Idle);
    (stands && around.may(Action::TenantImpersonate)).then(|| {
        let dialog = UsersQuery {
            impersonate: Some(person.id.to_string()),
            ..list.clone()
        };
        let why = view
            .offer
            .refused
            .clone()
            .map(|why| view! { <p class="small muted">{why}</p> });
        view! {
            {link_button(Act::Plain, href(dialog), "Impersonate")}
            {why}
        }
        .into_any()
    })
}

fn profile(view: &PersonPage, clock: &Clock) -> AnyView {
    let person = &view.person;
    let seen = match person.last_seen {
        Some(at) => clock.ago(at),
        None => view! { <span class="faint">"never"</span> }.into_any(),
    };
    view! {
        <section aria-labelledby="profile">
            <h3 class="sect border-t" id="profile">
                "Profile"
            </h3>
            <dl class="kv p-[14px]">
                <dt>"Tenant"</dt>
                <dd>{view.tenant.name.clone()}</dd>
                <dt>"Role"</dt>
                <dd>{person.role.map_or("none", |role| role.label())}</dd>
                <dt>"Status"</dt>
                <dd>{status(person.status)}</dd>
                <dt>"Last seen"</dt>
                <dd>{seen}</dd>
                <dt>"Member since"</dt>
                <dd class="num">{clock.day(view.joined)}</dd>
                <dt>"Factors"</dt>
                <dd>{person.factors.clone()}</dd>
                <dt>"Risk"</dt>
                <dd>{risk(person.risk)}</dd>
                <dt>"Id"</dt>
                <dd class="mono">{person.id.to_string()}</dd>
            </dl>
        </section>
    }
    .into_any()
}

fn sessions(view: &PersonPage, list: &UsersQuery, around: &Around) -> AnyView {
    let all = &view.sessions;
    let rows = all
        .iter()
        .map(|session| {
            view! {
                <li class="row">
                    <div class="min-w-0 grow">
                        <div>{session.device.clone()} " " <span class="mono faint">{session.address.clone()}</span></div>
                        <div>{standing(&session.standing, &around.clock)}</div>
                    </div>
                </li>
            }
        })
        .collect_view();
    let body = if all.is_empty() {
        view! { <p class="p-[14px] muted">"They have not signed in."</p> }.into_any()
    } else {
        view! { <ul>{rows}</ul> }.into_any()
    };
    let live = all.iter().any(|session| session.may_revoke);
    let revoke = live.then(|| {
        let page = ConsolePage::Revoke(vec![view.person.id.to_string()], list.clone());
        link_button(Act::SmallDanger, page.href(), "Revoke sessions")
    });
    let room = around.may(Action::SessionView).then(|| {
        let room = ConsolePage::Sessions(StaffSessionsQuery {
            tenant: Some(view.tenant.slug.clone()),
            q: format!("{} state:live,ended", view.person.email),
            ..StaffSessionsQuery::default()
        });
        view! {
            <a class="link small" href=room.href()>
                "All sessions"
            </a>
        }
    });
    view! {
        <section aria-labelledby="their-sessions">
            <h3 class="sect border-t" id="their-sessions">
                "Sessions and devices"
                <span class="spacer"></span>
                {revoke} {room}
            </h3>
            {body}
        </section>
    }
    .into_any()
}

fn risk_part(all: &[RiskLine], clock: &Clock) -> AnyView {
    let rows = all
        .iter()
        .map(|line| {
            let tone = if line.state == "open" {
                Tone::Warn
            } else {
                Tone::Neutral
            };
            view! {
                <li class="row">
                    <span class="min-w-0 grow">{line.cause.clone()}</span>
                    {tag(tone, line.state.clone())}
                    <span class="small muted">{clock.ago(line.raised)}</span>
                </li>
            }
        })
        .collect_view();
    let body = if all.is_empty() {
        view! { <p class="p-[14px] muted">"Nothing raised."</p> }.into_any()
    } else {
        view! { <ul>{rows}</ul> }.into_any()
    };
    view! {
        <section aria-labelledby="their-risk">
            <h3 class="sect border-t" id="their-risk">
                "Risk"
            </h3>
            {body}
        </section>
    }
    .into_any()
}

/// The latest entries of the platform's log of one kind, with the way to all of them for who may read it.
fn entries(
    id: &'static str,
    title: &'static str,
    (view, lines): (&PersonPage, &[AuditLine]),
    key: &str,
    around: &Around,
) -> AnyView {
    let none = "Nothing in the platform's log that you may read.";
    let body = history_rows(lines, none, &around.clock);
    let log = around.may(Action::AuditReadTenant).then(|| {
        let log = ConsolePage::Audit(AuditQuery {
            tenant: Some(view.tenant.slug.clone()),
            q: format!("{key}:{}", view.person.id),
            ..AuditQuery::default()
        });
        view! {
            <a class="link small" href=log.href()>
                "Audit log"
            </a>
        }
    });
    view! {
        <section aria-labelledby=id>
            <h3 class="sect border-t" id=id>
                {title}
                <span class="spacer"></span>
                {log}
            </h3>
            {body}
        </section>
    }
    .into_any()
}
