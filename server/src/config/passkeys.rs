//! Which passkeys count: the roles that need more than any become guard policies, and the models with their authorities the
//! list that attestations are held against. What could never be met is refused here, not at somebody's registration.

use stagedoor_core::assurance::PasskeyLevel;
use stagedoor_core::guard_policy::{ActionSet, CONFIGURED, Draft, GuardPolicies, GuardPolicy, Narrowing};
use stagedoor_core::request::PasskeyMakers;
use stagedoor_core::role::StaffRole;
use stagedoor_service::passkeys::{self, BadMakers};

use super::keys::{Config, Passkeys};

/// What the configuration says of passkeys.
#[derive(Clone, Default)]
pub(super) struct Levels {
    /// The guard policies that it makes.
    pub(super) policies: GuardPolicies,
    /// Who vouches for what.
    pub(super) makers: PasskeyMakers,
}

/// Reads it, and says what is wrong with the key at fault.
pub(super) fn levels(config: &Config, say: &mut impl FnMut(&str, String)) -> Levels {
    let of = &config.passkeys;
    let wanted = [
        (&of.device_bound_roles, PasskeyLevel::DeviceBound),
        (&of.attested_roles, PasskeyLevel::Attested),
    ];
    let mut policies = Vec::new();
    for (roles, level) in wanted {
        match policy(roles, level) {
            Ok(made) => policies.extend(made),
            Err(message) => say(roles_key(level), message),
        }
    }
    let makers = match makers(of) {
        Ok(makers) => makers,
        Err((key, message)) => {
            say(key, message);
            PasskeyMakers::default()
        }
    };
    let policies = GuardPolicies::declared(policies).unwrap_or_else(|error| {
        say("passkeys.attested_roles", error.message);
        GuardPolicies::default()
    });
    Levels { policies, makers }
}

/// The key that asks for a level.
#[must_use]
pub const fn roles_key(level: PasskeyLevel) -> &'static str {
    match level {
        PasskeyLevel::Attested => "passkeys.attested_roles",
        PasskeyLevel::Any | PasskeyLevel::DeviceBound => "passkeys.device_bound_roles",
    }
}

fn policy(roles: &[String], level: PasskeyLevel) -> Result<Option<GuardPolicy>, String> {
    if roles.is_empty() {
        return Ok(None);
    }
    let known = |name: &String| {
        let role = StaffRole::ALL.iter().copied().find(|role| role.as_str() == name);
        role.ok_or_else(|| {
            format!("There is no role {name}. Give super_admin, support, security or read_only.")
        })
    };
    let (name, about) = match level {
        PasskeyLevel::Attested => ("attested", "A maker on the list vouches for each passkey."),
        _ => ("device_bound", "Passkeys cannot leave their device."),
    };
    let draft = Draft {
        name: format!("{CONFIGURED}{name}"),
        about: about.to_owned(),
        roles: roles.iter().map(known).collect::<Result<_, _>>()?,
        actions: ActionSet::ALL,
        narrowing: Narrowing {
            passkey: Some(level),
            ..Narrowing::NOTHING
        },
    };
    draft.check().map(Some).map_err(|error| error.message)
}

const FILE: &str = "passkeys.authorities_file";
const MODELS: &str = "passkeys.models";
const END: &str = "-----END CERTIFICATE-----";

fn makers(of: &Passkeys) -> Result<PasskeyMakers, (&'static str, String)> {
    let Some(path) = &of.authorities_file else {
        let message = "Give one: without it nobody could vouch for a passkey.".to_owned();
        return match of.attested_roles.is_empty() && of.models.is_empty() {
            true => Ok(PasskeyMakers::default()),
            false => Err((FILE, message)),
        };
    };
    if of.models.is_empty() {
        let message =
            "Give at least one: an authority vouches for the models that are listed here.".to_owned();
        return Err((MODELS, message));
    }
    let text =
        std::fs::read_to_string(path).map_err(|error| (FILE, format!("{}: {error}.", path.display())))?;
    let certificates: Vec<String> = text
        .split_inclusive(END)
        .filter(|part| part.contains(END))
        .map(|part| part.trim().to_owned())
        .collect();
    if certificates.is_empty() {
        return Err((FILE, "There is no certificate in PEM in this file.".to_owned()));
    }
    passkeys::makers(&of.models, &certificates).map_err(|error| match error {
        BadMakers::Model(_) => (MODELS, error.to_string()),
        BadMakers::Certificate => (FILE, error.to_string()),
    })
}
