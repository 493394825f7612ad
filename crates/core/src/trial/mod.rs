//! Trials: a change that could lock everybody out is in force for a few minutes only, unless somebody confirms it from inside
//! (spec 01 "Locking oneself out").
//!
//! What was in force before stays where it is kept until a confirmation; a trial only lies over it. So nothing has to happen for
//! a trial to end: past its deadline it counts as rolled back wherever it is read, whether or not a job has written that down.
//! Nothing here reads a clock or knows what is changed.

mod lockout;
mod provider;

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

pub use lockout::{Lockout, asks_managed_anew, beyond_passkey, lockout, passkey_lockout};
pub use provider::{Entrance, NotProven, ProviderProof, Seen, lets_anybody_in};

use crate::action::Action;
use crate::id::{StaffId, TrialId};
use crate::time::{Timestamp, minutes};

/// How long a change is tried before it rolls back by itself.
pub const TRIAL_SPAN: Duration = minutes(5);

/// Text that names no kind, state or way of ending of a trial.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a word for a trial")]
pub struct BadTrial;

macro_rules! names {
    ($type:ident { $($variant:ident = $name:literal),+ $(,)? }) => {
        impl $type {
            /// All of them.
            pub const ALL: &[Self] = &[$(Self::$variant),+];

            /// The name in storage and on the wire.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $name),+ }
            }
        }

        impl fmt::Display for $type {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl FromStr for $type {
            type Err = BadTrial;

            fn from_str(text: &str) -> Result<Self, BadTrial> {
                Self::ALL.iter().copied().find(|one| one.as_str() == text).ok_or(BadTrial)
            }
        }
    };
}

/// What is changed. Of each kind one trial is pending at a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TrialKind {
    /// The network rules.
    NetworkRules,
    /// The guard policies.
    GuardPolicies,
    /// An identity provider.
    IdentityProvider,
}

names! { TrialKind {
    NetworkRules = "network_rules",
    GuardPolicies = "guard_policies",
    IdentityProvider = "identity_provider",
} }

impl TrialKind {
    /// Each of them, as many as there are.
    pub const EACH: [Self; 3] = [Self::NetworkRules, Self::GuardPolicies, Self::IdentityProvider];

    /// The words for people.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::NetworkRules => "network rules",
            Self::GuardPolicies => "guard policies",
            Self::IdentityProvider => "identity providers",
        }
    }

    /// What one must be allowed to do to see what is tried of it.
    #[must_use]
    pub const fn view(self) -> Action {
        match self {
            Self::NetworkRules => Action::NetworkView,
            Self::GuardPolicies => Action::PolicyView,
            Self::IdentityProvider => Action::IdpView,
        }
    }

    /// What one must be allowed to do to begin, confirm or roll back a trial of it.
    #[must_use]
    pub const fn action(self) -> Action {
        match self {
            Self::NetworkRules => Action::NetworkWrite,
            Self::GuardPolicies => Action::PolicyWrite,
            Self::IdentityProvider => Action::IdpWrite,
        }
    }
}

/// Why a trial was rolled back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RollBack {
    /// Nobody confirmed it in time.
    ByTime,
    /// Somebody did.
    ByHand,
    /// It was to be confirmed, and what it would have led to is not possible any more.
    Refused,
}

names! { RollBack { ByTime = "time", ByHand = "hand", Refused = "refused" } }

/// Where a trial is in its life.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TrialState {
    /// The change is in force, for now.
    Pending,
    /// The change stays.
    Confirmed {
        /// Since when.
        at: Timestamp,
    },
    /// What was before holds again.
    RolledBack {
        /// Since when.
        at: Timestamp,
        /// Why.
        why: RollBack,
    },
}

impl TrialState {
    /// The name in storage and on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Confirmed { .. } => "confirmed",
            Self::RolledBack { .. } => "rolled_back",
        }
    }
}

/// Whether a session's own request passes every guardrail under what is tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stands {
    /// It does.
    Inside,
    /// It does not.
    Outside,
    /// It does, or some super admin's would, only while another change is on trial, or only once that is confirmed.
    Leaning,
}

/// Why a trial cannot be confirmed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotConfirmed {
    /// It is over.
    #[error("the trial is over")]
    Over,
    /// Somebody else began it.
    #[error("only who began a trial confirms it")]
    NotTheirs,
    /// The request does not pass under the change.
    #[error("the request comes from outside of what is tried")]
    Outside,
    /// What would be left depends on what becomes of another trial.
    #[error("the change stands only by another one that is on trial")]
    Leaning,
    /// Nobody has shown yet that people can sign in under the change.
    #[error("nobody has shown that people can sign in under what is tried")]
    Unproven(NotProven),
}

/// A trial that is over is neither confirmed nor rolled back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the trial is over")]
pub struct TrialOver;

/// A change on trial.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Trial {
    /// Its id.
    pub id: TrialId,
    /// What is changed.
    pub kind: TrialKind,
    /// Who began it.
    pub by: StaffId,
    /// When.
    pub started: Timestamp,
    /// When it rolls back by itself.
    pub until: Timestamp,
    /// Where it is in its life, as it was last written down.
    pub state: TrialState,
}

impl Trial {
    /// A trial that begins now.
    #[must_use]
    pub fn start(id: TrialId, kind: TrialKind, by: StaffId, now: Timestamp) -> Self {
        Self {
            id,
            kind,
            by,
            started: now,
            until: now.plus(TRIAL_SPAN),
            state: TrialState::Pending,
        }
    }

    /// Whether the change is in force.
    #[must_use]
    pub fn is_tried(&self, now: Timestamp) -> bool {
        self.state == TrialState::Pending && now < self.until
    }

    /// Where it is in its life now, whether or not that was written down: past its deadline it is rolled back.
    #[must_use]
    pub fn state_at(&self, now: Timestamp) -> TrialState {
        match self.state {
            TrialState::Pending if now >= self.until => TrialState::RolledBack {
                at: self.until,
                why: RollBack::ByTime,
            },
            state => state,
        }
    }

    /// The change stays.
    ///
    /// # Errors
    /// When it is over, somebody else's, the request would not pass under it, or stands only by another trial.
    pub fn confirm(&self, by: StaffId, stands: Stands, now: Timestamp) -> Result<Self, NotConfirmed> {
        if !self.is_tried(now) {
            return Err(NotConfirmed::Over);
        }
        if by != self.by {
            return Err(NotConfirmed::NotTheirs);
        }
        match stands {
            Stands::Outside => Err(NotConfirmed::Outside),
            Stands::Leaning => Err(NotConfirmed::Leaning),
            Stands::Inside => Ok(Self {
                state: TrialState::Confirmed { at: now },
                ..*self
            }),
        }
    }

    /// What was before holds again. By time, only once the time has come.
    ///
    /// # Errors
    /// When it is over, or its time has not come.
    pub fn roll_back(&self, why: RollBack, now: Timestamp) -> Result<Self, TrialOver> {
        let fits = match why {
            RollBack::ByTime => self.state == TrialState::Pending && now >= self.until,
            RollBack::ByHand | RollBack::Refused => self.is_tried(now),
        };
        if !fits {
            return Err(TrialOver);
        }
        Ok(Self {
            state: TrialState::RolledBack { at: now, why },
            ..*self
        })
    }
}

/// What is kept, and what lies over it while a trial runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tried<T> {
    /// What was confirmed last.
    pub kept: T,
    /// What is tried, and until when.
    pub tried: Option<(T, Timestamp)>,
}

impl<T> Tried<T> {
    /// What is in force.
    #[must_use]
    pub fn at(&self, now: Timestamp) -> &T {
        match &self.tried {
            Some((tried, until)) if now < *until => tried,
            _ => &self.kept,
        }
    }

    /// What is in force; behind it, where that is on trial, what will be unless it is confirmed.
    pub fn either(&self, now: Timestamp) -> impl Iterator<Item = &T> {
        let tried = self.tried.as_ref().filter(|(_, until)| now < *until);
        tried.map(|(tried, _)| tried).into_iter().chain([&self.kept])
    }

    /// When what is in force changes by itself.
    #[must_use]
    pub fn changes_at(&self, now: Timestamp) -> Option<Timestamp> {
        let until = self.tried.as_ref().map(|(_, until)| *until);
        until.filter(|until| now < *until)
    }
}

#[cfg(test)]
mod tests;
