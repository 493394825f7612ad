//! The entries by day, each a line that opens. The console and a tenant's own log draw the same.

use leptos::prelude::*;
use stagedoor_core::audit::sentence::Part;
use stagedoor_core::time::Timestamp;
use stagedoor_core::view::Tone;
use stagedoor_core::view::audit::{AskedThen, AuditLine, FactLine};

use crate::console::policies::of_entry;
use crate::routes::columns::{AuditColumn, Column, Shown};
use crate::ui::{Clock, Icon, diff, glyphs, icon, tag};

/// What gives the address of a query of the log.
pub type Pivot<'a> = &'a dyn Fn(&str) -> String;

/// Draws the entries. `open` is the id of the one that lies open, `columns` what stands beside the sentences; `pivot`
/// gives the address of a query, where the reader may ask the log; `receipt` that of an entry's receipt, where entries are to be
/// proved.
pub fn timeline(
    lines: &[AuditLine],
    clock: &Clock,
    open: Option<&str>,
    columns: &Shown<AuditColumn>,
    pivot: Option<Pivot<'_>>,
    receipt: Option<fn(&str) -> String>,
) -> AnyView {
    lines
        .chunk_by(|a, b| clock.day(a.at) == clock.day(b.at))
        .filter_map(|day| day.first().map(|first| (clock.day(first.at), day)))
        .map(|(name, day)| {
            let rows = day
                .iter()
                .map(|line| entry(line, clock, open, columns, pivot, receipt))
                .collect_view();
            view! {
                <h2 class="day">{name}</h2>
                <ol>{rows}</ol>
            }
        })
        .collect_view()
        .into_any()
}

fn entry(
    line: &AuditLine,
    clock: &Clock,
    open: Option<&str>,
    columns: &Shown<AuditColumn>,
    pivot: Option<Pivot<'_>>,
    receipt: Option<fn(&str) -> String>,
) -> AnyView {
    let beside = columns.iter().map(|column| cell(column, line)).collect_view();
    view! {
        <li id=line.id.clone() data-row="">
            <details open=open == Some(line.id.as_str())>
                <summary class="ev">
                    <span class="tm">{clock.moment(line.at)}</span>
                    {picture(line)}
                    <span class="min-w-0 break-words">{sentence(&line.sentence)}</span>
                    <span class="sm:col-span-2 flex flex-wrap sm:justify-end items-center gap-[6px_10px]">{beside}</span>
                </summary>
                {opened(line, clock, pivot, receipt)}
            </details>
        </li>
    }
    .into_any()
}

/// What stands beside the sentence in a column; nothing where the entry has nothing to say there.
fn cell(column: AuditColumn, line: &AuditLine) -> AnyView {
    match column {
        AuditColumn::Labels => {
            let tags = line.tags.iter().map(|(words, tone)| tag(*tone, words.clone()));
            view! {
                {tags.collect_view()}
                {line.critical.then(critical_tag)}
            }
            .into_any()
        }
        AuditColumn::Guards => (!line.guards.is_empty()).then(|| glyphs(&line.guards)).into_any(),
        AuditColumn::Tenant | AuditColumn::From | AuditColumn::Request => {
            let known = line.facts.iter().find(|fact| fact.label == column.label());
            let mono = column != AuditColumn::Tenant;
            known
                .map(|fact| {
                    let title = format!("{}: {}", fact.label, fact.value);
                    view! {
                        <span class="small muted" class:mono=mono title=title>
                            {fact.value.clone()}
                        </span>
                    }
                })
                .into_any()
        }
    }
}

/// An entry's picture. The words of the line say what most pictures show; that an entry is critical no words say, so
/// this picture has a name.
fn picture(line: &AuditLine) -> AnyView {
    let class = picture_class(line);
    let shown = icon(Icon::named(&line.icon));
    if line.critical {
        return view! {
            <span class=class role="img" aria-label="Critical" title="Critical: worth waking somebody">
                {shown}
            </span>
        }
        .into_any();
    }
    view! { <span class=class>{shown}</span> }.into_any()
}

/// The word beside the picture, for eyes: the picture's name has said it already.
fn critical_tag() -> AnyView {
    view! {
        <span class="tag danger" aria-hidden="true">
            "critical"
        </span>
    }
    .into_any()
}

/// The box around an entry's picture.
fn picture_class(line: &AuditLine) -> &'static str {
    if line.impersonation {
        return "ic imp";
    }
    match line.tone {
        Tone::Ok => "ic ok",
        Tone::Warn => "ic warn",
        Tone::Danger => "ic danger",
        Tone::Neutral | Tone::Accent | Tone::Info => "ic",
    }
}

/// An entry's sentence, its names set off from the words between.
pub(crate) fn sentence(parts: &[Part]) -> AnyView {
    parts
        .iter()
        .enumerate()
        .map(|(at, part)| {
            let space = (at > 0).then_some(" ");
            let piece = match part.clone() {
                Part::Strong(text) => view! { <b>{text}</b> }.into_any(),
                Part::Mono(text) => view! { <span class="mono">{text}</span> }.into_any(),
                Part::Plain(text) => view! { <span class="muted">{text}</span> }.into_any(),
            };
            view! {
                {space}
                {piece}
            }
        })
        .collect_view()
        .into_any()
}

fn opened(
    line: &AuditLine,
    clock: &Clock,
    pivot: Option<Pivot<'_>>,
    receipt: Option<fn(&str) -> String>,
) -> AnyView {
    let title = if line.diff.is_empty() {
        "All that is known"
    } else {
        "What changed"
    };
    let changed = (!line.diff.is_empty()).then(|| view! { <div class="mb-[8px]">{diff(&line.diff)}</div> });
    let facts = line.facts.iter().map(|known| fact(known, pivot)).collect_view();
    let (exact, id) = (clock.exact(line.at), line.id.clone());
    let again = line.asked.as_ref().map(|asked| asks_again(asked, line.at));
    let proof = receipt.zip(pivot).map(|(receipt, pivot)| {
        let alone = pivot(&format!("id:{}", line.id));
        super::proof::card(receipt(&line.id), alone)
    });
    view! {
        <div class="open">
            <section class="card">
                <h3>{title}</h3>
                {changed}
                <dl class="kv">
                    <dt>"Time"</dt>
                    <dd class="num">{exact}</dd>
                    {facts}
                    <dt>"Entry"</dt>
                    <dd class="mono">{id}</dd>
                </dl>
                {again}
            </section>
            {proof}
        </div>
    }
    .into_any()
}

/// The way to the simulator, with what the entry knows of the request; what it does not know is as it should be.
fn asks_again(asked: &AskedThen, at: Timestamp) -> AnyView {
    let href = of_entry(asked, at);
    view! {
        <p class="mt-[8px]">
            <a class="btn sm" href=href title="Who, what, from where and when, as they are in this entry">
                "Ask the simulator again"
            </a>
        </p>
    }
    .into_any()
}

fn fact(known: &FactLine, pivot: Option<Pivot<'_>>) -> AnyView {
    let (label, value) = (known.label.clone(), known.value.clone());
    let mono = known.mono;
    let value = match known.pivot.as_ref().zip(pivot) {
        Some((query, pivot)) => {
            let title = format!("All entries with {query}");
            let href = pivot(query);
            view! {
                <a class="link" href=href title=title>
                    {value}
                </a>
            }
            .into_any()
        }
        None => value.into_any(),
    };
    view! {
        <dt>{label}</dt>
        <dd class:mono=mono>{value}</dd>
    }
    .into_any()
}
