//! A code of an authenticator app in the place of the passkey, where policy lets it prove enough, for one call. A code commits
//! to no call by itself; the step-up that it is typed for does, here, and is spent with it. It never keeps anybody signed in.

use stagedoor_core::assurance::ProvenFactor;
use stagedoor_core::attempts::CodeKind;
use stagedoor_core::audit::{AuditBatch, Event, Field};
use stagedoor_core::decision::Reason;
use stagedoor_core::id::{SessionId, StepUpId};
use stagedoor_core::secret::ReferenceDigest;
use stagedoor_core::step_up::StepUp;
use stagedoor_core::time::Timestamp;
use stagedoor_store::step_up::{self, KeptStepUp};
use stagedoor_store::{WriteTx, session};

use super::ceremony::{next, permitted};
use super::{Finished, Next, Told, open_told, refused, session_end, story};
use crate::codes::{self, CodeFault, GoodCode, Tried};
use crate::error::{ServiceError, SignInFailure};
use crate::op::StaffOp;
use crate::recorder::Story;
use crate::system::fresh_reference;

const WRONG: &str = "This code does not count: it may be mistyped, too old, or used already. Nothing was done. Wait for the next one, or use your passkey.";
const OVER: &str = "Your session has ended. Nothing was done.";

/// Proves a call by a code: the call may come, or the form that was kept is ready to be sent again. The session gets
/// another reference.
///
/// # Errors
/// Denied, with the reason, when there is no such call, not any more, or it asks for a passkey; conflict for a code that does
/// not count: then the call waits for another.
pub async fn finish_with_code(op: &StaffOp, id: StepUpId, typed: &str) -> Result<Finished, ServiceError> {
    let permit = permitted(op).await?;
    let (service, session, now) = (op.service(), op.session().id, op.now());
    let found = step_up::find(&mut service.db().reader(), id, session).await?;
    let told = found.as_ref().and_then(|kept| open_told(op, kept));
    let (Some(kept), Some(told)) = (found, told) else {
        return Err(refused(op, story(op, Some(id), None), Reason::StepUpGone).await);
    };
    let operation = told.operation.clone();
    let about = || story(op, Some(id), Some(&operation));
    if !told.code_will_do {
        return Err(refused(op, about(), Reason::FactorNotAllowed).await);
    }
    let begun = kept.step_up.begin(now);
    let proved = match begun.and_then(|begun| begun.prove(ProvenFactor::code(now))) {
        Ok(proved) => proved,
        Err(reason) => return Err(refused(op, about(), reason).await),
    };
    let mut used = Story::new(Event::TotpUse);
    used.facts.insert(Field::StepUp, id.to_string());
    used.facts.insert(Field::Operation, operation.clone());
    let tried = service.try_code(op.staff().id, CodeKind::Totp, typed).await?;
    let good = match tried.found {
        Ok(good) => good,
        Err(fault) => return Err(wrong(op, (used, &tried, fault)).await),
    };
    let mut proving = about();
    proving.verdicts = Some(permit.decision().verdicts);
    let of = Proving {
        kept,
        told,
        proved,
        good,
        stories: (used.clone(), proving),
    };
    match finish(op, id, of).await {
        Ok(finished) => Ok(finished),
        Err(error) => Err(settled(op, error, (used, &tried, good)).await),
    }
}

/// What a code that was right leaves behind where what it was for did not happen.
async fn settled(
    op: &StaffOp,
    error: ServiceError,
    (used, tried, good): (Story, &Tried, GoodCode),
) -> ServiceError {
    if let ServiceError::SignIn(SignInFailure::OneTimeCode(fault)) = error {
        return wrong(op, (used, tried, fault)).await;
    }
    let acting = op.acting();
    let settled = op
        .service()
        .settle_code(op.visitor(), (&acting, op.staff()), (tried, good));
    settled.await.err().unwrap_or(error)
}

/// A call that a right code was typed for.
struct Proving {
    kept: KeptStepUp,
    told: Told,
    proved: StepUp,
    good: GoodCode,
    /// What is told of the code, and of the call.
    stories: (Story, Story),
}

async fn finish(op: &StaffOp, id: StepUpId, of: Proving) -> Result<Finished, ServiceError> {
    let (used, story) = of.stories;
    let batch = op.record(used).await?.and_all(op.record(story).await?);
    let reference = fresh_reference(op.service().rng());
    let next = next(op, of.proved, Some(of.told))?;
    let proved = matches!(next, Next::Again(_)).then_some(KeptStepUp {
        step_up: of.proved,
        ceremony: None,
        ..of.kept
    });
    let done = Done {
        good: of.good,
        spent: id,
        proved,
        rotation: (op.reference(), reference.digest()),
        batch,
    };
    commit(op, done).await?;
    Ok(Finished {
        reference,
        until: session_end(op),
        next,
    })
}

/// A code that does not count is written down, with what was wrong; the person hears less.
async fn wrong(op: &StaffOp, told: (Story, &Tried, CodeFault)) -> ServiceError {
    let acting = op.acting();
    let refused = op
        .service()
        .refuse_code(op.visitor(), (&acting, op.staff()), told);
    refused.await.err().unwrap_or(ServiceError::Conflict(WRONG))
}

/// What a code changes at once.
#[derive(Clone)]
struct Done {
    good: GoodCode,
    /// The call that it was typed for: whoever comes second finds none.
    spent: StepUpId,
    /// What that call is to find, where the server does not send it by itself.
    proved: Option<KeptStepUp>,
    /// The session's reference as the call came with it, and the next.
    rotation: (ReferenceDigest, ReferenceDigest),
    batch: AuditBatch,
}

/// # Errors
/// A failed sign-in for a code that was used meanwhile.
async fn commit(op: &StaffOp, done: Done) -> Result<(), ServiceError> {
    let (session, staff, now) = (op.session().id, op.staff().id, op.now());
    let written = op.service().db().write(move |mut tx| {
        let done = done.clone();
        Box::pin(async move {
            let taken = codes::take(&mut tx, staff, done.good, now).await?;
            taken.map_err(|fault| ServiceError::SignIn(SignInFailure::OneTimeCode(fault)))?;
            prove(&mut tx, session, &done, now).await?;
            Ok::<_, ServiceError>(tx.commit(done.batch, ()).await?)
        })
    });
    written.await
}

async fn prove(
    tx: &mut WriteTx,
    session: SessionId,
    done: &Done,
    now: Timestamp,
) -> Result<(), ServiceError> {
    if step_up::take(tx, done.spent, session).await?.is_none() {
        return Err(ServiceError::Conflict(WRONG));
    }
    if let Some(proved) = &done.proved {
        step_up::insert(tx, proved).await?;
    }
    if !session::rotate(tx, session, (&done.rotation.0, &done.rotation.1), now).await? {
        return Err(ServiceError::Conflict(OVER));
    }
    Ok(())
}
