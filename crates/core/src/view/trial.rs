//! Changes on trial: the banner that stands above every page while one is pending, and the list of the latest.

use serde::{Deserialize, Serialize};

use crate::id::TrialId;
use crate::time::Timestamp;

/// A change on trial, or one that was.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TrialLine {
    /// Its id.
    pub id: TrialId,
    /// What is changed, by its name on the wire.
    pub kind: String,
    /// The same for people.
    pub label: String,
    /// What it is about, in a line.
    pub about: String,
    /// Why, in the words of who began it.
    pub reason: String,
    /// Who began it, by name.
    pub by: String,
    /// Whether that is the reader, who alone can confirm it.
    pub own: bool,
    /// When it began.
    pub started: Timestamp,
    /// When it rolls back by itself.
    pub until: Timestamp,
    /// `pending`, `confirmed` or `rolled_back`, as it stands now.
    pub state: String,
    /// When it ended.
    pub ended: Option<Timestamp>,
    /// Why it was rolled back: `time`, `hand` or `refused`.
    pub why: Option<String>,
}
