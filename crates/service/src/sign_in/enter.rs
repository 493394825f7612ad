//! The last step of a sign-in: all six guardrails once more, then the session, its entries and what the ceremony changed
//! in one transaction. A session never starts here without a proved factor.

use stagedoor_core::assurance::{PasskeyLevel, ProvenFactor};
use stagedoor_core::audit::{AuditBatch, Event, Field, Outcome, Target};
use stagedoor_core::guard_policy::SessionRule;
use stagedoor_core::id::{PasskeyId, SessionId, SignInId, StaffId};
use stagedoor_core::impersonation::VisitEnd;
use stagedoor_core::secret::{Reference, ReferenceDigest};
use stagedoor_core::session::{SessionEnd, SessionState};
use stagedoor_core::time::Timestamp;
use stagedoor_store::passkey::{self, NewPasskey};
use stagedoor_store::provider::Provider;
use stagedoor_store::session::{self, NewSession, StaffSession};
use stagedoor_store::staff::{self, Staff, StaffState};
use stagedoor_store::{provider_session, sign_in};

use crate::ceremony::{Fault, Used};
use crate::codes::{self, GoodCode};
use crate::error::{ServiceError, SignInFailure};
use crate::impersonation::end_told_visits;
use crate::narrow;
use crate::recorder::Story;
use crate::sign_in::Arrival;
use crate::sign_in::entrance::Known;
use crate::state::Service;
use crate::system::{fresh_id, fresh_reference};
use crate::visitor::Visitor;

/// What a finished ceremony changes.
#[derive(Clone)]
pub(super) enum Proof {
    /// The first passkey of a claimed person, or the new one of somebody who came with a recovery code.
    Registered(NewPasskey, PasskeyLevel),
    /// A passkey that is known.
    Used(Used),
    /// A code of an authenticator app.
    Code(GoodCode),
}

impl Proof {
    /// The passkey that was proved, where it is one.
    const fn passkey(&self) -> Option<PasskeyId> {
        match self {
            Self::Registered(key, _) => Some(key.id),
            Self::Used(used) => Some(used.id),
            Self::Code(_) => None,
        }
    }

    /// What it proves at a moment.
    fn factor(&self, at: Timestamp) -> ProvenFactor {
        match self {
            Self::Registered(_, level) => ProvenFactor::passkey(*level, at),
            Self::Used(used) => used.factor(at),
            Self::Code(_) => ProvenFactor::code(at),
        }
    }

    /// What the account will be once this commits: the first passkey makes a claimed person active, and so does the app of whom
    /// the demo made. A claim without an end is made by it alone.
    fn account(&self, staff: &Staff) -> Staff {
        match (self, staff.state) {
            (Self::Registered(..), StaffState::Claimed { .. }) => activated(staff),
            (Self::Code(_), _) => Self::by_code(staff),
            _ => staff.clone(),
        }
    }

    /// The same, were a code proved.
    pub(super) fn by_code(staff: &Staff) -> Staff {
        match staff.state {
            StaffState::Claimed { until: None } => activated(staff),
            _ => staff.clone(),
        }
    }
}

/// The account as it is once it is in use.
pub(super) fn activated(staff: &Staff) -> Staff {
    Staff {
        state: StaffState::Active,
        ..staff.clone()
    }
}

/// Whether an account is in use.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Enrolled {
    Yes,
    NotYet,
}

/// All that one sign-in changes at once.
#[derive(Clone)]
struct Entering {
    sign_in: SignInId,
    staff: StaffId,
    /// Whether the account is in use already: then nothing activates it.
    enrolled: Enrolled,
    proof: Proof,
    new: NewSession,
    /// The session at the provider, where it has named it.
    session_there: Option<String>,
    /// Its ID token, sealed, where it is kept.
    id_token: Option<Vec<u8>>,
    ended: Option<SessionId>,
    batch: AuditBatch,
    now: Timestamp,
}

impl Service {
    /// Lets a person in whose factor was proved just now. A session of the same browser is replaced.
    ///
    /// # Errors
    /// Denied when a guardrail does not hold; a failed sign-in when another request was faster.
    pub(super) async fn enter(
        &self,
        visitor: &Visitor,
        known: &Known,
        proof: Proof,
        former: Option<Reference>,
        now: Timestamp,
    ) -> Result<Arrival, ServiceError> {
        self.look_at_rules().await?;
        let (staff, provider) = (&known.staff, &known.provider);
        let entering = proof.account(staff);
        let factor = proof.factor(now);
        let decision = self.entry_decision(
            visitor,
            provider,
            (&entering, known.sign_in.vouched.device),
            Some(factor),
            now,
        );
        if !decision.is_permit() {
            return Err(self.refuse_decision(visitor, provider, staff, decision).await);
        }
        let narrowed = match self.begins_narrowed(&entering, &known.sign_in.wish).await {
            Err(ServiceError::SignIn(failure)) => {
                let acting = Self::known(staff, now);
                return Err(self.failed(visitor, &acting, Some(provider), failure).await);
            }
            narrowed => narrowed?,
        };
        let full = now.plus(SessionRule::of(&self.policy(), entering.role).ttl);
        let until = entering.ends_for(now).map_or(full, |end| end.min(full));
        let session = StaffSession {
            id: fresh_id(self.rng(), now),
            staff: staff.id,
            provider: provider.id,
            factor,
            started: now,
            state: SessionState::Active {
                until,
                last_seen: now,
            },
            vouched: known.sign_in.vouched,
            narrowed,
        };
        let mut story = sign_in_story(&session, provider);
        narrow::mark(&mut story.facts, &session.narrowed);
        story.verdicts = Some(decision.verdicts);
        let batch = self.entry_batch(visitor, staff, story, &proof, now).await?;
        let (ended, batch) = self.with_replaced(visitor, former, batch, now).await?;
        let reference = fresh_reference(self.rng());
        let new = NewSession {
            session,
            reference: reference.digest(),
            passkey: proof.passkey(),
            address: visitor.address_text(),
            agent: visitor.agent.clone(),
        };
        self.commit_entry(Entering {
            sign_in: known.sign_in.id,
            staff: staff.id,
            enrolled: match staff.state {
                StaffState::Active => Enrolled::Yes,
                _ => Enrolled::NotYet,
            },
            proof,
            new,
            session_there: known.sign_in.session.clone(),
            id_token: known.sign_in.id_token.clone(),
            ended,
            batch,
            now,
        })
        .await?;
        Ok(Arrival { reference, until })
    }

    /// The entry of the sign-in, and of the passkey that was registered in it.
    async fn entry_batch(
        &self,
        visitor: &Visitor,
        staff: &Staff,
        story: Story,
        proof: &Proof,
        now: Timestamp,
    ) -> Result<AuditBatch, ServiceError> {
        let batch = self.record(visitor, &Self::known(staff, now), story, now).await?;
        let key = match proof {
            Proof::Registered(key, _) => key,
            Proof::Used(_) => return Ok(batch),
            Proof::Code(_) => {
                let used = Story::new(Event::TotpUse);
                let used = self.record(visitor, &Self::known(staff, now), used, now).await?;
                return Ok(used.and_all(batch));
            }
        };
        let mut registered = Story::new(Event::PasskeyRegister);
        registered.target = Some(Target::Other("passkey", key.id.to_string()));
        registered.outcome = Outcome::Success;
        let first = self
            .record(visitor, &Self::known(staff, now), registered, now)
            .await?;
        Ok(first.and_all(batch))
    }

    /// The browser's former session, which ends with this, and the entries with those of its end.
    async fn with_replaced(
        &self,
        visitor: &Visitor,
        former: Option<Reference>,
        batch: AuditBatch,
        now: Timestamp,
    ) -> Result<(Option<SessionId>, AuditBatch), ServiceError> {
        let ended = match former {
            Some(former) => self.replaced_session(visitor, &former.digest(), now).await?,
            None => None,
        };
        Ok(match ended {
            Some((session, ends)) => (Some(session), batch.and_all(ends)),
            None => (None, batch),
        })
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
        let Some(owner) = staff::find(&mut self.db().reader(), former.staff, now).await? else {
            return Ok(None);
        };
        let mut story = Story::new(Event::StaffSignOut);
        story.session = Some(former.id);
        story.target = Some(Target::Session(former.id));
        story
            .facts
            .insert(Field::Why, SessionEnd::Replaced.as_str().to_owned());
        let batch = self
            .record(visitor, &Self::known(&owner, now), story, now)
            .await?;
        let visits = self
            .visit_ends_of_session(visitor, &Self::known(&owner, now), former.id, now)
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
                    let (now, staff) = (entering.now, entering.staff);
                    // The second of two racers finds the sign-in gone, and nothing is half done.
                    if !sign_in::delete(&mut tx, entering.sign_in).await? {
                        return Err(ServiceError::SignIn(SignInFailure::NotUnderWay));
                    }
                    if entering.enrolled == Enrolled::NotYet && !staff::activate(&mut tx, staff, now).await? {
                        return Err(ServiceError::SignIn(SignInFailure::NotUnderWay));
                    }
                    match entering.proof {
                        Proof::Registered(key, _) => {
                            // Unique over all staff, revoked ones included.
                            match passkey::insert(&mut tx, &key, now).await {
                                Err(stagedoor_store::Error::Conflict { .. }) => {
                                    return Err(refused(Fault::Registered));
                                }
                                stored => stored?,
                            }
                        }
                        Proof::Used(used) => used.note(&mut tx, now).await?.map_err(refused)?,
                        Proof::Code(good) => {
                            let taken = codes::take(&mut tx, staff, good, now).await?;
                            taken.map_err(|fault| ServiceError::SignIn(SignInFailure::OneTimeCode(fault)))?;
                        }
                    }
                    if let Some(former) = entering.ended {
                        session::end(&mut tx, former, now, SessionEnd::Replaced).await?;
                        end_told_visits(&mut tx, &entering.batch, now, VisitEnd::SessionEnded).await?;
                    }
                    session::insert(&mut tx, &entering.new).await?;
                    if let Some(there) = &entering.session_there {
                        provider_session::note(&mut tx, entering.new.session.id, there).await?;
                    }
                    if let Some(sealed) = &entering.id_token {
                        provider_session::keep_token(&mut tx, entering.new.session.id, sealed).await?;
                    }
                    Ok::<_, ServiceError>(tx.commit(entering.batch, ()).await?)
                })
            })
            .await
    }
}

fn refused(fault: Fault) -> ServiceError {
    ServiceError::SignIn(SignInFailure::Passkey(fault))
}

fn sign_in_story(session: &StaffSession, provider: &Provider) -> Story {
    let mut story = Story::new(Event::StaffSignIn);
    story.session = Some(session.id);
    story.target = Some(Target::Session(session.id));
    story.facts.insert(Field::Provider, provider.name.clone());
    story
        .facts
        .insert(Field::Factor, session.factor.kind.as_str().to_owned());
    story
}
