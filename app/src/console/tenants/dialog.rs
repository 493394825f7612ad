//! Asks before a tenant is suspended, restored or renamed: by its name, with what ends and who will read of it.

use leptos::prelude::*;
use stagedoor_core::tenant::TenantState;
use stagedoor_core::view::frame::Flash;
use stagedoor_core::view::tenant::{StateOffer, TenantView};

use crate::routes::staff;
use crate::ui::{Act, Ask, Field, ask, text_field, typed};

/// Draws the question of suspending or restoring. `dialog` is this very address, `closed` the page without it.
pub(super) fn state_dialog(
    view: &TenantView,
    offer: StateOffer,
    flash: Option<&Flash>,
    (dialog, closed): (&str, String),
) -> AnyView {
    let name = &view.tenant.label.name;
    let suspends = offer.to == TenantState::Suspended;
    let (title, about, action, submit) = if suspends {
        (
            format!("Suspend {name}?"),
            suspend_about(name, offer),
            staff::SUSPEND_TENANT,
            (format!("Suspend {name}"), Act::Danger),
        )
    } else {
        (
            format!("Restore {name}?"),
            format!("{name}'s people can sign in again. Sessions and visits that ended stay ended."),
            staff::RESTORE_TENANT,
            (format!("Restore {name}"), Act::Primary),
        )
    };
    let reason = Field {
        hint: Some("The tenant reads it in its own audit log."),
        autofocus: true,
        ..Field::reason("Reason", flash)
    };
    let ticket = Field {
        max: 64,
        mono: true,
        ..Field::again("ticket_ref", "Ticket", flash)
    };
    ask(Ask {
        title,
        about,
        action,
        hidden: vec![
            ("tenant", view.tenant.label.slug.clone()),
            ("dialog", dialog.to_owned()),
            ("back", closed.clone()),
        ],
        fields: view! {
            {text_field(reason)}
            {text_field(ticket)}
        }
        .into_any(),
        submit,
        closed,
        flash,
    })
}

fn suspend_about(name: &str, offer: StateOffer) -> String {
    let visits = match offer.visits {
        0 => String::new(),
        1 => " The visit of staff inside ends, too.".to_owned(),
        many => format!(" The {many} visits of staff inside end, too."),
    };
    let sessions = match offer.sessions.floor() {
        0 => String::new(),
        1 => " The one session of its people ends at once.".to_owned(),
        _ => format!(" {} sessions of its people end at once.", offer.sessions),
    };
    format!("Nobody signs in to {name} until it is restored.{sessions}{visits}")
}

/// Draws the question of another name.
pub(super) fn rename_dialog(
    view: &TenantView,
    flash: Option<&Flash>,
    (dialog, closed): (&str, String),
) -> AnyView {
    let label = &view.tenant.label;
    let name = Field {
        value: match typed(flash, "name") {
            typed if typed.is_empty() => label.name.clone(),
            typed => typed,
        },
        min: 1,
        max: 80,
        autofocus: true,
        ..Field::again("name", "Name", flash)
    };
    ask(Ask {
        title: format!("Rename {}", label.name),
        about: format!(
            "The slug {} stays as it is: addresses of the tenant never change.",
            label.slug
        ),
        action: staff::RENAME_TENANT,
        hidden: vec![
            ("tenant", label.slug.clone()),
            ("dialog", dialog.to_owned()),
            ("back", closed.clone()),
        ],
        fields: text_field(name),
        submit: ("Rename".to_owned(), Act::Primary),
        closed,
        flash,
    })
}
