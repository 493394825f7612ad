//! The life of an impersonation (spec 02): minted for a reason, bound to a staff session, ended once.

mod limits;

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use serde::{Deserialize, Serialize};

pub use limits::{VISIT_MIN_TTL, VISIT_MINUTES_MAX, VisitLimits};

use crate::request::VisitStanding;
use crate::tenant::BadState;
use crate::time::Timestamp;

/// Whether a visit may write.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum VisitMode {
    /// It may look.
    ReadOnly,
    /// It was escalated, and may write within bounds.
    Write,
}

impl VisitMode {
    /// The name in storage and on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ReadOnly => "read_only",
            Self::Write => "write",
        }
    }
}

impl FromStr for VisitMode {
    type Err = BadState;

    fn from_str(text: &str) -> Result<Self, BadState> {
        match text {
            "read_only" => Ok(Self::ReadOnly),
            "write" => Ok(Self::Write),
            _ => Err(BadState),
        }
    }
}

/// Why a visit ended (spec 02 step 6).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum VisitEnd {
    /// Its time was up.
    Expired,
    /// The visitor pressed End.
    Ended,
    /// Nothing happened for too long.
    Idle,
    /// Its staff session ended.
    SessionEnded,
    /// Somebody else on staff ended it.
    EndedByStaff,
    /// The owner or an administrator of the tenant ended it.
    EndedByTenant,
    /// The owner withdrew consent.
    ConsentWithdrawn,
    /// The tenant was suspended.
    TenantSuspended,
    /// The visitor's role no longer allows it.
    RoleLost,
    /// The person it stood in for is no longer an active member.
    PersonGone,
}

impl VisitEnd {
    /// Every end there is.
    pub const ALL: &[Self] = &[
        Self::Expired,
        Self::Ended,
        Self::Idle,
        Self::SessionEnded,
        Self::EndedByStaff,
        Self::EndedByTenant,
        Self::ConsentWithdrawn,
        Self::TenantSuspended,
        Self::RoleLost,
        Self::PersonGone,
    ];

    /// The name in storage and in the audit.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Expired => "expired",
            Self::Ended => "ended",
            Self::Idle => "idle",
            Self::SessionEnded => "session_ended",
            Self::EndedByStaff => "ended_by_staff",
            Self::EndedByTenant => "ended_by_tenant",
            Self::ConsentWithdrawn => "consent_withdrawn",
            Self::TenantSuspended => "tenant_suspended",
            Self::RoleLost => "role_lost",
            Self::PersonGone => "person_gone",
        }
    }

    /// In words: "the visit ended: …".
    #[must_use]
    pub const fn explain(self) -> &'static str {
        match self {
            Self::Expired => "its time was up",
            Self::Ended => "you ended it",
            Self::Idle => "nothing happened for 5 minutes",
            Self::SessionEnded => "your staff session ended",
            Self::EndedByStaff => "a colleague ended it",
            Self::EndedByTenant => "the tenant ended it",
            Self::ConsentWithdrawn => "the owner switched support access off",
            Self::TenantSuspended => "the tenant was suspended",
            Self::RoleLost => "your role no longer allows it",
            Self::PersonGone => "the person it stood in for is no longer active",
        }
    }

    /// In words for the tenant's own people: "Ended: …".
    #[must_use]
    pub const fn told_to_tenant(self) -> &'static str {
        match self {
            Self::Expired => "its time was up",
            Self::Ended => "the visitor ended it",
            Self::Idle => "nothing happened for 5 minutes",
            Self::SessionEnded => "the visitor's own session ended",
            Self::EndedByStaff => "platform support ended it",
            Self::EndedByTenant => "ended from here",
            Self::ConsentWithdrawn => "support access was closed",
            Self::TenantSuspended => "the organisation was suspended",
            Self::RoleLost => "the visitor's role no longer allows it",
            Self::PersonGone => "the person it stood in for is no longer active",
        }
    }
}

impl fmt::Display for VisitEnd {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for VisitEnd {
    type Err = BadState;

    fn from_str(text: &str) -> Result<Self, BadState> {
        Self::ALL
            .iter()
            .copied()
            .find(|end| end.as_str() == text)
            .ok_or(BadState)
    }
}

/// An ended visit cannot be used, touched or ended again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the impersonation has ended ({why})")]
pub struct VisitOver {
    /// Why it ended.
    pub why: VisitEnd,
}

/// Where a visit is in its life.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum VisitState {
    /// It runs, unless its clocks say otherwise.
    Live {
        /// The end, set once.
        until: Timestamp,
        /// The last activity.
        last_seen: Timestamp,
    },
    /// It is over.
    Ended {
        /// When.
        at: Timestamp,
        /// Why.
        why: VisitEnd,
    },
}

impl VisitState {
    /// A visit that starts now. It never outlives the staff session it is bound to.
    #[must_use]
    pub fn start(now: Timestamp, ttl: Duration, session_until: Timestamp) -> Self {
        Self::Live {
            until: now.plus(ttl).min(session_until),
            last_seen: now,
        }
    }

    /// The standing for a decision.
    #[must_use]
    pub const fn standing(self) -> VisitStanding {
        match self {
            Self::Live { until, last_seen } => VisitStanding::Live { until, last_seen },
            Self::Ended { .. } => VisitStanding::Ended,
        }
    }

    /// The end that its clocks have reached, though nobody wrote it down yet.
    #[must_use]
    pub fn due(self, now: Timestamp, idle: Duration) -> Option<VisitEnd> {
        match self {
            Self::Ended { .. } => None,
            Self::Live { until, .. } if now >= until => Some(VisitEnd::Expired),
            Self::Live { last_seen, .. } if now.since(last_seen) >= idle => Some(VisitEnd::Idle),
            Self::Live { .. } => None,
        }
    }

    /// Notes activity.
    ///
    /// # Errors
    /// [`VisitOver`] when it has ended, or should have.
    pub fn touch(self, now: Timestamp, idle: Duration) -> Result<Self, VisitOver> {
        if let Some(why) = self.due(now, idle) {
            return Err(VisitOver { why });
        }
        match self {
            Self::Live { until, last_seen } => Ok(Self::Live {
                until,
                last_seen: last_seen.max(now),
            }),
            Self::Ended { why, .. } => Err(VisitOver { why }),
        }
    }

    /// Ends it.
    ///
    /// # Errors
    /// [`VisitOver`] when it has ended already.
    pub fn end(self, at: Timestamp, why: VisitEnd) -> Result<Self, VisitOver> {
        match self {
            Self::Live { .. } => Ok(Self::Ended { at, why }),
            Self::Ended { why, .. } => Err(VisitOver { why }),
        }
    }
}
