//! The choice of a list's columns: a menu with a form in it, so it works without any script.

use leptos::prelude::*;

use super::button::{Hidden, hidden_fields};
use super::icon::{Icon, icon};

/// What the menu needs to know.
pub struct ColumnMenu {
    /// Where the form is sent.
    pub action: &'static str,
    /// What else is sent.
    pub hidden: Vec<Hidden>,
    /// The first column, which is always shown.
    pub first: &'static str,
    /// The others: name, words, whether it is shown.
    pub columns: Vec<(&'static str, &'static str, bool)>,
}

/// Draws the menu.
pub fn column_menu(menu: ColumnMenu) -> AnyView {
    let boxes = menu
        .columns
        .into_iter()
        .map(|(name, label, shown)| {
            view! {
                <label class="check item">
                    <input type="checkbox" name="cols[]" value=name checked=shown />
                    {label}
                </label>
            }
        })
        .collect_view();
    view! {
        <details class="drop end">
            <summary class="btn ghost sm">{icon(Icon::Sliders)} "Columns"</summary>
            <form method="post" action=menu.action class="w-[230px]">
                {hidden_fields(menu.hidden)}
                <fieldset>
                    <legend class="sr-only">"Columns to show"</legend>
                    <label class="check item">
                        <input type="checkbox" checked disabled />
                        {menu.first}
                    </label>
                    {boxes}
                </fieldset>
                <div class="acts p-2">
                    <button class="btn sm pri">"Show these"</button>
                    <button class="btn sm ghost" name="usual" value="on">
                        "Usual ones"
                    </button>
                </div>
            </form>
        </details>
    }
    .into_any()
}
