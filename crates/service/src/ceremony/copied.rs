//! An answer that was refused is written down; one of a passkey that may have been copied ends that passkey, with the sessions
//! that it proved and their visits, and raises a risk, all in one transaction.

use stagedoor_core::audit::{AuditBatch, Event, Field, Outcome, Target};
use stagedoor_core::id::{PasskeyId, RiskId, SessionId};
use stagedoor_core::impersonation::VisitEnd;
use stagedoor_core::risk::RiskKind;
use stagedoor_core::session::SessionEnd;
use stagedoor_core::time::Timestamp;
use stagedoor_store::risk::{self, NewRisk, NewSubject};
use stagedoor_store::staff::Staff;
use stagedoor_store::step_up::{self, KeptStepUp};
use stagedoor_store::{WriteTx, passkey, session};

use super::Fault;
use crate::device::device;
use crate::error::ServiceError;
use crate::impersonation::end_told_visits;
use crate::op::person;
use crate::recorder::{Acting, Story};
use crate::retry::again;
use crate::risk::raise_story;
use crate::state::Service;
use crate::system::fresh_id;
use crate::visitor::Visitor;

/// The sessions that end with a passkey: those proved with it last, and those of which nobody knows.
fn proved_with(id: PasskeyId, proofs: &[(SessionId, Option<PasskeyId>)]) -> Vec<SessionId> {
    let ending = proofs
        .iter()
        .filter(|(_, with)| with.is_none_or(|with| with == id));
    ending.map(|(session, _)| *session).collect()
}

/// What is written of a refused answer, all of it or nothing.
#[derive(Clone)]
struct Refusal {
    batch: AuditBatch,
    /// The call that the answer was for, which waits for another one.
    waiting: Option<KeptStepUp>,
    now: Timestamp,
}

impl Refusal {
    async fn put_back(&self, tx: &mut WriteTx) -> Result<(), ServiceError> {
        if let Some(waiting) = &self.waiting {
            step_up::insert(tx, waiting).await?;
        }
        Ok(())
    }
}

impl Service {
    /// Writes down that an answer of a person's was refused, as the story tells it, and puts back the call that it was for,
    /// where there is one, in the same transaction.
    ///
    /// # Errors
    /// When it could not be written down.
    pub(crate) async fn refuse_answer(
        &self,
        visitor: &Visitor,
        (acting, staff): (&Acting, &Staff),
        mut story: Story,
        (fault, waiting): (Fault, Option<KeptStepUp>),
    ) -> Result<(), ServiceError> {
        let now = self.now();
        story.outcome = Outcome::Failed(fault.code());
        let refusal = Refusal {
            batch: self.record(visitor, acting, story, now).await?,
            waiting,
            now,
        };
        match fault {
            Fault::Copied(id) => again(|| self.end_copied(visitor, staff, id, refusal.clone())).await,
            _ => self.commit_refusal(refusal).await,
        }
    }

    async fn commit_refusal(&self, refusal: Refusal) -> Result<(), ServiceError> {
        self.db()
            .write(move |mut tx| {
                let refusal = refusal.clone();
                Box::pin(async move {
                    refusal.put_back(&mut tx).await?;
                    Ok::<_, ServiceError>(tx.commit(refusal.batch, ()).await?)
                })
            })
            .await
    }

    async fn end_copied(
        &self,
        visitor: &Visitor,
        staff: &Staff,
        id: PasskeyId,
        refusal: Refusal,
    ) -> Result<(), ServiceError> {
        let now = refusal.now;
        let new = self
            .copied_risk(visitor, staff, id, (&refusal.batch, now))
            .await?;
        let mut story = raise_story(&new, person(staff));
        story.facts.insert(Field::Passkey, id.to_string());
        let mut raised = self.record(visitor, &Acting::itself(), story, now).await?;
        let ending = proved_with(
            id,
            &session::list_proofs(&mut self.db().reader(), staff.id).await?,
        );
        for session in &ending {
            raised = raised.and_all(self.told_copied_end(visitor, staff, *session, now).await?);
        }
        let person = staff.id;
        self.db()
            .write(move |mut tx| {
                let (new, refusal, raised) = (new.clone(), refusal.clone(), raised.clone());
                let ending = ending.clone();
                Box::pin(async move {
                    refusal.put_back(&mut tx).await?;
                    // Known already, or revoked meanwhile: then the refusal is all there is to tell.
                    if !passkey::mark_copied(&mut tx, id, now).await? {
                        return Ok::<_, ServiceError>(tx.commit(refusal.batch, ()).await?);
                    }
                    if proved_with(id, &session::list_proofs(&mut tx, person).await?) != ending {
                        // Somebody came in, or went, between the look and the write.
                        return Err(ServiceError::Moved);
                    }
                    for session in &ending {
                        if !session::end(&mut tx, *session, now, SessionEnd::Revoked).await? {
                            return Err(ServiceError::Moved);
                        }
                    }
                    end_told_visits(&mut tx, &raised, now, VisitEnd::SessionEnded).await?;
                    risk::insert(&mut tx, &new).await?;
                    Ok(tx.commit(refusal.batch.and_all(raised), ()).await?)
                })
            })
            .await
    }

    /// The entries of the end of a session that a copied passkey proved.
    async fn told_copied_end(
        &self,
        visitor: &Visitor,
        staff: &Staff,
        id: SessionId,
        now: Timestamp,
    ) -> Result<AuditBatch, ServiceError> {
        let mut story = Story::new(Event::SessionRevoke);
        story.target = Some(Target::Staff(staff.id));
        story.target_person = Some(person(staff));
        story.facts.insert(Field::Session, id.to_string());
        story.facts.insert(Field::Why, "passkey_copied".to_owned());
        let batch = self.record(visitor, &Acting::itself(), story, now).await?;
        let visits = self
            .visit_ends_of_session(visitor, &Acting::itself(), id, now)
            .await?;
        Ok(visits.into_iter().fold(batch, AuditBatch::and_all))
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
