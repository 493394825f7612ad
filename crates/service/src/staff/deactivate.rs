//! Switching somebody off, for ever, and the checklist for people that begins with it. What they are signed in with ends in the
//! same transaction.

use stagedoor_core::audit::{Change, Event, Field};
use stagedoor_core::id::StaffId;
use stagedoor_core::staff::{Secrets, StaffChange, Task};
use stagedoor_core::time::Timestamp;
use stagedoor_store::staff::Staff;
use stagedoor_store::staff_change::{self, Deactivation};

use super::ask::{Asked, acting};
use super::input::field;
use super::told::changes;
use super::write::{Ended, Writing};
use crate::error::ServiceError;
use crate::op::StaffOp;
use crate::recorder::Story;
use crate::retry::again;

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
/// As [`change`](super::change()).
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
        actor: Some((op.own_staff(), acting(op))),
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

/// Adds to a deactivated person's checklist that the secrets they saw are rotated: that these may be known was not, or could not
/// be, said when the account ended.
///
/// # Errors
/// Not found; denied; invalid with the field `reason`; conflict where it is on the list, or they are not deactivated.
pub async fn found_compromised(op: &StaffOp, id: StaffId, reason: &str) -> Result<(), ServiceError> {
    let asked = Asked::of(op, id, Event::StaffManage, reason).await?;
    let (task, mut story) = (Task::RotateSecrets, asked.story);
    story.changes = vec![Change {
        field: format!("checklist.{task}"),
        before: None,
        after: Some("open".to_owned()),
    }];
    let batch = op.record(story).await?;
    let due = task.due(op.now());
    op.service()
        .db()
        .write(move |mut tx| {
            let batch = batch.clone();
            Box::pin(async move {
                if !staff_change::add_task(&mut tx, (id, task), due).await? {
                    return Err(ServiceError::Conflict(NOT_ADDED));
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

const NOT_ADDED: &str =
    "This person is not deactivated, or the secrets that they saw are on their checklist already.";
const NOT_OPEN: &str = "This is not on the person's checklist, or it is done already.";
