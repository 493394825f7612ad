//! Enrolment: who the provider says one is, and the field for the token. A plain form; no script at all.

use leptos::prelude::*;
use stagedoor_core::view::sign_in::EnrolmentView;

use super::document::{heading, page, render};
use crate::routes::staff;
use crate::server::Look;
use crate::ui::field::{Field, text_field};
use crate::ui::{Icon, icon};

const HINT: &str = "43 characters. It holds for 24 hours and is used once.";

/// The page with the field.
#[must_use]
pub fn enrollment_page(view: &EnrolmentView, look: &Look) -> String {
    render(look, || {
        let who = view.name.clone().unwrap_or_else(|| view.email.clone());
        let (error, request) = view.error.clone().unzip();
        let token = Field {
            name: "enrollment_token",
            label: "Enrollment token",
            hint: Some(HINT),
            error,
            min: 1,
            max: 200,
            autofocus: true,
            mono: true,
            ..Field::default()
        };
        let body = view! {
            {heading("Enroll", &view.host)}
            <div class="note">
                {icon(Icon::CircleCheck)}
                <p>
                    <b>{format!("{} knows you as {who}", view.provider)}</b>
                    {format!(" ({}). You are not enrolled here yet.", view.email)}
                </p>
            </div>
            <form method="post" action=staff::ENROLLMENT>
                {text_field(token)}
                {request.map(|id| view! { <p class="small faint mono">{id}</p> })}
                <button type="submit" class="btn pri big">"Enroll"</button>
            </form>
            <p class="gate-f">
                "A super admin gives you the token in person, by phone or by chat: by another way than the address it is made for. "
                {left(view.minutes_left)}
                " Attempts are recorded."
            </p>
        };
        page("Enroll", body)
    })
}

fn left(minutes: u64) -> String {
    match minutes {
        0 | 1 => "This sign-in ends within a minute.".to_owned(),
        minutes => format!("This sign-in ends in {minutes} minutes."),
    }
}

/// The page where nobody waits for a token; it names its request, as every error does.
#[must_use]
pub fn enrollment_closed_page(host: &str, request: &str, look: &Look) -> String {
    render(look, || {
        let body = view! {
            {heading("Enroll", host)}
            <div class="note danger" role="alert">
                {icon(Icon::Lock)}
                <p>
                    <b>"No sign-in is under way in this browser."</b>
                    " It took longer than 15 minutes, is done, or too many tokens were tried. Your token still holds."
                </p>
            </div>
            <a class="btn pri big" href=staff::SIGN_IN>
                {icon(Icon::SignIn)}
                "Start again"
            </a>
            <p class="gate-f">"Request " <span class="mono">{request.to_owned()}</span></p>
        };
        page("Enroll", body)
    })
}
