//! Keeping what the simulator tried, as one more guard policy or as the change of one, and removing one: dialogs that ask for a
//! reason, and begin a trial.

use leptos::prelude::*;
use stagedoor_core::role::StaffRole;
use stagedoor_core::view::frame::{Flash, FlashKind};
use stagedoor_core::view::policy::{PoliciesView, PolicyCard};

use super::shut_out::shut_out;
use super::{Asked, href, kept};
use crate::routes::{PoliciesQuery, staff};
use crate::ui::choice::{Choice, Options, choice};
use crate::ui::{Act, Ask, Field, ask, link_button, text_field, typed, wrong};

/// The way from an answer to keeping the change that it was asked about.
pub(super) fn offer(query: &PoliciesQuery) -> AnyView {
    let save = href(PoliciesQuery {
        act: Some("save".to_owned()),
        ..query.clone()
    });
    let words = if query.kept.is_empty() {
        "Keep this policy"
    } else {
        "Keep this change"
    };
    let button = link_button(Act::Plain, save, words);
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
            let place = (flash, back, closed);
            let shut_out = simulation.shut_out.as_ref().map(shut_out);
            Some(match query.kept.as_str() {
                "" => add(query, shut_out, place),
                name => change(kept(view, name)?, query, shut_out, place),
            })
        }
        ("remove", _) => Some(remove(kept(view, query.policy.as_deref()?)?, flash, back, closed)),
        _ => None,
    }
}

/// The answer to an earlier try, the dialog's own address, and the page without it.
type Place<'a> = (Option<&'a Flash>, &'a str, String);

/// What the simulator's form says of the policy.
fn stated(query: &PoliciesQuery) -> Vec<(&'static str, String)> {
    vec![
        ("networks", query.networks.clone()),
        ("factors", query.factors.clone()),
        ("passkey", query.passkey.clone()),
        ("max_age", query.max_age.clone()),
        ("managed", query.managed.clone()),
        ("danger", query.danger.clone()),
        ("ttl", query.ttl.clone()),
        ("max_idle", query.max_idle.clone()),
    ]
}

const ON_TRIAL: &str =
    "It is in force at once. Unless you confirm it from inside within five minutes, it rolls back by itself.";

fn add(query: &PoliciesQuery, shut_out: Option<AnyView>, (flash, back, closed): Place<'_>) -> AnyView {
    // The times of a session hold for all it does, and so does the passkey that it starts with.
    let of_all = !query.ttl.is_empty() || !query.max_idle.is_empty() || !query.passkey.is_empty();
    let (action, doing) = match of_all {
        true => (String::new(), "everything".to_owned()),
        false => (query.action.clone(), query.action.clone()),
    };
    let fields = view! {
        {shut_out}
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
        {about(typed(flash, "about"), flash)}
        {roles(flash)}
        {refused(flash)}
        {text_field(Field::reason("Why", flash))}
    };
    let mut hidden = vec![("action", action)];
    hidden.extend(stated(query));
    hidden.extend([("dialog", back.to_owned()), ("back", closed.clone())]);
    ask(Ask {
        title: "Keep this guard policy?".to_owned(),
        about: format!("It concerns {doing}. {ON_TRIAL}"),
        action: staff::SAVE_POLICY,
        hidden,
        fields: fields.into_any(),
        submit: ("Try it".to_owned(), Act::Primary),
        closed,
        flash,
    })
}

fn change(
    card: &PolicyCard,
    query: &PoliciesQuery,
    shut_out: Option<AnyView>,
    (flash, back, closed): Place<'_>,
) -> AnyView {
    let was_typed = flash.is_some_and(|flash| flash.values.contains_key("about"));
    let line = match was_typed {
        true => typed(flash, "about"),
        false => card.about.clone(),
    };
    let fields = view! {
        {shut_out}
        {about(line, flash)}
        {refused(flash)}
        {text_field(Field {
            autofocus: true,
            ..Field::reason("Why", flash)
        })}
    };
    let mut hidden = vec![
        ("policy", card.name.clone()),
        ("role", query.concerns.clone()),
        ("action", query.doing.clone()),
    ];
    hidden.extend(stated(query));
    hidden.extend([("dialog", back.to_owned()), ("back", closed.clone())]);
    ask(Ask {
        title: format!("Change {}?", card.name),
        about: format!("What stands in the form takes the place of all that it says. {ON_TRIAL}"),
        action: staff::SAVE_POLICY,
        hidden,
        fields: fields.into_any(),
        submit: ("Try it".to_owned(), Act::Primary),
        closed,
        flash,
    })
}

fn about(value: String, flash: Option<&Flash>) -> AnyView {
    text_field(Field {
        name: "about",
        label: "What it is for",
        value,
        error: wrong(flash, "about"),
        max: 200,
        ..Field::default()
    })
}

/// Why it was refused, where that is no fault of a field of the dialog.
fn refused(flash: Option<&Flash>) -> AnyView {
    const DRAWN: [&str; 6] = [
        "name",
        "about",
        "roles",
        "reason",
        "policies",
        "confirm_from_elsewhere",
    ];
    let refused = flash.filter(|flash| flash.kind == FlashKind::Error);
    let others = refused.into_iter().flat_map(|flash| {
        let others = flash
            .fields
            .iter()
            .filter(|(name, _)| !DRAWN.contains(&name.as_str()));
        others.map(|(_, words)| view! { <p class="err">{words.clone()}</p> })
    });
    view! {
        {others.collect_view()}
        {wrong(flash, "policies").map(|words| super::super::network::nobody(&words))}
        {elsewhere(flash)}
    }
    .into_any()
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
