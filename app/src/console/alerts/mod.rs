//! Alerts: one's own inbox, what waits first; and one alert's own page.

mod one;
#[cfg(test)]
mod tests;

use leptos::prelude::*;
use stagedoor_core::action::Action;
use stagedoor_core::view::Tone;
use stagedoor_core::view::alert::{AlertRow, AlertsView, ChannelLine};
use stagedoor_service::StaffOp;
use stagedoor_service::alerts::{self, AlertsRequest};

use super::Content;
use super::audit::sentence;
use crate::error::AppError;
use crate::layout::Around;
use crate::routes::{AlertsQuery, ConsolePage, staff};
use crate::ui::{Act, Clock, Icon, no_rows, page_head, pager, post_button, status_tag, tag};

pub(crate) use one::load_one;

/// Loads the page.
pub(crate) async fn load(op: &StaffOp, around: &Around, query: &AlertsQuery) -> Result<Content, AppError> {
    let request = AlertsRequest {
        cursor: query.cursor.clone(),
        limit: None,
    };
    let view = alerts::list(op, &request)
        .await
        .map_err(|error| AppError::from(op.public(&error)))?;
    Ok(Content {
        title: "Alerts".to_owned(),
        main: alerts_page(&view, around, query),
        dialog: None,
    })
}

fn href(query: AlertsQuery) -> String {
    ConsolePage::Alerts(query).href()
}

/// Draws the page.
#[must_use]
pub fn alerts_page(view: &AlertsView, around: &Around, query: &AlertsQuery) -> AnyView {
    let lead = match (view.waiting, view.overdue) {
        (0, _) => "Nothing waits for you.".to_owned(),
        (1, 0) => "One waits for you. Acknowledge it within 24 hours.".to_owned(),
        (1, _) => "One waits for you, longer than the 24 hours it has.".to_owned(),
        (many, 0) => format!("{many} wait for you. Acknowledge each within 24 hours."),
        (many, late) => format!("{many} wait for you, {late} of them longer than the 24 hours they have."),
    };
    let first = query.cursor.is_some().then(|| {
        href(AlertsQuery {
            cursor: None,
            ..query.clone()
        })
    });
    let next = view.page.next.clone().map(|next| {
        href(AlertsQuery {
            cursor: Some(next),
            ..query.clone()
        })
    });
    let back = vec![("back", around.back.clone())];
    let words = ("Send a test alert", None);
    let test = around
        .may(Action::AlertTest)
        .then(|| post_button(Act::Plain, staff::TEST_ALERT, back, words, None));
    let list = if view.page.items.is_empty() {
        no_rows(
            Icon::Siren,
            (
                "No alerts",
                "What is done to super admins and to the identity provider will wait for you here.",
            ),
            None,
        )
    } else {
        table(view, around, query)
    };
    view! {
        {page_head("Alerts", lead, test)}
        <section class="card" aria-label="Alerts">
            {list}
            {pager(first, next, "Next 50")}
        </section>
    }
    .into_any()
}

fn table(view: &AlertsView, around: &Around, query: &AlertsQuery) -> AnyView {
    let rows = view
        .page
        .items
        .iter()
        .map(|alert| row(alert, around, query))
        .collect_view();
    view! {
        <table aria-label="Alerts">
            <thead>
                <tr>
                    <th scope="col">"What happened"</th>
                    <th scope="col">"Severity"</th>
                    <th scope="col">"Status"</th>
                    <th scope="col">"E-mail"</th>
                    <th scope="col">"Webhook"</th>
                    <th scope="col">"Raised"</th>
                    <th scope="col">
                        <span class="sr-only">"Actions"</span>
                    </th>
                </tr>
            </thead>
            <tbody>{rows}</tbody>
        </table>
    }
    .into_any()
}

fn row(alert: &AlertRow, around: &Around, query: &AlertsQuery) -> AnyView {
    let own = ConsolePage::Alert(
        alert.id.to_string(),
        AlertsQuery {
            cursor: None,
            ..query.clone()
        },
    );
    let clock = &around.clock;
    let channels = alert
        .channels
        .iter()
        .map(|line| view! { <td>{channel(line)}</td> })
        .collect_view();
    view! {
        <tr data-row="" tabindex="-1">
            <td class="wrap">
                <a href=own.href() data-open="">
                    {sentence(&alert.cause)}
                </a>
            </td>
            <td>{severity(&alert.severity)}</td>
            <td>{standing(alert, clock)}</td>
            {channels}
            <td class="muted">{clock.ago(alert.raised)}</td>
            <td>{acknowledge(alert, Act::Small, around)}</td>
        </tr>
    }
    .into_any()
}

/// The button, where there is something to acknowledge and the session may.
fn acknowledge(alert: &AlertRow, act: Act, around: &Around) -> Option<AnyView> {
    let label = format!("Acknowledge: {}", alert.sentence());
    let hidden = vec![("alert_id", alert.id.to_string()), ("back", around.back.clone())];
    let words = ("Acknowledge", Some(label));
    (alert.acknowledged.is_none() && around.may(Action::AlertAcknowledge))
        .then(|| post_button(act, staff::ACKNOWLEDGE_ALERT, hidden, words, None))
}

fn channel(line: &ChannelLine) -> AnyView {
    tag(line.tone, line.words.clone())
}

fn severity(name: &str) -> AnyView {
    match name {
        "critical" => tag(Tone::Danger, "critical"),
        "routine" => tag(Tone::Neutral, "test"),
        other => tag(Tone::Warn, other),
    }
}

fn due(tone: Tone, word: &'static str, alert: &AlertRow, clock: &Clock) -> AnyView {
    view! {
        {status_tag(tone, word)}
        " "
        <span class="faint small">"due " {clock.due(alert.due)}</span>
    }
    .into_any()
}

/// Where it stands with the reader, and until when.
fn standing(alert: &AlertRow, clock: &Clock) -> AnyView {
    match alert.standing.as_str() {
        "acknowledged" => status_tag(Tone::Ok, "acknowledged"),
        "overdue" => due(Tone::Danger, "overdue", alert, clock),
        _ => due(Tone::Warn, "waiting", alert, clock),
    }
}
