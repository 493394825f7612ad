//! One's own passkeys, as their owner is shown them. Neither credential nor key is in here.

use serde::{Deserialize, Serialize};

use crate::assurance::PasskeyLevel;
use crate::id::PasskeyId;
use crate::time::Timestamp;

/// A passkey.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PasskeyRow {
    /// Its id.
    pub id: PasskeyId,
    /// The name that its owner gave it.
    pub name: String,
    /// What made it, as it says itself; `None` where that is not known.
    pub maker: Option<String>,
    /// The model of what made it (AAGUID), as it says itself; `None` where it does not say.
    pub model: Option<String>,
    /// The format in which a maker on the list vouched for it, and so for its model; `None` where nobody did.
    pub attestation: Option<String>,
    /// Its level now.
    pub level: PasskeyLevel,
    /// Whether policy lets its owner sign in with it.
    pub serves: bool,
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

/// An authenticator app.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AppView {
    /// When it was enrolled.
    pub created: Timestamp,
    /// When a code of it was last used.
    pub last_used: Option<Timestamp>,
}

/// Whether codes of an authenticator app are looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "standing", content = "until")]
pub enum CodesStanding {
    /// They are.
    Open,
    /// After several wrong ones, not before this moment.
    Suspended(Timestamp),
    /// After many, not until another super admin resets the person's factors.
    Locked,
}

/// What somebody has beside passkeys. Neither secret nor code is in here.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CodesView {
    /// Whether policy lets the person's role use an authenticator app at all.
    pub app_allowed: bool,
    /// The app, where one is enrolled.
    pub app: Option<AppView>,
    /// Whether its codes are looked at.
    pub standing: CodesStanding,
    /// How many recovery codes are left.
    pub recovery_left: u64,
    /// Whether that is so few that new ones should be made.
    pub recovery_few: bool,
}

/// An app that is about to be enrolled. It travels to its owner's page and nowhere else.
#[derive(Clone, PartialEq, Eq)]
pub struct NewAppView {
    /// The secret as it is typed into the app, in groups of four.
    pub secret: String,
    /// The address that an app reads from the picture (`otpauth://…`).
    pub uri: String,
    /// The picture: a square of so many modules, and the dark ones as the path of an SVG.
    pub picture: (usize, String),
}

/// A secret is printed nowhere.
impl std::fmt::Debug for NewAppView {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("NewAppView(…)")
    }
}

/// The page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PasskeysView {
    /// The passkeys in use, the oldest first.
    pub items: Vec<PasskeyRow>,
    /// The level that policy asks of them.
    pub asked: PasskeyLevel,
    /// Until when the proof of this session is fresh enough to add and to revoke; `None` when it is not.
    pub fresh_until: Option<Timestamp>,
    /// How old a proof may be for that, in seconds.
    pub fresh_for_seconds: u64,
    /// What there is beside the passkeys.
    pub codes: CodesView,
    /// When the page was made.
    pub now: Timestamp,
}

impl PasskeysView {
    /// Whether one of them may be revoked: the last one that works never, nor the last one that policy lets in.
    #[must_use]
    pub fn may_revoke(&self, row: &PasskeyRow) -> bool {
        let stays = |other: &PasskeyRow| other.copied.is_none() && (other.serves || !row.serves);
        self.items.iter().any(|other| other.id != row.id && stays(other))
    }
}
