//! Made-up data at any scale, beside whatever the demo has: tenants full of people, and a log full of entries.
//!
//! For measuring and for trying. It refuses a database that holds anything but made-up data, and says what it did in an
//! entry of its own.

mod entries;
mod people;
pub(super) mod rows;

use stagedoor_core::audit::{Event, Field, Target};
use stagedoor_core::resource::TenantStanding;
use stagedoor_core::role::Scope;
use stagedoor_core::tenant::{Consent, TenantState};
use stagedoor_core::time::{Timestamp, hours};
use stagedoor_store::audit::{self, AuditFilter};
use stagedoor_store::bulk::indexes;
use stagedoor_store::staff;
use stagedoor_store::tenant::{self, Tenant};

use self::rows::{Rows, write};
use super::{Made, SeededRng};
use crate::error::ServiceError;
use crate::recorder::Story;
use crate::state::Service;
use crate::system::fresh_id;

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

/// Says how far it is.
type Progress<'a> = &'a (dyn Fn(String) + Sync);

impl Service {
    /// Makes it, and tells how far it is.
    ///
    /// # Errors
    /// Conflict when the database holds what was not made up, or this much was made before.
    pub async fn seed_scale(&self, scale: Scale, progress: Progress<'_>) -> Result<(), ServiceError> {
        self.only_made_up().await?;
        self.only_once(scale).await?;
        let now = self.now();
        let random = SeededRng::new(u64::from(scale.users) << 32 | u64::from(scale.entries));
        write(self, Rows::WithoutIndexes).await?;
        let made = self.seed_tenants(scale, &random, now, progress).await;
        // Whether or not it went well.
        for which in 0..indexes::COUNT {
            write(self, Rows::Index(which)).await?;
        }
        progress("indexes made".to_owned());
        let tenants = made?;
        entries::fill(self, &random, &tenants, scale.entries, now, progress).await?;
        let mut story = Story::new(Event::SystemSeed);
        story.target = Some(Target::Other("database", "scale".to_owned()));
        story.facts.insert(Field::Tenants, scale.tenants.to_string());
        story.facts.insert(Field::Users, scale.users.to_string());
        story.facts.insert(Field::Entries, scale.entries.to_string());
        let batch = self.record_own(story).await?;
        self.commit_only(batch).await
    }

    async fn seed_tenants(
        &self,
        scale: Scale,
        random: &SeededRng,
        now: Timestamp,
        progress: Progress<'_>,
    ) -> Result<Vec<Made>, ServiceError> {
        let mut tenants = Vec::new();
        for number in 1..=scale.tenants {
            let share = scale.users / scale.tenants + u32::from(number <= scale.users % scale.tenants);
            let tenant = self.seed_tenant(random, number, now).await?;
            let people = people::fill(self, random, &tenant, share, now, progress).await?;
            tenants.push(Made {
                id: tenant.id,
                slug: tenant.slug,
                people,
            });
        }
        Ok(tenants)
    }

    /// Staff who were not made up are somebody's real ones.
    async fn only_made_up(&self) -> Result<(), ServiceError> {
        let ex = &mut self.db().reader();
        let mut seeded = AuditFilter::log("platform");
        seeded.event = Some(Event::SystemSeed.name().to_owned());
        let known = audit::count_up_to(ex, &seeded, 1).await? > 0;
        if known
            || (staff::list(ex, self.now()).await?.is_empty()
                && tenant::list(ex, &Scope::All, 1).await?.is_empty())
        {
            return Ok(());
        }
        Err(ServiceError::Conflict(
            "This database holds data that was not made up: seed only goes into an empty one, or one that the demo made.",
        ))
    }

    /// Looked at before anything is touched.
    async fn only_once(&self, scale: Scale) -> Result<(), ServiceError> {
        for number in 1..=scale.tenants {
            let slug = slug(number);
            if tenant::find_by_slug(&mut self.db().reader(), &slug)
                .await?
                .is_some()
            {
                return Err(ServiceError::Conflict(
                    "There are tenants scale-1 and so on already: use a fresh database.",
                ));
            }
        }
        Ok(())
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
            slug: slug(number),
            name: format!("Scale {number}"),
            standing: TenantStanding {
                state: TenantState::Active,
                consent: Consent::On,
            },
        };
        write(self, Rows::Tenant(tenant.clone(), made)).await?;
        Ok(tenant)
    }
}

fn slug(number: u32) -> String {
    format!("scale-{number}")
}
