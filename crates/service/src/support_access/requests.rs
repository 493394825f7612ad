//! Questions of staff to the owner: they wait, are answered once, or lapse.

use stagedoor_core::action::Action;
use stagedoor_core::action::kind::{SupportApprove, SupportDeny};
use stagedoor_core::audit::{Event, Field};
use stagedoor_core::consent::{Answer, ConsentEnd, ConsentState, NotAnswerable};
use stagedoor_core::guard::Verdicts;
use stagedoor_core::id::ConsentRequestId;
use stagedoor_core::view::portal::ConsentLine;
use stagedoor_store::consent_request::{self, ConsentRequest};

use super::lines::Names;
use crate::error::ServiceError;
use crate::impersonation::request_story;
use crate::recorder::Acting;
use crate::state::Service;
use crate::tenant_op::TenantOp;
use crate::visitor::Visitor;

/// Questions on one page; an owner who has more has other trouble.
const SHOWN: u32 = 50;

/// What waits for the owner of the caller's tenant.
pub(super) async fn pending(op: &TenantOp, names: &mut Names) -> Result<Vec<ConsentLine>, ServiceError> {
    let ex = &mut op.service().db().reader();
    let found = consent_request::list_pending(ex, op.tenant().id, op.now(), SHOWN).await?;
    let mut lines = Vec::with_capacity(found.len());
    for request in found {
        let ConsentState::Pending { until } = request.state else {
            continue;
        };
        lines.push(ConsentLine {
            id: request.id,
            staff: names.staff(op, request.staff).await?,
            as_whom: names.member(op, request.member).await?,
            reason: request.reason,
            ticket: request.ticket,
            ttl_seconds: request.ttl.as_secs(),
            asked: request.asked,
            until,
        });
    }
    Ok(lines)
}

/// How many questions wait for the owner of the caller's tenant.
///
/// # Errors
/// When the database cannot be read.
pub async fn count_pending(op: &TenantOp) -> Result<u64, ServiceError> {
    if !op.would(Action::SupportView).is_permit() {
        return Ok(0);
    }
    let ex = &mut op.service().db().reader();
    let found = consent_request::list_pending(ex, op.tenant().id, op.now(), SHOWN).await?;
    Ok(found.len() as u64)
}

/// The owner answers a question of staff.
///
/// # Errors
/// Denied to everybody but the owner, and to any visitor; not found for a question to another tenant; conflict when it was
/// answered, used, or ran out of time.
pub async fn answer(op: &TenantOp, id: ConsentRequestId, answer: Answer) -> Result<(), ServiceError> {
    let verdicts = may_answer(op, answer)?;
    let (service, now) = (op.service(), op.now());
    let found = consent_request::find(&mut service.db().reader(), id).await?;
    let request = found
        .filter(|request| request.tenant == op.tenant().id)
        .ok_or(ServiceError::NotFound)?;
    let next = request
        .state
        .answer(now, answer, service.policy().consent_ttl)
        .map_err(too_late)?;
    let event = match answer {
        Answer::Approve => Event::ConsentApprove,
        Answer::Deny => Event::ConsentDeny,
    };
    let mut story = request_story(event, &request);
    story.verdicts = Some(verdicts);
    let batch = op.record(story).await?;
    let (from, by) = (request.state, op.member().map(|member| member.id));
    service
        .db()
        .write(move |mut tx| {
            let batch = batch.clone();
            Box::pin(async move {
                if !consent_request::advance(&mut tx, id, (from, next), by).await? {
                    return Err(ServiceError::Conflict(ANSWERED));
                }
                Ok(tx.commit(batch, ()).await?)
            })
        })
        .await
}

const ANSWERED: &str = "This request was answered already.";

fn may_answer(op: &TenantOp, answer: Answer) -> Result<Verdicts, ServiceError> {
    Ok(match answer {
        Answer::Approve => op.require::<SupportApprove>()?.decision().verdicts,
        Answer::Deny => op.require::<SupportDeny>()?.decision().verdicts,
    })
}

fn too_late(error: NotAnswerable) -> ServiceError {
    ServiceError::Conflict(match error {
        NotAnswerable::Over(over) if over.why == ConsentEnd::Lapsed => {
            "This request ran out of time. Platform support can ask again."
        }
        NotAnswerable::Approved | NotAnswerable::Over(_) => ANSWERED,
    })
}

impl Service {
    /// Writes down which questions and answers ran out of time. They can be neither answered nor used already.
    ///
    /// # Errors
    /// When the database cannot be used; the rest is tried again the next time.
    pub async fn expire_consent_requests(&self) -> Result<(), ServiceError> {
        let now = self.now();
        for request in consent_request::list_due(&mut self.db().reader(), now).await? {
            self.lapse(&request).await?;
        }
        Ok(())
    }

    async fn lapse(&self, request: &ConsentRequest) -> Result<(), ServiceError> {
        let now = self.now();
        let visitor = Visitor::new(crate::system::fresh_id(self.rng(), now), None, "");
        let acting = Acting::itself();
        let mut story = request_story(Event::ConsentExpire, request);
        story.facts.insert(Field::Was, request.state.as_str().to_owned());
        let batch = self.record(&visitor, &acting, story, now).await?;
        let (id, from, to) = (request.id, request.state, request.state.at(now));
        self.db()
            .write(move |mut tx| {
                let batch = batch.clone();
                Box::pin(async move {
                    if !consent_request::advance(&mut tx, id, (from, to), None).await? {
                        return Err(ServiceError::Moved);
                    }
                    Ok(tx.commit(batch, ()).await?)
                })
            })
            .await
            // The owner, the visitor or another process was faster.
            .or_else(|error| match error {
                ServiceError::Moved => Ok(()),
                other => Err(other),
            })
    }
}
