//! What guards each action of each role, as it is in force.

use serde::{Deserialize, Serialize};

use crate::action::{Action, Audience, Danger, Held};
use crate::assurance::PasskeyLevel;
use crate::decide::role_holds;
use crate::guard::Guardrail;
use crate::guard_policy::{Caller, DeviceDemand, Guard};
use crate::request::Policy;
use crate::role::StaffRole;

/// The declaration that guards one action of one role, as it is in force.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GuardRow {
    /// The action's name, which is the permission.
    pub action: String,
    /// What it is for, in a line.
    pub about: String,
    /// The role.
    pub role: StaffRole,
    /// How the role holds the permission; `None` where it does not.
    pub held: Option<Held>,
    /// The whole declaration in one line.
    pub declaration: String,
    /// The kinds of network that count; `None` where no network is asked for.
    pub networks: Option<Vec<String>>,
    /// The factors that count; `None` where none is asked for.
    pub factors: Option<Vec<String>>,
    /// The lowest level of passkey that counts; `None` where any does, or none is asked for.
    pub passkey: Option<String>,
    /// The oldest proof that will do; `None` where none is asked for.
    pub max_age_seconds: Option<u64>,
    /// Whether a managed device is asked for.
    pub managed_device: bool,
    /// Whether a break-glass grant is asked for.
    pub needs_grant: bool,
    /// The longest a session may last.
    pub session_ttl_seconds: u64,
    /// The longest it may be idle.
    pub session_idle_seconds: u64,
    /// The guard policies that concern it, by name; one that is kept under a shipped one's name says so.
    pub policies: Vec<String>,
}

impl GuardRow {
    /// The declaration of an action for a role, under a policy.
    #[must_use]
    pub fn of(policy: &Policy, role: StaffRole, action: Action) -> Self {
        let guard = Guard::of(policy, Caller::Staff(role), action);
        let mfa = guard.requires(Guardrail::Mfa);
        Self {
            action: action.name().to_owned(),
            about: action.declaration().about.trim().to_owned(),
            role,
            held: role_holds(policy, role, action),
            declaration: guard.to_string(),
            networks: guard.requires(Guardrail::Network).then(|| {
                guard
                    .networks
                    .iter()
                    .map(|kind| kind.as_str().to_owned())
                    .collect()
            }),
            factors: mfa.then(|| {
                guard
                    .factor
                    .kinds
                    .iter()
                    .map(|kind| kind.as_str().to_owned())
                    .collect()
            }),
            passkey: (mfa && guard.factor.passkey > PasskeyLevel::Any)
                .then(|| guard.factor.passkey.as_str().to_owned()),
            max_age_seconds: mfa.then_some(guard.factor.max_age.as_secs()),
            managed_device: guard.requires(Guardrail::Identity) && guard.device == DeviceDemand::Managed,
            needs_grant: guard.danger == Danger::BreakGlass,
            session_ttl_seconds: guard.session.ttl.as_secs(),
            session_idle_seconds: guard.session.idle.as_secs(),
            policies: policy.guard_policies.concerning(role, action),
        }
    }

    /// The declarations of every action of staff for a role.
    #[must_use]
    pub fn all(policy: &Policy, role: StaffRole) -> Vec<Self> {
        let staff = |action: &&Action| action.declaration().audience == Audience::Staff;
        let actions = Action::ALL.iter().filter(staff);
        actions.map(|action| Self::of(policy, role, *action)).collect()
    }
}
