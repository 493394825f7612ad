//! The rows behind the visits of the history: the log tells of them, so the console must be able to list them, too.

use stagedoor_core::assurance::{PasskeyLevel, ProvenFactor};
use stagedoor_core::id::{ImpersonationId, MemberId, SessionId, StaffId, TenantId};
use stagedoor_core::impersonation::{VisitEnd, VisitMode, VisitState};
use stagedoor_core::role::TenantRole;
use stagedoor_core::session::{SessionEnd, SessionState};
use stagedoor_core::time::{Timestamp, hours, minutes};
use stagedoor_store::impersonation::{self, Visit};
use stagedoor_store::membership;
use stagedoor_store::session::{self, NewSession, StaffSession};
use stagedoor_store::staff::Staff;
use stagedoor_store::tx::Unaudited;

use super::SeededRng;
use super::names::AGENTS;
use crate::error::ServiceError;
use crate::state::Service;
use crate::system::fresh_reference;

/// A visit of the history that is over.
#[derive(Debug, Clone)]
pub(super) struct Past {
    pub(super) id: ImpersonationId,
    pub(super) staff: StaffId,
    pub(super) session: SessionId,
    pub(super) tenant: TenantId,
    pub(super) member: MemberId,
    pub(super) reason: &'static str,
    pub(super) ticket: &'static str,
    pub(super) from: Timestamp,
    pub(super) to: Timestamp,
}

/// Stores the visits, each with the staff session it was bound to, which is over as well.
pub(super) async fn write(
    service: &Service,
    random: &SeededRng,
    staff: &[Staff],
    past: Vec<Past>,
) -> Result<(), ServiceError> {
    let mut rows = Vec::with_capacity(past.len());
    for one in past {
        let found = membership::find(&mut service.db().reader(), one.tenant, one.member).await?;
        let role = found.map_or(TenantRole::Member, |member| member.role.impersonated());
        rows.extend(session(random, staff, &one).map(|session| (session, visit(&one, role))));
    }
    service
        .db()
        .write(move |mut tx| {
            let rows = rows.clone();
            Box::pin(async move {
                for (session, visit) in &rows {
                    session::insert(&mut tx, session).await?;
                    let over = visit.until.plus(minutes(20));
                    session::end(&mut tx, session.session.id, over, SessionEnd::SignedOut).await?;
                    impersonation::insert_past(&mut tx, visit).await?;
                }
                Ok::<_, ServiceError>(tx.commit_unaudited(Unaudited::Seed, ()).await?)
            })
        })
        .await
}

fn session(random: &SeededRng, staff: &[Staff], past: &Past) -> Option<NewSession> {
    let owner = staff.iter().find(|staff| staff.id == past.staff)?;
    let (provider, _) = owner.identity.as_ref()?;
    let started = past.from.minus(minutes(10 + random.below(60)));
    let session = StaffSession {
        narrowed: stagedoor_core::narrowed::Narrowed::NOTHING,
        id: past.session,
        staff: past.staff,
        provider: *provider,
        factor: ProvenFactor::passkey(PasskeyLevel::Any, started),
        started,
        state: SessionState::Active {
            until: started.plus(hours(4)),
            last_seen: past.to,
        },
        vouched: stagedoor_store::session::Vouched::default(),
    };
    Some(NewSession {
        session,
        reference: fresh_reference(random).digest(),
        passkey: None,
        address: format!("198.51.100.{}", 10 + random.below(40)),
        agent: random.one_of(AGENTS).copied().unwrap_or_default().to_owned(),
    })
}

fn visit(past: &Past, role: TenantRole) -> Visit {
    Visit {
        id: past.id,
        staff: past.staff,
        session: past.session,
        tenant: past.tenant,
        member: Some(past.member),
        role,
        mode: VisitMode::ReadOnly,
        reason: past.reason.to_owned(),
        ticket: Some(past.ticket.to_owned()),
        started: past.from,
        state: VisitState::Ended {
            at: past.to,
            why: VisitEnd::Ended,
        },
        until: past.from.plus(minutes(15)),
        consent: None,
    }
}
