//! How often somebody may guess a secret (spec 01 step 5; the thresholds are settings of spec 05).
//!
//! A try is counted before the secret is looked at, and forgotten again when it was right: however many tries arrive at the
//! same moment, no more of them reach the comparison than the thresholds allow.

use std::time::Duration;

use crate::time::{Timestamp, minutes};

/// The thresholds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AttemptRule {
    /// After so many failures in a row no try is looked at for a while.
    pub suspend_after: u32,
    /// That while.
    pub suspension: Duration,
    /// After so many failures in a row no try is looked at any more.
    pub lock_after: u32,
}

impl Default for AttemptRule {
    /// The shipped settings: 5 failures suspend for 2 minutes, 10 lock.
    fn default() -> Self {
        Self {
            suspend_after: 5,
            suspension: minutes(2),
            lock_after: 10,
        }
    }
}

/// Why a try is not looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Barred {
    /// For a while.
    Suspended,
    /// Until somebody helps.
    Locked,
}

impl Barred {
    /// The stable code that the audit stores.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Suspended => "attempts_suspended",
            Self::Locked => "attempts_locked",
        }
    }
}

/// What staff type where the passkey is not at hand. Tries at each count on their own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CodeKind {
    /// A code of an authenticator app (RFC 6238).
    Totp,
    /// A recovery code.
    Recovery,
}

impl CodeKind {
    /// The name in storage and in entries.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Totp => "totp",
            Self::Recovery => "recovery_code",
        }
    }
}

/// The tries since the last that was right.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Attempts {
    /// How many.
    pub failures: u32,
    /// Until when none is looked at.
    pub suspended_until: Option<Timestamp>,
}

impl Attempts {
    /// Whether a try would be looked at.
    ///
    /// # Errors
    /// [`Barred`] when it would not.
    pub fn open(self, rule: AttemptRule, now: Timestamp) -> Result<(), Barred> {
        if self.failures >= rule.lock_after {
            return Err(Barred::Locked);
        }
        match self.suspended_until {
            Some(until) if now < until => Err(Barred::Suspended),
            _ => Ok(()),
        }
    }

    /// Counts a try that is about to be looked at.
    ///
    /// # Errors
    /// [`Barred`] when it must not be looked at; it is then not counted either.
    pub fn take(self, rule: AttemptRule, now: Timestamp) -> Result<Self, Barred> {
        self.open(rule, now)?;
        let failures = self.failures.saturating_add(1);
        let suspended_until = (failures == rule.suspend_after).then(|| now.plus(rule.suspension));
        Ok(Self {
            failures,
            suspended_until,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::from_micros(1_795_263_242_000_000);

    #[test]
    fn five_tries_suspend_and_ten_lock() {
        let rule = AttemptRule::default();
        let mut attempts = Attempts::default();
        for _ in 0..5 {
            attempts = attempts.take(rule, NOW).unwrap();
        }
        assert_eq!(attempts.take(rule, NOW), Err(Barred::Suspended));
        let last = NOW.plus(minutes(2)).minus(Duration::from_micros(1));
        assert_eq!(attempts.take(rule, last), Err(Barred::Suspended));
        let later = NOW.plus(minutes(2));
        for _ in 5..10 {
            attempts = attempts.take(rule, later).unwrap();
        }
        assert_eq!(
            attempts.take(rule, later.plus(minutes(60 * 24))),
            Err(Barred::Locked)
        );
    }

    #[test]
    fn no_number_of_tries_at_one_moment_passes_the_threshold() {
        let rule = AttemptRule::default();
        let (mut attempts, mut looked_at) = (Attempts::default(), 0);
        for _ in 0..1_000 {
            if let Ok(taken) = attempts.take(rule, NOW) {
                attempts = taken;
                looked_at += 1;
            }
        }
        assert_eq!(looked_at, rule.suspend_after);
    }
}
