//! The life of a staff account: invited → claimed → active → deactivated (decision 4).
//!
//! The enrolment token is the only way from invited to claimed, the first passkey the only way from claimed to active.
//! What super admins may change of it, and what no one may, is decided by [`apply`] and [`may_create`].
//!
//! Enrolling again always goes back to the beginning, so that a lost passkey or a changed subject leaves nothing behind.

mod access;
mod change;
mod checklist;

pub use access::{Access, Held, Post, Term, Terms, role_covers};
pub use change::{
    Account, Named, StaffChange, StaffRefusal, Way, apply, holds_the_floor, leaves_a_way_in, may_create,
    nothing,
};
pub use checklist::{Secrets, Task};

use std::fmt;
use std::ops::RangeInclusive;
use std::str::FromStr;
use std::time::Duration;

use crate::guard::AccountFact;
use crate::tenant::BadState;
use crate::time::{Timestamp, hours, minutes};

/// How long an enrolment token holds.
pub const TOKEN_TTL: Duration = hours(24);
/// How long a claimed account has for its first passkey.
pub const CLAIM_TTL: Duration = minutes(15);

/// How many super admins who hold the floor ([`holds_the_floor`]) an installation should have: one who is ill must not lock everybody out, and each is a risk.
pub const SUPER_ADMINS: RangeInclusive<u64> = 2..=5;

/// Where a staff account is in its life.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StaffState {
    /// Created; the enrolment token is out.
    Invited,
    /// The identity is bound; the first passkey is pending.
    Claimed {
        /// How long it may take; `None` only in the demo.
        until: Option<Timestamp>,
    },
    /// Enrolled and in use.
    Active,
    /// Switched off for ever.
    Deactivated,
}

/// A step that the account's state does not allow.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("an account that is {from} cannot do this")]
pub struct NotNow {
    /// The state it is in.
    pub from: StaffState,
}

impl StaffState {
    /// The name in storage.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Invited => "invited",
            Self::Claimed { .. } => "claimed",
            Self::Active => "active",
            Self::Deactivated => "deactivated",
        }
    }

    /// A proven identity brought the token.
    ///
    /// # Errors
    /// [`NotNow`] unless the account is invited: a token is used once.
    pub fn claim(self, now: Timestamp) -> Result<Self, NotNow> {
        match self {
            Self::Invited => Ok(Self::Claimed {
                until: Some(now.plus(CLAIM_TTL)),
            }),
            from => Err(NotNow { from }),
        }
    }

    /// The first passkey is registered.
    ///
    /// # Errors
    /// [`NotNow`] unless the account is claimed, and in time.
    pub fn activate(self, now: Timestamp) -> Result<Self, NotNow> {
        match self {
            Self::Claimed { until } if until.is_none_or(|until| now < until) => Ok(Self::Active),
            from => Err(NotNow { from }),
        }
    }

    /// A fresh token goes out; identity and passkeys go with the former one.
    ///
    /// # Errors
    /// [`NotNow`] for a deactivated account, which stays so.
    pub const fn invite_again(self) -> Result<Self, NotNow> {
        match self {
            Self::Deactivated => Err(NotNow { from: self }),
            Self::Invited | Self::Claimed { .. } | Self::Active => Ok(Self::Invited),
        }
    }

    /// Switched off, for ever.
    #[must_use]
    pub const fn deactivate(self) -> Self {
        Self::Deactivated
    }

    /// The fact for the session guardrail, with the end of a temporary account.
    #[must_use]
    pub const fn account(self, until: Option<Timestamp>) -> AccountFact {
        match self {
            Self::Active => AccountFact::Active { until },
            Self::Invited | Self::Claimed { .. } => AccountFact::Pending,
            Self::Deactivated => AccountFact::Deactivated,
        }
    }
}

impl fmt::Display for StaffState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for StaffState {
    type Err = BadState;

    fn from_str(text: &str) -> Result<Self, BadState> {
        match text {
            "invited" => Ok(Self::Invited),
            "claimed" => Ok(Self::Claimed { until: None }),
            "active" => Ok(Self::Active),
            "deactivated" => Ok(Self::Deactivated),
            _ => Err(BadState),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::from_micros(1_795_262_400_000_000);

    fn all() -> [StaffState; 4] {
        let until = Some(NOW.plus(CLAIM_TTL));
        [
            StaffState::Invited,
            StaffState::Claimed { until },
            StaffState::Active,
            StaffState::Deactivated,
        ]
    }

    #[test]
    fn each_step_starts_from_one_state_only() {
        for from in all() {
            assert_eq!(from.claim(NOW).is_ok(), from == StaffState::Invited);
            assert_eq!(
                from.activate(NOW).is_ok(),
                matches!(from, StaffState::Claimed { .. })
            );
            assert_eq!(from.invite_again().is_ok(), from != StaffState::Deactivated);
            assert_eq!(from.deactivate(), StaffState::Deactivated);
        }
    }

    #[test]
    fn a_claim_lapses_and_only_the_demos_does_not() {
        let claimed = StaffState::Invited.claim(NOW).unwrap();
        assert!(claimed.activate(NOW.plus(CLAIM_TTL)).is_err());
        assert_eq!(claimed.activate(NOW.plus(minutes(14))), Ok(StaffState::Active));
        let open_ended = StaffState::Claimed { until: None };
        assert_eq!(
            open_ended.activate(NOW.plus(hours(9_999))),
            Ok(StaffState::Active)
        );
    }

    #[test]
    fn names_lead_back() {
        for state in all() {
            let named: StaffState = state.as_str().parse().unwrap();
            assert_eq!(named.as_str(), state.as_str());
        }
    }
}
