//! A guard policy as a page shows it and as it is kept, and the way back to the policy itself.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::action::{Action, Danger};
use crate::assurance::PasskeyLevel;
use crate::guard::NetworkKind;
use crate::guard_policy::{ActionSet, CONFIGURED, DeviceDemand, Draft, GuardPolicy, Narrowing};
use crate::input::FieldError;
use crate::role::StaffRole;

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
