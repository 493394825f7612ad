//! Revoking all sessions that match the search: the way there, and the dialog that says what would end and has it typed.

use leptos::prelude::*;
use stagedoor_core::view::frame::Flash;
use stagedoor_core::view::session::{RevokeMany, SessionsView, revoke_words};

use super::dialog::reason;
use super::{closed, href};
use crate::layout::Around;
use crate::routes::{StaffSessionsQuery, staff};
use crate::ui::{Act, Ask, Field, Icon, ask, cancel_link, dialog_frame, icon, link_button, text_field};

/// The way to the dialog, where something was searched for and found.
pub(super) fn button(view: &SessionsView, query: &StaffSessionsQuery) -> Option<AnyView> {
    let found = view.matching.floor();
    let offered = view.may_revoke_many && found > 0 && view.query_error.is_none();
    offered.then(|| {
        let to = href(StaffSessionsQuery {
            matching: Some("all".to_owned()),
            cursor: None,
            ..closed(query)
        });
        let label = match found {
            1 => "Revoke this 1".to_owned(),
            _ => format!("Revoke these {}", view.matching),
        };
        link_button(Act::SmallDanger, to, label)
    })
}

/// Draws the dialog. `flash` is the answer to an earlier try; `closed` is the page without it.
pub(super) fn dialog(
    asked: &RevokeMany,
    flash: Option<&Flash>,
    closed: &StaffSessionsQuery,
    around: &Around,
) -> AnyView {
    if let Some(why) = &asked.refused {
        return refused(asked, why, closed);
    }
    let sessions = asked.sessions.floor();
    if sessions == 0 {
        return refused(asked, "No session but your own runs and matches.", closed);
    }
    let words = revoke_words(sessions);
    let fields = view! {
        <p>{format!("To go on, type: {words}")}</p>
        {text_field(confirm(&words, flash))}
        {text_field(Field {
            autofocus: false,
            ..reason(flash)
        })}
    };
    ask(Ask {
        title: format!("Revoke {}?", count(sessions)),
        about: about(asked),
        action: staff::REVOKE_MATCHING,
        hidden: vec![
            ("q", asked.query.clone()),
            ("tenant", tenant(closed)),
            ("sessions", sessions.to_string()),
            ("dialog", around.back.clone()),
            ("back", href(closed.clone())),
        ],
        fields: fields.into_any(),
        submit: (format!("Revoke {}", count(sessions)), Act::Danger),
        closed: href(closed.clone()),
        flash,
    })
}

/// Whose people they are; nothing for staff.
fn tenant(query: &StaffSessionsQuery) -> String {
    match super::of_staff(query) {
        true => String::new(),
        false => query.tenant.clone().unwrap_or_default(),
    }
}

fn count(sessions: u64) -> String {
    match sessions {
        1 => "1 session".to_owned(),
        many => format!("{many} sessions"),
    }
}

fn about(asked: &RevokeMany) -> String {
    let people = match asked.people {
        1 => "one person".to_owned(),
        many => format!("{many} people"),
    };
    let visits = match asked.visits {
        0 => String::new(),
        1 => " One visit ends with them.".to_owned(),
        many => format!(" {many} visits end with them."),
    };
    let own = match asked.own {
        true => " Yours matches, too, and is left out.",
        false => "",
    };
    format!(
        "All that run and match “{}”, of {people}: the next request of each is refused.{visits}{own}",
        asked.query
    )
}

fn confirm(words: &str, flash: Option<&Flash>) -> Field {
    Field {
        min: 1,
        max: words.chars().count() as u32 + 8,
        autofocus: true,
        ..Field::again("confirm", "Type what you mean", flash)
    }
}

/// Why they cannot be revoked together, and what can be done instead.
fn refused(asked: &RevokeMany, why: &str, closed: &StaffSessionsQuery) -> AnyView {
    let many = asked.sessions.floor() > asked.limit;
    let instead = many.then(|| {
        format!(
            "{} match. One call revokes at most {} without two other people having agreed. Narrow the search, or revoke those of one person.",
            asked.sessions, asked.limit
        )
    });
    let inside = view! {
        <header>
            <h2 id="dialog-title">"These cannot be revoked together"</h2>
        </header>
        <div class="b">
            <p class="note warn" id="dialog-about">
                {icon(Icon::Lock)}
                <span>{why.to_owned()}</span>
            </p>
            {instead.map(|words| view! { <p class="muted">{words}</p> })}
        </div>
        <footer>{cancel_link(href(closed.clone()))}</footer>
    };
    dialog_frame(inside.into_any())
}
