//! On the way in: what the session shall be narrowed to. A plain form, folded away until somebody wants it. Nothing here tells
//! whether there is such a tenant: that is asked after the passkey.

use leptos::prelude::*;
use stagedoor_core::narrowed::Reach;

use crate::routes::staff;
use crate::ui::field::{Field, text_field};
use crate::ui::{Icon, icon};

/// A tenant as it was typed, and reads.
type Wish = Option<(Option<String>, Reach)>;

/// What is wished for, and the form that changes it.
pub(super) fn narrow(wish: &Wish) -> AnyView {
    let (tenant, reach) = wish.clone().unwrap_or((None, Reach::Everything));
    let reads = reach == Reach::Reads;
    let tenant_field = Field {
        name: "tenant",
        label: "One tenant",
        value: tenant.clone().unwrap_or_default(),
        hint: Some("Its short name or id. Empty for all that you reach."),
        max: 80,
        mono: true,
        ..Field::default()
    };
    view! {
        {wish.as_ref().map(|_| told(tenant.as_deref(), reads))}
        <details>
            <summary class="btn big">"Narrow this session"</summary>
            <form method="post" action=staff::SIGN_IN_NARROW>
                {text_field(tenant_field)}
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

fn told(tenant: Option<&str>, reads: bool) -> AnyView {
    let tenant = tenant.map(|tenant| format!("only {tenant}"));
    let words = [tenant, reads.then(|| "reads only".to_owned())];
    let words: Vec<_> = words.into_iter().flatten().collect();
    view! {
        <div class="note" role="status">
            {icon(Icon::Lock)}
            <p>
                <b>"Your session will be narrowed: "</b>
                {words.join(", ")}
                ". Widening it takes a new sign-in."
            </p>
        </div>
    }
    .into_any()
}
