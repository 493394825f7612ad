//! Staff: who there is, with which role, where, and until when; one person's own page; and the dialogs that change them.

mod contact;
mod dialog;
mod one;
#[cfg(test)]
mod tests;

use leptos::prelude::*;
use stagedoor_core::action::Action;
use stagedoor_core::view::Tone;
use stagedoor_core::view::frame::Flash;
use stagedoor_core::view::staff::{ScopeLine, StaffListView, StaffRow};
use stagedoor_service::StaffOp;
use stagedoor_service::staff::{self as service, StaffRequest};

use super::Content;
use super::refused::unless_refused;
use crate::error::AppError;
use crate::layout::Around;
use crate::routes::{ConsolePage, StaffQuery, staff};
use crate::ui::chip::SearchBox;
use crate::ui::{
    Act, Clock, Icon, SearchBar, add_filter, avatar, icon, link_button, no_rows, page_head, pager,
    search_bar, span, status_tag, tag,
};

pub(crate) use one::{TOKEN, load_one};

/// Filters that are asked for often.
const QUICK: [(&str, &str); 5] = [
    ("Super admins", "role:super_admin"),
    ("Not enrolled", "state:invited,claimed"),
    ("In use", "state:active"),
    ("Temporary", "account:temporary"),
    ("Deactivated", "state:deactivated"),
];

/// Loads the page.
pub(crate) async fn load(
    op: &StaffOp,
    flash: Option<&Flash>,
    around: &Around,
    query: &StaffQuery,
) -> Result<Content, AppError> {
    let request = StaffRequest {
        q: query.q.clone(),
        cursor: query.cursor.clone(),
        limit: None,
    };
    let view = service::view(op, &request)
        .await
        .map_err(|error| AppError::from(op.public(&error)))?;
    let asks = query.act.as_deref() == Some("invite");
    let closed = href(StaffQuery {
        act: None,
        ..query.clone()
    });
    Ok(Content {
        title: "Staff".to_owned(),
        main: staff_page(&view, around, query),
        dialog: asks
            .then(|| {
                unless_refused(around, Action::PlatformManageStaff, closed, |closed| {
                    Some(dialog::invite(
                        &view.sub_roles,
                        flash,
                        &around.clock,
                        (&around.back, closed),
                    ))
                })
            })
            .flatten(),
    })
}

fn href(query: StaffQuery) -> String {
    ConsolePage::Staff(query).href()
}

/// Draws the page.
#[must_use]
pub fn staff_page(view: &StaffListView, around: &Around, query: &StaffQuery) -> AnyView {
    let turn = |cursor: Option<String>| {
        href(StaffQuery {
            cursor,
            act: None,
            ..query.clone()
        })
    };
    let first = query.cursor.is_some().then(|| turn(None));
    let next = view.page.next.clone().map(|next| turn(Some(next)));
    let list = if view.page.items.is_empty() {
        nothing(view, query)
    } else {
        table(view, around, query)
    };
    let invite = view.may_manage.then(|| {
        let dialog = StaffQuery {
            act: Some("invite".to_owned()),
            ..query.clone()
        };
        let button = link_button(Act::Primary, href(dialog), "Invite");
        view! { <div class="acts">{button}</div> }
    });
    view! {
        {page_head("Staff", "Who runs this installation, and what each of them may do.", invite)}
        {view.warning.clone().map(warning)}
        <section class="card" aria-label="Staff">
            {bar(view, query)}
            {list}
            {pager(first, next, "Next 50")}
        </section>
    }
    .into_any()
}

fn warning(words: String) -> AnyView {
    view! {
        <div class="note warn mb-4" role="status">
            {icon(Icon::Warning)}
            <p>{words}</p>
        </div>
    }
    .into_any()
}

fn bar(view: &StaffListView, query: &StaffQuery) -> AnyView {
    let with = |q: &str| {
        href(StaffQuery {
            q: q.to_owned(),
            cursor: None,
            act: None,
            ..query.clone()
        })
    };
    let search = SearchBar {
        search: SearchBox {
            action: staff::STAFF,
            label: "Search staff",
            placeholder: "name, address or id, role:support",
            query: view.query.clone(),
            keep: vec![("tenant", query.tenant.clone().unwrap_or_default())],
            error_id: None,
        },
        error: view.query_error.clone(),
        beside: Some(add_filter(&QUICK, &query.q, &with)),
        found: span(view.first, view.page.items.len(), view.matching, "0 people"),
        end: None,
    };
    search_bar(search, &view.chips, &with)
}

fn table(view: &StaffListView, around: &Around, query: &StaffQuery) -> AnyView {
    let rows = view
        .page
        .items
        .iter()
        .map(|person| row(person, &around.clock, query))
        .collect_view();
    view! {
        <table aria-label="Staff">
            <thead>
                <tr>
                    <th scope="col">"Person"</th>
                    <th scope="col">"Role"</th>
                    <th scope="col">"Tenants"</th>
                    <th scope="col">"State"</th>
                    <th scope="col">"Factors"</th>
                    <th scope="col">"Last sign-in"</th>
                    <th scope="col">"Temporary until"</th>
                </tr>
            </thead>
            <tbody>{rows}</tbody>
        </table>
    }
    .into_any()
}

fn row(person: &StaffRow, clock: &Clock, query: &StaffQuery) -> AnyView {
    let own = ConsolePage::Colleague(
        person.id.to_string(),
        StaffQuery {
            tenant: query.tenant.clone(),
            ..StaffQuery::default()
        },
    );
    let (name, email) = (person.name.clone(), person.email.clone());
    let you = person.own.then(|| view! { " " {tag(Tone::Accent, "you")} });
    view! {
        <tr data-row="" tabindex="-1">
            <td>
                <a class="who" href=own.href() data-open="">
                    {avatar(&person.name)}
                    <div class="min-w-0">
                        <b>{name}</b>
                        {you}
                        " "
                        <span class="muted">{email}</span>
                    </div>
                </a>
            </td>
            <td>{role(person)} {term(person.role_term.as_ref().map(|term| term.until), clock)}</td>
            <td class="muted">
                {scope(&person.scope, person.is_deactivated())}
                {term(person.scope_term.as_ref().map(|term| term.until), clock)}
            </td>
            <td>{standing(person)}</td>
            <td class="muted">{factors(person.passkeys)}</td>
            <td class="muted">{when(person.signed_in, clock)}</td>
            <td class="muted">{until(person, clock)}</td>
        </tr>
    }
    .into_any()
}

/// The role; of who is deactivated, the one they had.
pub(super) fn role(person: &StaffRow) -> AnyView {
    if person.is_deactivated() {
        let was = format!("was {}", person.role.label());
        view! { <span class="faint">{was}</span> }.into_any()
    } else {
        let lost = (!person.sub_role_known).then(|| tag(Tone::Danger, "not configured"));
        let sub_role = person.sub_role.clone().map(|name| {
            view! {
                " "
                <span class="small muted">{name}</span>
                " "
                {lost}
            }
        });
        view! {
            {person.role.label()}
            {sub_role}
        }
        .into_any()
    }
}

/// Until when something is given, where not for good.
pub(super) fn term(until: Option<stagedoor_core::time::Timestamp>, clock: &Clock) -> Option<AnyView> {
    let until = until?;
    let words = format!("until {}", clock.day_hm(until));
    Some(
        view! {
            " "
            <time class="small faint num" datetime=until.rfc3339() title=clock.exact(until)>
                {words}
            </time>
        }
        .into_any(),
    )
}

/// Which tenants somebody reaches, in words.
pub(super) fn scope(line: &ScopeLine, deactivated: bool) -> AnyView {
    match deactivated {
        true => view! { <span class="faint">"none"</span> }.into_any(),
        false => scope_words(line).into_any(),
    }
}

pub(super) fn scope_words(line: &ScopeLine) -> String {
    match line {
        ScopeLine::All => "all".to_owned(),
        ScopeLine::Only { known, hidden } => {
            let names: Vec<&str> = known.iter().map(|tenant| tenant.name.as_str()).collect();
            let mut words = names.join(", ");
            if *hidden > 0 {
                words = match names.is_empty() {
                    true => format!("{hidden} that you may not know of"),
                    false => format!("{words} and {hidden} more"),
                };
            }
            if words.is_empty() {
                "none".clone_into(&mut words);
            }
            words
        }
    }
}

/// Where the account is in its life, as a tag; and whether its responsibilities are still to be acknowledged.
pub(super) fn standing(person: &StaffRow) -> AnyView {
    let owes = person
        .owes_duties
        .then(|| view! { " " {tag(Tone::Warn, "responsibilities open")} });
    view! {
        {life(person)}
        {owes}
    }
    .into_any()
}

fn life(person: &StaffRow) -> AnyView {
    match person.state.as_str() {
        "active" => status_tag(Tone::Ok, "active"),
        "claimed" => status_tag(Tone::Warn, "passkey pending"),
        "invited" if person.token_until.is_some() => status_tag(Tone::Warn, "invited"),
        "invited" => status_tag(Tone::Warn, "token expired"),
        _ => status_tag(Tone::Neutral, "deactivated"),
    }
}

fn factors(passkeys: u64) -> AnyView {
    match passkeys {
        0 => view! { <span class="faint">"none"</span> }.into_any(),
        1 => "1 passkey".into_any(),
        many => format!("{many} passkeys").into_any(),
    }
}

fn when(at: Option<stagedoor_core::time::Timestamp>, clock: &Clock) -> AnyView {
    match at {
        Some(at) => clock.ago(at),
        None => view! { <span class="faint">"never"</span> }.into_any(),
    }
}

pub(super) fn until(person: &StaffRow, clock: &Clock) -> AnyView {
    match person.until {
        Some(end) => view! {
            <time class="num" datetime=end.rfc3339() title=clock.exact(end)>
                {clock.day_hm(end)}
            </time>
        }
        .into_any(),
        None => view! { <span class="faint">"permanent"</span> }.into_any(),
    }
}

fn nothing(view: &StaffListView, query: &StaffQuery) -> AnyView {
    let words = if view.query.is_empty() {
        (
            "Nobody on staff",
            "The first super admin is invited on the server: stagedoor bootstrap.",
        )
    } else {
        (
            "Nobody fits",
            "No member of staff fits the search and its filters.",
        )
    };
    let all = StaffQuery {
        tenant: query.tenant.clone(),
        ..StaffQuery::default()
    };
    no_rows(Icon::UserCog, words, (!view.query.is_empty()).then(|| href(all)))
}
