//! `/go`: the palette as a page, for whoever has no WebAssembly, or rather clicks.

use leptos::prelude::*;
use stagedoor_core::view::frame::{ConsoleFrame, TenantLabel};
use stagedoor_service::StaffOp;
use stagedoor_service::frame::find_tenants;

use super::Content;
use crate::error::AppError;
use crate::layout::Around;
use crate::layout::keys::{key_lists, switch};
use crate::layout::palette::{groups, tenants};
use crate::routes::{ConsolePage, GoQuery, staff};
use crate::ui::chip::SearchBox;
use crate::ui::{Act, Icon, State, link_button, page_head, search_box, state};

/// Most tenants on the page.
const TENANTS_SHOWN: u32 = 20;

/// Loads the page.
pub(crate) async fn load(
    op: &StaffOp,
    frame: &ConsoleFrame,
    around: &Around,
    query: &GoQuery,
) -> Result<Content, AppError> {
    let found = find_tenants(op, &query.q, TENANTS_SHOWN)
        .await
        .map_err(|error| AppError::from(op.public(&error)))?;
    Ok(Content {
        title: "Go to".to_owned(),
        main: go_page(frame, around, query, &found),
        dialog: None,
    })
}

/// Draws the page.
#[must_use]
pub fn go_page(frame: &ConsoleFrame, around: &Around, query: &GoQuery, found: &[TenantLabel]) -> AnyView {
    let search = SearchBox {
        action: staff::GO,
        label: "Page, tenant or action",
        placeholder: "Page, tenant or action",
        query: query.q.clone(),
        keep: vec![("tenant", query.tenant.clone().unwrap_or_default())],
        error_id: None,
    };
    let fitting: Vec<_> = groups(frame)
        .into_iter()
        .map(|group| group.fitting(&query.q))
        .chain([tenants(found)])
        .filter(|group| !group.is_empty())
        .collect();
    let list = if fitting.is_empty() {
        nothing(query)
    } else {
        fitting
            .iter()
            .map(|group| group.section())
            .collect_view()
            .into_any()
    };
    view! {
        {page_head("Go to", "Every page you may open, tenants by name, and what can be done from anywhere.", ())}
        <div class="stack">
            <section class="card" aria-label="Where to">
                <div class="bar">{search_box(search)}</div>
                {list}
            </section>
            <section class="card" id="keys-list" aria-labelledby="keys-heading">
                <h2 class="sect" id="keys-heading">
                    "Keyboard shortcuts"
                </h2>
                <div class="p-3 grid gap-3 max-w-[480px]">{key_lists(frame)} {switch(&around.back)}</div>
            </section>
        </div>
    }
    .into_any()
}

fn nothing(query: &GoQuery) -> AnyView {
    let all = ConsolePage::Go(GoQuery {
        q: String::new(),
        ..query.clone()
    });
    let shown = State {
        icon: Icon::Search,
        title: "Nothing of that name".to_owned(),
        text: "No page, tenant or action that is open to you begins like this.".to_owned(),
    };
    state(shown, link_button(Act::Plain, all.href(), "Show everything"))
}
