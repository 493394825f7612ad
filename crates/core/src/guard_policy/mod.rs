//! Guard policies: what guards the console, as one declaration (spec 01 "The six guardrails").
//!
//! The declaration of a call is a [`Guard`]: audience, networks, identity, factor, max age, permission, danger, session,
//! audit. It follows from the action's own row, the platform's [`crate::request::Policy`], and the guard policies that
//! concern the role and the action; [`crate::decide`] reads nothing else. A guard policy is closed: each of its fields can
//! only take away from what would be without it, so that no set of them ever turns a denial into a permit.

mod declared;
mod guard;
mod set;
mod shipped;

use std::borrow::Cow;
use std::time::Duration;

pub use declared::Draft;
pub use guard::{AuditDemand, Caller, DeviceDemand, FactorDemand, Guard, IdentityDemand, SessionRule};
pub use set::{ActionSet, Factors, NetworkKinds, StaffRoles};

use crate::action::{Action, Danger};
use crate::assurance::PasskeyLevel;
use crate::input::FieldError;
use crate::role::StaffRole;

/// Most guard policies that may be declared beside those that are shipped. Those that the configuration makes count apart, and
/// there are only ever a few: a changed file never takes the room of what is kept, nor the reverse.
pub const DECLARED_MAX: usize = 32;

/// What a policy takes away. `None` leaves a thing as it is without it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Narrowing {
    /// Only from these kinds of network.
    pub networks: Option<NetworkKinds>,
    /// Only with these factors; a passkey is always among them.
    pub factors: Option<Factors>,
    /// No passkey below this level, and no code in its place.
    pub passkey: Option<PasskeyLevel>,
    /// No proof of a factor older than this.
    pub max_age: Option<Duration>,
    /// With [`DeviceDemand::Managed`], only from a managed device.
    pub device: DeviceDemand,
    /// With [`Danger::BreakGlass`], only with an approved grant.
    pub danger: Danger,
    /// No session older than this.
    pub session_ttl: Option<Duration>,
    /// No session idle for as long as this.
    pub session_idle: Option<Duration>,
}

impl Narrowing {
    /// Takes nothing away.
    pub const NOTHING: Self = Self {
        networks: None,
        factors: None,
        passkey: None,
        max_age: None,
        device: DeviceDemand::Any,
        danger: Danger::Ordinary,
        session_ttl: None,
        session_idle: None,
    };
}

/// A guard policy: whom it concerns, doing what, and what it takes away. Made from a [`Draft`], which is checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GuardPolicy {
    name: Cow<'static, str>,
    about: Cow<'static, str>,
    roles: StaffRoles,
    actions: ActionSet,
    narrowing: Narrowing,
}

impl GuardPolicy {
    /// Its name, which no other has.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What it is for, in a line.
    #[must_use]
    pub fn about(&self) -> &str {
        &self.about
    }

    /// The roles it concerns.
    #[must_use]
    pub const fn roles(&self) -> StaffRoles {
        self.roles
    }

    /// The actions it concerns.
    #[must_use]
    pub const fn actions(&self) -> ActionSet {
        self.actions
    }

    /// What it takes away.
    #[must_use]
    pub const fn narrowing(&self) -> Narrowing {
        self.narrowing
    }

    /// Whether the configuration makes it, so that nothing in the console changes it.
    #[must_use]
    pub fn is_configured(&self) -> bool {
        self.name.starts_with(CONFIGURED)
    }

    /// Whether it concerns a role that does something. Of nobody known no role is known: them only what concerns every role
    /// does.
    #[must_use]
    pub fn concerns(&self, role: Option<StaffRole>, action: Action) -> bool {
        let role = role.map_or(self.roles == StaffRoles::ALL, |role| self.roles.contains(role));
        role && self.actions.contains(action)
    }
}

/// What the names begin with of guard policies that the configuration makes, and of no other's.
pub const CONFIGURED: &str = "configured_";

/// The guard policies of an installation: those that are shipped, and those that are declared. The default declares none.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct GuardPolicies(Vec<GuardPolicy>);

impl GuardPolicies {
    /// The ones that are declared beside the shipped ones.
    ///
    /// # Errors
    /// Names the field `name` when two are of one name, and `policies` when there are more than [`DECLARED_MAX`] beside those
    /// of the configuration.
    pub fn declared(policies: Vec<GuardPolicy>) -> Result<Self, FieldError> {
        let none = Self::default();
        policies
            .into_iter()
            .try_fold(none, |all, policy| all.with(policy))
    }

    /// These and those that were kept. What was accepted once holds, whatever has come beside it since: where a later program
    /// ships one of a name that is kept, both hold, and the kept one can be changed and removed like any other.
    #[must_use]
    pub fn beside(&self, kept: &[GuardPolicy]) -> Self {
        Self([self.0.as_slice(), kept].concat())
    }

    /// These and one more.
    ///
    /// # Errors
    /// As [`Self::declared`].
    pub fn with(&self, policy: GuardPolicy) -> Result<Self, FieldError> {
        let count = |policies: &[GuardPolicy]| policies.iter().filter(|of| !of.is_configured()).count();
        let kept = count(&self.0) + count(std::slice::from_ref(&policy));
        if kept > DECLARED_MAX {
            let message = format!(
                "At most {DECLARED_MAX} guard policies can be kept, and these would be {kept}. Remove one first. Those of the configuration do not count."
            );
            return Err(FieldError::new("policies", message));
        }
        if shipped::has(policy.name()) {
            let message = "A guard policy that comes with the program has this name. Choose another one.";
            return Err(FieldError::new("name", message));
        }
        if self.0.iter().any(|other| other.name() == policy.name()) {
            let message = "Another guard policy has this name. Choose a new one.";
            return Err(FieldError::new("name", message));
        }
        Ok(self.beside(&[policy]))
    }

    /// These, with one in the place of the one of its name. `None` where none of these has it, or the configuration makes it.
    #[must_use]
    pub fn instead(&self, policy: GuardPolicy) -> Option<Self> {
        let mut policies = self.0.clone();
        let place = policies
            .iter_mut()
            .find(|kept| kept.name() == policy.name() && !kept.is_configured())?;
        *place = policy;
        Some(Self(policies))
    }

    /// The ones that come with the program, which nothing takes away.
    #[must_use]
    pub fn shipped() -> &'static [GuardPolicy] {
        &shipped::SHIPPED
    }

    /// The ones that are declared beside them.
    #[must_use]
    pub fn list_declared(&self) -> &[GuardPolicy] {
        &self.0
    }

    /// All of them, the shipped ones first.
    pub fn iter(&self) -> impl Iterator<Item = &GuardPolicy> {
        shipped::SHIPPED.iter().chain(&self.0)
    }
}

#[cfg(test)]
mod tests;
