//! The access that somebody shall have after a change: what is given for good takes the place of all before it, what is given
//! until a time lies over that. Whether it may be so is not asked here.

use stagedoor_core::role::Scope;
use stagedoor_core::staff::{Access, Post, Term, Terms, nothing};
use stagedoor_core::time::Timestamp;
use stagedoor_store::staff::Staff;

use super::change::Patch;
use super::input::{checked_end, field, read_scope, read_sub_role};
use crate::error::ServiceError;
use crate::op::StaffOp;

/// The access as it shall be.
pub(super) async fn wanted(
    op: &StaffOp,
    before: &Staff,
    patch: &Patch,
    why: &str,
) -> Result<Access, ServiceError> {
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

/// The role that somebody begins with, and what is given over it. What is given until a time lies over the least there is, to which
/// they fall back.
pub(super) fn begun_post(
    post: Post,
    until: Option<Timestamp>,
    (why, now): (&str, Timestamp),
) -> Result<(Post, Option<Term<Post>>), ServiceError> {
    let least = Post {
        role: nothing().role,
        sub_role: None,
    };
    let until = end(Some(until), "role_until", now)?;
    given((least, None), (Some(post), until), ("role_until", why))
}

/// The same of tenants.
pub(super) fn begun_scope(
    scope: Scope,
    until: Option<Timestamp>,
    (why, now): (&str, Timestamp),
) -> Result<(Scope, Option<Term<Scope>>), ServiceError> {
    let until = end(Some(until), "tenants_until", now)?;
    given(
        (nothing().scope, None),
        (Some(scope), until),
        ("tenants_until", why),
    )
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
