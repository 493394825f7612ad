//! A field of a form with its label, its hint and what is wrong with it.

use leptos::prelude::*;
use stagedoor_core::view::frame::Flash;

use super::flash::{typed, wrong};

/// A text field. Every string that is shown is for people; `name` is the form's.
#[derive(Debug, Clone, Default)]
pub struct Field {
    /// The form's name for it, and the base of its ids.
    pub name: &'static str,
    /// Its label.
    pub label: &'static str,
    /// What is in it.
    pub value: String,
    /// A line below it.
    pub hint: Option<&'static str>,
    /// What is wrong with it.
    pub error: Option<String>,
    /// Fewest characters; 0 makes it optional.
    pub min: u32,
    /// Most characters.
    pub max: u32,
    /// Whether the page opens with the caret in it.
    pub autofocus: bool,
    /// Whether it holds an id or a code.
    pub mono: bool,
    /// The id of a list of values to choose from; others may be typed.
    pub list: Option<&'static str>,
}

impl Field {
    /// A field that shows again what was typed, and what was wrong with it.
    pub fn again(name: &'static str, label: &'static str, flash: Option<&Flash>) -> Self {
        Self {
            name,
            label,
            value: typed(flash, name),
            error: wrong(flash, name),
            ..Self::default()
        }
    }

    /// Why something is done, in ten characters or more.
    pub fn reason(label: &'static str, flash: Option<&Flash>) -> Self {
        Self {
            hint: Some("It stands in the audit log."),
            min: 10,
            max: 500,
            ..Self::again("reason", label, flash)
        }
    }
}

/// Draws a text field.
pub fn text_field(field: Field) -> AnyView {
    let (error_id, hint_id) = (format!("{}-error", field.name), format!("{}-hint", field.name));
    let described = match (&field.error, field.hint) {
        (Some(_), Some(_)) => Some(format!("{error_id} {hint_id}")),
        (Some(_), None) => Some(error_id.clone()),
        (None, Some(_)) => Some(hint_id.clone()),
        (None, None) => None,
    };
    let needed = field.min > 0;
    let least = needed.then_some(field.min);
    let invalid = field.error.is_some().then_some("true");
    let error = field
        .error
        .map(|text| view! { <p class="err" id=error_id>{text}</p> });
    let hint = field
        .hint
        .map(|text| view! { <p class="hint" id=hint_id>{text}</p> });
    view! {
        <div class="grid gap-[5px]">
            <label for=field.name>{field.label}</label>
            <input
                class="in"
                class:mono=field.mono
                type="text"
                id=field.name
                name=field.name
                value=field.value
                required=needed
                minlength=least
                maxlength=field.max
                list=field.list
                autocomplete="off"
                autofocus=field.autofocus
                aria-invalid=invalid
                aria-describedby=described
            />
            {error}
            {hint}
        </div>
    }
    .into_any()
}
