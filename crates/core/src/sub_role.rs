//! Sub-roles: named narrowings of a role (spec 01 "Sub-roles and scope"). One takes away from what its role holds, and gives
//! nothing: what it lists beside that is refused when it is made, and [`crate::decide`] asks the role first in any case. Of the
//! tenants that somebody's account reaches it leaves those that it lists, where it lists any.
//!
//! What everybody on staff holds over their own account (signing in and out, their own passkeys) is no part of one.

mod draft;
mod name;
mod shipped;
#[cfg(test)]
mod tests;

use std::borrow::Cow;
use std::time::Duration;

pub use draft::Draft;
pub use name::SubRoleName;
use shipped::SHIPPED;

use crate::action::{Action, Audience, Cell};
use crate::guard_policy::ActionSet;
use crate::id::TenantId;
use crate::input::FieldError;
use crate::role::{Scope, StaffRole};

/// Most sub-roles that an installation may have.
pub const SUB_ROLES_MAX: usize = 64;

/// A named narrowing of a role.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SubRole {
    name: SubRoleName,
    about: Cow<'static, str>,
    of: StaffRole,
    permissions: ActionSet,
    tenants: Scope,
    visits: Option<u32>,
    visit_length: Option<Duration>,
}

/// Whether an action is what everybody on staff holds over their own account.
#[must_use]
pub fn is_everybodys(action: Action) -> bool {
    let declaration = action.declaration();
    declaration.audience == Audience::Staff && declaration.cells.iter().all(|cell| *cell == Cell::Own)
}

impl SubRole {
    /// Its name.
    #[must_use]
    pub const fn name(&self) -> &SubRoleName {
        &self.name
    }

    /// What it is for, in a line.
    #[must_use]
    pub fn about(&self) -> &str {
        &self.about
    }

    /// The role that it narrows.
    #[must_use]
    pub const fn of(&self) -> StaffRole {
        self.of
    }

    /// The permissions of its role that it keeps.
    #[must_use]
    pub const fn permissions(&self) -> ActionSet {
        self.permissions
    }

    /// The tenants that it leaves of those that its person's account reaches.
    #[must_use]
    pub const fn tenants(&self) -> &Scope {
        &self.tenants
    }

    /// How many visits somebody may have at once, where that is fewer than the platform's setting.
    #[must_use]
    pub const fn visits(&self) -> Option<u32> {
        self.visits
    }

    /// The longest that a visit of theirs may last, where that is less than the platform's setting.
    #[must_use]
    pub const fn visit_length(&self) -> Option<Duration> {
        self.visit_length
    }

    /// Whether it leaves an action to those who hold it by their role.
    #[must_use]
    pub fn keeps(&self, action: Action) -> bool {
        self.permissions.contains(action) || is_everybodys(action)
    }
}

/// What a sub-role makes of an action that the role holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Narrowed<'a> {
    /// There is no sub-role: all that the role holds.
    No,
    /// It keeps the action.
    Keeps(&'a SubRole),
    /// It takes the action away.
    Takes(&'a SubRole),
    /// There is no such sub-role of this role (any more), so nothing is known to be left.
    Unknown,
}

/// The sub-roles of an installation: those that are shipped, and those of the configuration file. One of the file takes the
/// place of a shipped one of its name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SubRoles(Vec<SubRole>);

impl Default for SubRoles {
    fn default() -> Self {
        Self(SHIPPED.to_vec())
    }
}

impl SubRoles {
    /// Those declared beside the shipped ones.
    ///
    /// # Errors
    /// Names the field `name` when two are of one name, and `sub_roles` when there are more than [`SUB_ROLES_MAX`].
    pub fn declared(declared: Vec<SubRole>) -> Result<Self, FieldError> {
        if declared.len() > SUB_ROLES_MAX {
            let message = format!("At most {SUB_ROLES_MAX} sub-roles can be declared.");
            return Err(FieldError::new("sub_roles", message));
        }
        let mut all = declared;
        let mut names: Vec<&str> = all.iter().map(|one| one.name.as_str()).collect();
        names.sort_unstable();
        if names.windows(2).any(|pair| pair[0] == pair[1]) {
            let message = "Another sub-role has this name. Choose a new one.";
            return Err(FieldError::new("name", message));
        }
        let kept = SHIPPED
            .iter()
            .filter(|shipped| all.iter().all(|one| one.name != shipped.name));
        let kept: Vec<SubRole> = kept.cloned().collect();
        all.splice(0..0, kept);
        Ok(Self(all))
    }

    /// The sub-role of a name, of this role alone.
    #[must_use]
    pub fn find(&self, role: StaffRole, name: &SubRoleName) -> Option<&SubRole> {
        self.0.iter().find(|one| one.of == role && one.name == *name)
    }

    /// All of them, the shipped ones first.
    pub fn iter(&self) -> impl Iterator<Item = &SubRole> {
        self.0.iter()
    }

    /// Those of one role.
    pub fn of(&self, role: StaffRole) -> impl Iterator<Item = &SubRole> {
        self.0.iter().filter(move |one| one.of == role)
    }

    /// Whether somebody's sub-role leaves a tenant, if their account reaches it. One that is not known leaves none.
    #[must_use]
    pub fn leaves(&self, role: StaffRole, name: Option<&SubRoleName>, tenant: TenantId) -> bool {
        let left = |one: &SubRole| one.tenants.contains(tenant);
        name.is_none_or(|name| self.find(role, name).is_some_and(left))
    }

    /// What somebody's sub-role leaves of a scope: [`leaves`](Self::leaves), tenant by tenant.
    #[must_use]
    pub fn scope(&self, role: StaffRole, name: Option<&SubRoleName>, own: &Scope) -> Scope {
        match name.map(|name| self.find(role, name)) {
            None => own.clone(),
            Some(Some(one)) => own.and(&one.tenants),
            Some(None) => Scope::only(Vec::new()),
        }
    }

    /// What somebody's sub-role makes of an action.
    #[must_use]
    pub fn narrow(&self, role: StaffRole, name: Option<&SubRoleName>, action: Action) -> Narrowed<'_> {
        let Some(name) = name else {
            return Narrowed::No;
        };
        match self.find(role, name) {
            Some(one) if one.keeps(action) => Narrowed::Keeps(one),
            Some(one) => Narrowed::Takes(one),
            None => Narrowed::Unknown,
        }
    }
}
