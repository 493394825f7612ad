//! What somebody proved, and how long ago: what is configured to be accepted, and the guardrail over it.

use std::time::Duration;

use super::verdict::Verdict;
use crate::assurance::ProvenFactor;
use crate::decision::Reason;
use crate::guard_policy::FactorDemand;
use crate::time::Timestamp;

/// What the factor guardrail is configured to accept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FactorRule {
    /// How old a proof may be.
    pub max_age: Duration,
    /// The roles that may fall back to a one-time password.
    pub totp: TotpFallback,
}

/// Who may fall back to a one-time password.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TotpFallback {
    /// Nobody.
    Off,
    /// Everybody but super admins, whom a shipped guard policy keeps to passkeys.
    ExceptSuperAdmins,
}

pub(crate) fn mfa(demand: FactorDemand, factor: Option<ProvenFactor>, now: Timestamp) -> Verdict {
    match factor {
        None => Verdict::Fail(Reason::FactorMissing),
        Some(factor) if !demand.kinds.contains(factor.kind) => Verdict::Fail(Reason::FactorNotAllowed),
        Some(factor) if factor.level < demand.passkey => Verdict::Fail(Reason::PasskeyTooWeak),
        Some(factor) if now.since(factor.at) > demand.max_age => Verdict::Fail(Reason::FactorStale),
        Some(_) => Verdict::Pass,
    }
}
