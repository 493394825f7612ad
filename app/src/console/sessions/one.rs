//! One session: whose, where, with what, by what clocks it ends, what it is held by, and what was done in it.

use leptos::prelude::*;
use stagedoor_core::action::Action;
use stagedoor_core::guard::DeviceFact;
use stagedoor_core::view::Tone;
use stagedoor_core::view::session::{Holder, SessionPage, StaffSessionFacts, Standing};
use stagedoor_service::StaffOp;
use stagedoor_service::sessions as service;

use super::{href, standing};
use crate::console::Content;
use crate::console::audit::history_card;
use crate::error::AppError;
use crate::layout::Around;
use crate::routes::{AuditQuery, ConsolePage, StaffQuery, StaffSessionsQuery, UsersQuery, VisitsQuery};
use crate::ui::time::{left_words, span_words};
use crate::ui::{Act, Clock, Icon, icon, link_button, page_head, status_tag, tag, titled_card};

/// Loads the page.
pub(crate) async fn load_one(
    op: &StaffOp,
    around: &Around,
    (id, query): (&str, &StaffSessionsQuery),
) -> Result<Content, AppError> {
    let view = service::page(op, id)
        .await
        .map_err(|error| AppError::from(op.public(&error)))?;
    Ok(Content {
        title: format!("{} · Session", view.row.name),
        main: session_page(&view, around, query),
        dialog: None,
    })
}

/// Draws the page.
#[must_use]
pub(super) fn session_page(view: &SessionPage, around: &Around, query: &StaffSessionsQuery) -> AnyView {
    let (row, clock) = (&view.row, &around.clock);
    let list = StaffSessionsQuery {
        tenant: match &view.tenant {
            Some(tenant) => Some(tenant.slug.clone()),
            None => query.tenant.clone(),
        },
        of: query.of.clone(),
        ..StaffSessionsQuery::default()
    };
    let revoke = row.may_revoke.then(|| {
        let to = href(StaffSessionsQuery {
            revoke: Some(row.id.to_string()),
            ..list.clone()
        });
        view! { <div class="acts">{link_button(Act::Danger, to, "Revoke session")}</div> }
    });
    let lead = view! {
        <span>{row.email.clone()}</span>
        " "
        {match row.standing {
            Standing::Live { .. } => status_tag(Tone::Ok, "live"),
            Standing::Over { .. } => standing(&row.standing, clock),
        }}
        " "
        {row.current.then(|| tag(Tone::Accent, "this session"))}
    };
    let title = format!("{} on {}", row.name, row.device);
    let of_staff = view.staff.is_some();
    view! {
        <nav class="crumb" aria-label="Where this is">
            <a href=href(list)>"Sessions"</a>
            {icon(Icon::ChevronRight)}
            <span>{row.name.clone()}</span>
        </nav>
        {page_head(title, lead, revoke)}
        <div class="grid md:grid-cols-2 gap-3 items-start">
            {place(view, around)}
            {clocks(view, clock)}
            {of_staff.then(|| visits(view, clock, query))}
            {of_staff.then(|| history(view, around, query))}
        </div>
    }
    .into_any()
}

fn place(view: &SessionPage, around: &Around) -> AnyView {
    let (row, clock) = (&view.row, &around.clock);
    let body = view! {
        <dl class="kv p-[14px]">
            <dt>"Person"</dt>
            <dd>{person(view, around)}</dd>
            <dt>"Device"</dt>
            <dd class="break-words" title=row.agent.clone()>
                {row.device.clone()}
            </dd>
            <dt>"Address"</dt>
            <dd class="mono">{row.address.clone()}</dd>
            {view.staff.as_ref().map(vouched)}
            <dt>"Began"</dt>
            <dd class="num">{clock.exact(row.started)}</dd>
            <dt>"Factor"</dt>
            <dd>
                {row.factor.clone()} ", proved " {clock.ago(row.factor_at)}
                {view.staff.as_ref().and_then(|facts| facts.passkey.clone()).map(|name| format!(", with {name}"))}
            </dd>
            {view.staff.as_ref().map(|facts| rotations(facts, clock))}
            {view.staff.as_ref().map(|_| narrowed(&row.narrowed))}
            <dt>"Id"</dt>
            <dd class="mono">{row.id.to_string()}</dd>
        </dl>
    };
    titled_card("place", "Where it is held", body)
}

/// What it is narrowed to.
fn narrowed(words: &[String]) -> AnyView {
    let told = match words {
        [] => "no".to_owned(),
        words => words.join(", "),
    };
    view! {
        <dt>"Narrowed"</dt>
        <dd>{told}</dd>
    }
    .into_any()
}

/// The person, leading to their own page where the reader may open it.
fn person(view: &SessionPage, around: &Around) -> AnyView {
    let opens = match view.row.holder {
        Holder::Member(_) => Action::TenantViewDirectory,
        Holder::Staff(_) => Action::StaffView,
    };
    if !around.may(opens) {
        return view.row.name.clone().into_any();
    }
    let to = match (view.row.holder, &view.tenant) {
        (Holder::Member(id), Some(tenant)) => {
            let list = UsersQuery {
                tenant: Some(tenant.slug.clone()),
                ..UsersQuery::default()
            };
            ConsolePage::User(id.to_string(), list)
        }
        (holder, _) => ConsolePage::Colleague(holder.id(), StaffQuery::default()),
    };
    view! {
        <a class="link" href=to.href()>
            {view.row.name.clone()}
        </a>
    }
    .into_any()
}

fn vouched(facts: &StaffSessionFacts) -> AnyView {
    let managed = DeviceFact::from_name(&facts.managed).unwrap_or_default();
    let network = match &facts.network {
        Some(rule) => rule.clone().into_any(),
        None => tag(Tone::Danger, "let in by no rule now"),
    };
    let provider = facts.provider.clone();
    view! {
        <dt>"Network rule"</dt>
        <dd>{network}</dd>
        <dt>"Provider"</dt>
        <dd>{provider.unwrap_or_else(|| "a provider that is no longer set up".to_owned())}</dd>
        <dt>"Managed device"</dt>
        <dd>{managed.explain()}</dd>
        <dt>"Role now"</dt>
        <dd>{facts.role.label()}</dd>
    }
    .into_any()
}

fn rotations(facts: &StaffSessionFacts, clock: &Clock) -> AnyView {
    let last = facts.rotated.map(|at| view! { ", last " {clock.ago(at)} });
    let times = match facts.rotations {
        0 => "not changed since it began".to_owned(),
        1 => "changed once".to_owned(),
        many => format!("changed {many} times"),
    };
    view! {
        <dt>"Reference"</dt>
        <dd title="Every fresh proof of a passkey gives the browser another reference, and the former one leads nowhere.">
            {times} {last}
        </dd>
    }
    .into_any()
}

fn clocks(view: &SessionPage, clock: &Clock) -> AnyView {
    let seconds = std::time::Duration::from_secs;
    let left = |at: stagedoor_core::time::Timestamp| left_words(at.since(clock.now));
    let ends = match &view.row.standing {
        Standing::Live { until, idle_until } => view! {
            <dt>"Idle in"</dt>
            <dd class="num" title=clock.exact(*idle_until)>
                {left(*idle_until)} " without activity"
            </dd>
            <dt>"Ends in"</dt>
            <dd class="num" title=clock.exact(*until)>
                {left(*until)} " at the latest"
            </dd>
        }
        .into_any(),
        Standing::Over { at, why } => view! {
            <dt>"Ended"</dt>
            <dd>{clock.ago(*at)} ": " {why.clone()}</dd>
        }
        .into_any(),
    };
    let account = view
        .staff
        .as_ref()
        .and_then(|facts| facts.account_until)
        .map(|until| {
            view! {
                <dt>"Account ends"</dt>
                <dd class="num">{clock.exact(until)}</dd>
            }
        });
    let longest = format!(
        "{}, {} idle",
        span_words(seconds(view.rule.ttl_seconds)),
        span_words(seconds(view.rule.idle_seconds))
    );
    let body = view! {
        <dl class="kv p-[14px]">
            {ends}
            <dt>"Last activity"</dt>
            <dd>{clock.ago(view.row.last_seen)}</dd>
            <dt>"Longest"</dt>
            <dd>{longest}</dd>
            {account}
        </dl>
    };
    titled_card("clocks", "Until when", body)
}

fn visits(view: &SessionPage, clock: &Clock, query: &StaffSessionsQuery) -> AnyView {
    let rows = view
        .visits
        .iter()
        .map(|visit| {
            let list = VisitsQuery {
                tenant: query.tenant.clone(),
                ..VisitsQuery::default()
            };
            let to = ConsolePage::Visit(visit.id.to_string(), list).href();
            view! {
                <li class="row">
                    <a class="link min-w-0 grow truncate" href=to>
                        {visit.tenant.name.clone()}
                    </a>
                    <span class="small muted">{clock.ago(visit.started)}</span>
                </li>
            }
        })
        .collect_view();
    let body = if view.visits.is_empty() {
        view! { <p class="p-[14px] muted">"No visit runs in it that you may know of."</p> }.into_any()
    } else {
        view! { <ul>{rows}</ul> }.into_any()
    };
    titled_card("its-visits", "Visits that run in it", body)
}

fn history(view: &SessionPage, around: &Around, query: &StaffSessionsQuery) -> AnyView {
    let log = AuditQuery {
        q: format!("session:{}", view.row.id),
        tenant: query.tenant.clone(),
        ..AuditQuery::default()
    };
    history_card("What was done in it", &view.history, log, around)
}
