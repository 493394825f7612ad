//! Visits as the console lists them: who was inside, where and when. Nothing here begins or ends one.

use stagedoor_core::id::{ImpersonationId, StaffId, TenantId};
use stagedoor_core::role::Scope;
use stagedoor_core::time::Timestamp;
use stagedoor_core::view::Total;

use crate::Error;
use crate::impersonation::{self, Visit};
use crate::select::{Filter, newest_first};
use crate::statement::{Executor, statements};

statements! {
    LIST = "SELECT id, staff_id, session_id, tenant_id, membership_id, role, mode, reason, ticket, started_at, ends_at, last_seen_at, ended_at, ended_why, consent_request_id FROM impersonation";
    MATCHING = "SELECT 1 AS one FROM impersonation";
    COUNT_TENANTS = "SELECT count(DISTINCT tenant_id) AS tenants FROM impersonation WHERE staff_id = $1 AND started_at > $2";
}

/// Which visits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VisitFilter {
    /// Only those to tenants of this scope.
    pub scope: Scope,
    /// Only those to this tenant.
    pub tenant: Option<TenantId>,
    /// Only those of one of these people; `None` is everybody's.
    pub staff: Option<Vec<StaffId>>,
    /// Only those for this ticket.
    pub ticket: Option<String>,
    /// Only those that are written down as over, or only those that are not.
    pub ended: Option<Ended>,
}

/// Whether the end of a visit is written down.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ended {
    /// It is.
    Yes,
    /// It is not: the visit runs, or its end is due this moment.
    No,
}

impl VisitFilter {
    /// Every visit to a scope's tenants.
    #[must_use]
    pub const fn of(scope: Scope) -> Self {
        Self {
            scope,
            tenant: None,
            staff: None,
            ticket: None,
            ended: None,
        }
    }

    fn conditions(&self) -> Filter {
        let mut filter = Filter::new();
        filter = match self.ended {
            None => filter,
            Some(Ended::Yes) => filter.and("ended_at IS NOT NULL", []),
            Some(Ended::No) => filter.and("ended_at IS NULL", []),
        };
        if let Scope::Only(tenants) = &self.scope {
            filter = filter.and_one_of("tenant_id", tenants.iter().map(Into::into).collect());
        }
        if let Some(staff) = &self.staff {
            filter = filter.and_one_of("staff_id", staff.iter().map(Into::into).collect());
        }
        filter
            .and_opt("tenant_id = $1", self.tenant)
            .and_opt("ticket = $1", self.ticket.as_deref())
    }
}

/// Where a page ended: when its last visit began, and its id.
pub type StartKey = (i64, ImpersonationId);

/// A page of visits, the latest first, from behind a key.
///
/// # Errors
/// When the database cannot be read.
pub async fn list(
    ex: &mut impl Executor,
    filter: &VisitFilter,
    after: Option<StartKey>,
    limit: u32,
) -> Result<Vec<Visit>, Error> {
    let walk = newest_first!("started_at", "id");
    let select = LIST.select().filter(filter.conditions());
    let rows = select.page(walk, after, limit).query().fetch_all(ex).await?;
    rows.iter().map(impersonation::visit).collect()
}

/// How many visits match, counted up to the cap.
///
/// # Errors
/// When the database cannot be read.
pub async fn count(ex: &mut impl Executor, filter: &VisitFilter) -> Result<Total, Error> {
    let query = MATCHING
        .select()
        .filter(filter.conditions())
        .count_up_to(Total::CAP + 1);
    Ok(Total::from_capped(query.fetch_one(ex).await?.count("total")?))
}

/// How many different tenants a person began a visit to since a moment.
///
/// # Errors
/// When the database cannot be read.
pub async fn count_tenants(ex: &mut impl Executor, staff: StaffId, since: Timestamp) -> Result<u64, Error> {
    let row = COUNT_TENANTS.bind(staff).bind(since).fetch_one(ex).await?;
    row.count("tenants")
}
