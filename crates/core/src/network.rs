//! Network rules that are written in the console: what a range may be, what is told of one that is doubtful, and how a set of
//! them is kept. Which rules count is [`crate::guard`]'s; the rules of the configuration file are never changed here.

use std::collections::BTreeSet;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use ipnet::{IpNet, Ipv4Net, Ipv6Net};
use serde::{Deserialize, Serialize};

use crate::guard::{NetworkKind, NetworkRule};
use crate::id::NetworkRuleId;
use crate::input::FieldError;
use crate::time::Timestamp;

/// Most rules beside those of the configuration file.
pub const RULES_MAX: usize = 200;
/// Most characters of a name.
const NAME_MAX: usize = 64;
/// Most characters of a note.
const NOTE_MAX: usize = 200;
/// A range of IPv4 with a shorter prefix is asked about once more.
const WIDE_V4: u8 = 8;
/// The same of IPv6.
const WIDE_V6: u8 = 16;

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

/// A range in its one form: IPv4 mapped into IPv6 is IPv4, and one address is a range of one.
///
/// # Errors
/// Names the field `range`.
pub fn read_range(text: &str) -> Result<IpNet, FieldError> {
    let text = text.trim();
    let message = "Give a range such as 203.0.113.0/24 or 2001:db8::/32, or one address.";
    let range = parsed(text).ok_or_else(|| FieldError::new("range", message))?;
    let range = unmapped(range);
    if range.trunc() != range {
        let message = format!(
            "{range} has bits behind its prefix. Did you mean {}?",
            range.trunc()
        );
        return Err(FieldError::new("range", message));
    }
    Ok(range)
}

/// Numbers with leading zeros are refused: to some programs they are octal.
fn parsed(text: &str) -> Option<IpNet> {
    let Some((address, length)) = text.split_once('/') else {
        return text.parse::<IpAddr>().ok().map(IpNet::from);
    };
    let plain =
        length.bytes().all(|byte| byte.is_ascii_digit()) && (length == "0" || !length.starts_with('0'));
    let length: u8 = length.parse().ok().filter(|_| plain)?;
    IpNet::new(address.parse().ok()?, length).ok()
}

/// Addresses are compared in their one form, so that a range of mapped ones would never match.
fn unmapped(range: IpNet) -> IpNet {
    let IpNet::V6(v6) = range else {
        return range;
    };
    let inner = v6.addr().to_ipv4_mapped();
    match (inner, v6.prefix_len().checked_sub(96)) {
        (Some(inner), Some(length)) => Ipv4Net::new(inner, length).map_or(range, IpNet::V4),
        _ => range,
    }
}

fn check_width(range: IpNet, wide: Wide) -> Result<(), FieldError> {
    let refuse = |message: String| Err(FieldError::new("range", message));
    if range.prefix_len() == 0 {
        return refuse(format!(
            "{range} is everywhere. Name the ranges that staff come from."
        ));
    }
    let local = [loopback_v4(), loopback_v6()];
    if local
        .iter()
        .any(|local| local.contains(&range) || range.contains(local))
    {
        return refuse(format!(
            "{range} has this machine's own addresses in it, which count in the demo and in development alone."
        ));
    }
    let narrowest = match range {
        IpNet::V4(_) => WIDE_V4,
        IpNet::V6(_) => WIDE_V6,
    };
    if range.prefix_len() < narrowest && wide == Wide::Unasked {
        let message = format!(
            "{range} is wider than /{narrowest}. If that is what you mean, say so with confirm_wide."
        );
        return Err(FieldError::new("confirm_wide", message));
    }
    Ok(())
}

fn loopback_v4() -> IpNet {
    IpNet::V4(Ipv4Net::new_assert(Ipv4Addr::LOCALHOST, 8).trunc())
}

fn loopback_v6() -> IpNet {
    IpNet::V6(Ipv6Net::new_assert(Ipv6Addr::LOCALHOST, 128))
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
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::id::Id;

    fn draft(range: &str) -> RuleDraft {
        RuleDraft {
            name: "office".to_owned(),
            kind: "corp_ip".to_owned(),
            range: range.to_owned(),
            ..RuleDraft::default()
        }
    }

    fn own(number: u128, name: &str, range: &str) -> OwnRule {
        OwnRule {
            id: NetworkRuleId::new(1, number),
            name: name.to_owned(),
            kind: NetworkKind::Vpn,
            range: range.parse().expect("a range"),
            note: String::new(),
            created: Timestamp::from_micros(1),
        }
    }

    #[test]
    fn a_range_has_one_form() {
        let told = |text: &str| read_range(text).map(|range| range.to_string());
        assert_eq!(told(" 203.0.113.0/24 ").as_deref(), Ok("203.0.113.0/24"));
        assert_eq!(told("203.0.113.9").as_deref(), Ok("203.0.113.9/32"));
        assert_eq!(told("2001:DB8:0::/32").as_deref(), Ok("2001:db8::/32"));
        assert_eq!(told("::ffff:10.1.0.0/112").as_deref(), Ok("10.1.0.0/16"));
        assert_eq!(told("::ffff:10.1.0.9").as_deref(), Ok("10.1.0.9/32"));
        for wrong in [
            "",
            "office",
            "203.0.113.0/33",
            "203.0.113/24",
            "10.0.0.1/8",
            "010.0.0.0/8",
            "10.0.0.0/08",
            "10.0.0.0/+8",
        ] {
            assert_eq!(told(wrong).map_err(|error| error.field), Err("range"), "{wrong}");
        }
        let meant = read_range("10.1.2.3/16").expect_err("bits behind the prefix");
        assert!(
            meant.message.ends_with("Did you mean 10.1.0.0/16?"),
            "{}",
            meant.message
        );
    }

    #[test]
    fn what_is_too_wide_is_refused_or_asked_about() {
        let told = |range: &str, wide| {
            let draft = RuleDraft { wide, ..draft(range) };
            draft.check().map(drop).map_err(|error| error.field)
        };
        for never in [
            "0.0.0.0/0",
            "::/0",
            "::ffff:0:0/96",
            "127.0.0.1",
            "126.0.0.0/7",
            "::1",
            "::/16",
        ] {
            assert_eq!(told(never, Wide::Meant), Err("range"), "{never}");
        }
        for asked in ["10.0.0.0/7", "2000::/15"] {
            assert_eq!(told(asked, Wide::Unasked), Err("confirm_wide"), "{asked}");
            assert_eq!(told(asked, Wide::Meant), Ok(()), "{asked}");
        }
        for fine in ["10.0.0.0/8", "2001::/16", "192.0.2.1"] {
            assert_eq!(told(fine, Wide::Unasked), Ok(()), "{fine}");
        }
    }

    #[test]
    fn what_is_not_right_is_refused_by_the_name_of_its_field() {
        let wrong = [
            (
                "name",
                RuleDraft {
                    name: "  ".to_owned(),
                    ..draft("192.0.2.1")
                },
            ),
            (
                "name",
                RuleDraft {
                    name: "<b>".to_owned(),
                    ..draft("192.0.2.1")
                },
            ),
            (
                "name",
                RuleDraft {
                    name: "x".repeat(65),
                    ..draft("192.0.2.1")
                },
            ),
            (
                "note",
                RuleDraft {
                    note: "two\nlines".to_owned(),
                    ..draft("192.0.2.1")
                },
            ),
            (
                "kind",
                RuleDraft {
                    kind: "proxy".to_owned(),
                    ..draft("192.0.2.1")
                },
            ),
        ];
        for (field, draft) in wrong {
            assert_eq!(draft.check().expect_err(field).field, field, "{draft:?}");
        }
    }

    #[test]
    fn a_set_has_each_name_and_each_range_once_and_not_too_many() {
        let declared = [own(0, "corporate", "198.51.100.0/24").rule()];
        let told = |own: &[OwnRule]| check_set(&declared, own).map_err(|error| error.field);
        let (a, b) = (own(1, "a", "192.0.2.0/25"), own(2, "b", "192.0.2.128/25"));
        assert_eq!(told(&[a.clone(), b.clone()]), Ok(()));
        assert_eq!(told(&[a.clone(), own(3, "A", "203.0.113.0/24")]), Err("name"));
        assert_eq!(told(&[own(3, "Corporate", "203.0.113.0/24")]), Err("name"));
        assert_eq!(told(&[a.clone(), own(3, "c", "192.0.2.0/25")]), Err("range"));
        assert_eq!(told(&[own(3, "c", "198.51.100.0/24")]), Err("range"));
        let many: Vec<OwnRule> = (0..=200_u32)
            .map(|number| {
                own(
                    number.into(),
                    &format!("r{number}"),
                    &format!("10.0.{number}.0/24"),
                )
            })
            .collect();
        assert_eq!(told(&many[..200]), Ok(()));
        assert_eq!(told(&many), Err("rules"));
    }

    #[test]
    fn an_overlap_is_told() {
        let others = [
            own(1, "a", "10.0.0.0/8").rule(),
            own(2, "b", "192.0.2.0/24").rule(),
        ];
        let told = |range: &str| overlaps(range.parse().expect("a range"), &others).len();
        assert_eq!(
            (told("10.1.0.0/16"), told("192.0.0.0/16"), told("203.0.113.0/24")),
            (1, 1, 0)
        );
    }

    proptest! {
        /// Written in whatever order, a set is kept in one form, and read back as it was.
        #[test]
        fn a_set_is_kept_in_one_form(ranges in prop::collection::vec((any::<u32>(), 8_u8..=32), 0..8), turn in any::<prop::sample::Index>()) {
            let rules: Vec<OwnRule> = ranges
                .iter()
                .zip(1..)
                .map(|((bits, length), number)| {
                    let range = Ipv4Net::new_assert(Ipv4Addr::from(*bits), *length).trunc();
                    own(number, &format!("r{number}"), &range.to_string())
                })
                .collect();
            let mut turned = rules.clone();
            if !turned.is_empty() {
                turned.rotate_left(turn.index(rules.len()));
            }
            prop_assert_eq!(canonical(&rules), canonical(&turned));
            let read: Vec<OwnRule> = serde_json::from_str(&canonical(&turned)).expect("what was written is read");
            prop_assert_eq!(read, rules);
        }

        /// No text makes it panic, and what is read is written as it is compared.
        #[test]
        fn whatever_is_read_is_in_its_one_form(text in "[0-9a-f:./]{0,24}") {
            if let Ok(range) = read_range(&text) {
                prop_assert_eq!(range, range.trunc());
                prop_assert_eq!(read_range(&range.to_string()), Ok(range));
            }
        }
    }
}
