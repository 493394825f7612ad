//! The dialogs that change staff: each names the person, says what ends, and asks why.

mod access;
mod fields;

use leptos::prelude::*;
use stagedoor_core::view::frame::Flash;
use stagedoor_core::view::staff::{StaffPage, TaskLine};

pub(super) use access::{change, invite};

use crate::routes::staff;
use crate::ui::{Act, Ask, Field, ask, text_field, typed};

type Place<'a> = (&'a str, String);

/// A fresh token for somebody who has not come.
pub(super) fn reissue(view: &StaffPage, flash: Option<&Flash>, place: Place<'_>) -> AnyView {
    let about = format!(
        "The former token of {} is void at once. The new one is shown to you next, once.",
        view.row.name
    );
    let title = format!("Reissue the token of {}?", view.row.name);
    simple(
        view,
        flash,
        place,
        (title, about, staff::REISSUE_TOKEN),
        ("Reissue", Act::Primary),
    )
}

/// Factors and identity cleared.
pub(super) fn reset(view: &StaffPage, flash: Option<&Flash>, place: Place<'_>) -> AnyView {
    let about = format!(
        "Passkeys and identity of {} are cleared and all sessions end. They enroll again with a token that is shown to you next, once.",
        view.row.name
    );
    let title = format!("Reset the factors of {}?", view.row.name);
    simple(
        view,
        flash,
        place,
        (title, about, staff::RESET_FACTORS),
        ("Reset factors", Act::Danger),
    )
}

fn simple(
    view: &StaffPage,
    flash: Option<&Flash>,
    (dialog, closed): Place<'_>,
    (title, about, action): (String, String, &'static str),
    (verb, act): (&str, Act),
) -> AnyView {
    ask(Ask {
        title,
        about,
        action,
        hidden: hidden(view, dialog, &closed),
        fields: text_field(Field::reason("Why", flash)),
        submit: (verb.to_owned(), act),
        closed,
        flash,
    })
}

/// Switched off, for ever.
pub(super) fn deactivate(view: &StaffPage, flash: Option<&Flash>, (dialog, closed): Place<'_>) -> AnyView {
    let name = &view.row.name;
    let known = typed(flash, "compromised") == "yes";
    let fields = view! {
        {text_field(Field::reason("Why", flash))}
        <label class="check" for="compromised">
            <input type="checkbox" id="compromised" name="compromised" value="yes" checked=known />
            <span>"Secrets they saw may be known to others."</span>
        </label>
    };
    ask(Ask {
        title: format!("Deactivate {name}?"),
        about: format!(
            "For ever: {name} loses role and passkeys, and sessions, visits and open requests end at once. A checklist with due dates begins."
        ),
        action: staff::DEACTIVATE_STAFF,
        hidden: hidden(view, dialog, &closed),
        fields: fields.into_any(),
        submit: (format!("Deactivate {name}"), Act::Danger),
        closed,
        flash,
    })
}

/// The secrets that somebody saw may be known after all.
pub(super) fn compromised(view: &StaffPage, flash: Option<&Flash>, (dialog, closed): Place<'_>) -> AnyView {
    ask(Ask {
        title: format!("May secrets that {} saw be known?", view.row.name),
        about: "That they are rotated comes on the checklist, due within a day: the latest first.".to_owned(),
        action: staff::SECRETS_COMPROMISED,
        hidden: hidden(view, dialog, &closed),
        fields: text_field(Field::reason("Why", flash)),
        submit: ("Put it on the checklist".to_owned(), Act::Danger),
        closed,
        flash,
    })
}

/// Something of the checklist was done.
pub(super) fn finish(
    view: &StaffPage,
    line: &TaskLine,
    flash: Option<&Flash>,
    (dialog, closed): Place<'_>,
) -> AnyView {
    let mut hidden = hidden(view, dialog, &closed);
    hidden.push(("task", line.task.clone()));
    ask(Ask {
        title: "Note that it is done".to_owned(),
        about: format!("{}.", line.about),
        action: staff::FINISH_TASK,
        hidden,
        fields: text_field(Field::reason("What was done", flash)),
        submit: ("Note it".to_owned(), Act::Primary),
        closed,
        flash,
    })
}

fn hidden(view: &StaffPage, dialog: &str, closed: &str) -> Vec<(&'static str, String)> {
    vec![
        ("staff_id", view.row.id.to_string()),
        ("dialog", dialog.to_owned()),
        ("back", closed.to_owned()),
    ]
}
