//! The people of the demo's tenants: those whom spec 08 names, and as many more as are wanted.

use std::collections::HashSet;

use stagedoor_core::id::AccountId;
use stagedoor_core::role::TenantRole;
use stagedoor_core::time::{Timestamp, hours, minutes};
use stagedoor_core::view::directory::RiskLevel;
use stagedoor_store::membership::{Factors, MemberState, Membership};

use super::SeededRng;
use super::names::{FIRST, LAST};
use crate::system::fresh_id;

/// A person whom spec 08 names.
pub(super) struct Named {
    pub(super) local: &'static str,
    name: &'static str,
    role: TenantRole,
    state: MemberState,
    /// Minutes since the last activity.
    seen: u64,
    passkeys: u32,
    totp: bool,
    pub(super) password: bool,
    risk: RiskLevel,
}

const NOBODY: Named = Named {
    local: "",
    name: "",
    role: TenantRole::Member,
    state: MemberState::Active,
    seen: 0,
    passkeys: 1,
    totp: false,
    password: false,
    risk: RiskLevel::Low,
};

/// The people of Acme whom spec 08 names.
pub(super) const NAMED: &[Named] = &[
    Named {
        local: "val",
        name: "Val Marsh",
        role: TenantRole::Owner,
        seen: 2,
        passkeys: 2,
        password: true,
        ..NOBODY
    },
    Named {
        local: "rod",
        name: "Rod Walsh",
        role: TenantRole::Admin,
        seen: 9,
        password: true,
        ..NOBODY
    },
    Named {
        local: "sam",
        name: "Sam Kerr",
        role: TenantRole::Developer,
        seen: 61,
        passkeys: 0,
        totp: true,
        risk: RiskLevel::Elevated,
        ..NOBODY
    },
    Named {
        local: "former",
        name: "Former X",
        role: TenantRole::Developer,
        state: MemberState::Revoked,
        seen: 14 * 24 * 60,
        passkeys: 0,
        ..NOBODY
    },
    Named {
        local: "lee",
        name: "Lee Bryant",
        role: TenantRole::BillingAdmin,
        seen: 3 * 60,
        password: true,
        ..NOBODY
    },
];

/// The named people, in the order of [`NAMED`].
pub(super) fn named(random: &SeededRng, now: Timestamp) -> Vec<(AccountId, Membership)> {
    NAMED
        .iter()
        .map(|named| {
            let member = Membership {
                id: fresh_id(random, now.minus(hours(24 * 80))),
                name: named.name.to_owned(),
                email: format!("{}@acme.com", named.local),
                role: named.role,
                state: named.state,
                last_seen: Some(now.minus(minutes(named.seen))),
                factors: Factors {
                    passkeys: named.passkeys,
                    totp: named.totp,
                    password: named.password,
                },
                risk: named.risk,
            };
            (fresh_id(random, now), member)
        })
        .collect()
}

/// Somebody with an address of a domain that nobody has taken.
pub(super) fn stranger(
    random: &SeededRng,
    domain: &str,
    taken: &mut HashSet<String>,
    number: usize,
    now: Timestamp,
) -> (AccountId, Membership) {
    let first = random.one_of(FIRST).copied().unwrap_or("Ana");
    let last = random.one_of(LAST).copied().unwrap_or("Ortiz");
    let plain = format!("{}@{domain}", first.to_lowercase());
    let full = format!("{}.{}@{domain}", first.to_lowercase(), last.to_lowercase());
    let numbered = format!(
        "{}.{}{number}@{domain}",
        first.to_lowercase(),
        last.to_lowercase()
    );
    // INVARIANT: the numbered address is free, for each number is used once.
    let email = [plain, full]
        .into_iter()
        .find(|email| !taken.contains(email))
        .unwrap_or(numbered);
    taken.insert(email.clone());
    let ago = match random.below(10) {
        0..3 => random.below(15),
        3..7 => 15 + random.below(24 * 60),
        _ => 24 * 60 + random.below(20 * 24 * 60),
    };
    let member = Membership {
        id: fresh_id(random, now.minus(hours(24 * 70))),
        name: format!("{first} {last}"),
        email,
        role: match random.below(20) {
            0 => TenantRole::Admin,
            1..7 => TenantRole::Developer,
            7 => TenantRole::BillingAdmin,
            _ => TenantRole::Member,
        },
        state: match random.below(40) {
            0 => MemberState::Suspended,
            1 => MemberState::Revoked,
            _ => MemberState::Active,
        },
        last_seen: Some(now.minus(minutes(ago))),
        factors: match random.below(8) {
            0 => Factors {
                passkeys: 0,
                totp: true,
                password: true,
            },
            1 | 2 => Factors {
                passkeys: 0,
                totp: false,
                password: true,
            },
            3 => Factors {
                passkeys: 2 + random.below(2) as u32,
                totp: false,
                password: false,
            },
            _ => Factors {
                passkeys: 1,
                totp: false,
                password: false,
            },
        },
        risk: RiskLevel::Low,
    };
    (fresh_id(random, now), member)
}
