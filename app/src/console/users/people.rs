//! The people: search, filters, columns, the table and its pager.

use leptos::prelude::*;
use stagedoor_core::view::Tone;
use stagedoor_core::view::directory::{DirectorySort, MemberRow, MemberStatus, RiskLevel, UsersView};

use super::chosen::{chosen_bar, pick, pick_all};
use super::href;
use crate::layout::{Around, columns_of};
use crate::routes::columns::{Column, Shown, UserColumn};
use crate::routes::{ConsolePage, UsersQuery, staff};
use crate::ui::button::{Hidden, hidden_fields};
use crate::ui::chip::SearchBox;
use crate::ui::table::Sorted;
use crate::ui::{Icon, SearchBar, icon, no_rows, pager, search_bar, sort_header, span, status_tag, tag, who};

/// The form that the row buttons belong to: it carries the list's state.
const ROW_FORM: &str = "impersonate-one";

/// Draws the card.
pub(super) fn people_card(
    view: &UsersView,
    around: &Around,
    query: &UsersQuery,
    columns: &Shown<UserColumn>,
    impersonates: bool,
) -> AnyView {
    let list = if view.page.items.is_empty() {
        nobody(view, query).into_any()
    } else {
        table(view, around, query, columns, impersonates).into_any()
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
            {bar(view, query, columns)}
            {list}
            {pager(first, next, "Next 50")}
        </section>
        {chosen_bar(view, &listing(query))}
        {impersonates.then(|| row_form(query))}
    }
    .into_any()
}

/// The list without a dialog.
pub(super) fn listing(query: &UsersQuery) -> UsersQuery {
    UsersQuery {
        impersonate: None,
        ..query.clone()
    }
}

fn bar(view: &UsersView, query: &UsersQuery, columns: &Shown<UserColumn>) -> AnyView {
    let bar = SearchBar {
        search: SearchBox {
            action: staff::USERS,
            label: "Search users",
            placeholder: "Name, e-mail, role:admin, status:active",
            query: view.query.clone(),
            keep: kept(query),
            error_id: None,
        },
        error: view.query_error.clone(),
        beside: None,
        found: span(view.first, view.page.items.len(), view.matching, "0 people"),
        end: Some(columns_of(columns, &href(listing(query)))),
    };
    search_bar(bar, &view.chips, &|q| {
        href(UsersQuery {
            q: q.to_owned(),
            cursor: None,
            ..listing(query)
        })
    })
}

/// The state of the list that another search keeps.
fn kept(query: &UsersQuery) -> Vec<Hidden> {
    vec![
        ("tenant", query.tenant.clone().unwrap_or_default()),
        (
            "sort",
            query
                .sort
                .map(DirectorySort::as_str)
                .unwrap_or_default()
                .to_owned(),
        ),
        ("cols", query.cols.as_ref().map(Shown::text).unwrap_or_default()),
    ]
}

fn nobody(view: &UsersView, query: &UsersQuery) -> AnyView {
    let words = if view.query.is_empty() {
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
    let all = UsersQuery {
        tenant: query.tenant.clone(),
        sort: query.sort,
        cols: query.cols.clone(),
        ..UsersQuery::default()
    };
    no_rows(Icon::Users, words, (!view.query.is_empty()).then(|| href(all)))
}

fn table(
    view: &UsersView,
    around: &Around,
    query: &UsersQuery,
    columns: &Shown<UserColumn>,
    impersonates: bool,
) -> AnyView {
    let sorted = |label, sort, direction| {
        let sorted = if view.sort == sort { direction } else { Sorted::No };
        let target = UsersQuery {
            sort: Some(sort),
            cursor: None,
            ..listing(query)
        };
        sort_header(label, href(target), sorted)
    };
    let heads = columns
        .iter()
        .map(|column| match column {
            UserColumn::Role => sorted(column.label(), DirectorySort::Role, Sorted::Descending),
            UserColumn::Seen => sorted(column.label(), DirectorySort::LastSeen, Sorted::Descending),
            _ => view! { <th scope="col">{column.label()}</th> }.into_any(),
        })
        .collect_view();
    let rows = view
        .page
        .items
        .iter()
        .map(|person| row(person, around, query, columns, impersonates))
        .collect_view();
    view! {
        <div class="wide">
            <table aria-label="Users">
                <thead>
                    <tr>
                        <th scope="col" class="fit pick">{pick_all()}</th>
                        {sorted(UserColumn::FIRST.1, DirectorySort::Name, Sorted::Ascending)}
                        {heads}
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
        </div>
    }
    .into_any()
}

fn row(
    person: &MemberRow,
    around: &Around,
    query: &UsersQuery,
    columns: &Shown<UserColumn>,
    impersonates: bool,
) -> AnyView {
    let own = ConsolePage::User(person.id.to_string(), listing(query)).href();
    let act = impersonates
        .then(|| view! { <td class="r">{impersonable(person).then(|| impersonate(person))}</td> });
    let cells = columns
        .iter()
        .map(|column| cell(column, person, around))
        .collect_view();
    view! {
        <tr data-row="" tabindex="-1">
            <td class="fit pick">{pick(person)}</td>
            <td>
                <a href=own data-open="">
                    {who(&person.name, &person.email)}
                </a>
            </td>
            {cells}
            {act}
        </tr>
    }
    .into_any()
}

fn cell(column: UserColumn, person: &MemberRow, around: &Around) -> AnyView {
    match column {
        UserColumn::Role => {
            let role = person.role.map_or("—", |role| role.label());
            view! { <td class="muted">{role}</td> }.into_any()
        }
        UserColumn::Seen => {
            let seen = match person.last_seen {
                Some(at) => around.clock.ago(at).into_any(),
                None => view! { <span class="faint">"never"</span> }.into_any(),
            };
            view! { <td class="muted">{seen}</td> }.into_any()
        }
        UserColumn::Status => view! { <td>{status(person.status)}</td> }.into_any(),
        UserColumn::Factors => view! { <td class="small muted">{person.factors.clone()}</td> }.into_any(),
        UserColumn::Risk => view! { <td>{risk(person.risk)}</td> }.into_any(),
        UserColumn::Id => view! { <td class="mono muted">{person.id.to_string()}</td> }.into_any(),
    }
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
    let mut keep = kept(query);
    keep.push(("q", query.q.clone()));
    keep.push(("cursor", query.cursor.clone().unwrap_or_default()));
    view! {
        <form id=ROW_FORM method="get" action=staff::USERS hidden>
            {hidden_fields(keep)}
        </form>
    }
    .into_any()
}

pub(super) fn status(status: MemberStatus) -> AnyView {
    let tone = match status {
        MemberStatus::Active => Tone::Ok,
        MemberStatus::Idle => Tone::Warn,
        MemberStatus::Suspended => Tone::Neutral,
        MemberStatus::Revoked => Tone::Danger,
    };
    status_tag(tone, status.as_str())
}

pub(super) fn risk(risk: RiskLevel) -> AnyView {
    match risk {
        RiskLevel::Low => view! { <span class="small muted">{risk.as_str()}</span> }.into_any(),
        RiskLevel::Elevated => tag(Tone::Warn, risk.as_str()).into_any(),
    }
}
