//! A backup contact, as a person may type it: an address other than that of work, or a telephone number.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::input::{FieldError, normalise};

/// Most characters of the contact's name.
const NAME_MAX: usize = 100;
/// Most bytes of an address (RFC 5321).
const EMAIL_MAX: usize = 254;
/// How many digits a telephone number has, with that of its country (E.164).
const DIGITS: std::ops::RangeInclusive<usize> = 7..=15;

const MISSING: &str = "Write an e-mail address other than that of work, or a telephone number.";
const NOT_EMAIL: &str = "Write an address such as kim@home.example.";
const OWN_EMAIL: &str =
    "This is your address at work. Write one that still reaches you when that one is lost.";
const NOT_PHONE: &str = "Write the number with its country, such as +49 30 901820.";

/// How somebody is reached outside of the console.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// By an e-mail address.
    Email,
    /// By telephone.
    Phone,
}

/// Another way to reach a person of staff. Personal: its `Debug` tells nothing of it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BackupContact {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    contact: String,
}

impl BackupContact {
    /// Checks and trims what a person typed; their address at work is none.
    ///
    /// # Errors
    /// Names the fields `contact_name` and `contact` where they are wrong.
    pub fn parse(name: &str, contact: &str, work: &str) -> Result<Self, Vec<FieldError>> {
        let (name, contact) = (named(name), reached(contact, work));
        match (name, contact) {
            (Ok(name), Ok(contact)) => Ok(Self { name, contact }),
            (name, contact) => Err([name.err(), contact.err()].into_iter().flatten().collect()),
        }
    }

    /// Who answers there, where that is somebody else.
    #[must_use]
    pub fn name(&self) -> Option<&str> {
        self.name.as_deref()
    }

    /// The address, or the number without its spaces.
    #[must_use]
    pub fn contact(&self) -> &str {
        &self.contact
    }

    /// How it reaches them.
    #[must_use]
    pub fn reach(&self) -> Reach {
        match self.contact.contains('@') {
            true => Reach::Email,
            false => Reach::Phone,
        }
    }
}

impl fmt::Debug for BackupContact {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "BackupContact({:?})", self.reach())
    }
}

fn named(name: &str) -> Result<Option<String>, FieldError> {
    let name = name.trim();
    if name.chars().count() > NAME_MAX || name.chars().any(char::is_control) {
        let words = format!("Write a name of at most {NAME_MAX} characters on one line, or none.");
        return Err(FieldError::new("contact_name", words));
    }
    Ok((!name.is_empty()).then(|| name.to_owned()))
}

fn reached(contact: &str, work: &str) -> Result<String, FieldError> {
    let contact = contact.trim();
    let wrong = |words| Err(FieldError::new("contact", words));
    if contact.is_empty() {
        return wrong(MISSING);
    }
    if !contact.contains('@') {
        return phone(contact).map_or_else(|| wrong(NOT_PHONE), Ok);
    }
    if !is_email(contact) {
        return wrong(NOT_EMAIL);
    }
    if normalise(contact) == normalise(work) {
        return wrong(OWN_EMAIL);
    }
    Ok(contact.to_owned())
}

fn is_email(text: &str) -> bool {
    let parts = text.split_once('@');
    text.len() <= EMAIL_MAX
        && !text.contains(|c: char| c.is_whitespace() || c.is_control())
        && parts.is_some_and(|(local, domain)| {
            !local.is_empty()
                && !domain.contains('@')
                && domain.split('.').count() > 1
                && domain.split('.').all(|label| !label.is_empty())
        })
}

/// The number as `+` and its digits; people write it with spaces, hyphens, dots, slashes and brackets.
fn phone(text: &str) -> Option<String> {
    let digits = text.strip_prefix('+')?;
    let digits: String = digits.chars().filter(|c| !" -./()".contains(*c)).collect();
    let counts = DIGITS.contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit());
    counts.then(|| format!("+{digits}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const WORK: &str = "Kim@acme-corp.example";

    #[test]
    fn an_address_or_a_number_with_its_country_is_kept() {
        for (typed, kept, reach) in [
            (" kim@home.example ", "kim@home.example", Reach::Email),
            ("+49 (30) 90-18/20", "+4930901820", Reach::Phone),
        ] {
            let contact = BackupContact::parse(" Jo, my sister ", typed, WORK).unwrap();
            assert_eq!((contact.contact(), contact.reach()), (kept, reach));
            assert_eq!(contact.name(), Some("Jo, my sister"));
            assert!(!format!("{contact:?}").contains(kept));
        }
        assert_eq!(
            BackupContact::parse("  ", "+4930901820", WORK).unwrap().name(),
            None
        );
    }

    #[test]
    fn what_reaches_nobody_is_refused_by_its_field() {
        let long = "x".repeat(NAME_MAX + 1);
        for (name, contact, fields) in [
            ("", "", vec!["contact"]),
            ("", "kim@ACME-corp.example", vec!["contact"]),
            ("", "kim@home", vec!["contact"]),
            ("", "kim@home..example", vec!["contact"]),
            ("", "a@b@home.example", vec!["contact"]),
            ("", "030 901820", vec!["contact"]),
            ("", "+49 30", vec!["contact"]),
            ("", "+49 30 ring twice", vec!["contact"]),
            ("two\nlines", "+4930901820", vec!["contact_name"]),
            (long.as_str(), "nobody", vec!["contact_name", "contact"]),
        ] {
            let wrong = BackupContact::parse(name, contact, WORK).unwrap_err();
            let named: Vec<_> = wrong.iter().map(|error| error.field).collect();
            assert_eq!(named, fields, "{name:?} {contact:?}");
        }
    }
}
