//! A proven identity without an account brings a token, and the account is theirs.
//!
//! A token that is none, is over, or is another's takes the same statements as a right one up to the claim.

use serde::{Deserialize, Serialize};
use stagedoor_core::actor::Actor;
use stagedoor_core::audit::{Event, Field, Outcome, Target};
use stagedoor_core::decision::Decision;
use stagedoor_core::guard::DeviceFact;
use stagedoor_core::id::SignInId;
use stagedoor_core::input::{FieldError, normalise};
use stagedoor_core::secret::{Reference, ReferenceDigest};
use stagedoor_core::staff::StaffState;
use stagedoor_core::time::Timestamp;
use stagedoor_core::view::sign_in::EnrolmentView;
use stagedoor_store::code;
use stagedoor_store::provider::Provider;
use stagedoor_store::session::Vouched;
use stagedoor_store::sign_in::{self, Claimant, Identified};
use stagedoor_store::staff::{self, Staff};
use stagedoor_store::tx::Unaudited;

use super::TRIES;
use crate::crypto::Purpose;
use crate::error::{ServiceError, SignInFailure};
use crate::op::trusted;
use crate::recorder::{Acting, Marks, Person, Story};
use crate::sign_in::IDENTIFIED_TTL;
use crate::state::Service;
use crate::system::{fresh_id, fresh_reference};
use crate::visitor::Visitor;

/// Whom a provider vouched for, though nobody on staff has that identity.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Identity {
    /// The subject at the provider.
    pub(crate) subject: String,
    /// The verified address.
    pub(crate) email: String,
    /// The name, where the provider tells it.
    pub(crate) name: Option<String>,
    /// The session at the provider, where it tells it.
    #[serde(default)]
    pub(crate) session: Option<String>,
    /// What it says of the device; it stands beside what is kept of this.
    #[serde(skip)]
    pub(crate) device: DeviceFact,
    /// Its ID token, sealed, where it is kept.
    #[serde(default)]
    pub(crate) id_token: Option<Vec<u8>>,
}

/// What stands behind the cookie of somebody who may enrol.
struct Waiting {
    id: SignInId,
    identity: Identity,
    provider: Provider,
    vouched: Vouched,
    expires: Timestamp,
}

/// What the enrolment page shows.
#[derive(Debug)]
pub enum EnrolmentPage {
    /// A proven identity waits for its token.
    Open(EnrolmentView),
    /// No sign-in is under way in this browser, or it took too long.
    NotUnderWay,
}

/// The account is claimed; a passkey comes next.
#[derive(Debug)]
pub struct Claimed {
    /// What the browser holds from now on.
    pub reference: Reference,
}

impl Service {
    /// A proven identity as it is kept until its token comes, under the reference that the browser gets.
    pub(crate) fn claimant(
        &self,
        provider: &Provider,
        identity: &Identity,
        reference: ReferenceDigest,
    ) -> Result<Claimant, ServiceError> {
        let now = self.now();
        let id: SignInId = fresh_id(self.rng(), now);
        let plain =
            serde_json::to_vec(identity).map_err(|error| ServiceError::Internal(error.to_string()))?;
        let key = self.vault().key(Purpose::SignIn);
        Ok(Claimant {
            id,
            reference,
            provider: provider.id,
            session: identity.session.clone(),
            vouched: Vouched {
                trial: provider.trial,
                device: identity.device,
            },
            sealed: key.seal(self.rng(), id.to_string().as_bytes(), &plain),
            expires: now.plus(IDENTIFIED_TTL),
        })
    }

    async fn waiting(&self, cookie: Option<&str>) -> Result<Option<Waiting>, ServiceError> {
        let Some(reference) = cookie.and_then(Reference::parse) else {
            return Ok(None);
        };
        let ex = &mut self.db().reader();
        let Some(found) = sign_in::find(ex, &reference.digest(), self.now()).await? else {
            return Ok(None);
        };
        let provider = match self.provider_in_force(found.provider).await?.filter(trusted) {
            Some(provider) if self.still_signing_in(found.vouched, &provider).await? => Some(provider),
            _ => None,
        };
        let key = self.vault().key(Purpose::SignIn);
        let identity = found
            .claimant
            .and_then(|sealed| key.open(found.id.to_string().as_bytes(), &sealed).ok())
            .and_then(|plain| serde_json::from_slice(&plain).ok());
        Ok(identity.zip(provider).map(|(identity, provider)| Waiting {
            id: found.id,
            identity,
            provider,
            vouched: found.vouched,
            expires: found.expires,
        }))
    }

    /// The enrolment page for a browser.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn enrolment_page(&self, cookie: Option<&str>) -> Result<EnrolmentPage, ServiceError> {
        let Some(waiting) = self.waiting(cookie).await? else {
            return Ok(EnrolmentPage::NotUnderWay);
        };
        Ok(EnrolmentPage::Open(EnrolmentView {
            host: self.settings().origins.staff_authority().to_owned(),
            email: waiting.identity.email,
            name: waiting.identity.name,
            provider: waiting.provider.name,
            minutes_left: waiting.expires.since(self.now()).as_secs().div_ceil(60),
            error: None,
        }))
    }

    /// Claims an account with its token. All of it happens in one transaction, or nothing.
    ///
    /// # Errors
    /// Invalid with the field `enrollment_token`, each kind recorded; a failed sign-in when none waits for a token; denied from a
    /// wrong network, where the token is not even looked at and stays what it is.
    pub async fn enrol(
        &self,
        visitor: &Visitor,
        cookie: Option<&str>,
        token: &str,
    ) -> Result<Claimed, ServiceError> {
        self.look_at_rules().await?;
        let Some(waiting) = self.waiting(cookie).await? else {
            return Err(ServiceError::SignIn(SignInFailure::NotUnderWay));
        };
        let now = self.now();
        if let Some(decision) = self.network_refusal(visitor, now) {
            return Err(self.refused_outside(visitor, &waiting, decision).await);
        }
        self.note_try(visitor, &waiting).await?;
        // What cannot be a token is looked for like any other: nobody ever gets the one that stands in for it.
        let typed = Reference::parse(token.trim());
        let looked_for = typed.clone().unwrap_or_else(|| Reference::from_random([0; 32]));
        let found = staff::find_by_token(&mut self.db().reader(), &looked_for.digest(), now).await?;
        let (Some(token), Some(staff)) = (typed, found) else {
            return Err(self
                .refused(visitor, &waiting, None, SignInFailure::TokenUnknown)
                .await);
        };
        if normalise(&staff.email) != normalise(&waiting.identity.email) {
            let refused = self.refused(visitor, &waiting, Some(&staff), SignInFailure::TokenOfAnother);
            return Err(refused.await);
        }
        match self.claim(visitor, &waiting, &staff, &token, now).await {
            Err(ServiceError::SignIn(failure)) => {
                Err(self.refused(visitor, &waiting, Some(&staff), failure).await)
            }
            other => other,
        }
    }

    async fn note_try(&self, visitor: &Visitor, waiting: &Waiting) -> Result<(), ServiceError> {
        let id = waiting.id;
        let counted = self
            .db()
            .write(move |mut tx| {
                Box::pin(async move {
                    let counted = sign_in::note_try(&mut tx, id, TRIES).await?;
                    if !counted {
                        sign_in::delete(&mut tx, id).await?;
                    }
                    Ok::<_, ServiceError>(tx.commit_unaudited(Unaudited::RateCounter, counted).await?)
                })
            })
            .await?;
        if counted {
            return Ok(());
        }
        let recorded = self
            .refused(visitor, waiting, None, SignInFailure::TokenTries)
            .await;
        Err(recorded)
    }

    async fn claim(
        &self,
        visitor: &Visitor,
        waiting: &Waiting,
        staff: &Staff,
        token: &Reference,
        now: Timestamp,
    ) -> Result<Claimed, ServiceError> {
        let unknown = ServiceError::SignIn(SignInFailure::TokenUnknown);
        let Ok(StaffState::Claimed { until: Some(until) }) = staff.state.claim(now) else {
            return Err(unknown);
        };
        let claim = staff::Claim {
            token: token.digest(),
            provider: waiting.provider.id,
            subject: waiting.identity.subject.clone(),
            email: waiting.identity.email.clone(),
            until,
        };
        let reference = fresh_reference(self.rng());
        let identified = Identified {
            id: fresh_id(self.rng(), now),
            reference: reference.digest(),
            provider: waiting.provider.id,
            staff: staff.id,
            session: waiting.identity.session.clone(),
            vouched: waiting.vouched,
            id_token: waiting.identity.id_token.clone(),
            expires: until,
        };
        let mut story = self.story(waiting);
        story.target = Some(Target::Staff(staff.id));
        let batch = self.record(visitor, &Self::known(staff, now), story, now).await?;
        let (former, person) = (waiting.id, staff.id);
        self.db()
            .write(move |mut tx| {
                let (claim, identified, batch) = (claim.clone(), identified.clone(), batch.clone());
                Box::pin(async move {
                    // The second of two racers finds the token gone, and nothing is half done.
                    if !staff::claim(&mut tx, &claim, now).await? {
                        return Err(ServiceError::SignIn(SignInFailure::TokenUnknown));
                    }
                    // No code of whoever had the account before counts for whoever has it now.
                    code::void(&mut tx, person).await?;
                    sign_in::delete(&mut tx, former).await?;
                    sign_in::insert_identified(&mut tx, &identified, now).await?;
                    Ok::<_, ServiceError>(tx.commit(batch, ()).await?)
                })
            })
            .await?;
        Ok(Claimed { reference })
    }

    fn story(&self, waiting: &Waiting) -> Story {
        let mut story = Story::new(Event::StaffEnrol);
        story.facts.insert(Field::Provider, waiting.provider.name.clone());
        story
    }

    /// The person as they are known until the account is theirs: a stranger with a proven address.
    fn bearer(waiting: &Waiting) -> Acting {
        Acting {
            actor: Actor::Anonymous,
            person: Some(Person {
                id: waiting.id.to_string(),
                name: waiting.identity.email.clone(),
                email: waiting.identity.email.clone(),
            }),
            subject: None,
            marks: Marks::none(),
        }
    }

    /// Tells of a token that was brought from a wrong network, once a minute, and gives the error to return.
    async fn refused_outside(
        &self,
        visitor: &Visitor,
        waiting: &Waiting,
        decision: Decision,
    ) -> ServiceError {
        let mut story = self.story(waiting);
        story.outcome = decision.reason().map_or(Outcome::Success, Outcome::Denied);
        story.verdicts = Some(decision.verdicts);
        let once = Some(format!("enrollment/outside/{}", waiting.id));
        let told = self.tell_refused_try(visitor, Self::bearer(waiting), story, once);
        told.await.err().unwrap_or(ServiceError::Denied(decision))
    }

    /// Tells of a refused token, behind the answer, and gives the error to return.
    async fn refused(
        &self,
        visitor: &Visitor,
        waiting: &Waiting,
        meant_for: Option<&Staff>,
        failure: SignInFailure,
    ) -> ServiceError {
        let mut story = self.story(waiting);
        story.outcome = Outcome::Failed(failure.code());
        story.target = meant_for.map(|staff| Target::Staff(staff.id));
        story.target_person = meant_for.map(crate::op::person);
        let told = self
            .tell_refused_try(visitor, Self::bearer(waiting), story, None)
            .await;
        match (told, ServiceError::SignIn(failure).field_words()) {
            (Err(error), _) => error,
            (Ok(()), Some(words)) => ServiceError::field(FieldError::new("enrollment_token", words)),
            (Ok(()), None) => ServiceError::SignIn(failure),
        }
    }
}
