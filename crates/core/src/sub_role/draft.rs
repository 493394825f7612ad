//! A sub-role as somebody writes it, checked against the role that it narrows: one that would give anything is refused.

use std::borrow::Cow;
use std::time::Duration;

use super::{SubRole, SubRoleName, is_everybodys};
use crate::action::{Action, Audience, Cell};
use crate::guard_policy::ActionSet;
use crate::id::TenantId;
use crate::impersonation::VISIT_MINUTES_MAX;
use crate::input::FieldError;
use crate::role::{Scope, StaffRole};
use crate::time::minutes;

/// Most characters of the line that says what it is for.
const ABOUT_MAX: usize = 200;
/// Most tenants that it lists.
const TENANTS_MAX: usize = 64;

/// A sub-role as somebody writes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    /// Its name.
    pub name: String,
    /// What it is for, in a line.
    pub about: String,
    /// The role that it narrows.
    pub of: StaffRole,
    /// What of the role's permissions it keeps, by their names.
    pub permissions: Vec<String>,
    /// The tenants that it leaves of those that its person's account reaches, by id; `None` is all of them.
    pub tenants: Option<Vec<String>>,
    /// How many visits somebody may have at once, where that is fewer than the platform's setting.
    pub visits: Option<u32>,
    /// How many minutes a visit of theirs may last, where that is less than the platform's setting.
    pub visit_minutes: Option<u32>,
}

impl Draft {
    /// Checks it.
    ///
    /// # Errors
    /// The first field that is not right, by its name, with what to do.
    pub fn check(self) -> Result<SubRole, FieldError> {
        let name = SubRoleName::parse(&self.name).map_err(|wrong| FieldError::new("name", wrong.message))?;
        if name.as_str().parse::<StaffRole>().is_ok() {
            let message = "A role has this name. Choose another one for the sub-role.";
            return Err(FieldError::new("name", message));
        }
        let about = self.about.trim();
        if about.chars().count() > ABOUT_MAX || about.chars().any(char::is_control) {
            let message = format!("Say what it is for on one line of at most {ABOUT_MAX} characters.");
            return Err(FieldError::new("about", message));
        }
        if self.permissions.is_empty() {
            return Err(FieldError::new("permissions", "Name at least one permission."));
        }
        let mut permissions = ActionSet::NONE;
        for text in &self.permissions {
            let action = permission(self.of, text)?;
            permissions = permissions.or(ActionSet::of(&[action]));
        }
        if !permissions.contains(Action::TenantList) {
            let message = "Every sub-role keeps tenant.list: the console itself stands on it. Add it.";
            return Err(FieldError::new("permissions", message));
        }
        Ok(SubRole {
            name,
            about: Cow::Owned(about.to_owned()),
            of: self.of,
            permissions,
            tenants: tenants(self.tenants.as_deref())?,
            visits: self.visits,
            visit_length: self.visit_minutes.map(visit_length).transpose()?,
        })
    }
}

/// The tenants that are listed. Whether there is such a tenant is not asked: one that there is not is reached by nobody.
fn tenants(listed: Option<&[String]>) -> Result<Scope, FieldError> {
    let Some(listed) = listed else {
        return Ok(Scope::All);
    };
    let refuse = |message: String| Err(FieldError::new("tenants", message));
    if listed.is_empty() {
        return refuse("Name at least one tenant, or leave the tenants out to keep all.".to_owned());
    }
    if listed.len() > TENANTS_MAX {
        return refuse(format!("Name at most {TENANTS_MAX} tenants."));
    }
    let mut ids: Vec<TenantId> = Vec::with_capacity(listed.len());
    for text in listed {
        match text.parse() {
            Ok(id) => ids.push(id),
            Err(_) => {
                return refuse(format!(
                    "{text} is no id of a tenant, such as org_ and 26 characters."
                ));
            }
        }
    }
    Ok(Scope::only(ids))
}

fn visit_length(asked: u32) -> Result<Duration, FieldError> {
    if (1..=VISIT_MINUTES_MAX).contains(&asked) {
        return Ok(minutes(u64::from(asked)));
    }
    let message = format!("A visit lasts 1 to {VISIT_MINUTES_MAX} minutes. Write a number of these.");
    Err(FieldError::new("visit_minutes", message))
}

/// A permission that a role holds.
fn permission(role: StaffRole, text: &str) -> Result<Action, FieldError> {
    let refuse = |message: String| Err(FieldError::new("permissions", message));
    let Some(action) = Action::from_name(text) else {
        return refuse(format!("There is no permission {text}."));
    };
    if is_everybodys(action) {
        return refuse(format!(
            "{text} is everybody's own, and no sub-role takes it away. Leave it out."
        ));
    }
    if role_lacks(role, action) {
        return refuse(format!(
            "The role {role} does not hold {text}, and a sub-role can only take away."
        ));
    }
    Ok(action)
}

fn role_lacks(role: StaffRole, action: Action) -> bool {
    let declaration = action.declaration();
    let cell = declaration.cells.get(role as usize).copied().unwrap_or(Cell::No);
    declaration.audience != Audience::Staff || cell == Cell::No
}
