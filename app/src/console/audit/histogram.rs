//! The last 24 hours as bars, drawn by the server: what was refused in red, a finding in words, and the numbers as a table
//! for assistive technology.

use leptos::prelude::*;
use stagedoor_core::view::audit::Bar;
use stagedoor_core::view::grouped;

use crate::ui::Clock;

/// One bar's share of the width, the gap included, in the drawing's own units.
const STEP: f32 = 10.0;
/// The bar itself.
const WIDTH: f32 = 7.6;
/// The drawing's height.
const HEIGHT: f32 = 64.0;
/// The lowest bar that is still seen.
const LEAST: f32 = 2.0;
/// How many times stand below the bars.
const LABELS: usize = 4;

/// The figure; nothing when there are no bars.
pub fn histogram(bars: &[Bar], clock: &Clock) -> Option<AnyView> {
    let highest = bars.iter().map(|bar| bar.count).max()?;
    let view_box = format!("0 0 {} {HEIGHT}", STEP * bars.len() as f32);
    let shapes = bars
        .iter()
        .enumerate()
        .map(|(at, bar)| shape(at, bar, highest))
        .collect_view();
    Some(
        view! {
            <figure class="px-[14px] pt-[10px]">
                <svg class="hist" viewBox=view_box preserveAspectRatio="none" aria-hidden="true">
                    {shapes}
                </svg>
                <div class="axis num" aria-hidden="true">
                    {labels(bars, clock)}
                </div>
                <figcaption class="small muted mt-1">{finding(bars, clock)}</figcaption>
                {numbers(bars, clock)}
            </figure>
        }
        .into_any(),
    )
}

fn shape(at: usize, bar: &Bar, highest: u64) -> AnyView {
    let x = STEP * at as f32 + (STEP - WIDTH) / 2.0;
    let whole = height(bar.count, highest);
    let refused = height(bar.refused.min(bar.count), highest).min(whole);
    let rect = |class: &'static str, height: f32| {
        (height > 0.0).then(|| {
            let y = HEIGHT - height;
            view! {
                <rect
                    class=class
                    x=format!("{x:.1}")
                    y=format!("{y:.1}")
                    width=WIDTH.to_string()
                    height=format!("{height:.1}")
                    rx="1"
                />
            }
        })
    };
    view! {
        {rect(all_class(), whole)}
        {rect(refused_class(), refused)}
    }
    .into_any()
}

const fn all_class() -> &'static str {
    "n"
}

const fn refused_class() -> &'static str {
    "x"
}

fn height(count: u64, highest: u64) -> f32 {
    if count == 0 {
        0.0
    } else {
        (count as f32 / highest.max(1) as f32 * HEIGHT).max(LEAST)
    }
}

/// A few times below the bars, and `now` at the end.
fn labels(bars: &[Bar], clock: &Clock) -> AnyView {
    let every = bars.len().div_ceil(LABELS).max(1);
    let mut words: Vec<String> = bars.iter().step_by(every).map(|bar| clock.hm(bar.from)).collect();
    if let (Some(word), Some(first)) = (words.first_mut(), bars.first()) {
        *word = clock.weekday_hm(first.from);
    }
    words.push("now".to_owned());
    words
        .into_iter()
        .map(|word| view! { <span>{word}</span> })
        .collect_view()
        .into_any()
}

/// What the bars say: `1,204 entries in the last 24 hours, most at 14:30 (41). 6 were refused.`
fn finding(bars: &[Bar], clock: &Clock) -> String {
    let total: u64 = bars.iter().map(|bar| bar.count).sum();
    let refused: u64 = bars.iter().map(|bar| bar.refused).sum();
    let peak = bars
        .iter()
        .max_by_key(|bar| bar.count)
        .filter(|bar| bar.count > 0);
    let Some(peak) = peak else {
        return "Nothing in the last 24 hours.".to_owned();
    };
    let entries = if total == 1 { "entry" } else { "entries" };
    let refused = match refused {
        0 => "Nothing was refused.".to_owned(),
        1 => "1 was refused or failed.".to_owned(),
        many => format!("{} were refused or failed.", grouped(many)),
    };
    format!(
        "{} {entries} in the last 24 hours, most from {} on ({}). {refused}",
        grouped(total),
        clock.hm(peak.from),
        grouped(peak.count)
    )
}

fn numbers(bars: &[Bar], clock: &Clock) -> AnyView {
    let rows = bars
        .iter()
        .filter(|bar| bar.count > 0)
        .map(|bar| {
            view! {
                <tr>
                    <th scope="row">{clock.weekday_hm(bar.from)}</th>
                    <td>{bar.count}</td>
                    <td>{bar.refused}</td>
                </tr>
            }
        })
        .collect_view();
    view! {
        <div class="sr-only">
            <table>
                <caption>"Entries by half hour"</caption>
                <thead>
                    <tr>
                        <th scope="col">"From"</th>
                        <th scope="col">"Entries"</th>
                        <th scope="col">"Refused or failed"</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
    .into_any()
}
