//! Made-up data at any scale, beside whatever the demo has: tenants full of people, and a log full of entries.
//!
//! For measuring and for trying. It refuses a database that holds anything but made-up data, and says what it did in an
//! entry of its own.

use stagedoor_core::actor::Actor;
use stagedoor_core::audit::{AuditBatch, Event, Target};
use stagedoor_core::id::{AccountId, MemberId, TenantId};
use stagedoor_core::resource::TenantStanding;
use stagedoor_core::role::{Scope, TenantRole};
use stagedoor_core::tenant::{Consent, TenantState};
use stagedoor_core::time::{Timestamp, hours};
use stagedoor_core::view::directory::RiskLevel;
use stagedoor_store::audit::{self, AuditFilter};
use stagedoor_store::membership::{Factors, MemberState, Membership};
use stagedoor_store::tenant::{self, Tenant};
use stagedoor_store::tx::Unaudited;
use stagedoor_store::{bulk, staff};

use super::SeededRng;
use super::names::{FIRST, LAST};
use crate::error::ServiceError;
use crate::recorder::{Acting, Person, Story};
use crate::state::Service;
use crate::system::fresh_id;
use crate::visitor::Visitor;

/// How much to make.
#[derive(Debug, Clone, Copy)]
pub struct Scale {
    /// Tenants, `scale-1` and so on.
    pub tenants: u32,
    /// People in all, as evenly as may be.
    pub users: u32,
    /// Entries of the audit in all, over the last fourteen days.
    pub entries: u32,
}

/// People a transaction: few enough to hold in memory, many enough that the disk is waited for rarely.
const PEOPLE: u32 = 50_000;
/// Entries a transaction.
const ENTRIES: u32 = 2_000;
/// Over how many people of a tenant the entries are spread.
const ACTORS: usize = 200;

impl Service {
    /// Makes it, and tells how far it is.
    ///
    /// # Errors
    /// Conflict when the database holds what was not made up, or this much was made before.
    pub async fn seed_scale(
        &self,
        scale: Scale,
        progress: &(dyn Fn(String) + Sync),
    ) -> Result<(), ServiceError> {
        self.only_made_up().await?;
        let now = self.now();
        let random = SeededRng::new(u64::from(scale.users) << 32 | u64::from(scale.entries));
        let mut actors = Vec::new();
        for number in 1..=scale.tenants {
            let share = scale.users / scale.tenants + u32::from(number <= scale.users % scale.tenants);
            let tenant = self.seed_tenant(&random, number, now).await?;
            let people = self.seed_people(&random, &tenant, share, now, progress).await?;
            actors.extend(people.into_iter().map(|person| (tenant.id, person)));
        }
        self.seed_entries(&random, &actors, scale.entries, now, progress)
            .await?;
        let mut story = Story::new(Event::SystemSeed);
        story.target = Some(Target::Other("database", "scale".to_owned()));
        story.facts.insert("tenants", scale.tenants.to_string());
        story.facts.insert("users", scale.users.to_string());
        story.facts.insert("entries", scale.entries.to_string());
        let batch = self.record_own(story).await?;
        self.commit_only(batch).await
    }

    /// Staff who were not made up are somebody's real ones.
    async fn only_made_up(&self) -> Result<(), ServiceError> {
        let ex = &mut self.db().reader();
        let mut seeded = AuditFilter::log("platform");
        seeded.event = Some(Event::SystemSeed.name().to_owned());
        let known = audit::count_up_to(ex, &seeded, 1).await? > 0;
        if known || (staff::list(ex).await?.is_empty() && tenant::list(ex, &Scope::All, 1).await?.is_empty())
        {
            return Ok(());
        }
        Err(ServiceError::Conflict(
            "This database holds data that was not made up: seed only goes into an empty one, or one that the demo made.",
        ))
    }

    async fn seed_tenant(
        &self,
        random: &SeededRng,
        number: u32,
        now: Timestamp,
    ) -> Result<Tenant, ServiceError> {
        let made = now.minus(hours(24 * 90));
        let tenant = Tenant {
            id: fresh_id(random, made),
            slug: format!("scale-{number}"),
            name: format!("Scale {number}"),
            standing: TenantStanding {
                state: TenantState::Active,
                consent: Consent::On,
            },
        };
        if tenant::find_by_slug(&mut self.db().reader(), &tenant.slug)
            .await?
            .is_some()
        {
            return Err(ServiceError::Conflict(
                "There are tenants scale-1 and so on already: use a fresh database.",
            ));
        }
        let new = tenant.clone();
        self.db()
            .write(move |mut tx| {
                let new = new.clone();
                Box::pin(async move {
                    tenant::insert(&mut tx, &new, made).await?;
                    Ok::<_, ServiceError>(tx.commit_unaudited(Unaudited::Seed, ()).await?)
                })
            })
            .await?;
        Ok(tenant)
    }

    async fn seed_people(
        &self,
        random: &SeededRng,
        tenant: &Tenant,
        count: u32,
        now: Timestamp,
        progress: &(dyn Fn(String) + Sync),
    ) -> Result<Vec<Person>, ServiceError> {
        let mut actors = Vec::new();
        for from in (0..count).step_by(PEOPLE as usize) {
            let until = count.min(from + PEOPLE);
            let people: Vec<(AccountId, Membership)> = (from..until)
                .map(|number| person(random, &tenant.slug, number, now))
                .collect();
            let room = ACTORS.saturating_sub(actors.len());
            actors.extend(people.iter().take(room).map(|(_, member)| Person {
                id: member.id.to_string(),
                name: member.name.clone(),
                email: member.email.clone(),
            }));
            let (id, people) = (tenant.id, std::sync::Arc::new(people));
            self.db()
                .write(move |mut tx| {
                    let people = people.clone();
                    Box::pin(async move {
                        bulk::insert_people(&mut tx, id, &people, now.minus(hours(24 * 80))).await?;
                        Ok::<_, ServiceError>(tx.commit_unaudited(Unaudited::Seed, ()).await?)
                    })
                })
                .await?;
            progress(format!("{}: {until} of {count} people", tenant.slug));
        }
        Ok(actors)
    }

    async fn seed_entries(
        &self,
        random: &SeededRng,
        actors: &[(TenantId, Person)],
        count: u32,
        now: Timestamp,
        progress: &(dyn Fn(String) + Sync),
    ) -> Result<(), ServiceError> {
        if actors.is_empty() {
            return Ok(());
        }
        let staff = staff::list(&mut self.db().reader()).await?;
        let start = now.minus(hours(24 * 14));
        let step = now.since(start).as_micros() / u128::from(count.max(1));
        for from in (0..count).step_by(ENTRIES as usize) {
            let until = count.min(from + ENTRIES);
            let mut batch: Option<AuditBatch> = None;
            for number in from..until {
                let micros = i64::try_from(step * u128::from(number)).unwrap_or(i64::MAX);
                let at = Timestamp::from_micros(start.micros().saturating_add(micros));
                let Some(entry) = self.seed_entry(random, actors, &staff, at).await? else {
                    continue;
                };
                batch = Some(match batch {
                    Some(batch) => batch.and_all(entry),
                    None => entry,
                });
            }
            if let Some(batch) = batch {
                self.commit_only(batch).await?;
            }
            if until % 50_000 < ENTRIES {
                progress(format!("{until} of {count} entries"));
            }
        }
        Ok(())
    }

    /// One entry of one log, in turn: the platform's by staff, a tenant's by its people.
    async fn seed_entry(
        &self,
        random: &SeededRng,
        actors: &[(TenantId, Person)],
        staff: &[stagedoor_store::staff::Staff],
        at: Timestamp,
    ) -> Result<Option<AuditBatch>, ServiceError> {
        let Some((tenant, who)) = random.one_of(actors) else {
            return Ok(None);
        };
        let agent = random.one_of(super::names::AGENTS).copied().unwrap_or_default();
        let visitor = Visitor::new(fresh_id(random, at), None, agent);
        let by_staff = random.one_of(staff).filter(|_| random.below(3) > 0);
        let (acting, mut story) = match by_staff {
            Some(staff) => (Self::known(staff), Story::new(Event::TenantView)),
            None => {
                let Ok(member) = who.id.parse::<MemberId>() else {
                    return Ok(None);
                };
                let acting = Acting {
                    actor: Actor::Member {
                        tenant: *tenant,
                        member,
                    },
                    person: Some(who.clone()),
                    subject: None,
                };
                (acting, Story::new(Event::UserSignIn))
            }
        };
        story.tenant = Some(*tenant);
        if by_staff.is_some() {
            story.target = Some(Target::Tenant(*tenant));
        }
        self.record(&visitor, &acting, story, at).await.map(Some)
    }
}

fn person(random: &SeededRng, slug: &str, number: u32, now: Timestamp) -> (AccountId, Membership) {
    let first = random.one_of(FIRST).copied().unwrap_or("Ana");
    let last = random.one_of(LAST).copied().unwrap_or("Ortiz");
    let made = now.minus(hours(24 * 80));
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
