//! Key figures with their trend and a spark line. The line is decoration: the figure and the trend say the finding.

use leptos::prelude::*;
use stagedoor_core::view::{Kpi, Tone};

/// Width and height of a spark line's own grid; the stylesheet stretches it.
const GRID: (f32, f32) = (100.0, 28.0);
/// What is kept free above and below the line, so that its stroke is not cut.
const MARGIN: f32 = 2.0;

/// A row of key figures; `label` names the group.
pub fn kpis(figures: &[Kpi], label: &'static str) -> AnyView {
    let cards = figures.iter().map(kpi).collect_view();
    view! {
        <section class="kpis" aria-label=label>
            {cards}
        </section>
    }
    .into_any()
}

fn kpi(figure: &Kpi) -> AnyView {
    let (label, value, trend) = (figure.label.clone(), figure.value.clone(), figure.trend.clone());
    view! {
        <div class="card kpi">
            <div class="l">{label}</div>
            <div class="v">{value}</div>
            <div class="d muted">{trend}</div>
            {spark(&figure.spark, figure.tone)}
        </div>
    }
    .into_any()
}

fn spark(points: &[f32], tone: Tone) -> Option<AnyView> {
    let line = line(points)?;
    let (width, height) = GRID;
    let area = format!("{line}L{width} {height}L0 {height}Z");
    let view_box = format!("0 0 {width} {height}");
    Some(
        view! {
            <svg class=spark_class(tone) viewBox=view_box preserveAspectRatio="none" aria-hidden="true">
                <path class="ar" d=area />
                <path class="ln" d=line />
            </svg>
        }
        .into_any(),
    )
}

const fn spark_class(tone: Tone) -> &'static str {
    match tone {
        Tone::Neutral | Tone::Accent => "sp",
        Tone::Ok => "sp t-ok",
        Tone::Warn => "sp t-warn",
        Tone::Danger => "sp t-danger",
        Tone::Info => "sp t-info",
    }
}

/// The path through the points, scaled to the grid; fewer than two points draw no line. Values that are not numbers count
/// as the lowest.
fn line(points: &[f32]) -> Option<String> {
    if points.len() < 2 {
        return None;
    }
    let finite = || points.iter().copied().filter(|value| value.is_finite());
    let low = finite().fold(f32::INFINITY, f32::min);
    let high = finite().fold(f32::NEG_INFINITY, f32::max);
    let (width, height) = GRID;
    let step = width / (points.len() - 1) as f32;
    let mut path = String::with_capacity(points.len() * 12);
    for (at, value) in points.iter().enumerate() {
        let share = if high > low && value.is_finite() {
            (value - low) / (high - low)
        } else {
            0.0
        };
        let y = height - MARGIN - share * (height - 2.0 * MARGIN);
        let verb = if at == 0 { 'M' } else { 'L' };
        path.push_str(&format!("{verb}{:.1} {y:.1}", step * at as f32));
    }
    Some(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_goes_from_edge_to_edge_and_stays_inside() {
        assert_eq!(
            line(&[0.0, 1.0, 0.5]).as_deref(),
            Some("M0.0 26.0L50.0 2.0L100.0 14.0")
        );
        assert_eq!(line(&[3.0, 3.0]).as_deref(), Some("M0.0 26.0L100.0 26.0"));
        assert_eq!(line(&[f32::NAN, 3.0]).as_deref(), Some("M0.0 26.0L100.0 26.0"));
        assert_eq!(line(&[1.0]), None);
        assert_eq!(line(&[]), None);
    }
}
