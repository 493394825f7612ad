//! How sure we are of somebody: the factor they proved and when (`acr`, `amr` of RFC 8176, `auth_time`).

use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::tenant::BadState;
use crate::time::Timestamp;

/// A second factor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FactorKind {
    /// A user-verified WebAuthn assertion.
    Passkey,
    /// A time-based one-time password (RFC 6238), where policy allows the fallback.
    Totp,
}

impl FactorKind {
    /// Every factor, the strongest first.
    pub const ALL: &[Self] = &[Self::Passkey, Self::Totp];

    /// The name in declarations.
    #[must_use]
    pub const fn declared(self) -> &'static str {
        match self {
            Self::Passkey => "webauthn",
            Self::Totp => "totp",
        }
    }

    /// The name in storage.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Passkey => "passkey",
            Self::Totp => "totp",
        }
    }
}

impl FromStr for FactorKind {
    type Err = BadState;

    fn from_str(text: &str) -> Result<Self, BadState> {
        match text {
            "passkey" => Ok(Self::Passkey),
            "totp" => Ok(Self::Totp),
            _ => Err(BadState),
        }
    }
}

/// What a tenant's person signed in with. Only the password can be brought so far; the set is open for what a tenant's
/// own policy will ask for beside it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TenantFactor {
    /// A password, kept by its argon2id hash.
    Password,
    /// A user-verified WebAuthn assertion.
    Passkey,
    /// A time-based one-time password (RFC 6238).
    Totp,
}

impl TenantFactor {
    /// The name in storage.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Password => "password",
            Self::Passkey => "passkey",
            Self::Totp => "totp",
        }
    }

    /// The name for people.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Password => "password",
            Self::Passkey => "passkey",
            Self::Totp => "one-time code",
        }
    }
}

impl FromStr for TenantFactor {
    type Err = BadState;

    fn from_str(text: &str) -> Result<Self, BadState> {
        [Self::Password, Self::Passkey, Self::Totp]
            .into_iter()
            .find(|factor| factor.as_str() == text)
            .ok_or(BadState)
    }
}

/// What is known of where a passkey lives, the weakest first.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PasskeyLevel {
    /// Nothing: it may be synchronised between devices, so that whoever opens the account it travels by has it, too.
    #[default]
    Any,
    /// It cannot leave its device (WebAuthn's backup eligibility, at its registration and at each use).
    DeviceBound,
    /// Besides, its maker has signed what made it, and both are on the installation's lists.
    Attested,
}

impl PasskeyLevel {
    /// Every level, the weakest first.
    pub const ALL: &[Self] = &[Self::Any, Self::DeviceBound, Self::Attested];

    /// The level of one that may or may not be synchronised, and that a maker on the list does or does not vouch for.
    #[must_use]
    pub const fn of(synced: bool, vouched: bool) -> Self {
        match (synced, vouched) {
            (true, _) => Self::Any,
            (false, false) => Self::DeviceBound,
            (false, true) => Self::Attested,
        }
    }

    /// The name in storage and in declarations.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Any => "any",
            Self::DeviceBound => "device_bound",
            Self::Attested => "attested",
        }
    }

    /// What a passkey of this level is known to do, behind "a passkey that".
    #[must_use]
    pub const fn explain(self) -> &'static str {
        match self {
            Self::Any => "verifies its person",
            Self::DeviceBound => "cannot leave its device",
            Self::Attested => "cannot leave its device and whose maker, one on the list, vouches for it",
        }
    }
}

impl FromStr for PasskeyLevel {
    type Err = BadState;

    fn from_str(text: &str) -> Result<Self, BadState> {
        let mut all = Self::ALL.iter().copied();
        all.find(|level| level.as_str() == text).ok_or(BadState)
    }
}

/// A factor that was proved, and when.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ProvenFactor {
    /// Which one.
    pub kind: FactorKind,
    /// Of a passkey, its level; of any other factor [`PasskeyLevel::Any`].
    pub level: PasskeyLevel,
    /// When it was last proved.
    pub at: Timestamp,
}

impl ProvenFactor {
    /// A code of an authenticator app.
    #[must_use]
    pub const fn code(at: Timestamp) -> Self {
        Self {
            kind: FactorKind::Totp,
            level: PasskeyLevel::Any,
            at,
        }
    }

    /// A passkey of a level.
    #[must_use]
    pub const fn passkey(level: PasskeyLevel, at: Timestamp) -> Self {
        Self {
            kind: FactorKind::Passkey,
            level,
            at,
        }
    }
}
