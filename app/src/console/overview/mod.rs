//! The Overview: what needs a person now, how things go, and who is inside a tenant.

mod inside;
mod needs;

use leptos::prelude::*;
use stagedoor_core::view::Tone;
use stagedoor_core::view::overview::{HygieneLine, OverviewView};
use stagedoor_service::StaffOp;

use super::Content;
use crate::error::AppError;
use crate::layout::Around;
use crate::ui::tag::tone_box_small;
use crate::ui::{Icon, kpis, page_head};

/// Loads the page.
pub(crate) async fn load(op: &StaffOp, around: &Around) -> Result<Content, AppError> {
    let view = stagedoor_service::overview::view(op)
        .await
        .map_err(|error| AppError::from(op.public(&error)))?;
    Ok(Content {
        title: "Overview".to_owned(),
        main: overview_page(&view, around),
        dialog: None,
    })
}

/// Draws the page.
#[must_use]
pub fn overview_page(view: &OverviewView, around: &Around) -> AnyView {
    let greeting = format!("{}, {}", greeting(around.clock.hour()), view.first_name);
    let figures = (!view.kpis.is_empty()).then(|| kpis(&view.kpis, "Key figures"));
    let inside = view
        .inside
        .as_ref()
        .map(|visits| inside::inside_card(visits, around));
    let hygiene = view.hygiene.as_ref().map(|lines| hygiene_card(lines));
    let main = view! {
        <div class="stack">
            {needs::needs_card(&view.needs)}
            <div class="-mb-4">{figures}</div>
            {inside}
        </div>
    };
    let body = match hygiene {
        Some(hygiene) => view! { <div class="col">{main} {hygiene}</div> }.into_any(),
        None => main.into_any(),
    };
    view! {
        {page_head(greeting, needs::sentence(view.needs.len()), ())}
        {body}
    }
    .into_any()
}

/// By the viewer's own hour.
const fn greeting(hour: i8) -> &'static str {
    match hour {
        5..12 => "Good morning",
        12..18 => "Good afternoon",
        _ => "Good evening",
    }
}

fn hygiene_card(lines: &[HygieneLine]) -> AnyView {
    let rows = lines.iter().map(hygiene_line).collect_view();
    view! {
        <section class="card" aria-labelledby="hygiene">
            <h2 class="sect" id="hygiene">
                "Hygiene"
            </h2>
            <ul class="px-[14px] py-2">{rows}</ul>
        </section>
    }
    .into_any()
}

fn hygiene_line(line: &HygieneLine) -> AnyView {
    let (label, value) = (line.label.clone(), line.value.clone());
    let (picture, word) = match line.tone {
        Tone::Ok => (Icon::Check, "Well"),
        Tone::Danger => (Icon::Cross, "Wrong"),
        _ => (Icon::Clock, "To look at"),
    };
    view! {
        <li class="flex items-center gap-[10px] min-h-[28px]">
            {tone_box_small(line.tone, picture)}
            <span class="sr-only">{word} ": "</span>
            <span>{label}</span>
            <span class="spacer"></span>
            <span class="small muted num text-right">{value}</span>
        </li>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_greeting_follows_the_hour() {
        assert_eq!(greeting(4), "Good evening");
        assert_eq!(greeting(5), "Good morning");
        assert_eq!(greeting(12), "Good afternoon");
        assert_eq!(greeting(18), "Good evening");
    }
}
