//! Asks for another name, and before a passkey is revoked.

use leptos::prelude::*;
use stagedoor_core::action::Action;
use stagedoor_core::view::frame::Flash;
use stagedoor_core::view::passkey::{PasskeyRow, PasskeysView};
use stagedoor_service::passkeys::NAME_MAX;

use super::href;
use crate::console::refused::unless_refused;
use crate::layout::Around;
use crate::routes::{PasskeysQuery, staff};
use crate::ui::{Act, Ask, Field, ask, text_field, typed};

/// The dialog that the address asks for; none for a passkey that is not there, or the last one.
pub(super) fn open(
    view: &PasskeysView,
    query: &PasskeysQuery,
    flash: Option<&Flash>,
    around: &Around,
) -> Option<AnyView> {
    let find = |id: &Option<String>| {
        let id = id.as_deref()?;
        view.items.iter().find(|row| row.id.to_string() == id)
    };
    let closed = href(PasskeysQuery {
        tenant: query.tenant.clone(),
        ..PasskeysQuery::default()
    });
    match (find(&query.rename), find(&query.revoke)) {
        (Some(row), _) => unless_refused(around, Action::PasskeyRename, closed, |closed| {
            Some(rename(row, flash, (&around.back, closed)))
        }),
        (None, Some(row)) => unless_refused(around, Action::PasskeyRevoke, closed, |closed| {
            let draw = || revoke(row, flash, (&around.back, closed));
            view.may_revoke(row).then(draw)
        }),
        (None, None) => None,
    }
}

fn rename(row: &PasskeyRow, flash: Option<&Flash>, (back, closed): (&str, String)) -> AnyView {
    ask(Ask {
        title: format!("Rename {}", row.name),
        about: "The name is for you, and stands in the audit log.".to_owned(),
        action: staff::RENAME_PASSKEY,
        hidden: hidden(row, back, &closed),
        fields: text_field(Field {
            value: match typed(flash, "name") {
                typed if typed.is_empty() => row.name.clone(),
                typed => typed,
            },
            min: 1,
            max: NAME_MAX as u32,
            autofocus: true,
            ..Field::again("name", "Name", flash)
        }),
        submit: ("Rename".to_owned(), Act::Primary),
        closed,
        flash,
    })
}

fn revoke(row: &PasskeyRow, flash: Option<&Flash>, (back, closed): (&str, String)) -> AnyView {
    ask(Ask {
        title: format!("Revoke {}?", row.name),
        about: revoke_about(row),
        action: staff::REVOKE_PASSKEY,
        hidden: hidden(row, back, &closed),
        fields: ().into_any(),
        submit: ("Revoke passkey".to_owned(), Act::Danger),
        closed,
        flash,
    })
}

/// What a revocation takes away.
fn revoke_about(row: &PasskeyRow) -> String {
    let others = match row.other_sessions {
        0 => "",
        1 => " One other session that it proved ends now, with the visits in it.",
        _ => " The other sessions that it proved end now, with the visits in them.",
    };
    let current = if row.current { " This session goes on." } else { "" };
    format!("It cannot be used again, and cannot come back.{others}{current}")
}

fn hidden(row: &PasskeyRow, back: &str, closed: &str) -> Vec<crate::ui::Hidden> {
    vec![
        ("passkey_id", row.id.to_string()),
        ("dialog", back.to_owned()),
        ("back", closed.to_owned()),
    ]
}
