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
use crate::ui::flash::flash_note;
use crate::ui::{Clock, Icon, icon};

const TITLE: &str = "Your responsibilities";
const CONTACT_HINT: &str =
    "An e-mail address other than that of work, or a number with its country, such as +49 30 901820.";
const NAME_HINT: &str = "If somebody else answers there.";

/// The page; `flash` is what came of its form.
#[must_use]
pub fn responsibilities_page(view: &DutiesView, flash: Option<&Flash>, look: &Look) -> String {
    render(look, || {
        let version = flash.and_then(|flash| flash.fields.get("version").cloned());
        let body = view! {
            {heading(TITLE, format!("Version {}", view.version))}
            {flash.map(flash_note)}
            {version.map(|words| view! { <p class="err" role="alert">{words}</p> })}
            {standing(view, look)}
            <ul class="card" aria-label=TITLE>
                {view.lines.iter().cloned().map(line).collect_view()}
            </ul>
            {form(view, flash)}
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
    let typed = |name: &str| flash.and_then(|flash| flash.values.get(name).cloned());
    let wrong = |name: &str| flash.and_then(|flash| flash.fields.get(name).cloned());
    let left = view.contact.clone();
    let (left_name, left_contact) = left.map_or((None, None), |left| (left.name, Some(left.contact)));
    let contact = Field {
        name: "contact",
        label: "Backup contact",
        value: typed("contact").or(left_contact).unwrap_or_default(),
        hint: Some(CONTACT_HINT),
        error: wrong("contact"),
        min: 1,
        max: 254,
        ..Field::default()
    };
    let name = Field {
        name: "contact_name",
        label: "Whose it is (optional)",
        value: typed("contact_name").or(left_name).unwrap_or_default(),
        hint: Some(NAME_HINT),
        error: wrong("contact_name"),
        max: 100,
        ..Field::default()
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
