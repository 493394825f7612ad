//! What an account gives, and until when: a role with its sub-role, the tenants where they hold, what is given over these for a
//! time, and the account's own end. One access covers another when nobody could do more with the other, anywhere, at any time.
//!
//! What somebody holds at a moment follows from the row and the moment alone ([`Access::at`]): nothing has to run for an
//! assignment to end, and what it falls back to was given before it.

use crate::action::{Action, Audience, Cell};
use crate::role::{Scope, StaffRole};
use crate::sub_role::SubRoleName;
use crate::time::Timestamp;

/// What is given for a time, over what was given before and is again in force afterwards.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Term<T> {
    /// What.
    pub held: T,
    /// Until when.
    pub until: Timestamp,
    /// Why, in words.
    pub why: String,
}

impl<T> Term<T> {
    fn at(&self, now: Timestamp) -> Option<&T> {
        (now < self.until).then_some(&self.held)
    }
}

/// A role with the sub-role that narrows it. They are given together: a sub-role is one of its role.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Post {
    /// The role.
    pub role: StaffRole,
    /// The sub-role, where there is one.
    pub sub_role: Option<SubRoleName>,
}

/// What is given for a time.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Terms {
    /// Another role or sub-role.
    pub post: Option<Term<Post>>,
    /// Other tenants.
    pub scope: Option<Term<Scope>>,
}

impl Terms {
    /// Their ends.
    pub fn ends(&self) -> impl Iterator<Item = Timestamp> + use<> {
        let post = self.post.as_ref().map(|term| term.until);
        let scope = self.scope.as_ref().map(|term| term.until);
        post.into_iter().chain(scope)
    }

    /// The first end after a moment: what began then, and stands on them, ends with it.
    #[must_use]
    pub fn end_after(&self, began: Timestamp) -> Option<Timestamp> {
        self.ends().filter(|end| *end > began).min()
    }

    /// Those that have not come to their end.
    #[must_use]
    pub fn running(&self, now: Timestamp) -> Self {
        Self {
            post: self.post.clone().filter(|term| now < term.until),
            scope: self.scope.clone().filter(|term| now < term.until),
        }
    }
}

/// What an account gives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Access {
    /// The role.
    pub role: StaffRole,
    /// The sub-role that narrows it.
    pub sub_role: Option<SubRoleName>,
    /// Where it holds.
    pub scope: Scope,
    /// When it ends by itself; `None` for a permanent account.
    pub until: Option<Timestamp>,
    /// What is given over these for a time.
    pub terms: Terms,
}

/// What somebody holds at one moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Held<'a> {
    /// The role.
    pub role: StaffRole,
    /// The sub-role that narrows it.
    pub sub_role: Option<&'a SubRoleName>,
    /// Where it holds.
    pub scope: &'a Scope,
}

impl Held<'_> {
    /// Whether it gives at least what the other gives: every permission, every tenant. Which of two sub-roles keeps more is the
    /// configuration's to say and may change, so that one covers itself alone.
    #[must_use]
    pub fn covers(&self, other: &Held<'_>) -> bool {
        let post = match self.sub_role {
            None => role_covers(self.role, other.role),
            Some(own) => self.role == other.role && other.sub_role == Some(own),
        };
        post && self.scope.covers(other.scope)
    }
}

impl Access {
    /// A role somewhere, for good.
    #[must_use]
    pub fn permanent(role: StaffRole, scope: Scope) -> Self {
        Self {
            role,
            sub_role: None,
            scope,
            until: None,
            terms: Terms::default(),
        }
    }

    /// What it gives at a moment; nothing once the account has ended.
    #[must_use]
    pub fn at(&self, now: Timestamp) -> Option<Held<'_>> {
        self.until.is_none_or(|end| now < end).then(|| self.given(now))
    }

    /// The same, whether or not the account has ended.
    #[must_use]
    pub fn given(&self, now: Timestamp) -> Held<'_> {
        let post = self.terms.post.as_ref().and_then(|term| term.at(now));
        let (role, sub_role) = match post {
            Some(post) => (post.role, post.sub_role.as_ref()),
            None => (self.role, self.sub_role.as_ref()),
        };
        let scope = self.terms.scope.as_ref().and_then(|term| term.at(now));
        Held {
            role,
            sub_role,
            scope: scope.unwrap_or(&self.scope),
        }
    }

    /// Whether it gives, from now on and at any time, at least what the other gives.
    #[must_use]
    pub fn covers(&self, other: &Self, now: Timestamp) -> bool {
        let turns = [self, other]
            .into_iter()
            .flat_map(|access| access.terms.ends().chain(access.until));
        // Between two turns nothing changes.
        let mut moments = turns.filter(|turn| *turn > now).chain([now]);
        moments.all(|moment| match (self.at(moment), other.at(moment)) {
            (_, None) => true,
            (None, Some(_)) => false,
            (Some(own), Some(wanted)) => own.covers(&wanted),
        })
    }

    /// The same once what came to its end is written down: nothing that anybody holds changes by it.
    #[must_use]
    pub fn settled(&self, now: Timestamp) -> Self {
        Self {
            terms: self.terms.running(now),
            ..self.clone()
        }
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
            until,
            ..Access::permanent(StaffRole::Support, scope)
        };
        let now = Timestamp::from_micros(0);
        let everything = access(Scope::All, None);
        let some = access(Scope::only(vec![one, two]), Some(early));
        assert!(everything.covers(&some, now) && !some.covers(&everything, now));
        assert!(some.covers(&access(Scope::only(vec![one]), Some(early)), now));
        assert!(
            !some.covers(&access(Scope::only(vec![one]), Some(late)), now),
            "it ends later"
        );
        assert!(
            !some.covers(&access(Scope::only(vec![one]), None), now),
            "it never ends"
        );
        assert!(
            !access(Scope::only(vec![one]), None).covers(&some, now),
            "a tenant more"
        );
    }

    #[test]
    fn what_is_given_for_a_time_falls_back_at_its_end_by_itself() {
        let end = Timestamp::from_micros(10);
        let before = Timestamp::from_micros(9);
        let first = SubRoleName::parse("support_l1").unwrap();
        let base = Access::permanent(StaffRole::ReadOnly, Scope::All);
        let term = Term {
            held: Post {
                role: StaffRole::Support,
                sub_role: Some(first.clone()),
            },
            until: end,
            why: "While Jess is away".to_owned(),
        };
        let given = Access {
            terms: Terms {
                post: Some(term),
                scope: None,
            },
            ..base.clone()
        };
        let held = given.at(before).unwrap();
        assert_eq!((held.role, held.sub_role), (StaffRole::Support, Some(&first)));
        assert_eq!(given.at(end), base.at(end));
        assert_eq!(given.settled(before), given);
        assert_eq!(given.settled(end), base);
        assert_eq!(given.terms.end_after(before), Some(end));
        assert_eq!(
            given.terms.end_after(end),
            None,
            "what began afterwards does not stand on it"
        );
        assert!(given.covers(&base, end) && base.covers(&given, end));
        assert!(!base.covers(&given, before), "it gives more until then");
    }

    #[test]
    fn a_sub_role_covers_itself_alone_and_its_role_covers_it() {
        let scope = Scope::All;
        let name = |text| Some(SubRoleName::parse(text).unwrap());
        let (first, second) = (name("support_l1"), name("support_l2"));
        let support = Held {
            role: StaffRole::Support,
            sub_role: None,
            scope: &scope,
        };
        let of = |sub_role| Held { sub_role, ..support };
        assert!(support.covers(&of(first.as_ref())) && !of(first.as_ref()).covers(&support));
        assert!(!of(second.as_ref()).covers(&of(first.as_ref())));
        assert!(of(second.as_ref()).covers(&of(second.as_ref())));
        let other = Held {
            role: StaffRole::Security,
            ..of(first.as_ref())
        };
        assert!(!of(first.as_ref()).covers(&other));
    }
}
