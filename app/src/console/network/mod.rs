//! Network: the ranges that staff may come from, which of them lets the reader in, and the dialogs that change them. A change
//! is shown with what it would do before it is tried.

mod dialog;
#[cfg(test)]
mod tests;

use leptos::prelude::*;
use stagedoor_core::action::Action;
use stagedoor_core::input::FieldError;
use stagedoor_core::network::{RuleDraft, Wide};
use stagedoor_core::view::Tone;
use stagedoor_core::view::frame::Flash;
use stagedoor_core::view::network::{NetworkPreview, NetworkView, RuleLine};
use stagedoor_service::network::{self, RuleChange, RulePatch};
use stagedoor_service::{ServiceError, StaffOp};

use super::Content;
use super::refused::unless_refused;
use crate::error::AppError;
use crate::layout::Around;
use crate::routes::{ConsolePage, NetworkQuery};
use crate::ui::{Act, Icon, icon, link_button, page_head, tag, titled_card};

const TITLE: &str = "Network";

/// What the open dialog shows.
enum Open {
    /// The fields, with what is wrong with them.
    Fields(Vec<FieldError>),
    /// What the change would do.
    Preview(Box<NetworkPreview>),
}

/// Loads the page.
pub(crate) async fn load(
    op: &StaffOp,
    flash: Option<&Flash>,
    around: &Around,
    query: &NetworkQuery,
) -> Result<Content, AppError> {
    let public = |error: ServiceError| AppError::from(op.public(&error));
    let view = network::network(op).await.map_err(public)?;
    let open = match opened(&view, query) {
        Some(change) => Some(open(op, query, &change).await.map_err(public)?),
        None => None,
    };
    let closed = href(NetworkQuery {
        tenant: query.tenant.clone(),
        ..NetworkQuery::default()
    });
    let draw = |closed| {
        open.map(|open| match open {
            Open::Fields(wrong) => dialog::fields(&view, query, &wrong, closed),
            Open::Preview(preview) => {
                dialog::preview(&preview, query, flash, &around.clock, (&around.back, closed))
            }
        })
    };
    let dialog = match query.act {
        Some(_) => unless_refused(around, Action::NetworkWrite, closed, draw),
        None => None,
    };
    Ok(Content {
        title: TITLE.to_owned(),
        main: network_page(&view, around, query),
        dialog,
    })
}

/// The change that the address is about, where the reader may make one.
fn opened(view: &NetworkView, query: &NetworkQuery) -> Option<RuleChange> {
    let known = || {
        let wanted = query.rule.as_deref()?.parse().ok()?;
        view.rules
            .iter()
            .find_map(|rule| rule.id.filter(|id| *id == wanted))
    };
    let wide = match query.wide.as_str() {
        "yes" => Wide::Meant,
        _ => Wide::Unasked,
    };
    match (query.act.as_deref()?, view.may_write) {
        ("add", true) => Some(RuleChange::Add(RuleDraft {
            name: query.name.clone(),
            kind: query.kind.clone(),
            range: query.range.clone(),
            note: query.note.clone(),
            wide,
        })),
        ("change", true) => {
            let patch = RulePatch {
                name: Some(query.name.clone()),
                kind: Some(query.kind.clone()),
                range: Some(query.range.clone()),
                note: Some(query.note.clone()),
                wide,
            };
            known().map(|id| RuleChange::Change(id, patch))
        }
        ("remove", true) => known().map(RuleChange::Remove),
        _ => None,
    }
}

async fn open(op: &StaffOp, query: &NetworkQuery, change: &RuleChange) -> Result<Open, ServiceError> {
    if query.step.is_none() && !matches!(change, RuleChange::Remove(_)) {
        return Ok(Open::Fields(Vec::new()));
    }
    match network::preview(op, change).await {
        Ok(preview) => Ok(Open::Preview(Box::new(preview))),
        Err(ServiceError::Invalid(wrong)) => Ok(Open::Fields(wrong)),
        Err(error) => Err(error),
    }
}

fn href(query: NetworkQuery) -> String {
    ConsolePage::Network(Box::new(query)).href()
}

/// Draws the page.
#[must_use]
pub fn network_page(view: &NetworkView, around: &Around, query: &NetworkQuery) -> AnyView {
    // One change is tried at a time: the banner above says which.
    let may = view.may_write && view.pending.is_none();
    let add = may.then(|| {
        let add = href(NetworkQuery {
            act: Some("add".to_owned()),
            tenant: query.tenant.clone(),
            ..NetworkQuery::default()
        });
        let button = link_button(Act::Primary, add, "Add a rule");
        view! { <div class="acts">{button}</div> }
    });
    view! {
        {page_head(TITLE, "Where staff may come from. Who comes from elsewhere is refused, whoever they are.", add)}
        <div class="col early">
            <div class="stack">{rules(view, around, (query, may))}</div>
            <div class="stack">{own(view)} {proxies(view)}</div>
        </div>
    }
    .into_any()
}

fn rules(view: &NetworkView, around: &Around, (query, may): (&NetworkQuery, bool)) -> AnyView {
    let rows = view.rules.iter().map(|rule| row(rule, around, (query, may)));
    let rows = rows.collect_view();
    let body = view! {
        <table aria-label="Network rules">
            <thead>
                <tr>
                    <th scope="col">"Name"</th>
                    <th scope="col">"Kind"</th>
                    <th scope="col">"Range"</th>
                    <th scope="col">"Note"</th>
                    <th scope="col">
                        <span class="sr-only">"Change"</span>
                    </th>
                </tr>
            </thead>
            <tbody>{rows}</tbody>
        </table>
    };
    // Where it is narrow, its table is reached by scrolling, by the keyboard as well.
    view! {
        <section class="card" aria-labelledby="network-rules" tabindex="0">
            <h2 class="sect" id="network-rules">
                "Network rules"
            </h2>
            {body}
        </section>
    }
    .into_any()
}

fn row(rule: &RuleLine, around: &Around, (query, may): (&NetworkQuery, bool)) -> AnyView {
    let made = rule
        .created
        .map(|at| view! { <span class="small">"added " {around.clock.ago(at)}</span> });
    let acts = rule.id.filter(|_| may).map(|id| {
        let to = |act: &str| {
            href(NetworkQuery {
                tenant: query.tenant.clone(),
                act: Some(act.to_owned()),
                rule: Some(id.to_string()),
                name: rule.name.clone(),
                kind: rule.kind.clone(),
                range: rule.range.clone(),
                note: rule.note.clone(),
                ..NetworkQuery::default()
            })
        };
        view! {
            <div class="acts">
                {link_button(Act::Small, to("change"), "Change")}
                {link_button(Act::SmallDanger, to("remove"), "Remove")}
            </div>
        }
    });
    let file = rule
        .id
        .is_none()
        .then(|| tag(Tone::Neutral, "configuration file"));
    view! {
        <tr>
            <td>{rule.name.clone()}</td>
            <td class="mono muted">{rule.kind.clone()}</td>
            <td class="mono">{rule.range.clone()}</td>
            <td class="muted">{rule.note.clone()} {file} " " {made}</td>
            <td>{acts}</td>
        </tr>
    }
    .into_any()
}

fn own(view: &NetworkView) -> AnyView {
    let address = view.address.map_or_else(
        || "an address that nobody knows".to_owned(),
        |address| address.to_string(),
    );
    let verdict = match &view.let_in_by {
        Some((name, range)) => {
            let range = range
                .clone()
                .map(|range| view! { ", " <span class="mono">{range}</span> });
            view! { <p class="muted">"You are let in by " <b>{name.clone()}</b> {range} "."</p> }.into_any()
        }
        None => view! { <p class="err">"No rule lets you in."</p> }.into_any(),
    };
    let body = view! {
        <div class="grid gap-2 p-[14px]">
            <p>"You come from " <b class="mono">{address}</b> "."</p>
            {verdict}
        </div>
    };
    titled_card("own-address", "Your own address", body)
}

fn proxies(view: &NetworkView) -> AnyView {
    let body = if view.trusted_proxies.is_empty() {
        view! {
            <p class="muted p-[14px]">
                "No proxy is trusted: whoever connects is who comes, whatever a header says."
            </p>
        }
        .into_any()
    } else {
        let rows = view
            .trusted_proxies
            .iter()
            .map(|range| view! { <li class="row mono">{range.clone()}</li> })
            .collect_view();
        view! { <ul>{rows}</ul> }.into_any()
    };
    titled_card("trusted-proxies", "Trusted proxies", body)
}

/// Nothing is allowed from anywhere: said where nobody would look for a missing row.
pub(super) fn nobody(words: &str) -> AnyView {
    view! {
        <p class="note danger" role="alert">
            {icon(Icon::Network)}
            <span>{words.to_owned()}</span>
        </p>
    }
    .into_any()
}
