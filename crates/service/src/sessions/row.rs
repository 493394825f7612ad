//! A session as a row, with its clocks as they stand now, whether or not its end is written down. It is never shown
//! longer than it lives.

use std::collections::HashMap;
use std::time::Duration;

use stagedoor_core::action::Action;
use stagedoor_core::decision::Reason;
use stagedoor_core::guard_policy::SessionRule;
use stagedoor_core::id::{SessionId, TenantId};
use stagedoor_core::resource::{AnySession, Resource, SessionTarget};
use stagedoor_core::session::{SessionEnd, SessionState};
use stagedoor_core::time::Timestamp;
use stagedoor_core::view::session::{Holder, SessionRow, Standing};
use stagedoor_store::impersonation;
use stagedoor_store::session_list::{Clocks, HeldByMember, HeldByStaff};

use crate::device::device;
use crate::error::ServiceError;
use crate::narrow::view_of;
use crate::op::StaffOp;

/// Most running visits that are looked at; more cannot run unless a hundred people have all theirs open.
const VISITS_MAX: u32 = 500;

/// By what clocks sessions of tenants' people run now.
pub(crate) fn tenant_clocks(op: &StaffOp) -> Clocks {
    Clocks {
        now: op.now(),
        idle_since: op.now().minus(op.service().policy().member_session_idle),
    }
}

/// How many visits run in each staff session.
pub(super) struct VisitsBySession(HashMap<SessionId, u64>);

impl VisitsBySession {
    pub(super) async fn read(op: &StaffOp) -> Result<Self, ServiceError> {
        let service = op.service();
        let mut counts = HashMap::new();
        for visit in impersonation::list_running(&mut service.db().reader(), VISITS_MAX).await? {
            if service.visit_runs(&visit, op.now()) {
                *counts.entry(visit.session).or_insert(0) += 1;
            }
        }
        Ok(Self(counts))
    }

    pub(super) fn of(&self, session: SessionId) -> u64 {
        self.0.get(&session).copied().unwrap_or(0)
    }
}

/// Where a session stands by its clocks, whether or not its end is written down.
fn standing(state: SessionState, last_seen: Timestamp, now: Timestamp, idle: Duration) -> Standing {
    let until = match state {
        SessionState::Ended { at, why } => {
            return Standing::Over {
                at,
                why: why.explain().to_owned(),
            };
        }
        SessionState::Active { until, .. } => until,
    };
    let idle_until = last_seen.plus(idle).min(until);
    match (SessionState::Active { until, last_seen }).due(now, idle) {
        Some(why @ SessionEnd::Expired) => Standing::Over {
            at: until,
            why: why.explain().to_owned(),
        },
        Some(why) => Standing::Over {
            at: idle_until,
            why: why.explain().to_owned(),
        },
        None => Standing::Live { until, idle_until },
    }
}

pub(super) fn staff_row(op: &StaffOp, held: &HeldByStaff, visits: &VisitsBySession) -> SessionRow {
    let (service, session) = (op.service(), &held.session);
    let last_seen = service.touches().latest_session(session.id, held.last_seen);
    // By the clocks of whose it is, which policies may have narrowed.
    let state = service.narrowed(session, (held.role, held.stands_until));
    let idle = SessionRule::of(&service.policy(), held.role).idle;
    let standing = standing(state, last_seen, op.now(), idle);
    let target = AnySession::OfStaff(SessionTarget {
        id: Some(session.id),
        owner: session.staff,
    });
    SessionRow {
        id: session.id,
        holder: Holder::Staff(session.staff),
        name: held.name.clone(),
        email: held.email.clone(),
        device: device(&held.agent),
        agent: held.agent.clone(),
        address: held.address.clone(),
        factor: session.factor.kind.as_str().to_owned(),
        factor_at: session.factor.at,
        started: session.started,
        last_seen,
        narrowed: view_of(&session.narrowed).words(),
        visits: visits.of(session.id),
        current: session.id == op.session().id,
        may_revoke: may_revoke(op, &target, &standing),
        standing,
    }
}

/// A session of a tenant's person as a row.
pub(crate) fn member_row(op: &StaffOp, row: &HeldByMember) -> SessionRow {
    let (service, session) = (op.service(), &row.held.session);
    let last_seen = service.touches().latest_member(session.id, session.last_seen);
    let idle = service.policy().member_session_idle;
    let standing = standing(session.state, last_seen, op.now(), idle);
    SessionRow {
        id: session.id,
        holder: Holder::Member(session.member),
        name: row.held.name.clone(),
        email: row.held.email.clone(),
        device: device(&session.agent),
        agent: session.agent.clone(),
        address: session.address.clone(),
        factor: session.factor.as_str().to_owned(),
        // A tenant's person proves a factor at sign-in only.
        factor_at: session.started,
        started: session.started,
        last_seen,
        narrowed: Vec::new(),
        visits: 0,
        current: false,
        may_revoke: may_revoke(op, &AnySession::OfTenant(session.tenant), &standing),
        standing,
    }
}

fn may_revoke(op: &StaffOp, target: &AnySession, standing: &Standing) -> bool {
    let live = matches!(standing, Standing::Live { .. });
    live && op.may(Action::SessionRevoke, target.facts())
}

/// Whether the caller may revoke sessions of a tenant's people at all; else why not.
pub(crate) fn offered_in(op: &StaffOp, tenant: TenantId) -> Result<(), Reason> {
    let theirs = AnySession::OfTenant(tenant).facts();
    op.would(Action::SessionRevoke, theirs).offered()
}

#[cfg(test)]
mod tests {
    use super::*;
    use stagedoor_core::time::minutes;

    const NOW: Timestamp = Timestamp::from_micros(1_795_262_400_000_000);

    fn of(until: Timestamp, last_seen: Timestamp) -> Standing {
        standing(
            SessionState::Active { until, last_seen },
            last_seen,
            NOW,
            minutes(15),
        )
    }

    #[test]
    fn a_row_never_shows_a_session_longer_than_its_clocks() {
        let soon = NOW.plus(minutes(3));
        assert_eq!(
            of(soon, NOW),
            Standing::Live {
                until: soon,
                idle_until: soon
            },
            "idleness never outlasts the absolute end"
        );
        let idle = of(NOW.plus(minutes(60)), NOW.minus(minutes(20)));
        assert_eq!(
            idle,
            Standing::Over {
                at: NOW.minus(minutes(5)),
                why: "idle for too long".to_owned()
            }
        );
        let expired = of(NOW, NOW.minus(minutes(1)));
        assert_eq!(
            expired,
            Standing::Over {
                at: NOW,
                why: "its time was up".to_owned()
            }
        );
    }
}
