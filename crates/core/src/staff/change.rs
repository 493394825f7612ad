//! What super admins may do to accounts of staff, as one pure function on every path (spec 01 "Invariants").
//!
//! Only a super admin changes anybody; nobody changes themselves, not even their name; nobody gives what they do not hold; somebody who is
//! enrolled, permanent and not limited to some tenants always stays super admin, for good and not for a time; and the
//! configuration's own administrators are left alone. The use cases ask before they write, and again inside the transaction that writes.

use super::{Access, StaffState};
use crate::decision::Reason;
use crate::id::StaffId;
use crate::role::{Scope, StaffRole};
use crate::time::Timestamp;

/// Whether the configuration file names an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Named {
    /// It does.
    InFile,
    /// It does not.
    No,
}

/// An account, reduced to what these rules look at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// Whose.
    pub id: StaffId,
    /// Where it is in its life.
    pub state: StaffState,
    /// What it gives.
    pub access: Access,
    /// Whether the configuration names it.
    pub named: Named,
}

impl Account {
    /// Whether it counts for the floor: a super admin who is enrolled, permanent, and limited to no tenants and by no sub-role.
    /// Who has anything for a time does not count, whatever it is.
    #[must_use]
    pub fn holds_the_floor(&self) -> bool {
        holds_the_floor(self.state, &self.access)
    }
}

/// The same of what an account is reduced to: the one definition of who counts, wherever super admins are counted.
#[must_use]
pub fn holds_the_floor(state: StaffState, access: &Access) -> bool {
    state == StaffState::Active && *access == Access::permanent(StaffRole::SuperAdmin, Scope::All)
}

/// Whether any of the others who hold the floor could still sign in, by what their identity providers are trusted with
/// ([`crate::trial::lets_anybody_in`]).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// One of them could, or nobody could before either.
    Left,
    /// This account is the last way in.
    Last,
}

/// What is to become of an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StaffChange {
    /// Another name.
    Rename,
    /// Another role or sub-role, other tenants, another end, some of it perhaps for a time: the access as it shall be.
    Access(Access),
    /// A fresh enrolment token for somebody who has not enrolled.
    Reissue,
    /// Passkeys and identity are cleared, and the person enrols again: recovery.
    Reset,
    /// Switched off for ever, and without a role.
    Deactivate,
}

/// Why a change is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StaffRefusal {
    /// A rule forbids it.
    Denied(Reason),
    /// The account is switched off, which is for ever.
    Deactivated,
    /// The person is enrolled: there is no token to make anew.
    Enrolled,
    /// The person has not enrolled: there is nothing to reset.
    NotEnrolled,
    /// It is so already.
    Unchanged,
    /// Nobody of those who would be left could sign in.
    LastWay,
}

const fn denied(reason: Reason) -> StaffRefusal {
    StaffRefusal::Denied(reason)
}

/// What a deactivated account gives: nothing, for no tenant is in its scope and its state denies all.
#[must_use]
pub fn nothing() -> Access {
    Access::permanent(StaffRole::ReadOnly, Scope::only(Vec::new()))
}

/// Whether somebody may make an account with such access.
///
/// # Errors
/// [`StaffRefusal::Denied`]: for who is no super admin (any more), or gives more than they hold.
pub fn may_create(actor: &Account, access: &Access, now: Timestamp) -> Result<(), StaffRefusal> {
    acting(actor, now)?;
    if actor.access.covers(access, now) {
        Ok(())
    } else {
        Err(denied(Reason::GrantBeyondOwn))
    }
}

/// The account as it is after a change. `others` is how many other accounts hold the floor
/// ([`Account::holds_the_floor`]).
///
/// # Errors
/// Why not; see [`StaffRefusal`].
pub fn apply(
    actor: &Account,
    target: &Account,
    change: &StaffChange,
    (others, now): (u64, Timestamp),
) -> Result<Account, StaffRefusal> {
    acting(actor, now)?;
    if target.state == StaffState::Deactivated {
        return Err(StaffRefusal::Deactivated);
    }
    if actor.id == target.id {
        return Err(denied(Reason::SelfChange));
    }
    if *change == StaffChange::Rename {
        return Ok(target.clone());
    }
    if target.named == Named::InFile {
        return Err(denied(Reason::NamedInConfiguration));
    }
    let after = changed(actor, target, change, now)?;
    if target.holds_the_floor() && !after.holds_the_floor() && others == 0 {
        return Err(denied(Reason::LastSuperAdmin));
    }
    Ok(after)
}

/// Whether a change leaves a way in: that somebody holds the floor helps nobody whose identity provider lets them in no more.
///
/// # Errors
/// [`StaffRefusal::LastWay`].
pub fn leaves_a_way_in(before: &Account, after: &Account, way: Way) -> Result<(), StaffRefusal> {
    let taken = before.holds_the_floor() && !after.holds_the_floor();
    if taken && way == Way::Last {
        return Err(StaffRefusal::LastWay);
    }
    Ok(())
}

/// Only an enrolled super admin whose account has not ended changes anybody.
fn acting(actor: &Account, now: Timestamp) -> Result<(), StaffRefusal> {
    let Some(held) = actor.access.at(now) else {
        return Err(denied(Reason::AccountExpired));
    };
    match (actor.state, held.role) {
        (StaffState::Active, StaffRole::SuperAdmin) => Ok(()),
        (StaffState::Deactivated, _) => Err(denied(Reason::AccountDeactivated)),
        _ => Err(denied(Reason::PermissionMissing)),
    }
}

fn changed(
    actor: &Account,
    target: &Account,
    change: &StaffChange,
    now: Timestamp,
) -> Result<Account, StaffRefusal> {
    let mut after = target.clone();
    match change {
        StaffChange::Rename => {}
        StaffChange::Access(access) => {
            if *access == target.access {
                return Err(StaffRefusal::Unchanged);
            }
            // Taking away is always allowed; whoever gives must hold.
            if !target.access.covers(access, now) && !actor.access.covers(access, now) {
                return Err(denied(Reason::GrantBeyondOwn));
            }
            after.access = access.clone();
        }
        StaffChange::Reissue | StaffChange::Reset => {
            // A token is the account: who hands one out gives all that the account gives.
            if !actor.access.covers(&target.access, now) {
                return Err(denied(Reason::GrantBeyondOwn));
            }
            match (change, target.state) {
                (StaffChange::Reissue, StaffState::Active) => return Err(StaffRefusal::Enrolled),
                (StaffChange::Reset, StaffState::Invited | StaffState::Claimed { .. }) => {
                    return Err(StaffRefusal::NotEnrolled);
                }
                _ => after.state = StaffState::Invited,
            }
        }
        StaffChange::Deactivate => {
            after.state = target.state.deactivate();
            after.access = nothing();
        }
    }
    Ok(after)
}
