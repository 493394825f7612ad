//! The Members page: who belongs to the tenant, and where they stand.

use leptos::prelude::*;
use stagedoor_core::view::Tone;
use stagedoor_core::view::directory::{MemberRow, MemberStatus};
use stagedoor_core::view::portal::{MembersView, PortalFrame};

use super::frame::clock;
use crate::routes::{MembersQuery, PortalPage, tenant};
use crate::server::Look;
use crate::ui::chip::SearchBox;
use crate::ui::{
    Clock, Icon, SearchBar, State, link_button, page_head, pager, search_bar, span, state, status_tag, who,
};

/// The page.
pub(crate) fn members_page(frame: &PortalFrame, view: &MembersView, look: &Look) -> AnyView {
    let lead = match frame.members {
        Some(1) => format!("1 person belongs to {}.", frame.tenant.name),
        Some(count) => {
            format!(
                "{} people belong to {}.",
                stagedoor_core::view::grouped(count),
                frame.tenant.name
            )
        }
        None => format!("Who belongs to {}.", frame.tenant.name),
    };
    let clock = clock(look, view.now);
    let list = if view.page.items.is_empty() {
        nobody(view)
    } else {
        table(view, &clock)
    };
    view! {
        {page_head("Members", lead, ())}
        <section class="card" aria-label="List of members">
            {bar(view)}
            {list}
            {pages(view)}
        </section>
    }
    .into_any()
}

fn bar(view: &MembersView) -> AnyView {
    let clear = (!view.query.is_empty()).then(|| {
        view! {
            <a class="btn ghost sm" href=PortalPage::Members(MembersQuery::default()).href()>
                "Clear"
            </a>
        }
        .into_any()
    });
    let bar = SearchBar {
        search: SearchBox {
            action: tenant::MEMBERS,
            label: "Search members",
            placeholder: "Name, address or role:admin",
            query: view.query.clone(),
            ..SearchBox::default()
        },
        error: None,
        beside: clear,
        found: span(
            view.first,
            view.page.items.len(),
            view.matching,
            &format!("0 of {}", view.matching),
        ),
        end: None,
    };
    search_bar(bar, &[], &|_| tenant::MEMBERS.to_owned())
}

fn table(view: &MembersView, clock: &Clock) -> AnyView {
    let rows = view
        .page
        .items
        .iter()
        .map(|member| row(member, clock))
        .collect_view();
    view! {
        <table aria-label="Members">
            <thead>
                <tr>
                    <th scope="col">"Member"</th>
                    <th scope="col">"Role"</th>
                    <th scope="col">"Last seen"</th>
                    <th scope="col">"Status"</th>
                    <th scope="col">"Factors"</th>
                </tr>
            </thead>
            <tbody>{rows}</tbody>
        </table>
    }
    .into_any()
}

fn row(member: &MemberRow, clock: &Clock) -> impl IntoView + use<> {
    // The role of an ended membership is not shown (spec 04).
    let role = member.role.map_or("none", |role| role.label());
    let seen = match member.last_seen {
        Some(at) => clock.ago(at).into_any(),
        None => view! { <span class="faint">"never"</span> }.into_any(),
    };
    view! {
        <tr>
            <td>{who(&member.name, &member.email)}</td>
            <td class=if member.role.is_some() { "" } else { "faint" }>{role}</td>
            <td class="muted">{seen}</td>
            <td>{status_tag(tone(member.status), member.status.as_str())}</td>
            <td class="muted">{member.factors.clone()}</td>
        </tr>
    }
}

const fn tone(status: MemberStatus) -> Tone {
    match status {
        MemberStatus::Active => Tone::Ok,
        MemberStatus::Idle => Tone::Warn,
        MemberStatus::Suspended | MemberStatus::Revoked => Tone::Danger,
    }
}

fn nobody(view: &MembersView) -> AnyView {
    let all = PortalPage::Members(MembersQuery::default()).href();
    if view.query.is_empty() {
        let shown = State {
            icon: Icon::Users,
            title: "No members yet".to_owned(),
            text: "People appear here when they accept their invitation.".to_owned(),
        };
        return state(shown, ()).into_any();
    }
    let shown = State {
        icon: Icon::Search,
        title: "Nobody matches".to_owned(),
        text: format!(
            "No member matches “{}”. Names and addresses are matched from their beginning.",
            view.query
        ),
    };
    state(shown, link_button(crate::ui::Act::Plain, all, "Show all members")).into_any()
}

fn pages(view: &MembersView) -> impl IntoView + use<> {
    let at = |cursor: Option<String>| {
        PortalPage::Members(MembersQuery {
            q: view.query.clone(),
            cursor,
        })
        .href()
    };
    let first = (view.first > 1).then(|| at(None));
    let next = view.page.next.clone().map(|cursor| at(Some(cursor)));
    pager(first, next, "Next members")
}
