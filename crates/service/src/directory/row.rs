//! A person of a tenant as a row: the state in one word, the factors in a few. It reads nothing and decides nothing.

use std::time::Duration;

use stagedoor_core::time::{Timestamp, minutes};
use stagedoor_core::view::directory::{MemberRow, MemberStatus};
use stagedoor_store::membership::{Factors, MemberState, Membership};

/// Seen within this, a person counts as active.
pub(super) const ACTIVE_WITHIN: Duration = minutes(15);

/// A person as a row.
#[must_use]
pub(crate) fn member_row(member: &Membership, now: Timestamp) -> MemberRow {
    MemberRow {
        id: member.id,
        name: member.name.clone(),
        email: member.email.clone(),
        role: (member.state != MemberState::Revoked).then_some(member.role),
        last_seen: member.last_seen,
        status: status(member, now),
        factors: factors(member.factors),
        risk: member.risk,
    }
}

fn status(member: &Membership, now: Timestamp) -> MemberStatus {
    match member.state {
        MemberState::Suspended => MemberStatus::Suspended,
        MemberState::Revoked => MemberStatus::Revoked,
        MemberState::Active => match member.last_seen {
            Some(seen) if now.since(seen) <= ACTIVE_WITHIN => MemberStatus::Active,
            _ => MemberStatus::Idle,
        },
    }
}

fn factors(factors: Factors) -> String {
    let mut words = Vec::new();
    match factors.passkeys {
        0 => {}
        1 => words.push("passkey".to_owned()),
        many => words.push(format!("passkey ×{many}")),
    }
    if factors.totp {
        words.push("totp".to_owned());
    }
    if words.is_empty() && factors.password {
        words.push("password".to_owned());
    }
    if words.is_empty() {
        "none".to_owned()
    } else {
        words.join(", ")
    }
}
