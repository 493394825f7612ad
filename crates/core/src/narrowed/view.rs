//! What a console may be viewed as: a role, or a sub-role of one. A view gives nothing: what it holds is asked beside what its
//! person holds.

use std::fmt;
use std::str::FromStr;

use crate::action::{Action, Audience, Cell};
use crate::id::TenantId;
use crate::role::{BadRole, Scope, StaffRole};
use crate::sub_role::{Narrowed, SubRole, SubRoleName, SubRoles};

/// What a console is viewed as.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct View {
    /// The role.
    pub role: StaffRole,
    /// The sub-role of it, where it is one. One that is not known holds nothing.
    pub sub_role: Option<SubRoleName>,
}

impl View {
    /// The view of a role.
    #[must_use]
    pub const fn of(role: StaffRole) -> Self {
        Self { role, sub_role: None }
    }

    /// The view of a name: a role's, or a sub-role's.
    #[must_use]
    pub fn named(name: &str, sub_roles: &SubRoles) -> Option<Self> {
        Self::all(sub_roles).into_iter().find(|view| view.name() == name)
    }

    /// Every view there is, the roles first.
    #[must_use]
    pub fn all(sub_roles: &SubRoles) -> Vec<Self> {
        let roles = StaffRole::ALL.iter().copied().map(Self::of);
        let subs = sub_roles.iter().map(|one| Self {
            role: one.of(),
            sub_role: Some(one.name().clone()),
        });
        roles.chain(subs).collect()
    }

    /// Its name: the sub-role's, or the role's.
    #[must_use]
    pub fn name(&self) -> &str {
        match &self.sub_role {
            Some(name) => name.as_str(),
            None => self.role.as_str(),
        }
    }

    /// Its name for people.
    #[must_use]
    pub fn label(&self) -> &str {
        match &self.sub_role {
            Some(name) => name.as_str(),
            None => self.role.label(),
        }
    }

    /// Whether it leaves an action that its role holds.
    #[must_use]
    pub fn keeps(&self, action: Action, sub_roles: &SubRoles) -> bool {
        match sub_roles.narrow(self.role, self.sub_role.as_ref(), action) {
            Narrowed::No | Narrowed::Keeps(_) => true,
            Narrowed::Takes(_) => false,
            Narrowed::Unknown => matches!(action, Action::SessionViewOwn | Action::StaffSignOut),
        }
    }

    /// Whether it leaves a tenant that its person reaches.
    #[must_use]
    pub fn leaves(&self, tenant: TenantId, sub_roles: &SubRoles) -> bool {
        sub_roles.leaves(self.role, self.sub_role.as_ref(), tenant)
    }

    /// What it leaves of the tenants that its person reaches.
    #[must_use]
    pub fn scope(&self, own: &Scope, sub_roles: &SubRoles) -> Scope {
        sub_roles.scope(self.role, self.sub_role.as_ref(), own)
    }

    fn cell(&self, action: Action, sub_roles: &SubRoles) -> Cell {
        let cells = action.declaration().cells;
        match cells.get(self.role as usize) {
            Some(cell) if self.keeps(action, sub_roles) => *cell,
            _ => Cell::No,
        }
    }

    /// Whether it holds all that another holds, by the table of actions, in all its tenants, with limits no tighter.
    #[must_use]
    pub fn covers(&self, other: &Self, sub_roles: &SubRoles) -> bool {
        self.reaches_as_far(other, sub_roles)
            && self.limits_are_as_wide(other, sub_roles)
            && self.holds_as_much(other, sub_roles)
    }

    fn holds_as_much(&self, other: &Self, sub_roles: &SubRoles) -> bool {
        Action::ALL
            .iter()
            .filter(|action| action.declaration().audience == Audience::Staff)
            .all(
                |action| match (self.cell(*action, sub_roles), other.cell(*action, sub_roles)) {
                    (_, Cell::No) | (Cell::Yes, _) => true,
                    (own, wanted) => own == wanted,
                },
            )
    }

    fn reaches_as_far(&self, other: &Self, sub_roles: &SubRoles) -> bool {
        let reach = |view: &Self| view.scope(&Scope::All, sub_roles);
        reach(self).covers(&reach(other))
    }

    /// Whether its limits of visits take nothing away that the other leaves. Where the other visits nobody, they have nothing
    /// to take.
    fn limits_are_as_wide(&self, other: &Self, sub_roles: &SubRoles) -> bool {
        let limits = |view: &Self| {
            let one = view
                .sub_role
                .as_ref()
                .and_then(|name| sub_roles.find(view.role, name));
            (one.and_then(SubRole::visits), one.and_then(SubRole::visit_length))
        };
        let (own, theirs) = (limits(self), limits(other));
        other.cell(Action::TenantImpersonate, sub_roles) == Cell::No
            || (own
                .0
                .is_none_or(|most| theirs.0.is_some_and(|other| other <= most))
                && own
                    .1
                    .is_none_or(|most| theirs.1.is_some_and(|other| other <= most)))
    }

    /// Whether it holds less than another, and nothing more.
    #[must_use]
    pub fn is_narrower(&self, than: &Self, sub_roles: &SubRoles) -> bool {
        than.covers(self, sub_roles) && !self.covers(than, sub_roles)
    }

    /// The view that holds most of those that hold nothing beside either; `None` where there is no such one.
    #[must_use]
    pub fn and(&self, other: &Self, sub_roles: &SubRoles) -> Option<Self> {
        let below: Vec<Self> = Self::all(sub_roles)
            .into_iter()
            .filter(|view| self.covers(view, sub_roles) && other.covers(view, sub_roles))
            .collect();
        let widest = |view: &&Self| below.iter().all(|other| view.covers(other, sub_roles));
        below.iter().find(widest).cloned()
    }
}

/// As it is stored: `support`, or `support:support_l1`.
impl fmt::Display for View {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.sub_role {
            Some(name) => write!(f, "{}:{name}", self.role),
            None => write!(f, "{}", self.role),
        }
    }
}

impl FromStr for View {
    type Err = BadRole;

    fn from_str(text: &str) -> Result<Self, BadRole> {
        let Some((role, name)) = text.split_once(':') else {
            return Ok(Self::of(text.parse()?));
        };
        Ok(Self {
            role: role.parse()?,
            sub_role: Some(SubRoleName::parse(name).map_err(|_| BadRole)?),
        })
    }
}
