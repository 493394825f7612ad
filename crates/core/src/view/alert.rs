//! Alerts as a super admin sees them: the inbox, and one of them with who acknowledged it and what left the house.

use serde::{Deserialize, Serialize};

use crate::audit::sentence::Part;
use crate::id::{AlertId, StaffId};
use crate::time::Timestamp;
use crate::view::audit::AuditLine;
use crate::view::{Page, Tone};

/// How it goes with one channel, over all recipients.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChannelLine {
    /// Its word for people.
    pub label: String,
    /// How it goes, in words.
    pub words: String,
    /// Well or not.
    pub tone: Tone,
}

/// One alert as a row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AlertRow {
    /// The alert.
    pub id: AlertId,
    /// What happened, in a sentence.
    pub cause: Vec<Part>,
    /// The event, by its name.
    pub event: String,
    /// The id of the entry that tells of it.
    pub entry: String,
    /// `routine`, `notable` or `critical`.
    pub severity: String,
    /// `waiting`, `overdue` or `acknowledged`, by the reader.
    pub standing: String,
    /// When it was raised.
    pub raised: Timestamp,
    /// Until when it is to be acknowledged.
    pub due: Timestamp,
    /// When the reader acknowledged it.
    pub acknowledged: Option<Timestamp>,
    /// How it went with each channel.
    pub channels: Vec<ChannelLine>,
}

impl AlertRow {
    /// The sentence as one text.
    #[must_use]
    pub fn sentence(&self) -> String {
        let words: Vec<&str> = self.cause.iter().map(Part::as_str).collect();
        words.join(" ")
    }
}

/// The inbox.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AlertsView {
    /// How many the reader has not acknowledged.
    pub waiting: u64,
    /// Of these, too late.
    pub overdue: u64,
    /// The number of the first row, from 1.
    pub first: u64,
    /// The rows: what waits first, the newest first.
    pub page: Page<AlertRow>,
    /// The server's clock.
    pub now: Timestamp,
}

/// Somebody who is to acknowledge an alert.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecipientLine {
    /// Who.
    pub id: StaffId,
    /// Their name.
    pub name: String,
    /// `waiting`, `overdue` or `acknowledged`.
    pub standing: String,
    /// When they acknowledged it.
    pub acknowledged: Option<Timestamp>,
}

/// What leaves the house for an alert.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeliveryLine {
    /// `email` or `webhook`.
    pub channel: String,
    /// Its word for people.
    pub label: String,
    /// To whom; `None` for the webhook.
    pub recipient: Option<(StaffId, String)>,
    /// `queued`, `sent`, `failed`, `given_up` or `off`.
    pub state: String,
    /// How often it was tried.
    pub tries: u64,
    /// When it was sent, or last failed.
    pub settled: Option<Timestamp>,
    /// When it is tried (again).
    pub next: Option<Timestamp>,
    /// Why the last try failed.
    pub error: Option<String>,
}

/// One alert's own page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AlertView {
    /// The alert.
    pub alert: AlertRow,
    /// What its event is, in a line.
    pub about: String,
    /// The entry that tells of it; `None` when it has left the log.
    pub entry: Option<AuditLine>,
    /// Who is to acknowledge it.
    pub recipients: Vec<RecipientLine>,
    /// What leaves the house.
    pub deliveries: Vec<DeliveryLine>,
    /// The server's clock.
    pub now: Timestamp,
}
