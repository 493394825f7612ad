//! What pages show: plain data, made by the service, drawn by the app, and nothing a person may not see.
//!
//! A view never carries a secret, a digest or a permit; what it leaves out was decided before it was made.

pub mod alert;
pub mod audit;
pub mod directory;
pub mod duties;
pub mod event;
pub mod frame;
pub mod narrow;
pub mod network;
pub mod overview;
pub mod passkey;
pub mod person;
pub mod policy;
pub mod portal;
pub mod provider;
pub mod receipt;
pub mod risk;
pub mod role;
pub mod session;
pub mod sign_in;
pub mod staff;
pub mod step_up;
pub mod system;
pub mod tenant;
pub mod trial;
pub mod visit;
pub mod whoami;

use serde::{Deserialize, Serialize};

/// One page of a list, with the sealed cursors of its neighbours.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Page<T> {
    /// The rows.
    pub items: Vec<T>,
    /// The cursor of the next page; `None` at the end.
    pub next: Option<String>,
}

/// How many there are: exact up to 10,000, then "10,000+" (decision 26).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Total {
    /// Counted to the end.
    Exact(u64),
    /// Counting stopped here.
    AtLeast(u64),
}

impl Total {
    /// Where counting stops.
    pub const CAP: u64 = 10_000;

    /// From a count that stopped one past the cap.
    #[must_use]
    pub const fn from_capped(count: u64) -> Self {
        if count > Self::CAP {
            Self::AtLeast(Self::CAP)
        } else {
            Self::Exact(count)
        }
    }
}

impl Total {
    /// The number that is certain: all, or the cap.
    #[must_use]
    pub const fn floor(self) -> u64 {
        match self {
            Self::Exact(count) | Self::AtLeast(count) => count,
        }
    }
}

impl std::fmt::Display for Total {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Exact(count) => f.write_str(&grouped(*count)),
            Self::AtLeast(count) => write!(f, "{}+", grouped(*count)),
        }
    }
}

/// A whole number with thousands separated: `1,284,906`.
#[must_use]
pub fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (position, digit) in digits.chars().enumerate() {
        if position > 0 && (digits.len() - position).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// The initials of a name, at most two: `RW`.
#[must_use]
pub fn initials(name: &str) -> String {
    let mut words = name
        .split_whitespace()
        .filter_map(|word| word.chars().find(|c| c.is_alphanumeric()));
    let first = words.next();
    let last = words.next_back();
    first
        .into_iter()
        .chain(last)
        .flat_map(char::to_uppercase)
        .collect()
}

/// A key figure with its trend.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Kpi {
    /// What it is, in words that are also the finding's subject.
    pub label: String,
    /// The figure, with its unit.
    pub value: String,
    /// The change against the previous period, in words: `▲ 12.4 %`, `+8 since yesterday`, `stable`.
    pub trend: String,
    /// The last points, oldest first; empty draws no line.
    pub spark: Vec<f32>,
    /// The colour of its line.
    pub tone: Tone,
}

/// A status colour. It is never the only signal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Tone {
    /// None in particular.
    Neutral,
    /// The accent.
    Accent,
    /// Well.
    Ok,
    /// Look at it.
    Warn,
    /// Wrong.
    Danger,
    /// To know.
    Info,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_grouped_and_capped() {
        assert_eq!(grouped(1_284_906), "1,284,906");
        assert_eq!(grouped(142), "142");
        assert_eq!(Total::from_capped(10_000).to_string(), "10,000");
        assert_eq!(Total::from_capped(10_001).to_string(), "10,000+");
    }

    #[test]
    fn initials_take_the_first_and_the_last_word() {
        assert_eq!(initials("Rod Walsh"), "RW");
        assert_eq!(initials("Ana Maria de Ortiz"), "AO");
        assert_eq!(initials("Cher"), "C");
        assert_eq!(initials(""), "");
    }
}
