//! Asks before a session is revoked: whose it is, where, and what ends with it.

use leptos::prelude::*;
use stagedoor_core::view::frame::Flash;
use stagedoor_core::view::session::{RevokeDialog, SessionRow};

use super::href;
use crate::layout::Around;
use crate::routes::{StaffSessionsQuery, staff};
use crate::ui::{Act, Ask, Field, ask, text_field};

/// Draws the dialog. `flash` is the answer to an earlier try; `closed` is the page without it.
pub(super) fn revoke_dialog(
    asked: &RevokeDialog,
    flash: Option<&Flash>,
    closed: &StaffSessionsQuery,
    around: &Around,
) -> AnyView {
    let (title, about, action, subject, verb) = match asked {
        RevokeDialog::Many(_) => return ().into_any(),
        RevokeDialog::One(row) => (
            one_title(row),
            one_about(row),
            staff::REVOKE_SESSION,
            ("session_id", row.id.to_string()),
            "Revoke session",
        ),
        RevokeDialog::All {
            holder,
            name,
            sessions,
            visits,
            own,
            ..
        } => (
            format!("Revoke all sessions of {name}?"),
            all_about(name, *sessions, *visits, *own),
            staff::REVOKE_SESSIONS,
            ("person_id", holder.id()),
            "Revoke all sessions",
        ),
    };
    let instead = match asked {
        RevokeDialog::One(row) => Some(all_instead(row, closed)),
        RevokeDialog::All { .. } | RevokeDialog::Many(_) => None,
    };
    let own = match asked {
        RevokeDialog::One(row) => row.current,
        RevokeDialog::All { own, .. } => *own,
        RevokeDialog::Many(_) => false,
    };
    ask(Ask {
        title,
        about,
        action,
        hidden: vec![
            subject,
            ("dialog", around.back.clone()),
            ("back", href(closed.clone())),
        ],
        fields: view! {
            {instead}
            {text_field(if own { own_reason(flash) } else { reason(flash) })}
        }
        .into_any(),
        submit: (verb.to_owned(), Act::Danger),
        closed: href(closed.clone()),
        flash,
    })
}

/// The way to all sessions of the same person.
fn all_instead(row: &SessionRow, closed: &StaffSessionsQuery) -> AnyView {
    let all = href(StaffSessionsQuery {
        revoke_all: Some(row.holder.id()),
        ..closed.clone()
    });
    view! {
        <p>
            <a class="link" href=all>
                {format!("Revoke all sessions of {} instead", row.name)}
            </a>
        </p>
    }
    .into_any()
}

fn one_title(row: &SessionRow) -> String {
    if row.current {
        "Revoke the session you are using?".to_owned()
    } else {
        format!("Revoke the session of {}?", row.name)
    }
}

fn one_about(row: &SessionRow) -> String {
    let visits = match row.visits {
        0 => String::new(),
        1 => " The visit that runs in it ends, too.".to_owned(),
        many => format!(" The {many} visits that run in it end, too."),
    };
    let place = format!("{} at {}", row.device, row.address);
    if row.current {
        format!("You are signed out of {place} at once, and have to sign in again.{visits}")
    } else {
        format!(
            "{place} is refused from the next request on. {} can sign in again.{visits}",
            row.name
        )
    }
}

fn all_about(name: &str, sessions: u64, visits: u64, own: bool) -> String {
    let count = match sessions {
        1 => "The one session that runs is".to_owned(),
        many => format!("All {many} sessions that run are"),
    };
    let visits = match visits {
        0 => String::new(),
        1 => " One visit ends with them.".to_owned(),
        many => format!(" {many} visits end with them."),
    };
    let own = if own {
        " This one is among them: you are signed out."
    } else {
        ""
    };
    format!("{count} refused from the next request on. {name} can sign in again.{visits}{own}")
}

/// Why other people's sessions are revoked.
pub(crate) fn reason(flash: Option<&Flash>) -> Field {
    Field {
        hint: Some("It stands in the audit log beside the revocation. At least 10 characters."),
        autofocus: true,
        ..Field::reason("Reason", flash)
    }
}

/// Why one's own are: that may be left out.
fn own_reason(flash: Option<&Flash>) -> Field {
    Field {
        hint: Some("It stands in the audit log beside the revocation. At least 10 characters, if any."),
        min: 0,
        autofocus: true,
        ..Field::reason("Reason (optional)", flash)
    }
}
