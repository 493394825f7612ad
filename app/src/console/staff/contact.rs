//! Somebody's backup contact in their profile: told, or why it is not, with the way to it. Nobody who may never know it is told
//! anything.

use leptos::prelude::*;
use stagedoor_core::view::duties::ContactShown;

use crate::routes::stay;

/// Draws it; `back` is the page that it stands on.
pub(super) fn contact(shown: &ContactShown, back: &str) -> Option<AnyView> {
    let told = match shown {
        ContactShown::Nothing => return None,
        ContactShown::Told(line) => {
            let whose = line.name.as_ref().map(|name| format!(" ({name})"));
            view! { <dd class="break-words">{line.contact.clone()} {whose}</dd> }.into_any()
        }
        ContactShown::Withheld { why, by_proof } => {
            let prove = by_proof.then(|| {
                view! {
                    <a class="link" href=stay(back)>
                        "Prove it anew to see it"
                    </a>
                }
            });
            view! {
                <dd>
                    <span class="muted">{format!("Not shown. {why} ")}</span>
                    {prove}
                </dd>
            }
            .into_any()
        }
    };
    let drawn = view! {
        <dt>"Backup contact"</dt>
        {told}
    };
    Some(drawn.into_any())
}
