//! The passkey signs for one call. The kept call is taken before the answer is checked, so that a replayed one finds none.

use serde_json::Value;
use stagedoor_core::action::Action;
use stagedoor_core::action::kind::StaffStepUp;
use stagedoor_core::assurance::{PasskeyLevel, ProvenFactor};
use stagedoor_core::audit::{AuditBatch, Field};
use stagedoor_core::decision::Reason;
use stagedoor_core::id::StepUpId;
use stagedoor_core::permit::Permit;
use stagedoor_core::secret::Reference;
use stagedoor_core::step_up::{PROOF_TTL, StepUp, StepUpState};
use stagedoor_store::session;
use stagedoor_store::step_up::{self, Challenge, KeptStepUp};
use stagedoor_store::tx::Unaudited;

use super::bind::{bound, is_bound};
use super::{Finished, Next, Told, open_told, own_session, place, refused, session_end, story};
use crate::ceremony::{Fault, Used};
use crate::crypto::Purpose;
use crate::error::{ServiceError, SignInFailure};
use crate::op::StaffOp;
use crate::system::fresh_reference;

const NOT_VERIFIED: &str = "The passkey could not be verified. Nothing was done; try again.";
const NO_PASSKEY: &str = "You have no passkey that could sign this. A super admin can let you enrol again.";

pub(super) async fn permitted(op: &StaffOp) -> Result<Permit<StaffStepUp>, ServiceError> {
    let granted = op.require::<StaffStepUp>(&own_session(op)).await?;
    Ok(granted.discharge(()))
}

/// Begins to prove a passkey for a call that was challenged. Returns what the browser is asked; the answer, and the call,
/// are due in a minute.
///
/// # Errors
/// Denied, with the reason, when there is no such call in the caller's session, or not any more.
pub async fn begin(op: &StaffOp, id: StepUpId) -> Result<Value, ServiceError> {
    permitted(op).await?;
    let (session, now) = (op.session().id, op.now());
    let found = step_up::find(&mut op.service().db().reader(), id, session).await?;
    let Some(kept) = found else {
        return Err(refused(op, story(op, Some(id), None), Reason::StepUpGone).await);
    };
    if let Err(reason) = kept.step_up.begin(now) {
        return Err(refused(op, story(op, Some(id), None), reason).await);
    }
    let known = op.service().stored_passkeys(op.staff().id).await?;
    // Who has no passkey is told so after the same work, and their call waits as long as before.
    let bound = match known.is_empty() {
        true => None,
        false => Some(bound(op.service().start_use(&known)?, &kept.step_up.call)?),
    };
    let state = bound
        .as_ref()
        .map_or(&[][..], |bound| bound.begun.state.as_slice());
    let key = op.service().vault().key(Purpose::StepUp);
    let challenge = Challenge {
        ceremony: key.seal(op.service().rng(), &place(id, "ceremony"), state),
        random: bound.as_ref().map_or([0; 32], |bound| bound.random),
        until: match bound {
            Some(_) => now.plus(PROOF_TTL),
            None => kept.step_up.until,
        },
    };
    let begun = op.service().db().write(move |mut tx| {
        let challenge = challenge.clone();
        Box::pin(async move {
            let begun = step_up::begin(&mut tx, id, session, &challenge, now).await?;
            Ok::<_, ServiceError>(tx.commit_unaudited(Unaudited::SignInState, begun).await?)
        })
    });
    if !begun.await? {
        return Err(refused(op, story(op, Some(id), None), Reason::StepUpGone).await);
    }
    match bound {
        Some(bound) => Ok(bound.begun.options),
        None => Err(ServiceError::Conflict(NO_PASSKEY)),
    }
}

/// Finishes it: the call may come, or the form that was kept is ready to be sent again. The session gets another reference.
///
/// # Errors
/// Denied, with the reason, when there is no such call, or not any more; conflict when the answer does not verify: then the
/// call waits for another try.
pub async fn finish(op: &StaffOp, id: StepUpId, credential: &Value) -> Result<Finished, ServiceError> {
    let permit = permitted(op).await?;
    let Some(kept) = take_begun(op, id).await? else {
        return Err(refused(op, story(op, Some(id), None), Reason::StepUpGone).await);
    };
    let told = open_told(op, &kept);
    let operation = told.as_ref().map(|told| told.operation.as_str());
    let in_time = kept
        .step_up
        .prove(ProvenFactor::passkey(PasskeyLevel::Any, op.now()));
    if let Err(reason) = in_time {
        return Err(refused(op, story(op, Some(id), operation), reason).await);
    }
    let used = match verified(op, &kept, credential).await? {
        Ok(used) => used,
        Err(fault) => return Err(not_verified(op, kept, operation, fault).await),
    };
    // The call waits no longer: the same passkey would only be asked for again.
    if used.level() < op.guard(Action::StaffStepUp).factor.passkey {
        let mut story = story(op, Some(id), operation);
        story.facts.insert(Field::Passkey, used.id.to_string());
        return Err(refused(op, story, Reason::PasskeyTooWeak).await);
    }
    let proved = match kept.step_up.prove(used.factor(op.now())) {
        Ok(proved) => proved,
        Err(reason) => return Err(refused(op, story(op, Some(id), operation), reason).await),
    };
    let mut story = story(op, Some(id), operation);
    story.verdicts = Some(permit.decision().verdicts);
    story.facts.insert(Field::Passkey, used.id.to_string());
    let batch = op.record(story).await?;
    let reference = fresh_reference(op.service().rng());
    let next = next(op, proved, told)?;
    let proved = matches!(next, Next::Again(_)).then(|| KeptStepUp {
        step_up: proved,
        ceremony: None,
        ..kept.clone()
    });
    let done = Done { used, proved, batch };
    match commit(op, done, &reference).await {
        Err(ServiceError::SignIn(SignInFailure::Passkey(fault))) => {
            return Err(not_verified(op, kept, None, fault).await);
        }
        committed => committed?,
    }
    Ok(Finished {
        reference,
        until: session_end(op),
        next,
    })
}

/// A form is sent again at once; any other call comes by itself.
pub(super) fn next(op: &StaffOp, proved: StepUp, told: Option<Told>) -> Result<Next, ServiceError> {
    let Some(form) = told.and_then(|told| told.form) else {
        return Ok(Next::Again(proved.until));
    };
    let spent = proved.spend(op.session().id, &proved.call, op.now());
    let proof =
        spent.map_err(|reason| ServiceError::Internal(format!("a fresh proof: {}", reason.as_str())))?;
    Ok(Next::Repeat { form, proof })
}

/// Which passkey signed the challenge of this call.
async fn verified(
    op: &StaffOp,
    kept: &KeptStepUp,
    credential: &Value,
) -> Result<Result<Used, Fault>, ServiceError> {
    let key = op.service().vault().key(Purpose::StepUp);
    let sealed = kept.ceremony.as_deref().zip(kept.random);
    let opened = sealed.and_then(|(sealed, random)| {
        let state = key.open(&place(kept.step_up.id, "ceremony"), sealed).ok()?;
        is_bound(&state, &random, &kept.step_up.call).then_some(state)
    });
    let Some(state) = opened else {
        return Ok(Err(Fault::NotUnderWay));
    };
    let known = op.service().stored_passkeys(op.staff().id).await?;
    op.service().used(&state, credential, op.staff().id, known)
}

/// What a proof changes at once.
#[derive(Clone)]
struct Done {
    used: Used,
    /// What the call is to find, where the server does not send it by itself.
    proved: Option<KeptStepUp>,
    batch: AuditBatch,
}

async fn commit(op: &StaffOp, done: Done, reference: &Reference) -> Result<(), ServiceError> {
    let (session, now) = (op.session().id, op.now());
    let (former, next) = (op.reference(), reference.digest());
    op.service()
        .db()
        .write(move |mut tx| {
            let done = done.clone();
            Box::pin(async move {
                // A passkey that was revoked, or a session that ended or moved on, in between proves nothing any more.
                if let Err(fault) = done.used.note(&mut tx, now).await? {
                    return Err(ServiceError::SignIn(SignInFailure::Passkey(fault)));
                }
                if !session::rotate(&mut tx, session, (&former, &next), now).await? {
                    return Err(ServiceError::Conflict(NOT_VERIFIED));
                }
                if let Some(proved) = &done.proved {
                    step_up::insert(&mut tx, proved).await?;
                }
                Ok::<_, ServiceError>(tx.commit(done.batch, ()).await?)
            })
        })
        .await
}

/// What did not verify is written down, and the call goes back to wait for another challenge until its time is over: one
/// transaction, so that no refusal stands without its call, and no call comes back without its refusal.
async fn not_verified(op: &StaffOp, kept: KeptStepUp, operation: Option<&str>, fault: Fault) -> ServiceError {
    let story = story(op, Some(kept.step_up.id), operation);
    let acting = op.acting();
    let waiting = KeptStepUp {
        step_up: StepUp {
            state: StepUpState::Asked,
            ..kept.step_up
        },
        ceremony: None,
        ..kept
    };
    let told = op
        .service()
        .refuse_answer(op.visitor(), (&acting, op.staff()), story, (fault, Some(waiting)));
    told.await.err().unwrap_or(ServiceError::Conflict(NOT_VERIFIED))
}

/// Takes a step-up of the caller's session whose challenge is out: it can be answered once.
async fn take_begun(op: &StaffOp, id: StepUpId) -> Result<Option<KeptStepUp>, ServiceError> {
    let session = op.session().id;
    op.service()
        .db()
        .write(move |mut tx| {
            Box::pin(async move {
                let taken = step_up::take_begun(&mut tx, id, session).await?;
                Ok::<_, ServiceError>(tx.commit_unaudited(Unaudited::SignInState, taken).await?)
            })
        })
        .await
}
