//! Making an account, and making its enrolment token anew: the token is shown once to whoever made it, and kept as a digest.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use stagedoor_core::audit::{Change, Event, Field, Target};
use stagedoor_core::id::StaffId;
use stagedoor_core::role::StaffRole;
use stagedoor_core::staff::{Access, StaffChange, StaffState, TOKEN_TTL, may_create};
use stagedoor_core::time::Timestamp;
use stagedoor_store::passkey;
use stagedoor_store::staff::{self, NewStaff, Staff};

use super::ask::{Asked, acting, error, permitted, refused};
use super::input::{checked_email, checked_end, checked_name, field, own_name, read_scope, read_sub_role};
use super::told::{moment, scope_words};
use super::write::{Ended, Writing};
use crate::crypto::Purpose;
use crate::enrolment::Issued;
use crate::error::ServiceError;
use crate::op::{StaffOp, person};
use crate::recorder::Story;
use crate::retry::again;
use crate::system::{fresh_id, fresh_reference};

/// Somebody who is to become staff.
#[derive(Debug, Clone)]
pub struct Invitee {
    /// Their address at the identity provider.
    pub email: String,
    /// Their name.
    pub name: String,
    /// Their role.
    pub role: StaffRole,
    /// A sub-role of it; `None` is the whole role.
    pub sub_role: Option<String>,
    /// Their tenants, by id or slug; `None` is all of them.
    pub tenants: Option<Vec<String>>,
    /// When the account ends by itself; `None` makes it permanent.
    pub until: Option<Timestamp>,
    /// Whether the inviting person made sure, by another way than e-mail, who it is.
    pub identity: Verified,
    /// Why they become staff.
    pub reason: String,
}

/// Whether somebody's identity was verified out of band.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verified {
    /// It was.
    OutOfBand,
    /// Nobody said so.
    Not,
}

/// An account that is waiting for its person, with the token that is shown once.
#[derive(Debug)]
pub struct Invited {
    /// Who.
    pub id: StaffId,
    /// Their name.
    pub name: String,
    /// The token.
    pub issued: Issued,
    /// What ended, where they were enrolled before.
    pub ended: Ended,
}

/// Makes an account and its enrolment token.
///
/// # Errors
/// Denied, or refused by the rules about staff; invalid with the fields `email`, `name`, `sub_role`, `tenants`, `temporary_until`,
/// `identity_verified` or `reason`.
pub async fn create(op: &StaffOp, invitee: &Invitee) -> Result<Invited, ServiceError> {
    let (_, mut story) = permitted(op, Story::new(Event::StaffCreate), &invitee.reason).await?;
    let staff = checked(op, invitee).await?;
    story.target = Some(Target::Staff(staff.id));
    story.target_person = Some(person(&staff));
    story.facts.insert(Field::Role, staff.role.as_str().to_owned());
    if let Some(until) = staff.account_until {
        story.facts.insert(Field::Until, moment(until));
    }
    story.changes = given(&staff.access());
    if let Err(refusal) = may_create(&acting(op), &staff.access(), op.now()) {
        return Err(refused(op, story, refusal).await);
    }
    let justification = story.reason.clone().unwrap_or_default();
    let batch = op.record(story).await?;
    let token = fresh_reference(op.service().rng());
    let until = op.now().plus(TOKEN_TTL);
    let issued = Issued::new(token, until, staff.email.clone());
    let (digest, now, actor) = (issued.digest(), op.now(), (op.own_staff(), acting(op)));
    let (id, name) = (staff.id, staff.name.clone());
    let new = NewStaff { staff, justification };
    op.service()
        .db()
        .write(move |mut tx| {
            let (new, batch, actor, digest) = (new.clone(), batch.clone(), actor.clone(), digest);
            Box::pin(async move {
                let (own, actor) = &actor;
                if staff::find(&mut tx, own.id, now).await?.as_ref() != Some(own) {
                    return Err(ServiceError::Moved);
                }
                may_create(actor, &new.staff.access(), now).map_err(error)?;
                own_name(&mut tx, (new.staff.id, &new.staff.name)).await?;
                staff::insert(&mut tx, &new, now).await?;
                staff::invite(&mut tx, new.staff.id, &digest, until).await?;
                Ok::<_, ServiceError>(tx.commit(batch, ()).await?)
            })
        })
        .await
        .map_err(taken)?;
    Ok(Invited {
        id,
        name,
        issued,
        ended: Ended::default(),
    })
}

/// What an account begins with, as changes from nothing.
fn given(access: &Access) -> Vec<Change> {
    let given = [
        ("role", Some(access.role.as_str().to_owned())),
        ("sub_role", access.sub_role.as_ref().map(ToString::to_string)),
        ("scope", Some(scope_words(&access.scope))),
        ("until", access.until.map(moment)),
    ];
    given
        .into_iter()
        .filter(|(_, after)| after.is_some())
        .map(|(field, after)| Change {
            field: field.to_owned(),
            before: None,
            after,
        })
        .collect()
}

/// Somebody of staff with this address is there already: an address is one person's, for ever.
fn taken(error: ServiceError) -> ServiceError {
    match error {
        ServiceError::Store(stagedoor_store::Error::Conflict { constraint })
            if constraint.contains("email") =>
        {
            field("email", "Somebody on staff has this address, or had it.")
        }
        other => other,
    }
}

async fn checked(op: &StaffOp, invitee: &Invitee) -> Result<Staff, ServiceError> {
    let mut wrong = Vec::new();
    let mut keep = |error| match error {
        ServiceError::Invalid(fields) => {
            wrong.extend(fields);
            None
        }
        other => Some(other),
    };
    let email = checked_email(&invitee.email).map_err(&mut keep);
    let name = checked_name(&invitee.name).map_err(&mut keep);
    let id = fresh_id(op.service().rng(), op.now());
    if let Ok(name) = &name {
        own_name(&mut op.service().db().reader(), (id, name))
            .await
            .err()
            .and_then(&mut keep)
            .map_or(Ok(()), Err)?;
    }
    let until = checked_end(invitee.until, op.now()).map_err(&mut keep);
    let scope = read_scope(op, invitee.tenants.as_deref())
        .await
        .map_err(&mut keep);
    let sub_role = read_sub_role(op.policy(), invitee.role, invitee.sub_role.as_deref()).map_err(&mut keep);
    if invitee.identity == Verified::Not {
        let words = "Make sure who it is by another way than e-mail, then say so.";
        keep(field("identity_verified", words));
    }
    if !wrong.is_empty() {
        return Err(ServiceError::Invalid(wrong));
    }
    let broken = |error: Option<ServiceError>| error.unwrap_or(ServiceError::Moved);
    Ok(Staff {
        id,
        email: email.map_err(broken)?,
        name: name.map_err(broken)?,
        role: invitee.role,
        state: StaffState::Invited,
        identity: None,
        scope: scope.map_err(broken)?,
        account_until: until.map_err(broken)?,
        acknowledged: None,
        sub_role: sub_role.map_err(broken)?,
        lapses: staff::Lapses::default(),
    })
}

/// Makes a fresh token for somebody who has not enrolled; the former one is void.
///
/// # Errors
/// Not found; denied, or refused by the rules about staff; invalid with the field `reason`; conflict for who is enrolled, or
/// deactivated.
pub async fn reissue(op: &StaffOp, id: StaffId, reason: &str) -> Result<Invited, ServiceError> {
    again(|| anew(op, id, (Event::StaffReissue, StaffChange::Reissue), reason)).await
}

/// Clears somebody's passkeys and identity, ends their sessions, and makes a token: they enrol again.
///
/// # Errors
/// As [`reissue`]; conflict for who is not enrolled.
pub async fn reset(op: &StaffOp, id: StaffId, reason: &str) -> Result<Invited, ServiceError> {
    again(|| anew(op, id, (Event::StaffReset, StaffChange::Reset), reason)).await
}

async fn anew(
    op: &StaffOp,
    id: StaffId,
    (event, change): (Event, StaffChange),
    reason: &str,
) -> Result<Invited, ServiceError> {
    let asked = Asked::of(op, id, event, reason).await?;
    asked.plan(op, &change).await?;
    let mut story = asked.story.clone();
    if change == StaffChange::Reset {
        let keys = passkey::list(&mut op.service().db().reader(), id).await?;
        story.facts.insert(Field::Passkeys, keys.len().to_string());
    }
    let ends = op.service().ends_of(&asked.target, &change).await?;
    let batch = op.told_change(story, &ends).await?;
    let token = fresh_reference(op.service().rng());
    let issued = Issued::new(token, op.now().plus(TOKEN_TTL), asked.target.email.clone());
    let writing = Writing {
        actor: Some((op.own_staff(), acting(op))),
        target: asked.target.clone(),
        named: asked.named,
        change,
        name: None,
        token: Some((issued.digest(), issued.until)),
        how: None,
        ends: Some(ends),
        batch,
        now: op.now(),
    };
    let ended = op.service().write_change(writing).await?;
    Ok(Invited {
        id,
        name: asked.target.name,
        issued,
        ended,
    })
}

/// Seals a token for the one page of this session that shows it: it waits there for a moment, and never in the clear.
#[must_use]
pub fn seal_token(op: &StaffOp, issued: &Issued) -> String {
    let key = op.service().vault().key(Purpose::ShownToken);
    let place = op.session().id.to_string();
    let sealed = key.seal(op.service().rng(), place.as_bytes(), issued.expose().as_bytes());
    URL_SAFE_NO_PAD.encode(sealed)
}

/// Opens a token that was sealed for this session; anything else is none.
#[must_use]
pub fn open_token(op: &StaffOp, sealed: &str) -> Option<String> {
    let key = op.service().vault().key(Purpose::ShownToken);
    let bytes = URL_SAFE_NO_PAD.decode(sealed).ok()?;
    let plain = key.open(op.session().id.to_string().as_bytes(), &bytes).ok()?;
    String::from_utf8(plain).ok()
}
