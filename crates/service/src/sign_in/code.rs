//! The last step of a sign-in without a passkey: a code of an authenticator app, where policy allows it for the role, or a
//! recovery code, which starts no session but lets its person register a new passkey in this very sign-in.

use stagedoor_core::assurance::{PasskeyLevel, ProvenFactor};
use stagedoor_core::attempts::CodeKind;
use stagedoor_core::audit::{AuditBatch, Event, Field};
use stagedoor_core::decision::Decision;
use stagedoor_core::guard::{Guardrail, Verdict};
use stagedoor_core::id::{SessionId, SignInId, StaffId};
use stagedoor_core::impersonation::VisitEnd;
use stagedoor_core::secret::{Reference, ReferenceDigest};
use stagedoor_core::session::SessionEnd;
use stagedoor_core::staff::StaffState;
use stagedoor_core::time::Timestamp;
use stagedoor_store::{WriteTx, code, session, sign_in};

use crate::codes::{self, CodeFault, GoodCode, Tried};
use crate::error::{ServiceError, SignInFailure};
use crate::impersonation::end_told_visits;
use crate::recorder::Story;
use crate::retry::again;
use crate::sign_in::enter::Proof;
use crate::sign_in::entrance::Known;
use crate::sign_in::{Arrival, IDENTIFIED_TTL, Recovered};
use crate::state::Service;
use crate::system::fresh_reference;
use crate::visitor::Visitor;

/// All that a recovery code changes at once.
#[derive(Clone)]
struct Recovering {
    sign_in: SignInId,
    staff: StaffId,
    good: GoodCode,
    reference: ReferenceDigest,
    ending: Vec<SessionId>,
    batch: AuditBatch,
    now: Timestamp,
}

impl Service {
    /// Starts the session by a code of the person's authenticator app. A session of the same browser is replaced.
    ///
    /// # Errors
    /// A failed sign-in, recorded; denied when policy asks for a passkey, or another guardrail does not hold.
    pub async fn finish_code(
        &self,
        visitor: &Visitor,
        cookie: Option<&str>,
        former: Option<&str>,
        typed: &str,
    ) -> Result<Arrival, ServiceError> {
        let known = self.known_for_code(visitor, cookie).await?;
        let now = self.now();
        // As if the code were right: what else stands in the way is told first, and costs no try. Only what the session shall be
        // narrowed to is not: whoever proved nothing learns of no tenant.
        let factor = Some(ProvenFactor::code(now));
        let (entering, device) = known.by_code();
        let decision = self.entry_decision(visitor, &known.provider, (&entering, device), factor, now);
        if !decision.is_permit() {
            return Err(self.refuse_before(visitor, &known, decision).await);
        }
        let tried = self.try_code(known.staff.id, CodeKind::Totp, typed).await?;
        let entered = match tried.found {
            Ok(good) => {
                let former = former.and_then(Reference::parse);
                let entered = self.enter(visitor, &known, Proof::Code(good), former, self.now());
                self.settled(visitor, &known, (&tried, good), entered.await).await
            }
            Err(fault) => Err(ServiceError::SignIn(SignInFailure::OneTimeCode(fault))),
        };
        match entered {
            Err(ServiceError::SignIn(failure @ SignInFailure::OneTimeCode(fault))) => {
                let story = Story::new(Event::TotpUse);
                Err(self
                    .refused_code(visitor, &known, (story, &tried, fault), failure)
                    .await)
            }
            entered => entered,
        }
    }

    /// Uses a recovery code. It is gone, the person's sessions end with their visits, and all that this sign-in leads to is
    /// a new passkey.
    ///
    /// # Errors
    /// A failed sign-in, recorded; denied when a guardrail but that of the factor does not hold.
    pub async fn recover_sign_in(
        &self,
        visitor: &Visitor,
        cookie: Option<&str>,
        typed: &str,
    ) -> Result<Recovered, ServiceError> {
        let known = self.known_for_code(visitor, cookie).await?;
        let now = self.now();
        // As if the passkey that will be registered were proved: what else stands in the way is told first.
        let factor = ProvenFactor::passkey(PasskeyLevel::Attested, now);
        let (provider, staff) = (&known.provider, &known.staff);
        let decision = self.entry_decision(visitor, provider, known.person(), Some(factor), now);
        if !decision.is_permit() || staff.state != StaffState::Active {
            return Err(self.refuse_before(visitor, &known, decision).await);
        }
        let tried = self.try_code(staff.id, CodeKind::Recovery, typed).await?;
        let recovered = match tried.found {
            Ok(good) => {
                let recovered = again(|| self.recover_with(visitor, &known, good)).await;
                self.settled(visitor, &known, (&tried, good), recovered).await
            }
            Err(fault) => Err(ServiceError::SignIn(SignInFailure::RecoveryCode(fault))),
        };
        match recovered {
            Err(ServiceError::SignIn(failure @ SignInFailure::RecoveryCode(fault))) => {
                let mut story = Story::new(Event::RecoveryUse);
                story.facts.insert(Field::Provider, provider.name.clone());
                Err(self
                    .refused_code(visitor, &known, (story, &tried, fault), failure)
                    .await)
            }
            recovered => recovered,
        }
    }

    async fn known_for_code(&self, visitor: &Visitor, cookie: Option<&str>) -> Result<Known, ServiceError> {
        self.look_at_rules().await?;
        match self.identified(cookie).await? {
            Some(known) => Ok(known),
            None => Err(self
                .failed(visitor, &Self::stranger(), None, SignInFailure::NotUnderWay)
                .await),
        }
    }

    /// Refuses somebody whose code was not looked at: where it was supposed to be right, nobody is told that it was.
    async fn refuse_before(&self, visitor: &Visitor, known: &Known, supposed: Decision) -> ServiceError {
        let decision = match supposed.verdicts.get(Guardrail::Mfa) {
            Verdict::Fail(_) => supposed,
            Verdict::Pass | Verdict::NotRequired => Decision {
                outcome: supposed.outcome,
                ..self.entry_decision(visitor, &known.provider, known.person(), None, self.now())
            },
        };
        self.refuse_decision(visitor, &known.provider, &known.staff, decision)
            .await
    }

    /// What came of a code that was right. Where it led nowhere, for a reason that is not the code's, its try is settled.
    async fn settled<T>(
        &self,
        visitor: &Visitor,
        known: &Known,
        tried: (&Tried, GoodCode),
        came: Result<T, ServiceError>,
    ) -> Result<T, ServiceError> {
        if let Err(error) = &came
            && !matches!(
                error,
                ServiceError::SignIn(SignInFailure::OneTimeCode(_) | SignInFailure::RecoveryCode(_))
            )
        {
            let acting = Self::known(&known.staff, self.now());
            self.settle_code(visitor, (&acting, &known.staff), tried).await?;
        }
        came
    }

    /// Records that an identified person's code was refused, then gives the error to return.
    async fn refused_code(
        &self,
        visitor: &Visitor,
        known: &Known,
        told: (Story, &Tried, CodeFault),
        failure: SignInFailure,
    ) -> ServiceError {
        let acting = Self::known(&known.staff, self.now());
        match self.refuse_code(visitor, (&acting, &known.staff), told).await {
            Ok(()) => ServiceError::SignIn(failure),
            Err(error) => error,
        }
    }

    async fn recover_with(
        &self,
        visitor: &Visitor,
        known: &Known,
        good: GoodCode,
    ) -> Result<Recovered, ServiceError> {
        let (staff, now) = (&known.staff, self.now());
        let ex = &mut self.db().reader();
        let left = code::count_recovery(ex, staff.id).await?.saturating_sub(1);
        let open = session::list_of_staff(ex, staff.id).await?;
        let ending: Vec<SessionId> = open.iter().map(|session| session.id).collect();
        let mut story = Story::new(Event::RecoveryUse);
        story.facts.insert(Field::Provider, known.provider.name.clone());
        story.facts.insert(Field::Left, left.to_string());
        story.facts.insert(Field::SessionsEnded, ending.len().to_string());
        let acting = Self::known(staff, now);
        // Every super admin has to hear of this entry: it is critical.
        let mut batch = self.record(visitor, &acting, story, now).await?;
        for session in &ending {
            let visits = self
                .visit_ends_of_session(visitor, &acting, *session, now)
                .await?;
            batch = visits.into_iter().fold(batch, AuditBatch::and_all);
        }
        let reference = fresh_reference(self.rng());
        let recovering = Recovering {
            sign_in: known.sign_in.id,
            staff: staff.id,
            good,
            reference: reference.digest(),
            ending,
            batch,
            now,
        };
        self.db()
            .write(move |mut tx| {
                let recovering = recovering.clone();
                Box::pin(async move {
                    recover(&mut tx, &recovering).await?;
                    Ok::<_, ServiceError>(tx.commit(recovering.batch, ()).await?)
                })
            })
            .await?;
        Ok(Recovered { reference })
    }
}

async fn recover(tx: &mut WriteTx, recovering: &Recovering) -> Result<(), ServiceError> {
    let (staff, now) = (recovering.staff, recovering.now);
    let taken = codes::take(tx, staff, recovering.good, now).await?;
    taken.map_err(|fault| ServiceError::SignIn(SignInFailure::RecoveryCode(fault)))?;
    let open = session::list_of_staff(tx, staff).await?;
    if !open
        .iter()
        .map(|session| session.id)
        .eq(recovering.ending.iter().copied())
    {
        // Somebody came in, or went, between the look and the write.
        return Err(ServiceError::Moved);
    }
    let expires = now.plus(IDENTIFIED_TTL);
    let one = (recovering.sign_in, staff);
    if !sign_in::recover(tx, one, &recovering.reference, (now, expires)).await? {
        return Err(ServiceError::SignIn(SignInFailure::NotUnderWay));
    }
    for session in &recovering.ending {
        if !session::end(tx, *session, now, SessionEnd::Revoked).await? {
            return Err(ServiceError::Moved);
        }
    }
    end_told_visits(tx, &recovering.batch, now, VisitEnd::SessionEnded).await
}
