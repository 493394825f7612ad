//! Another name, role, scope or end for somebody; and switching them off, for ever. What somebody is signed in with ends in
//! the same transaction where it would hold more, or other, than they now have.

use stagedoor_core::action::Action;
use stagedoor_core::audit::{Change, Event, Field};
use stagedoor_core::id::StaffId;
use stagedoor_core::input::FieldError;
use stagedoor_core::role::{Scope, StaffRole};
use stagedoor_core::staff::{Access, Secrets, StaffChange, Task};
use stagedoor_core::time::Timestamp;
use stagedoor_store::staff::Staff;
use stagedoor_store::staff_change::{self, Deactivation};

use super::ask::Asked;
use super::input::{checked_end, checked_name, read_scope};
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
    /// Other tenants, by id or slug; the inner `None` is all of them.
    pub tenants: Option<Option<Vec<String>>>,
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

/// Changes somebody's name, role, scope or end. With another role or scope their sessions end.
///
/// # Errors
/// Not found; denied, or refused by the rules about staff; invalid with the fields `reason`, `name`, `tenants` or `temporary_until`;
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
    let access = wanted(op, before, patch).await?;
    let change = match (access == before.access(), &name) {
        (true, Some(_)) => StaffChange::Rename,
        _ => StaffChange::Access(access.clone()),
    };
    asked.plan(op, &change).await?;
    let mut story = asked.story.clone();
    story.changes = changes(before, &access, name.as_deref());
    let anew = access.role != before.role || access.scope != before.scope;
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
async fn wanted(op: &StaffOp, before: &Staff, patch: &Patch) -> Result<Access, ServiceError> {
    let scope = match &patch.tenants {
        Some(tenants) => read_scope(op, tenants.as_deref()).await?,
        None => before.scope.clone(),
    };
    let until = match patch.until {
        Some(until) => checked_end(until, op.now())?,
        None => before.account_until,
    };
    Ok(Access {
        role: patch.role.unwrap_or(before.role),
        scope,
        until,
    })
}

/// What changes, field by field. A name is personal: entries say that it changed, and never to what.
pub(super) fn changes(before: &Staff, access: &Access, name: Option<&str>) -> Vec<Change> {
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
            Some(access.role.as_str().to_owned()),
        ),
        (
            "scope",
            Some(scope_words(&before.scope)),
            Some(scope_words(&access.scope)),
        ),
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
    story.changes = changes(&asked.target, &after.access, None);
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

/// For pages: whether the caller's role may manage staff, whatever the age of their factor.
pub(super) fn may_manage(op: &StaffOp) -> bool {
    op.holds(Action::PlatformManageStaff).is_some()
}

/// An error about a field.
pub(super) fn field(name: &'static str, words: impl Into<String>) -> ServiceError {
    ServiceError::field(FieldError::new(name, words))
}
