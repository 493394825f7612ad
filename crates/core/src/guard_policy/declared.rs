//! A guard policy as somebody writes it, and the check that makes one of it. What would give, or says nothing, is refused
//! with the name of its field.

use std::borrow::Cow;
use std::time::Duration;

use super::{ActionSet, GuardPolicy, Narrowing, StaffRoles};
use crate::action::Danger;
use crate::assurance::{FactorKind, PasskeyLevel};
use crate::input::FieldError;
use crate::sub_role::is_everybodys;
use crate::time::{hours, minutes};

/// Most characters of a name.
const NAME_MAX: usize = 64;
/// Most characters of the line that says what it is for.
const ABOUT_MAX: usize = 200;
/// The shortest span that a policy may ask for: a shorter one would shut everybody out.
const SPAN_MIN: Duration = minutes(1);

/// A guard policy that nobody has checked yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    /// Its name: lower-case letters, digits, `_` and `-`.
    pub name: String,
    /// What it is for, in a line.
    pub about: String,
    /// The roles it concerns.
    pub roles: StaffRoles,
    /// The actions it concerns.
    pub actions: ActionSet,
    /// What it takes away.
    pub narrowing: Narrowing,
}

impl Draft {
    /// Checks it.
    ///
    /// # Errors
    /// The first field that is not right, by its name, with what to do.
    pub fn check(self) -> Result<GuardPolicy, FieldError> {
        let about = self.about.trim();
        name(&self.name)?;
        refuse_if(
            about.chars().count() > ABOUT_MAX || about.chars().any(char::is_control),
            "about",
            "Say what it is for on one line of at most 200 characters.",
        )?;
        refuse_if(self.roles.is_empty(), "roles", "Choose at least one role.")?;
        refuse_if(self.actions.is_empty(), "actions", "Choose at least one action.")?;
        narrowing(&self.narrowing, self.actions)?;
        Ok(GuardPolicy {
            name: Cow::Owned(self.name),
            about: Cow::Owned(about.to_owned()),
            roles: self.roles,
            actions: self.actions,
            narrowing: self.narrowing,
        })
    }
}

fn refuse_if(wrong: bool, field: &'static str, message: &str) -> Result<(), FieldError> {
    if wrong {
        Err(FieldError::new(field, message))
    } else {
        Ok(())
    }
}

fn name(name: &str) -> Result<(), FieldError> {
    let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"_-".contains(&byte);
    let fits = !name.is_empty() && name.len() <= NAME_MAX && name.bytes().all(plain);
    let message = "Use 1 to 64 lower-case letters, digits, _ and -.";
    refuse_if(!fits, "name", message)
}

fn narrowing(of: &Narrowing, actions: ActionSet) -> Result<(), FieldError> {
    let nothing = *of == Narrowing::NOTHING;
    refuse_if(
        nothing,
        "narrowing",
        "Say what the policy takes away; this one says nothing.",
    )?;
    let shut = of.networks.is_some_and(super::NetworkKinds::is_empty);
    refuse_if(
        shut,
        "networks",
        "Allow at least one kind of network, or nobody could get in.",
    )?;
    let weaker = of
        .factors
        .is_some_and(|factors| !factors.contains(FactorKind::Passkey));
    refuse_if(weaker, "factors", "A passkey always counts: leave it in.")?;
    refuse_if(
        of.passkey == Some(PasskeyLevel::Any),
        "passkey",
        "Any passkey counts without a policy: ask for device_bound or attested.",
    )?;
    span(of.max_age, "max_age_seconds", hours(4))?;
    span(of.session_ttl, "session_ttl_seconds", hours(4))?;
    span(of.session_idle, "session_idle_seconds", minutes(15))?;
    let of_session = of.session_ttl.is_some() || of.session_idle.is_some();
    refuse_if(
        of_session && actions != ActionSet::ALL,
        "actions",
        "The times of a session hold for all it does: choose all actions.",
    )?;
    let locks_out = of.danger == Danger::BreakGlass && actions == ActionSet::ALL;
    refuse_if(
        locks_out,
        "danger",
        "Nobody could sign in to ask for a grant: name the actions that need one.",
    )?;
    own_behind_grant(of.danger, actions)
}

/// Nobody asks for a grant to sign in, to see their own session or to end it: a grant is asked for from inside.
fn own_behind_grant(danger: Danger, actions: ActionSet) -> Result<(), FieldError> {
    let own = actions.iter().find(|action| is_everybodys(*action));
    match (danger, own) {
        (Danger::BreakGlass, Some(action)) => {
            let message = format!(
                "{} is everybody's own, and nobody asks for a grant to do it. Leave the action or the grant out.",
                action.name()
            );
            Err(FieldError::new("danger", message))
        }
        _ => Ok(()),
    }
}

fn span(span: Option<Duration>, field: &'static str, most: Duration) -> Result<(), FieldError> {
    let wrong = span.is_some_and(|span| span < SPAN_MIN || span > most);
    let message = format!(
        "Give {} to {} seconds: a policy can only be stricter.",
        SPAN_MIN.as_secs(),
        most.as_secs()
    );
    refuse_if(wrong, field, &message)
}
