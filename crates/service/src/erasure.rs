//! Erasing what the audit knows of a person, by destroying the key that it is encrypted with; and the holds that forbid it.
//!
//! An operator's acts, from the command line, each with its reason. No entry changes: every proof stays valid, and the entries keep
//! the person's id. Nothing here can read what it erases.

use stagedoor_core::audit::{AuditBatch, Change, Event, Field, Outcome, Target};
use stagedoor_core::input::FieldError;
use stagedoor_store::legal_hold::{self, Held, Hold};
use stagedoor_store::{Error, subject_key};

use crate::error::ServiceError;
use crate::recorder::Story;
use crate::state::Service;

/// The code of an erasure that a hold forbids.
const LEGAL_HOLD: &str = "LEGAL_HOLD";
/// When the key was made: what is left of it, and so what its entry has to say for verification.
pub(crate) const MADE_AT: &str = "key made at";
/// Letters of a reason, at most.
const REASON_MAX: usize = 500;

/// How an erasure ended, inside its transaction.
enum Ended {
    Erased,
    Held,
}

impl Service {
    /// Erases what the audit holds of a person, by the id that entries name them with.
    ///
    /// # Errors
    /// Conflict when a hold forbids it, which is an entry itself; not found when there is nothing to erase; invalid without a
    /// reason.
    pub async fn erase_personal(&self, subject: &str, reason: &str) -> Result<(), ServiceError> {
        let reason = reason_of(reason)?;
        let now = self.now();
        let key = subject_key::find(&mut self.db().reader(), subject).await?;
        let key = key.ok_or(ServiceError::NotFound)?;
        let mut story = about(
            Event::PersonalErase,
            Target::Other("subject", subject.to_owned()),
            &reason,
        );
        story.facts.insert(Field::DestroyedAt, now.rfc3339());
        story.changes.push(Change {
            field: MADE_AT.to_owned(),
            before: Some(key.created_at.rfc3339()),
            after: None,
        });
        let done = self.record_own(story.clone()).await?;
        story.facts.clear();
        story.changes.clear();
        story.outcome = Outcome::Failed(LEGAL_HOLD);
        let refused = self.record_own(story).await?;
        let (whose, batches) = (subject.to_owned(), (done, refused));
        let ended = self
            .db()
            .write(move |mut tx| {
                let (subject, (done, refused)) = (whose.clone(), batches.clone());
                Box::pin(async move {
                    if legal_hold::against(&mut tx, &subject).await?.is_some() {
                        return Ok(tx.commit(refused, Ended::Held).await?);
                    }
                    if !subject_key::destroy(&mut tx, &subject, now).await? {
                        return Err(ServiceError::NotFound);
                    }
                    Ok(tx.commit(done, Ended::Erased).await?)
                })
            })
            .await;
        match ended {
            Ok(Ended::Erased) => {
                self.forget_subject_key(subject);
                Ok(())
            }
            Ok(Ended::Held) => Err(ServiceError::Conflict(
                "A legal hold forbids it: `stagedoor audit hold list` shows which. The attempt is in the audit.",
            )),
            Err(error) => Err(error),
        }
    }

    /// Places a hold on a person's data, or on a log.
    ///
    /// # Errors
    /// Conflict when there is one already; invalid without a reason.
    pub async fn place_hold(&self, kind: Held, name: &str, reason: &str) -> Result<(), ServiceError> {
        let reason = reason_of(reason)?;
        let batch = self.hold_batch(Event::HoldPlace, kind, name, &reason).await?;
        let (name, now) = (name.to_owned(), self.now());
        let placed: Result<(), ServiceError> = self
            .db()
            .write(move |mut tx| {
                let (name, reason, batch) = (name.clone(), reason.clone(), batch.clone());
                Box::pin(async move {
                    legal_hold::place(&mut tx, kind, &name, &reason, now).await?;
                    Ok(tx.commit(batch, ()).await?)
                })
            })
            .await;
        match placed {
            Err(ServiceError::Store(Error::Conflict { .. })) => {
                Err(ServiceError::Conflict("There is such a hold already."))
            }
            placed => placed,
        }
    }

    /// Lifts a hold.
    ///
    /// # Errors
    /// Not found when there is none; invalid without a reason.
    pub async fn lift_hold(&self, kind: Held, name: &str, reason: &str) -> Result<(), ServiceError> {
        let reason = reason_of(reason)?;
        let batch = self.hold_batch(Event::HoldLift, kind, name, &reason).await?;
        let (name, now) = (name.to_owned(), self.now());
        self.db()
            .write(move |mut tx| {
                let (name, batch) = (name.clone(), batch.clone());
                Box::pin(async move {
                    if !legal_hold::lift(&mut tx, kind, &name, now).await? {
                        return Err(ServiceError::NotFound);
                    }
                    Ok(tx.commit(batch, ()).await?)
                })
            })
            .await
    }

    /// The holds in force.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn holds(&self) -> Result<Vec<Hold>, ServiceError> {
        Ok(legal_hold::live(&mut self.db().reader()).await?)
    }

    async fn hold_batch(
        &self,
        event: Event,
        kind: Held,
        name: &str,
        reason: &str,
    ) -> Result<AuditBatch, ServiceError> {
        self.record_own(about(
            event,
            Target::Other(kind.as_str(), name.to_owned()),
            reason,
        ))
        .await
    }
}

fn about(event: Event, target: Target, reason: &str) -> Story {
    let mut story = Story::new(event);
    story.target = Some(target);
    story.reason = Some(reason.to_owned());
    story
}

fn reason_of(reason: &str) -> Result<String, ServiceError> {
    let reason = reason.trim();
    if reason.is_empty() || reason.chars().count() > REASON_MAX {
        let message = format!("Say why, in 1 to {REASON_MAX} letters: it stands in the audit.");
        return Err(ServiceError::field(FieldError::new("reason", message)));
    }
    Ok(reason.to_owned())
}
