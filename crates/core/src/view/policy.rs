//! Policies: the declarations that guard the console, and what the simulator answers.

use std::net::IpAddr;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::action::{Action, Audience, Danger, Held};
use crate::assurance::PasskeyLevel;
use crate::decide::role_holds;
use crate::decision::{Decision, Outcome};
use crate::guard::{Guardrail, NetworkKind};
use crate::guard_policy::{
    ActionSet, CONFIGURED, Caller, DeviceDemand, Draft, Guard, GuardPolicy, Narrowing,
};
use crate::id::StaffId;
use crate::input::FieldError;
use crate::request::Policy;
use crate::role::StaffRole;
use crate::sub_role::SubRoleName;
use crate::time::Timestamp;
use crate::view::frame::{GuardView, TenantLabel};
use crate::view::narrow::NarrowedView;
use crate::view::staff::PostLine;

/// What a guard policy takes away; `None` leaves a thing as it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NarrowingView {
    /// The kinds of network that count.
    pub networks: Option<Vec<String>>,
    /// The factors that count.
    pub factors: Option<Vec<String>>,
    /// The lowest level of passkey that counts: `device_bound` or `attested`.
    pub passkey: Option<String>,
    /// The oldest proof that will do.
    pub max_age_seconds: Option<u64>,
    /// Whether a managed device is asked for. Kept only where it is, so that what was kept before reads as it did.
    #[serde(default, skip_serializing_if = "is_not")]
    pub managed_device: bool,
    /// Whether a break-glass grant is asked for.
    pub needs_grant: bool,
    /// The longest a session may last.
    pub session_ttl_seconds: Option<u64>,
    /// The longest it may be idle.
    pub session_idle_seconds: Option<u64>,
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde asks for it so")]
const fn is_not(flag: &bool) -> bool {
    !*flag
}

impl From<Narrowing> for NarrowingView {
    fn from(of: Narrowing) -> Self {
        Self {
            networks: of
                .networks
                .map(|kinds| kinds.iter().map(|kind| kind.as_str().to_owned()).collect()),
            factors: of
                .factors
                .map(|kinds| kinds.iter().map(|kind| kind.as_str().to_owned()).collect()),
            passkey: of.passkey.map(|level| level.as_str().to_owned()),
            max_age_seconds: of.max_age.map(|span| span.as_secs()),
            managed_device: of.device == DeviceDemand::Managed,
            needs_grant: of.danger == Danger::BreakGlass,
            session_ttl_seconds: of.session_ttl.map(|span| span.as_secs()),
            session_idle_seconds: of.session_idle.map(|span| span.as_secs()),
        }
    }
}

/// A guard policy.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PolicyCard {
    /// Its name.
    pub name: String,
    /// What it is for, in a line.
    pub about: String,
    /// The roles it concerns.
    pub roles: Vec<StaffRole>,
    /// The actions it concerns, by name; `None` is all of them.
    pub actions: Option<Vec<String>>,
    /// What it takes away.
    pub narrowing: NarrowingView,
}

impl From<&GuardPolicy> for PolicyCard {
    fn from(policy: &GuardPolicy) -> Self {
        let named = policy.actions() != ActionSet::ALL;
        Self {
            name: policy.name().to_owned(),
            about: policy.about().to_owned(),
            roles: policy.roles().iter().collect(),
            actions: named.then(|| {
                policy
                    .actions()
                    .iter()
                    .map(|action| action.name().to_owned())
                    .collect()
            }),
            narrowing: policy.narrowing().into(),
        }
    }
}

impl NarrowingView {
    fn narrowing(&self) -> Result<Narrowing, FieldError> {
        let span = |seconds: Option<u64>| seconds.map(Duration::from_secs);
        Ok(Narrowing {
            networks: several("networks", self.networks.as_deref(), NetworkKind::from_name)?,
            factors: several("factors", self.factors.as_deref(), |name| name.parse().ok())?,
            passkey: self.passkey.as_deref().map(level).transpose()?,
            max_age: span(self.max_age_seconds),
            device: if self.managed_device {
                DeviceDemand::Managed
            } else {
                DeviceDemand::Any
            },
            danger: if self.needs_grant {
                Danger::BreakGlass
            } else {
                Danger::Ordinary
            },
            session_ttl: span(self.session_ttl_seconds),
            session_idle: span(self.session_idle_seconds),
        })
    }
}

fn level(name: &str) -> Result<PasskeyLevel, FieldError> {
    let message = format!("There is no {name} here.");
    name.parse().map_err(|_| FieldError::new("passkey", message))
}

/// A set of what is named; a name that nothing has is no part of it, and makes it wrong.
fn several<T, S: FromIterator<T>>(
    field: &'static str,
    names: Option<&[String]>,
    read: impl Fn(&str) -> Option<T>,
) -> Result<Option<S>, FieldError> {
    let one = |name: &String| {
        let message = format!("There is no {name} here.");
        read(name).ok_or_else(|| FieldError::new(field, message))
    };
    names.map(|names| names.iter().map(one).collect()).transpose()
}

impl PolicyCard {
    /// Whether the configuration says it, so that the console cannot take it away.
    #[must_use]
    pub fn is_configured(&self) -> bool {
        self.name.starts_with(CONFIGURED)
    }

    /// The policy that is told of, checked anew.
    ///
    /// # Errors
    /// The first field that is not right, by its name.
    pub fn policy(&self) -> Result<GuardPolicy, FieldError> {
        let actions = several("actions", self.actions.as_deref(), Action::from_name)?;
        Draft {
            name: self.name.clone(),
            about: self.about.clone(),
            roles: self.roles.iter().copied().collect(),
            actions: actions.unwrap_or(ActionSet::ALL),
            narrowing: self.narrowing.narrowing()?,
        }
        .check()
    }
}

/// A set of policies in the one form in which it is kept: JSON, by name.
#[must_use]
pub fn canonical(policies: &[GuardPolicy]) -> String {
    let mut cards: Vec<PolicyCard> = policies.iter().map(PolicyCard::from).collect();
    cards.sort_by(|one, other| one.name.cmp(&other.name));
    serde_json::to_string(&cards).unwrap_or_default()
}

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
    /// The guard policies that concern it, by name.
    pub policies: Vec<String>,
}

impl GuardRow {
    /// The declaration of an action for a role, under a policy.
    #[must_use]
    pub fn of(policy: &Policy, role: StaffRole, action: Action) -> Self {
        let guard = Guard::of(policy, Caller::Staff(role), action);
        let concerning = policy.guard_policies.concerning(role, action);
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
            policies: concerning.map(|policy| policy.name().to_owned()).collect(),
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

/// A range of addresses that staff may come from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NetworkLine {
    /// Its name.
    pub name: String,
    /// What kind of way in it is.
    pub kind: String,
    /// The range.
    pub range: String,
}

/// A member of staff to simulate.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PersonChoice {
    /// Who.
    pub id: StaffId,
    /// Their name.
    pub name: String,
    /// Their role.
    pub role: StaffRole,
}

/// Whom the passkeys that a change asks for would shut out, of those who are enrolled.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShutOut {
    /// The level that it asks for.
    pub level: PasskeyLevel,
    /// What of it they could not do any more: come in, or something of what it concerns.
    pub from: ShutFrom,
    /// How many have a passkey, and none of this level.
    pub count: u64,
    /// Who they are, by address: at most ten, and nobody for a reader who may not see staff.
    pub people: Vec<PersonChoice>,
    /// How many have no passkey at all.
    pub without_passkey: u64,
}

impl ShutOut {
    /// Most people who are named.
    pub const NAMED: usize = 10;

    /// How many are not named.
    #[must_use]
    pub const fn more(&self) -> u64 {
        self.count.saturating_sub(self.people.len() as u64)
    }
}

/// What somebody is shut out from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ShutFrom {
    /// The console.
    SignIn,
    /// Some actions.
    Actions,
}

impl ShutFrom {
    /// The name on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::SignIn => "sign_in",
            Self::Actions => "actions",
        }
    }
}

/// The Policies page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PoliciesView {
    /// Where staff may come from.
    pub networks: Vec<NetworkLine>,
    /// The guard policies that come with the program.
    pub shipped: Vec<PolicyCard>,
    /// Those that are declared beside them.
    pub declared: Vec<PolicyCard>,
    /// The declaration of every action for every role asked about.
    pub guards: Vec<GuardRow>,
    /// What a session may be viewed as: each role, and each sub-role with its role.
    pub views: Vec<PostLine>,
}

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
