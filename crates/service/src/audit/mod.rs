//! Reading the audit: the platform's timeline for staff, a tenant's own for its people.
//!
//! Names beside an entry are opened here, as far as their keys still exist. Every read of the platform's log is an
//! entry of its own.

mod action;
mod event;
mod export;
mod filter;
mod line;

use stagedoor_core::action::Action;
use stagedoor_core::action::kind::AuditReadTenant;
use stagedoor_core::audit::sentence::Reader;
use stagedoor_core::audit::{Event, Field, Read, Retention};
use stagedoor_core::id::EventId;
use stagedoor_core::input::FieldError;
use stagedoor_core::permit::Permit;
use stagedoor_core::resource::{Platform, Resource};
use stagedoor_core::role::Scope;
use stagedoor_core::time::{Timestamp, hours};
use stagedoor_core::view::audit::{AuditLine, AuditView, Bar};
use stagedoor_core::view::event::AuditEvent;
use stagedoor_core::view::receipt::ReceiptView;
use stagedoor_core::view::{Page, Total};
use stagedoor_store::audit::{self, AuditFilter, Stored};
use stagedoor_store::log::head;
use stagedoor_store::tenant::Tenant;

pub use self::export::{AuditPages, ExportRequest, ExportedEvent, export, export_of_tenant};

use self::filter::{plain_terms, read_terms};
use crate::cursor::CursorPlace;
use crate::directory::{LIMIT_DEFAULT, LIMIT_MAX};
use crate::error::ServiceError;
use crate::op::StaffOp;
use crate::query::{self, chips};
use crate::recent::{Extent, Recent};
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

/// Half an hour a bar, a day of them.
const BARS: usize = 48;
const BAR_MICROS: i64 = 30 * 60 * 1_000_000;

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
        request,
        now: service.now(),
        kept_days: Retention::Tenant.days(),
        all,
        read,
    }
}

/// Counts of logs with many entries.
#[derive(Default)]
pub(crate) struct KeptCounts {
    all: Recent<String, Total>,
    matching: Recent<String, (Total, Vec<Bar>)>,
}

fn extent(total: Total, bars: &[Bar]) -> Extent {
    match total {
        Total::AtLeast(_) => Extent::Large,
        Total::Exact(_) => Extent::of(bars.iter().map(|bar| bar.count).sum()),
    }
}

/// One reader's question to one log.
struct Question<'a> {
    service: &'a Service,
    place: CursorPlace<'a>,
    reader: Reader,
    request: &'a AuditRequest,
    now: Timestamp,
    kept_days: u64,
    /// All that the reader may see.
    all: AuditFilter,
    /// What was asked for, or what is wrong with the query.
    read: Result<(AuditFilter, Chips), String>,
}

type Chips = Vec<stagedoor_core::view::directory::Chip>;

impl Question<'_> {
    /// The page, and how many entries stand on it.
    async fn view(self) -> Result<(AuditView, u64), ServiceError> {
        let all = self.count_all().await?;
        let from = Timestamp::from_micros((self.now.micros() / BAR_MICROS - (BARS as i64 - 1)) * BAR_MICROS);
        let (query_error, filter, chips) = match &self.read {
            Ok((filter, chips)) => (None, Some(filter), chips.clone()),
            Err(message) => (Some(message.clone()), None, Vec::new()),
        };
        let ((matching, bars), page) = match filter {
            Some(filter) => (self.count(filter, from).await?, self.lines(filter).await?),
            None => (
                (Total::Exact(0), Vec::new()),
                Page {
                    items: Vec::new(),
                    next: None,
                },
            ),
        };
        let rows = page.items.len() as u64;
        let query = self.request.q.clone();
        let (kept_days, now) = (self.kept_days, self.now);
        let head = head::find(&mut self.service.db().reader(), &self.all.scope).await?;
        let signed_at = head.map(|head| head.at);
        let witnessed = self.service.logs().has_witnesses();
        Ok((
            AuditView {
                query,
                query_error,
                chips,
                all,
                matching,
                kept_days,
                signed_at,
                witnessed,
                bars,
                page,
                now,
            },
            rows,
        ))
    }

    /// All that the reader may read; ten seconds old at most where it is much.
    async fn count_all(&self) -> Result<Total, ServiceError> {
        let count = async {
            let total = audit::count_matching(&mut self.service.db().reader(), &self.all).await?;
            Ok((total, extent(total, &[])))
        };
        let key = format!("{:?}", self.all);
        self.service.counts().all.get(key, self.now, count).await
    }

    /// How many match, and when they happened; ten seconds old at most where they are many.
    async fn count(&self, filter: &AuditFilter, from: Timestamp) -> Result<(Total, Vec<Bar>), ServiceError> {
        let count = async {
            let ex = &mut self.service.db().reader();
            let total = audit::count_matching(ex, filter).await?;
            let bars = audit::histogram(ex, filter, from, BAR_MICROS, BARS).await?;
            let extent = extent(total, &bars);
            Ok(((total, bars), extent))
        };
        // The question as it was asked, not as it was read: a span ends at each moment anew.
        let key = format!("{:?} {} {}", self.all, self.place.route, self.place.filter);
        self.service.counts().matching.get(key, self.now, count).await
    }

    async fn lines(&self, filter: &AuditFilter) -> Result<Page<AuditLine>, ServiceError> {
        let (rows, next) = self.rows(filter).await?;
        let items = self.service.lines(&rows, self.reader).await?;
        Ok(Page { items, next })
    }

    async fn events(self) -> Result<Page<AuditEvent>, ServiceError> {
        let invalid = |message: &String| ServiceError::field(FieldError::new("q", message.clone()));
        let (filter, _) = self.read.as_ref().map_err(invalid)?;
        let (rows, next) = self.rows(filter).await?;
        let items = self.service.events(&rows, self.reader).await?;
        Ok(Page { items, next })
    }

    async fn rows(&self, filter: &AuditFilter) -> Result<(Vec<Stored>, Option<String>), ServiceError> {
        let limit = self.request.limit.unwrap_or(LIMIT_DEFAULT).clamp(1, LIMIT_MAX);
        let before = match self.request.cursor.as_deref().filter(|cursor| !cursor.is_empty()) {
            Some(cursor) => Some(self.place.open::<(i64, EventId)>(self.service, cursor)?.0),
            None => None,
        };
        let before = before.map(|(at, id)| (Timestamp::from_micros(at), id));
        let mut rows = audit::list(&mut self.service.db().reader(), filter, before, limit + 1).await?;
        let more = rows.len() > limit as usize;
        rows.truncate(limit as usize);
        let next = match rows.last().filter(|_| more) {
            Some(last) => Some(self.place.seal(self.service, (last.at.micros(), last.id), 0)?),
            None => None,
        };
        Ok((rows, next))
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
