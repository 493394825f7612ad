//! What a person is shown before they use their passkey inside a session. Nothing that a form held is in here but its reason.

use serde::{Deserialize, Serialize};

use crate::assurance::FactorKind;
use crate::id::StepUpId;
use crate::time::Timestamp;
use crate::view::frame::Countdown;

/// A form that waits for a fresh proof.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StepUpView {
    /// Which.
    pub id: StepUpId,
    /// What is about to be done: `revoke a passkey`.
    pub deed: String,
    /// Upon what, by name where it has one.
    pub target: Option<String>,
    /// The reason that was given.
    pub reason: Option<String>,
    /// Why the session's own proof is not enough.
    pub why: String,
    /// Whether a code of the person's authenticator app would do as well.
    pub code: bool,
    /// Where the form came from, as it says itself.
    pub back: Option<String>,
    /// How long it waits.
    pub until: Timestamp,
}

/// How long somebody stays signed in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct StayView {
    /// The session's ends.
    pub clocks: Countdown,
    /// When its proof was given.
    pub factor_at: Timestamp,
    /// With what.
    pub factor: FactorKind,
    /// How many passkeys the person has that can renew it. Nothing else does.
    pub passkeys: usize,
}
