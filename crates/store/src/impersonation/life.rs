//! The life of a visit: it is stored with a permit for it, gets its reference, is touched, and ends once.

use stagedoor_core::action::kind::TenantImpersonate;
use stagedoor_core::id::ImpersonationId;
use stagedoor_core::impersonation::{VisitEnd, VisitState};
use stagedoor_core::permit::Permit;
use stagedoor_core::secret::ReferenceDigest;
use stagedoor_core::time::Timestamp;

use super::Visit;
use crate::Error;
use crate::statement::statements;
use crate::tx::WriteTx;

statements! {
    INSERT = "INSERT INTO impersonation (id, staff_id, session_id, tenant_id, membership_id, role, mode, reason, ticket, started_at, ends_at, last_seen_at, consent_request_id) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)";
    INSERT_PAST = "INSERT INTO impersonation (id, staff_id, session_id, tenant_id, membership_id, role, mode, reason, ticket, started_at, ends_at, last_seen_at, ended_at, ended_why) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)";
    SET_REFERENCE = "UPDATE impersonation SET reference = $2, last_seen_at = $3 WHERE id = $1 AND ended_at IS NULL AND last_seen_at <= $3";
    TOUCH = "UPDATE impersonation SET last_seen_at = $2 WHERE id = $1 AND ended_at IS NULL AND last_seen_at < $2";
    END = "UPDATE impersonation SET ended_at = $2, ended_why = $3 WHERE id = $1 AND ended_at IS NULL";
}

/// Stores a visit. The permit says that it may be.
///
/// # Errors
/// `Conflict` when the permit is for another tenant, or the visit has ended already.
pub async fn insert(tx: &mut WriteTx, permit: &Permit<TenantImpersonate>, new: &Visit) -> Result<(), Error> {
    let VisitState::Live { until, last_seen } = new.state else {
        return Err(Error::Conflict {
            constraint: "impersonation.running".to_owned(),
        });
    };
    if permit.resource().tenant != Some(new.tenant) {
        return Err(Error::Conflict {
            constraint: "impersonation.permit".to_owned(),
        });
    }
    INSERT
        .bind(new.id)
        .bind(new.staff)
        .bind(new.session)
        .bind(new.tenant)
        .bind(new.member.map(|id| id.to_string()))
        .bind(new.role.as_str())
        .bind(new.mode.as_str())
        .bind(permit.owed().as_str())
        .bind(new.ticket.clone())
        .bind(new.started)
        .bind(until)
        .bind(last_seen)
        .bind(new.consent)
        .execute(tx)
        .await?;
    Ok(())
}

/// Stores a visit that is over, as history: only demo data has need of it. It opens nothing, so it needs no permit.
///
/// # Errors
/// `Conflict` for a visit that runs.
pub async fn insert_past(tx: &mut WriteTx, past: &Visit) -> Result<(), Error> {
    let VisitState::Ended { at, why } = past.state else {
        return Err(Error::conflict("impersonation.running"));
    };
    INSERT_PAST
        .bind(past.id)
        .bind(past.staff)
        .bind(past.session)
        .bind(past.tenant)
        .bind(past.member.map(|id| id.to_string()))
        .bind(past.role.as_str())
        .bind(past.mode.as_str())
        .bind(past.reason.as_str())
        .bind(past.ticket.clone())
        .bind(past.started)
        .bind(past.until)
        .bind(at)
        .bind(at)
        .bind(why.as_str())
        .execute(tx)
        .await?;
    Ok(())
}

/// Gives a running visit the reference that its cookie holds; a former one is void. `false` when it has ended.
///
/// # Errors
/// When the database cannot be written.
pub async fn set_reference(
    tx: &mut WriteTx,
    id: ImpersonationId,
    reference: &ReferenceDigest,
    now: Timestamp,
) -> Result<bool, Error> {
    Ok(SET_REFERENCE
        .bind(id)
        .bind(reference.as_bytes().as_slice())
        .bind(now)
        .execute(tx)
        .await?
        == 1)
}

/// Notes activity; it never goes back, and never wakes an ended visit.
///
/// # Errors
/// When the database cannot be written.
pub async fn touch(tx: &mut WriteTx, id: ImpersonationId, at: Timestamp) -> Result<(), Error> {
    TOUCH.bind(id).bind(at).execute(tx).await?;
    Ok(())
}

/// Ends a visit. `false` when it had ended already.
///
/// # Errors
/// When the database cannot be written.
pub async fn end(tx: &mut WriteTx, id: ImpersonationId, at: Timestamp, why: VisitEnd) -> Result<bool, Error> {
    Ok(END.bind(id).bind(at).bind(why.as_str()).execute(tx).await? == 1)
}
