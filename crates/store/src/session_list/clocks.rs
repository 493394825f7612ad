//! By what clocks sessions run, and the condition that they do: the same for whoever lists, counts or ends them.

use stagedoor_core::role::StaffRole;
use stagedoor_core::time::Timestamp;

use crate::select::Filter;
use crate::value::Value;

/// Whether a session runs: not ended, and within both of its clocks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Life {
    /// It does.
    Live,
    /// It is over, whether or not somebody wrote that down.
    Over,
    /// It is over, and nobody has written that down.
    Due,
}

/// By what clocks a session runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Clocks {
    /// Not past its absolute end by now.
    pub now: Timestamp,
    /// Active after this.
    pub idle_since: Timestamp,
}

/// By what clocks the sessions of one role run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RoleClock {
    /// Whose.
    pub role: StaffRole,
    /// Begun after this.
    pub begun_since: Timestamp,
    /// Active after this.
    pub idle_since: Timestamp,
}

/// By what clocks staff sessions run: each role has its own, for policies narrow them. A role that is not named has none that
/// runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StaffClocks {
    /// Not past its absolute end, nor its person's account past its own, by now.
    pub now: Timestamp,
    /// One for each role.
    pub roles: [RoleClock; 4],
}

/// The role that somebody has now, which may be given for a time.
macro_rules! role_now {
    () => {
        "(CASE WHEN holder.term_role_until > $1 THEN holder.term_role ELSE holder.role END)"
    };
}

/// Whether the clocks of whose it is run. `$1` is now; three values follow for each role. What was given for a time, and ended
/// after the session began, has ended the session.
macro_rules! clocks_run {
    () => {
        concat!(
            "staff_session.ends_at > $1 AND EXISTS (SELECT 1 FROM staff AS holder WHERE holder.id = staff_session.staff_id \
             AND (holder.account_until IS NULL OR holder.account_until > $1) \
             AND (holder.term_role_until IS NULL OR holder.term_role_until > $1 OR holder.term_role_until <= staff_session.started_at) \
             AND (holder.term_scope_until IS NULL OR holder.term_scope_until > $1 OR holder.term_scope_until <= staff_session.started_at) AND (",
            "(", role_now!(), " = $2 AND staff_session.started_at > $3 AND staff_session.last_seen_at > $4) ",
            "OR (", role_now!(), " = $5 AND staff_session.started_at > $6 AND staff_session.last_seen_at > $7) ",
            "OR (", role_now!(), " = $8 AND staff_session.started_at > $9 AND staff_session.last_seen_at > $10) ",
            "OR (", role_now!(), " = $11 AND staff_session.started_at > $12 AND staff_session.last_seen_at > $13)))"
        )
    };
}

impl StaffClocks {
    fn values(&self) -> Vec<Value> {
        let mut values = vec![self.now.into()];
        for clock in self.roles {
            values.push(clock.role.as_str().into());
            values.push(clock.begun_since.into());
            values.push(clock.idle_since.into());
        }
        values
    }

    pub(super) fn narrow(&self, filter: Filter, life: Option<Life>) -> Filter {
        let condition = match life {
            None => return filter,
            Some(Life::Live) => concat!("staff_session.ended_at IS NULL AND ", clocks_run!()),
            Some(Life::Over) => concat!("staff_session.ended_at IS NOT NULL OR NOT (", clocks_run!(), ")"),
            Some(Life::Due) => concat!("staff_session.ended_at IS NULL AND NOT (", clocks_run!(), ")"),
        };
        filter.and(condition, self.values())
    }
}
