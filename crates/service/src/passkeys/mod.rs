//! One's own passkeys: list, rename, revoke, and, by ceremonies inside the session, another one and a renewed proof.
//!
//! Nobody can touch another's, and the last one cannot be revoked: that would lock its owner out. Whoever adds or revokes
//! one must have proved a passkey a short while ago (the action's own declaration), so that a session left open is not
//! enough to stay in for ever.

mod attainable;
mod ceremony;
pub(crate) mod maker;

pub use crate::ceremony::{BadMakers, makers};
pub use ceremony::{Renewed, begin_registration, begin_renewal, finish_registration, finish_renewal};

use std::collections::BTreeSet;

use stagedoor_core::action::kind::{PasskeyRename, PasskeyRevoke, PasskeyViewOwn};
use stagedoor_core::action::{Action, ActionKind};
use stagedoor_core::assurance::PasskeyLevel;
use stagedoor_core::audit::{AuditBatch, Change, Event, Field, Outcome, Target};
use stagedoor_core::id::{PasskeyId, SessionId};
use stagedoor_core::impersonation::VisitEnd;
use stagedoor_core::input::{FieldError, has_unseen};
use stagedoor_core::permit::Permit;
use stagedoor_core::resource::{PasskeyTarget, Resource};
use stagedoor_core::session::SessionEnd;
use stagedoor_core::staff::Way;
use stagedoor_core::view::passkey::{PasskeyRow, PasskeysView};
use stagedoor_store::passkey::{self, KeptPasskey, StoredPasskey};
use stagedoor_store::session;

use crate::codes::codes_view;
use crate::error::ServiceError;
use crate::impersonation::end_told_visits;
use crate::op::{StaffOp, person};
use crate::recorder::Story;
use crate::retry::again;
use crate::ways_in::Gone;

/// Longest name, in characters.
pub const NAME_MAX: usize = 60;
/// Most passkeys of one person.
const MOST: usize = 20;
/// The last one stays: what the entry calls it, and what is said.
const LAST: (&str, &str) = (
    "last_passkey",
    "This is your only passkey, and without one you could not sign in. Add another one first, then revoke this one.",
);

/// The last one that policy lets in stays, too.
const LAST_ALLOWED: (&str, &str) = (
    "last_passkey",
    "This is the only passkey that policy lets you sign in with. Add another one of its kind first, then revoke this one.",
);

/// So does the last one with which anybody who stays super admin could sign in, whatever becomes of what is on trial.
const LAST_OF_ALL: (&str, &str) = (
    "last_way_in",
    "Without this passkey nobody who stays super admin could sign in, as the rules are or as they are tried. Add another one of its kind first, then revoke this one.",
);

/// All of the caller's, or the one that is about to be.
pub(crate) fn own(op: &StaffOp, id: Option<PasskeyId>) -> PasskeyTarget {
    PasskeyTarget {
        id,
        owner: op.staff().id,
    }
}

/// The caller's passkeys.
///
/// # Errors
/// Denied; unavailable when the database is.
pub async fn list(op: &StaffOp) -> Result<PasskeysView, ServiceError> {
    op.require::<PasskeyViewOwn>(&own(op, None)).await?.discharge(());
    let ex = &mut op.service().db().reader();
    let kept = passkey::list_kept(ex, op.staff().id).await?;
    let proofs = session::list_proofs(ex, op.staff().id).await?;
    let within = op.guard(Action::PasskeyRegister).factor.max_age;
    let fresh = op
        .would(Action::PasskeyRegister, own(op, None).facts())
        .is_permit();
    Ok(PasskeysView {
        items: kept.iter().map(|kept| row(op, kept, &proofs)).collect(),
        asked: asked(op),
        fresh_until: fresh.then(|| op.session().factor.at.plus(within)),
        fresh_for_seconds: within.as_secs(),
        codes: codes_view(op).await?,
        now: op.now(),
    })
}

/// The level that policy asks of the caller's passkeys.
fn asked(op: &StaffOp) -> PasskeyLevel {
    op.guard(Action::StaffSignIn).factor.passkey
}

fn row(op: &StaffOp, kept: &KeptPasskey, proofs: &[Proof]) -> PasskeyRow {
    let model = kept.aaguid.as_deref();
    let maker = model.and_then(maker::of);
    let synced = synced(&kept.passkey);
    // Of what cannot be read nothing is known.
    let vouched = (kept.attestation.as_ref(), model);
    let level = op.service().level(synced.unwrap_or(true), vouched);
    PasskeyRow {
        id: kept.id,
        name: kept.name.clone(),
        maker: maker.map(str::to_owned),
        model: kept.aaguid.clone(),
        attestation: kept.attestation.as_ref().map(|how| how.format.clone()),
        level,
        serves: level >= asked(op),
        current: proofs.contains(&(op.session().id, Some(kept.id))),
        other_sessions: proved(op, kept.id, proofs).len() as u64,
        created: kept.created,
        last_used: kept.last_used,
        synced,
        copied: kept.copied,
    }
}

/// A session, and the passkey it was proved with last, where that is known.
type Proof = (SessionId, Option<PasskeyId>);

/// The sessions beside this one that end with a passkey: those proved with it, and those of which nobody knows.
fn proved(op: &StaffOp, id: PasskeyId, proofs: &[Proof]) -> BTreeSet<SessionId> {
    proofs
        .iter()
        .filter(|(session, with)| *session != op.session().id && with.is_none_or(|with| with == id))
        .map(|(session, _)| *session)
        .collect()
}

/// Whether a credential may be synchronised, by the library's own JSON, which is the only place that says so.
fn synced(passkey: &str) -> Option<bool> {
    let passkey: serde_json::Value = serde_json::from_str(passkey).ok()?;
    passkey.pointer("/cred/backup_eligible")?.as_bool()
}

/// A name for a passkey, as it will be kept.
fn checked_name(name: &str) -> Result<String, ServiceError> {
    let name = name.trim();
    let length = name.chars().count();
    if length == 0 || length > NAME_MAX || has_unseen(name) {
        let message = format!("Use 1 to {NAME_MAX} characters on one line, none of them unseen.");
        return Err(ServiceError::field(FieldError::new("name", message)));
    }
    Ok(name.to_owned())
}

async fn find(op: &StaffOp, event: Event, id: PasskeyId) -> Result<KeptPasskey, ServiceError> {
    let kept = passkey::list_kept(&mut op.service().db().reader(), op.staff().id).await?;
    match kept.into_iter().find(|kept| kept.id == id) {
        Some(found) => Ok(found),
        None => Err(op.nothing_there(event, None).await),
    }
}

/// Writes down that something failed: what the entry calls it, and the words of the conflict to return.
async fn failed(op: &StaffOp, mut story: Story, (code, words): (&'static str, &'static str)) -> ServiceError {
    story.outcome = Outcome::Failed(code);
    op.refused_with(story, ServiceError::Conflict(words)).await
}

fn story<A: ActionKind>(permit: &Permit<A>, id: PasskeyId) -> Story {
    let mut story = Story::new(A::ACTION.event());
    story.verdicts = Some(permit.decision().verdicts);
    story.target = Some(Target::Other("passkey", id.to_string()));
    story
}

/// Gives one of the caller's passkeys another name.
///
/// # Errors
/// Not found for one that is not theirs; denied; invalid for a name that is empty or too long.
pub async fn rename(op: &StaffOp, id: PasskeyId, name: &str) -> Result<(), ServiceError> {
    let permit = op
        .require::<PasskeyRename>(&own(op, Some(id)))
        .await?
        .discharge(());
    let name = checked_name(name)?;
    let found = find(op, Event::PasskeyRename, id).await?;
    let mut story = story(&permit, id);
    story.changes.push(Change {
        field: "name".to_owned(),
        before: Some(found.name),
        after: Some(name.clone()),
    });
    let batch = op.record(story).await?;
    let owner = op.staff().id;
    op.service()
        .db()
        .write(move |mut tx| {
            let (name, batch) = (name.clone(), batch.clone());
            Box::pin(async move {
                if !passkey::rename(&mut tx, id, owner, &name).await? {
                    return Err(ServiceError::NotFound);
                }
                Ok::<_, ServiceError>(tx.commit(batch, ()).await?)
            })
        })
        .await
}

/// Revokes one of the caller's passkeys, and ends the other sessions that were proved with it, with their visits: whoever
/// had the passkey may be in one of them. The session that asks goes on, for its person has just proved who they are.
/// Returns how many sessions ended.
///
/// # Errors
/// Not found for one that is not theirs; denied, also for a proof that is too old; conflict for the last one.
pub async fn revoke(op: &StaffOp, id: PasskeyId) -> Result<u64, ServiceError> {
    again(|| revoke_once(op, id)).await
}

async fn revoke_once(op: &StaffOp, id: PasskeyId) -> Result<u64, ServiceError> {
    let mut asked = Story::new(Event::PasskeyRevoke);
    asked.target = Some(Target::Other("passkey", id.to_string()));
    let permit = op
        .require_about::<PasskeyRevoke>(&own(op, Some(id)), asked)
        .await?
        .discharge(());
    let found = find(op, Event::PasskeyRevoke, id).await?;
    let mut story = story(&permit, id);
    story.facts.insert(Field::Name, found.name);
    let ex = &mut op.service().db().reader();
    let working = passkey::list(ex, op.staff().id).await?;
    if working.iter().all(|other| other.id == id) {
        return Err(failed(op, story, LAST).await);
    }
    let lets_in = allowed(op, working)?;
    let is_allowed = lets_in.contains(&id);
    if is_allowed && lets_in.len() == 1 {
        return Err(failed(op, story, LAST_ALLOWED).await);
    }
    if op.service().way_without(ex, Gone::Passkey(id), op.now()).await? == Way::Last {
        return Err(failed(op, story, LAST_OF_ALL).await);
    }
    let mut batch = op.record(story).await?;
    let others = proved(op, id, &session::list_proofs(ex, op.staff().id).await?);
    for other in &others {
        batch = batch.and_all(told_end(op, *other, "passkey_revoked").await?);
    }
    let (owner, now, asking) = (op.staff().id, op.now(), op.clone());
    let ended = others.len() as u64;
    op.service()
        .db()
        .write(move |mut tx| {
            let (others, batch, asking) = (others.clone(), batch.clone(), asking.clone());
            Box::pin(async move {
                // It is gone, or became the last one: the next look says which.
                let way = asking
                    .service()
                    .way_without(&mut tx, Gone::Passkey(id), now)
                    .await?;
                if way == Way::Last || !passkey::revoke(&mut tx, id, owner, now).await? {
                    return Err(ServiceError::Moved);
                }
                let left = allowed(&asking, passkey::list(&mut tx, owner).await?)?;
                if is_allowed && left.is_empty()
                    || proved(&asking, id, &session::list_proofs(&mut tx, owner).await?) != others
                {
                    // Somebody came in, or went, between the look and the write.
                    return Err(ServiceError::Moved);
                }
                for other in &others {
                    if !session::end(&mut tx, *other, now, SessionEnd::Revoked).await? {
                        return Err(ServiceError::Moved);
                    }
                }
                end_told_visits(&mut tx, &batch, now, VisitEnd::SessionEnded).await?;
                Ok::<_, ServiceError>(tx.commit(batch, ()).await?)
            })
        })
        .await?;
    Ok(ended)
}

/// Those of the caller's that policy lets in.
fn allowed(op: &StaffOp, working: Vec<StoredPasskey>) -> Result<Vec<PasskeyId>, ServiceError> {
    let levels = op.service().levels(working)?.into_iter();
    let allowed = levels.filter(|(_, level)| *level >= asked(op));
    Ok(allowed.map(|(id, _)| id).collect())
}

/// The entries of the end of one of the caller's other sessions.
pub(crate) async fn told_end(
    op: &StaffOp,
    id: SessionId,
    why: &'static str,
) -> Result<AuditBatch, ServiceError> {
    let mut story = Story::new(Event::SessionRevoke);
    story.target = Some(Target::Staff(op.staff().id));
    story.target_person = Some(person(op.staff()));
    story.facts.insert(Field::Session, id.to_string());
    story.facts.insert(Field::Why, why.to_owned());
    let batch = op.record(story).await?;
    let ends = op
        .service()
        .visit_ends_of_session(op.visitor(), &op.acting(), id, op.now())
        .await?;
    Ok(ends.into_iter().fold(batch, AuditBatch::and_all))
}
