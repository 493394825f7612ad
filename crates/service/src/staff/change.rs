//! Another name, role, scope or end for somebody; and switching them off, for ever. What somebody is signed in with ends in
//! the same transaction where it would hold more, or other, than they now have.

use stagedoor_core::action::Action;
use stagedoor_core::audit::{Change, Event, Field};
use stagedoor_core::id::StaffId;
use stagedoor_core::input::FieldError;
use stagedoor_core::role::{Scope, StaffRole};
use stagedoor_core::staff::{Access, Post, Secrets, StaffChange, Task, Term, Terms};
use stagedoor_core::sub_role::SubRoleName;
use stagedoor_core::time::Timestamp;
use stagedoor_store::staff::Staff;
use stagedoor_store::staff_change::{self, Deactivation};

use super::ask::Asked;
use super::input::{checked_end, checked_name, read_scope, read_sub_role};
use super::write::{Ended, Ends, Writing};
use crate::error::ServiceError;
use crate::op::StaffOp;
use crate::recorder::Story;
use crate::retry::again;

/// What of somebody is to change; nothing of what is `None`.
#[derive(Debug, Clone, Default)]
pub struct Patch {
    /// Another name.
    pub name: Option<String>,
    /// Another role.
    pub role: Option<StaffRole>,
    /// Another sub-role of it; the inner `None` is the whole role. With another role and none named, it is the whole role.
    pub sub_role: Option<Option<String>>,
    /// Until when role and sub-role are given; the inner `None` is for good.
    pub role_until: Option<Option<Timestamp>>,
    /// Other tenants, by id or slug; the inner `None` is all of them.
    pub tenants: Option<Option<Vec<String>>>,
    /// Until when these are given; the inner `None` is for good.
    pub tenants_until: Option<Option<Timestamp>>,
    /// Another end; the inner `None` makes the account permanent.
    pub until: Option<Option<Timestamp>>,
}

/// Somebody after a change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Changed {
    /// Who.
    pub id: StaffId,
    /// Their name.
    pub name: String,
    /// What ended with it.
    pub ended: Ended,
}

/// Changes somebody's name, role, sub-role, scope or end. With another role, sub-role or scope their sessions end. What is given
/// until a time falls back by itself to what they had for good.
///
/// # Errors
/// Not found; denied, or refused by the rules about staff; invalid with the fields `reason`, `name`, `sub_role`,
/// `role_until`, `tenants`, `tenants_until` or `temporary_until`;
/// conflict when it is so already, or the account is deactivated.
pub async fn change(op: &StaffOp, id: StaffId, patch: &Patch, reason: &str) -> Result<Changed, ServiceError> {
    again(|| change_once(op, id, patch, reason)).await
}

async fn change_once(
    op: &StaffOp,
    id: StaffId,
    patch: &Patch,
    reason: &str,
) -> Result<Changed, ServiceError> {
    let asked = Asked::of(op, id, Event::StaffManage, reason).await?;
    let before = &asked.target;
    let name = patch.name.as_deref().map(checked_name).transpose()?;
    let name = name.filter(|name| *name != before.name);
    let why = asked.story.reason.clone().unwrap_or_default();
    let access = wanted(op, before, patch, &why).await?;
    let change = match (access == before.access(), &name) {
        (true, Some(_)) => StaffChange::Rename,
        _ => StaffChange::Access(access.clone()),
    };
    asked.plan(op, &change).await?;
    let mut story = asked.story.clone();
    story.changes = changes(before, &access, name.as_deref(), op.now());
    // What is over and not written down yet goes with this, and so do the sessions that stood on it.
    let over = before.access().settled(op.now()) != before.access();
    let anew = over || access.given(op.now()) != before.access().given(op.now());
    let ends = match anew {
        true => op.service().ends_of(before, &change).await?,
        false => Ends::default(),
    };
    let batch = op.told_change(story, &ends).await?;
    let called = name.clone().unwrap_or_else(|| before.name.clone());
    let writing = Writing {
        actor: Some(op.staff().clone()),
        target: asked.target.clone(),
        named: asked.named,
        change,
        name,
        token: None,
        how: None,
        ends: anew.then_some(ends),
        batch,
        now: op.now(),
    };
    let ended = op.service().write_change(writing).await?;
    Ok(Changed {
        id,
        name: called,
        ended,
    })
}

/// The access as it shall be.
async fn wanted(op: &StaffOp, before: &Staff, patch: &Patch, why: &str) -> Result<Access, ServiceError> {
    let now = op.now();
    let access = before.access().settled(now);
    let (base, running) = ((access.role, access.sub_role), access.terms.post);
    let base = Post {
        role: base.0,
        sub_role: base.1,
    };
    let post = wanted_post(op, before, patch)?;
    let role_end = end(patch.role_until, "role_until", now)?;
    let (base, post) = given((base, running), (post, role_end), ("role_until", why))?;
    let scope = match &patch.tenants {
        Some(tenants) => Some(read_scope(op, tenants.as_deref()).await?),
        None => None,
    };
    let scope_end = end(patch.tenants_until, "tenants_until", now)?;
    let held = (access.scope, access.terms.scope);
    let (scope, scope_term) = given(held, (scope, scope_end), ("tenants_until", why))?;
    let until = match patch.until {
        Some(until) => checked_end(until, now)?,
        None => before.account_until,
    };
    Ok(Access {
        role: base.role,
        sub_role: base.sub_role,
        scope,
        until,
        terms: Terms {
            post,
            scope: scope_term,
        },
    })
}

/// The role with its sub-role as they shall be, where one of them is to change.
fn wanted_post(op: &StaffOp, before: &Staff, patch: &Patch) -> Result<Option<Post>, ServiceError> {
    let role = patch.role.unwrap_or(before.role);
    let sub_role = match &patch.sub_role {
        Some(named) => read_sub_role(op.policy(), role, named.as_deref())?,
        None if role == before.role => before.sub_role.clone(),
        None => None,
    };
    let post = Post { role, sub_role };
    let same = (post.role, post.sub_role.as_ref()) == before.post();
    // Saying again what is so is a change where it says until when.
    Ok((!same || patch.role_until.is_some()).then_some(post))
}

/// The end of something that is given for a time, which lies ahead.
fn end(
    until: Option<Option<Timestamp>>,
    field_name: &'static str,
    now: Timestamp,
) -> Result<Option<Option<Timestamp>>, ServiceError> {
    match until {
        Some(Some(end)) if end <= now => {
            Err(field(field_name, "What is given for a time ends ahead of now."))
        }
        until => Ok(until),
    }
}

/// What is held for good and what for a time, after something was given. Without an end it is given for good; a term over a term
/// takes its place, and falls back to the same.
fn given<T: PartialEq>(
    (base, running): (T, Option<Term<T>>),
    (wanted, until): (Option<T>, Option<Option<Timestamp>>),
    (field_name, why): (&'static str, &str),
) -> Result<(T, Option<Term<T>>), ServiceError> {
    match (wanted, until) {
        (None, None) => Ok((base, running)),
        (Some(held), Some(Some(until))) if held != base => {
            let why = why.to_owned();
            Ok((base, Some(Term { held, until, why })))
        }
        (Some(_), Some(Some(_))) => Err(field(
            field_name,
            "They have this for good. Leave the end out, or give something else until then.",
        )),
        (Some(held), Some(None) | None) => Ok((held, None)),
        (None, Some(until)) => match (running, until) {
            (Some(term), Some(until)) => Ok((
                base,
                Some(Term {
                    until,
                    why: why.to_owned(),
                    ..term
                }),
            )),
            (Some(term), None) => Ok((term.held, None)),
            (None, Some(_)) => Err(field(field_name, "Say what is given until then.")),
            (None, None) => Ok((base, None)),
        },
    }
}

/// What changes, field by field, as it is at a moment. A name is personal: entries say that it changed, and never to what.
pub(super) fn changes(before: &Staff, access: &Access, name: Option<&str>, now: Timestamp) -> Vec<Change> {
    let was = before.access();
    let (held, terms) = (access.given(now), access.terms.running(now));
    let sub_role = |name: Option<&SubRoleName>| name.map(ToString::to_string);
    let post = |term: &Option<Term<Post>>| term.as_ref().map(|term| moment(term.until));
    let tenants = |term: &Option<Term<Scope>>| term.as_ref().map(|term| moment(term.until));
    let pairs = [
        (
            "name",
            None,
            name.filter(|name| *name != before.name)
                .map(|_| "another name".to_owned()),
        ),
        (
            "role",
            Some(before.role.as_str().to_owned()),
            Some(held.role.as_str().to_owned()),
        ),
        (
            "sub_role",
            sub_role(before.sub_role.as_ref()),
            sub_role(held.sub_role),
        ),
        ("role_until", post(&was.terms.post), post(&terms.post)),
        (
            "scope",
            Some(scope_words(&before.scope)),
            Some(scope_words(held.scope)),
        ),
        ("scope_until", tenants(&was.terms.scope), tenants(&terms.scope)),
        (
            "until",
            before.account_until.map(moment),
            access.until.map(moment),
        ),
    ];
    pairs
        .into_iter()
        .filter(|(_, before, after)| before != after)
        .map(|(field, before, after)| Change {
            field: field.to_owned(),
            before,
            after,
        })
        .collect()
}

/// A scope as entries tell it: by ids.
pub(super) fn scope_words(scope: &Scope) -> String {
    match scope {
        Scope::All => "all tenants".to_owned(),
        Scope::Only(tenants) if tenants.is_empty() => "no tenant".to_owned(),
        Scope::Only(tenants) => {
            let ids: Vec<String> = tenants.iter().map(ToString::to_string).collect();
            ids.join(" ")
        }
    }
}

pub(super) fn moment(at: Timestamp) -> String {
    at.to_string()
}

/// Somebody after they were switched off.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Deactivated {
    /// Who.
    pub id: StaffId,
    /// Their name.
    pub name: String,
    /// What ended with it.
    pub ended: Ended,
    /// What is left to do, and by when.
    pub tasks: Vec<(Task, Timestamp)>,
}

/// Switches somebody off, for ever: role, tenants, passkeys, sessions, visits and open questions end at once, and the
/// checklist for people begins.
///
/// # Errors
/// As [`change`].
pub async fn deactivate(
    op: &StaffOp,
    id: StaffId,
    secrets: Secrets,
    reason: &str,
) -> Result<Deactivated, ServiceError> {
    again(|| deactivate_once(op, id, secrets, reason)).await
}

async fn deactivate_once(
    op: &StaffOp,
    id: StaffId,
    secrets: Secrets,
    reason: &str,
) -> Result<Deactivated, ServiceError> {
    let asked = Asked::of(op, id, Event::StaffDeactivate, reason).await?;
    let change = StaffChange::Deactivate;
    let after = asked.plan(op, &change).await?;
    let mut story = asked.story.clone();
    story.changes = changes(&asked.target, &after.access, None, op.now());
    note_deactivation(&mut story, &asked.target, secrets);
    let ends = op.service().ends_of(&asked.target, &change).await?;
    let batch = op.told_change(story, &ends).await?;
    let how = Deactivation {
        at: op.now(),
        why: asked.story.reason.clone().unwrap_or_default(),
        tasks: Task::of(secrets).collect(),
    };
    let tasks = how.tasks.iter().map(|task| (*task, task.due(how.at))).collect();
    let writing = Writing {
        actor: Some(op.staff().clone()),
        target: asked.target.clone(),
        named: asked.named,
        change,
        name: None,
        token: None,
        how: Some(how),
        ends: Some(ends),
        batch,
        now: op.now(),
    };
    let ended = op.service().write_change(writing).await?;
    Ok(Deactivated {
        id,
        name: asked.target.name,
        ended,
        tasks,
    })
}

fn note_deactivation(story: &mut Story, target: &Staff, secrets: Secrets) {
    let compromised = match secrets {
        Secrets::Compromised => "yes",
        Secrets::Safe => "no",
    };
    story.facts.insert(Field::Compromised, compromised.to_owned());
    story.facts.insert(Field::Role, target.role.as_str().to_owned());
}

/// Notes that something of somebody's checklist was done, with what was done.
///
/// # Errors
/// Not found; denied; invalid with the field `reason`; conflict when it was done already, or is not to be done.
pub async fn finish_task(op: &StaffOp, id: StaffId, task: Task, reason: &str) -> Result<(), ServiceError> {
    let asked = Asked::of(op, id, Event::StaffManage, reason).await?;
    let mut story = asked.story;
    story.changes = vec![Change {
        field: format!("checklist.{task}"),
        before: Some("open".to_owned()),
        after: Some("done".to_owned()),
    }];
    let batch = op.record(story).await?;
    let (by, now) = (op.staff().id, op.now());
    op.service()
        .db()
        .write(move |mut tx| {
            let batch = batch.clone();
            Box::pin(async move {
                if !staff_change::finish_task(&mut tx, (id, task), (now, by)).await? {
                    return Err(ServiceError::Conflict(NOT_OPEN));
                }
                Ok::<_, ServiceError>(tx.commit(batch, ()).await?)
            })
        })
        .await
}

/// A task that is none of ours.
#[must_use]
pub fn unknown_task() -> ServiceError {
    field(
        "task",
        "This is rotate_secrets, review_audit, remove_at_provider or document.",
    )
}

const NOT_OPEN: &str = "This is not on the person's checklist, or it is done already.";

impl StaffOp {
    /// The entries of a change of staff in this call, with those of what ends by it.
    pub(super) async fn told_change(
        &self,
        story: Story,
        ends: &Ends,
    ) -> Result<stagedoor_core::audit::AuditBatch, ServiceError> {
        let story = self.marked(story);
        self.service()
            .told_change((self.visitor(), &self.acting()), story, ends, self.now())
            .await
    }
}

/// For pages: whether the caller may manage staff in this session, whatever the age of their factor.
pub(super) fn may_manage(op: &StaffOp) -> bool {
    op.offered(Action::PlatformManageStaff).is_ok()
}

/// An error about a field.
pub(super) fn field(name: &'static str, words: impl Into<String>) -> ServiceError {
    ServiceError::field(FieldError::new(name, words))
}
