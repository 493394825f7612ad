//! What a staff session is narrowed to: one tenant, reads, the view of a narrower role or sub-role. A session only ever becomes
//! narrower; widening is a new sign-in, and there is no function here that does it.
//!
//! Narrowings are a partial order: [`Narrowed::and`] is the meet of two, and whatever a session may be narrowed to is found
//! by it. What a narrowing takes away is decided in [`crate::decide`] beside what the person holds, never in its place.

mod view;

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

pub use view::View;

use crate::decision::Reason;
use crate::id::TenantId;
use crate::role::{Scope, StaffRole};
use crate::staff::{Access, Held, nothing, role_covers};
use crate::sub_role::SubRoles;
use crate::tenant::BadState;
use crate::time::Timestamp;

/// What a session may still do at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reach {
    /// Look and change.
    Everything,
    /// Look.
    Reads,
}

impl Reach {
    /// The name in storage of what is narrowed.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Everything => "everything",
            Self::Reads => "reads",
        }
    }
}

impl FromStr for Reach {
    type Err = BadState;

    fn from_str(text: &str) -> Result<Self, BadState> {
        [Self::Everything, Self::Reads]
            .into_iter()
            .find(|reach| reach.as_str() == text)
            .ok_or(BadState)
    }
}

/// What a session is narrowed to. What is not narrowed is as wide as its person.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Narrowed {
    /// The one tenant that it reaches, where its person does.
    pub tenant: Option<TenantId>,
    /// Whether it changes anything.
    pub reach: Reach,
    /// What the console is viewed as, beside one's own role.
    pub view: Option<View>,
}

/// Why a session cannot be narrowed so.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotNarrower {
    /// The view is one's own, or holds something that the one in force does not.
    View,
    /// The tenant is another than the one it is narrowed to, or none that its person reaches.
    Tenant,
    /// It is no narrower than the session is already.
    Same,
}

impl Narrowed {
    /// Not at all.
    pub const NOTHING: Self = Self {
        tenant: None,
        reach: Reach::Everything,
        view: None,
    };

    /// Not at all, to refer to.
    #[must_use]
    pub fn nothing() -> &'static Self {
        static NOTHING: Narrowed = Narrowed::NOTHING;
        &NOTHING
    }

    /// Whether it takes anything away.
    #[must_use]
    pub fn is_nothing(&self) -> bool {
        *self == Self::NOTHING
    }

    /// What both leave; `None` where they leave nothing in common that a session could be: two tenants, or two views below
    /// which there is no widest one.
    #[must_use]
    pub fn and(&self, other: &Self, sub_roles: &SubRoles) -> Option<Self> {
        let tenant = match (self.tenant, other.tenant) {
            (Some(one), Some(two)) if one != two => return None,
            (one, two) => one.or(two),
        };
        let view = match (&self.view, &other.view) {
            (Some(one), Some(two)) => Some(one.and(two, sub_roles)?),
            (one, two) => one.as_ref().or(two.as_ref()).cloned(),
        };
        Some(Self {
            tenant,
            reach: self.reach.max(other.reach),
            view,
        })
    }

    /// Whether it leaves nothing that the other does not leave.
    #[must_use]
    pub fn is_within(&self, wider: &Self, sub_roles: &SubRoles) -> bool {
        self.and(wider, sub_roles).as_ref() == Some(self)
    }

    /// The narrowing of a session that shall be narrowed further, for a person of a role and a scope.
    ///
    /// # Errors
    /// [`NotNarrower`] for what is not.
    pub fn narrow(
        &self,
        by: &Self,
        (own, scope): (&View, &Scope),
        sub_roles: &SubRoles,
    ) -> Result<Self, NotNarrower> {
        let viewed = self.view.as_ref().unwrap_or(own);
        if by
            .view
            .as_ref()
            .is_some_and(|wanted| !wanted.is_narrower(viewed, sub_roles))
        {
            return Err(NotNarrower::View);
        }
        let reached = self.scope((own, scope), sub_roles);
        let viewed_too = |tenant| by.view.as_ref().is_none_or(|view| view.leaves(tenant, sub_roles));
        if by
            .tenant
            .is_some_and(|tenant| !reached.contains(tenant) || !viewed_too(tenant))
        {
            return Err(NotNarrower::Tenant);
        }
        match self.and(by, sub_roles) {
            Some(narrowed) if narrowed != *self => Ok(narrowed),
            _ => Err(NotNarrower::Same),
        }
    }

    /// What a session of somebody may be viewed as, from here.
    #[must_use]
    pub fn views(&self, own: &View, sub_roles: &SubRoles) -> Vec<View> {
        let viewed = self.view.as_ref().unwrap_or(own);
        let mut views = View::all(sub_roles);
        views.retain(|view| view.is_narrower(viewed, sub_roles));
        views
    }

    /// The role in force: that of the view, where one's own holds all of it.
    #[must_use]
    pub fn role(&self, own: StaffRole) -> StaffRole {
        let viewed = self.view.as_ref().map(|view| view.role);
        viewed.filter(|role| role_covers(own, *role)).unwrap_or(own)
    }

    /// What a session leaves of an account's access, for whatever is given to others in it: the view where there is one, in the tenants
    /// in reach, until anything of it ends. A view that one's own does not cover leaves nothing to give.
    #[must_use]
    pub fn access(&self, own: &Access, sub_roles: &SubRoles, now: Timestamp) -> Access {
        if self.view.is_none() && self.tenant.is_none() {
            return own.clone();
        }
        let held = own.given(now);
        let until = own.terms.running(now).ends().chain(own.until).min();
        let (role, sub_role) = match &self.view {
            Some(view) => (view.role, view.sub_role.as_ref()),
            None => (held.role, held.sub_role),
        };
        let from = View {
            role: held.role,
            sub_role: held.sub_role.cloned(),
        };
        let left = Held {
            role,
            sub_role,
            scope: &self.scope((&from, held.scope), sub_roles),
        };
        if !held.covers(&left) {
            return nothing();
        }
        Access {
            sub_role: sub_role.cloned(),
            until,
            ..Access::permanent(role, left.scope.clone())
        }
    }

    /// The tenants in reach: those of the account that the person's sub-role leaves, that the view leaves as well, and of these
    /// the one, where there is one. It is never wider than any of them, and the one place where lists get their tenants from.
    #[must_use]
    pub fn scope(&self, (own, account): (&View, &Scope), sub_roles: &SubRoles) -> Scope {
        let own = own.scope(account, sub_roles);
        let viewed = match &self.view {
            Some(view) => view.scope(&own, sub_roles),
            None => own,
        };
        match self.tenant {
            Some(tenant) => viewed.and(&Scope::only(vec![tenant])),
            None => viewed,
        }
    }
}

/// By id and name alone, as entries have it: `tenant org_…, reads`. The view stands in a fact of its own.
impl fmt::Display for Narrowed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.tenant, self.reach) {
            (None, Reach::Everything) => f.write_str("nothing"),
            (None, Reach::Reads) => f.write_str("reads"),
            (Some(tenant), Reach::Everything) => write!(f, "tenant {tenant}"),
            (Some(tenant), Reach::Reads) => write!(f, "tenant {tenant}, reads"),
        }
    }
}

impl NotNarrower {
    /// The field of a form that is at fault.
    #[must_use]
    pub const fn field(self) -> &'static str {
        match self {
            Self::View => "viewing_as",
            Self::Tenant => "tenant",
            Self::Same => "reads_only",
        }
    }

    /// What is wrong, and what to do.
    #[must_use]
    pub const fn explain(self) -> &'static str {
        match self {
            Self::View => "Choose a role that holds less than the one in force. To hold more, sign in again.",
            Self::Tenant => "This is no tenant that this session reaches. To reach more, sign in again.",
            Self::Same => {
                "The session is as narrow already. Choose what it shall lose, or sign in again to widen it."
            }
        }
    }
}

/// The reasons of what a narrowing takes away.
pub const REASONS: [Reason; 5] = [
    Reason::NarrowedRole,
    Reason::NarrowedTenant,
    Reason::NarrowedElsewhere,
    Reason::NarrowedPlatform,
    Reason::NarrowedReads,
];

/// Whether the words of a refusal are those of what a narrowing takes away, so that signing in again would help.
#[must_use]
pub fn tells(words: &str) -> bool {
    REASONS.iter().any(|reason| reason.explain() == words)
}
