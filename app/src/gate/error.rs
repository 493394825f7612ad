//! An error where there is no frame to show it in: its words, the request's id, and a way back. No more than the
//! public error says.

use leptos::prelude::*;
use stagedoor_core::error::ApiError;

use super::document::{heading, page, render};
use crate::error::AppError;
use crate::server::Look;
use crate::ui::icon;

/// The page; the caller sets the status. `back` is an address of this host and the words of its link.
#[must_use]
pub fn error_page(error: &ApiError, back: Option<(&str, &str)>, look: &Look) -> String {
    let error = AppError::from(error.clone());
    render(look, || {
        let code = format!("{} · {}", error.status(), error.api().code.as_str());
        let back = back.map(|(href, label)| {
            view! {
                <p>
                    <a class="btn big" href=href.to_owned()>
                        {label.to_owned()}
                    </a>
                </p>
            }
        });
        let body = view! {
            {heading(error.title(), code)}
            <div class="note">
                {icon(error.icon())}
                <div>
                    <p>
                        <b>{error.api().message.clone()}</b>
                    </p>
                    <p>{error.advice()}</p>
                </div>
            </div>
            {back}
            <p class="gate-f">"Request " <span class="mono">{error.api().request_id.clone()}</span></p>
        };
        page(error.title(), body)
    })
}
