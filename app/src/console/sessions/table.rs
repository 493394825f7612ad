//! The sessions, one a row, with the clocks that end each. A row offers to revoke only what the service says may be
//! revoked.

use leptos::prelude::*;
use stagedoor_core::action::Action;
use stagedoor_core::view::Tone;
use stagedoor_core::view::session::{Holder, SessionRow, SessionsView, Standing};

use super::href;
use crate::layout::Around;
use crate::routes::{AuditQuery, ConsolePage, StaffSessionsQuery, UsersQuery};
use crate::ui::time::{left_words, span_words};
use crate::ui::{Act, Clock, status_tag, tag, who};

pub(super) fn table(view: &SessionsView, around: &Around, query: &StaffSessionsQuery) -> AnyView {
    let revokes = view.page.items.iter().any(|row| row.may_revoke);
    let rows = view
        .page
        .items
        .iter()
        .map(|session| row(session, view, around, query, revokes))
        .collect_view();
    let acts = revokes.then(|| {
        view! {
            <th scope="col" class="fit">
                <span class="sr-only">"Actions"</span>
            </th>
        }
    });
    view! {
        <table aria-label="Sessions">
            <thead>
                <tr>
                    <th scope="col">"Person"</th>
                    <th scope="col">"Device"</th>
                    <th scope="col">"Address"</th>
                    <th scope="col">"Factor"</th>
                    <th scope="col">"Started"</th>
                    <th scope="col">"State"</th>
                    {acts}
                </tr>
            </thead>
            <tbody>{rows}</tbody>
        </table>
    }
    .into_any()
}

fn row(
    session: &SessionRow,
    view: &SessionsView,
    around: &Around,
    query: &StaffSessionsQuery,
    revokes: bool,
) -> AnyView {
    let clock = &around.clock;
    let visits = (session.visits > 0).then(|| {
        let words = match session.visits {
            1 => "1 visit".to_owned(),
            many => format!("{many} visits"),
        };
        tag(Tone::Warn, words)
    });
    let narrowed = (!session.narrowed.is_empty()).then(|| tag(Tone::Warn, session.narrowed.join(", ")));
    let current = session.current.then(|| tag(Tone::Accent, "this session"));
    let age = span_words(clock.now.since(session.factor_at));
    let factor = format!("{}, {age} old", session.factor);
    let proved = clock.exact(session.factor_at);
    let own = ConsolePage::Session(
        session.id.to_string(),
        StaffSessionsQuery {
            tenant: query.tenant.clone(),
            of: query.of.clone(),
            ..StaffSessionsQuery::default()
        },
    )
    .href();
    let acts = revokes.then(|| view! { <td class="r">{acts(session, query)}</td> });
    view! {
        <tr data-row="" tabindex="-1">
            <td class="max-w-[270px]" title=session.email.clone()>{person(session, (view, around), query, &own)}</td>
            <td class="wrap">
                <span class="inline-flex flex-wrap items-center gap-2" title=session.agent.clone()>
                    <a class="link whitespace-nowrap" href=own>
                        {session.device.clone()}
                    </a>
                    {current}
                    {visits} {narrowed}
                </span>
            </td>
            <td class="mono muted">{session.address.clone()}</td>
            <td class="muted" title=proved>
                {factor}
            </td>
            <td class="muted">{clock.ago(session.started)}</td>
            <td>{standing(&session.standing, clock)}</td>
            {acts}
        </tr>
    }
    .into_any()
}

/// The person, leading to what else is known of them: their own page, or the log of what they did, or the session's `own` page for
/// who may not read that.
fn person(
    session: &SessionRow,
    (view, around): (&SessionsView, &Around),
    query: &StaffSessionsQuery,
    own: &str,
) -> AnyView {
    let shown = who(&session.name, &session.email);
    let (href, title) = match session.holder {
        Holder::Member(id) => {
            let list = UsersQuery {
                tenant: view.tenant.as_ref().map(|tenant| tenant.slug.clone()),
                ..UsersQuery::default()
            };
            let title = format!("What is known of {}", session.name);
            (ConsolePage::User(id.to_string(), list).href(), title)
        }
        Holder::Staff(_) if !around.may(Action::AuditReadTenant) => {
            (own.to_owned(), format!("This session of {}", session.name))
        }
        Holder::Staff(_) => {
            let log = AuditQuery {
                q: format!("session:{}", session.id),
                tenant: query.tenant.clone(),
                ..AuditQuery::default()
            };
            let title = format!("What {} did in this session", session.name);
            (ConsolePage::Audit(log).href(), title)
        }
    };
    view! {
        <a href=href title=title data-open="">
            {shown}
        </a>
    }
    .into_any()
}

/// Where it stands: which clock ends it first, or when and why it ended.
pub(crate) fn standing(standing: &Standing, clock: &Clock) -> AnyView {
    match standing {
        Standing::Live { until, idle_until } => {
            let left = |at| left_words(at_most(clock, at));
            let idle = format!("idle in {} ", left(*idle_until));
            let ends = format!("ends in {}", left(*until));
            let exact = format!(
                "Idle at {} unless it is used; ends at {} at the latest",
                clock.hm(*idle_until),
                clock.exact(*until)
            );
            view! {
                <span class="inline-flex items-center gap-2">
                    {status_tag(Tone::Ok, "live")}
                    <span class="small muted num grid" title=exact>
                        <span>{idle}</span>
                        <span>{ends}</span>
                    </span>
                </span>
            }
            .into_any()
        }
        Standing::Over { at, why } => view! {
            <span class="inline-flex items-center gap-2">
                {status_tag(Tone::Neutral, "ended")}
                <span class="small muted">{clock.ago(*at)} ", " {why.clone()}</span>
            </span>
        }
        .into_any(),
    }
}

fn at_most(clock: &Clock, at: stagedoor_core::time::Timestamp) -> std::time::Duration {
    at.since(clock.now)
}

fn acts(session: &SessionRow, query: &StaffSessionsQuery) -> Option<AnyView> {
    session.may_revoke.then(|| {
        let one = href(StaffSessionsQuery {
            revoke: Some(session.id.to_string()),
            ..query.clone()
        });
        let label = format!("Revoke the session of {} on {}", session.name, session.device);
        view! {
            <a class=Act::SmallDanger.class() href=one aria-label=label>
                "Revoke"
            </a>
        }
        .into_any()
    })
}
