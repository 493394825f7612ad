//! The timeline, for the console and for a tenant's own log: sentences and facts, as far as this reader may know them.

use serde::{Deserialize, Serialize};

use crate::audit::sentence::Part;
use crate::time::Timestamp;
use crate::view::directory::Chip;
use crate::view::frame::GuardView;
use crate::view::{Page, Tone, Total};

/// One field that changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DiffLine {
    /// The field.
    pub field: String,
    /// Before.
    pub before: Option<String>,
    /// After.
    pub after: Option<String>,
}

/// A fact of an opened entry: a label, its value, and where it leads.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FactLine {
    /// The label.
    pub label: String,
    /// The value.
    pub value: String,
    /// Whether it is an id, an address or a hash.
    pub mono: bool,
    /// The query that pivots to it.
    pub pivot: Option<String>,
}

/// One entry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditLine {
    /// Its id.
    pub id: String,
    /// When.
    pub at: Timestamp,
    /// The icon's name.
    pub icon: String,
    /// The icon's colour.
    pub tone: Tone,
    /// Whether the icon wears the red of impersonation.
    pub impersonation: bool,
    /// Whether it is worth waking somebody; its icon has that for a name, whichever it is.
    pub critical: bool,
    /// The sentence.
    pub sentence: Vec<Part>,
    /// Words at the right, with their colour: a ticket, `denied · role`, `Platform support`.
    pub tags: Vec<(String, Tone)>,
    /// The six guardrails, where the entry has a decision.
    pub guards: Vec<GuardView>,
    /// What changed.
    pub diff: Vec<DiffLine>,
    /// All else there is to know.
    pub facts: Vec<FactLine>,
    /// What a member of staff asked with it, for a reader who may ask the simulator.
    pub asked: Option<AskedThen>,
}

/// A real request of a member of staff as its entry knows it, for the simulator to begin with. What no entry keeps, such as the age
/// of the proof, is left to whoever asks again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AskedThen {
    /// Who, by id.
    pub person: String,
    /// The action, by name.
    pub action: String,
    /// The tenant that it was about, by id.
    pub tenant: Option<String>,
    /// Where it came from, as long as that is kept.
    pub address: Option<String>,
}

/// One bar of the histogram.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bar {
    /// Where it begins.
    pub from: Timestamp,
    /// All entries in it.
    pub count: u64,
    /// Those that were denied or failed.
    pub refused: u64,
}

/// The Audit log page.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AuditView {
    /// The query as it was typed.
    pub query: String,
    /// What is wrong with the query, if it could not be read; the rows are then empty.
    pub query_error: Option<String>,
    /// The filters in force.
    pub chips: Vec<Chip>,
    /// How many entries the reader may see in all.
    pub all: Total,
    /// How many match.
    pub matching: Total,
    /// How long they are kept, in days.
    pub kept_days: u64,
    /// When the log's last checkpoint was signed; `None` before the first.
    pub signed_at: Option<Timestamp>,
    /// Whether witnesses cosign the log's checkpoints, so that proofs say how many agree.
    pub witnessed: bool,
    /// The last 24 hours, half an hour a bar, oldest first.
    pub bars: Vec<Bar>,
    /// The entries, newest first.
    pub page: Page<AuditLine>,
    /// The server's clock.
    pub now: Timestamp,
}
