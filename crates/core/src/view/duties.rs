//! What a member of staff reads and signs before the console opens, and the backup contact that they left.

use serde::{Deserialize, Serialize};

use crate::time::Timestamp;

/// A backup contact, as those may read it who may know it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ContactLine {
    /// Who answers there, where that is somebody else.
    pub name: Option<String>,
    /// The address or the number.
    pub contact: String,
    /// When it was left, or changed last.
    pub changed: Timestamp,
}

/// Somebody's backup contact, for a reader.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ContactShown {
    /// There is none, or it is not the reader's to know.
    Nothing,
    /// It is told.
    Told(ContactLine),
    /// The reader holds the right and something else keeps it from them. Whether there is one was not looked up.
    Withheld {
        /// Why, and what to do, in words.
        why: String,
        /// Whether a fresh proof of who they are is all that it takes.
        by_proof: bool,
    },
}

/// One's own responsibilities.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DutiesView {
    /// Which text it is.
    pub version: String,
    /// The text, a line each.
    pub lines: Vec<String>,
    /// Whether this very text is acknowledged.
    pub done: bool,
    /// When the person acknowledged last, in whichever version.
    pub acknowledged: Option<Timestamp>,
    /// What they left.
    pub contact: Option<ContactLine>,
    /// Why the session may not change it; `None` where it may.
    pub kept: Option<String>,
    /// The server's clock.
    pub now: Timestamp,
}
