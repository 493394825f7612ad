//! What the simulator answers: the decision in force and, where a change was asked about, the one beside it. It shows what the core
//! said and adds no judgement of its own.

use std::net::IpAddr;

use serde::{Deserialize, Serialize};

use super::{GuardRow, ShutOut};
use crate::decision::{Decision, Outcome};
use crate::sub_role::SubRoleName;
use crate::time::Timestamp;
use crate::view::frame::{GuardView, TenantLabel};
use crate::view::narrow::NarrowedView;

/// How a simulated request ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ending {
    /// It would be allowed.
    Permit,
    /// A fresh proof would be asked for.
    Challenge,
    /// It would be refused.
    Deny,
}

impl Ending {
    /// Every ending.
    pub const ALL: [Self; 3] = [Self::Permit, Self::Challenge, Self::Deny];

    /// The name on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Permit => "permit",
            Self::Challenge => "challenge",
            Self::Deny => "deny",
        }
    }
}

/// What the core says of a simulated request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answer {
    /// How it ends.
    pub ending: Ending,
    /// Why, and what to do.
    pub text: String,
    /// The reason by its name in the audit; `None` on a permit.
    pub reason: Option<String>,
    /// The public code that the caller would get; `None` on a permit.
    pub code: Option<String>,
    /// How old the proof may be that is asked for; `None` where none is.
    pub max_age_seconds: Option<u64>,
    /// What each guardrail says, in their fixed order.
    pub guards: Vec<GuardView>,
    /// The declaration that it was held against.
    pub guard: GuardRow,
}

impl Answer {
    /// What a decision says to somebody with this sub-role.
    #[must_use]
    pub fn of(decision: &Decision, sub_role: Option<&SubRoleName>, guard: GuardRow) -> Self {
        let (ending, max_age) = match decision.outcome {
            Outcome::Permit => (Ending::Permit, None),
            Outcome::Challenge { max_age, .. } => (Ending::Challenge, Some(max_age.as_secs())),
            Outcome::Deny(_) => (Ending::Deny, None),
        };
        Self {
            ending,
            text: decision.explain_to(sub_role),
            reason: decision.reason().map(|reason| reason.as_str().to_owned()),
            code: decision.reason().map(|reason| reason.code().as_str().to_owned()),
            max_age_seconds: max_age,
            guards: GuardView::six(&decision.verdicts, sub_role),
            guard,
        }
    }
}

/// A simulated request and what the core says of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Simulation {
    /// Who would ask, in words.
    pub who: String,
    /// What for, by its name.
    pub action: String,
    /// What it is for, in a line.
    pub about: String,
    /// The tenant it would be about.
    pub tenant: Option<TenantLabel>,
    /// When.
    pub at: Timestamp,
    /// From where.
    pub address: Option<IpAddr>,
    /// What their session is narrowed to.
    pub narrowed: NarrowedView,
    /// Under the policies in force.
    pub present: Answer,
    /// With the change that was asked about beside them, or in the place of the one that it changes.
    pub changed: Option<Answer>,
    /// Whom the change would shut out; `None` where it asks for no level of passkeys.
    pub shut_out: Option<ShutOut>,
}
