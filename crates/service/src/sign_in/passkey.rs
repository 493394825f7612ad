//! The passkey step: a ceremony is begun, finished once, and a session starts.
//!
//! The state of a ceremony is taken from the database before it is checked, so that a replayed assertion finds none.

use serde_json::Value;
use stagedoor_core::assurance::{FactorKind, ProvenFactor};
use stagedoor_core::audit::{AuditBatch, Event, Outcome, Target};
use stagedoor_core::decision::Reason;
use stagedoor_core::id::{PasskeyId, SessionId};
use stagedoor_core::impersonation::VisitEnd;
use stagedoor_core::secret::{Reference, ReferenceDigest};
use stagedoor_core::session::{SessionEnd, SessionState};
use stagedoor_core::time::Timestamp;
use stagedoor_store::passkey::{self, NewPasskey};
use stagedoor_store::session::{self, NewSession, StaffSession};
use stagedoor_store::sign_in::{self, CeremonyKind};
use stagedoor_store::staff::{self, Staff, StaffState};
use stagedoor_store::tx::Unaudited;
use webauthn_rs::prelude::Passkey;

use crate::crypto::Purpose;
use crate::error::{ServiceError, SignInFailure};
use crate::impersonation::end_told_visits;
use crate::recorder::Story;
use crate::sign_in::entrance::Known;
use crate::sign_in::{Arrival, CEREMONY_TTL};
use crate::state::Service;
use crate::system::{fresh_id, fresh_reference};
use crate::visitor::Visitor;

/// What a finished ceremony changes.
#[derive(Clone)]
enum Proof {
    Registered(NewPasskey),
    Used { id: PasskeyId, passkey: String },
}

impl Proof {
    /// The passkey that was proved.
    const fn passkey(&self) -> PasskeyId {
        match self {
            Self::Registered(key) => key.id,
            Self::Used { id, .. } => *id,
        }
    }
}

impl Service {
    /// Begins the ceremony that the person needs: registration of a first passkey, or use of one.
    ///
    /// # Errors
    /// A failed sign-in when none is under way.
    pub async fn begin_passkey(
        &self,
        visitor: &Visitor,
        cookie: Option<&str>,
    ) -> Result<Value, ServiceError> {
        let Some(known) = self.identified(cookie).await? else {
            return Err(self
                .failed(visitor, &Self::stranger(), None, SignInFailure::NotUnderWay)
                .await);
        };
        let keys = self.stored_passkeys(known.staff.id).await?;
        if keys.is_empty() && !matches!(known.staff.state, StaffState::Claimed { .. }) {
            // An active account without a passkey is a matter of recovery, never of a silent registration.
            return Err(self
                .refuse_entry(visitor, &known.provider, &known.staff, Reason::FactorMissing)
                .await);
        }
        let (kind, begun) = if keys.is_empty() {
            (
                CeremonyKind::Register,
                self.start_registration(&known.staff, &keys)?,
            )
        } else {
            (CeremonyKind::Authenticate, self.start_use(&keys)?)
        };
        self.put_ceremony(&known, kind, &begun.state).await?;
        Ok(begun.options)
    }

    async fn put_ceremony(
        &self,
        known: &Known,
        kind: CeremonyKind,
        state: &[u8],
    ) -> Result<(), ServiceError> {
        let id = known.sign_in.id;
        let sealed = self
            .vault()
            .key(Purpose::SignIn)
            .seal(self.rng(), id.to_string().as_bytes(), state);
        let expires = self.now().plus(CEREMONY_TTL);
        self.db()
            .write(move |mut tx| {
                let sealed = sealed.clone();
                Box::pin(async move {
                    sign_in::put_ceremony(&mut tx, id, kind, &sealed, expires).await?;
                    Ok::<_, ServiceError>(tx.commit_unaudited(Unaudited::SignInState, ()).await?)
                })
            })
            .await
    }

    async fn take_ceremony(
        &self,
        known: &Known,
        kind: CeremonyKind,
    ) -> Result<Option<Vec<u8>>, ServiceError> {
        let (id, now) = (known.sign_in.id, self.now());
        let sealed = self
            .db()
            .write(move |mut tx| {
                Box::pin(async move {
                    let taken = sign_in::take_ceremony(&mut tx, id, kind, now).await?;
                    Ok::<_, ServiceError>(tx.commit_unaudited(Unaudited::SignInState, taken).await?)
                })
            })
            .await?;
        let key = self.vault().key(Purpose::SignIn);
        Ok(sealed.and_then(|sealed| key.open(id.to_string().as_bytes(), &sealed).ok()))
    }

    /// Finishes the ceremony and starts the session. A session of the same browser is replaced.
    ///
    /// # Errors
    /// A failed sign-in, recorded; denied when a guardrail does not hold.
    pub async fn finish_passkey(
        &self,
        visitor: &Visitor,
        cookie: Option<&str>,
        former: Option<&str>,
        credential: &Value,
    ) -> Result<Arrival, ServiceError> {
        let now = self.now();
        let Some(known) = self.identified(cookie).await? else {
            return Err(self
                .failed(visitor, &Self::stranger(), None, SignInFailure::NotUnderWay)
                .await);
        };
        let keys = self.stored_passkeys(known.staff.id).await?;
        let proof = if keys.is_empty() {
            self.finish_registration(&known, credential, now).await?
        } else {
            self.finish_authentication(&known, credential, keys).await?
        };
        let Some(proof) = proof else {
            let acting = Self::known(&known.staff);
            return Err(self
                .failed(visitor, &acting, Some(&known.provider), SignInFailure::Passkey)
                .await);
        };
        self.enter(visitor, known, proof, former.and_then(Reference::parse), now)
            .await
    }

    async fn finish_registration(
        &self,
        known: &Known,
        credential: &Value,
        now: Timestamp,
    ) -> Result<Option<Proof>, ServiceError> {
        if !matches!(known.staff.state, StaffState::Claimed { .. }) {
            return Ok(None);
        }
        let Some(state) = self.take_ceremony(known, CeremonyKind::Register).await? else {
            return Ok(None);
        };
        Ok(self.registered(&state, credential)?.map(|registered| {
            Proof::Registered(NewPasskey {
                id: fresh_id(self.rng(), now),
                staff: known.staff.id,
                name: "First passkey".to_owned(),
                credential_id: registered.credential_id,
                passkey: registered.passkey,
                aaguid: registered.aaguid,
            })
        }))
    }

    async fn finish_authentication(
        &self,
        known: &Known,
        credential: &Value,
        keys: Vec<(PasskeyId, Passkey)>,
    ) -> Result<Option<Proof>, ServiceError> {
        let Some(state) = self.take_ceremony(known, CeremonyKind::Authenticate).await? else {
            return Ok(None);
        };
        let used = self.used(&state, credential, keys)?;
        Ok(used.map(|(id, passkey)| Proof::Used { id, passkey }))
    }

    /// All six guardrails once more, then the session, its entry and what the ceremony changed in one transaction.
    async fn enter(
        &self,
        visitor: &Visitor,
        known: Known,
        proof: Proof,
        former: Option<Reference>,
        now: Timestamp,
    ) -> Result<Arrival, ServiceError> {
        let Known {
            sign_in,
            staff,
            provider,
        } = known;
        // What the account will be once this commits: the first passkey makes a claimed person active.
        let entering = match (&proof, staff.state) {
            (Proof::Registered(_), StaffState::Claimed { .. }) => Staff {
                state: StaffState::Active,
                ..staff.clone()
            },
            _ => staff.clone(),
        };
        let factor = ProvenFactor {
            kind: FactorKind::Passkey,
            at: now,
        };
        let decision = self.entry_decision(visitor, &provider, &entering, Some(factor), now);
        if !decision.is_permit() {
            return Err(self.refuse_decision(visitor, &provider, &staff, decision).await);
        }
        let until = entering
            .account_until
            .map_or(now.plus(self.policy().session_ttl), |end| {
                end.min(now.plus(self.policy().session_ttl))
            });
        let id: SessionId = fresh_id(self.rng(), now);
        let reference = fresh_reference(self.rng());
        let new = NewSession {
            session: StaffSession {
                id,
                staff: staff.id,
                provider: provider.id,
                factor,
                started: now,
                state: SessionState::Active {
                    until,
                    last_seen: now,
                },
            },
            reference: reference.digest(),
            passkey: Some(proof.passkey()),
            address: visitor.address_text(),
            agent: visitor.agent.clone(),
        };
        let mut story = Story::new(Event::StaffSignIn);
        story.verdicts = Some(decision.verdicts);
        story.session = Some(id);
        story.target = Some(Target::Session(id));
        story.facts.insert("provider", provider.name.clone());
        story
            .facts
            .insert("factor", FactorKind::Passkey.as_str().to_owned());
        let mut batch = self.record(visitor, &Self::known(&staff), story, now).await?;
        if let Proof::Registered(key) = &proof {
            let mut registered = Story::new(Event::PasskeyRegister);
            registered.target = Some(Target::Other("passkey", key.id.to_string()));
            registered.outcome = Outcome::Success;
            batch = self
                .record(visitor, &Self::known(&staff), registered, now)
                .await?
                .and_all(batch);
        }
        let ended = match former {
            Some(former) => self.replaced_session(visitor, &former.digest(), now).await?,
            None => None,
        };
        if let Some((_, ends)) = &ended {
            batch = batch.and_all(ends.clone());
        }
        let ended = ended.map(|(session, _)| session);
        self.commit_entry(Entering {
            sign_in: sign_in.id,
            staff: staff.id,
            proof,
            new,
            ended,
            batch,
            now,
        })
        .await?;
        Ok(Arrival { reference, until })
    }

    /// The browser's former session of any person, and the entry of its end.
    async fn replaced_session(
        &self,
        visitor: &Visitor,
        reference: &ReferenceDigest,
        now: Timestamp,
    ) -> Result<Option<(SessionId, AuditBatch)>, ServiceError> {
        let found = session::find(&mut self.db().reader(), reference).await?;
        let Some(former) = found.filter(|session| matches!(session.state, SessionState::Active { .. }))
        else {
            return Ok(None);
        };
        let Some(owner) = staff::find(&mut self.db().reader(), former.staff).await? else {
            return Ok(None);
        };
        let mut story = Story::new(Event::StaffSignOut);
        story.session = Some(former.id);
        story.target = Some(Target::Session(former.id));
        story
            .facts
            .insert("why", SessionEnd::Replaced.as_str().to_owned());
        let batch = self.record(visitor, &Self::known(&owner), story, now).await?;
        let visits = self
            .visit_ends_of_session(visitor, &Self::known(&owner), former.id, now)
            .await?;
        Ok(Some((
            former.id,
            visits.into_iter().fold(batch, AuditBatch::and_all),
        )))
    }

    async fn commit_entry(&self, entering: Entering) -> Result<(), ServiceError> {
        self.db()
            .write(move |mut tx| {
                let entering = entering.clone();
                Box::pin(async move {
                    let Entering {
                        sign_in,
                        staff,
                        proof,
                        new,
                        ended,
                        batch,
                        now,
                    } = entering;
                    // The second of two racers finds the sign-in gone, and nothing is half done.
                    if !sign_in::delete(&mut tx, sign_in).await? {
                        return Err(ServiceError::SignIn(SignInFailure::NotUnderWay));
                    }
                    match proof {
                        Proof::Registered(key) => {
                            if !staff::activate(&mut tx, staff, now).await? {
                                return Err(ServiceError::SignIn(SignInFailure::NotUnderWay));
                            }
                            passkey::insert(&mut tx, &key, now).await?;
                        }
                        Proof::Used { id, passkey } => {
                            if !passkey::note_use(&mut tx, id, &passkey, now).await? {
                                return Err(ServiceError::SignIn(SignInFailure::Passkey));
                            }
                        }
                    }
                    if let Some(former) = ended {
                        session::end(&mut tx, former, now, SessionEnd::Replaced).await?;
                        end_told_visits(&mut tx, &batch, now, VisitEnd::SessionEnded).await?;
                    }
                    session::insert(&mut tx, &new).await?;
                    Ok::<_, ServiceError>(tx.commit(batch, ()).await?)
                })
            })
            .await
    }
}

#[derive(Clone)]
struct Entering {
    sign_in: stagedoor_core::id::SignInId,
    staff: stagedoor_core::id::StaffId,
    proof: Proof,
    new: NewSession,
    ended: Option<SessionId>,
    batch: AuditBatch,
    now: Timestamp,
}
