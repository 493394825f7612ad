//! Tenants, with their people and their sessions.

use std::collections::HashSet;

use stagedoor_core::id::{AccountId, TenantId};
use stagedoor_core::resource::TenantStanding;
use stagedoor_core::role::TenantRole;
use stagedoor_core::tenant::{Consent, TenantState};
use stagedoor_core::time::{Timestamp, hours, minutes};
use stagedoor_core::view::directory::RiskLevel;
use stagedoor_store::membership::{self, MemberState, Membership};
use stagedoor_store::password;
use stagedoor_store::pending::{self, NewTenantSession};
use stagedoor_store::tenant::{self, Tenant};
use stagedoor_store::tx::Unaudited;

use super::names::{AGENTS, TENANTS};
use super::people::{NAMED, named, stranger};
use super::{Made, SeededRng, Size};
use crate::error::ServiceError;
use crate::recorder::Person;
use crate::state::Service;
use crate::system::fresh_id;

#[derive(Clone)]
struct NewTenant {
    tenant: Tenant,
    people: Vec<(AccountId, Membership)>,
    sessions: Vec<NewTenantSession>,
    /// Hashes of passwords that somebody may sign in with.
    passwords: Vec<(AccountId, String)>,
}

/// What the passwords of the demo begin with; the rest is the part of the address before the `@`. Val's is by spec 08:
/// whoever runs the demo may sign in to Acme's portal as its owner. Those of an administrator and of somebody who may
/// little show the portal as they see it.
const PASSWORD: &str = "stagedoor-demo-";

pub(crate) async fn fill(
    service: &Service,
    random: &SeededRng,
    size: Size,
    now: Timestamp,
) -> Result<Vec<Made>, ServiceError> {
    let mut new = vec![acme(random, size, now)];
    for number in 1..size.tenants {
        new.push(other(random, number as usize, now));
    }
    if let Some(acme) = new.first_mut() {
        give_passwords(service, random, acme).await?;
    }
    let made = new.iter().map(made).collect();
    let created = now.minus(hours(24 * 90));
    for tenant in new {
        write(service, tenant, created).await?;
    }
    Ok(made)
}

/// To those of the named people who have one.
async fn give_passwords(
    service: &Service,
    random: &SeededRng,
    acme: &mut NewTenant,
) -> Result<(), ServiceError> {
    for (named, (account, _)) in NAMED.iter().zip(&acme.people) {
        if named.password {
            let phc = service
                .hash_password(random, &format!("{PASSWORD}{}", named.local))
                .await?;
            acme.passwords.push((*account, phc));
        }
    }
    Ok(())
}

async fn write(service: &Service, new: NewTenant, created: Timestamp) -> Result<(), ServiceError> {
    service
        .db()
        .write(move |mut tx| {
            let new = new.clone();
            Box::pin(async move {
                tenant::insert(&mut tx, &new.tenant, created).await?;
                for (account, member) in &new.people {
                    membership::insert(&mut tx, new.tenant.id, *account, member, created).await?;
                }
                for (account, phc) in &new.passwords {
                    password::set(&mut tx, *account, phc, created).await?;
                }
                for session in &new.sessions {
                    pending::insert_tenant_session(&mut tx, session).await?;
                }
                Ok::<_, ServiceError>(tx.commit_unaudited(Unaudited::Seed, ()).await?)
            })
        })
        .await
}

fn made(new: &NewTenant) -> Made {
    let person = |member: &Membership| Person {
        id: member.id.to_string(),
        name: member.name.clone(),
        email: member.email.clone(),
    };
    Made {
        id: new.tenant.id,
        slug: new.tenant.slug.clone(),
        people: new
            .people
            .iter()
            .map(|(_, member)| (member.id, person(member)))
            .collect(),
    }
}

fn tenant(random: &SeededRng, slug: &str, name: &str, consent: Consent, now: Timestamp) -> Tenant {
    let id: TenantId = fresh_id(random, now.minus(hours(24 * 90)));
    let standing = TenantStanding {
        state: TenantState::Active,
        consent,
    };
    Tenant {
        id,
        slug: slug.to_owned(),
        name: name.to_owned(),
        standing,
    }
}

fn acme(random: &SeededRng, size: Size, now: Timestamp) -> NewTenant {
    let tenant = tenant(random, "acme", "Acme", Consent::On, now);
    let mut people = named(random, now);
    people.truncate(size.users as usize);
    let mut taken: HashSet<String> = people.iter().map(|(_, member)| member.email.clone()).collect();
    while people.len() < size.users as usize {
        people.push(stranger(random, "acme.com", &mut taken, people.len(), now));
    }
    // The two people beside Sam whom open risk events are about.
    for (_, member) in people.iter_mut().skip(NAMED.len()).take(2) {
        member.risk = RiskLevel::Elevated;
    }
    let sessions = sessions(random, &tenant, &people, size.sessions, now);
    NewTenant {
        tenant,
        people,
        sessions,
        passwords: Vec::new(),
    }
}

fn other(random: &SeededRng, number: usize, now: Timestamp) -> NewTenant {
    let (slug, name) = match TENANTS.get(number - 1) {
        Some((slug, name)) => ((*slug).to_owned(), (*name).to_owned()),
        None => (format!("tenant-{number}"), format!("Tenant {number}")),
    };
    // A few owners have closed the door, so that the demo shows it.
    let consent = match number % 9 {
        5 => Consent::Off,
        7 => Consent::Ask,
        _ => Consent::On,
    };
    let tenant = tenant(random, &slug, &name, consent, now);
    let mut taken = HashSet::new();
    let count = 3 + random.below(7) as usize;
    let mut people: Vec<(AccountId, Membership)> = (0..count)
        .map(|at| stranger(random, &format!("{slug}.example"), &mut taken, at + 100, now))
        .collect();
    if let Some((_, first)) = people.first_mut() {
        first.role = TenantRole::Owner;
        first.state = MemberState::Active;
    }
    let sessions = sessions(random, &tenant, &people, count as u32 * 2, now);
    NewTenant {
        tenant,
        people,
        sessions,
        passwords: Vec::new(),
    }
}

fn sessions(
    random: &SeededRng,
    tenant: &Tenant,
    people: &[(AccountId, Membership)],
    count: u32,
    now: Timestamp,
) -> Vec<NewTenantSession> {
    let session = |_| {
        let (_, member) = random.one_of(people)?;
        // More of them lately: three in four began within two days.
        let span = if random.below(4) == 0 {
            13 * 24 * 60
        } else {
            2 * 24 * 60
        };
        let started = now.minus(minutes(1 + random.below(span)));
        let seen = started.plus(minutes(random.below(120))).min(now);
        Some(NewTenantSession {
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
        })
    };
    (0..count).filter_map(session).collect()
}
