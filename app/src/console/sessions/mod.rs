//! The Sessions page: where staff are signed in, or one tenant's people, with the clocks that end it and the way to do so
//! now.

mod dialog;
mod many;
mod one;
mod table;
#[cfg(test)]
mod tests;

use leptos::prelude::*;
use stagedoor_core::action::Action;
use stagedoor_core::view::frame::ConsoleFrame;
use stagedoor_core::view::session::{RevokeDialog, SessionsView};
use stagedoor_service::sessions::{self, Asking, SessionsRequest};
use stagedoor_service::{ServiceError, StaffOp};

use super::Content;
use super::refused::unless_refused;
use crate::error::AppError;
use crate::layout::Around;
use crate::query::with_filter;
use crate::routes::{ConsolePage, StaffSessionsQuery, staff};
use crate::ui::chip::SearchBox;
use crate::ui::{
    Act, Icon, SearchBar, State, Tab, link_button, page_head, pager, search_bar, span, state, tabs,
};

pub(crate) use dialog::reason;
pub(crate) use one::load_one;
pub(crate) use table::standing;

/// What `of` says for the one kind and for the other.
const OF_STAFF: &str = "staff";
const OF_PEOPLE: &str = "people";

/// Whether the page is about staff; else about a tenant's people.
fn of_staff(query: &StaffSessionsQuery) -> bool {
    match query.of.as_deref() {
        Some(OF_STAFF) => true,
        Some(OF_PEOPLE) => false,
        _ => query.tenant.is_none(),
    }
}

/// Loads the page.
pub(crate) async fn load(
    op: &StaffOp,
    frame: &ConsoleFrame,
    around: &Around,
    query: &StaffSessionsQuery,
) -> Result<Content, AppError> {
    let public = |error: ServiceError| AppError::from(op.public(&error));
    let request = SessionsRequest {
        q: query.q.clone(),
        cursor: query.cursor.clone(),
        limit: None,
        revoke: query.revoke.clone(),
        revoke_all: query.revoke_all.clone(),
        revoke_many: query.matching.as_ref().map(|_| Asking::Open),
    };
    let view = match (of_staff(query), query.tenant.as_deref()) {
        (true, _) => sessions::of_staff(op, &request).await.map_err(public)?,
        (false, Some(tenant)) => sessions::of_tenant(op, tenant, &request).await.map_err(public)?,
        (false, None) => return Ok(unchosen(frame, around, query)),
    };
    let asks = query.revoke.is_some() || query.revoke_all.is_some();
    let drawn = |_| {
        view.dialog.as_ref().map(|asked| {
            let closed = closed(query);
            match asked {
                RevokeDialog::Many(asked) => many::dialog(asked, frame.flash.as_ref(), &closed, around),
                asked => dialog::revoke_dialog(asked, frame.flash.as_ref(), &closed, around),
            }
        })
    };
    let dialog = match asks {
        true => unless_refused(around, Action::SessionRevoke, href(closed(query)), drawn),
        false => drawn(String::new()),
    };
    Ok(Content {
        title: match &view.tenant {
            Some(tenant) => format!("Sessions · {}", tenant.name),
            None => "Sessions".to_owned(),
        },
        main: sessions_page(&view, around, query),
        dialog,
    })
}

/// The page without a dialog.
fn closed(query: &StaffSessionsQuery) -> StaffSessionsQuery {
    StaffSessionsQuery {
        revoke: None,
        revoke_all: None,
        matching: None,
        ..query.clone()
    }
}

fn href(query: StaffSessionsQuery) -> String {
    ConsolePage::Sessions(query).href()
}

/// Draws the page.
#[must_use]
pub fn sessions_page(view: &SessionsView, around: &Around, query: &StaffSessionsQuery) -> AnyView {
    let lead = match &view.tenant {
        Some(tenant) => format!(
            "Where people of {} are signed in. They read in their own log that you looked.",
            tenant.name
        ),
        None => {
            "Where staff are signed in. A revoked session is refused by its very next request.".to_owned()
        }
    };
    let first = query.cursor.is_some().then(|| {
        href(StaffSessionsQuery {
            cursor: None,
            ..closed(query)
        })
    });
    let next = view.page.next.clone().map(|next| {
        href(StaffSessionsQuery {
            cursor: Some(next),
            ..closed(query)
        })
    });
    let list = if view.page.items.is_empty() {
        nobody(view, query)
    } else {
        table::table(view, around, &closed(query))
    };
    view! {
        {page_head("Sessions", lead, ())}
        {kinds(view.tenant.as_ref().map(|tenant| tenant.name.as_str()), around, query)}
        <section class="card" aria-label="Sessions">
            {bar(view, query)}
            {list}
            {pager(first, next, "Next 50")}
        </section>
    }
    .into_any()
}

/// Staff, or a tenant's people; for who may see both.
fn kinds(tenant: Option<&str>, around: &Around, query: &StaffSessionsQuery) -> Option<AnyView> {
    around.may(Action::TenantViewDirectory).then(|| {
        let to = |of: &str| {
            href(StaffSessionsQuery {
                tenant: query.tenant.clone(),
                of: Some(of.to_owned()),
                ..StaffSessionsQuery::default()
            })
        };
        let people = match tenant.or(query.tenant.as_deref()) {
            Some(name) => format!("People of {name}"),
            None => "A tenant's people".to_owned(),
        };
        let staff = of_staff(query);
        tabs(
            "Whose sessions",
            vec![
                Tab {
                    label: "Staff".to_owned(),
                    href: to(OF_STAFF),
                    current: staff,
                },
                Tab {
                    label: people,
                    href: to(OF_PEOPLE),
                    current: !staff,
                },
            ],
        )
    })
}

/// The page of people's sessions before a tenant is chosen.
fn unchosen(frame: &ConsoleFrame, around: &Around, query: &StaffSessionsQuery) -> Content {
    let links = frame
        .tenants
        .iter()
        .map(|tenant| {
            let to = StaffSessionsQuery {
                tenant: Some(tenant.slug.clone()),
                ..StaffSessionsQuery::default()
            };
            view! {
                <li>
                    <a class="item" href=href(to)>
                        <span class="truncate">{tenant.name.clone()}</span>
                        <span class="spacer"></span>
                        <span class="mono faint truncate">{tenant.slug.clone()}</span>
                    </a>
                </li>
            }
        })
        .collect_view();
    let main = view! {
        {page_head("Sessions", "Sessions of people belong to one tenant, and each look at them is recorded there.", ())}
        {kinds(None, around, query)}
        <section class="card" aria-labelledby="choose">
            <h2 class="sect" id="choose">
                "Choose a tenant"
            </h2>
            <ul class="grid sm:grid-cols-2 xl:grid-cols-3 gap-1 p-2">{links}</ul>
        </section>
    };
    Content {
        title: "Sessions".to_owned(),
        main: main.into_any(),
        dialog: None,
    }
}

fn bar(view: &SessionsView, query: &StaffSessionsQuery) -> AnyView {
    let base = StaffSessionsQuery {
        cursor: None,
        ..closed(query)
    };
    let with = |q: String| href(StaffSessionsQuery { q, ..base.clone() });
    let search = SearchBar {
        search: SearchBox {
            action: staff::SESSIONS,
            label: "Search sessions",
            placeholder: "name, older:2h, address:10.0.0.0/8",
            query: view.query.clone(),
            keep: vec![
                ("tenant", query.tenant.clone().unwrap_or_default()),
                ("of", query.of.clone().unwrap_or_default()),
            ],
            error_id: None,
        },
        error: view.query_error.clone(),
        beside: Some(lives(&view.query, &with)),
        found: span(view.first, view.page.items.len(), view.matching, "0 sessions"),
        end: many::button(view, query),
    };
    search_bar(search, &view.chips, &|q| with(q.to_owned()))
}

/// Which lives are shown: a choice of three links.
fn lives(query: &str, with: &dyn Fn(String) -> String) -> AnyView {
    let asked = |value: &str| {
        query
            .split_whitespace()
            .any(|term| term == format!("state:{value}"))
    };
    let all = asked("live,ended") || asked("ended,live");
    let links = [
        ("Live", "live", !asked("ended") && !all),
        ("Ended", "ended", asked("ended")),
        ("All", "live,ended", all),
    ]
    .map(|(label, value, on)| {
        view! {
            <a href=with(with_filter(query, &format!("state:{value}"))) aria-current=on.then_some("true")>
                {label}
            </a>
        }
    })
    .collect_view();
    view! {
        <div class="seg" role="group" aria-label="State">
            {links}
        </div>
    }
    .into_any()
}

fn nobody(view: &SessionsView, query: &StaffSessionsQuery) -> AnyView {
    let searched = !view.query.is_empty();
    let (title, text) = match (searched, &view.tenant) {
        (true, _) => ("Nothing matches", "No session fits the search and its filters."),
        (false, Some(_)) => (
            "Nobody is signed in",
            "None of this tenant's people has a session that runs. Ended ones are one click away.",
        ),
        (false, None) => ("Nobody is signed in", "No staff session runs that you may see."),
    };
    let other = if searched {
        let all = StaffSessionsQuery {
            tenant: query.tenant.clone(),
            of: query.of.clone(),
            ..StaffSessionsQuery::default()
        };
        link_button(Act::Plain, href(all), "Clear the search")
    } else {
        let ended = StaffSessionsQuery {
            q: "state:ended".to_owned(),
            cursor: None,
            ..closed(query)
        };
        link_button(Act::Plain, href(ended), "Show ended sessions")
    };
    state(
        State {
            icon: Icon::Devices,
            title: title.to_owned(),
            text: text.to_owned(),
        },
        other,
    )
}
