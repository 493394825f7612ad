//! People chosen in the table, and what can be done with them. The boxes are fields of one form, and the bar shows itself
//! as soon as one is ticked, so all of it works without WebAssembly, but for copying and choosing the whole page.

use leptos::prelude::*;
use stagedoor_core::view::directory::{MemberRow, UsersView};

use crate::routes::{CHOSEN, LIST, UsersQuery, export_users, staff};
use crate::ui::{Act, Icon, icon};

/// The form that the boxes belong to.
const FORM: &str = "chosen";

/// The box of one person.
pub(super) fn pick(person: &MemberRow) -> AnyView {
    let label = format!("Select {}", person.name);
    view! {
        <input
            type="checkbox"
            form=FORM
            name=CHOSEN
            value=person.id.to_string()
            data-pick=""
            data-email=person.email.clone()
            aria-label=label
        />
    }
    .into_any()
}

/// The box of the whole page, which needs the islands.
pub(super) fn pick_all() -> AnyView {
    view! { <input type="checkbox" class="awake" data-pick-all="" aria-label="Select all on this page" /> }
        .into_any()
}

/// The bar below the table.
pub(super) fn chosen_bar(view: &UsersView, list: &UsersQuery) -> AnyView {
    let action = export_users(&view.tenant.slug);
    let copy = |what: &'static str, words: &'static str| {
        view! {
            <button type="button" class="btn sm awake" data-copy=what>
                {icon(Icon::Copy)}
                {words}
            </button>
        }
    };
    // A form has one address and a button one value: the list's state goes along as that value.
    let revoke = view.may_revoke.then(|| {
        view! {
            <button class=Act::SmallDanger.class() formaction=staff::REVOKE_CHOSEN name=LIST value=list.text()>
                "Revoke sessions"
            </button>
        }
    });
    view! {
        <form id=FORM class="bulk" method="get" action=action aria-label="Selected people">
            <output class="num" data-chosen="">
                "Selected people"
            </output>
            <input type="hidden" name="sort" value=view.sort.as_str() />
            <button class="btn sm" name="format" value="csv">
                {icon(Icon::Download)}
                "Export CSV"
            </button>
            <button class="btn sm" name="format" value="jsonl">
                {icon(Icon::Download)}
                "Export JSON Lines"
            </button>
            {copy("email", "Copy addresses")}
            {copy("id", "Copy ids")}
            {revoke}
            <button type="reset" class="btn sm ghost">
                "Clear"
            </button>
        </form>
    }
    .into_any()
}
