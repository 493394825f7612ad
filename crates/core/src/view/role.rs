//! Roles: the matrix of permissions, and who can do something, and why.

use serde::{Deserialize, Serialize};

use crate::action::{Action, Audience, Cell, Danger};
use crate::decide::role_holds;
use crate::id::StaffId;
use crate::request::Policy;
use crate::role::StaffRole;
use crate::view::frame::TenantLabel;
use crate::view::staff::ScopeLine;

/// A cell of the matrix.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mark {
    /// The role does not hold it.
    No,
    /// It holds it.
    Yes,
    /// It holds it with a break-glass grant only.
    WithGrant,
    /// On what is its own only.
    OwnOnly,
    /// A policy setting gives it, and does so now.
    ByPolicyOn,
    /// A policy setting could give it, and does not.
    ByPolicyOff,
}

impl Mark {
    /// Every mark.
    pub const ALL: [Self; 6] = [
        Self::No,
        Self::Yes,
        Self::WithGrant,
        Self::OwnOnly,
        Self::ByPolicyOn,
        Self::ByPolicyOff,
    ];

    /// The name on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::No => "no",
            Self::Yes => "yes",
            Self::WithGrant => "with_grant",
            Self::OwnOnly => "own_only",
            Self::ByPolicyOn => "by_policy_on",
            Self::ByPolicyOff => "by_policy_off",
        }
    }

    /// In words.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::No => "does not hold it",
            Self::Yes => "holds it",
            Self::WithGrant => "holds it, and needs a break-glass grant too",
            Self::OwnOnly => "on what is their own",
            Self::ByPolicyOn => "by a policy setting, which is on",
            Self::ByPolicyOff => "by a policy setting, which is off",
        }
    }

    fn of(policy: &Policy, role: StaffRole, action: Action) -> Self {
        let cell = action.declaration().cells.get(role as usize).copied();
        match (cell, role_holds(policy, role, action)) {
            (Some(Cell::ByPolicy), Some(_)) => Self::ByPolicyOn,
            (Some(Cell::ByPolicy), None) => Self::ByPolicyOff,
            (_, Some(crate::action::Held::Fully)) => Self::Yes,
            (_, Some(crate::action::Held::OwnOnly)) => Self::OwnOnly,
            (_, Some(crate::action::Held::WithGrant)) => Self::WithGrant,
            (_, None) => Self::No,
        }
    }
}

/// A permission, and what each role holds of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PermissionRow {
    /// Its name.
    pub name: String,
    /// What it is for, in a line.
    pub about: String,
    /// Whether it changes anything.
    pub changes: bool,
    /// Whether two people must agree.
    pub needs_grant: bool,
    /// What each role holds, in the order of [`StaffRole::ALL`].
    pub marks: Vec<Mark>,
    /// What each sub-role leaves of it, in the order in which the policy has them.
    pub sub_roles: Vec<SubMark>,
}

/// What a sub-role leaves of a permission.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SubMark {
    /// Its name.
    pub name: String,
    /// The role that it narrows.
    pub of: StaffRole,
    /// What it is for, in a line.
    pub about: String,
    /// What is left.
    pub mark: Mark,
}

impl PermissionRow {
    /// What it is about: the part of the name before the dot.
    #[must_use]
    pub fn noun(&self) -> &str {
        self.name
            .split_once('.')
            .map_or(self.name.as_str(), |(noun, _)| noun)
    }

    /// The matrix of staff as it stands under a policy.
    #[must_use]
    pub fn all(policy: &Policy) -> Vec<Self> {
        let staff = Action::ALL
            .iter()
            .filter(|action| action.declaration().audience == Audience::Staff);
        staff.map(|action| Self::of(policy, *action)).collect()
    }

    fn of(policy: &Policy, action: Action) -> Self {
        let declaration = action.declaration();
        let marks = StaffRole::ALL.iter().map(|role| Mark::of(policy, *role, action));
        let sub_roles = policy.sub_roles.iter().map(|one| SubMark {
            name: one.name().to_string(),
            of: one.of(),
            about: one.about().to_owned(),
            mark: match one.keeps(action) {
                true => Mark::of(policy, one.of(), action),
                false => Mark::No,
            },
        });
        Self {
            name: declaration.name.to_owned(),
            about: declaration.about.trim().to_owned(),
            changes: declaration.effect == crate::action::Effect::Write,
            needs_grant: declaration.danger == Danger::BreakGlass,
            marks: marks.collect(),
            sub_roles: sub_roles.collect(),
        }
    }
}

/// A sub-role, and what it narrows beside permissions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SubRoleLine {
    /// Its name.
    pub name: String,
    /// The role that it narrows.
    pub of: StaffRole,
    /// What it is for, in a line.
    pub about: String,
    /// The tenants that it leaves of those of an account, as far as the reader may know them. One that there is not counts among
    /// those that they may not.
    pub tenants: ScopeLine,
    /// The most visits at once, where fewer than the platform's.
    pub visits: Option<u32>,
    /// The most minutes of a visit, where fewer than the platform's.
    pub visit_minutes: Option<u64>,
}

/// The matrix of staff's permissions, and what sub-roles narrow beside it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RolesView {
    /// Every permission.
    pub permissions: Vec<PermissionRow>,
    /// Every sub-role, in the order in which each permission has them.
    pub sub_roles: Vec<SubRoleLine>,
}

/// Whether somebody can do something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Can {
    /// They can.
    Yes,
    /// On what is their own.
    OwnOnly,
    /// With a break-glass grant.
    WithGrant,
    /// They cannot.
    No,
}

impl Can {
    /// Every answer.
    pub const ALL: [Self; 4] = [Self::Yes, Self::OwnOnly, Self::WithGrant, Self::No];

    /// The name on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Yes => "yes",
            Self::OwnOnly => "own_only",
            Self::WithGrant => "with_grant",
            Self::No => "no",
        }
    }
}

/// Whether one member of staff can do something.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WhoCanRow {
    /// Who.
    pub id: StaffId,
    /// Their name.
    pub name: String,
    /// Their address.
    pub email: String,
    /// Their role.
    pub role: StaffRole,
    /// The sub-role that narrows it.
    pub sub_role: Option<String>,
    /// Whether they can.
    pub can: Can,
    /// Why, or why not.
    pub why: String,
}

/// Who can do something.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WhoCan {
    /// What, by its name.
    pub action: String,
    /// What it is for, in a line.
    pub about: String,
    /// On which tenant; `None` is the platform.
    pub tenant: Option<TenantLabel>,
    /// Everybody on staff.
    pub rows: Vec<WhoCanRow>,
}
