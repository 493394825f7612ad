//! Another name, role, scope or end for somebody. What they are signed in with ends in the same transaction where it would hold
//! more, or other, than they now have.

use stagedoor_core::audit::Event;
use stagedoor_core::id::StaffId;
use stagedoor_core::role::StaffRole;
use stagedoor_core::staff::StaffChange;
use stagedoor_core::time::Timestamp;

use super::ask::{Asked, acting};
use super::input::{checked_name, own_name};
use super::told::changes;
use super::wanted::wanted;
use super::write::{Ended, Ends, Writing};
use crate::error::ServiceError;
use crate::op::StaffOp;
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
    if let Some(name) = &name {
        own_name(&mut op.service().db().reader(), (id, name)).await?;
    }
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
        actor: Some((op.own_staff(), acting(op))),
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
