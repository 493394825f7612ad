//! Whose turn it is: one export a person, a few in all, in this process. Nobody waits in a queue: who comes too often
//! is told so.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};

use super::AT_A_TIME;
use crate::error::ServiceError;

/// Seconds after which another try makes sense.
const AGAIN_AFTER: u64 = 10;

/// The exports under way in this process.
#[derive(Debug, Clone, Default)]
pub struct Exports(Arc<Mutex<HashSet<String>>>);

/// The right to one export. Dropping it gives the turn back.
#[derive(Debug)]
pub(crate) struct Turn {
    exports: Exports,
    person: String,
}

impl Exports {
    /// Takes a turn for a person.
    ///
    /// # Errors
    /// Too often: the person has an export under way, or the program has enough of them.
    pub(crate) fn begin(&self, person: &str) -> Result<Turn, ServiceError> {
        let mut running = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let refused = |message| ServiceError::TooOften {
            message,
            again_after_seconds: AGAIN_AFTER,
        };
        if running.contains(person) {
            return Err(refused(
                "Another export of yours is still running. Wait until it has arrived.",
            ));
        }
        if running.len() >= AT_A_TIME {
            return Err(refused("Others are exporting just now. Try again in a moment."));
        }
        running.insert(person.to_owned());
        Ok(Turn {
            exports: self.clone(),
            person: person.to_owned(),
        })
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        let mut running = self.exports.0.lock().unwrap_or_else(PoisonError::into_inner);
        running.remove(&self.person);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_person_has_one_turn_and_gets_it_back() {
        let exports = Exports::default();
        let turn = exports.begin("stf_kim").unwrap();
        assert!(matches!(
            exports.begin("stf_kim"),
            Err(ServiceError::TooOften { .. })
        ));
        drop(turn);
        assert!(exports.begin("stf_kim").is_ok());
    }

    #[test]
    fn all_people_together_have_a_few() {
        let exports = Exports::default();
        let turns: Vec<_> = (0..AT_A_TIME)
            .map(|number| exports.begin(&format!("stf_{number}")).unwrap())
            .collect();
        assert!(exports.begin("stf_late").is_err());
        drop(turns);
        assert!(exports.begin("stf_late").is_ok());
    }
}
