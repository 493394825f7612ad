//! An answer that was refused is written down; one of a passkey that may have been copied ends that passkey and raises a
//! risk in the same transaction.

use stagedoor_core::audit::{AuditBatch, Field, Outcome};
use stagedoor_core::id::{PasskeyId, RiskId};
use stagedoor_core::risk::RiskKind;
use stagedoor_core::time::Timestamp;
use stagedoor_store::passkey;
use stagedoor_store::risk::{self, NewRisk, NewSubject};
use stagedoor_store::staff::Staff;

use super::Fault;
use crate::device::device;
use crate::error::ServiceError;
use crate::op::person;
use crate::recorder::{Acting, Story};
use crate::risk::raise_story;
use crate::state::Service;
use crate::system::fresh_id;
use crate::visitor::Visitor;

impl Service {
    /// Writes down that an answer of a person's was refused, as the story tells it.
    ///
    /// # Errors
    /// When it could not be written down.
    pub(crate) async fn refuse_answer(
        &self,
        visitor: &Visitor,
        (acting, staff): (&Acting, &Staff),
        mut story: Story,
        fault: Fault,
    ) -> Result<(), ServiceError> {
        let now = self.now();
        story.outcome = Outcome::Failed(fault.code());
        let batch = self.record(visitor, acting, story, now).await?;
        match fault {
            Fault::Copied(id) => self.end_copied(visitor, staff, id, (batch, now)).await,
            _ => self.commit_only(batch).await,
        }
    }

    async fn end_copied(
        &self,
        visitor: &Visitor,
        staff: &Staff,
        id: PasskeyId,
        (refusal, now): (AuditBatch, Timestamp),
    ) -> Result<(), ServiceError> {
        let new = self.copied_risk(visitor, staff, id, (&refusal, now)).await?;
        let mut story = raise_story(&new, person(staff));
        story.facts.insert(Field::Passkey, id.to_string());
        let raised = self.record(visitor, &Acting::itself(), story, now).await?;
        self.db()
            .write(move |mut tx| {
                let (new, refusal, raised) = (new.clone(), refusal.clone(), raised.clone());
                Box::pin(async move {
                    // Known already, or revoked meanwhile: then the refusal is all there is to tell.
                    if !passkey::mark_copied(&mut tx, id, now).await? {
                        return Ok::<_, ServiceError>(tx.commit(refusal, ()).await?);
                    }
                    risk::insert(&mut tx, &new).await?;
                    Ok(tx.commit(refusal.and_all(raised), ()).await?)
                })
            })
            .await
    }

    async fn copied_risk(
        &self,
        visitor: &Visitor,
        staff: &Staff,
        id: PasskeyId,
        (refusal, now): (&AuditBatch, Timestamp),
    ) -> Result<NewRisk, ServiceError> {
        let kept = passkey::list_kept(&mut self.db().reader(), staff.id).await?;
        let name = kept.into_iter().find(|kept| kept.id == id).map(|kept| kept.name);
        let fact = |label: &str, value: String| (label.to_owned(), value);
        let risk: RiskId = fresh_id(self.rng(), now);
        Ok(NewRisk {
            id: risk,
            kind: RiskKind::PasskeyCopied,
            subject: NewSubject::Staff(staff.id),
            cause: "a passkey counted backwards, it may have been copied".to_owned(),
            facts: vec![
                fact("Passkey", name.unwrap_or_default()),
                fact("Passkey id", id.to_string()),
                fact("From", visitor.address_text()),
                fact("Device", device(&visitor.agent)),
            ],
            entries: refusal.entries().iter().map(|entry| entry.id).collect(),
            at: now,
        })
    }
}
