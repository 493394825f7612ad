//! Codes of staff, for when the passkey is not at hand: those of an authenticator app, where policy allows the fallback,
//! and recovery codes, which let their person register a new passkey and nothing else (spec 01, ADR 0021).
//!
//! A try is counted before it is looked at, and forgotten when it was right, so that no burst of guesses gets more of them
//! looked at than the thresholds allow. Whatever is wrong, the person hears one sentence; the audit knows which.

mod own;
mod recovery;
pub mod totp;

use stagedoor_core::action::Action;
use stagedoor_core::assurance::FactorKind;
use stagedoor_core::attempts::{AttemptRule, Attempts, Barred, CodeKind};
use stagedoor_core::audit::{Event, Field, Outcome, Target};
use stagedoor_core::guard_policy::{Caller, Guard};
use stagedoor_core::id::StaffId;
use stagedoor_core::role::StaffRole;
use stagedoor_core::time::Timestamp;
use stagedoor_store::code;
use stagedoor_store::staff::Staff;
use stagedoor_store::tx::Unaudited;

pub(crate) use own::codes_view;
pub use own::{begin_app, confirm_app, open_codes, remove_app, renew_recovery, seal_codes, waiting_app};
pub use recovery::FEW;

use self::totp::Matched;
use crate::crypto::Purpose;
use crate::error::ServiceError;
use crate::op::person;
use crate::recorder::{Acting, Story};
use crate::state::Service;
use crate::visitor::Visitor;

/// Why a code is refused: a code for the audit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CodeFault {
    /// It is none of the person's, or they have none.
    Wrong,
    /// It was theirs, and was taken already.
    Used,
    /// No code of theirs is looked at now.
    Barred(Barred),
}

impl CodeFault {
    /// The stable code that the audit stores.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Wrong => "code_wrong",
            Self::Used => "code_used",
            Self::Barred(barred) => barred.code(),
        }
    }
}

/// A code that was right. It is not taken before its write.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum GoodCode {
    /// The one of a step of time.
    Totp(u64),
    /// A recovery code, by its digest.
    Recovery([u8; 32]),
}

/// A try that was counted, and what came of it.
pub(crate) struct Tried {
    kind: CodeKind,
    counted: Result<Attempts, Barred>,
    /// The code, or what is wrong with it.
    pub(crate) found: Result<GoodCode, CodeFault>,
}

/// A secret is sealed for the row that it stands in.
fn place(owner: impl std::fmt::Display) -> Vec<u8> {
    format!("totp/{owner}").into_bytes()
}

impl Service {
    /// Whether policy lets a role sign in by a code of an authenticator app.
    pub(crate) fn allows_app(&self, role: StaffRole) -> bool {
        let guard = Guard::of(&self.policy(), Caller::Staff(role), Action::StaffSignIn);
        guard.factor.kinds.contains(FactorKind::Totp)
    }

    fn recovery_key(&self) -> [u8; 32] {
        self.vault().secret("recovery-code")
    }

    /// A fresh secret for somebody's app, sealed: the demo's data has one.
    pub(crate) fn made_up_app(&self, staff: StaffId) -> Vec<u8> {
        let mut secret = [0_u8; totp::SECRET];
        self.rng().fill(&mut secret);
        let key = self.vault().key(Purpose::TotpSecret);
        key.seal(self.rng(), &place(staff), &secret)
    }

    /// The secret of somebody's app, opened, and the last step that was taken.
    pub(crate) async fn app_secret(&self, staff: StaffId) -> Result<Option<(Vec<u8>, u64)>, ServiceError> {
        let found = code::find_totp(&mut self.db().reader(), staff).await?;
        let key = self.vault().key(Purpose::TotpSecret);
        Ok(found.and_then(|app| Some((key.open(&place(staff), &app.secret).ok()?, app.last_step))))
    }

    /// Counts a try at somebody's codes, then looks at it. One that is barred is looked at as well, and what was found is thrown away:
    /// it costs the same.
    ///
    /// # Errors
    /// When the database cannot be used.
    pub(crate) async fn try_code(
        &self,
        staff: StaffId,
        kind: CodeKind,
        typed: &str,
    ) -> Result<Tried, ServiceError> {
        let counted = self.count_code_try(staff, kind).await?;
        let looked_at = self.look_at(staff, kind, typed, self.now()).await?;
        let found = match counted {
            Err(barred) => Err(CodeFault::Barred(barred)),
            Ok(_) => looked_at,
        };
        Ok(Tried { kind, counted, found })
    }

    async fn count_code_try(
        &self,
        staff: StaffId,
        kind: CodeKind,
    ) -> Result<Result<Attempts, Barred>, ServiceError> {
        let (rule, now) = (self.policy().code_attempts, self.now());
        self.db()
            .write(move |mut tx| {
                Box::pin(async move {
                    let counted = code::take_attempt(&mut tx, (staff, kind), rule, now).await?;
                    Ok::<_, ServiceError>(tx.commit_unaudited(Unaudited::RateCounter, counted).await?)
                })
            })
            .await
    }

    async fn look_at(
        &self,
        staff: StaffId,
        kind: CodeKind,
        typed: &str,
        now: Timestamp,
    ) -> Result<Result<GoodCode, CodeFault>, ServiceError> {
        self.note_code_compared();
        match kind {
            CodeKind::Totp => {
                // Without an app the same work is done, on a secret that nobody has.
                let found = self.app_secret(staff).await?;
                let known = found.is_some();
                let (secret, last) = found.unwrap_or_else(|| (vec![0; totp::SECRET], 0));
                Ok(match totp::matched(&secret, typed, Some(last), now) {
                    Matched::Fresh(step) if known => Ok(GoodCode::Totp(step)),
                    Matched::Used if known => Err(CodeFault::Used),
                    _ => Err(CodeFault::Wrong),
                })
            }
            CodeKind::Recovery => {
                let digest = recovery::digest(&self.recovery_key(), staff, typed);
                let has = code::has_recovery(&mut self.db().reader(), staff, &digest).await?;
                Ok(has.then_some(GoodCode::Recovery(digest)).ok_or(CodeFault::Wrong))
            }
        }
    }

    /// Tells of a try that was refused, as the story tells it. What followed from it, codes that are suspended or locked, is
    /// written with it at once; any other is told behind the answer, so that what is barred costs the same as what is wrong. Of what
    /// is barred one a minute is told, so that nobody can fill a log.
    ///
    /// # Errors
    /// When what followed could not be written down.
    pub(crate) async fn refuse_code(
        &self,
        visitor: &Visitor,
        (acting, staff): (&Acting, &Staff),
        (mut story, tried, fault): (Story, &Tried, CodeFault),
    ) -> Result<(), ServiceError> {
        story.outcome = Outcome::Failed(fault.code());
        let Some(followed) = followed(tried, staff, self.policy().code_attempts) else {
            let once = matches!(fault, CodeFault::Barred(_))
                .then(|| format!("codes/barred/{}/{}", tried.kind.as_str(), staff.id));
            return self.tell_refused_try(visitor, acting.clone(), story, once).await;
        };
        let now = self.now();
        let refused = self.record(visitor, acting, story, now).await?;
        let followed = self.record(visitor, &Acting::itself(), followed, now).await?;
        self.commit_only(refused.and_all(followed)).await
    }

    /// Settles a try whose code was right, where what it was for did not happen. A right code is used up and clears the tries
    /// before it whatever follows, so that nobody is locked for codes that were right; where another request was faster with
    /// it, what follows from the try is written down.
    ///
    /// # Errors
    /// When it could not be written.
    pub(crate) async fn settle_code(
        &self,
        visitor: &Visitor,
        (acting, staff): (&Acting, &Staff),
        (tried, good): (&Tried, GoodCode),
    ) -> Result<(), ServiceError> {
        let (person, now) = (staff.id, self.now());
        let GoodCode::Totp(_) = good else {
            // A recovery code that did nothing stays its owner's.
            return self.forget_tries(person, CodeKind::Recovery).await;
        };
        let batch = self
            .record(visitor, acting, Story::new(Event::TotpUse), now)
            .await?;
        let spent = self.db().write(move |mut tx| {
            let batch = batch.clone();
            Box::pin(async move {
                if take(&mut tx, person, good, now).await?.is_err() {
                    return Err(ServiceError::Moved);
                }
                Ok::<_, ServiceError>(tx.commit(batch, ()).await?)
            })
        });
        match spent.await {
            Err(ServiceError::Moved) => self.tell_followed(visitor, staff, tried).await,
            spent => spent,
        }
    }

    async fn forget_tries(&self, staff: StaffId, kind: CodeKind) -> Result<(), ServiceError> {
        self.db()
            .write(move |mut tx| {
                Box::pin(async move {
                    code::forget_attempts(&mut tx, staff, kind).await?;
                    Ok::<_, ServiceError>(tx.commit_unaudited(Unaudited::RateCounter, ()).await?)
                })
            })
            .await
    }

    /// Writes down what followed from a try that stays counted, where something did.
    ///
    /// # Errors
    /// When it could not be written down.
    pub(crate) async fn tell_followed(
        &self,
        visitor: &Visitor,
        staff: &Staff,
        tried: &Tried,
    ) -> Result<(), ServiceError> {
        let Some(followed) = followed(tried, staff, self.policy().code_attempts) else {
            return Ok(());
        };
        let batch = self
            .record(visitor, &Acting::itself(), followed, self.now())
            .await?;
        self.commit_only(batch).await
    }
}

/// What a wrong code brought about: the threshold that it reached.
fn followed(tried: &Tried, staff: &Staff, rule: AttemptRule) -> Option<Story> {
    let attempts = tried.counted.ok()?;
    let mut story = match attempts.suspended_until {
        _ if attempts.failures == rule.lock_after => Story::new(Event::CodesLock),
        Some(until) => {
            let mut story = Story::new(Event::CodesSuspend);
            story.facts.insert(Field::Until, until.to_string());
            story
        }
        None => return None,
    };
    story.target = Some(Target::Staff(staff.id));
    story.target_person = Some(person(staff));
    story.facts.insert(Field::Factor, tried.kind.as_str().to_owned());
    Some(story)
}

/// Takes a code that was right, in the write of what it proves, and forgets the tries before it. Of two who bring one code,
/// one is too late.
///
/// # Errors
/// When the database cannot be written.
pub(crate) async fn take(
    tx: &mut stagedoor_store::WriteTx,
    staff: StaffId,
    good: GoodCode,
    now: Timestamp,
) -> Result<Result<(), CodeFault>, ServiceError> {
    let (taken, kind) = match good {
        GoodCode::Totp(step) => (code::use_totp(tx, staff, step, now).await?, CodeKind::Totp),
        GoodCode::Recovery(digest) => (
            code::use_recovery(tx, staff, &digest, now).await?,
            CodeKind::Recovery,
        ),
    };
    if !taken {
        return Ok(Err(CodeFault::Used));
    }
    code::forget_attempts(tx, staff, kind).await?;
    Ok(Ok(()))
}
