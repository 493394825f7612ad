//! The table and the file: medians over the rounds.

use std::path::Path;
use std::time::Duration;

use serde_json::{Value, json};

use crate::load::Spell;
use crate::options::Options;

/// One round of one page.
pub(crate) struct Measured {
    pub(crate) alone: Spell,
    pub(crate) together: Spell,
}

/// One page.
pub(crate) struct Row {
    name: &'static str,
    beside: &'static str,
    rounds: Vec<Measured>,
}

impl Row {
    pub(crate) const fn new(name: &'static str, beside: &'static str) -> Self {
        Self {
            name,
            beside,
            rounds: Vec::new(),
        }
    }

    pub(crate) fn add(&mut self, measured: Measured) {
        self.rounds.push(measured);
    }

    fn median(&self, figure: impl Fn(&Measured) -> f64) -> f64 {
        let mut all: Vec<f64> = self.rounds.iter().map(figure).collect();
        all.sort_unstable_by(f64::total_cmp);
        all[all.len() / 2]
    }

    fn figures(&self) -> Value {
        json!({
            "page": self.name,
            "what": self.beside,
            "first_byte_ms": {
                "one_connection": { "p50": self.median(|one| at(&one.alone, 50)), "p99": self.median(|one| at(&one.alone, 99)) },
                "several": { "p50": self.median(|one| at(&one.together, 50)), "p99": self.median(|one| at(&one.together, 99)) },
            },
            "pages_per_second": self.median(|one| one.together.rate),
            "processor_ms_per_page": self.median(|one| millis(one.together.processor)),
            "pages_per_second_of_two_cores": self.median(|one| 2_000.0 / millis(one.together.processor).max(0.001)),
            "bytes": self.rounds.last().map(|one| one.alone.bytes),
        })
    }
}

fn millis(time: Duration) -> f64 {
    time.as_secs_f64() * 1_000.0
}

fn at(spell: &Spell, percent: usize) -> f64 {
    let place = (spell.first_bytes.len() - 1) * percent / 100;
    millis(spell.first_bytes[place])
}

/// What was measured, and where.
fn setting(options: &Options) -> Value {
    json!({
        "people": options.people,
        "entries": options.entries,
        "engine": options.database.as_deref().map_or("sqlite", |url| url.split(':').next().unwrap_or_default()),
        "connections": options.connections,
        "rounds": options.rounds,
        "seconds": options.spell.as_secs_f64(),
        "cores": std::thread::available_parallelism().map_or(0, std::num::NonZero::get),
    })
}

pub(crate) fn print(rows: &[Row], options: &Options) {
    println!("{}", setting(options));
    println!(
        "{:<26} {:>9} {:>9} {:>9} {:>9} {:>9} {:>11} {:>11} {:>8}",
        "", "1 p50", "1 p99", "n p50", "n p99", "pages/s", "cpu/page", "2 cores/s", "bytes"
    );
    for row in rows {
        let figures = row.figures();
        let number = |path: &str| figures.pointer(path).and_then(Value::as_f64).unwrap_or_default();
        println!(
            "{:<26} {:>7.2}ms {:>7.2}ms {:>7.2}ms {:>7.2}ms {:>9.0} {:>9.2}ms {:>11.0} {:>8}  {}",
            row.name,
            number("/first_byte_ms/one_connection/p50"),
            number("/first_byte_ms/one_connection/p99"),
            number("/first_byte_ms/several/p50"),
            number("/first_byte_ms/several/p99"),
            number("/pages_per_second"),
            number("/processor_ms_per_page"),
            number("/pages_per_second_of_two_cores"),
            number("/bytes"),
            row.beside,
        );
    }
}

pub(crate) fn save(rows: &[Row], options: &Options, path: &Path) {
    let pages: Vec<Value> = rows.iter().map(Row::figures).collect();
    let all = json!({ "setting": setting(options), "pages": pages });
    std::fs::write(path, format!("{all:#}\n")).unwrap();
}
