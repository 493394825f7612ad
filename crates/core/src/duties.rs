//! What each member of staff owes before the console opens: to have read their responsibilities, as they stand now, and to
//! leave another way to be reached.
//!
//! Which text somebody acknowledged is a fact on their row; whether that is today's is said here, and [`crate::decide()`]
//! refuses everything else until it is. A backup contact is personal: it is never part of an entry of the audit.

mod contact;

pub use contact::{BackupContact, Reach};

use std::fmt::Write as _;

use sha2::{Digest, Sha256};

use crate::action::Action;

/// The edition of [`SHIPPED`]. It rises with every change of the text, and everybody acknowledges anew.
pub const EDITION: &str = "1";

/// The responsibilities of whoever enters by the staff entrance, as they come with the program.
pub const SHIPPED: &[&str] = &[
    "You act on customers' data for a reason you can name, and you write that reason down where you are asked for it.",
    "You look at no more than the work at hand needs, and you end a visit when it is done.",
    "Your account, your session and your passkeys are yours alone: you lend them to nobody, and you lock your screen.",
    "You hand secrets and enrollment tokens over by a way other than the address they belong to, and you check who it is.",
    "What you do here is recorded under your name. You never work around a guardrail or the audit log.",
    "When a passkey or a device is lost, or something looks wrong, you tell a super admin at once.",
];

/// Most lines that an organisation adds.
pub const OWN_MAX: usize = 20;

/// The responsibilities of an installation: what comes with the program, and the organisation's own lines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Responsibilities {
    own: Vec<String>,
    version: String,
}

impl Default for Responsibilities {
    fn default() -> Self {
        Self::with(Vec::new())
    }
}

impl Responsibilities {
    /// With the organisation's own lines. Their version is another one with every change of either.
    #[must_use]
    pub fn with(own: Vec<String>) -> Self {
        let mut version = EDITION.to_owned();
        if !own.is_empty() {
            version.push('-');
            for byte in digest(&own) {
                // INVARIANT: writing to a string does not fail.
                let _ = write!(version, "{byte:02x}");
            }
        }
        Self { own, version }
    }

    /// Which text this is: the edition, and a digest of the organisation's lines where there are any.
    #[must_use]
    pub fn version(&self) -> &str {
        &self.version
    }

    /// The whole text, a line each.
    pub fn lines(&self) -> impl Iterator<Item = &str> {
        SHIPPED.iter().copied().chain(self.own.iter().map(String::as_str))
    }

    /// Whether somebody who acknowledged a version, or none, has acknowledged this text.
    #[must_use]
    pub fn are_acknowledged(&self, version: Option<&str>) -> bool {
        version == Some(self.version.as_str())
    }
}

/// The first eight bytes of a digest over the lines, each behind its length.
fn digest(lines: &[String]) -> [u8; 8] {
    let mut hash = Sha256::new();
    for line in lines {
        hash.update((line.len() as u64).to_be_bytes());
        hash.update(line.as_bytes());
    }
    let whole: [u8; 32] = hash.finalize().into();
    let mut first = [0; 8];
    first.copy_from_slice(&whole[..8]);
    first
}

/// Whether an action of staff is open to who has not acknowledged: what leads there, and the way out.
#[must_use]
pub const fn come_before(action: Action) -> bool {
    matches!(
        action,
        Action::StaffSignIn
            | Action::StaffSignOut
            | Action::SessionViewOwn
            | Action::SessionRenew
            | Action::StaffStepUp
            | Action::DutiesViewOwn
            | Action::DutiesAcknowledge
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_change_of_the_organisation_s_lines_is_another_version() {
        let with = |lines: &[&str]| {
            let lines = lines.iter().map(|&line| line.to_owned()).collect();
            Responsibilities::with(lines).version().to_owned()
        };
        let versions = [with(&[]), with(&["a", "b"]), with(&["ab"]), with(&["b", "a"])];
        for (at, version) in versions.iter().enumerate() {
            assert!(version.starts_with(EDITION));
            assert!(!versions[at + 1..].contains(version), "{version}");
        }
        assert_eq!(
            with(&["a", "b"]),
            versions[1],
            "the same text is the same version"
        );
    }

    #[test]
    fn the_text_shown_ends_with_the_organisation_s_lines() {
        let all = Responsibilities::with(vec!["Lock the door.".to_owned()]);
        assert_eq!(all.lines().count(), SHIPPED.len() + 1);
        assert_eq!(all.lines().last(), Some("Lock the door."));
        assert!(all.are_acknowledged(Some(all.version())));
        assert!(!all.are_acknowledged(Some(EDITION)) && !all.are_acknowledged(None));
    }
}
