//! Ending a visit, by whichever hand or clock: once, by compare-and-swap, with its pair of entries in the same
//! transaction.

use stagedoor_core::action::kind::{ImpersonationEndOther, VisitEndByTenant};
use stagedoor_core::audit::{AuditBatch, Event, Field};
use stagedoor_core::id::{ImpersonationId, SessionId};
use stagedoor_core::impersonation::VisitEnd;
use stagedoor_core::resource::VisitTarget;
use stagedoor_core::time::Timestamp;
use stagedoor_store::impersonation::{self, Visit};
use stagedoor_store::tx::WriteTx;
use stagedoor_store::{membership, tenant};

use super::mint::represented;
use crate::error::ServiceError;
use crate::op::StaffOp;
use crate::recorder::{Acting, Story, represented_target};
use crate::state::Service;
use crate::tenant_op::{TenantOp, VisitCaller, member_person};
use crate::visitor::Visitor;

/// The visitor ends their own visit, from inside.
///
/// # Errors
/// Denied when the visit is over; conflict for a person of the tenant, who has none; unavailable when nothing could be
/// written.
pub async fn end_own(op: &TenantOp) -> Result<(), ServiceError> {
    let caller = op
        .visit()
        .ok_or(ServiceError::Conflict("There is no impersonation to end here."))?;
    let visit = &caller.visit;
    let decision = op.may_end()?;
    let mut story = op.service().visit_end_story(visit, VisitEnd::Ended).await?;
    story.verdicts = Some(decision.verdicts);
    let batch = op.record(story).await?;
    op.service()
        .end_visit(visit.id, op.now(), VisitEnd::Ended, batch)
        .await
}

/// A member of staff ends a visit from the console: their own, or another's where the role allows it.
///
/// # Errors
/// Not found when there is no such visit in the person's scope; denied; conflict when it is over.
pub async fn end_from_console(op: &StaffOp, id: ImpersonationId) -> Result<(), ServiceError> {
    let found = impersonation::find(&mut op.service().db().reader(), id).await?;
    let visit = match found {
        Some(visit) if op.knows(visit.tenant) => visit,
        hidden => {
            let hidden = hidden.map(|visit| visit.tenant);
            return Err(op.nothing_there(Event::ImpersonationEnd, hidden).await);
        }
    };
    let target = VisitTarget {
        id: visit.id,
        staff: visit.staff,
        tenant: visit.tenant,
    };
    let about = visit_story(Event::ImpersonationEnd, &visit);
    let permit = op
        .require_about::<ImpersonationEndOther>(&target, about)
        .await?
        .discharge(());
    let why = if visit.staff == op.staff().id {
        VisitEnd::Ended
    } else {
        VisitEnd::EndedByStaff
    };
    let mut story = op.service().visit_end_story(&visit, why).await?;
    story.verdicts = Some(permit.decision().verdicts);
    let batch = op.record(story).await?;
    op.service().end_visit(visit.id, op.now(), why, batch).await
}

/// The owner or an administrator of the tenant ends a visit there.
///
/// # Errors
/// Denied; not found when there is no such visit in this tenant; conflict when it is over.
pub async fn end_by_tenant(op: &TenantOp, id: ImpersonationId) -> Result<(), ServiceError> {
    let permit = op.require::<VisitEndByTenant>()?;
    let found = impersonation::find(&mut op.service().db().reader(), id).await?;
    let visit = found
        .filter(|visit| visit.tenant == op.tenant().id)
        .ok_or(ServiceError::NotFound)?;
    let mut story = op
        .service()
        .visit_end_story(&visit, VisitEnd::EndedByTenant)
        .await?;
    story.verdicts = Some(permit.decision().verdicts);
    let batch = op.record(story).await?;
    op.service()
        .end_visit(visit.id, op.now(), VisitEnd::EndedByTenant, batch)
        .await
}

/// What every entry about a visit says.
pub(crate) fn visit_story(event: Event, visit: &Visit) -> Story {
    let mut story = Story::new(event);
    story.tenant = Some(visit.tenant);
    story.impersonation = Some(visit.id);
    story.target = Some(represented_target(represented(visit)));
    story.reason = Some(visit.reason.clone());
    story.ticket.clone_from(&visit.ticket);
    story
}

/// Ends, in this transaction, exactly the visits whose end the batch tells of: no visit ends without its entries, and
/// none is told to end twice.
///
/// # Errors
/// Moved when one of them has ended meanwhile: make the entries anew.
pub(crate) async fn end_told_visits(
    tx: &mut WriteTx,
    batch: &AuditBatch,
    now: Timestamp,
    why: VisitEnd,
) -> Result<(), ServiceError> {
    for id in batch.visits_of(Event::ImpersonationEnd) {
        if !impersonation::end(tx, id, now, why).await? {
            return Err(ServiceError::Moved);
        }
    }
    Ok(())
}

impl Service {
    pub(crate) async fn visit_end_story(&self, visit: &Visit, why: VisitEnd) -> Result<Story, ServiceError> {
        let mut story = visit_story(Event::ImpersonationEnd, visit);
        story.facts.insert(Field::Why, why.as_str().to_owned());
        if let Some(member) = visit.member {
            let member = membership::find(&mut self.db().reader(), visit.tenant, member).await?;
            story.target_person = member.as_ref().map(member_person);
        }
        Ok(story)
    }

    pub(crate) async fn end_visit(
        &self,
        id: ImpersonationId,
        now: Timestamp,
        why: VisitEnd,
        batch: AuditBatch,
    ) -> Result<(), ServiceError> {
        self.db()
            .write(move |mut tx| {
                let batch = batch.clone();
                Box::pin(async move {
                    if !impersonation::end(&mut tx, id, now, why).await? {
                        return Err(ServiceError::Conflict("This impersonation has ended already."));
                    }
                    Ok::<_, ServiceError>(tx.commit(batch, ()).await?)
                })
            })
            .await
    }

    /// The entries of the ends of a session's visits, one batch a visit.
    pub(crate) async fn visit_ends_of_session(
        &self,
        visitor: &Visitor,
        acting: &Acting,
        session: SessionId,
        now: Timestamp,
    ) -> Result<Vec<AuditBatch>, ServiceError> {
        let running = impersonation::list_of_session(&mut self.db().reader(), session).await?;
        let mut batches = Vec::with_capacity(running.len());
        for visit in running {
            let story = self.visit_end_story(&visit, VisitEnd::SessionEnded).await?;
            batches.push(self.record(visitor, acting, story, now).await?);
        }
        Ok(batches)
    }

    /// Writes down the ends of visits whose time has come. Their requests are refused already.
    ///
    /// # Errors
    /// When the database cannot be used; the rest is tried again the next time.
    pub async fn expire_visits(&self) -> Result<(), ServiceError> {
        let now = self.now();
        for visit in impersonation::list_running(&mut self.db().reader(), 500).await? {
            if let Some(why) = self.visit_must_end(&visit, now).await? {
                self.expire_visit(&visit, why, now).await?;
            }
        }
        Ok(())
    }

    /// The end that has come by clock, session, consent, suspension or a lost role. The decision refuses such a visit at
    /// once, for the same reason.
    async fn visit_must_end(&self, visit: &Visit, now: Timestamp) -> Result<Option<VisitEnd>, ServiceError> {
        let found = tenant::find(&mut self.db().reader(), visit.tenant).await?;
        let caller = VisitCaller::load(self, visit.clone(), now).await?;
        Ok(match (found, caller) {
            (Some(tenant), Some(caller)) => caller.over(&self.policy(), &tenant, now),
            _ => Some(VisitEnd::SessionEnded),
        })
    }

    async fn expire_visit(&self, visit: &Visit, why: VisitEnd, now: Timestamp) -> Result<(), ServiceError> {
        let visitor = Visitor::new(crate::system::fresh_id(self.rng(), now), None, "");
        let acting = Acting::itself();
        let story = self.visit_end_story(visit, why).await?;
        let batch = self.record(&visitor, &acting, story, now).await?;
        match self.end_visit(visit.id, now, why, batch).await {
            // Another process, or the visitor, was faster.
            Err(ServiceError::Conflict(_)) => Ok(()),
            other => other,
        }
    }
}
