//! The way from the staff host to the tenant's host: a small code flow (decision 24).
//!
//! The tenant's host sets a nonce cookie and bounces the browser to the staff host; the staff host, which knows the
//! session, answers with a single-use code bound to the nonce's digest and the session; the tenant's host takes the
//! code and sets the visit's own cookie. A code seen by somebody else is worth nothing without the cookie.

use std::time::Duration;

use sha2::{Digest, Sha256};
use stagedoor_core::audit::Event;
use stagedoor_core::id::ImpersonationId;
use stagedoor_core::impersonation::VisitState;
use stagedoor_core::secret::Reference;
use stagedoor_core::time::Timestamp;
use stagedoor_store::impersonation::{self, Handoff, Visit};
use stagedoor_store::tenant::{self, Tenant};
use stagedoor_store::tx::Unaudited;
use stagedoor_store::visiting;
use subtle::ConstantTimeEq;

use crate::error::ServiceError;
use crate::op::StaffOp;
use crate::state::Service;
use crate::system::fresh_reference;

/// How long a code lives (spec 02).
pub(crate) const HANDOFF_TTL: Duration = Duration::from_secs(60);

/// The first stop, on the tenant's host.
#[derive(Debug)]
pub struct Bounce {
    /// What the tenant host's cookie holds.
    pub nonce: Reference,
    /// Where to go: the staff host.
    pub location: String,
}

/// A visit has arrived on the tenant's host.
#[derive(Debug)]
pub struct Arrived {
    /// What the visit's cookie holds.
    pub reference: Reference,
    /// The visit's end.
    pub until: Timestamp,
}

/// The first stop, on the tenant's host: a nonce, and the way to the staff host.
#[must_use]
pub fn landing(service: &Service, visit: ImpersonationId) -> Bounce {
    let nonce = fresh_reference(service.rng());
    let digest = stagedoor_core::audit::canonical::hex(&nonce_digest(&nonce));
    let location = format!(
        "{}/impersonations/{visit}/handoff?nonce={digest}",
        service.settings().origins.staff
    );
    Bounce { nonce, location }
}

fn nonce_digest(nonce: &Reference) -> Vec<u8> {
    Sha256::digest(nonce.expose().as_bytes()).to_vec()
}

/// The second stop, on the staff host: a code for the owner of the visit, in the very session it is bound to.
///
/// # Errors
/// Not found for a visit of anybody else, or of another session of the same person; conflict when it is over.
pub async fn bounce(op: &StaffOp, visit: ImpersonationId, nonce: &str) -> Result<String, ServiceError> {
    let service = op.service();
    let now = op.now();
    let nonce = parse_digest(nonce).ok_or(ServiceError::NotFound)?;
    let visit = own_visit(op, visit).await?;
    let ex = &mut service.db().reader();
    let tenant = tenant::find(ex, visit.tenant)
        .await?
        .ok_or(ServiceError::NotFound)?;
    if !service.visit_runs(&visit, now) {
        return Err(ServiceError::Conflict(
            "This impersonation has ended. A new one needs a new reason.",
        ));
    }
    let code = fresh_reference(service.rng());
    let digest = code.digest();
    let handoff = Handoff {
        visit: visit.id,
        session: op.session().id,
        nonce,
        expires: now.plus(HANDOFF_TTL),
    };
    service
        .db()
        .write(move |mut tx| {
            let handoff = handoff.clone();
            Box::pin(async move {
                impersonation::insert_handoff(&mut tx, &digest, &handoff).await?;
                Ok::<_, ServiceError>(tx.commit_unaudited(Unaudited::SignInState, ()).await?)
            })
        })
        .await?;
    let origin = service.settings().origins.tenant(&tenant.slug);
    Ok(format!(
        "{origin}/visit/{}/enter?code={}",
        visit.id,
        code.expose()
    ))
}

/// A visit of the very session that asks.
async fn own_visit(op: &StaffOp, id: ImpersonationId) -> Result<Visit, ServiceError> {
    match impersonation::find(&mut op.service().db().reader(), id).await? {
        Some(visit) if visit.session == op.session().id => Ok(visit),
        hidden => {
            let hidden = hidden.map(|visit| visit.tenant);
            Err(op.nothing_there(Event::ImpersonationStart, hidden).await)
        }
    }
}

fn parse_digest(text: &str) -> Option<Vec<u8>> {
    if text.len() != 64 || !text.is_ascii() {
        return None;
    }
    (0..32)
        .map(|at| u8::from_str_radix(&text[2 * at..2 * at + 2], 16).ok())
        .collect()
}

/// The last stop, on the tenant's host: the code is taken, the visit gets its cookie.
///
/// # Errors
/// Not found for a code that is unknown, used, late, for another tenant or visit, or from another browser or session:
/// one answer for all.
pub async fn enter(
    service: &Service,
    tenant: &Tenant,
    visit: ImpersonationId,
    code: &str,
    nonce: Option<&str>,
) -> Result<Arrived, ServiceError> {
    let now = service.now();
    let code = Reference::parse(code).ok_or(ServiceError::NotFound)?.digest();
    let handoff = service
        .db()
        .write(move |mut tx| {
            Box::pin(async move {
                let taken = impersonation::take_handoff(&mut tx, &code).await?;
                Ok::<_, ServiceError>(tx.commit_unaudited(Unaudited::SignInState, taken).await?)
            })
        })
        .await?;
    let handoff = handoff.ok_or(ServiceError::NotFound)?;
    let nonce = nonce
        .and_then(Reference::parse)
        .map(|nonce| nonce_digest(&nonce))
        .unwrap_or_default();
    let fresh = now < handoff.expires && handoff.visit == visit && bool::from(nonce.ct_eq(&handoff.nonce));
    if !fresh {
        return Err(ServiceError::NotFound);
    }
    let ex = &mut service.db().reader();
    let visit = impersonation::find(ex, visit)
        .await?
        .filter(|visit| visit.tenant == tenant.id)
        .ok_or(ServiceError::NotFound)?;
    let session = visiting::find_session(ex, visit.session)
        .await?
        .ok_or(ServiceError::NotFound)?;
    let owner = visiting::find_staff(ex, session.staff, now)
        .await?
        .ok_or(ServiceError::NotFound)?;
    let bound = session.id == handoff.session
        && service.session_runs(&session, (owner.role, owner.ends_for(session.started)), now);
    if !bound || !service.visit_runs(&visit, now) {
        return Err(ServiceError::NotFound);
    }
    give_cookie(service, &visit, now).await
}

async fn give_cookie(service: &Service, visit: &Visit, now: Timestamp) -> Result<Arrived, ServiceError> {
    let reference = fresh_reference(service.rng());
    let (id, digest) = (visit.id, reference.digest());
    let given = service
        .db()
        .write(move |mut tx| {
            Box::pin(async move {
                let given = impersonation::set_reference(&mut tx, id, &digest, now).await?;
                Ok::<_, ServiceError>(tx.commit_unaudited(Unaudited::SignInState, given).await?)
            })
        })
        .await?;
    if given {
        Ok(Arrived {
            reference,
            until: visit.until,
        })
    } else {
        Err(ServiceError::NotFound)
    }
}

impl Service {
    /// Whether a visit's own clocks still run.
    pub(crate) fn visit_runs(&self, visit: &Visit, now: Timestamp) -> bool {
        match visit.state {
            VisitState::Live { until, last_seen } => {
                let last_seen = self.touches().latest_visit(visit.id, last_seen);
                VisitState::Live { until, last_seen }
                    .due(now, self.policy().visit_idle)
                    .is_none()
            }
            VisitState::Ended { .. } => false,
        }
    }
}

/// Where one's own running visit is entered, and the tenant's name.
///
/// # Errors
/// Not found for a visit of anybody else or of another session; conflict when it is over.
pub async fn entrance_of(op: &StaffOp, visit: ImpersonationId) -> Result<(String, String), ServiceError> {
    let service = op.service();
    let visit = own_visit(op, visit).await?;
    let ex = &mut service.db().reader();
    if !service.visit_runs(&visit, op.now()) {
        return Err(ServiceError::Conflict(
            "This impersonation has ended. A new one needs a new reason.",
        ));
    }
    let tenant = tenant::find(ex, visit.tenant)
        .await?
        .ok_or(ServiceError::NotFound)?;
    Ok((
        format!(
            "{}/visit/{}",
            service.settings().origins.tenant(&tenant.slug),
            visit.id
        ),
        tenant.name,
    ))
}
