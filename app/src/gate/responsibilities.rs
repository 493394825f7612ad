//! One's own responsibilities: the text, and the form that acknowledges it and leaves a backup contact; once that is done, the
//! form that changes the contact. Plain forms, which need no script at all.

use leptos::prelude::*;
use stagedoor_core::view::duties::DutiesView;
use stagedoor_core::view::frame::Flash;

use super::document::{heading, page, render};
use crate::routes::staff;
use crate::server::Look;
use crate::ui::button::hidden_fields;
use crate::ui::field::{Field, text_field};
use crate::ui::flash::{flash_note, wrong};
use crate::ui::{Clock, Icon, icon};

const TITLE: &str = "Your responsibilities";
const CONTACT_HINT: &str =
    "An e-mail address other than that of work, or a number with its country, such as +49 30 901820.";
const NAME_HINT: &str = "If somebody else answers there.";

/// The page; `flash` is what came of its form.
#[must_use]
pub fn responsibilities_page(view: &DutiesView, flash: Option<&Flash>, look: &Look) -> String {
    render(look, || {
        let version = wrong(flash, "version");
        let body = view! {
            {heading(TITLE, format!("Version {}", view.version))}
            {flash.map(flash_note)}
            {version.map(|words| view! { <p class="err" role="alert">{words}</p> })}
            {standing(view, look)}
            <ul class="card" aria-label=TITLE>
                {view.lines.iter().cloned().map(line).collect_view()}
            </ul>
            {match &view.kept {
                Some(words) if view.done => kept(words, view),
                _ => form(view, flash),
            }}
            <p class="gate-f">
                "Only you and those who manage staff see your backup contact. It is sealed, stands in no log, and nothing is sent there by itself."
            </p>
            {way_on(view.done)}
        };
        page(TITLE, body)
    })
}

fn line(text: String) -> AnyView {
    view! {
        <li class="gl">
            <span class="gr" aria-hidden="true">
                <span class="na">{icon(Icon::Lock)}</span>
            </span>
            <div>{text}</div>
        </li>
    }
    .into_any()
}

/// Whether there is anything to do.
fn standing(view: &DutiesView, look: &Look) -> AnyView {
    let clock = Clock {
        now: view.now,
        zone: look.zone.clone(),
        zone_name: look.zone_name.clone(),
    };
    let words = match (view.done, view.acknowledged) {
        (true, Some(at)) => format!("You acknowledged this version at {}.", clock.exact(at)),
        (true, None) => "You acknowledged this version.".to_owned(),
        (false, Some(at)) => format!(
            "The text has changed since you acknowledged it at {}. The console opens when you have acknowledged it as it stands now.",
            clock.exact(at)
        ),
        (false, None) => {
            "The console opens when you have acknowledged them and left a backup contact.".to_owned()
        }
    };
    let picture = if view.done {
        Icon::CircleCheck
    } else {
        Icon::CircleAlert
    };
    view! {
        <div class="note" role="status">
            {icon(picture)}
            <p>{words}</p>
        </div>
    }
    .into_any()
}

fn form(view: &DutiesView, flash: Option<&Flash>) -> AnyView {
    let left = view.contact.clone();
    let (left_name, left_contact) = left.map_or((None, None), |left| (left.name, Some(left.contact)));
    let contact = Field {
        hint: Some(CONTACT_HINT),
        min: 1,
        max: 254,
        ..again("contact", "Backup contact", left_contact, flash)
    };
    let name = Field {
        hint: Some(NAME_HINT),
        max: 100,
        ..again("contact_name", "Whose it is (optional)", left_name, flash)
    };
    let (action, words) = match view.done {
        true => (staff::CHANGE_BACKUP_CONTACT, "Save backup contact"),
        false => (staff::ACKNOWLEDGE_DUTIES, "Acknowledge and go on"),
    };
    let version = (!view.done).then(|| hidden_fields(vec![("version", view.version.clone())]));
    view! {
        <form method="post" action=action>
            {version}
            {text_field(contact)}
            {text_field(name)}
            <button type="submit" class="btn pri big">
                {words}
            </button>
        </form>
    }
    .into_any()
}

/// A field with what was typed into it, where the form came back; else with what was left.
fn again(name: &'static str, label: &'static str, left: Option<String>, flash: Option<&Flash>) -> Field {
    let again = Field::again(name, label, flash);
    let came_back = flash.is_some_and(|flash| flash.values.contains_key(name));
    match left {
        Some(value) if !came_back => Field { value, ..again },
        _ => again,
    }
}

/// In the place of the form, in a session that may not change what was left.
fn kept(words: &str, view: &DutiesView) -> AnyView {
    let left = view.contact.as_ref().map(|left| {
        let whose = left.name.as_ref().map(|name| format!(" ({name})"));
        view! { "Your backup contact: " <b>{left.contact.clone()}</b> {whose} ". " }
    });
    let words = words.to_owned();
    view! {
        <div class="note" role="status">
            {icon(Icon::Lock)}
            <p>{left} {words}</p>
        </div>
    }
    .into_any()
}

/// Back to the console, or out of it.
fn way_on(done: bool) -> AnyView {
    match done {
        true => view! {
            <a class="btn big" href=staff::OVERVIEW>
                "Back to the console"
            </a>
        }
        .into_any(),
        false => view! {
            <form method="post" action=staff::SIGN_OUT>
                <button type="submit" class="btn big">{icon(Icon::SignOut)} "Sign out"</button>
            </form>
        }
        .into_any(),
    }
}
