//! The account of a visit: what was seen, changed and refused, told from the tenant's own log of it.
//!
//! What the entries say is read by [`crate::impersonation`], for staff and tenants alike.

use stagedoor_core::action::Action;
use stagedoor_core::action::kind::SupportView;
use stagedoor_core::audit::sentence::Reader;
use stagedoor_core::id::ImpersonationId;
use stagedoor_core::view::portal::{VisitAccount, VisitSums};
use stagedoor_store::impersonation;

use super::lines::Names;
use crate::error::ServiceError;
use crate::impersonation::{Told, told};
use crate::tenant_op::{TenantOp, VisitCaller};

/// The account of one visit to the caller's tenant, live while it runs.
///
/// # Errors
/// Denied; not found for a visit to another tenant.
pub async fn account(op: &TenantOp, id: ImpersonationId) -> Result<VisitAccount, ServiceError> {
    op.require::<SupportView>()?;
    let service = op.service();
    let found = impersonation::find(&mut service.db().reader(), id).await?;
    let visit = found
        .filter(|visit| visit.tenant == op.tenant().id)
        .ok_or(ServiceError::NotFound)?;
    let told = own_log(op, id).await?;
    let mut line = Names::default().visit_line(op, &visit).await?;
    line.done = told.sums();
    let running = match VisitCaller::load(service, visit, op.now()).await? {
        Some(caller) => caller.over(&service.policy(), op.tenant(), op.now()),
        None => None,
    };
    if let (None, Some(why)) = (&line.ended, running) {
        // Over by a clock or a choice, and not written down yet.
        line.ended = Some((op.now(), why.told_to_tenant().to_owned()));
    }
    op.looked_at("Account of a visit", told.lines());
    Ok(VisitAccount {
        may_end: line.ended.is_none() && op.would(Action::VisitEndByTenant).is_permit(),
        visit: line,
        viewed: told.viewed,
        changed: service.lines(&told.changed, Reader::Tenant).await?,
        refused: service.lines(&told.refused, Reader::Tenant).await?,
        cut: told.cut,
        now: op.now(),
    })
}

/// What was done in a visit so far, in numbers.
pub(super) async fn sums(op: &TenantOp, id: ImpersonationId) -> Result<VisitSums, ServiceError> {
    Ok(own_log(op, id).await?.sums())
}

/// What the tenant's own log tells of a visit.
async fn own_log(op: &TenantOp, id: ImpersonationId) -> Result<Told, ServiceError> {
    told(op.service(), op.tenant().id.to_string(), id).await
}
