//! What a connection test of a provider found, step by step.

use serde::{Deserialize, Serialize};

/// How a step went.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StepVerdict {
    /// It is as it should be.
    Passed,
    /// It works, and could be better.
    Warned,
    /// It does not work.
    Failed,
    /// It could not be looked at, for something before it failed.
    Skipped,
}

impl StepVerdict {
    /// The name in the API.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Passed => "passed",
            Self::Warned => "warned",
            Self::Failed => "failed",
            Self::Skipped => "skipped",
        }
    }
}

/// One step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProbeStep {
    /// Its name: `discovery`, `issuer`, `endpoints`, `algorithms`, `keys`, `pkce` or `answers`.
    pub name: String,
    /// How it went.
    pub verdict: StepVerdict,
    /// What was found, and what to do.
    pub words: String,
    /// How long it took, in milliseconds.
    pub took_ms: u64,
}

impl ProbeStep {
    /// A step that took no time worth telling.
    #[must_use]
    pub fn new(name: &str, verdict: StepVerdict, words: impl Into<String>) -> Self {
        Self {
            name: name.to_owned(),
            verdict,
            words: words.into(),
            took_ms: 0,
        }
    }
}

/// Whether people can sign in through a provider that was found so: something was looked at, and nothing failed.
#[must_use]
pub fn passed(steps: &[ProbeStep]) -> bool {
    let works = |step: &ProbeStep| matches!(step.verdict, StepVerdict::Passed | StepVerdict::Warned);
    !steps.is_empty() && steps.iter().all(works)
}
