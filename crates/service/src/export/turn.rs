//! Whose turn it is: one export a member of staff, one a tenant, a few of either side, in this process. Nobody waits in
//! a queue: who comes too often is told so.
//!
//! Neither side takes the other's turns, and no tenant another's, however many of its people ask at once.

use std::sync::{Arc, Mutex, PoisonError};

use stagedoor_core::id::{StaffId, TenantId};

use super::AT_A_TIME;
use crate::error::ServiceError;

/// Seconds after which another try makes sense.
const AGAIN_AFTER: u64 = 10;

/// On whose behalf an export is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Asker {
    /// A member of staff, whatever it is about.
    Staff(StaffId),
    /// A tenant, whoever of its people it is and however often they signed in.
    Tenant(TenantId),
}

impl Asker {
    const fn is_beside(self, other: Self) -> bool {
        matches!(
            (self, other),
            (Self::Staff(_), Self::Staff(_)) | (Self::Tenant(_), Self::Tenant(_))
        )
    }

    const fn has_one(self) -> &'static str {
        match self {
            Self::Staff(_) => "Another export of yours is still running. Wait until it has arrived.",
            Self::Tenant(_) => "An export of your organisation is still running. Wait until it has arrived.",
        }
    }
}

/// The exports under way in this process.
#[derive(Debug, Clone, Default)]
pub struct Exports(Arc<Mutex<Vec<Asker>>>);

/// The right to one export. Dropping it gives the turn back.
#[derive(Debug)]
pub(crate) struct Turn {
    exports: Exports,
    asker: Asker,
}

impl Exports {
    /// Takes a turn.
    ///
    /// # Errors
    /// Too often: there is one under way already, or this side has enough of them.
    pub(crate) fn begin(&self, asker: Asker) -> Result<Turn, ServiceError> {
        let mut running = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let refused = |message| ServiceError::TooOften {
            message,
            again_after_seconds: AGAIN_AFTER,
        };
        if running.contains(&asker) {
            return Err(refused(asker.has_one()));
        }
        let beside = running.iter().filter(|other| asker.is_beside(**other));
        if beside.count() >= AT_A_TIME {
            return Err(refused("Others are exporting just now. Try again in a moment."));
        }
        running.push(asker);
        Ok(Turn {
            exports: self.clone(),
            asker,
        })
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        let mut running = self.exports.0.lock().unwrap_or_else(PoisonError::into_inner);
        running.retain(|asker| *asker != self.asker);
    }
}

#[cfg(test)]
mod tests {
    use stagedoor_core::id::Id;

    use super::*;

    fn staff(number: u128) -> Asker {
        Asker::Staff(StaffId::new(1, number))
    }

    fn tenant(number: u128) -> Asker {
        Asker::Tenant(TenantId::new(1, number))
    }

    #[test]
    fn a_person_and_a_tenant_have_one_turn_and_get_it_back() {
        let exports = Exports::default();
        for asker in [staff(1), tenant(1)] {
            let turn = exports.begin(asker).unwrap();
            assert!(matches!(exports.begin(asker), Err(ServiceError::TooOften { .. })));
            drop(turn);
            assert!(exports.begin(asker).is_ok());
        }
    }

    #[test]
    fn either_side_has_a_few_and_takes_none_of_the_others() {
        let exports = Exports::default();
        for (made, other) in [
            (tenant as fn(u128) -> Asker, staff as fn(u128) -> Asker),
            (staff, tenant),
        ] {
            let turns: Vec<_> = (0..AT_A_TIME as u128)
                .map(|number| exports.begin(made(number)).unwrap())
                .collect();
            assert!(exports.begin(made(99)).is_err());
            assert!(exports.begin(other(99)).is_ok());
            drop(turns);
            assert!(exports.begin(made(99)).is_ok());
        }
    }
}
