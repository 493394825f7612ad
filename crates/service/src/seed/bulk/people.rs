//! People of a tenant, with a session for every second one: as many as wanted, some thousands a transaction.
//!
//! What is kept in another order than people come in (their words, their sessions) is gathered, sorted, and then written as it
//! is kept: otherwise every batch would touch every page.

use std::time::Duration;

use stagedoor_core::id::{AccountId, MemberId, TenantId};
use stagedoor_core::role::TenantRole;
use stagedoor_core::time::{Timestamp, hours, minutes};
use stagedoor_core::view::directory::RiskLevel;
use stagedoor_store::bulk;
use stagedoor_store::membership::{Factors, MemberState, Membership};
use stagedoor_store::pending::NewTenantSession;
use stagedoor_store::tenant::Tenant;

use super::Progress;
use super::rows::{Rows, write};
use crate::error::ServiceError;
use crate::recorder::Person;
use crate::seed::SeededRng;
use crate::seed::names::{AGENTS, FIRST, LAST};
use crate::state::Service;
use crate::system::fresh_id;

/// People, words or sessions a transaction: few enough to be written in seconds, many enough that the disk is waited for
/// rarely.
const BATCH: usize = 50_000;
/// People of whom words and sessions are gathered: some hundred megabytes.
const GATHERED: u32 = 1_000_000;
/// Of how many of a tenant's people the log will tell.
const TOLD_OF: usize = 200;

/// What is written when enough of it is there to be sorted.
#[derive(Default)]
struct Gathered {
    words: Vec<(String, MemberId)>,
    sessions: Vec<NewTenantSession>,
}

/// Makes them, and gives those of whom the log will tell.
pub(super) async fn fill(
    service: &Service,
    random: &SeededRng,
    tenant: &Tenant,
    count: u32,
    now: Timestamp,
    progress: Progress<'_>,
) -> Result<Vec<(MemberId, Person)>, ServiceError> {
    let joined = now.minus(hours(24 * 80));
    let mut told_of = Vec::new();
    let mut gathered = Gathered::default();
    for from in (0..count).step_by(BATCH) {
        let until = count.min(from + BATCH as u32);
        let people: Vec<(AccountId, Membership)> = (from..until)
            .map(|number| person(random, &tenant.slug, number, now))
            .collect();
        for (_, member) in &people {
            gathered.words.extend(bulk::tokens(member));
            if random.below(2) == 0 {
                gathered.sessions.push(session(random, tenant, member, now));
            }
        }
        let room = TOLD_OF.saturating_sub(told_of.len());
        told_of.extend(
            people
                .iter()
                .take(room)
                .map(|(_, member)| (member.id, known(member))),
        );
        write(service, Rows::People(tenant.id, people, joined)).await?;
        progress(format!("{}: {until} of {count} people", tenant.slug));
        if until == count || until.is_multiple_of(GATHERED) {
            write_gathered(service, tenant.id, std::mem::take(&mut gathered)).await?;
            progress(format!("{}: words and sessions of {until}", tenant.slug));
        }
    }
    Ok(told_of)
}

async fn write_gathered(service: &Service, tenant: TenantId, gathered: Gathered) -> Result<(), ServiceError> {
    let Gathered {
        mut words,
        mut sessions,
    } = gathered;
    words.sort_unstable();
    for some in words.chunks(BATCH) {
        write(service, Rows::Words(tenant, some.to_vec())).await?;
    }
    sessions.sort_unstable_by_key(|session| session.id);
    for some in sessions.chunks(BATCH) {
        write(service, Rows::Sessions(some.to_vec())).await?;
    }
    Ok(())
}

fn known(member: &Membership) -> Person {
    Person {
        id: member.id.to_string(),
        name: member.name.clone(),
        email: member.email.clone(),
    }
}

/// A session that ended with the person's last activity.
fn session(random: &SeededRng, tenant: &Tenant, member: &Membership, now: Timestamp) -> NewTenantSession {
    let seen = member.last_seen.unwrap_or(now);
    let started = seen.minus(minutes(1 + random.below(600)));
    NewTenantSession {
        id: fresh_id(random, started),
        tenant: tenant.id,
        member: member.id,
        factor: if member.factors.passkeys > 0 {
            "passkey"
        } else {
            "password"
        },
        started,
        until: started.plus(hours(24 * 14)),
        last_seen: seen,
        address: format!("203.0.113.{}", random.below(250) + 1),
        agent: random.one_of(AGENTS).copied().unwrap_or_default(),
    }
}

fn person(random: &SeededRng, slug: &str, number: u32, now: Timestamp) -> (AccountId, Membership) {
    let first = random.one_of(FIRST).copied().unwrap_or("Ana");
    let last = random.one_of(LAST).copied().unwrap_or("Ortiz");
    // One after the other, as people come: their ids grow, and what is indexed by them grows at its end.
    let made = now
        .minus(hours(24 * 80))
        .plus(Duration::from_millis(u64::from(number)));
    let seen = random.below(30 * 24 * 60);
    let member = Membership {
        id: fresh_id(random, made),
        name: format!("{first} {last}"),
        email: format!(
            "{}.{}.{number}@{slug}.example",
            first.to_lowercase(),
            last.to_lowercase()
        ),
        role: match (number, random.below(50)) {
            (0, _) => TenantRole::Owner,
            (_, 0) => TenantRole::Admin,
            (_, 1..10) => TenantRole::Developer,
            _ => TenantRole::Member,
        },
        state: match random.below(60) {
            0 if number > 0 => MemberState::Suspended,
            1 if number > 0 => MemberState::Revoked,
            _ => MemberState::Active,
        },
        last_seen: Some(now.minus(stagedoor_core::time::minutes(seen))),
        factors: Factors {
            passkeys: u32::from(random.below(3) > 0),
            totp: random.below(9) == 0,
            password: random.below(2) == 0,
        },
        risk: if random.below(500) == 0 {
            RiskLevel::Elevated
        } else {
            RiskLevel::Low
        },
    };
    (fresh_id(random, made), member)
}
