//! The receipt of one entry as it travels: what proves it, and by which keys. Whoever gets it checks it for themselves.

use serde::{Deserialize, Serialize};

use crate::audit::receipt::Receipt;

/// How an entry stands towards its log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// It has its place, and the receipt proves it.
    Proved,
    /// It was committed a moment ago and has no place yet.
    Waits,
    /// It should have a place and no proof can be made: the log was damaged.
    Unprovable,
}

/// A key that the log's checkpoints are signed with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeyLine {
    /// What people call it.
    pub label: String,
    /// `name+id+key`, as the format of signed notes writes keys.
    pub key: String,
}

/// How many of the configured witnesses agree that an entry stands where it stands.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct WitnessCount {
    /// How many have cosigned a checkpoint that covers the entry's place.
    pub agree: u32,
    /// How many are configured; 0 where none is.
    pub of: u32,
}

/// The receipt of an entry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReceiptView {
    /// The entry.
    pub id: String,
    /// How it stands.
    pub standing: Standing,
    /// Its proof, once it has its place.
    pub receipt: Option<Receipt>,
    /// The keys of its log, the one in use first.
    pub keys: Vec<KeyLine>,
    /// Who else has seen it. Said by the server, and not proved by the receipt; nobody, in receipts from before there were any.
    #[serde(default)]
    pub witnesses: WitnessCount,
}
