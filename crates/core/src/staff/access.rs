//! What an account gives: a role, the tenants where it holds, and its end. One access covers another when nobody could do
//! more with the other, anywhere, or for longer.

use crate::action::{Action, Audience, Cell};
use crate::role::{Scope, StaffRole};
use crate::time::Timestamp;

/// What an account gives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Access {
    /// The role.
    pub role: StaffRole,
    /// Where it holds.
    pub scope: Scope,
    /// When it ends by itself; `None` for a permanent account.
    pub until: Option<Timestamp>,
}

impl Access {
    /// Whether it gives at least what the other gives: every permission, every tenant, and as long.
    #[must_use]
    pub fn covers(&self, other: &Self) -> bool {
        role_covers(self.role, other.role)
            && self.scope.covers(&other.scope)
            && self
                .until
                .is_none_or(|end| other.until.is_some_and(|other| other <= end))
    }
}

/// Whether a role holds all that another holds, by the table of actions.
#[must_use]
pub fn role_covers(role: StaffRole, other: StaffRole) -> bool {
    Action::ALL
        .iter()
        .map(|action| action.declaration())
        .filter(|declaration| declaration.audience == Audience::Staff)
        .all(|declaration| {
            match (
                declaration.cells.get(role as usize),
                declaration.cells.get(other as usize),
            ) {
                (_, Some(Cell::No)) | (Some(Cell::Yes), Some(_)) => true,
                (Some(own), Some(wanted)) => own == wanted,
                _ => false,
            }
        })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::id::{Id, TenantId};

    #[test]
    fn a_role_covers_those_that_may_less_and_two_that_differ_cover_neither() {
        use StaffRole::{ReadOnly, Security, SuperAdmin, Support};
        for role in StaffRole::ALL {
            assert!(role_covers(SuperAdmin, *role), "{role}");
            assert!(role_covers(*role, *role), "{role}");
            assert_eq!(role_covers(*role, SuperAdmin), *role == SuperAdmin, "{role}");
            assert!(role_covers(*role, ReadOnly), "{role}");
        }
        assert!(!role_covers(Support, Security));
        assert!(!role_covers(Security, Support));
        assert!(!role_covers(ReadOnly, Support));
    }

    #[test]
    fn access_covers_what_is_nowhere_more_and_ends_no_later() {
        let (one, two) = (TenantId::new(1, 1), TenantId::new(2, 2));
        let (early, late) = (Timestamp::from_micros(1), Timestamp::from_micros(2));
        let access = |scope, until| Access {
            role: StaffRole::Support,
            scope,
            until,
        };
        let everything = access(Scope::All, None);
        let some = access(Scope::only(vec![one, two]), Some(early));
        assert!(everything.covers(&some) && !some.covers(&everything));
        assert!(some.covers(&access(Scope::only(vec![one]), Some(early))));
        assert!(
            !some.covers(&access(Scope::only(vec![one]), Some(late))),
            "it ends later"
        );
        assert!(
            !some.covers(&access(Scope::only(vec![one]), None)),
            "it never ends"
        );
        assert!(
            !access(Scope::only(vec![one]), None).covers(&some),
            "a tenant more"
        );
    }
}
