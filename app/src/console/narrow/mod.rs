//! Narrowing one's own session: to one tenant, to reads, to the view of a narrower role. What is offered is only ever narrower,
//! and the server refuses the rest; the way to widen it is to sign in again.

#[cfg(test)]
mod tests;

use leptos::prelude::*;
use stagedoor_core::narrowed::Reach;
use stagedoor_core::view::frame::{ConsoleFrame, Flash};
use stagedoor_core::view::narrow::NarrowView;
use stagedoor_service::{StaffOp, narrow};

use super::Content;
use crate::error::AppError;
use crate::routes::staff;
use crate::ui::choice::{Choice, Options, choice};
use crate::ui::{page_head, titled_card, typed, wrong};

const TITLE: &str = "Narrow this session";
const LEAD: &str =
    "Take away what you do not need just now. It holds until you sign in again; no page gives it back.";
const AS_IT_IS: &str = "as it is";

/// Loads the page.
pub(crate) async fn load(op: &StaffOp, frame: &ConsoleFrame) -> Result<Content, AppError> {
    let view = narrow::show(op)
        .await
        .map_err(|error| AppError::from(op.public(&error)))?;
    Ok(Content {
        title: TITLE.to_owned(),
        main: narrow_page(&view, frame.flash.as_ref()),
        dialog: None,
    })
}

/// Draws the page.
#[must_use]
pub fn narrow_page(view: &NarrowView, flash: Option<&Flash>) -> AnyView {
    view! {
        {page_head(TITLE, LEAD, ())}
        <div class="col">
            {form(view, flash)}
            <div class="stack">{now(view)}</div>
        </div>
    }
    .into_any()
}

/// What the session is narrowed to, and the one way back.
fn now(view: &NarrowView) -> AnyView {
    let words = view.now.words();
    let told = if words.is_empty() {
        "not narrowed".to_owned()
    } else {
        words.join(", ")
    };
    let body = view! {
        <dl class="kv p-[14px]">
            <dt>"Your role"</dt>
            <dd>{view.own.label()}</dd>
            <dt>"This session"</dt>
            <dd>{told}</dd>
            <dt>"To widen it"</dt>
            <dd>"Sign out, then sign in again."</dd>
        </dl>
    };
    titled_card("narrowed", "As it is", body)
}

fn form(view: &NarrowView, flash: Option<&Flash>) -> AnyView {
    let reads = view.now.reach == Reach::Everything;
    if !reads && view.tenants.is_empty() && view.views.is_empty() {
        let body = view! { <p class="p-[14px] muted">"There is nothing left that could be taken away."</p> };
        return titled_card("narrower", "Narrower", body);
    }
    let body = view! {
        <form method="post" action=staff::NARROW_SESSION class="grid gap-3 p-[14px]">
            {(!view.tenants.is_empty()).then(|| tenants(view, flash))}
            {(!view.views.is_empty()).then(|| views(view, flash))}
            {reads.then(|| reads_only(flash))}
            <div>
                <button class="btn pri">"Narrow this session"</button>
            </div>
        </form>
    };
    titled_card("narrower", "Narrower", body)
}

fn tenants(view: &NarrowView, flash: Option<&Flash>) -> AnyView {
    let items = view
        .tenants
        .iter()
        .map(|tenant| (tenant.slug.clone(), tenant.name.clone()));
    choice(Choice {
        name: "tenant",
        label: "Tenants",
        options: with_as_it_is(items),
        chosen: typed(flash, "tenant"),
        error: wrong(flash, "tenant"),
        ..Choice::default()
    })
}

fn views(view: &NarrowView, flash: Option<&Flash>) -> AnyView {
    let items = view.views.iter().cloned();
    choice(Choice {
        name: "viewing_as",
        label: "View the console as",
        options: with_as_it_is(items),
        chosen: typed(flash, "viewing_as"),
        error: wrong(flash, "viewing_as"),
        ..Choice::default()
    })
}

fn with_as_it_is(items: impl Iterator<Item = (String, String)>) -> Vec<Options> {
    let first = (String::new(), AS_IT_IS.to_owned());
    vec![Options {
        heading: None,
        items: [first].into_iter().chain(items).collect(),
    }]
}

fn reads_only(flash: Option<&Flash>) -> AnyView {
    let error = wrong(flash, "reads_only");
    let described = error.is_some().then_some("reads_only-error");
    let error = error.map(|text| view! { <p class="err" id="reads_only-error">{text}</p> });
    view! {
        <div class="grid gap-[5px]">
            <label class="check" for="reads_only">
                <input type="checkbox" id="reads_only" name="reads_only" value="yes" aria-describedby=described />
                <span>"Reads only: nothing can be changed."</span>
            </label>
            {error}
        </div>
    }
    .into_any()
}
