//! How the jobs of this process went: the last run, the last failure. In memory, and gone with the process; other
//! processes over the same database keep their own.

use std::sync::{Mutex, PoisonError};

use stagedoor_core::time::Timestamp;

macro_rules! jobs {
    ($($(#[$doc:meta])* $variant:ident = $name:literal, $about:literal;)+) => {
        /// What is due by itself.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub(crate) enum Job {
            $($(#[$doc])* $variant,)+
        }

        impl Job {
            /// Every job, in the order of a round.
            pub(crate) const ALL: &[Self] = &[$(Self::$variant),+];

            /// The name on the wire.
            pub(crate) const fn name(self) -> &'static str {
                match self { $(Self::$variant => $name),+ }
            }

            /// What it does.
            pub(crate) const fn about(self) -> &'static str {
                match self { $(Self::$variant => $about),+ }
            }
        }
    };
}

jobs! {
    /// Idle clocks.
    Touches = "touches", "Writes the activity of the last moments behind";
    /// Visits.
    Visits = "visits", "Writes down the ends of visits that have come";
    /// Temporary accounts.
    StaffAccounts = "staff_accounts", "Switches off temporary staff accounts, and takes back what was given for a time, when the end has come";
    /// Staff sessions.
    StaffSessions = "staff_sessions", "Writes down the ends of staff sessions that have come";
    /// Sessions of tenants' people.
    MemberSessions = "member_sessions", "Writes down the ends of sessions of tenants' people that have come";
    /// Questions to owners.
    ConsentRequests = "consent_requests", "Closes requests for support access that nobody answered in time";
    /// Changes on trial.
    Trials = "trials", "Writes down that trials rolled back whose time has come";
    /// What strangers were refused.
    Refusals = "refusals", "Writes down what strangers were refused, one entry a minute and source";
    /// Codes, messages, counters.
    Expired = "expired", "Removes codes, messages and counters that nobody can use any more";
    /// Entries without a place.
    Log = "log", "Gives entries their places in the log, should they not have them at once";
    /// What goes outside.
    Checkpoints = "checkpoints", "Keeps the last checkpoint of each log outside the database";
    /// Letters about alerts.
    AlertLetters = "alert_mail", "Sends alerts by e-mail, and tries again what failed";
    /// Calls about alerts.
    AlertCalls = "alert_webhook", "Calls the webhook about alerts, and tries again what failed";
    /// Who cosigns.
    Witnesses = "witnesses", "Has the last checkpoint of each log cosigned by the witnesses";
}

/// How one job went.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Ran {
    /// When it last ran.
    pub(crate) last: Option<Timestamp>,
    /// How often it ran.
    pub(crate) runs: u64,
    /// How often it failed.
    pub(crate) failures: u64,
    /// Its last failure.
    pub(crate) failed: Option<(Timestamp, String)>,
}

/// How all of them went.
#[derive(Debug)]
pub(crate) struct JobLog(Mutex<Vec<Ran>>);

impl Default for JobLog {
    fn default() -> Self {
        Self(Mutex::new(vec![Ran::default(); Job::ALL.len()]))
    }
}

impl JobLog {
    /// Notes one run.
    pub(crate) fn note(&self, job: Job, at: Timestamp, failure: Option<String>) {
        // A panic elsewhere while the lock was held leaves numbers that are still numbers.
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(ran) = all.get_mut(job as usize) {
            ran.last = Some(at);
            ran.runs += 1;
            if let Some(words) = failure {
                ran.failures += 1;
                ran.failed = Some((at, words));
            }
        }
    }

    /// How a job went.
    pub(crate) fn of(&self, job: Job) -> Ran {
        let all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.get(job as usize).cloned().unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_success_does_not_hide_the_failure_before_it() {
        let log = JobLog::default();
        let at = Timestamp::from_micros;
        log.note(Job::Visits, at(1), Some("the disk is full".to_owned()));
        log.note(Job::Visits, at(2), None);
        let ran = log.of(Job::Visits);
        assert_eq!((ran.runs, ran.failures, ran.last), (2, 1, Some(at(2))));
        assert_eq!(ran.failed, Some((at(1), "the disk is full".to_owned())));
        assert_eq!(log.of(Job::Touches), Ran::default());
    }
}
