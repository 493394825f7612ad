//! Trends of key figures: percent for volumes, absolute change for failures, a word for latency (spec 07).

use stagedoor_core::view::{Kpi, Tone, grouped};

/// The change of a volume against the period before.
#[must_use]
pub fn of_volume(now: u64, before: u64) -> String {
    if before == 0 {
        return "none the period before".to_owned();
    }
    let change = (now as f64 - before as f64) / before as f64 * 100.0;
    if change.abs() < 0.05 {
        return "as before".to_owned();
    }
    let sign = if change > 0.0 { '▲' } else { '▼' };
    format!("{sign} {:.1} %", change.abs())
}

/// The change of a count of failures.
#[must_use]
pub fn of_failures(now: u64, before: u64, since: &str) -> String {
    match now.cmp(&before) {
        std::cmp::Ordering::Greater => format!("+{} {since}", grouped(now - before)),
        std::cmp::Ordering::Less => format!("−{} {since}", grouped(before - now)),
        std::cmp::Ordering::Equal => "as before".to_owned(),
    }
}

/// The key figure of decision times.
#[must_use]
pub fn decision_kpi(p99: Option<std::time::Duration>) -> Kpi {
    let (value, trend) = match p99 {
        None => ("–".to_owned(), "none yet"),
        Some(p99) => (time(p99), "upper bound"),
    };
    Kpi {
        label: "p99 decision".to_owned(),
        value,
        trend: trend.to_owned(),
        spark: Vec::new(),
        tone: Tone::Ok,
    }
}

fn time(span: std::time::Duration) -> String {
    let nanos = span.as_nanos();
    match nanos {
        0..1_000 => format!("≤ {nanos} ns"),
        1_000..1_000_000 => format!("≤ {:.1} µs", nanos as f64 / 1e3),
        _ => format!("≤ {:.1} ms", nanos as f64 / 1e6),
    }
}

/// Counts as the points of a spark line.
#[must_use]
pub fn spark(counts: &[u64]) -> Vec<f32> {
    counts.iter().map(|count| *count as f32).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn volumes_change_by_percent_and_failures_by_number() {
        assert_eq!(of_volume(112, 100), "▲ 12.0 %");
        assert_eq!(of_volume(82, 100), "▼ 18.0 %");
        assert_eq!(of_volume(5, 0), "none the period before");
        assert_eq!(of_failures(37, 29, "since yesterday"), "+8 since yesterday");
        assert_eq!(of_failures(29, 37, "since yesterday"), "−8 since yesterday");
    }
}
