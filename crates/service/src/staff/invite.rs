//! Making an account, and making its enrolment token anew: the token is shown once to whoever made it, and kept as a digest.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use stagedoor_core::audit::{Change, Event, Field, Target};
use stagedoor_core::id::StaffId;
use stagedoor_core::role::StaffRole;
use stagedoor_core::secret::ReferenceDigest;
use stagedoor_core::staff::{Access, Account, Post, StaffChange, StaffState, TOKEN_TTL, Terms, may_create};
use stagedoor_core::time::Timestamp;
use stagedoor_store::staff::{self, NewStaff, Staff};
use stagedoor_store::{WriteTx, passkey, staff_change};

use super::ask::{Asked, acting, error, permitted, refused};
use super::input::{checked_email, checked_end, checked_name, field, own_name, read_scope, read_sub_role};
use super::told::{moment, scope_words};
use super::wanted::{begun_post, begun_scope};
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
    /// Until when role and sub-role are given, and then the role that may least; `None` is for good.
    pub role_until: Option<Timestamp>,
    /// Their tenants, by id or slug; `None` is all of them.
    pub tenants: Option<Vec<String>>,
    /// Until when these are given, and then no tenant; `None` is for good.
    pub tenants_until: Option<Timestamp>,
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
/// Denied, or refused by the rules about staff; invalid with the fields `email`, `name`, `sub_role`, `role_until`, `tenants`,
/// `tenants_until`, `temporary_until`, `identity_verified` or `reason`.
pub async fn create(op: &StaffOp, invitee: &Invitee) -> Result<Invited, ServiceError> {
    let (_, mut story) = permitted(op, Story::new(Event::StaffCreate), &invitee.reason).await?;
    let (staff, access) = checked(op, invitee).await?;
    story.target = Some(Target::Staff(staff.id));
    story.target_person = Some(person(&staff));
    let role = access.given(op.now()).role.as_str();
    story.facts.insert(Field::Role, role.to_owned());
    if let Some(until) = staff.account_until {
        story.facts.insert(Field::Until, moment(until));
    }
    story.changes = given(&access, op.now());
    if let Err(refusal) = may_create(&acting(op), &access, op.now()) {
        return Err(refused(op, story, refusal).await);
    }
    let justification = story.reason.clone().unwrap_or_default();
    let batch = op.record(story).await?;
    let token = fresh_reference(op.service().rng());
    let until = op.now().plus(TOKEN_TTL);
    let issued = Issued::new(token, until, staff.email.clone());
    let (id, name) = (staff.id, staff.name.clone());
    let adding = Adding {
        new: NewStaff { staff, justification },
        access,
        actor: (op.own_staff(), acting(op)),
        token: (issued.digest(), until),
        now: op.now(),
    };
    op.service()
        .db()
        .write(move |mut tx| {
            let (adding, batch) = (adding.clone(), batch.clone());
            Box::pin(async move {
                add(&mut tx, &adding).await?;
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

/// All that a new account is written with.
#[derive(Clone)]
struct Adding {
    new: NewStaff,
    access: Access,
    actor: (Staff, Account),
    token: (ReferenceDigest, Timestamp),
    now: Timestamp,
}

async fn add(tx: &mut WriteTx, adding: &Adding) -> Result<(), ServiceError> {
    let (new, access, (own, actor)) = (&adding.new, &adding.access, &adding.actor);
    if staff::find(tx, own.id, adding.now).await?.as_ref() != Some(own) {
        return Err(ServiceError::Moved);
    }
    may_create(actor, access, adding.now).map_err(error)?;
    own_name(tx, (new.staff.id, &new.staff.name)).await?;
    staff::insert(tx, new, adding.now).await?;
    if access.terms != Terms::default() && !staff_change::set_access(tx, &new.staff, access).await? {
        return Err(ServiceError::Moved);
    }
    let (digest, until) = &adding.token;
    staff::invite(tx, new.staff.id, digest, *until).await?;
    Ok(())
}

/// What an account begins with, as changes from nothing.
fn given(access: &Access, now: Timestamp) -> Vec<Change> {
    let (held, terms) = (access.given(now), &access.terms);
    let given = [
        ("role", Some(held.role.as_str().to_owned())),
        ("sub_role", held.sub_role.map(ToString::to_string)),
        ("role_until", terms.post.as_ref().map(|term| moment(term.until))),
        ("scope", Some(scope_words(held.scope))),
        ("scope_until", terms.scope.as_ref().map(|term| moment(term.until))),
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

/// The account as it is without what is given for a time, and what it gives with that.
async fn checked(op: &StaffOp, invitee: &Invitee) -> Result<(Staff, Access), ServiceError> {
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
    let (role, why) = (invitee.role, (invitee.reason.trim(), op.now()));
    let post = sub_role
        .and_then(|sub_role| begun_post(Post { role, sub_role }, invitee.role_until, why).map_err(&mut keep));
    let scope = scope.and_then(|scope| begun_scope(scope, invitee.tenants_until, why).map_err(&mut keep));
    if invitee.identity == Verified::Not {
        let words = "Make sure who it is by another way than e-mail, then say so.";
        keep(field("identity_verified", words));
    }
    if !wrong.is_empty() {
        return Err(ServiceError::Invalid(wrong));
    }
    let broken = |error: Option<ServiceError>| error.unwrap_or(ServiceError::Moved);
    let ((base, post), (scope, scope_term)) = (post.map_err(broken)?, scope.map_err(broken)?);
    let staff = Staff {
        id,
        email: email.map_err(broken)?,
        name: name.map_err(broken)?,
        role: base.role,
        state: StaffState::Invited,
        identity: None,
        scope,
        account_until: until.map_err(broken)?,
        acknowledged: None,
        sub_role: base.sub_role,
        lapses: staff::Lapses::default(),
    };
    let access = Access {
        terms: Terms {
            post,
            scope: scope_term,
        },
        ..staff.access()
    };
    Ok((staff, access))
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
