//! Reading the audit: the platform's timeline for staff, a tenant's own for its people.
//!
//! Names beside an entry are opened here, as far as their keys still exist. Every read of the platform's log is an
//! entry of its own.

mod action;
mod event;
mod export;
mod filter;
mod line;
mod question;

use stagedoor_core::action::Action;
use stagedoor_core::action::kind::AuditReadTenant;
use stagedoor_core::audit::sentence::Reader;
use stagedoor_core::audit::{Event, Field, Read, Retention};
use stagedoor_core::id::EventId;
use stagedoor_core::permit::Permit;
use stagedoor_core::resource::{Platform, Resource};
use stagedoor_core::role::Scope;
use stagedoor_core::time::hours;
use stagedoor_core::view::Page;
use stagedoor_core::view::audit::AuditView;
use stagedoor_core::view::event::AuditEvent;
use stagedoor_core::view::receipt::ReceiptView;
use stagedoor_store::audit::{self, AuditFilter};
use stagedoor_store::tenant::Tenant;

pub use self::export::{AuditPages, ExportRequest, ExportedEvent, export, export_of_tenant};

pub(crate) use self::question::KeptCounts;

use self::filter::{plain_terms, read_terms};
use self::question::{Asked, BAR_MICROS, Question};
use crate::cursor::CursorPlace;
use crate::error::ServiceError;
use crate::op::StaffOp;
use crate::query::{self, chips};
use crate::recorder::Story;
use crate::state::Service;

/// What the page was asked for.
#[derive(Debug, Clone, Default)]
pub struct AuditRequest {
    /// The tenant that the console is scoped to, by slug.
    pub tenant: Option<String>,
    /// The query.
    pub q: String,
    /// The cursor of a former page.
    pub cursor: Option<String>,
    /// Rows a page; none is the default.
    pub limit: Option<u32>,
}

/// The Audit log page of the console.
///
/// # Errors
/// Denied; not found for a tenant that is unknown or hidden; invalid for a cursor that cannot be read.
pub async fn page(op: &StaffOp, request: &AuditRequest) -> Result<AuditView, ServiceError> {
    let permit = op.require::<AuditReadTenant>(&Platform).await?.discharge(());
    let (view, rows) = platform(op, request).await?.view().await?;
    record_read(op, &permit, request, rows).await?;
    Ok(view)
}

/// A page of the platform's log, in fields.
///
/// # Errors
/// As [`page`]; invalid, too, for a query that cannot be read.
pub async fn events(op: &StaffOp, request: &AuditRequest) -> Result<Page<AuditEvent>, ServiceError> {
    let permit = op.require::<AuditReadTenant>(&Platform).await?.discharge(());
    let events = platform(op, request).await?.events().await?;
    record_read(op, &permit, request, events.items.len() as u64).await?;
    Ok(events)
}

/// The receipt of one entry of the platform's log, for whoever may read it there.
///
/// # Errors
/// Denied; not found for an entry that is unknown, of another log, or hidden from the reader.
pub async fn receipt(op: &StaffOp, id: EventId) -> Result<ReceiptView, ServiceError> {
    let permit = op.require::<AuditReadTenant>(&Platform).await?.discharge(());
    let filter = AuditFilter {
        id: Some(id.to_string()),
        ..everything(op)
    };
    let receipt = receipt_of(op.service(), &filter).await?;
    let request = AuditRequest {
        q: format!("id:{id}"),
        ..AuditRequest::default()
    };
    record_read(op, &permit, &request, 1).await?;
    Ok(receipt)
}

/// The same of a tenant's own log. Who may read it was asked by the caller, who also records the read.
pub(crate) async fn tenant_receipt(
    service: &Service,
    tenant: &Tenant,
    id: EventId,
) -> Result<ReceiptView, ServiceError> {
    let filter = AuditFilter {
        id: Some(id.to_string()),
        ..AuditFilter::log(tenant.id.to_string())
    };
    receipt_of(service, &filter).await
}

async fn receipt_of(service: &Service, filter: &AuditFilter) -> Result<ReceiptView, ServiceError> {
    let found = audit::list(&mut service.db().reader(), filter, None, 1).await?;
    let entry = found.first().ok_or(ServiceError::NotFound)?;
    service.receipt(&filter.scope, entry).await
}

async fn platform<'a>(op: &'a StaffOp, request: &'a AuditRequest) -> Result<Question<'a>, ServiceError> {
    let scoped = match request.tenant.as_deref().filter(|slug| !slug.is_empty()) {
        Some(slug) => Some(crate::impersonation::find_tenant(op, slug).await?),
        None => None,
    };
    let all = everything(op);
    let read = match query::parse(&request.q) {
        Ok(terms) => read_terms(op, all.clone(), scoped.as_ref(), &terms)
            .await?
            .map(|filter| (filter, chips(&terms))),
        Err(message) => Err(message),
    };
    let place = CursorPlace {
        route: "audit",
        filter: format!("{:?}\n{}", scoped.as_ref().map(|tenant| tenant.id), request.q),
        person: op.staff().id.to_string(),
    };
    Ok(Question {
        service: op.service(),
        place,
        reader: Reader::Platform,
        asked: match op.would(Action::PolicyView, Platform.facts()).is_permit() {
            true => Asked::Told,
            false => Asked::Untold,
        },
        request,
        now: op.now(),
        kept_days: Retention::Platform.days(),
        all,
        read,
    })
}

/// Whoever reads the platform's log is read about there.
async fn record_read(
    op: &StaffOp,
    permit: &Permit<AuditReadTenant>,
    request: &AuditRequest,
    rows: u64,
) -> Result<(), ServiceError> {
    let mut story = Story::new(Event::AuditRead);
    story.verdicts = Some(permit.decision().verdicts);
    story.reads.push(Read {
        what: "Audit log".to_owned(),
        rows,
    });
    if !request.q.is_empty() {
        story
            .facts
            .insert(Field::Query, request.q.chars().take(query::QUERY_MAX).collect());
    }
    let batch = op.record(story).await?;
    op.service().commit_only(batch).await
}

/// All that the person may read of the platform's log.
pub(crate) fn everything(op: &StaffOp) -> AuditFilter {
    let mut filter = AuditFilter::log("platform");
    filter.without_admin = !op.would(Action::AuditReadAdmin, Platform.facts()).is_permit();
    if let Scope::Only(tenants) = &op.staff().scope {
        filter.tenants = Some(tenants.iter().map(ToString::to_string).collect());
    }
    filter
}

/// A tenant's own log. Who may read it was asked by the caller, who also records the read.
pub(crate) async fn tenant_page(
    service: &Service,
    tenant: &Tenant,
    reader: String,
    request: &AuditRequest,
) -> Result<(AuditView, u64), ServiceError> {
    of_tenant(service, tenant, reader, request).view().await
}

/// The same, in fields; invalid for a query that cannot be read.
pub(crate) async fn tenant_events(
    service: &Service,
    tenant: &Tenant,
    reader: String,
    request: &AuditRequest,
) -> Result<Page<AuditEvent>, ServiceError> {
    of_tenant(service, tenant, reader, request).events().await
}

fn of_tenant<'a>(
    service: &'a Service,
    tenant: &Tenant,
    reader: String,
    request: &'a AuditRequest,
) -> Question<'a> {
    let all = AuditFilter::log(tenant.id.to_string());
    let read = query::parse(&request.q)
        .and_then(|terms| Ok((plain_terms(all.clone(), &terms, service.now())?, chips(&terms))));
    let place = CursorPlace {
        route: "tenant-audit",
        filter: format!("{}\n{}", tenant.id, request.q),
        person: reader,
    };
    Question {
        service,
        place,
        reader: Reader::Tenant,
        asked: Asked::Untold,
        request,
        now: service.now(),
        kept_days: Retention::Tenant.days(),
        all,
        read,
    }
}

/// How many refusals the platform's log holds of the last day, and of the day before.
pub(crate) async fn refusals(op: &StaffOp) -> Result<(Vec<u64>, u64), ServiceError> {
    let mut filter = everything(op);
    filter.outcomes = vec!["denied".to_owned()];
    let from = op.now().minus(hours(48));
    let bars = audit::histogram(&mut op.service().db().reader(), &filter, from, 4 * BAR_MICROS, 24).await?;
    let counts: Vec<u64> = bars.iter().map(|bar| bar.count).collect();
    let (before, today) = counts.split_at(12);
    Ok((today.to_vec(), before.iter().sum()))
}

/// How many visits began on each of the last 14 days, by the reader's part of the platform's log.
pub(crate) async fn visits_by_day(op: &StaffOp) -> Result<Vec<u64>, ServiceError> {
    let mut filter = everything(op);
    filter.event = Some(Event::ImpersonationStart.name().to_owned());
    filter.outcomes = vec!["success".to_owned()];
    let from = op.now().minus(hours(14 * 24));
    let bars = audit::histogram(
        &mut op.service().db().reader(),
        &filter,
        from,
        48 * BAR_MICROS,
        14,
    )
    .await?;
    Ok(bars.iter().map(|bar| bar.count).collect())
}
