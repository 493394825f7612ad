//! One risk event: why it is one, what is known, the entries it was raised for, what was done, and what can be done.

use leptos::prelude::*;
use stagedoor_core::action::Action;
use stagedoor_core::view::frame::Flash;
use stagedoor_core::view::risk::{RiskSubject, RiskView};
use stagedoor_service::StaffOp;
use stagedoor_service::risk;

use super::triage::triage;
use super::{assignee, level, place, standing};
use crate::console::Content;
use crate::console::audit::sentence;
use crate::error::AppError;
use crate::layout::Around;
use crate::routes::{AuditQuery, ConsolePage, RisksQuery, UsersQuery};
use crate::ui::{Clock, Icon, icon, page_head, titled_card};

/// Loads the page.
pub(crate) async fn load_one(
    op: &StaffOp,
    flash: Option<&Flash>,
    around: &Around,
    (id, query): (&str, &RisksQuery),
) -> Result<Content, AppError> {
    let view = risk::page(op, id)
        .await
        .map_err(|error| AppError::from(op.public(&error)))?;
    Ok(Content {
        title: format!("Risk: {}", view.risk.subject.name()),
        main: risk_page(&view, flash, around, query),
        dialog: None,
    })
}

/// Draws the page.
#[must_use]
pub(super) fn risk_page(
    view: &RiskView,
    flash: Option<&Flash>,
    around: &Around,
    query: &RisksQuery,
) -> AnyView {
    let risk = &view.risk;
    let clock = &around.clock;
    let list = ConsolePage::Risks(RisksQuery {
        cursor: None,
        ..query.clone()
    });
    let open = risk.state == "open" || risk.state == "acknowledged";
    let triage = view
        .may_triage
        .as_ref()
        .map(|people| triage(view, people, flash, (around, open)));
    view! {
        <nav class="crumb" aria-label="Where this is">
            <a href=list.href()>"Risk events"</a>
            {icon(Icon::ChevronRight)}
            <span>"Risk event"</span>
        </nav>
        {page_head(format!("{}: {}", risk.subject.name(), risk.cause), view.about.clone(), ())}
        <div class="col">
            <div class="stack">
                {facts(view)}
                {entries(view, clock)}
                {steps(view, clock)}
            </div>
            <div class="stack">
                {about(view, around)}
                {triage}
            </div>
        </div>
    }
    .into_any()
}

fn facts(view: &RiskView) -> AnyView {
    let rows = view
        .facts
        .iter()
        .map(|fact| {
            view! {
                <dt>{fact.label.clone()}</dt>
                <dd>{fact.value.clone()}</dd>
            }
        })
        .collect_view();
    let body = if view.facts.is_empty() {
        view! { <p class="p-[14px] muted">"Nothing more is known."</p> }.into_any()
    } else {
        view! { <dl class="kv p-[14px]">{rows}</dl> }.into_any()
    };
    titled_card("facts", "What is known", body)
}

/// The entries that it was raised for, each with the way to it in the log.
fn entries(view: &RiskView, clock: &Clock) -> AnyView {
    let rows = view
        .entries
        .iter()
        .map(|line| {
            let log = ConsolePage::Audit(AuditQuery {
                q: format!("id:{}", line.id),
                open: Some(line.id.clone()),
                ..AuditQuery::default()
            });
            view! {
                <li class="row">
                    <span class="min-w-0 grow break-words">{sentence(&line.sentence)}</span>
                    <span class="small muted">{clock.ago(line.at)}</span>
                    <a class="link small" href=log.href()>
                        "In the audit log"
                    </a>
                </li>
            }
        })
        .collect_view();
    let hidden = view.entries_count.saturating_sub(view.entries.len() as u64);
    let body = match (view.entries.is_empty(), hidden) {
        (true, 0) => {
            view! { <p class="p-[14px] muted">"No entry of the audit log is linked."</p> }.into_any()
        }
        (true, _) => {
            view! { <p class="p-[14px] muted">"You may not read the entries that it was raised for."</p> }
                .into_any()
        }
        (false, _) => view! { <ul>{rows}</ul> }.into_any(),
    };
    titled_card("entries", "What it was raised for", body)
}

fn steps(view: &RiskView, clock: &Clock) -> AnyView {
    let rows = view
        .steps
        .iter()
        .map(|step| {
            let note = step
                .note
                .clone()
                .map(|note| view! { <p class="muted break-words">{note}</p> });
            view! {
                <li class="row">
                    <div class="min-w-0 grow">
                        <div>
                            <b>{step.staff.clone()}</b>
                            " "
                            {step.done.clone()}
                        </div>
                        {note}
                    </div>
                    <span class="small muted">{clock.ago(step.at)}</span>
                </li>
            }
        })
        .collect_view();
    let body = if view.steps.is_empty() {
        view! { <p class="p-[14px] muted">"Nobody has done anything about it yet."</p> }.into_any()
    } else {
        view! { <ol>{rows}</ol> }.into_any()
    };
    titled_card("steps", "What was done", body)
}

fn about(view: &RiskView, around: &Around) -> AnyView {
    let (risk, clock) = (&view.risk, &around.clock);
    let person = match &risk.subject {
        RiskSubject::Member { id, tenant, .. } if around.may(Action::TenantViewDirectory) => {
            let page = ConsolePage::User(
                id.clone(),
                UsersQuery {
                    tenant: Some(tenant.slug.clone()),
                    ..UsersQuery::default()
                },
            );
            view! { <a href=page.href()>{risk.subject.name().to_owned()}</a> }.into_any()
        }
        _ => risk.subject.name().to_owned().into_any(),
    };
    let body = view! {
        <dl class="kv p-[14px]">
            <dt>"Status"</dt>
            <dd>{standing(&risk.state)}</dd>
            <dt>"Level"</dt>
            <dd>{level(risk)}</dd>
            <dt>"Kind"</dt>
            <dd>{view.kind_label.clone()}</dd>
            <dt>"About"</dt>
            <dd>{person} " " <span class="faint small">{risk.subject.detail().to_owned()}</span></dd>
            <dt>"Of"</dt>
            <dd>{place(&risk.subject)}</dd>
            <dt>"Assignee"</dt>
            <dd>{assignee(risk)}</dd>
            <dt>"Raised"</dt>
            <dd class="num">{clock.exact(risk.raised)}</dd>
            <dt>"Changed"</dt>
            <dd class="num">{clock.exact(risk.changed)}</dd>
            <dt>"Id"</dt>
            <dd class="mono">{risk.id.to_string()}</dd>
        </dl>
    };
    titled_card("about", "About this event", body)
}
