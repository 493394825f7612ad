//! Whom a change would shut out.

use serde::{Deserialize, Serialize};

use super::PersonChoice;
use crate::assurance::PasskeyLevel;

/// Whom the passkeys that a change asks for would shut out, of those who are enrolled.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShutOut {
    /// The level that it asks for.
    pub level: PasskeyLevel,
    /// What of it they could not do any more: come in, or something of what it concerns.
    pub from: ShutFrom,
    /// How many have a passkey, and none of this level.
    pub count: u64,
    /// Who they are, by address: at most ten, and nobody for a reader who may not see staff.
    pub people: Vec<PersonChoice>,
    /// How many have no passkey at all.
    pub without_passkey: u64,
}

impl ShutOut {
    /// Most people who are named.
    pub const NAMED: usize = 10;

    /// How many are not named.
    #[must_use]
    pub const fn more(&self) -> u64 {
        self.count.saturating_sub(self.people.len() as u64)
    }
}

/// What somebody is shut out from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ShutFrom {
    /// The console.
    SignIn,
    /// Some actions.
    Actions,
}

impl ShutFrom {
    /// The name on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::SignIn => "sign_in",
            Self::Actions => "actions",
        }
    }
}
