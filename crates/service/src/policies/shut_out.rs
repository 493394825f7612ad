//! Whom the passkeys that a change of the guard policies asks for would shut out: known, by name, before it is tried. The core
//! says so of each, by what the guardrail itself asks; nothing here does.

use stagedoor_core::action::Action;
use stagedoor_core::guard::AccountFact;
use stagedoor_core::guard_policy::GuardPolicy;
use stagedoor_core::request::Policy;
use stagedoor_core::resource::{Platform, Resource};
use stagedoor_core::trial::beyond_passkey;
use stagedoor_core::view::policy::{PersonChoice, ShutFrom, ShutOut};
use stagedoor_store::staff::{self, Staff};

use crate::error::ServiceError;
use crate::op::StaffOp;

/// Whom a change would shut out, of those who are enrolled, under the policy that it leads to. Whoever is not enrolled yet is
/// asked for such a passkey when they are. `None` where it asks for no level.
///
/// # Errors
/// Unavailable when the database is.
pub(super) async fn shut_out(
    op: &StaffOp,
    under: &Policy,
    change: &GuardPolicy,
) -> Result<Option<ShutOut>, ServiceError> {
    let Some(level) = change.narrowing().passkey else {
        return Ok(None);
    };
    let everybody = staff::list(&mut op.service().db().reader(), op.now()).await?;
    let best = op.service().best_of_each().await?;
    let is_beyond = |person: &&Staff| {
        let best = best.get(&person.id).copied().unwrap_or_default();
        change.roles().contains(person.role)
            && is_enrolled(op, person)
            && beyond_passkey(under, change.actions(), person.post(), best).is_some()
    };
    let (with, without): (Vec<&Staff>, Vec<&Staff>) = everybody
        .iter()
        .filter(is_beyond)
        .partition(|person| best.contains_key(&person.id));
    let may_know = op.would(Action::StaffView, Platform.facts()).is_permit();
    let named = with.iter().take(ShutOut::NAMED).filter(|_| may_know);
    Ok(Some(ShutOut {
        level,
        from: if change.actions().contains(Action::StaffSignIn) {
            ShutFrom::SignIn
        } else {
            ShutFrom::Actions
        },
        count: with.len() as u64,
        people: named.map(|person| choice(person)).collect(),
        without_passkey: without.len() as u64,
    }))
}

fn is_enrolled(op: &StaffOp, person: &Staff) -> bool {
    match person.account() {
        AccountFact::Active { until } => until.is_none_or(|until| op.now() < until),
        AccountFact::Pending | AccountFact::Deactivated => false,
    }
}

/// Somebody of staff, to choose or to name.
pub(super) fn choice(person: &Staff) -> PersonChoice {
    PersonChoice {
        id: person.id,
        name: person.name.clone(),
        role: person.role,
    }
}
