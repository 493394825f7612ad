//! A guard policy as it was typed: to be tried in the simulator, or to be kept.

use std::time::Duration;

use stagedoor_core::action::{Action, Danger};
use stagedoor_core::assurance::FactorKind;
use stagedoor_core::guard::NetworkKind;
use stagedoor_core::guard_policy::{
    ActionSet, CONFIGURED, DeviceDemand, Draft, GuardPolicy, Narrowing, StaffRoles,
};
use stagedoor_core::input::FieldError;

use super::words::{levels, one_of, role, several};

/// What a change is called that is only tried.
const SIMULATED: &str = "simulated";

/// A guard policy to try, as it was typed.
#[derive(Debug, Clone, Default)]
pub struct ChangeRequest {
    /// The roles it concerns; none is every role.
    pub roles: Vec<String>,
    /// The actions it concerns, by name; none is every action.
    pub actions: Vec<String>,
    /// The kinds of network that count.
    pub networks: Option<Vec<String>>,
    /// The factors that count.
    pub factors: Option<Vec<String>>,
    /// The lowest level of passkey that counts: `device_bound` or `attested`.
    pub passkey: Option<String>,
    /// The oldest proof that will do.
    pub max_age: Option<Duration>,
    /// `managed` asks for a managed device.
    pub device: Option<String>,
    /// `break_glass` asks for a grant.
    pub danger: Option<String>,
    /// The longest a session may last.
    pub session_ttl: Option<Duration>,
    /// The longest it may be idle.
    pub session_idle: Option<Duration>,
}

impl ChangeRequest {
    /// The guard policy that it is, to be tried beside those in force, or in the place of the one of a name.
    pub(in crate::policies) fn policy(&self, in_place_of: Option<&str>) -> Result<GuardPolicy, FieldError> {
        let draft = self.draft(in_place_of.unwrap_or(SIMULATED), "")?;
        draft
            .check()
            .map_err(|error| FieldError::new(of_change(error.field), error.message))
    }

    /// The guard policy that it is, to be kept under a name. Its fields stand by themselves in a request.
    pub(in crate::policies) fn saved(&self, name: &str, about: &str) -> Result<GuardPolicy, FieldError> {
        let alone = |error: FieldError| {
            let field = error.field.strip_prefix("change.").unwrap_or(error.field);
            FieldError::new(field, error.message)
        };
        if name.starts_with(CONFIGURED) {
            let message =
                format!("Names that begin with {CONFIGURED} are the configuration's own. Choose another.");
            return Err(FieldError::new("name", message));
        }
        if name == SIMULATED {
            let message = format!("{SIMULATED} is what the simulator calls what it tries. Choose another.");
            return Err(FieldError::new("name", message));
        }
        self.draft(name, about).and_then(Draft::check).map_err(alone)
    }

    fn draft(&self, name: &str, about: &str) -> Result<Draft, FieldError> {
        let networks: Vec<_> = NetworkKind::ALL
            .iter()
            .map(|kind| (kind.as_str(), *kind))
            .collect();
        let factors: Vec<_> = FactorKind::ALL
            .iter()
            .map(|kind| (kind.as_str(), *kind))
            .collect();
        let danger = one_of(
            "change.danger",
            self.danger.as_deref(),
            &[("break_glass", Danger::BreakGlass)],
        )?;
        Ok(Draft {
            name: name.to_owned(),
            about: about.to_owned(),
            roles: match self.roles.as_slice() {
                [] => StaffRoles::ALL,
                some => some
                    .iter()
                    .map(|name| role("change.roles", name))
                    .collect::<Result<_, _>>()?,
            },
            actions: match self.actions.as_slice() {
                [] => ActionSet::ALL,
                some => some
                    .iter()
                    .map(|name| {
                        let message = "There is no action of one of these names.";
                        Action::from_name(name).ok_or_else(|| FieldError::new("change.actions", message))
                    })
                    .collect::<Result<_, _>>()?,
            },
            narrowing: Narrowing {
                networks: several("change.networks", self.networks.as_deref(), &networks)?,
                factors: several("change.factors", self.factors.as_deref(), &factors)?,
                passkey: one_of("change.passkey", self.passkey.as_deref(), &levels())?,
                max_age: self.max_age,
                device: one_of(
                    "change.device",
                    self.device.as_deref(),
                    &[("managed", DeviceDemand::Managed)],
                )?
                .unwrap_or_default(),
                danger: danger.unwrap_or(Danger::Ordinary),
                session_ttl: self.session_ttl,
                session_idle: self.session_idle,
            },
        })
    }
}

/// A draft's field as it stands inside the request.
fn of_change(field: &'static str) -> &'static str {
    match field {
        "networks" => "change.networks",
        "factors" => "change.factors",
        "passkey" => "change.passkey",
        "max_age_seconds" => "change.max_age_seconds",
        "session_ttl_seconds" => "change.session_ttl_seconds",
        "session_idle_seconds" => "change.session_idle_seconds",
        "actions" => "change.actions",
        "roles" => "change.roles",
        "danger" => "change.danger",
        "device" => "change.device",
        _ => "change",
    }
}
