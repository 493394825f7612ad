//! Ceremonies inside a running session: another passkey is registered, or the proof is renewed. Each is bound to the
//! session that began it, is taken before it is checked, and lives two minutes.

use serde_json::Value;
use stagedoor_core::action::ActionKind;
use stagedoor_core::action::kind::{PasskeyRegister, SessionRenew};
use stagedoor_core::audit::{AuditBatch, Field, Outcome, Target};
use stagedoor_core::decision::Reason;
use stagedoor_core::id::PasskeyId;
use stagedoor_core::resource::{Resource, SessionTarget};
use stagedoor_core::secret::Reference;
use stagedoor_core::time::Timestamp;
use stagedoor_store::passkey::{self, NewPasskey};
use stagedoor_store::session;
use stagedoor_store::session_ceremony;
use stagedoor_store::sign_in::CeremonyKind;
use stagedoor_store::tx::Unaudited;

use super::{MOST, checked_name, own, story};
use crate::ceremony::{Begun, Fault, Used};
use crate::crypto::Purpose;
use crate::error::{ServiceError, SignInFailure};
use crate::op::StaffOp;
use crate::recorder::Story;
use crate::session::{SESSION_OVER, still_runs};
use crate::sign_in::CEREMONY_TTL;
use crate::step_up::session_end;
use crate::system::{fresh_id, fresh_reference};

const NOT_VERIFIED: &str =
    "The passkey could not be verified, or it took too long. Nothing was changed; try again.";

const KNOWN: &str = "This passkey is registered already. Use another key or device.";
const NONE_WORKS: &str = "None of your passkeys works any more. Ask a super admin to let you enroll again.";

fn session_target(op: &StaffOp) -> SessionTarget {
    SessionTarget {
        id: Some(op.session().id),
        owner: op.staff().id,
    }
}

/// Begins to register another passkey. Returns what the browser is asked.
///
/// # Errors
/// Denied, also for a proof that is too old; conflict for somebody who has very many.
pub async fn begin_registration(op: &StaffOp) -> Result<Value, ServiceError> {
    op.require::<PasskeyRegister>(&own(op, None)).await?.discharge(());
    let known = op.service().stored_passkeys(op.staff().id).await?;
    if known.len() >= MOST {
        return Err(ServiceError::Conflict(
            "You have 20 passkeys. Revoke one that you no longer use first.",
        ));
    }
    let begun = match op
        .service()
        .start_registration((op.staff(), op.own_role()), &known)?
    {
        Ok(begun) => begun,
        Err(fault) => return Err(failed::<PasskeyRegister>(op, fault).await),
    };
    put(op, CeremonyKind::Register, begun).await
}

/// Registers the passkey under a name, and returns its id.
///
/// # Errors
/// Denied, also for a proof that is too old; invalid for a name that is empty or too long; conflict when the answer does
/// not verify, is not this session's, comes too late or a second time, or the credential is registered already.
pub async fn finish_registration(
    op: &StaffOp,
    name: &str,
    credential: &Value,
) -> Result<PasskeyId, ServiceError> {
    let permit = op.require::<PasskeyRegister>(&own(op, None)).await?.discharge(());
    let name = checked_name(name)?;
    let registered = match take(op, CeremonyKind::Register).await? {
        Some(state) => {
            let known = op.service().stored_passkeys(op.staff().id).await?;
            op.service()
                .registered((&state, op.own_role()), credential, &known)?
        }
        None => Err(Fault::NotUnderWay),
    };
    let registered = match registered {
        Ok(registered) => registered,
        Err(fault) => return Err(failed::<PasskeyRegister>(op, fault).await),
    };
    let now = op.now();
    let new = NewPasskey {
        id: fresh_id(op.service().rng(), now),
        staff: op.staff().id,
        name: name.clone(),
        credential_id: registered.credential_id,
        passkey: registered.passkey,
        aaguid: registered.aaguid,
        attestation: registered.attestation,
    };
    let id = new.id;
    let mut story = story(&permit, id);
    story.facts.insert(Field::Name, name);
    let batch = op.record(story).await?;
    match store(op, new, batch).await {
        // Unique over all staff, revoked ones included: whose it is, nobody is told.
        Err(ServiceError::Store(stagedoor_store::Error::Conflict { .. })) => {
            Err(failed::<PasskeyRegister>(op, Fault::Registered).await)
        }
        stored => stored.map(|()| id),
    }
}

async fn store(op: &StaffOp, new: NewPasskey, batch: AuditBatch) -> Result<(), ServiceError> {
    let (session, now) = (op.session().id, op.now());
    op.service()
        .db()
        .write(move |mut tx| {
            let (new, batch) = (new.clone(), batch.clone());
            Box::pin(async move {
                // Whoever was thrown out between the look and the write leaves no key behind.
                still_runs(&mut tx, session).await?;
                passkey::insert(&mut tx, &new, now).await?;
                Ok::<_, ServiceError>(tx.commit(batch, ()).await?)
            })
        })
        .await
}

/// Begins to prove a passkey again. Returns what the browser is asked.
///
/// # Errors
/// Denied; conflict for somebody none of whose passkeys works; unavailable when the database is.
pub async fn begin_renewal(op: &StaffOp) -> Result<Value, ServiceError> {
    op.require::<SessionRenew>(&session_target(op))
        .await?
        .discharge(());
    let known = op.service().stored_passkeys(op.staff().id).await?;
    if known.is_empty() {
        return Err(ServiceError::Conflict(NONE_WORKS));
    }
    let begun = op.service().start_use(&known)?;
    put(op, CeremonyKind::Authenticate, begun).await
}

/// A session whose proof is fresh again.
#[derive(Debug)]
pub struct Renewed {
    /// Its other reference: the former one leads nowhere any more.
    pub reference: Reference,
    /// Its absolute end, which stays what it is.
    pub until: Timestamp,
}

/// Renews the session's proof, and gives it another reference. Its absolute end stays what it is.
///
/// # Errors
/// Denied; conflict when the answer does not verify, is not this session's, or comes too late or a second time.
pub async fn finish_renewal(op: &StaffOp, credential: &Value) -> Result<Renewed, ServiceError> {
    let target = session_target(op);
    let permit = op.require::<SessionRenew>(&target).await?.discharge(());
    let known = op.service().stored_passkeys(op.staff().id).await?;
    let used = match take(op, CeremonyKind::Authenticate).await? {
        Some(state) => op.service().used(&state, credential, op.staff().id, known)?,
        None => Err(Fault::NotUnderWay),
    };
    let used = match used {
        Ok(used) => used,
        Err(fault) => return Err(failed::<SessionRenew>(op, fault).await),
    };
    let mut story = Story::new(SessionRenew::ACTION.event());
    story.target = Some(Target::Session(op.session().id));
    story.facts.insert(Field::Passkey, used.id.to_string());
    // A proof that would open nothing does not take the place of one that does.
    if used.level() < op.guard(SessionRenew::ACTION).factor.passkey {
        return Err(too_weak(op, story).await);
    }
    story.verdicts = Some(permit.decision().verdicts);
    let batch = op.record(story).await?;
    match renew(op, used, batch).await {
        Err(ServiceError::SignIn(SignInFailure::Passkey(fault))) => {
            Err(failed::<SessionRenew>(op, fault).await)
        }
        renewed => renewed,
    }
}

async fn renew(op: &StaffOp, used: Used, batch: AuditBatch) -> Result<Renewed, ServiceError> {
    let reference = fresh_reference(op.service().rng());
    let (current, now) = (op.session().id, op.now());
    let (former, next) = (op.reference(), reference.digest());
    let factor = used.factor(now);
    op.service()
        .db()
        .write(move |mut tx| {
            let (used, batch) = (used.clone(), batch.clone());
            Box::pin(async move {
                // A passkey that was revoked, or a session that ended or moved on, in between proves nothing any more.
                if let Err(fault) = used.note(&mut tx, now).await? {
                    return Err(ServiceError::SignIn(SignInFailure::Passkey(fault)));
                }
                if !session::renew(&mut tx, current, factor, Some(used.id)).await?
                    || !session::rotate(&mut tx, current, (&former, &next), now).await?
                {
                    return Err(ServiceError::Conflict(SESSION_OVER));
                }
                Ok::<_, ServiceError>(tx.commit(batch, ()).await?)
            })
        })
        .await?;
    Ok(Renewed {
        reference,
        until: session_end(op),
    })
}

/// Refuses a passkey of a lower level than is asked for: the same reason for the caller and in the entry.
async fn too_weak(op: &StaffOp, mut story: Story) -> ServiceError {
    let decision = op
        .would(SessionRenew::ACTION, session_target(op).facts())
        .without_proof(Reason::PasskeyTooWeak);
    story.outcome = Outcome::Denied(Reason::PasskeyTooWeak);
    story.verdicts = Some(decision.verdicts);
    op.refused_with(story, ServiceError::Denied(decision)).await
}

/// What the browser could not prove is written down, with what was wrong; the person hears less.
async fn failed<A: ActionKind>(op: &StaffOp, fault: Fault) -> ServiceError {
    let mut story = Story::new(A::ACTION.event());
    story.target = Some(Target::Session(op.session().id));
    let acting = op.acting();
    let told = op
        .service()
        .refuse_answer(op.visitor(), (&acting, op.staff()), story, (fault, None));
    match told.await {
        Ok(()) if fault == Fault::Registered => ServiceError::Conflict(KNOWN),
        Ok(()) => ServiceError::Conflict(fault.asks_for_another().unwrap_or(NOT_VERIFIED)),
        Err(error) => error,
    }
}

async fn put(op: &StaffOp, kind: CeremonyKind, begun: Begun) -> Result<Value, ServiceError> {
    let id = op.session().id;
    let key = op.service().vault().key(Purpose::SignIn);
    let sealed = key.seal(op.service().rng(), id.to_string().as_bytes(), &begun.state);
    let expires = op.now().plus(CEREMONY_TTL);
    op.service()
        .db()
        .write(move |mut tx| {
            let sealed = sealed.clone();
            Box::pin(async move {
                session_ceremony::put(&mut tx, id, kind, &sealed, expires).await?;
                Ok::<_, ServiceError>(tx.commit_unaudited(Unaudited::SignInState, ()).await?)
            })
        })
        .await?;
    Ok(begun.options)
}

async fn take(op: &StaffOp, kind: CeremonyKind) -> Result<Option<Vec<u8>>, ServiceError> {
    let (id, now) = (op.session().id, op.now());
    let sealed = op
        .service()
        .db()
        .write(move |mut tx| {
            Box::pin(async move {
                let taken = session_ceremony::take(&mut tx, id, kind, now).await?;
                Ok::<_, ServiceError>(tx.commit_unaudited(Unaudited::SignInState, taken).await?)
            })
        })
        .await?;
    let key = op.service().vault().key(Purpose::SignIn);
    Ok(sealed.and_then(|sealed| key.open(id.to_string().as_bytes(), &sealed).ok()))
}
