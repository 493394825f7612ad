//! Whose a proven identity is, and whether they may go on to the passkey: found by provider and subject alone.
//!
//! The provider has said who it is, so the answer may say how they stand here. The work does not: whether they are known,
//! unknown, pending, deactivated or past their end, the same statements run, the same is sealed, and what is told of a refusal
//! is written behind the answer.

use stagedoor_core::decision::{Decision, Outcome as Verdict, Reason};
use stagedoor_core::guard::DeviceFact;
use stagedoor_core::time::Timestamp;
use stagedoor_store::provider::Provider;
use stagedoor_store::session::Vouched;
use stagedoor_store::sign_in::{self, Claimant, Identified};
use stagedoor_store::staff::{self, Staff, StaffState};
use stagedoor_store::tx::Unaudited;

use super::{Answered, IDENTIFIED_TTL};
use crate::enrolment::Identity;
use crate::error::{ServiceError, SignInFailure};
use crate::state::Service;
use crate::system::{fresh_id, fresh_reference};
use crate::visitor::Visitor;

/// How somebody whom a provider vouches for stands here.
enum Standing {
    /// They go on to the passkey.
    Known(Staff),
    /// Nobody has this identity: it takes a token.
    Unknown,
    /// They may not enter.
    Barred(Staff, Reason),
}

/// The one row that follows, by one statement.
#[derive(Clone)]
enum Kept {
    Identified(Identified),
    Claimant(Claimant),
}

/// Why an account may not go on, if it may not.
fn barred(staff: &Staff, now: Timestamp) -> Option<Reason> {
    match staff.state {
        StaffState::Active => staff
            .account_until
            .filter(|until| now >= *until)
            .map(|_| Reason::AccountExpired),
        StaffState::Claimed { until: Some(until) } if now >= until => Some(Reason::AccountPending),
        StaffState::Claimed { .. } => None,
        StaffState::Invited => Some(Reason::AccountPending),
        StaffState::Deactivated => Some(Reason::AccountDeactivated),
    }
}

impl Service {
    /// Finds out whose a proven identity is. The browser gets a fresh reference.
    ///
    /// # Errors
    /// Denied for an account that may not enter; unavailable when the database is.
    pub(super) async fn recognise(
        &self,
        visitor: &Visitor,
        provider: &Provider,
        identity: Identity,
        now: Timestamp,
    ) -> Result<Answered, ServiceError> {
        self.look_at_rules().await?;
        let standing = self.standing_of(provider, &identity, now).await?;
        let reference = fresh_reference(self.rng());
        let claimant = self.claimant(provider, &identity, reference.digest())?;
        let kept = match &standing {
            Standing::Known(staff) => Kept::Identified(Identified {
                id: fresh_id(self.rng(), now),
                reference: reference.digest(),
                provider: provider.id,
                staff: staff.id,
                session: identity.session,
                vouched: Vouched {
                    trial: provider.trial,
                    device: identity.device,
                },
                id_token: identity.id_token,
                expires: now.plus(IDENTIFIED_TTL),
            }),
            Standing::Unknown => Kept::Claimant(claimant),
            // Over as it is written, and its reference is given to nobody.
            Standing::Barred(..) => Kept::Claimant(Claimant {
                expires: now,
                ..claimant
            }),
        };
        self.keep_answered(kept, now).await?;
        match standing {
            Standing::Known(_) => Ok(Answered::Identified(reference)),
            Standing::Unknown => {
                let story = Self::failure_story(Some(provider), SignInFailure::UnknownPerson);
                self.tell_refused_try(visitor, Self::stranger(), story, None)
                    .await?;
                Ok(Answered::Unenrolled(reference))
            }
            Standing::Barred(staff, reason) => Err(self
                .bar(visitor, provider, (&staff, identity.device), reason)
                .await),
        }
    }

    async fn standing_of(
        &self,
        provider: &Provider,
        identity: &Identity,
        now: Timestamp,
    ) -> Result<Standing, ServiceError> {
        let ex = &mut self.db().reader();
        let Some(found) = staff::find_by_identity(ex, provider.id, &identity.subject, now).await? else {
            return Ok(Standing::Unknown);
        };
        let staff = self.claim_named(provider, &found).await?.unwrap_or(found);
        Ok(match barred(&staff, now) {
            None => Standing::Known(staff),
            Some(reason) => Standing::Barred(staff, reason),
        })
    }

    async fn keep_answered(&self, kept: Kept, now: Timestamp) -> Result<(), ServiceError> {
        self.db()
            .write(move |mut tx| {
                let kept = kept.clone();
                Box::pin(async move {
                    match kept {
                        Kept::Identified(new) => sign_in::insert_identified(&mut tx, &new, now).await?,
                        Kept::Claimant(new) => sign_in::insert_claimant(&mut tx, &new, now).await?,
                    }
                    Ok::<_, ServiceError>(tx.commit_unaudited(Unaudited::SignInState, ()).await?)
                })
            })
            .await
    }

    /// Tells that an identified person may not enter, behind the answer, and gives the error to return.
    async fn bar(
        &self,
        visitor: &Visitor,
        provider: &Provider,
        (staff, device): (&Staff, DeviceFact),
        reason: Reason,
    ) -> ServiceError {
        let decision = Decision {
            outcome: Verdict::Deny(reason),
            ..self.entry_decision(visitor, provider, (staff, device), None, self.now())
        };
        let story = Self::entry_refusal(provider, &decision);
        let told = self.tell_refused_try(visitor, Self::known(staff, self.now()), story, None);
        told.await.err().unwrap_or(ServiceError::Denied(decision))
    }
}
