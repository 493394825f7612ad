//! Policies: what guards the console, each declaration as it is in force, and the simulator, which asks the core about a
//! request that nobody made. What is asked stands in the address; what was tried there can be kept, as one more guard policy or as
//! the change of one, each as a trial.

mod again;
mod answer;
mod change;
mod form;
mod guards;
mod request;
mod save;
mod shut_out;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use leptos::prelude::*;
use stagedoor_core::action::Action;
use stagedoor_core::role::StaffRole;
use stagedoor_core::trial::TrialKind;
use stagedoor_core::view::frame::ConsoleFrame;
use stagedoor_core::view::policy::{NetworkLine, PersonChoice, PoliciesView, PolicyCard, Simulation};
use stagedoor_core::view::staff::PostLine;
use stagedoor_service::{ServiceError, StaffOp, policies};

use super::Content;
use super::refused::unless_refused;
use crate::error::AppError;
use crate::layout::Around;
use crate::routes::{ConsolePage, PoliciesQuery};
use crate::ui::{Icon, icon, page_head, titled_card};

const TITLE: &str = "Policies";
const NOT_KEPT: &str = "No guard policy of this name is kept here any more.";

pub(super) use again::{of_entry, of_own};
pub(super) use form::{TENANTS, actions};
pub(crate) use request::{listed, span_of};

/// What is wrong with which field of the form.
pub(super) type Wrong = BTreeMap<String, String>;

/// What came of asking.
#[derive(Debug, Clone)]
pub(super) enum Asked {
    /// Nothing was asked.
    Nothing,
    /// The core's answer.
    Answered(Box<Simulation>),
    /// It could not be asked.
    Wrong(Wrong),
}

/// What the form offers.
pub(super) struct Offer {
    /// Members of staff.
    pub(super) people: Vec<PersonChoice>,
    /// Tenants by slug and name.
    pub(super) tenants: Vec<(String, String)>,
    /// Where this very request comes from.
    pub(super) address: String,
    /// What a session may be viewed as.
    pub(super) views: Vec<PostLine>,
}

/// Loads the page.
pub(crate) async fn load(
    op: &StaffOp,
    frame: &ConsoleFrame,
    around: &Around,
    query: &PoliciesQuery,
) -> Result<Content, AppError> {
    let public = |error: ServiceError| AppError::from(op.public(&error));
    let shown = shown(query);
    let view = policies::policies(op, &[shown]).await.map_err(public)?;
    let asked = ask(op, query).await.map_err(public)?;
    let offer = Offer {
        people: policies::people(op).await.map_err(public)?,
        tenants: slugs(frame),
        address: op
            .visitor()
            .address
            .map(|address| address.to_string())
            .unwrap_or_default(),
        views: view.views.clone(),
    };
    let may = around.may(Action::PolicyWrite) && !on_trial(frame);
    let asks = query.act.is_some() && !on_trial(frame);
    let dialog = asks
        .then(|| {
            unless_refused(around, Action::PolicyWrite, save::closed(query), |_| {
                save::dialog(&view, &asked, (query, frame.flash.as_ref()), &around.back)
            })
        })
        .flatten();
    Ok(Content {
        title: TITLE.to_owned(),
        main: policies_page(&view, &asked, (&offer, query), (around, may)),
        dialog,
    })
}

/// The tenants in the scope switch, by slug and name.
pub(super) fn slugs(frame: &ConsoleFrame) -> Vec<(String, String)> {
    let tenants = frame.tenants.iter();
    tenants
        .map(|tenant| (tenant.slug.clone(), tenant.name.clone()))
        .collect()
}

/// The role whose declarations are shown.
fn shown(query: &PoliciesQuery) -> StaffRole {
    query.show.parse().unwrap_or(StaffRole::SuperAdmin)
}

async fn ask(op: &StaffOp, query: &PoliciesQuery) -> Result<Asked, ServiceError> {
    if query.action.is_empty() {
        return Ok(Asked::Nothing);
    }
    let request = match request::request(query) {
        Ok(request) => request,
        Err(wrong) => return Ok(Asked::Wrong(wrong)),
    };
    match policies::simulate(op, &request).await {
        Ok(simulation) => Ok(Asked::Answered(Box::new(simulation))),
        Err(ServiceError::Invalid(fields)) => {
            let fields = fields
                .into_iter()
                .map(|error| (request::field_of(error.field), error.message));
            Ok(Asked::Wrong(fields.collect()))
        }
        Err(error) => Err(error),
    }
}

/// One change of the guard policies is tried at a time: the banner says which.
fn on_trial(frame: &ConsoleFrame) -> bool {
    let kind = TrialKind::GuardPolicies.as_str();
    frame.trials.iter().any(|trial| trial.kind == kind)
}

fn href(query: PoliciesQuery) -> String {
    ConsolePage::Policies(Box::new(query)).href()
}

/// Draws the page.
fn policies_page(
    view: &PoliciesView,
    asked: &Asked,
    (offer, query): (&Offer, &PoliciesQuery),
    (around, may): (&Around, bool),
) -> AnyView {
    let answer = match asked {
        Asked::Answered(simulation) => Some(view! {
            {answer::answer(simulation, &around.clock)}
            {(may && simulation.changed.is_some()).then(|| save::offer(query))}
        }),
        Asked::Nothing | Asked::Wrong(_) => None,
    };
    let changed = kept(view, &query.kept);
    let wrong = match asked {
        Asked::Wrong(wrong) => wrong.clone(),
        Asked::Nothing if changed.is_none() && !query.kept.is_empty() => {
            [("kept".to_owned(), NOT_KEPT.to_owned())].into()
        }
        Asked::Nothing | Asked::Answered(_) => Wrong::new(),
    };
    view! {
        {page_head(
            TITLE,
            "What guards the console: one declaration for each action, made stricter by guard policies, never looser.",
            (),
        )}
        <div class="col early">
            <div class="stack">
                {answer} {guards::policies(&view.shipped, &view.declared, (query, may))} {networks(&view.networks)}
            </div>
            <div class="stack">{form::form(offer, query, changed, &wrong)}</div>
        </div>
        <div class="stack mt-[14px]">{guards::guards(&view.guards, shown(query), query)}</div>
    }
    .into_any()
}

/// The guard policy of a name, where it is one that can be changed here.
fn kept<'a>(view: &'a PoliciesView, name: &str) -> Option<&'a PolicyCard> {
    let mut kept = view.declared.iter().filter(|card| !card.is_configured());
    kept.find(|card| card.name == name)
}

fn networks(lines: &[NetworkLine]) -> AnyView {
    if lines.is_empty() {
        return view! {
            <p class="note danger" role="alert">
                {icon(Icon::Network)}
                <span>
                    <b>"No network is allowed."</b>
                    " Every address is refused until a network rule is configured."
                </span>
            </p>
        }
        .into_any();
    }
    let rows = lines.iter().map(network).collect_view();
    let body = view! {
        <table aria-label="Networks that count">
            <thead>
                <tr>
                    <th scope="col">"Name"</th>
                    <th scope="col">"Kind"</th>
                    <th scope="col">"Range"</th>
                </tr>
            </thead>
            <tbody>{rows}</tbody>
        </table>
    };
    titled_card("networks", "Networks that count", body)
}

fn network(line: &NetworkLine) -> AnyView {
    view! {
        <tr>
            <td>{line.name.clone()}</td>
            <td class="mono muted">{line.kind.clone()}</td>
            <td class="mono">{line.range.clone()}</td>
        </tr>
    }
    .into_any()
}
