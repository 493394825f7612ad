//! A tenant's own entrance: address and password. It works without any script, and says the same to whoever cannot enter.

use leptos::prelude::*;
use stagedoor_core::view::portal::{ClosedView, PortalSignInView};

use super::document::{heading, page, render};
use crate::routes::tenant;
use crate::server::Look;
use crate::ui::{Icon, flash_note, icon};

/// The page.
#[must_use]
pub fn portal_sign_in_page(view: &PortalSignInView, look: &Look) -> String {
    render(look, || {
        let body = view! {
            {heading(format!("Sign in to {}", view.tenant), &view.host)}
            {view.flash.as_ref().map(flash_note)}
            {match &view.closed {
                Some(door) => closed(door),
                None => form(&view.email),
            }}
        };
        page("Sign in", body)
    })
}

fn form(email: &str) -> AnyView {
    view! {
        <form method="post" action=tenant::SIGN_IN>
            <label for="email">
                "Email"
                <input
                    class="in"
                    type="email"
                    id="email"
                    name="email"
                    value=email.to_owned()
                    required
                    maxlength="254"
                    autocomplete="username"
                    autofocus=email.is_empty()
                />
            </label>
            <label for="password">
                "Password"
                <input
                    class="in"
                    type="password"
                    id="password"
                    name="password"
                    required
                    maxlength="1024"
                    autocomplete="current-password"
                    autofocus=!email.is_empty()
                />
            </label>
            <button class="btn pri big">{icon(Icon::SignIn)} "Sign in"</button>
        </form>
        <p class="gate-f">"Attempts are recorded. Forgot your password? Ask an owner or administrator."</p>
    }
    .into_any()
}

fn closed(door: &ClosedView) -> AnyView {
    view! {
        <div class="note danger" role="alert">
            {icon(Icon::Lock)}
            <p>{door.why.clone()}</p>
        </div>
        <p class="gate-f">"Attempts are recorded. Request " <span class="mono">{door.request_id.clone()}</span></p>
    }
    .into_any()
}
