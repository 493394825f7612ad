//! One's own passkeys, as their owner is shown them. Neither credential nor key is in here.

use serde::{Deserialize, Serialize};

use crate::id::PasskeyId;
use crate::time::Timestamp;

/// A passkey.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PasskeyRow {
    /// Its id.
    pub id: PasskeyId,
    /// The name that its owner gave it.
    pub name: String,
    /// What made it, as it says itself; `None` where that is not known. Nobody attests it.
    pub maker: Option<String>,
    /// Whether the session that asks was proved with it.
    pub current: bool,
    /// How many other sessions end with it.
    pub other_sessions: u64,
    /// When it was registered.
    pub created: Timestamp,
    /// When it was last used.
    pub last_used: Option<Timestamp>,
    /// Whether it may leave its device by synchronisation (WebAuthn's backup eligibility); `None` where that is not known.
    pub synced: Option<bool>,
    /// Since when it may have been copied: it proves nothing any more, and can only be revoked.
    pub copied: Option<Timestamp>,
}

/// The page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PasskeysView {
    /// The passkeys in use, the oldest first.
    pub items: Vec<PasskeyRow>,
    /// Until when the proof of this session is fresh enough to add and to revoke; `None` when it is not.
    pub fresh_until: Option<Timestamp>,
    /// How old a proof may be for that, in seconds.
    pub fresh_for_seconds: u64,
    /// When the page was made.
    pub now: Timestamp,
}

impl PasskeysView {
    /// Whether one of them may be revoked: the last one that works never.
    #[must_use]
    pub fn may_revoke(&self, row: &PasskeyRow) -> bool {
        self.items
            .iter()
            .any(|other| other.id != row.id && other.copied.is_none())
    }
}
