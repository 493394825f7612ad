//! The directory of one tenant (spec 04): identity, role, status, times. One dual entry a query, no more than 100 rows.

mod export;
pub(crate) mod figures;
pub(crate) mod filter;
pub(crate) mod row;

use self::filter::filter;
use self::row::member_row;
pub use export::{ExportRequest, PeoplePages, export};

use stagedoor_core::action::Action;
use stagedoor_core::action::kind::TenantViewDirectory;
use stagedoor_core::audit::{Event, Read, Target};
use stagedoor_core::decision::Reason;
use stagedoor_core::id::MemberId;
use stagedoor_core::input::FieldError;
use stagedoor_core::permit::Permit;
use stagedoor_core::resource::Resource;
use stagedoor_core::tenant::Leave;
use stagedoor_core::view::Page;
use stagedoor_core::view::directory::{AskView, DirectorySort, ImpersonateOffer, MemberRow, UsersView};
use stagedoor_core::view::frame::GuardView;
use stagedoor_store::membership::{self, DirectoryFilter, DirectoryKey};
use stagedoor_store::tenant::Tenant;

use crate::cursor::CursorPlace;
use crate::error::ServiceError;
use crate::frame::label;
use crate::impersonation::{asking_about, find_tenant};
use crate::op::StaffOp;
use crate::query::{self, chips};
use crate::recorder::Story;
use crate::sessions::offered_in;
use crate::trend;

/// Rows a page, unless asked otherwise.
pub const LIMIT_DEFAULT: u32 = 50;
/// Most rows a page.
pub const LIMIT_MAX: u32 = 100;
/// What the page was asked for.
#[derive(Debug, Clone, Default)]
pub struct DirectoryRequest {
    /// The tenant, by id or slug.
    pub tenant: String,
    /// The query.
    pub q: String,
    /// The order; none is by last activity.
    pub sort: Option<String>,
    /// The cursor of a former page.
    pub cursor: Option<String>,
    /// The person whose Impersonate dialog is open.
    pub impersonate: Option<String>,
}

/// A page of people, without what stands around it.
#[derive(Debug, Clone)]
pub struct People {
    /// The tenant.
    pub tenant: Tenant,
    /// The rows.
    pub page: Page<MemberRow>,
    /// The number of the first row, from 1.
    pub first: u64,
}

/// What an API list was asked for.
#[derive(Debug, Clone)]
pub struct PeopleRequest {
    /// The tenant, by id or slug.
    pub tenant: String,
    /// The query.
    pub q: String,
    /// The order.
    pub sort: Option<String>,
    /// The cursor of a former page.
    pub cursor: Option<String>,
    /// Rows a page.
    pub limit: u32,
}

/// One page of a tenant's people, for the API.
///
/// # Errors
/// Not found for a tenant that is unknown or hidden; denied; invalid for a query, order or cursor that cannot be read.
pub async fn people(op: &StaffOp, request: &PeopleRequest) -> Result<People, ServiceError> {
    let tenant = find_tenant(op, &request.tenant).await?;
    let permit = op
        .require::<TenantViewDirectory>(&tenant.target())
        .await?
        .discharge(());
    let terms = query::parse(&request.q).map_err(invalid_query)?;
    let filter = filter(&tenant, &terms, op.now()).map_err(invalid_query)?;
    let sort = sort(request.sort.as_deref())?;
    let asked = Asked {
        query: &request.q,
        filter: &filter,
        sort,
        cursor: request.cursor.as_deref(),
        limit: request.limit,
    };
    let (page, first) = list(op, &tenant, &permit, asked).await?;
    Ok(People { tenant, page, first })
}

fn invalid_query(message: String) -> ServiceError {
    ServiceError::field(FieldError::new("q", message))
}

fn sort(name: Option<&str>) -> Result<DirectorySort, ServiceError> {
    match name.filter(|name| !name.is_empty()) {
        None => Ok(DirectorySort::default()),
        Some(name) => DirectorySort::from_name(name)
            .ok_or_else(|| ServiceError::field(FieldError::new("sort", "Sort by name, -seen or role."))),
    }
}

/// The Users page. A query that cannot be read is shown with what is wrong, and the rows ignore it.
///
/// # Errors
/// As [`people`], but for the query.
pub async fn page(op: &StaffOp, request: &DirectoryRequest) -> Result<UsersView, ServiceError> {
    let tenant = find_tenant(op, &request.tenant).await?;
    let permit = op
        .require::<TenantViewDirectory>(&tenant.target())
        .await?
        .discharge(());
    let now = op.now();
    let sort = sort(request.sort.as_deref())?;
    let read = query::parse(&request.q).and_then(|terms| Ok((filter(&tenant, &terms, now)?, chips(&terms))));
    let (filter, chips, query_error) = match read {
        Ok((filter, chips)) => (filter, chips, None),
        Err(message) => (DirectoryFilter::everybody(tenant.id), Vec::new(), Some(message)),
    };
    let asked = Asked {
        query: &request.q,
        filter: &filter,
        sort,
        cursor: request.cursor.as_deref(),
        limit: LIMIT_DEFAULT,
    };
    let (page, first) = list(op, &tenant, &permit, asked).await?;
    let dialog = dialog(op, &tenant, request.impersonate.as_deref()).await?;
    let service = op.service();
    let figures = service.figures_of(tenant.id, now).await?;
    let ex = &mut service.db().reader();
    Ok(UsersView {
        people: service.people_of(tenant.id).await?,
        roles: figures.roles,
        kpis: figures.kpis(trend::decision_kpi(service.decisions().p99())),
        query: request.q.clone(),
        query_error,
        chips,
        sort,
        matching: membership::count_matching(ex, &filter).await?,
        first,
        page,
        offer: offer(op, &tenant, dialog.as_ref().map(|person| person.id)).await?,
        now,
        dialog,
        may_revoke: offered_in(op, tenant.id).is_ok(),
        tenant: label(&tenant),
    })
}

struct Asked<'a> {
    query: &'a str,
    filter: &'a DirectoryFilter,
    sort: DirectorySort,
    cursor: Option<&'a str>,
    limit: u32,
}

/// Reads one page, and records the read before a row leaves.
async fn list(
    op: &StaffOp,
    tenant: &Tenant,
    permit: &Permit<TenantViewDirectory>,
    asked: Asked<'_>,
) -> Result<(Page<MemberRow>, u64), ServiceError> {
    let service = op.service();
    let place = CursorPlace {
        route: "directory",
        filter: format!("{}\n{}\n{}", tenant.id, asked.query, asked.sort.as_str()),
        person: op.staff().id.to_string(),
    };
    let (after, first) = match asked.cursor.filter(|cursor| !cursor.is_empty()) {
        Some(cursor) => place
            .open::<DirectoryKey>(service, cursor)
            .map(|(key, first)| (Some(key), first))?,
        None => (None, 1),
    };
    let limit = asked.limit.clamp(1, LIMIT_MAX);
    let mut rows = membership::list(
        &mut service.db().reader(),
        asked.filter,
        asked.sort,
        after,
        limit + 1,
    )
    .await?;
    let more = rows.len() > limit as usize;
    rows.truncate(limit as usize);
    let next = match rows.last().filter(|_| more) {
        Some(last) => Some(place.seal(
            service,
            DirectoryKey::of(last, asked.sort),
            first + rows.len() as u64,
        )?),
        None => None,
    };
    let mut story = Story::new(Event::TenantViewDirectory);
    story.tenant = Some(tenant.id);
    story.target = Some(Target::Tenant(tenant.id));
    story.verdicts = Some(permit.decision().verdicts);
    story.reads.push(Read {
        what: "Directory".to_owned(),
        rows: rows.len() as u64,
    });
    let batch = op.record(story).await?;
    service.commit_only(batch).await?;
    let items = rows.iter().map(|row| member_row(row, op.now())).collect();
    Ok((Page { items, next }, first))
}

async fn dialog(op: &StaffOp, tenant: &Tenant, id: Option<&str>) -> Result<Option<MemberRow>, ServiceError> {
    let Some(id) = id.and_then(|id| id.parse::<MemberId>().ok()) else {
        return Ok(None);
    };
    let found = membership::find(&mut op.service().db().reader(), tenant.id, id).await?;
    Ok(found.map(|member| member_row(&member, op.now())))
}

/// What the Impersonate buttons may promise; with a person's dialog open, also where their question to the owner stands.
pub(crate) async fn offer(
    op: &StaffOp,
    tenant: &Tenant,
    person: Option<MemberId>,
) -> Result<ImpersonateOffer, ServiceError> {
    let facts = tenant.target().facts();
    let mut decision = op.would(Action::TenantImpersonate, facts);
    let mut asking = None;
    if decision.reason() == Some(Reason::ConsentAsk) {
        // The question itself refuses nothing: what else stands in the way is said, if anything does.
        decision = op.would_by_leave(Action::TenantImpersonate, facts, Leave::Asked);
        asking = Some(match person {
            Some(person) => asking_about(op, tenant, person).await?,
            None => AskView::Needed,
        });
    }
    let limits = op.visit_limits();
    Ok(ImpersonateOffer {
        guards: GuardView::six(&decision.verdicts, op.own_post().1),
        refused: decision.reason().map(|reason| reason.explain_to(op.own_post().1)),
        asking,
        live: op.live_visits(),
        allowed: limits.at_once,
        longest_seconds: limits.longest.as_secs(),
    })
}
