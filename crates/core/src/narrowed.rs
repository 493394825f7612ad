//! What a staff session is narrowed to: one tenant, reads, the view of a narrower role. A session only ever becomes narrower;
//! widening is a new sign-in, and there is no function here that does it.
//!
//! Narrowings are a partial order: [`Narrowed::and`] is the meet of two, and whatever a session may be narrowed to is found
//! by it. What a narrowing takes away is decided in [`crate::decide`] beside what the person holds, never in its place.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::decision::Reason;
use crate::id::TenantId;
use crate::role::{Scope, StaffRole};
use crate::staff::role_covers;
use crate::tenant::BadState;

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
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Narrowed {
    /// The one tenant that it reaches, where its person does.
    pub tenant: Option<TenantId>,
    /// Whether it changes anything.
    pub reach: Reach,
    /// The role that the console is viewed as, beside one's own.
    pub role: Option<StaffRole>,
}

/// Why a session cannot be narrowed so.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotNarrower {
    /// The role is one's own, or holds something that one's own, or the one in force, does not.
    Role,
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
        role: None,
    };

    /// Whether it takes anything away.
    #[must_use]
    pub fn is_nothing(&self) -> bool {
        *self == Self::NOTHING
    }

    /// What both leave; `None` where they leave nothing in common that a session could be: two tenants, or two roles below
    /// which there is no widest one.
    #[must_use]
    pub fn and(self, other: Self) -> Option<Self> {
        let tenant = match (self.tenant, other.tenant) {
            (Some(one), Some(two)) if one != two => return None,
            (one, two) => one.or(two),
        };
        let role = match (self.role, other.role) {
            (Some(one), Some(two)) => Some(widest_below(one, two)?),
            (one, two) => one.or(two),
        };
        Some(Self {
            tenant,
            reach: self.reach.max(other.reach),
            role,
        })
    }

    /// Whether it leaves nothing that the other does not leave.
    #[must_use]
    pub fn is_within(&self, wider: &Self) -> bool {
        self.and(*wider) == Some(*self)
    }

    /// The narrowing of a session that shall be narrowed further, for a person of a role and a scope.
    ///
    /// # Errors
    /// [`NotNarrower`] for what is not.
    pub fn narrow(self, by: Self, own: (StaffRole, &Scope)) -> Result<Self, NotNarrower> {
        let (role, scope) = own;
        let viewed = self.role.unwrap_or(role);
        if by.role.is_some_and(|wanted| !is_narrower(wanted, viewed)) {
            return Err(NotNarrower::Role);
        }
        let elsewhere = |tenant| self.tenant.is_some_and(|only| only != tenant) || !scope.contains(tenant);
        if by.tenant.is_some_and(elsewhere) {
            return Err(NotNarrower::Tenant);
        }
        match self.and(by) {
            Some(narrowed) if narrowed != self => Ok(narrowed),
            _ => Err(NotNarrower::Same),
        }
    }

    /// The roles that a session of somebody of a role may be viewed as, from here.
    #[must_use]
    pub fn views(&self, own: StaffRole) -> Vec<StaffRole> {
        let viewed = self.role.unwrap_or(own);
        let all = StaffRole::ALL.iter().copied();
        all.filter(|role| is_narrower(*role, viewed)).collect()
    }

    /// The role in force: the one that is viewed as, where one's own holds all of it.
    #[must_use]
    pub fn role(&self, own: StaffRole) -> StaffRole {
        self.role.filter(|role| role_covers(own, *role)).unwrap_or(own)
    }

    /// The tenants in reach: the one, where its person reaches it.
    #[must_use]
    pub fn scope(&self, own: &Scope) -> Scope {
        match self.tenant {
            None => own.clone(),
            Some(tenant) if own.contains(tenant) => Scope::only(vec![tenant]),
            Some(_) => Scope::only(Vec::new()),
        }
    }
}

/// The role that holds most of those that hold nothing beside either.
fn widest_below(one: StaffRole, two: StaffRole) -> Option<StaffRole> {
    let all = StaffRole::ALL.iter().copied();
    let below: Vec<StaffRole> = all
        .filter(|role| role_covers(one, *role) && role_covers(two, *role))
        .collect();
    let widest = |role: &&StaffRole| below.iter().all(|other| role_covers(**role, *other));
    below.iter().find(widest).copied()
}

/// Whether a role holds less than another, and nothing more: by the table of actions, not by a list.
fn is_narrower(role: StaffRole, than: StaffRole) -> bool {
    role_covers(than, role) && !role_covers(role, than)
}

/// By id and name alone, as entries have it: `tenant ten_…, reads`.
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
            Self::Role => "viewing_as",
            Self::Tenant => "tenant",
            Self::Same => "reads_only",
        }
    }

    /// What is wrong, and what to do.
    #[must_use]
    pub const fn explain(self) -> &'static str {
        match self {
            Self::Role => "Choose a role that holds less than the one in force. To hold more, sign in again.",
            Self::Tenant => "This is no tenant that this session reaches. To reach more, sign in again.",
            Self::Same => {
                "The session is as narrow already. Choose what it shall lose, or sign in again to widen it."
            }
        }
    }
}

/// The reasons of what a narrowing takes away.
pub const REASONS: [Reason; 4] = [
    Reason::NarrowedRole,
    Reason::NarrowedTenant,
    Reason::NarrowedPlatform,
    Reason::NarrowedReads,
];

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use proptest::sample::select;

    use super::*;
    use crate::id::Id;

    fn tenant(number: u128) -> TenantId {
        TenantId::new(1, number)
    }

    fn any_narrowed() -> impl Strategy<Value = Narrowed> {
        (
            prop::option::of((1_u128..4).prop_map(tenant)),
            select(vec![Reach::Everything, Reach::Reads]),
            prop::option::of(select(StaffRole::ALL)),
        )
            .prop_map(|(tenant, reach, role)| Narrowed { tenant, reach, role })
    }

    proptest! {
        #[test]
        fn narrowings_are_ordered_and_the_meet_is_the_widest_below_both(
            (a, b, c) in (any_narrowed(), any_narrowed(), any_narrowed())
        ) {
            prop_assert!(a.is_within(&a) && a.is_within(&Narrowed::NOTHING));
            prop_assert!(!(a.is_within(&b) && b.is_within(&a)) || a == b);
            prop_assert!(!(a.is_within(&b) && b.is_within(&c)) || a.is_within(&c));
            prop_assert_eq!(a.and(b), b.and(a));
            match a.and(b) {
                Some(meet) => {
                    prop_assert!(meet.is_within(&a) && meet.is_within(&b));
                    prop_assert!(!(c.is_within(&a) && c.is_within(&b)) || c.is_within(&meet));
                }
                None => prop_assert!(!(c.is_within(&a) && c.is_within(&b)), "{c:?} is below both"),
            }
        }

        #[test]
        fn a_session_is_only_ever_narrowed(
            by in prop::collection::vec(any_narrowed(), 0..6),
            own in select(StaffRole::ALL),
            listed in prop::option::of(prop::collection::vec(1_u128..4, 0..3)),
        ) {
            let scope = listed.map_or(Scope::All, |listed| {
                Scope::only(listed.into_iter().map(tenant).collect())
            });
            let mut session = Narrowed::NOTHING;
            for by in by {
                let Ok(narrower) = session.narrow(by, (own, &scope)) else {
                    continue;
                };
                prop_assert!(narrower.is_within(&session) && narrower != session);
                prop_assert!(session.scope(&scope).covers(&narrower.scope(&scope)));
                prop_assert!(role_covers(session.role(own), narrower.role(own)));
                prop_assert!(narrower.tenant.is_none_or(|tenant| scope.contains(tenant)));
                session = narrower;
            }
        }
    }

    #[test]
    fn a_view_is_a_role_that_holds_less() {
        use StaffRole::{ReadOnly, Security, SuperAdmin, Support};
        let views = |own| Narrowed::NOTHING.views(own);
        assert_eq!(views(SuperAdmin), [Support, Security, ReadOnly]);
        assert_eq!(views(Support), [ReadOnly]);
        assert_eq!(views(Security), [ReadOnly]);
        assert_eq!(views(ReadOnly), []);
        let as_support = Narrowed {
            role: Some(Support),
            ..Narrowed::NOTHING
        };
        assert_eq!(as_support.views(SuperAdmin), [ReadOnly]);
        let wanted = |role| Narrowed {
            role: Some(role),
            ..Narrowed::NOTHING
        };
        for wider in [Support, Security, SuperAdmin] {
            let refused = as_support.narrow(wanted(wider), (SuperAdmin, &Scope::All));
            assert_eq!(refused, Err(NotNarrower::Role), "{wider}");
        }
    }
}
