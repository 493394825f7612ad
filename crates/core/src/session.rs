//! The life of a staff session: it runs, and it ends once. What has ended can be neither touched nor renewed nor ended
//! again.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use crate::action::Action;
use crate::guard::SessionFact;
use crate::tenant::BadState;
use crate::time::Timestamp;

/// Most sessions that one call may revoke, of more than one person, without two people having agreed.
pub const REVOKED_AT_ONCE: u64 = 25;

/// Which action it is to revoke so many sessions in one call.
#[must_use]
pub const fn revoking(sessions: u64) -> Action {
    if sessions > REVOKED_AT_ONCE {
        Action::SessionRevokeMany
    } else {
        Action::SessionRevoke
    }
}

/// Why a session ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SessionEnd {
    /// The person signed out.
    SignedOut,
    /// Its absolute end came.
    Expired,
    /// It was idle for too long.
    Idle,
    /// Somebody revoked it.
    Revoked,
    /// The account was switched off.
    Deactivated,
    /// A new sign-in took its place in the same browser.
    Replaced,
    /// The tenant was suspended.
    TenantSuspended,
    /// The person signed out at the identity provider.
    ProviderSignedOut,
}

impl SessionEnd {
    /// The name in storage.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::SignedOut => "signed_out",
            Self::Expired => "expired",
            Self::Idle => "idle",
            Self::Revoked => "revoked",
            Self::Deactivated => "deactivated",
            Self::Replaced => "replaced",
            Self::TenantSuspended => "tenant_suspended",
            Self::ProviderSignedOut => "provider_signed_out",
        }
    }
}

impl SessionEnd {
    /// In words: "it ended: …".
    #[must_use]
    pub const fn explain(self) -> &'static str {
        match self {
            Self::SignedOut => "signed out",
            Self::Expired => "its time was up",
            Self::Idle => "idle for too long",
            Self::Revoked => "revoked",
            Self::Deactivated => "the account was switched off",
            Self::Replaced => "a new sign-in took its place",
            Self::TenantSuspended => "the tenant was suspended",
            Self::ProviderSignedOut => "signed out at the identity provider",
        }
    }
}

impl fmt::Display for SessionEnd {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for SessionEnd {
    type Err = BadState;

    fn from_str(text: &str) -> Result<Self, BadState> {
        [
            Self::SignedOut,
            Self::Expired,
            Self::Idle,
            Self::Revoked,
            Self::Deactivated,
            Self::Replaced,
            Self::TenantSuspended,
            Self::ProviderSignedOut,
        ]
        .into_iter()
        .find(|end| end.as_str() == text)
        .ok_or(BadState)
    }
}

/// An ended session cannot be touched, renewed or ended again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the session has ended ({why})")]
pub struct SessionOver {
    /// Why it ended.
    pub why: SessionEnd,
}

/// Where a session is in its life.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SessionState {
    /// It runs, unless its clocks say otherwise.
    Active {
        /// The absolute end, set once.
        until: Timestamp,
        /// The last activity.
        last_seen: Timestamp,
    },
    /// It is over.
    Ended {
        /// When.
        at: Timestamp,
        /// Why.
        why: SessionEnd,
    },
}

impl SessionState {
    /// A session that starts now.
    #[must_use]
    pub fn start(now: Timestamp, ttl: Duration) -> Self {
        Self::Active {
            until: now.plus(ttl),
            last_seen: now,
        }
    }

    /// The fact for the session guardrail, of a session that began then.
    #[must_use]
    pub const fn fact(self, since: Timestamp) -> SessionFact {
        match self {
            Self::Active { until, last_seen } => SessionFact::Live {
                since,
                until,
                last_seen,
            },
            Self::Ended { .. } => SessionFact::Ended,
        }
    }

    /// The same by the clocks of whose it is: no longer than a session of theirs may be now, nor than their account lasts.
    /// What began under a longer rule ends by the one in force.
    #[must_use]
    pub fn narrowed(self, since: Timestamp, ttl: Duration, account_until: Option<Timestamp>) -> Self {
        match self {
            Self::Active { until, last_seen } => {
                let until = until.min(since.plus(ttl));
                Self::Active {
                    until: account_until.map_or(until, |end| end.min(until)),
                    last_seen,
                }
            }
            ended @ Self::Ended { .. } => ended,
        }
    }

    /// The same, ended no later than this: what it stands on ends then.
    #[must_use]
    pub fn until_at_most(self, end: Option<Timestamp>) -> Self {
        match (self, end) {
            (Self::Active { until, last_seen }, Some(end)) => Self::Active {
                until: until.min(end),
                last_seen,
            },
            (state, _) => state,
        }
    }

    /// The end that its clocks have reached, though nobody wrote it down yet.
    #[must_use]
    pub fn due(self, now: Timestamp, idle: Duration) -> Option<SessionEnd> {
        match self {
            Self::Ended { .. } => None,
            Self::Active { until, .. } if now >= until => Some(SessionEnd::Expired),
            Self::Active { last_seen, .. } if now.since(last_seen) >= idle => Some(SessionEnd::Idle),
            Self::Active { .. } => None,
        }
    }

    /// Notes activity. The absolute end never moves, and the clock of idleness never goes back.
    ///
    /// # Errors
    /// [`SessionOver`] when it has ended, or should have.
    pub fn touch(self, now: Timestamp, idle: Duration) -> Result<Self, SessionOver> {
        if let Some(why) = self.due(now, idle) {
            return Err(SessionOver { why });
        }
        match self {
            Self::Active { until, last_seen } => Ok(Self::Active {
                until,
                last_seen: last_seen.max(now),
            }),
            Self::Ended { why, .. } => Err(SessionOver { why }),
        }
    }

    /// Ends it.
    ///
    /// # Errors
    /// [`SessionOver`] when it has ended already.
    pub fn end(self, at: Timestamp, why: SessionEnd) -> Result<Self, SessionOver> {
        match self {
            Self::Active { .. } => Ok(Self::Ended { at, why }),
            Self::Ended { why, .. } => Err(SessionOver { why }),
        }
    }
}
