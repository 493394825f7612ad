//! On the way in: what the session shall be narrowed to. A plain form, folded away until somebody wants it. Nothing here tells
//! whether there is such a tenant: that is asked after the passkey.

use leptos::prelude::*;
use stagedoor_core::narrowed::Reach;
use stagedoor_core::view::frame::Flash;
use stagedoor_core::view::sign_in::{NarrowerView, WishView};

use crate::routes::staff;
use crate::ui::choice::{Choice, Options, choice};
use crate::ui::field::{Field, text_field};
use crate::ui::{Icon, icon, typed, wrong};

/// The fields of the form.
const FIELDS: [&str; 2] = ["tenant", "viewing_as"];

/// What is wished for, and the form that changes it.
pub(super) fn narrow(view: &NarrowerView, flash: Option<&Flash>) -> AnyView {
    let wish = view.wish.as_ref();
    let reads = wish.is_some_and(|wish| wish.reach == Reach::Reads);
    let again = FIELDS.iter().any(|name| wrong(flash, name).is_some());
    let tenant = Field {
        value: match again {
            true => typed(flash, "tenant"),
            false => wish.and_then(|wish| wish.tenant.clone()).unwrap_or_default(),
        },
        hint: Some("Its short name or id. Empty for all that you reach."),
        max: 80,
        mono: true,
        ..Field::again("tenant", "One tenant", flash)
    };
    view! {
        {wish.map(told)}
        <details open=again>
            <summary class="btn big">"Narrow this session"</summary>
            <form method="post" action=staff::SIGN_IN_NARROW>
                {(!view.views.is_empty()).then(|| views(view, flash))}
                {text_field(tenant)}
                <label class="check" for="reads_only">
                    <input type="checkbox" id="reads_only" name="reads_only" value="yes" checked=reads />
                    <span>"Reads only: nothing can be changed."</span>
                </label>
                <button type="submit" class="btn big">
                    "Narrow it"
                </button>
            </form>
        </details>
    }
    .into_any()
}

/// What the console may be viewed as: only what is narrower.
fn views(view: &NarrowerView, flash: Option<&Flash>) -> AnyView {
    let own = (String::new(), "your own role".to_owned());
    let wished = view.wish.as_ref().and_then(|wish| wish.view.clone());
    choice(Choice {
        name: "viewing_as",
        label: "View the console as",
        options: vec![Options {
            heading: None,
            items: [own].into_iter().chain(view.views.iter().cloned()).collect(),
        }],
        chosen: wished.map(|(name, _)| name).unwrap_or_default(),
        error: wrong(flash, "viewing_as"),
        ..Choice::default()
    })
}

fn told(wish: &WishView) -> AnyView {
    let words = wish.words().join(", ");
    view! {
        <div class="note" role="status">
            {icon(Icon::Lock)}
            <p>
                <b>"Your session will be narrowed: "</b>
                {words}
                ". Widening it takes a new sign-in."
            </p>
        </div>
    }
    .into_any()
}
