//! Tenants, their people and sessions, and what waits for somebody.

use std::collections::HashSet;

use stagedoor_core::action::Action;
use stagedoor_core::id::{AccountId, MemberId, TenantId};
use stagedoor_core::resource::TenantStanding;
use stagedoor_core::role::TenantRole;
use stagedoor_core::tenant::{Consent, TenantState};
use stagedoor_core::time::{Timestamp, hours, minutes};
use stagedoor_core::view::directory::RiskLevel;
use stagedoor_store::membership::{self, Factors, MemberState, Membership};
use stagedoor_store::password;
use stagedoor_store::pending::{self, NewInvitation, NewRequest, NewTenantSession};
use stagedoor_store::staff::Staff;
use stagedoor_store::tenant::{self, Tenant};
use stagedoor_store::tx::Unaudited;

use super::names::{AGENTS, FIRST, LAST, TENANTS};
use super::{Made, SeededRng, Size};
use crate::error::ServiceError;
use crate::recorder::Person;
use crate::state::Service;
use crate::system::fresh_id;

/// A person whom spec 08 names.
struct Named {
    local: &'static str,
    name: &'static str,
    role: TenantRole,
    state: MemberState,
    /// Minutes since the last activity.
    seen: u64,
    passkeys: u32,
    totp: bool,
    password: bool,
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
const NAMED: &[Named] = &[
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
    let mut people: Vec<(AccountId, Membership)> = NAMED
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
        .collect();
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

fn stranger(
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

/// Three elevated risks, twelve invitations, one break-glass request (spec 08).
pub(crate) async fn fill_waiting(
    service: &Service,
    random: &SeededRng,
    tenants: &[Made],
    staff: &[Staff],
    now: Timestamp,
) -> Result<(), ServiceError> {
    let invitations = invitations(random, tenants, now);
    let risks = risks(tenants);
    let request = request(random, tenants, staff, now);
    let risk_ids: Vec<stagedoor_core::id::RiskId> = risks.iter().map(|_| fresh_id(random, now)).collect();
    service
        .db()
        .write(move |mut tx| {
            let (invitations, risks, ids, request) = (
                invitations.clone(),
                risks.clone(),
                risk_ids.clone(),
                request.clone(),
            );
            Box::pin(async move {
                for invitation in &invitations {
                    pending::insert_invitation(&mut tx, invitation).await?;
                }
                for ((tenant, member, cause), id) in risks.into_iter().zip(ids) {
                    pending::insert_risk(&mut tx, id, tenant, member, cause, now.minus(hours(2))).await?;
                }
                if let Some(request) = &request {
                    pending::insert_request(&mut tx, request).await?;
                }
                Ok::<_, ServiceError>(tx.commit_unaudited(Unaudited::Seed, ()).await?)
            })
        })
        .await
}

fn invitations(random: &SeededRng, tenants: &[Made], now: Timestamp) -> Vec<NewInvitation> {
    (0..12u64)
        .filter_map(|number| {
            let tenant = tenants.get(number as usize % tenants.len().max(1))?;
            let first = FIRST.get((number as usize * 7) % FIRST.len())?;
            let created = now.minus(hours(number * 3));
            Some(NewInvitation {
                id: fresh_id(random, created),
                tenant: tenant.id,
                email: format!("{}.new@{}.example", first.to_lowercase(), tenant.slug),
                role: TenantRole::Admin,
                created,
                expires: created.plus(hours(48)),
            })
        })
        .collect()
}

/// Sam and two more people of Acme.
fn risks(tenants: &[Made]) -> Vec<(TenantId, MemberId, &'static str)> {
    let Some(acme) = tenants.first() else {
        return Vec::new();
    };
    let causes = [
        "new device from a new country",
        "refresh token used twice",
        "9 failed sign-ins",
    ];
    let people = acme.people.iter().filter(|(_, person)| {
        !["val@acme.com", "rod@acme.com", "former@acme.com", "lee@acme.com"].contains(&person.email.as_str())
    });
    people
        .zip(causes)
        .map(|((member, _), cause)| (acme.id, *member, cause))
        .collect()
}

fn request(random: &SeededRng, tenants: &[Made], staff: &[Staff], now: Timestamp) -> Option<NewRequest> {
    let lumen = tenants.iter().find(|tenant| tenant.slug == "lumen")?;
    let ada = staff.iter().find(|staff| staff.email.starts_with("ada@"))?;
    Some(NewRequest {
        id: fresh_id(random, now),
        requester: ada.id,
        operation: Action::TenantDelete,
        tenant: lumen.id,
        reason: "Contract ended, deletion asked for in writing".to_owned(),
        approvals: 1,
        quorum: 2,
        created: now.minus(minutes(8)),
        expires: now.plus(minutes(52)),
    })
}
