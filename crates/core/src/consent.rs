//! The life of a question to a tenant's owner (spec 02 "Consent"): asked for one visit, answered once, used once.
//!
//! An answer is worth one visit of the member of staff who asked, in the words they asked in, within its time. A lapsed,
//! refused or used one is over for good; another visit needs another question.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use crate::tenant::BadState;
use crate::time::Timestamp;

/// What the owner says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    /// The visit may be made.
    Approve,
    /// It may not.
    Deny,
}

/// How a question came to its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ConsentEnd {
    /// The owner refused.
    Denied,
    /// Nobody answered in time, or the answer was not used in time.
    Lapsed,
    /// The visit was made.
    Used,
}

/// A question that is over can be neither answered nor used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the request is over ({why})")]
pub struct ConsentOver {
    /// How it ended.
    pub why: ConsentEnd,
}

/// Why an answer could not be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotUsable {
    /// The owner has not answered.
    #[error("the owner has not answered yet")]
    Pending,
    /// It is over.
    #[error(transparent)]
    Over(#[from] ConsentOver),
}

/// An answer was given already: it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotAnswerable {
    /// It was approved already.
    #[error("the request was approved already")]
    Approved,
    /// It is over.
    #[error(transparent)]
    Over(#[from] ConsentOver),
}

/// Where a question is in its life.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ConsentState {
    /// The owner has not answered.
    Pending {
        /// How long an answer is waited for.
        until: Timestamp,
    },
    /// The owner agreed; the visit has not begun.
    Approved {
        /// How long the answer holds.
        until: Timestamp,
    },
    /// It is over.
    Over {
        /// When.
        at: Timestamp,
        /// How.
        why: ConsentEnd,
    },
}

impl ConsentEnd {
    /// The name in storage.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Denied => "denied",
            Self::Lapsed => "lapsed",
            Self::Used => "used",
        }
    }
}

impl fmt::Display for ConsentEnd {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for ConsentEnd {
    type Err = BadState;

    fn from_str(text: &str) -> Result<Self, BadState> {
        [Self::Denied, Self::Lapsed, Self::Used]
            .into_iter()
            .find(|end| end.as_str() == text)
            .ok_or(BadState)
    }
}

impl ConsentState {
    /// A question that is asked now.
    #[must_use]
    pub fn ask(now: Timestamp, ttl: Duration) -> Self {
        Self::Pending { until: now.plus(ttl) }
    }

    /// The name in storage.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pending { .. } => "pending",
            Self::Approved { .. } => "approved",
            Self::Over { why, .. } => why.as_str(),
        }
    }

    /// Where it stands by the clock: what ran out of time is over, whether or not somebody wrote that down.
    #[must_use]
    pub fn at(self, now: Timestamp) -> Self {
        match self {
            Self::Pending { until } | Self::Approved { until } if now >= until => Self::Over {
                at: until,
                why: ConsentEnd::Lapsed,
            },
            other => other,
        }
    }

    /// The owner answers.
    ///
    /// # Errors
    /// [`NotAnswerable`] when it was answered, used, or ran out of time.
    pub fn answer(self, now: Timestamp, answer: Answer, holds: Duration) -> Result<Self, NotAnswerable> {
        match (self.at(now), answer) {
            (Self::Pending { .. }, Answer::Approve) => Ok(Self::Approved {
                until: now.plus(holds),
            }),
            (Self::Pending { .. }, Answer::Deny) => Ok(Self::Over {
                at: now,
                why: ConsentEnd::Denied,
            }),
            (Self::Approved { .. }, _) => Err(NotAnswerable::Approved),
            (Self::Over { why, .. }, _) => Err(ConsentOver { why }.into()),
        }
    }

    /// The visit begins: the answer is spent.
    ///
    /// # Errors
    /// [`NotUsable`] when there is no answer yet, or it is over.
    pub fn spend(self, now: Timestamp) -> Result<Self, NotUsable> {
        match self.at(now) {
            Self::Approved { .. } => Ok(Self::Over {
                at: now,
                why: ConsentEnd::Used,
            }),
            Self::Pending { .. } => Err(NotUsable::Pending),
            Self::Over { why, .. } => Err(ConsentOver { why }.into()),
        }
    }
}
