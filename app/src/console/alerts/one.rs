//! One alert: what happened, who acknowledged it, what left the house and how it went.

use leptos::prelude::*;
use stagedoor_core::action::Action;
use stagedoor_core::view::Tone;
use stagedoor_core::view::alert::{AlertView, DeliveryLine, RecipientLine};
use stagedoor_service::StaffOp;
use stagedoor_service::alerts;

use super::{acknowledge, severity, standing};
use crate::console::Content;
use crate::console::audit::sentence;
use crate::error::AppError;
use crate::layout::Around;
use crate::routes::{AlertsQuery, AuditQuery, ConsolePage};
use crate::ui::{Act, Clock, Icon, icon, page_head, status_tag, titled_card};

/// Loads the page.
pub(crate) async fn load_one(
    op: &StaffOp,
    around: &Around,
    (id, query): (&str, &AlertsQuery),
) -> Result<Content, AppError> {
    let view = alerts::page(op, id)
        .await
        .map_err(|error| AppError::from(op.public(&error)))?;
    Ok(Content {
        title: "Alert".to_owned(),
        main: alert_page(&view, around, query),
        dialog: None,
    })
}

/// Draws the page.
#[must_use]
pub(super) fn alert_page(view: &AlertView, around: &Around, query: &AlertsQuery) -> AnyView {
    let clock = &around.clock;
    let list = ConsolePage::Alerts(AlertsQuery {
        cursor: None,
        ..query.clone()
    });
    let act = acknowledge(&view.alert, Act::Primary, around);
    view! {
        <nav class="crumb" aria-label="Where this is">
            <a href=list.href()>"Alerts"</a>
            {icon(Icon::ChevronRight)}
            <span>"Alert"</span>
        </nav>
        {page_head(view.alert.sentence(), view.about.clone(), act)}
        <div class="col">
            <div class="stack">{deliveries(view, clock)} {recipients(view, clock)}</div>
            <div class="stack">{about(view, around)}</div>
        </div>
    }
    .into_any()
}

fn about(view: &AlertView, around: &Around) -> AnyView {
    let (alert, clock) = (&view.alert, &around.clock);
    let log = around.may(Action::AuditReadTenant).then(|| {
        let log = ConsolePage::Audit(AuditQuery {
            q: format!("id:{}", alert.entry),
            open: Some(alert.entry.clone()),
            ..AuditQuery::default()
        });
        view! {
            <a class="link small" href=log.href()>
                "In the audit log"
            </a>
        }
    });
    let entry = match &view.entry {
        Some(line) => view! {
            {sentence(&line.sentence)}
            " "
            {log}
        }
        .into_any(),
        None => view! { <span class="faint">"It has left the log."</span> }.into_any(),
    };
    let body = view! {
        <dl class="kv p-[14px]">
            <dt>"Status"</dt>
            <dd>{standing(alert, clock)}</dd>
            <dt>"Severity"</dt>
            <dd>{severity(&alert.severity)}</dd>
            <dt>"Entry"</dt>
            <dd>{entry}</dd>
            <dt>"Event"</dt>
            <dd class="mono">{alert.event.clone()}</dd>
            <dt>"Raised"</dt>
            <dd class="num">{clock.exact(alert.raised)}</dd>
            <dt>"Due"</dt>
            <dd class="num">{clock.exact(alert.due)}</dd>
            <dt>"Id"</dt>
            <dd class="mono">{alert.id.to_string()}</dd>
        </dl>
    };
    titled_card("about", "About this alert", body)
}

fn recipients(view: &AlertView, clock: &Clock) -> AnyView {
    let row = |one: &RecipientLine| {
        let (tone, word) = match one.standing.as_str() {
            "acknowledged" => (Tone::Ok, "acknowledged"),
            "overdue" => (Tone::Danger, "overdue"),
            _ => (Tone::Warn, "waiting"),
        };
        let at = one
            .acknowledged
            .map(|at| view! { <span class="small muted">{clock.ago(at)}</span> });
        view! {
            <li class="row">
                <span class="min-w-0 grow">{one.name.clone()}</span>
                {at}
                {status_tag(tone, word)}
            </li>
        }
    };
    let rows = view.recipients.iter().map(row).collect_view();
    titled_card(
        "recipients",
        "Who is to acknowledge it",
        view! { <ul>{rows}</ul> },
    )
}

fn deliveries(view: &AlertView, clock: &Clock) -> AnyView {
    let rows = view
        .deliveries
        .iter()
        .map(|line| delivery(line, clock))
        .collect_view();
    titled_card("deliveries", "What left the house", view! { <ul>{rows}</ul> })
}

fn delivery(line: &DeliveryLine, clock: &Clock) -> AnyView {
    let (tone, word) = match line.state.as_str() {
        "sent" => (Tone::Ok, "sent"),
        "failed" => (Tone::Warn, "failed"),
        "given_up" => (Tone::Danger, "given up"),
        "off" => (Tone::Neutral, "not set up"),
        _ => (Tone::Info, "on its way"),
    };
    let to = line
        .recipient
        .as_ref()
        .map(|(_, name)| format!(" to {name}"))
        .unwrap_or_default();
    let tries = match line.tries {
        0 => "not tried yet".to_owned(),
        1 => "tried once".to_owned(),
        many => format!("tried {many} times"),
    };
    let error = line.error.clone().map(|error| format!(": {error}"));
    let at = line
        .settled
        .map(|at| view! { <span class="small muted">{clock.ago(at)}</span> });
    view! {
        <li class="row">
            <div class="min-w-0 grow">
                <b>{line.label.clone()}</b>
                {to}
                <div class="small muted break-words">{tries} {error}</div>
            </div>
            {at}
            {status_tag(tone, word)}
        </li>
    }
    .into_any()
}
