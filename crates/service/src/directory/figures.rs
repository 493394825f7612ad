//! The key figures of one tenant, as the Users page and the navigation show them.

use stagedoor_core::audit::Event;
use stagedoor_core::id::TenantId;
use stagedoor_core::time::{Timestamp, hours};
use stagedoor_core::view::{Kpi, Tone, Total, grouped};
use stagedoor_store::audit::{self, AuditFilter};
use stagedoor_store::{membership, pending};

use crate::error::ServiceError;
use crate::recent::{Extent, Recent};
use crate::state::Service;
use crate::trend;

const BARS: usize = 12;
const TWO_HOURS: i64 = 2 * 3_600 * 1_000_000;

/// The figures kept for tenants with many people.
#[derive(Default)]
pub(crate) struct KeptFigures {
    people: Recent<TenantId, u64>,
    all: Recent<TenantId, Figures>,
}

/// Everything the Users page counts whatever is searched.
#[derive(Debug, Clone)]
pub(super) struct Figures {
    /// Different roles.
    pub(super) roles: u64,
    active: u64,
    sessions: Vec<u64>,
    sessions_before: u64,
    failed: Vec<u64>,
    failed_before: u64,
    elevated: Total,
}

impl Service {
    /// How many people a tenant has; ten seconds old at most where they are many.
    pub(crate) async fn people_of(&self, tenant: TenantId) -> Result<u64, ServiceError> {
        let count = async {
            let people = membership::count(&mut self.db().reader(), tenant).await?;
            Ok((people, Extent::of(people)))
        };
        self.figures().people.get(tenant, self.now(), count).await
    }

    /// A tenant's figures; ten seconds old at most where there is much to count.
    pub(super) async fn figures_of(&self, tenant: TenantId, now: Timestamp) -> Result<Figures, ServiceError> {
        let count = async {
            let figures = Figures::count(self, tenant, now).await?;
            let extent = figures.extent();
            Ok((figures, extent))
        };
        self.figures().all.get(tenant, now, count).await
    }
}

impl Figures {
    async fn count(service: &Service, tenant: TenantId, now: Timestamp) -> Result<Self, ServiceError> {
        let ex = &mut service.db().reader();
        let (day, before) = (now.minus(hours(24)), now.minus(hours(48)));
        let sessions = pending::session_bars(ex, tenant, before, TWO_HOURS, 2 * BARS).await?;
        let mut refused = AuditFilter::log(tenant.to_string());
        refused.event = Some(Event::UserSignIn.name().to_owned());
        refused.outcomes = vec!["denied".to_owned(), "failed".to_owned()];
        let bars = audit::histogram(ex, &refused, before, TWO_HOURS, 2 * BARS).await?;
        let failed: Vec<u64> = bars.iter().map(|bar| bar.count).collect();
        let (sessions_before, sessions) = sessions.split_at(BARS);
        let (failed_before, failed) = failed.split_at(BARS);
        Ok(Self {
            roles: membership::count_roles(ex, tenant).await?,
            active: membership::count_seen(ex, tenant, day).await?,
            sessions: sessions.to_vec(),
            sessions_before: sessions_before.iter().sum(),
            failed: failed.to_vec(),
            failed_before: failed_before.iter().sum(),
            elevated: membership::count_elevated(ex, tenant).await?,
        })
    }

    fn extent(&self) -> Extent {
        let sessions = self.sessions_before + self.sessions.iter().sum::<u64>();
        let failed = self.failed_before + self.failed.iter().sum::<u64>();
        let elevated = match self.elevated {
            Total::Exact(count) => count,
            Total::AtLeast(count) => count + 1,
        };
        Extent::of(self.active.max(sessions).max(failed).max(elevated))
    }

    /// As the page shows them, with the time of decisions.
    pub(super) fn kpis(&self, decisions: Kpi) -> Vec<Kpi> {
        let sessions = self.sessions.iter().sum();
        let failed = self.failed.iter().sum();
        let nobody = self.elevated == Total::Exact(0);
        vec![
            Kpi {
                label: "Active, last 24 h".to_owned(),
                value: grouped(self.active),
                trend: format!("sessions {}", trend::of_volume(sessions, self.sessions_before)),
                spark: trend::spark(&self.sessions),
                tone: Tone::Accent,
            },
            Kpi {
                label: "Failed sign-ins, 24 h".to_owned(),
                value: grouped(failed),
                trend: trend::of_failures(failed, self.failed_before, "since yesterday"),
                spark: trend::spark(&self.failed),
                tone: Tone::Warn,
            },
            Kpi {
                label: "Elevated risk".to_owned(),
                value: self.elevated.to_string(),
                trend: if nobody { "nobody" } else { "look at them" }.to_owned(),
                spark: Vec::new(),
                tone: Tone::Danger,
            },
            decisions,
        ]
    }
}
