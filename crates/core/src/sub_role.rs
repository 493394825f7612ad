//! Sub-roles: named narrowings of a role (spec 01 "Sub-roles and scope"). One takes away from what its role holds, and gives
//! nothing: what it lists beside that is refused when it is made, and [`crate::decide`] asks the role first in any case.
//!
//! What everybody on staff holds over their own account (signing in and out, their own passkeys) is no part of one.

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::action::{Action, Audience, Cell};
use crate::guard_policy::ActionSet;
use crate::input::FieldError;
use crate::role::{BadRole, StaffRole};

/// Most characters of a name.
const NAME_MAX: usize = 40;
/// Most characters of the line that says what it is for.
const ABOUT_MAX: usize = 200;
/// Most sub-roles that an installation may have.
pub const SUB_ROLES_MAX: usize = 64;

/// The name of a sub-role: lower-case letters, digits and `_`, beginning with a letter. That it is well formed does not say
/// that there is such a sub-role.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct SubRoleName(Cow<'static, str>);

impl SubRoleName {
    /// Checks a name.
    ///
    /// # Errors
    /// Names the field `sub_role` when it is none.
    pub fn parse(text: &str) -> Result<Self, FieldError> {
        let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
        let begins = text.bytes().next().is_some_and(|byte| byte.is_ascii_lowercase());
        if begins && text.len() <= NAME_MAX && text.bytes().all(plain) {
            Ok(Self(Cow::Owned(text.to_owned())))
        } else {
            let message = format!(
                "A sub-role's name begins with a lower-case letter and has at most {NAME_MAX} lower-case letters, digits and _."
            );
            Err(FieldError::new("sub_role", message))
        }
    }

    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for SubRoleName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for SubRoleName {
    type Err = BadRole;

    fn from_str(text: &str) -> Result<Self, BadRole> {
        Self::parse(text).map_err(|_| BadRole)
    }
}

impl TryFrom<String> for SubRoleName {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text).map_err(|_| "not the name of a sub-role")
    }
}

impl From<SubRoleName> for String {
    fn from(name: SubRoleName) -> Self {
        name.0.into_owned()
    }
}

/// A named narrowing of a role.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SubRole {
    name: SubRoleName,
    about: Cow<'static, str>,
    of: StaffRole,
    permissions: ActionSet,
    visits: Option<u32>,
}

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
    /// How many visits somebody may have at once, where that is fewer than the platform's setting.
    pub visits: Option<u32>,
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
            visits: self.visits,
        })
    }
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

/// Whether an action is what everybody on staff holds over their own account.
#[must_use]
pub fn is_everybodys(action: Action) -> bool {
    let declaration = action.declaration();
    declaration.audience == Audience::Staff && declaration.cells.iter().all(|cell| *cell == Cell::Own)
}

fn role_lacks(role: StaffRole, action: Action) -> bool {
    let declaration = action.declaration();
    let cell = declaration.cells.get(role as usize).copied().unwrap_or(Cell::No);
    declaration.audience != Audience::Staff || cell == Cell::No
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

    /// How many visits somebody may have at once, where that is fewer than the platform's setting.
    #[must_use]
    pub const fn visits(&self) -> Option<u32> {
        self.visits
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

/// What `support_l1` keeps: looking, visiting, and ending what is one's own.
const SUPPORT_L1: ActionSet = ActionSet::of(&[
    Action::TenantList,
    Action::TenantView,
    Action::TenantViewDirectory,
    Action::PlatformQueryUsers,
    Action::TenantImpersonate,
    Action::SessionView,
    Action::SessionRevoke,
    Action::ImpersonationView,
    Action::ImpersonationEndOther,
    Action::AuditReadTenant,
    Action::RiskView,
]);

/// What `support_l2` keeps: all of the role but making tenants and rotating their keys.
const SUPPORT_L2: ActionSet = SUPPORT_L1.or(ActionSet::of(&[
    Action::TenantUpdate,
    Action::TenantSuspend,
    Action::TenantInviteAdmin,
    Action::TenantSetFlag,
    Action::AuditExport,
    Action::BreakGlassRequest,
]));

/// The sub-roles that come with the program.
static SHIPPED: [SubRole; 2] = [
    SubRole {
        name: SubRoleName(Cow::Borrowed("support_l1")),
        about: Cow::Borrowed(
            "First line: looks at tenants and visits them, and changes nothing of a tenant's.",
        ),
        of: StaffRole::Support,
        permissions: SUPPORT_L1,
        visits: Some(1),
    },
    SubRole {
        name: SubRoleName(Cow::Borrowed("support_l2")),
        about: Cow::Borrowed("Second line: all of support, but makes no tenants and rotates no keys."),
        of: StaffRole::Support,
        permissions: SUPPORT_L2,
        visits: None,
    },
];

#[cfg(test)]
mod tests {
    use super::*;

    fn draft(of: StaffRole, permissions: &[&str]) -> Draft {
        Draft {
            name: "desk".to_owned(),
            about: String::new(),
            of,
            permissions: permissions.iter().map(|one| (*one).to_owned()).collect(),
            visits: None,
        }
    }

    #[test]
    fn a_sub_role_with_more_than_its_role_is_refused_by_the_field_at_fault() {
        let wrong = |draft: Draft| draft.check().map_err(|wrong| wrong.field).unwrap_err();
        let support = StaffRole::Support;
        assert!(draft(support, &["tenant.list"]).check().is_ok());
        assert_eq!(
            wrong(draft(support, &["tenant.list", "tenant.delete"])),
            "permissions"
        );
        assert_eq!(wrong(draft(support, &["tenant.lost"])), "permissions");
        assert_eq!(
            wrong(draft(support, &["portal.view"])),
            "permissions",
            "a tenant's own"
        );
        assert_eq!(
            wrong(draft(support, &["staff.sign_in"])),
            "permissions",
            "everybody's"
        );
        assert_eq!(wrong(draft(support, &[])), "permissions");
        assert_eq!(
            wrong(draft(support, &["tenant.view"])),
            "permissions",
            "no console"
        );
        for name in ["", "Desk", "1st", "support", "help desk"] {
            let named = Draft {
                name: name.to_owned(),
                ..draft(support, &["tenant.list"])
            };
            assert_eq!(wrong(named), "name", "{name}");
        }
    }

    #[test]
    fn what_is_shipped_could_have_been_declared_and_each_line_holds_more_than_the_one_before() {
        for shipped in &SHIPPED {
            let again = Draft {
                name: shipped.name.to_string(),
                about: shipped.about.clone().into_owned(),
                of: shipped.of,
                permissions: shipped
                    .permissions
                    .iter()
                    .map(|one| one.name().to_owned())
                    .collect(),
                visits: shipped.visits,
            };
            assert_eq!(again.check().as_ref(), Ok(shipped));
        }
        assert_eq!(SUPPORT_L1.and(SUPPORT_L2), SUPPORT_L1);
        let kept = |set: ActionSet| move |action: &Action| set.contains(*action);
        for change in [
            Action::TenantSuspend,
            Action::TenantCreate,
            Action::TenantRotateKey,
        ] {
            assert!(!kept(SUPPORT_L1)(&change), "{}", change.name());
        }
    }

    #[test]
    fn one_of_the_file_takes_the_place_of_a_shipped_one_and_two_of_one_name_are_refused() {
        let named = |name: &str| Draft {
            name: name.to_owned(),
            ..draft(StaffRole::Support, &["tenant.list"])
        };
        let own = named("support_l1").check().unwrap();
        let all = SubRoles::declared(vec![own.clone()]).unwrap();
        assert_eq!(all.iter().count(), SHIPPED.len());
        assert_eq!(all.find(StaffRole::Support, own.name()), Some(&own));
        assert_eq!(all.find(StaffRole::Security, own.name()), None, "of another role");
        let twice = SubRoles::declared(vec![own.clone(), own]);
        assert_eq!(twice.map_err(|wrong| wrong.field), Err("name"));
    }
}
