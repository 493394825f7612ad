//! Whether a session still holds, with the account or the membership that it stands on: facts, and the guardrail over them.

use std::time::Duration;

use super::verdict::Verdict;
use crate::decision::Reason;
use crate::guard_policy::SessionRule;
use crate::request::{MemberFacts, MemberStanding};
use crate::tenant::TenantState;
use crate::time::Timestamp;

/// Where the session stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SessionFact {
    /// There is none.
    Absent,
    /// It is about to start.
    Starting,
    /// It was ended on purpose.
    Ended,
    /// It runs.
    Live {
        /// When it began.
        since: Timestamp,
        /// Its absolute end.
        until: Timestamp,
        /// The last activity.
        last_seen: Timestamp,
    },
}

/// Where a staff account stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AccountFact {
    /// Enrolled and in use, with its end where it is temporary.
    Active {
        /// When a temporary account ends by itself.
        until: Option<Timestamp>,
    },
    /// Known, but not enrolled yet.
    Pending,
    /// Switched off for ever.
    Deactivated,
}

pub(crate) fn session(fact: SessionFact, account: AccountFact, rule: SessionRule, now: Timestamp) -> Verdict {
    match account {
        AccountFact::Deactivated => return Verdict::Fail(Reason::AccountDeactivated),
        AccountFact::Pending => return Verdict::Fail(Reason::AccountPending),
        AccountFact::Active { until: Some(until) } if now >= until => {
            return Verdict::Fail(Reason::AccountExpired);
        }
        AccountFact::Active { .. } => {}
    }
    match fact {
        // A session that began under a longer rule ends by the one in force now.
        SessionFact::Live { since, .. } if now.since(since) >= rule.ttl => {
            Verdict::Fail(Reason::SessionExpired)
        }
        fact => session_clocks(fact, rule.idle, now),
    }
}

/// The session of a tenant's person: their tenant and their membership first, then its clocks.
pub(crate) fn member_session(
    fact: SessionFact,
    member: &MemberFacts,
    idle: Duration,
    now: Timestamp,
) -> Verdict {
    match (member.tenant_state, member.standing) {
        (TenantState::Suspended, _) => Verdict::Fail(Reason::TenantClosed),
        (_, MemberStanding::Suspended) => Verdict::Fail(Reason::MembershipSuspended),
        (_, MemberStanding::Revoked) => Verdict::Fail(Reason::MembershipEnded),
        (TenantState::Active, MemberStanding::Active) => session_clocks(fact, idle, now),
    }
}

fn session_clocks(fact: SessionFact, idle: Duration, now: Timestamp) -> Verdict {
    match fact {
        SessionFact::Absent => Verdict::Fail(Reason::SessionAbsent),
        SessionFact::Ended => Verdict::Fail(Reason::SessionEnded),
        SessionFact::Starting => Verdict::Pass,
        SessionFact::Live { until, .. } if now >= until => Verdict::Fail(Reason::SessionExpired),
        SessionFact::Live { last_seen, .. } if now.since(last_seen) >= idle => {
            Verdict::Fail(Reason::SessionIdle)
        }
        SessionFact::Live { .. } => Verdict::Pass,
    }
}
