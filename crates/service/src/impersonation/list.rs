//! The console's Impersonations: who is inside now, and who was, within the reader's scope. Nothing here begins or
//! ends a visit.

use std::collections::HashMap;

use stagedoor_core::action::kind::ImpersonationView;
use stagedoor_core::action::{Action, ActionKind, kind};
use stagedoor_core::id::{MemberId, StaffId, TenantId};
use stagedoor_core::impersonation::{VisitEnd, VisitState};
use stagedoor_core::input::FieldError;
use stagedoor_core::resource::{Platform, Resource, VisitTarget};
use stagedoor_core::time::hours;
use stagedoor_core::view::Page;
use stagedoor_core::view::frame::TenantLabel;
use stagedoor_core::view::visit::{BudgetView, EndView, StaffLabel, VisitView, VisitsView};
use stagedoor_store::impersonation::{self as store, Visit};
use stagedoor_store::tenant::Tenant;
use stagedoor_store::visit_list::{self, Ended, StartKey, VisitFilter};
use stagedoor_store::{membership, staff, tenant};

use super::find_tenant;
use crate::cursor::CursorPlace;
use crate::directory::{LIMIT_DEFAULT, LIMIT_MAX};
use crate::error::ServiceError;
use crate::frame::label;
use crate::op::StaffOp;
use crate::people::staff_named;
use crate::query::{self, Term, chips};

/// Most visits that run at once and are looked at.
const LIVE_MAX: u32 = 500;

/// What the page was asked for.
#[derive(Debug, Clone, Default)]
pub struct VisitsRequest {
    /// The tenant that it is scoped to, by id or slug.
    pub tenant: Option<String>,
    /// The query.
    pub q: String,
    /// The cursor of a former page.
    pub cursor: Option<String>,
    /// Past visits a page; none is the default.
    pub limit: Option<u32>,
}

/// The Impersonations page.
///
/// # Errors
/// Denied; not found for a tenant that is unknown or hidden; invalid for a cursor that cannot be read. A query that cannot
/// be read is shown with what is wrong.
pub async fn visits(op: &StaffOp, request: &VisitsRequest) -> Result<VisitsView, ServiceError> {
    op.require::<ImpersonationView>(&Platform).await?.discharge(());
    let scoped = match request.tenant.as_deref().filter(|slug| !slug.is_empty()) {
        Some(slug) => Some(find_tenant(op, slug).await?),
        None => None,
    };
    let all = VisitFilter {
        tenant: scoped.as_ref().map(|tenant| tenant.id),
        ..VisitFilter::of(op.staff().scope.clone())
    };
    let (filter, chips, query_error) = match query::parse(&request.q) {
        Ok(terms) => match narrow(op, all.clone(), &terms).await? {
            Ok(filter) => (filter, chips(&terms), None),
            Err(message) => (all, Vec::new(), Some(message)),
        },
        Err(message) => (all, Vec::new(), Some(message)),
    };
    let mut names = Names::read(op).await?;
    let place = CursorPlace {
        route: "impersonations",
        filter: format!("{:?}\n{}", filter.tenant, request.q),
        person: op.staff().id.to_string(),
    };
    let limit = request.limit.unwrap_or(LIMIT_DEFAULT).clamp(1, LIMIT_MAX);
    let past = past(
        op,
        &mut names,
        &place,
        &filter,
        (request.cursor.as_deref(), limit),
    )
    .await?;
    let matching = VisitFilter {
        ended: Some(Ended::Yes),
        ..filter.clone()
    };
    Ok(VisitsView {
        tenant: scoped.as_ref().map(label),
        query: request.q.clone(),
        query_error,
        chips,
        live: live(op, &mut names, &filter).await?,
        past,
        matching: visit_list::count(&mut op.service().db().reader(), &matching).await?,
        budget: budget(op).await?,
        now: op.now(),
    })
}

/// The same for an API, where nobody looks at what is wrong with a query.
///
/// # Errors
/// As [`visits`]; invalid for a query that cannot be read.
pub async fn list(op: &StaffOp, request: &VisitsRequest) -> Result<VisitsView, ServiceError> {
    let view = visits(op, request).await?;
    match view.query_error {
        Some(message) => Err(ServiceError::field(FieldError::new("q", message))),
        None => Ok(view),
    }
}

/// What the words and filters mean: who visited, and for which ticket.
async fn narrow(
    op: &StaffOp,
    mut filter: VisitFilter,
    terms: &[Term],
) -> Result<Result<VisitFilter, String>, ServiceError> {
    let mut words = Vec::new();
    for term in terms {
        match term.key.as_deref() {
            None => words.push(term.text.clone()),
            Some("ticket") => filter.ticket = term.values.first().cloned(),
            Some(key) => {
                return Ok(Err(format!(
                    "{key}: is not known here. Use a name, or ticket:#4218."
                )));
            }
        }
    }
    if !words.is_empty() {
        filter.staff = Some(staff_named(op, &words).await?);
    }
    Ok(Ok(filter))
}

/// The visits of a filter that run now, the oldest first.
pub(crate) async fn live(
    op: &StaffOp,
    names: &mut Names,
    filter: &VisitFilter,
) -> Result<Vec<VisitView>, ServiceError> {
    let service = op.service();
    let running = VisitFilter {
        ended: Some(Ended::No),
        ..filter.clone()
    };
    let rows = visit_list::list(&mut service.db().reader(), &running, None, LIVE_MAX).await?;
    let mut views = Vec::new();
    for visit in rows
        .iter()
        .rev()
        .filter(|visit| service.visit_runs(visit, op.now()))
    {
        views.push(names.view(op, visit).await?);
    }
    Ok(views)
}

/// A page of the visits of a filter that are over, the latest first.
pub(crate) async fn past(
    op: &StaffOp,
    names: &mut Names,
    place: &CursorPlace<'_>,
    filter: &VisitFilter,
    (cursor, limit): (Option<&str>, u32),
) -> Result<Page<VisitView>, ServiceError> {
    let service = op.service();
    let (after, first) = place.after::<StartKey>(service, cursor)?;
    let over = VisitFilter {
        ended: Some(Ended::Yes),
        ..filter.clone()
    };
    let mut rows = visit_list::list(&mut service.db().reader(), &over, after, limit + 1).await?;
    let next = place.cut(service, &mut rows, (limit, first), |visit| {
        (visit.started.micros(), visit.id)
    })?;
    let mut items = Vec::with_capacity(rows.len());
    for visit in &rows {
        items.push(names.view(op, visit).await?);
    }
    Ok(Page { items, next })
}

/// How many visits to the reader's tenants run now.
pub(crate) async fn count_running(op: &StaffOp) -> Result<u64, ServiceError> {
    let service = op.service();
    let running = store::list_running(&mut service.db().reader(), LIVE_MAX).await?;
    let live = running
        .iter()
        .filter(|visit| op.knows(visit.tenant) && service.visit_runs(visit, op.now()));
    Ok(live.count() as u64)
}

async fn budget(op: &StaffOp) -> Result<Option<BudgetView>, ServiceError> {
    if op.offered(kind::TenantImpersonate::ACTION).is_err() {
        return Ok(None);
    }
    let day = op.now().minus(hours(24));
    let ex = &mut op.service().db().reader();
    Ok(Some(BudgetView {
        live: op.live_visits(),
        allowed: op.visit_limits().at_once,
        tenants_today: visit_list::count_tenants(ex, op.staff().id, day).await?,
    }))
}

/// Why a visit ended, for a colleague of the visitor's.
const fn why(end: VisitEnd) -> &'static str {
    match end {
        VisitEnd::Expired => "time was up",
        VisitEnd::Ended => "ended by the visitor",
        VisitEnd::Idle => "idle for too long",
        VisitEnd::SessionEnded => "the staff session ended",
        VisitEnd::EndedByStaff => "ended by a colleague",
        VisitEnd::EndedByTenant => "ended by the tenant",
        VisitEnd::ConsentWithdrawn => "support access was switched off",
        VisitEnd::TenantSuspended => "the tenant was suspended",
        VisitEnd::RoleLost => "the role no longer allowed it",
        VisitEnd::PersonGone => "the person's membership ended",
    }
}

/// Names behind the ids of visits: all of staff, and what was looked up of tenants already.
pub(crate) struct Names {
    staff: HashMap<StaffId, StaffLabel>,
    tenants: HashMap<TenantId, Tenant>,
    members: HashMap<MemberId, String>,
}

impl Names {
    /// Reads those of staff, who are few.
    pub(crate) async fn read(op: &StaffOp) -> Result<Self, ServiceError> {
        let all = staff::list(&mut op.service().db().reader(), op.now()).await?;
        let staff = all.into_iter().map(|staff| {
            let label = StaffLabel {
                name: staff.name,
                email: staff.email,
            };
            (staff.id, label)
        });
        Ok(Self {
            staff: staff.collect(),
            tenants: HashMap::new(),
            members: HashMap::new(),
        })
    }

    async fn tenant(&mut self, op: &StaffOp, id: TenantId) -> Result<TenantLabel, ServiceError> {
        if let Some(known) = self.tenants.get(&id) {
            return Ok(label(known));
        }
        let found = tenant::find(&mut op.service().db().reader(), id).await?;
        let found = found.ok_or_else(|| ServiceError::Internal(format!("{id} has visits and is gone")))?;
        let named = label(&found);
        self.tenants.insert(id, found);
        Ok(named)
    }

    async fn member(&mut self, op: &StaffOp, visit: &Visit) -> Result<Option<String>, ServiceError> {
        let Some(id) = visit.member else { return Ok(None) };
        if let Some(email) = self.members.get(&id) {
            return Ok(Some(email.clone()));
        }
        let found = membership::find(&mut op.service().db().reader(), visit.tenant, id).await?;
        let email = found.map_or_else(|| id.to_string(), |member| member.email);
        self.members.insert(id, email.clone());
        Ok(Some(email))
    }

    /// A visit with its names. One that is over by its clocks is over, whether or not that is written down.
    pub(crate) async fn view(&mut self, op: &StaffOp, visit: &Visit) -> Result<VisitView, ServiceError> {
        let target = VisitTarget {
            id: visit.id,
            staff: visit.staff,
            tenant: visit.tenant,
        };
        let ended = end_view(op, visit);
        let may_end = ended.is_none() && op.may(Action::ImpersonationEndOther, target.facts());
        let nobody = StaffLabel {
            name: visit.staff.to_string(),
            email: String::new(),
        };
        Ok(VisitView {
            id: visit.id,
            staff: self.staff.get(&visit.staff).cloned().unwrap_or(nobody),
            tenant: self.tenant(op, visit.tenant).await?,
            as_whom: self.member(op, visit).await?,
            role: visit.role,
            mode: visit.mode.as_str().to_owned(),
            reason: visit.reason.clone(),
            ticket: visit.ticket.clone(),
            started: visit.started,
            until: visit.until,
            may_end,
            own: ended.is_none() && visit.session == op.session().id,
            ended,
        })
    }
}

fn end_view(op: &StaffOp, visit: &Visit) -> Option<EndView> {
    let (at, end) = match visit.state {
        VisitState::Ended { at, why } => (at, why),
        VisitState::Live { until, last_seen } => {
            let service = op.service();
            let last_seen = service.touches().latest_visit(visit.id, last_seen);
            let idle = service.policy().visit_idle;
            let due = VisitState::Live { until, last_seen }.due(op.now(), idle)?;
            (until.min(last_seen.plus(idle)), due)
        }
    };
    Some(EndView {
        at,
        code: end.as_str().to_owned(),
        why: why(end).to_owned(),
    })
}
