//! People: two letters in a square, and the name before the address.

use leptos::prelude::*;
use stagedoor_core::view::initials;

/// The square with a person's initials. It stands beside the name, so it is hidden from assistive technology.
pub fn avatar(name: &str) -> AnyView {
    view! { <i aria-hidden="true">{initials(name)}</i> }.into_any()
}

/// A person in a row: initials, name, faint address.
pub fn who(name: &str, email: &str) -> AnyView {
    let (name_text, email) = (name.to_owned(), email.to_owned());
    view! {
        <div class="who">
            {avatar(name)} <div class="min-w-0">
                <b>{name_text}</b>
                " "
                <span>{email}</span>
            </div>
        </div>
    }
    .into_any()
}
