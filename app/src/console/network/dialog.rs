//! The two steps of a change: its fields, by GET, so that nothing is tried yet; then what it would do, with the reason and
//! the words that are asked for, by POST.

use leptos::prelude::*;
use stagedoor_core::input::FieldError;
use stagedoor_core::view::audit::DiffLine;
use stagedoor_core::view::frame::Flash;
use stagedoor_core::view::network::{NetworkPreview, NetworkView, OutsideLine};

use super::nobody;
use crate::routes::{NetworkQuery, staff};
use crate::ui::button::hidden_fields;
use crate::ui::choice::{Choice, Options, choice};
use crate::ui::{
    Act, Ask, Clock, Field, Icon, ask, cancel_link, dialog_frame, diff, icon, text_field, wrong,
};

/// The fields of a rule.
pub(super) fn fields(
    view: &NetworkView,
    query: &NetworkQuery,
    wrong: &[FieldError],
    closed: String,
) -> AnyView {
    let of = |name: &str| {
        let found = wrong.iter().find(|error| error.field == name);
        found.map(|error| error.message.clone())
    };
    let title = match query.act.as_deref() {
        Some("change") => "Change a network rule",
        _ => "Add a network rule",
    };
    let other = ["rules"].into_iter().find_map(of).map(|words| nobody(&words));
    let hidden = vec![
        ("tenant", query.tenant.clone().unwrap_or_default()),
        ("act", query.act.clone().unwrap_or_default()),
        ("rule", query.rule.clone().unwrap_or_default()),
        ("step", "preview".to_owned()),
    ];
    let about = view.address.map_or_else(
        || "Nobody knows the address that you come from.".to_owned(),
        |address| {
            format!(
                "You come from {address}. What the change would do is shown next; nothing is changed yet."
            )
        },
    );
    let error = |name: &str| of(name);
    let inside = view! {
        <form method="get" action=staff::NETWORK>
            {hidden_fields(hidden)}
            <header>
                <h2 id="dialog-title">{title}</h2>
            </header>
            <div class="b">
                <p class="muted" id="dialog-about">
                    {about}
                </p>
                {other}
                {rule_fields(query, &error)}
                {wide(query, of("confirm_wide"))}
            </div>
            <footer>{cancel_link(closed)} <button class=Act::Primary.class()>"Show what it would do"</button></footer>
        </form>
    };
    dialog_frame(inside.into_any())
}

fn rule_fields(query: &NetworkQuery, error: &dyn Fn(&str) -> Option<String>) -> AnyView {
    let name = Field {
        name: "name",
        label: "Name",
        value: query.name.clone(),
        error: error("name"),
        min: 1,
        max: 64,
        autofocus: true,
        ..Field::default()
    };
    let kind = Choice {
        name: "kind",
        label: "Kind",
        options: Options::plain(&[("corp_ip", "The company's own addresses"), ("vpn", "Its VPN")]),
        chosen: query.kind.clone(),
        error: error("kind"),
        ..Choice::default()
    };
    let range = Field {
        name: "range",
        label: "Range",
        value: query.range.clone(),
        hint: Some("Such as 203.0.113.0/24 or 2001:db8::/32, or one address."),
        error: error("range"),
        min: 2,
        max: 64,
        mono: true,
        ..Field::default()
    };
    let note = Field {
        name: "note",
        label: "Note",
        value: query.note.clone(),
        hint: Some("What it is for. It can be left empty."),
        error: error("note"),
        max: 200,
        ..Field::default()
    };
    view! {
        {text_field(name)}
        {choice(kind)}
        {text_field(range)}
        {text_field(note)}
    }
    .into_any()
}

/// Asked for once a range turned out to be very wide.
fn wide(query: &NetworkQuery, error: Option<String>) -> Option<AnyView> {
    let meant = query.wide == "yes";
    if !meant && error.is_none() {
        return None;
    }
    let words = error.map(|words| view! { <p class="err" id="wide-error">{words}</p> });
    Some(
        view! {
            <div class="grid gap-[5px]">
                <label class="check" for="wide">
                    <input type="checkbox" id="wide" name="wide" value="yes" checked=meant />
                    <span>"I mean a range as wide as this."</span>
                </label>
                {words}
            </div>
        }
        .into_any(),
    )
}

/// What a change would do.
pub(super) fn preview(
    preview: &NetworkPreview,
    query: &NetworkQuery,
    flash: Option<&Flash>,
    clock: &Clock,
    (dialog, closed): (&str, String),
) -> AnyView {
    let (verb, act) = match query.act.as_deref() {
        Some("remove") => ("Try without it", Act::Danger),
        _ => ("Try it", Act::Primary),
    };
    let fields = view! {
        {changes(preview)}
        {preview.refused.as_deref().map(nobody)}
        {warnings(preview)}
        {verdict(preview)}
        {outside(preview, clock)}
        {elsewhere(preview, flash)}
        {text_field(Field {
            autofocus: true,
            ..Field::reason("Why", flash)
        })}
    };
    ask(Ask {
        title: format!("Try a change of {}?", preview.name),
        about: "It is in force at once. Unless you confirm it from inside within five minutes, it rolls back by itself.".to_owned(),
        action: staff::CHANGE_NETWORK,
        hidden: vec![
            ("act", query.act.clone().unwrap_or_default()),
            ("rule", query.rule.clone().unwrap_or_default()),
            ("name", query.name.clone()),
            ("kind", query.kind.clone()),
            ("range", query.range.clone()),
            ("note", query.note.clone()),
            ("wide", query.wide.clone()),
            ("dialog", dialog.to_owned()),
            ("back", closed.clone()),
        ],
        fields: fields.into_any(),
        submit: (verb.to_owned(), act),
        closed,
        flash,
    })
}

fn changes(preview: &NetworkPreview) -> AnyView {
    let lines: Vec<DiffLine> = preview
        .changes
        .iter()
        .map(|(field, before, after)| DiffLine {
            field: field.clone(),
            before: before.clone(),
            after: after.clone(),
        })
        .collect();
    diff(&lines)
}

fn warnings(preview: &NetworkPreview) -> AnyView {
    preview
        .warnings
        .iter()
        .map(|words| {
            view! {
                <p class="note warn">
                    {icon(Icon::Warning)}
                    <span>{words.clone()}</span>
                </p>
            }
        })
        .collect_view()
        .into_any()
}

fn verdict(preview: &NetworkPreview) -> AnyView {
    let address = preview
        .address
        .map_or_else(|| "Your address".to_owned(), |address| address.to_string());
    let words = match (&preview.let_in_by, preview.passes) {
        (Some(rule), true) => format!("{address} would be let in by {rule}."),
        _ => format!("{address} would not be let in any more: confirm it from inside, or it rolls back."),
    };
    view! { <p class="muted">{words}</p> }.into_any()
}

fn outside(preview: &NetworkPreview, clock: &Clock) -> Option<AnyView> {
    let lines = preview.outside.as_ref()?;
    if lines.is_empty() {
        let words = "Everybody who was here within the last day would still get in from where they were.";
        return Some(view! { <p class="muted">{words}</p> }.into_any());
    }
    let rows = lines.iter().map(|line| person(line, clock)).collect_view();
    Some(
        view! {
            <section class="grid gap-2" aria-label="Who would not get in">
                <p>"From where they were within the last day, these would not get in:"</p>
                <ul>{rows}</ul>
            </section>
        }
        .into_any(),
    )
}

fn person(line: &OutsideLine, clock: &Clock) -> AnyView {
    let runs = line.live.then_some(", signed in now");
    view! {
        <li class="muted">
            <b>{line.name.clone()}</b>
            " from "
            <span class="mono">{line.address.clone()}</span>
            ", "
            {clock.ago(line.seen)}
            {runs}
        </li>
    }
    .into_any()
}

fn elsewhere(preview: &NetworkPreview, flash: Option<&Flash>) -> Option<AnyView> {
    let error = wrong(flash, "confirm_from_elsewhere");
    if preview.passes && error.is_none() {
        return None;
    }
    let words = error.map(|words| view! { <p class="err" id="elsewhere-error">{words}</p> });
    Some(
        view! {
            <div class="grid gap-[5px]">
                <label class="check" for="elsewhere">
                    <input type="checkbox" id="elsewhere" name="elsewhere" value="yes" />
                    <span>"I will confirm it from inside."</span>
                </label>
                {words}
            </div>
        }
        .into_any(),
    )
}
