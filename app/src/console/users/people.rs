//! The people: search, filters, the table and its pager.

use leptos::prelude::*;
use stagedoor_core::view::directory::{DirectorySort, MemberRow, MemberStatus, RiskLevel, UsersView};
use stagedoor_core::view::{Tone, grouped};

use super::href;
use crate::layout::Around;
use crate::routes::{UsersQuery, staff};
use crate::ui::button::hidden_fields;
use crate::ui::chip::SearchBox;
use crate::ui::table::Sorted;
use crate::ui::{
    Act, Icon, State, chip, icon, link_button, pager, search_box, sort_header, state, status_tag, tag, who,
};

/// The form that the row buttons belong to: it carries the list's state.
const ROW_FORM: &str = "impersonate-one";
const QUERY_ERROR: &str = "query-error";

/// Draws the card.
pub(super) fn people_card(
    view: &UsersView,
    around: &Around,
    query: &UsersQuery,
    impersonates: bool,
) -> AnyView {
    let error = view.query_error.clone().map(|text| {
        view! {
            <p class="err px-3 py-2" id=QUERY_ERROR role="alert">
                {text}
            </p>
        }
    });
    let list = if view.page.items.is_empty() {
        nobody(view, query).into_any()
    } else {
        table(view, around, query, impersonates).into_any()
    };
    let first = query.cursor.is_some().then(|| {
        href(UsersQuery {
            cursor: None,
            ..listing(query)
        })
    });
    let next = view.page.next.clone().map(|next| {
        href(UsersQuery {
            cursor: Some(next),
            ..listing(query)
        })
    });
    view! {
        <section class="card" aria-label="People">
            {bar(view, query)}
            {error}
            {list}
            {pager(first, next, "Next 50")}
        </section>
        {impersonates.then(|| row_form(query))}
    }
    .into_any()
}

/// The list without a dialog.
fn listing(query: &UsersQuery) -> UsersQuery {
    UsersQuery {
        impersonate: None,
        ..query.clone()
    }
}

fn bar(view: &UsersView, query: &UsersQuery) -> AnyView {
    let search = SearchBox {
        action: staff::USERS,
        label: "Search users",
        placeholder: "Name, e-mail, role:admin, status:active",
        query: view.query.clone(),
        keep: vec![
            ("tenant", query.tenant.clone().unwrap_or_default()),
            (
                "sort",
                query
                    .sort
                    .map(DirectorySort::as_str)
                    .unwrap_or_default()
                    .to_owned(),
            ),
        ],
        error_id: view.query_error.is_some().then_some(QUERY_ERROR),
    };
    let chips = view
        .chips
        .iter()
        .map(|filter| {
            let without = UsersQuery {
                q: filter.without.clone(),
                cursor: None,
                ..listing(query)
            };
            chip(&filter.label, href(without))
        })
        .collect_view();
    view! {
        <div class="bar flex-wrap">
            {search_box(search)}
            {chips}
            <span class="spacer"></span>
            <span class="small muted num">{span(view)}</span>
        </div>
    }
    .into_any()
}

/// `1–50 of 142`.
fn span(view: &UsersView) -> String {
    let rows = view.page.items.len() as u64;
    match rows {
        0 => "0 people".to_owned(),
        _ => format!(
            "{}–{} of {}",
            grouped(view.first),
            grouped(view.first + rows - 1),
            view.matching
        ),
    }
}

fn nobody(view: &UsersView, query: &UsersQuery) -> AnyView {
    let (title, text) = if view.query.is_empty() {
        (
            "Nobody here yet",
            "This tenant has no people. They appear when its owner invites them.",
        )
    } else {
        (
            "Nobody matches",
            "No one in this tenant fits the search and its filters.",
        )
    };
    let clear = (!view.query.is_empty()).then(|| {
        let all = UsersQuery {
            tenant: query.tenant.clone(),
            sort: query.sort,
            ..UsersQuery::default()
        };
        link_button(Act::Plain, href(all), "Clear the search")
    });
    state(
        State {
            icon: Icon::Users,
            title: title.to_owned(),
            text: text.to_owned(),
        },
        clear,
    )
}

fn table(view: &UsersView, around: &Around, query: &UsersQuery, impersonates: bool) -> AnyView {
    let head = |label, sort, direction| {
        let sorted = if view.sort == sort { direction } else { Sorted::No };
        let target = UsersQuery {
            sort: Some(sort),
            cursor: None,
            ..listing(query)
        };
        sort_header(label, href(target), sorted)
    };
    let rows = view
        .page
        .items
        .iter()
        .map(|person| row(person, around, impersonates))
        .collect_view();
    view! {
        <table aria-label="Users">
            <thead>
                <tr>
                    {head("User", DirectorySort::Name, Sorted::Ascending)}
                    {head("Role", DirectorySort::Role, Sorted::Descending)}
                    {head("Last seen", DirectorySort::LastSeen, Sorted::Descending)} <th scope="col">"Status"</th>
                    <th scope="col">"Factors"</th>
                    <th scope="col">"Risk"</th>
                    {impersonates
                        .then(|| {
                            view! {
                                <th scope="col" class="fit">
                                    <span class="sr-only">"Actions"</span>
                                </th>
                            }
                        })}
                </tr>
            </thead>
            <tbody>{rows}</tbody>
        </table>
    }
    .into_any()
}

fn row(person: &MemberRow, around: &Around, impersonates: bool) -> AnyView {
    let role = person.role.map_or("—", |role| role.label());
    let seen = match person.last_seen {
        Some(at) => around.clock.ago(at).into_any(),
        None => view! { <span class="faint">"never"</span> }.into_any(),
    };
    let act = impersonates
        .then(|| view! { <td class="r">{impersonable(person).then(|| impersonate(person))}</td> });
    view! {
        <tr>
            <td>{who(&person.name, &person.email)}</td>
            <td class="muted">{role}</td>
            <td class="muted">{seen}</td>
            <td>{status(person.status)}</td>
            <td class="small muted">{person.factors.clone()}</td>
            <td>{risk(person.risk)}</td>
            {act}
        </tr>
    }
    .into_any()
}

/// Only active memberships can be acted as.
fn impersonable(person: &MemberRow) -> bool {
    person.role.is_some() && matches!(person.status, MemberStatus::Active | MemberStatus::Idle)
}

fn impersonate(person: &MemberRow) -> AnyView {
    let title = format!("Impersonate {}", person.name);
    view! {
        <button class="btn sm on-hover" form=ROW_FORM name="impersonate" value=person.id.to_string() title=title>
            {icon(Icon::Mask)}
            <span>"Impersonate"</span>
        </button>
    }
    .into_any()
}

/// One form for all rows: opening a dialog is a look, so it goes by GET and keeps the list as it is.
fn row_form(query: &UsersQuery) -> AnyView {
    let keep = vec![
        ("tenant", query.tenant.clone().unwrap_or_default()),
        ("q", query.q.clone()),
        (
            "sort",
            query
                .sort
                .map(DirectorySort::as_str)
                .unwrap_or_default()
                .to_owned(),
        ),
        ("cursor", query.cursor.clone().unwrap_or_default()),
    ];
    view! {
        <form id=ROW_FORM method="get" action=staff::USERS hidden>
            {hidden_fields(keep)}
        </form>
    }
    .into_any()
}

fn status(status: MemberStatus) -> AnyView {
    let tone = match status {
        MemberStatus::Active => Tone::Ok,
        MemberStatus::Idle => Tone::Warn,
        MemberStatus::Suspended => Tone::Neutral,
        MemberStatus::Revoked => Tone::Danger,
    };
    status_tag(tone, status.as_str())
}

fn risk(risk: RiskLevel) -> AnyView {
    match risk {
        RiskLevel::Low => view! { <span class="small muted">{risk.as_str()}</span> }.into_any(),
        RiskLevel::Elevated => tag(Tone::Warn, risk.as_str()).into_any(),
    }
}
