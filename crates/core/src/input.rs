//! What people type, checked once and then carried as a type: a value of one of these is known to be in bounds.

use std::fmt;

/// Fewest characters of a reason, after trimming (spec 02 step 2).
pub const REASON_MIN: usize = 10;
/// Most characters of a reason.
pub const REASON_MAX: usize = 500;
/// Most characters of a ticket reference.
pub const TICKET_MAX: usize = 64;

/// What is wrong with one field, in words for the person who filled it in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldError {
    /// The field's name on the wire.
    pub field: &'static str,
    /// What is wrong and what to do.
    pub message: String,
}

impl FieldError {
    /// An error for one field.
    #[must_use]
    pub fn new(field: &'static str, message: impl Into<String>) -> Self {
        Self {
            field,
            message: message.into(),
        }
    }
}

/// Why somebody does something, in their own words: 10 to 500 characters, trimmed, no control characters.
#[derive(Clone, PartialEq, Eq)]
pub struct Justification(String);

impl Justification {
    /// Checks and trims a reason.
    ///
    /// # Errors
    /// Names the field `reason` when it is too short, too long, or holds control characters.
    pub fn parse(text: &str) -> Result<Self, FieldError> {
        let trimmed = text.trim();
        let length = trimmed.chars().count();
        if length < REASON_MIN {
            let message = format!("Say why in at least {REASON_MIN} characters; this has {length}.");
            return Err(FieldError::new("reason", message));
        }
        if length > REASON_MAX {
            let message = format!("Say why in at most {REASON_MAX} characters; this has {length}.");
            return Err(FieldError::new("reason", message));
        }
        if trimmed.chars().any(char::is_control) {
            return Err(FieldError::new(
                "reason",
                "Write the reason on one line, without control characters.",
            ));
        }
        Ok(Self(trimmed.to_owned()))
    }

    /// The reason, trimmed.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Justification {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.0)
    }
}

/// A reference to a ticket, such as `#4218`: 1 to 64 characters, trimmed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TicketRef(String);

impl TicketRef {
    /// Checks and trims a ticket reference; an empty one is none.
    ///
    /// # Errors
    /// Names the field `ticket_ref` when it is too long or holds control characters.
    pub fn parse(text: &str) -> Result<Option<Self>, FieldError> {
        let trimmed = text.trim();
        if trimmed.is_empty() {
            return Ok(None);
        }
        if trimmed.chars().count() > TICKET_MAX {
            return Err(FieldError::new(
                "ticket_ref",
                format!("Use at most {TICKET_MAX} characters."),
            ));
        }
        if trimmed.chars().any(char::is_control) {
            return Err(FieldError::new("ticket_ref", "Use no control characters."));
        }
        Ok(Some(Self(trimmed.to_owned())))
    }

    /// The reference, trimmed.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The normalised form by which names and e-mail addresses are compared, sorted and searched: trimmed, lower case.
/// It is computed here and stored, because the two engines disagree about case beyond ASCII.
#[must_use]
pub fn normalise(text: &str) -> String {
    text.trim().to_lowercase()
}

/// Whether two names are one to whoever reads them: case and the width of gaps tell nobody apart.
#[must_use]
pub fn reads_alike(one: &str, other: &str) -> bool {
    let read = |text: &str| normalise(&text.split_whitespace().collect::<Vec<_>>().join(" "));
    read(one) == read(other)
}

/// Whether a text holds a character that is not seen, or that turns round how others are read: control characters, Unicode's
/// format characters (its category Cf: zero width, direction), and its separators of lines.
#[must_use]
pub fn has_unseen(text: &str) -> bool {
    text.chars().any(|c| c.is_control() || is_format(c))
}

const fn is_format(c: char) -> bool {
    matches!(
        c,
        '\u{ad}'
            | '\u{600}'..='\u{605}'
            | '\u{61c}'
            | '\u{6dd}'
            | '\u{70f}'
            | '\u{890}'..='\u{891}'
            | '\u{8e2}'
            | '\u{180e}'
            | '\u{200b}'..='\u{200f}'
            | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}'
            | '\u{feff}'
            | '\u{fff9}'..='\u{fffb}'
            | '\u{110bd}'
            | '\u{110cd}'
            | '\u{13430}'..='\u{1343f}'
            | '\u{1bca0}'..='\u{1bca3}'
            | '\u{1d173}'..='\u{1d17a}'
            | '\u{e0001}'..='\u{e007f}'
    )
}

/// The words a person is found by: the parts of the name, the whole e-mail address, and the parts of its local part.
/// Search is by prefix of any of these.
#[must_use]
pub fn search_tokens(name: &str, email: &str) -> Vec<String> {
    let email = normalise(email);
    let local = email.split('@').next().unwrap_or_default().to_owned();
    let mut tokens: Vec<String> = normalise(name)
        .split(|c: char| !c.is_alphanumeric())
        .chain(local.split(|c: char| !c.is_alphanumeric()))
        .filter(|token| !token.is_empty())
        .map(str::to_owned)
        .collect();
    tokens.push(normalise(name));
    tokens.push(email);
    tokens.sort_unstable();
    tokens.dedup();
    tokens
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reason_is_counted_after_trimming_and_in_characters() {
        assert!(Justification::parse("   123456789   ").is_err());
        assert_eq!(
            Justification::parse("  1234567890  ").unwrap().as_str(),
            "1234567890"
        );
        assert!(
            Justification::parse("ééééééééé").is_err(),
            "nine characters of two bytes are nine"
        );
        assert!(Justification::parse(&"x".repeat(REASON_MAX + 1)).is_err());
        assert!(Justification::parse("first line\nsecond line").is_err());
    }

    #[test]
    fn an_empty_ticket_is_none() {
        assert_eq!(TicketRef::parse("  ").unwrap(), None);
        assert_eq!(TicketRef::parse(" #4218 ").unwrap().unwrap().as_str(), "#4218");
        assert!(TicketRef::parse(&"x".repeat(TICKET_MAX + 1)).is_err());
    }

    #[test]
    fn people_are_found_by_any_part_of_their_name_or_address() {
        let tokens = search_tokens("Rod Walsh", "Rod.W@acme.com");
        assert_eq!(tokens, ["rod", "rod walsh", "rod.w@acme.com", "w", "walsh"]);
    }
}
