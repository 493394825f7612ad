//! Made-up data: tenants, people, sessions and two weeks of believable history, from a fixed seed.
//!
//! The same seed and the same start give the same data to the byte of every name; only dates move with the start. It
//! fills an empty database and nothing else, and says so in one entry of its own.

mod bulk;
mod directory;
mod history;
mod names;
mod past;
mod people;
mod random;
mod staff;
mod waiting;

use stagedoor_core::audit::{Event, Field, Target};
use stagedoor_core::id::{MemberId, TenantId};
use stagedoor_core::time::Timestamp;
use stagedoor_store::provider::Provider;
use stagedoor_store::staff as staff_store;

pub use bulk::Scale;
pub use random::SeededRng;
pub use staff::DemoApp;

use crate::error::ServiceError;
use crate::recorder::{Acting, Person, Story};
use crate::state::Service;
use crate::system::fresh_id;
use crate::visitor::Visitor;

/// How much to make.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Size {
    /// People of the first tenant, Acme.
    pub users: u32,
    /// Tenants in all.
    pub tenants: u32,
    /// Sessions of Acme's people, as spec 08 counts them.
    pub sessions: u32,
}

impl Default for Size {
    /// The numbers of spec 08.
    fn default() -> Self {
        Self {
            users: 142,
            tenants: 38,
            sessions: 1_812,
        }
    }
}

/// A person whom the demo's identity provider knows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DemoIdentity {
    /// The subject there.
    pub subject: String,
    /// The short name on the button.
    pub short: String,
    /// The name.
    pub name: String,
    /// The address.
    pub email: String,
}

/// A tenant that was made, with the people whom the history is about.
pub(crate) struct Made {
    pub(crate) id: TenantId,
    pub(crate) slug: String,
    pub(crate) people: Vec<(MemberId, Person)>,
}

/// The identities of the demo's staff.
#[must_use]
pub fn identities() -> Vec<DemoIdentity> {
    staff::DEMO_STAFF.iter().map(staff::identity).collect()
}

impl Service {
    /// Whether there is nothing in the database yet.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn is_empty(&self) -> Result<bool, ServiceError> {
        Ok(staff_store::list(&mut self.db().reader(), self.now())
            .await?
            .is_empty())
    }

    /// Fills an empty database with the demo's data.
    ///
    /// # Errors
    /// When the database cannot be written, or is not empty.
    pub async fn seed_demo(&self, provider: &Provider, size: Size) -> Result<(), ServiceError> {
        if !self.is_empty().await? {
            return Err(ServiceError::Conflict(
                "The database is not empty; demo data only goes into an empty one.",
            ));
        }
        let now = self.now();
        let random = SeededRng::new(20_261_121);
        let tenants = directory::fill(self, &random, size, now).await?;
        let staff = staff::fill(self, &random, provider, now).await?;
        waiting::fill(self, &random, &tenants, &staff, now).await?;
        history::write(self, &random, &tenants, &staff, now).await?;
        self.record_seed(now, size).await
    }

    async fn record_seed(&self, now: Timestamp, size: Size) -> Result<(), ServiceError> {
        let visitor = Visitor::new(fresh_id(self.rng(), now), None, "");
        let acting = Acting::itself();
        let mut story = Story::new(Event::SystemSeed);
        story.target = Some(Target::Other("database", "demo".to_owned()));
        story.facts.insert(Field::Tenants, size.tenants.to_string());
        story.facts.insert(Field::Users, size.users.to_string());
        let batch = self.record(&visitor, &acting, story, now).await?;
        self.commit_only(batch).await
    }
}
