//! Keeping what the simulator tried, and removing a guard policy: dialogs that ask for a name and a reason, and begin a trial.

use leptos::prelude::*;
use stagedoor_core::role::StaffRole;
use stagedoor_core::view::frame::Flash;
use stagedoor_core::view::policy::{PoliciesView, PolicyCard};

use super::{Asked, href};
use crate::routes::{PoliciesQuery, staff};
use crate::ui::choice::{Choice, Options, choice};
use crate::ui::{Act, Ask, Field, ask, link_button, text_field, typed, wrong};

/// The way from an answer to keeping the change that it was asked about.
pub(super) fn offer(query: &PoliciesQuery) -> AnyView {
    let save = href(PoliciesQuery {
        act: Some("save".to_owned()),
        ..query.clone()
    });
    let button = link_button(Act::Plain, save, "Keep this policy");
    view! { <div class="acts">{button}</div> }.into_any()
}

/// The way to remove a guard policy.
pub(super) fn removal(card: &PolicyCard, query: &PoliciesQuery) -> AnyView {
    let remove = href(PoliciesQuery {
        act: Some("remove".to_owned()),
        policy: Some(card.name.clone()),
        tenant: query.tenant.clone(),
        show: query.show.clone(),
        ..PoliciesQuery::default()
    });
    link_button(Act::SmallDanger, remove, "Remove")
}

/// The page without a dialog.
pub(super) fn closed(query: &PoliciesQuery) -> String {
    href(PoliciesQuery {
        act: None,
        policy: None,
        ..query.clone()
    })
}

/// The dialog that the address opens.
pub(super) fn dialog(
    view: &PoliciesView,
    asked: &Asked,
    (query, flash): (&PoliciesQuery, Option<&Flash>),
    back: &str,
) -> Option<AnyView> {
    let closed = closed(query);
    match (query.act.as_deref()?, asked) {
        ("save", Asked::Answered(simulation)) if simulation.changed.is_some() => {
            Some(save((query, flash), back, closed))
        }
        ("remove", _) => {
            let named = |card: &&PolicyCard| query.policy.as_ref() == Some(&card.name);
            let card = view.declared.iter().find(named)?;
            Some(remove(card, flash, back, closed))
        }
        _ => None,
    }
}

fn save((query, flash): (&PoliciesQuery, Option<&Flash>), back: &str, closed: String) -> AnyView {
    // The times of a session hold for all it does, and so does the passkey that it starts with.
    let of_all = !query.ttl.is_empty() || !query.max_idle.is_empty() || !query.passkey.is_empty();
    let action = if of_all {
        String::new()
    } else {
        query.action.clone()
    };
    let doing = if of_all {
        "everything".to_owned()
    } else {
        action.clone()
    };
    let fields = view! {
        {text_field(Field {
            name: "name",
            label: "Name",
            value: typed(flash, "name"),
            hint: Some("Lower-case letters, digits, _ and -. It never changes."),
            error: wrong(flash, "name"),
            min: 1,
            max: 64,
            autofocus: true,
            mono: true,
            ..Field::default()
        })}
        {text_field(Field {
            name: "about",
            label: "What it is for",
            value: typed(flash, "about"),
            error: wrong(flash, "about"),
            max: 200,
            ..Field::default()
        })}
        {roles(flash)}
        {wrong(flash, "policies").map(|words| super::super::network::nobody(&words))}
        {elsewhere(flash)}
        {text_field(Field::reason("Why", flash))}
    };
    ask(Ask {
        title: "Keep this guard policy?".to_owned(),
        about: format!(
            "It concerns {doing}. It is in force at once. Unless you confirm it from inside within five minutes, it rolls back by itself."
        ),
        action: staff::SAVE_POLICY,
        hidden: vec![
            ("action", action),
            ("networks", query.networks.clone()),
            ("factors", query.factors.clone()),
            ("passkey", query.passkey.clone()),
            ("max_age", query.max_age.clone()),
            ("managed", query.managed.clone()),
            ("danger", query.danger.clone()),
            ("ttl", query.ttl.clone()),
            ("max_idle", query.max_idle.clone()),
            ("dialog", back.to_owned()),
            ("back", closed.clone()),
        ],
        fields: fields.into_any(),
        submit: ("Try it".to_owned(), Act::Primary),
        closed,
        flash,
    })
}

fn roles(flash: Option<&Flash>) -> AnyView {
    let every = [(String::new(), "Every role".to_owned())];
    let each = StaffRole::ALL
        .iter()
        .map(|role| (role.as_str().to_owned(), role.label().to_owned()));
    choice(Choice {
        name: "role",
        id: Some("concerns"),
        label: "Whom it concerns",
        options: vec![Options {
            heading: None,
            items: every.into_iter().chain(each).collect(),
        }],
        chosen: typed(flash, "role"),
        error: wrong(flash, "roles"),
    })
}

/// Asked for where the caller's own request would not pass.
fn elsewhere(flash: Option<&Flash>) -> Option<AnyView> {
    let words = wrong(flash, "confirm_from_elsewhere")?;
    Some(
        view! {
            <div class="grid gap-[5px]">
                <label class="check" for="elsewhere">
                    <input type="checkbox" id="elsewhere" name="elsewhere" value="yes" />
                    <span>"I will confirm it from inside."</span>
                </label>
                <p class="err" id="elsewhere-error">
                    {words}
                </p>
            </div>
        }
        .into_any(),
    )
}

fn remove(card: &PolicyCard, flash: Option<&Flash>, back: &str, closed: String) -> AnyView {
    ask(Ask {
        title: format!("Try without {}?", card.name),
        about: "What it asked for is not asked for any more, at once. Unless you confirm it within five minutes, it rolls back by itself."
            .to_owned(),
        action: staff::REMOVE_POLICY,
        hidden: vec![
            ("name", card.name.clone()),
            ("dialog", back.to_owned()),
            ("back", closed.clone()),
        ],
        fields: text_field(Field::reason("Why", flash)),
        submit: ("Try without it".to_owned(), Act::Danger),
        closed,
        flash,
    })
}
