//! The words that a request may be made of. What is none of them is an error that says which there are.

use stagedoor_core::action::{Action, Audience};
use stagedoor_core::assurance::PasskeyLevel;
use stagedoor_core::input::FieldError;
use stagedoor_core::role::StaffRole;

/// One of some words; anything else is an error that lists them.
pub(super) fn word<T: Copy>(field: &'static str, text: &str, words: &[(&str, T)]) -> Result<T, FieldError> {
    let found = words
        .iter()
        .find(|(word, _)| *word == text)
        .map(|(_, value)| *value);
    found.ok_or_else(|| {
        let known: Vec<_> = words.iter().map(|(word, _)| *word).collect();
        FieldError::new(field, format!("Choose one of {}.", known.join(", ")))
    })
}

pub(super) fn levels() -> Vec<(&'static str, PasskeyLevel)> {
    let all = PasskeyLevel::ALL.iter();
    all.map(|level| (level.as_str(), *level)).collect()
}

pub(super) fn one_of<T: Copy>(
    field: &'static str,
    text: Option<&str>,
    words: &[(&str, T)],
) -> Result<Option<T>, FieldError> {
    text.map(|text| word(field, text, words)).transpose()
}

/// An action of staff by its name.
pub(crate) fn action(name: &str) -> Result<Action, FieldError> {
    match Action::from_name(name) {
        None => Err(FieldError::new(
            "action",
            "There is no action of this name. The matrix lists all of them.",
        )),
        Some(action) if action.declaration().audience == Audience::Tenant => {
            let message = "This is done on a tenant's host, where staff's guardrails are not asked for. Choose an action of staff.";
            Err(FieldError::new("action", message))
        }
        Some(action) => Ok(action),
    }
}

pub(in crate::policies) fn role(field: &'static str, name: &str) -> Result<StaffRole, FieldError> {
    let words: Vec<_> = StaffRole::ALL.iter().map(|role| (role.as_str(), *role)).collect();
    word(field, name, &words)
}

pub(super) fn several<T: Copy, S: FromIterator<T>>(
    field: &'static str,
    texts: Option<&[String]>,
    words: &[(&str, T)],
) -> Result<Option<S>, FieldError> {
    texts
        .map(|texts| texts.iter().map(|text| word(field, text, words)).collect())
        .transpose()
}
