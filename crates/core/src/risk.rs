//! Risk: what raises it, how high it is, and the life of an event from its being raised to somebody's word on it.
//!
//! What is over stays over: it can be written about, and nothing else. Nothing here decides what follows from a risk.

use std::fmt;
use std::str::FromStr;

use crate::tenant::BadState;

/// How high a risk is, by its score.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// Under 30.
    Low,
    /// Under 60.
    Elevated,
    /// Under 85.
    High,
    /// From 85 on.
    Critical,
}

/// Where an event is in its life.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RiskState {
    /// Nobody has looked at it.
    Open,
    /// Somebody is at it.
    Acknowledged,
    /// It was dealt with.
    Resolved,
    /// There was none.
    FalsePositive,
}

/// What raised a risk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RiskKind {
    /// A passkey's signature counter did not advance: there may be two of it.
    PasskeyCopied,
    /// Somebody came with a device that they had not used before.
    NewDevice,
    /// A refresh token was used a second time.
    TokenReuse,
    /// Sign-ins failed again and again.
    FailedSignIns,
    /// It was reported without a rule.
    Reported,
}

/// What somebody does about an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RiskStep {
    /// Takes note: somebody is at it.
    Acknowledge,
    /// Says who is at it.
    Assign,
    /// Writes something down.
    Note,
    /// Says that it was dealt with, and how.
    Resolve,
    /// Says that there was nothing, and why.
    FalsePositive,
}

/// The step does not go from where the event is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotNow {
    /// It is acknowledged already.
    #[error("the risk event is acknowledged already")]
    Acknowledged,
    /// It is over.
    #[error("the risk event is over")]
    Over,
}

impl Level {
    /// Every level, the lowest first.
    pub const ALL: [Self; 4] = [Self::Low, Self::Elevated, Self::High, Self::Critical];

    /// The level of a score between 0 and 100.
    #[must_use]
    pub const fn of(score: u8) -> Self {
        match score {
            0..30 => Self::Low,
            30..60 => Self::Elevated,
            60..85 => Self::High,
            _ => Self::Critical,
        }
    }

    /// The name in storage, on the wire and for people.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Elevated => "elevated",
            Self::High => "high",
            Self::Critical => "critical",
        }
    }
}

impl RiskState {
    /// Every state, in the order of a life.
    pub const ALL: [Self; 4] = [
        Self::Open,
        Self::Acknowledged,
        Self::Resolved,
        Self::FalsePositive,
    ];

    /// The name in storage and on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Acknowledged => "acknowledged",
            Self::Resolved => "resolved",
            Self::FalsePositive => "false_positive",
        }
    }

    /// The name for people.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::FalsePositive => "false positive",
            other => other.as_str(),
        }
    }

    /// Whether it still needs somebody.
    #[must_use]
    pub const fn is_pending(self) -> bool {
        matches!(self, Self::Open | Self::Acknowledged)
    }

    /// Where it is after a step.
    ///
    /// # Errors
    /// [`NotNow`] when the step does not go from here.
    pub const fn after(self, step: RiskStep) -> Result<Self, NotNow> {
        match (self, step) {
            // What is over can still be written about.
            (_, RiskStep::Note) => Ok(self),
            (Self::Resolved | Self::FalsePositive, _) => Err(NotNow::Over),
            (Self::Open, RiskStep::Acknowledge) => Ok(Self::Acknowledged),
            (Self::Acknowledged, RiskStep::Acknowledge) => Err(NotNow::Acknowledged),
            (Self::Open | Self::Acknowledged, RiskStep::Assign) => Ok(self),
            (Self::Open | Self::Acknowledged, RiskStep::Resolve) => Ok(Self::Resolved),
            (Self::Open | Self::Acknowledged, RiskStep::FalsePositive) => Ok(Self::FalsePositive),
        }
    }
}

impl RiskKind {
    /// Every kind.
    pub const ALL: [Self; 5] = [
        Self::PasskeyCopied,
        Self::NewDevice,
        Self::TokenReuse,
        Self::FailedSignIns,
        Self::Reported,
    ];

    /// The name in storage and on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::PasskeyCopied => "passkey_copied",
            Self::NewDevice => "new_device",
            Self::TokenReuse => "token_reuse",
            Self::FailedSignIns => "failed_sign_ins",
            Self::Reported => "reported",
        }
    }

    /// The name for people.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::PasskeyCopied => "passkey may be copied",
            Self::NewDevice => "new device",
            Self::TokenReuse => "token used twice",
            Self::FailedSignIns => "failed sign-ins",
            Self::Reported => "reported",
        }
    }

    /// Why it is a risk, in a sentence or two.
    #[must_use]
    pub const fn about(self) -> &'static str {
        match self {
            Self::PasskeyCopied => {
                "An authenticator counts each use, and the count never goes back. This one's did, although the signature was right: somebody may hold a second copy of the key. The passkey works no more until its owner removes it."
            }
            Self::NewDevice => "A device that was never seen with this person signed in as them.",
            Self::TokenReuse => "A refresh token is good for one use. It came twice, so two parties hold it.",
            Self::FailedSignIns => {
                "Somebody tries to sign in again and again, and fails. It may be its owner, or a guess."
            }
            Self::Reported => "It was reported before risk had kinds.",
        }
    }

    /// The score that it is raised with.
    #[must_use]
    pub const fn score(self) -> u8 {
        match self {
            Self::PasskeyCopied => 80,
            Self::TokenReuse => 55,
            Self::NewDevice | Self::Reported => 45,
            Self::FailedSignIns => 35,
        }
    }
}

impl RiskStep {
    /// Every step.
    pub const ALL: [Self; 5] = [
        Self::Acknowledge,
        Self::Assign,
        Self::Note,
        Self::Resolve,
        Self::FalsePositive,
    ];

    /// The name in storage and on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Acknowledge => "acknowledge",
            Self::Assign => "assign",
            Self::Note => "note",
            Self::Resolve => "resolve",
            Self::FalsePositive => "false_positive",
        }
    }

    /// What somebody did, for people.
    #[must_use]
    pub const fn done(self) -> &'static str {
        match self {
            Self::Acknowledge => "acknowledged it",
            Self::Assign => "assigned it",
            Self::Note => "noted",
            Self::Resolve => "resolved it",
            Self::FalsePositive => "called it a false positive",
        }
    }

    /// Whether it says nothing without words.
    #[must_use]
    pub const fn needs_words(self) -> bool {
        matches!(self, Self::Note | Self::Resolve | Self::FalsePositive)
    }
}

macro_rules! named {
    ($($type:ty),+) => {
        $(
            impl fmt::Display for $type {
                fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                    f.write_str(self.as_str())
                }
            }

            impl FromStr for $type {
                type Err = BadState;

                fn from_str(text: &str) -> Result<Self, BadState> {
                    Self::ALL.into_iter().find(|one| one.as_str() == text).ok_or(BadState)
                }
            }
        )+
    };
}

named!(Level, RiskState, RiskKind, RiskStep);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_score_has_its_level() {
        let levels = [0, 29, 30, 59, 60, 84, 85, 100].map(Level::of);
        use Level::{Critical, Elevated, High, Low};
        assert_eq!(
            levels,
            [Low, Low, Elevated, Elevated, High, High, Critical, Critical]
        );
        assert_eq!(Level::of(u8::MAX), Critical);
        for kind in RiskKind::ALL {
            assert!(kind.score() <= 100);
        }
        assert_eq!(Level::of(RiskKind::PasskeyCopied.score()), High);
    }

    #[test]
    fn what_is_over_stays_over_and_can_be_written_about() {
        for state in RiskState::ALL {
            for step in RiskStep::ALL {
                let after = state.after(step);
                match (state.is_pending(), step) {
                    (_, RiskStep::Note) => assert_eq!(after, Ok(state)),
                    (false, _) => assert_eq!(after, Err(NotNow::Over), "{state} {step}"),
                    (true, RiskStep::Assign) => assert_eq!(after, Ok(state)),
                    (true, RiskStep::Resolve) => assert_eq!(after, Ok(RiskState::Resolved)),
                    (true, RiskStep::FalsePositive) => assert_eq!(after, Ok(RiskState::FalsePositive)),
                    (true, RiskStep::Acknowledge) if state == RiskState::Open => {
                        assert_eq!(after, Ok(RiskState::Acknowledged));
                    }
                    (true, RiskStep::Acknowledge) => assert_eq!(after, Err(NotNow::Acknowledged)),
                }
            }
        }
    }

    #[test]
    fn names_lead_back() {
        for level in Level::ALL {
            assert_eq!(level.as_str().parse(), Ok(level));
        }
        for state in RiskState::ALL {
            assert_eq!(state.as_str().parse(), Ok(state));
        }
        for kind in RiskKind::ALL {
            assert_eq!(kind.as_str().parse(), Ok(kind));
        }
        for step in RiskStep::ALL {
            assert_eq!(step.as_str().parse(), Ok(step));
        }
        assert!("closed".parse::<RiskState>().is_err());
    }
}
