//! Network rules that are written in the console: what a range may be, what is told of one that is doubtful, and how a set of
//! them is kept. Which rules count is [`crate::guard`]'s; the rules of the configuration file are never changed here.

mod range;

use std::collections::BTreeSet;

use ipnet::IpNet;
use serde::{Deserialize, Serialize};

use crate::guard::{NetworkKind, NetworkRule};
use crate::id::NetworkRuleId;
use crate::input::FieldError;
use crate::time::Timestamp;

use range::check_width;
pub use range::read_range;

/// Most rules beside those of the configuration file.
pub const RULES_MAX: usize = 200;
/// Most characters of a name.
const NAME_MAX: usize = 64;
/// Most characters of a note.
const NOTE_MAX: usize = 200;

/// A rule that is kept in the database.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OwnRule {
    /// Its id.
    pub id: NetworkRuleId,
    /// Its name for people, which no other rule has.
    pub name: String,
    /// What kind of way in it is.
    pub kind: NetworkKind,
    /// The range, without bits behind its prefix.
    pub range: IpNet,
    /// What it is for, in a line.
    pub note: String,
    /// When it was made.
    pub created: Timestamp,
}

impl OwnRule {
    /// The rule as the guardrail looks at it.
    #[must_use]
    pub fn rule(&self) -> NetworkRule {
        NetworkRule {
            name: self.name.clone(),
            kind: self.kind,
            range: self.range,
        }
    }
}

/// Whether somebody said that a range is meant to be as wide as it is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Wide {
    /// Nobody did.
    #[default]
    Unasked,
    /// It is meant.
    Meant,
}

/// A rule as somebody writes it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RuleDraft {
    /// Its name.
    pub name: String,
    /// `corp_ip` or `vpn`.
    pub kind: String,
    /// A range such as `203.0.113.0/24`, or one address.
    pub range: String,
    /// What it is for.
    pub note: String,
    /// Whether a very wide range is meant.
    pub wide: Wide,
}

/// A rule that was checked by itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckedRule {
    /// Its name, trimmed.
    pub name: String,
    /// Its kind.
    pub kind: NetworkKind,
    /// Its range in its one form.
    pub range: IpNet,
    /// Its note, trimmed.
    pub note: String,
}

impl RuleDraft {
    /// Checks it by itself.
    ///
    /// # Errors
    /// The first field that is not right, by its name, with what to do.
    pub fn check(&self) -> Result<CheckedRule, FieldError> {
        let (name, note) = (self.name.trim(), self.note.trim());
        let plain = |letter: char| letter.is_alphanumeric() || " ._-".contains(letter);
        if name.is_empty() || name.chars().count() > NAME_MAX || !name.chars().all(plain) {
            let message = format!("Use 1 to {NAME_MAX} letters, digits, spaces, dots, _ and -.");
            return Err(FieldError::new("name", message));
        }
        if note.chars().count() > NOTE_MAX || note.chars().any(char::is_control) {
            let message = format!("Say what it is for on one line of at most {NOTE_MAX} characters.");
            return Err(FieldError::new("note", message));
        }
        let kind = match NetworkKind::from_name(self.kind.trim()) {
            Some(kind @ (NetworkKind::CorpIp | NetworkKind::Vpn)) => kind,
            _ => return Err(FieldError::new("kind", "Choose one of corp_ip, vpn.")),
        };
        let range = read_range(&self.range)?;
        check_width(range, self.wide)?;
        Ok(CheckedRule {
            name: name.to_owned(),
            kind,
            range,
            note: note.to_owned(),
        })
    }
}

/// The rules as they would be, held against those of the file: how many, each name and each range once.
///
/// # Errors
/// Names the field.
pub fn check_set(declared: &[NetworkRule], own: &[OwnRule]) -> Result<(), FieldError> {
    if own.len() > RULES_MAX {
        let message = format!("At most {RULES_MAX} rules can be kept.");
        return Err(FieldError::new("rules", message));
    }
    let of_file: BTreeSet<String> = declared.iter().map(|rule| rule.name.to_lowercase()).collect();
    let mut names = BTreeSet::new();
    for (at, rule) in own.iter().enumerate() {
        let name = rule.name.to_lowercase();
        if of_file.contains(&name) || !names.insert(name) {
            return Err(FieldError::new(
                "name",
                "Another rule has this name. Choose a new one.",
            ));
        }
        let rest = declared.iter().map(|other| (&other.name, other.range));
        let rest = rest.chain(own[..at].iter().map(|other| (&other.name, other.range)));
        if let Some((name, _)) = rest.into_iter().find(|(_, range)| *range == rule.range) {
            return Err(FieldError::new(
                "range",
                format!("{} is the range of {name} already.", rule.range),
            ));
        }
    }
    Ok(())
}

/// What is doubtful about a rule among others: where it overlaps them.
#[must_use]
pub fn overlaps(range: IpNet, others: &[NetworkRule]) -> Vec<String> {
    let told = |other: &NetworkRule| {
        let (name, there) = (&other.name, other.range);
        match (there.contains(&range), range.contains(&there)) {
            (true, true) => None,
            (true, false) => Some(format!(
                "{range} lies in {there} of {name}, which lets it in already."
            )),
            (false, true) => Some(format!("{range} has {there} of {name} in it.")),
            (false, false) => None,
        }
    };
    others.iter().filter_map(told).collect()
}

/// A set of rules in the one form in which it is kept: JSON, in the order of their ids.
#[must_use]
pub fn canonical(rules: &[OwnRule]) -> String {
    let mut rules: Vec<&OwnRule> = rules.iter().collect();
    rules.sort_by_key(|rule| rule.id);
    serde_json::to_string(&rules).unwrap_or_default()
}

#[cfg(test)]
mod tests;
