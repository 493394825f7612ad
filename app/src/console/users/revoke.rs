//! Asks before the sessions of people who were chosen in the list are revoked: who they are, and how many sessions end.
//!
//! It is a page of its own above the list, so that the boxes' form can lead to it without WebAssembly.

use leptos::prelude::*;
use stagedoor_core::view::frame::{ConsoleFrame, Flash};
use stagedoor_core::view::session::{RevokePeople, RevokePerson};
use stagedoor_service::{StaffOp, sessions};

use super::people::listing;
use super::{Content, href};
use crate::console::refused::refused;
use crate::console::sessions::reason;
use crate::error::AppError;
use crate::layout::Around;
use crate::routes::{UsersQuery, staff};
use crate::ui::{Act, Ask, ask, dialog_frame, text_field};

/// Loads the list with the dialog above it. Who may not revoke is told why.
pub(crate) async fn load_revoke(
    op: &StaffOp,
    frame: &ConsoleFrame,
    around: &Around,
    (ids, list): (&[String], &UsersQuery),
) -> Result<Content, AppError> {
    let list = listing(list);
    let below = super::load(op, frame, around, &list).await?;
    let Some(tenant) = list.tenant.as_deref() else {
        return Ok(below);
    };
    let asked = sessions::about_people(op, tenant, ids)
        .await
        .map_err(|error| AppError::from(op.public(&error)))?;
    let closed = href(list.clone());
    let dialog = match asked {
        Err(reason) => refused(reason.explain(), closed),
        Ok(asked) if asked.sessions() == 0 => nobody_dialog(&asked, closed),
        Ok(asked) => people_dialog(&asked, frame.flash.as_ref(), (&around.back, closed)),
    };
    Ok(Content {
        dialog: Some(dialog),
        ..below
    })
}

/// Draws the question. `dialog` is this very address, `closed` the list without it.
#[must_use]
pub(super) fn people_dialog(
    asked: &RevokePeople,
    flash: Option<&Flash>,
    (dialog, closed): (&str, String),
) -> AnyView {
    let ids = asked
        .people
        .iter()
        .map(|person| ("user_ids[]", person.id.to_string()));
    let hidden = [
        ("tenant", asked.tenant.slug.clone()),
        ("dialog", dialog.to_owned()),
        ("back", closed.clone()),
    ];
    let about = match asked.sessions() {
        1 => "The one session that runs is refused from the next request on.".to_owned(),
        many => format!("The {many} sessions that run are refused from the next request on."),
    };
    ask(Ask {
        title: format!("Revoke the sessions of {}?", chosen(asked)),
        about: format!(
            "{about} They can sign in again. {} reads of it in its own log.",
            asked.tenant.name
        ),
        action: staff::REVOKE_PEOPLE,
        hidden: hidden.into_iter().chain(ids).collect(),
        fields: view! {
            {names(&asked.people)}
            {text_field(reason(flash))}
        }
        .into_any(),
        submit: (verb(asked.sessions()), Act::Danger),
        closed,
        flash,
    })
}

fn verb(sessions: u64) -> String {
    match sessions {
        1 => "Revoke 1 session".to_owned(),
        many => format!("Revoke {many} sessions"),
    }
}

/// Whom it is about: a name, or how many.
fn chosen(asked: &RevokePeople) -> String {
    match asked.people.as_slice() {
        [person] => person.name.clone(),
        people => format!("{} people of {}", people.len(), asked.tenant.name),
    }
}

fn names(people: &[RevokePerson]) -> AnyView {
    let lines = people
        .iter()
        .map(|person| {
            let sessions = match person.sessions {
                0 => "not signed in".to_owned(),
                1 => "1 session".to_owned(),
                many => format!("{many} sessions"),
            };
            view! {
                <li class="flex items-center gap-2">
                    <b class="truncate">{person.name.clone()}</b>
                    <span class="small faint truncate">{person.email.clone()}</span>
                    <span class="spacer"></span>
                    <span class="small muted num whitespace-nowrap">{sessions}</span>
                </li>
            }
        })
        .collect_view();
    view! {
        <ul class="grid gap-1 max-h-[30vh] overflow-y-auto" aria-label="Who was chosen" tabindex="0">
            {lines}
        </ul>
    }
    .into_any()
}

/// Says that there is nothing to revoke.
fn nobody_dialog(asked: &RevokePeople, closed: String) -> AnyView {
    let words = match asked.people.as_slice() {
        [person] => format!("{} is not signed in. There is nothing to revoke.", person.name),
        _ => "None of them is signed in. There is nothing to revoke.".to_owned(),
    };
    let inside = view! {
        <header>
            <h2 id="dialog-title">{format!("Revoke the sessions of {}?", chosen(asked))}</h2>
        </header>
        <div class="b">
            <p class="muted" id="dialog-about">
                {words}
            </p>
        </div>
        <footer>
            <a class="btn" href=closed data-cancel="">
                "Back to the list"
            </a>
        </footer>
    };
    dialog_frame(inside.into_any())
}
