//! The Sessions page: where people are signed in on this host, and the way to end it.

use leptos::prelude::*;
use stagedoor_core::view::Tone;
use stagedoor_core::view::portal::{PortalFrame, SessionLine, SessionsView};

use super::frame::clock;
use crate::routes::{PortalPage, SessionsQuery, tenant};
use crate::server::Look;
use crate::ui::{Act, Clock, Icon, State, link_button, page_head, pager, post_button, state, tag, who};

/// The page.
pub(crate) fn sessions_page(
    frame: &PortalFrame,
    view: &SessionsView,
    query: &SessionsQuery,
    look: &Look,
) -> AnyView {
    let back = PortalPage::Sessions(query.clone()).href();
    let clock = clock(look, view.now);
    let list = if view.page.items.is_empty() {
        nothing(view)
    } else {
        table(view, &clock, &back)
    };
    view! {
        {page_head("Sessions", lead(frame, view), acts(view, &back))}
        <section class="card" aria-label="Running sessions">
            {list}
            {pages(view, query)}
        </section>
    }
    .into_any()
}

fn lead(frame: &PortalFrame, view: &SessionsView) -> String {
    let tenant = &frame.tenant.name;
    match (&view.of, view.everybody) {
        (Some(person), _) => format!("Where {} is signed in to {tenant}.", person.name),
        (None, true) => format!("Where people are signed in to {tenant}, the latest active first."),
        (None, false) => format!("Where you are signed in to {tenant}."),
    }
}

/// What can be done with all of one person's.
fn acts(view: &SessionsView, back: &str) -> AnyView {
    let all = view.everybody.then_some(()).is_none() && view.of.is_some();
    let everybodys = all.then(|| {
        let href = PortalPage::Sessions(SessionsQuery::default()).href();
        link_button(Act::Plain, href, "Everybody's sessions")
    });
    let end = view
        .may_end_all_of
        .filter(|_| !view.page.items.is_empty())
        .map(|person| {
            let text = if view.of.is_some() {
                "End all their sessions"
            } else {
                "End all my sessions"
            };
            let hidden = vec![("user_id", person.to_string()), ("back", back.to_owned())];
            post_button(
                Act::Danger,
                tenant::REVOKE_SESSIONS,
                hidden,
                (text, None),
                Some(Icon::SignOut),
            )
        });
    view! {
        {everybodys}
        {end}
    }
    .into_any()
}

fn table(view: &SessionsView, clock: &Clock, back: &str) -> AnyView {
    let rows = view
        .page
        .items
        .iter()
        .map(|session| row(session, view, clock, back))
        .collect_view();
    view! {
        <table aria-label="Sessions">
            <thead>
                <tr>
                    <th scope="col">"Person"</th>
                    <th scope="col">"Device"</th>
                    <th scope="col">"Address"</th>
                    <th scope="col">"Signed in with"</th>
                    <th scope="col">"Started"</th>
                    <th scope="col">"Last active"</th>
                    <th scope="col">
                        <span class="sr-only">"End"</span>
                    </th>
                </tr>
            </thead>
            <tbody>{rows}</tbody>
        </table>
    }
    .into_any()
}

fn row(session: &SessionLine, view: &SessionsView, clock: &Clock, back: &str) -> AnyView {
    let person = who(&session.name, &session.email);
    let person = if view.everybody {
        let query = SessionsQuery {
            user: Some(session.person.to_string()),
            cursor: None,
        };
        let title = format!("All sessions of {}", session.name);
        view! {
            <a href=PortalPage::Sessions(query).href() title=title>
                {person}
            </a>
        }
        .into_any()
    } else {
        person
    };
    let current = session.current.then(|| tag(Tone::Accent, "this session"));
    view! {
        <tr>
            <td>{person}</td>
            <td>{session.device.clone()} " " {current}</td>
            <td class="mono">{session.address.clone()}</td>
            <td class="muted">{session.factor.clone()}</td>
            <td class="muted">{clock.ago(session.started)}</td>
            <td class="muted">{clock.ago(session.last_seen)}</td>
            <td class="r stays">{end(session, back)}</td>
        </tr>
    }
    .into_any()
}

fn end(session: &SessionLine, back: &str) -> Option<AnyView> {
    session.may_end.then(|| {
        let label = format!("End the session of {} on {}", session.name, session.device);
        let hidden = vec![("session_id", session.id.to_string()), ("back", back.to_owned())];
        post_button(
            Act::SmallDanger,
            tenant::REVOKE_SESSION,
            hidden,
            ("End", Some(label)),
            None,
        )
    })
}

fn nothing(view: &SessionsView) -> AnyView {
    let text = match &view.of {
        Some(person) => format!("{} is not signed in anywhere.", person.name),
        None => "Nobody is signed in just now.".to_owned(),
    };
    let shown = State {
        icon: Icon::Devices,
        title: "No session runs".to_owned(),
        text,
    };
    state(shown, ()).into_any()
}

fn pages(view: &SessionsView, query: &SessionsQuery) -> impl IntoView + use<> {
    let at = |cursor| {
        PortalPage::Sessions(SessionsQuery {
            user: query.user.clone(),
            cursor,
        })
        .href()
    };
    let first = query.cursor.is_some().then(|| at(None));
    let next = view.page.next.clone().map(|cursor| at(Some(cursor)));
    pager(first, next, "Next 50")
}
