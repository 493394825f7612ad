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

/// A factor that was proved, and when.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ProvenFactor {
    /// Which one.
    pub kind: FactorKind,
    /// When it was last proved.
    pub at: Timestamp,
}
