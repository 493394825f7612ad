//! Staff: people of the platform. They are found by id, or by provider and subject; never by e-mail.

pub(crate) mod enrol;
pub(crate) mod find;
pub(crate) mod row;

use stagedoor_core::guard::AccountFact;
use stagedoor_core::id::{ProviderId, StaffId};
use stagedoor_core::role::{Scope, StaffRole};
pub use stagedoor_core::staff::StaffState;
use stagedoor_core::staff::{Access, Post, Term, Terms, holds_the_floor};
use stagedoor_core::sub_role::SubRoleName;
use stagedoor_core::time::Timestamp;

pub use enrol::{
    Claim, NewStaff, activate, claim, claim_named, find_former_identity, insert, invite, rename,
};
pub use find::{
    LastingAdmin, count_super_admins, find, find_by_address, find_by_identity, find_by_token,
    lasting_super_admins, list, list_of_provider, names, pending_super_admins,
};
pub(crate) use row::{post_term, with_scope};

/// What [`with_scope`] reads of a row: every statement that finds staff selects just this.
macro_rules! staff_columns {
    () => {
        "id, email, display_name, role, state, provider_id, subject, scope, account_until, claimed_until, responsibilities, sub_role, term_role, term_sub_role, term_role_until, term_role_why, term_scope, term_scope_until, term_scope_why"
    };
}
/// Who counts where one must always be left: a super admin who is enrolled and stays one, of all tenants, with nothing taken
/// away. The triggers of both engines say the same of the rows.
macro_rules! lasting_super_admin {
    () => {
        "role = 'super_admin' AND state = 'active' AND account_until IS NULL AND scope = 'all' AND sub_role IS NULL AND term_role IS NULL AND term_scope IS NULL"
    };
}
pub(crate) use {lasting_super_admin, staff_columns};

/// A member of staff.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Staff {
    /// Who.
    pub id: StaffId,
    /// Their address, for display only.
    pub email: String,
    /// Their name.
    pub name: String,
    /// Their role, at the moment of the reading.
    pub role: StaffRole,
    /// The sub-role that narrows it, at that moment.
    pub sub_role: Option<SubRoleName>,
    /// Where the account is in its life.
    pub state: StaffState,
    /// The provider and the subject there, once claimed.
    pub identity: Option<(ProviderId, String)>,
    /// Where the role holds, at that moment.
    pub scope: Scope,
    /// When a temporary account ends by itself.
    pub account_until: Option<Timestamp>,
    /// The version of the responsibilities that they acknowledged last.
    pub acknowledged: Option<String>,
    /// What of these is given for a time, and what is in force again afterwards.
    pub lapses: Lapses,
}

/// What falls back, and to what. What is past its end has fallen back already: it only waits to be written down.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Lapses {
    /// The role with its sub-role.
    pub post: Option<Lapse<Post>>,
    /// The tenants.
    pub scope: Option<Lapse<Scope>>,
}

/// One of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lapse<T> {
    /// What is given until then.
    pub held: T,
    /// When it ends.
    pub until: Timestamp,
    /// Why it was given.
    pub why: String,
    /// What is in force afterwards.
    pub back_to: T,
}

impl<T: Clone> Lapse<T> {
    fn term(&self) -> Term<T> {
        Term {
            held: self.held.clone(),
            until: self.until,
            why: self.why.clone(),
        }
    }
}

impl Staff {
    /// The fact for the session guardrail.
    #[must_use]
    pub const fn account(&self) -> AccountFact {
        self.state.account(self.account_until)
    }

    /// What the account gives, now and later.
    #[must_use]
    pub fn access(&self) -> Access {
        let (post, scope) = (&self.lapses.post, &self.lapses.scope);
        let (role, sub_role) = match post {
            Some(lapse) => (lapse.back_to.role, lapse.back_to.sub_role.clone()),
            None => (self.role, self.sub_role.clone()),
        };
        Access {
            role,
            sub_role,
            scope: scope
                .as_ref()
                .map_or_else(|| self.scope.clone(), |lapse| lapse.back_to.clone()),
            until: self.account_until,
            terms: Terms {
                post: post.as_ref().map(Lapse::term),
                scope: scope.as_ref().map(Lapse::term),
            },
        }
    }

    /// What narrows their role, beside the role.
    #[must_use]
    pub const fn post(&self) -> (StaffRole, Option<&SubRoleName>) {
        (self.role, self.sub_role.as_ref())
    }

    /// Whether they count where one must always be left, by the core's own definition; [`lasting_super_admins`] says the same of
    /// the rows.
    #[must_use]
    pub fn holds_the_floor(&self) -> bool {
        holds_the_floor(self.state, &self.access())
    }

    /// Whether they hold anything for a time only.
    #[must_use]
    pub fn is_temporary(&self, now: Timestamp) -> bool {
        let post = self.lapses.post.as_ref().is_some_and(|lapse| now < lapse.until);
        let scope = self.lapses.scope.as_ref().is_some_and(|lapse| now < lapse.until);
        self.account_until.is_some() || post || scope
    }

    /// When what began at a moment ends with what it stands on: the account, or what is given for a time.
    #[must_use]
    pub fn ends_for(&self, began: Timestamp) -> Option<Timestamp> {
        let post = self.lapses.post.as_ref().map(|lapse| lapse.until);
        let scope = self.lapses.scope.as_ref().map(|lapse| lapse.until);
        let lapses = post.into_iter().chain(scope).filter(|end| *end > began);
        lapses.chain(self.account_until).min()
    }
}
