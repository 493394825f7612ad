//! What is left to do after somebody was deactivated, and by when (spec 01 "Lifecycle"). The program ends what it holds
//! itself at once; these are for people.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use crate::tenant::BadState;
use crate::time::{Timestamp, hours};

/// Whether secrets that the person saw may be known to others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Secrets {
    /// There is no sign of it.
    Safe,
    /// They may be.
    Compromised,
}

/// One thing to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Task {
    /// Shared secrets are rotated.
    RotateSecrets,
    /// What the person did in the last 90 days is gone through.
    ReviewAudit,
    /// The person is removed at the identity provider or proxy, with their OAuth grants.
    RemoveAtProvider,
    /// All of it is written down.
    Document,
}

impl Task {
    /// Every task, the most urgent first.
    pub const ALL: [Self; 4] = [
        Self::RotateSecrets,
        Self::ReviewAudit,
        Self::RemoveAtProvider,
        Self::Document,
    ];

    /// The tasks of a deactivation, the most urgent first.
    pub fn of(secrets: Secrets) -> impl Iterator<Item = Self> {
        Self::ALL
            .into_iter()
            .filter(move |task| secrets == Secrets::Compromised || *task != Self::RotateSecrets)
    }

    /// The name in storage and on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::RotateSecrets => "rotate_secrets",
            Self::ReviewAudit => "review_audit",
            Self::RemoveAtProvider => "remove_at_provider",
            Self::Document => "document",
        }
    }

    /// What to do, in words.
    #[must_use]
    pub const fn explain(self) -> &'static str {
        match self {
            Self::RotateSecrets => "Rotate the shared secrets the person saw, in this order",
            Self::ReviewAudit => "Go through what the person did in the last 90 days",
            Self::RemoveAtProvider => {
                "Remove the person at the identity provider or proxy, with their OAuth grants"
            }
            Self::Document => "Write down what was done",
        }
    }

    /// What it is made of, in the order of doing it.
    #[must_use]
    pub const fn steps(self) -> &'static [&'static str] {
        match self {
            Self::RotateSecrets => &[
                "Those they saw in the last 30 days",
                "API keys and the credentials of services",
                "Encryption keys, where it is suspected that they are known",
                "The rest",
            ],
            Self::ReviewAudit | Self::RemoveAtProvider | Self::Document => &[],
        }
    }

    /// How many days of what the person did are gone through for it.
    #[must_use]
    pub const fn days_back(self) -> Option<u32> {
        match self {
            Self::RotateSecrets => Some(30),
            Self::ReviewAudit => Some(90),
            Self::RemoveAtProvider | Self::Document => None,
        }
    }

    /// How long it may take.
    #[must_use]
    pub const fn within(self) -> Duration {
        match self {
            Self::RotateSecrets => hours(24),
            Self::ReviewAudit => hours(48),
            Self::RemoveAtProvider | Self::Document => hours(7 * 24),
        }
    }

    /// When it is due.
    #[must_use]
    pub fn due(self, deactivated: Timestamp) -> Timestamp {
        deactivated.plus(self.within())
    }
}

impl fmt::Display for Task {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Task {
    type Err = BadState;

    fn from_str(text: &str) -> Result<Self, BadState> {
        let mut all = Self::ALL.into_iter();
        all.find(|task| task.as_str() == text).ok_or(BadState)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_rotated_only_where_they_may_be_known() {
        let of = |secrets| Task::of(secrets).collect::<Vec<_>>();
        assert_eq!(of(Secrets::Compromised), Task::ALL);
        assert_eq!(
            of(Secrets::Safe),
            [Task::ReviewAudit, Task::RemoveAtProvider, Task::Document]
        );
    }

    #[test]
    fn secrets_are_named_in_four_classes_the_latest_first() {
        let steps = Task::RotateSecrets.steps();
        assert_eq!(steps.len(), 4);
        assert!(
            steps
                .iter()
                .zip(["30 days", "API keys", "Encryption keys", "rest"])
                .all(|(step, word)| step.contains(word))
        );
        assert_eq!(Task::ALL.map(Task::days_back), [Some(30), Some(90), None, None]);
    }

    #[test]
    fn the_urgent_comes_first_and_names_lead_back() {
        let at = Timestamp::from_micros(0);
        let due: Vec<u64> = Task::ALL
            .iter()
            .map(|task| task.due(at).since(at).as_secs() / 3600)
            .collect();
        assert_eq!(due, [24, 48, 168, 168]);
        for task in Task::ALL {
            assert_eq!(task.as_str().parse(), Ok(task));
        }
    }
}
