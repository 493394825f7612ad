//! Visits as lines, with the names of both sides: staff by name alone, the tenant's people by address.

use std::collections::HashMap;

use stagedoor_core::id::{MemberId, StaffId};
use stagedoor_core::impersonation::{VisitMode, VisitState};
use stagedoor_core::view::portal::{VisitLine, VisitSums};
use stagedoor_store::impersonation::Visit;
use stagedoor_store::{membership, visiting};

use crate::error::ServiceError;
use crate::tenant_op::TenantOp;

/// Names that were looked up already.
#[derive(Debug, Default)]
pub(super) struct Names {
    staff: HashMap<StaffId, String>,
    members: HashMap<MemberId, String>,
}

impl Names {
    /// The display name of a member of staff: all that a tenant learns of them.
    pub(super) async fn staff(&mut self, op: &TenantOp, id: StaffId) -> Result<String, ServiceError> {
        if let Some(name) = self.staff.get(&id) {
            return Ok(name.clone());
        }
        let found = visiting::find_name(&mut op.service().db().reader(), id).await?;
        let name = found.unwrap_or_else(|| "Platform support".to_owned());
        self.staff.insert(id, name.clone());
        Ok(name)
    }

    /// The address of a person of the caller's tenant.
    pub(super) async fn member(
        &mut self,
        op: &TenantOp,
        id: Option<MemberId>,
    ) -> Result<Option<String>, ServiceError> {
        let Some(id) = id else { return Ok(None) };
        if let Some(email) = self.members.get(&id) {
            return Ok(Some(email.clone()));
        }
        let found = membership::find(&mut op.service().db().reader(), op.tenant().id, id).await?;
        let email = found.map_or_else(|| id.to_string(), |member| member.email);
        self.members.insert(id, email.clone());
        Ok(Some(email))
    }

    /// A visit as a line, without what was done in it.
    pub(super) async fn visit_line(
        &mut self,
        op: &TenantOp,
        visit: &Visit,
    ) -> Result<VisitLine, ServiceError> {
        let ended = match visit.state {
            VisitState::Ended { at, why } => Some((at, why.told_to_tenant().to_owned())),
            VisitState::Live { .. } => None,
        };
        Ok(VisitLine {
            id: visit.id,
            staff: self.staff(op, visit.staff).await?,
            as_whom: self.member(op, visit.member).await?,
            role: visit.role,
            mode: mode_words(visit.mode).to_owned(),
            reason: visit.reason.clone(),
            ticket: visit.ticket.clone(),
            from: visit.started,
            until: visit.until,
            ended,
            done: VisitSums::default(),
        })
    }
}

/// Whether a visit may write, in words.
pub(crate) const fn mode_words(mode: VisitMode) -> &'static str {
    match mode {
        VisitMode::ReadOnly => "read only",
        VisitMode::Write => "can write",
    }
}
