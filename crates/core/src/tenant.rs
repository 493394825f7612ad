//! What a tenant is to the core: its state, and its owner's consent to visits (spec 02 "Consent").

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::time::Timestamp;

/// Stored text that is no state of a tenant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a known state")]
pub struct BadState;

/// Whether a tenant may be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TenantState {
    /// In use.
    Active,
    /// Closed by staff for a time; nobody signs in, nobody visits.
    Suspended,
}

impl TenantState {
    /// The name in storage.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Suspended => "suspended",
        }
    }
}

impl FromStr for TenantState {
    type Err = BadState;

    fn from_str(text: &str) -> Result<Self, BadState> {
        match text {
            "active" => Ok(Self::Active),
            "suspended" => Ok(Self::Suspended),
            _ => Err(BadState),
        }
    }
}

/// The owner's choice about visits of platform support.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Consent {
    /// Nobody may come.
    Off,
    /// The owner is asked each time.
    Ask,
    /// Open until a moment the owner set.
    Window {
        /// When the window closes.
        until: Timestamp,
    },
    /// Open.
    On,
}

/// By what leave a visit is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Leave {
    /// By the tenant's standing choice.
    Standing,
    /// The owner was asked, and agreed to exactly this visit.
    Asked,
}

impl Consent {
    /// Whether a visit may begin, or go on, that is made by this leave. An answer counts only while the owner wants to
    /// be asked: it never outlives a door that was closed since.
    #[must_use]
    pub fn admits(self, leave: Leave, now: Timestamp) -> bool {
        match (self, leave) {
            (Self::Ask, Leave::Asked) => true,
            _ => self.allows_at(now),
        }
    }

    /// The switch of spec 02 step 3 (`allow_staff_impersonation`) at a moment.
    #[must_use]
    pub fn allows_at(self, now: Timestamp) -> bool {
        match self {
            Self::On => true,
            Self::Window { until } => now < until,
            Self::Off | Self::Ask => false,
        }
    }

    /// The name in storage; a window's end is stored beside it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Off => "off",
            Self::Ask => "ask",
            Self::Window { .. } => "window",
            Self::On => "on",
        }
    }

    /// Reads the stored pair.
    ///
    /// # Errors
    /// When the name is unknown, or a window has no end.
    pub fn from_stored(name: &str, until: Option<Timestamp>) -> Result<Self, BadState> {
        match (name, until) {
            ("off", None) => Ok(Self::Off),
            ("ask", None) => Ok(Self::Ask),
            ("on", None) => Ok(Self::On),
            ("window", Some(until)) => Ok(Self::Window { until }),
            _ => Err(BadState),
        }
    }
}

impl fmt::Display for Consent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
