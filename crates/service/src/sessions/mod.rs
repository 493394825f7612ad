//! The console's Sessions: those of staff, those of one tenant's people, and revoking them.
//!
//! Looking at a tenant's people's sessions is a look into its directory (spec 04), and each page of it is told to the
//! tenant. Staff sessions are the platform's own.

mod filter;
mod many;
mod one;
mod people;
mod revoke;
mod row;

use stagedoor_core::action::Action;
use stagedoor_core::action::kind::{SessionView, TenantViewDirectory};
use stagedoor_core::audit::{Event, Read, Target};
use stagedoor_core::guard::Verdicts;
use stagedoor_core::id::{Id, MemberId, SessionId, StaffId};
use stagedoor_core::input::FieldError;
use stagedoor_core::resource::{AnySession, Platform, Resource, SessionTarget};
use stagedoor_core::view::Page;
use stagedoor_core::view::session::{Holder, RevokeDialog, SessionRow, SessionsView};
use stagedoor_store::session_list::{self, Beginning, Life, MemberFilter, StaffFilter, StartKey};
use stagedoor_store::tenant::Tenant;

pub use many::{Among, OwnSession, about_many, revoke_many, revoke_many_typed};
pub use one::{page, show};
pub use people::{about_people, revoke_people};
pub use revoke::{Revoked, revoke, revoke_all};
pub(crate) use row::{member_row, offered_in, tenant_clocks};

use crate::cursor::CursorPlace;
use crate::directory::{LIMIT_DEFAULT, LIMIT_MAX};
use crate::error::ServiceError;
use crate::frame::label;
use crate::impersonation::find_tenant;
use crate::op::StaffOp;
use crate::query::{self, chips};
use crate::recorder::Story;
use filter::Asked;
use row::{VisitsBySession, staff_row};

/// What the page was asked for.
#[derive(Debug, Clone, Default)]
pub struct SessionsRequest {
    /// The query.
    pub q: String,
    /// The cursor of a former page.
    pub cursor: Option<String>,
    /// Rows a page; none is the default.
    pub limit: Option<u32>,
    /// The session whose dialog is open.
    pub revoke: Option<String>,
    /// The person all of whose sessions the open dialog is about.
    pub revoke_all: Option<String>,
    /// Whether the dialog about all that match is open.
    pub revoke_many: Option<Asking>,
}

/// That a dialog is open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asking {
    /// It is.
    Open,
}

impl SessionsRequest {
    fn limit(&self) -> u32 {
        self.limit.unwrap_or(LIMIT_DEFAULT).clamp(1, LIMIT_MAX)
    }
}

/// Sessions of staff.
///
/// # Errors
/// Denied; invalid for a cursor that cannot be read. A query that cannot be read is shown with what is wrong.
pub async fn of_staff(op: &StaffOp, request: &SessionsRequest) -> Result<SessionsView, ServiceError> {
    op.require::<SessionView>(&Platform).await?.discharge(());
    let read = query::parse(&request.q).and_then(|terms| Ok((Asked::read(&terms)?, chips(&terms))));
    let (asked, chips, query_error) = match read {
        Ok((asked, chips)) => (asked, chips, None),
        Err(message) => (Asked::default(), Vec::new(), Some(message)),
    };
    let filter = asked.of_staff(op).await?;
    let place = CursorPlace {
        route: "staff-sessions",
        filter: request.q.clone(),
        person: op.staff().id.to_string(),
    };
    let service = op.service();
    let (after, first) = place.after::<StartKey>(service, request.cursor.as_deref())?;
    let limit = request.limit();
    let ex = &mut service.db().reader();
    let mut rows = session_list::staff(ex, &filter, after, limit + 1).await?;
    let next = place.cut(service, &mut rows, (limit, first), |row| {
        (row.session.started.micros(), row.session.id)
    })?;
    let visits = VisitsBySession::read(op).await?;
    let items = rows.iter().map(|held| staff_row(op, held, &visits)).collect();
    Ok(SessionsView {
        tenant: None,
        query: request.q.clone(),
        query_error,
        chips,
        matching: session_list::count_staff(ex, &filter).await?,
        first,
        page: Page { items, next },
        may_revoke_many: together(&asked, request) && op.may(Action::SessionRevoke, others().facts()),
        dialog: staff_dialog(op, request, &visits).await?,
        now: op.now(),
    })
}

/// Whether what matches could be revoked together: something that runs was asked for.
fn together(asked: &Asked, request: &SessionsRequest) -> bool {
    asked.life == Some(Life::Live) && !request.q.trim().is_empty()
}

/// A session of somebody else on staff, whoever it is.
fn others() -> AnySession {
    AnySession::OfStaff(SessionTarget {
        id: None,
        owner: StaffId::new(0, 0),
    })
}

async fn staff_dialog(
    op: &StaffOp,
    request: &SessionsRequest,
    visits: &VisitsBySession,
) -> Result<Option<RevokeDialog>, ServiceError> {
    if request.revoke_many.is_some() {
        return about(op, request, None).await;
    }
    let all = live(op);
    let ex = &mut op.service().db().reader();
    if let Some(id) = parse::<SessionId>(request.revoke.as_deref()) {
        let filter = StaffFilter { id: Some(id), ..all };
        let found = session_list::staff(ex, &filter, None, 1).await?;
        let row = found.first().map(|held| staff_row(op, held, visits));
        return Ok(row
            .filter(|row| row.may_revoke)
            .map(|row| RevokeDialog::One(Box::new(row))));
    }
    let Some(staff) = parse::<StaffId>(request.revoke_all.as_deref()) else {
        return Ok(None);
    };
    let filter = StaffFilter {
        staff: Some(vec![staff]),
        ..all
    };
    let found = session_list::staff(ex, &filter, None, LIMIT_MAX).await?;
    let rows: Vec<SessionRow> = found.iter().map(|held| staff_row(op, held, visits)).collect();
    Ok(about_all(Holder::Staff(staff), &rows))
}

/// The dialog about all that match; none for a filter that cannot be revoked by.
async fn about(
    op: &StaffOp,
    request: &SessionsRequest,
    tenant: Option<String>,
) -> Result<Option<RevokeDialog>, ServiceError> {
    let among = Among {
        tenant,
        q: request.q.clone(),
        own: OwnSession::Kept,
    };
    match about_many(op, &among).await {
        Ok(many) => Ok(Some(RevokeDialog::Many(many))),
        Err(ServiceError::Invalid(_)) => Ok(None),
        Err(error) => Err(error),
    }
}

fn parse<T: std::str::FromStr>(text: Option<&str>) -> Option<T> {
    text.and_then(|text| text.parse().ok())
}

fn about_all(holder: Holder, rows: &[SessionRow]) -> Option<RevokeDialog> {
    let first = rows.first().filter(|row| row.may_revoke)?;
    Some(RevokeDialog::All {
        holder,
        name: first.name.clone(),
        email: first.email.clone(),
        sessions: rows.len() as u64,
        visits: rows.iter().map(|row| row.visits).sum(),
        own: rows.iter().any(|row| row.current),
    })
}

/// Sessions of one tenant's people. Each page is told to the tenant before a row of it leaves.
///
/// # Errors
/// Not found for a tenant that is unknown or hidden; denied; invalid for a cursor that cannot be read.
pub async fn of_tenant(
    op: &StaffOp,
    tenant: &str,
    request: &SessionsRequest,
) -> Result<SessionsView, ServiceError> {
    let tenant = find_tenant(op, tenant).await?;
    let permit = op
        .require::<TenantViewDirectory>(&tenant.target())
        .await?
        .discharge(());
    let read = query::parse(&request.q).and_then(|terms| Ok((Asked::read(&terms)?, chips(&terms))));
    let (asked, chips, query_error) = match read {
        Ok((asked, chips)) => (asked, chips, None),
        Err(message) => (Asked::default(), Vec::new(), Some(message)),
    };
    let filter = asked.of_tenant(op, &tenant);
    let place = CursorPlace {
        route: "tenant-sessions",
        filter: format!("{}\n{}", tenant.id, request.q),
        person: op.staff().id.to_string(),
    };
    let service = op.service();
    let (after, first) = place.after::<StartKey>(service, request.cursor.as_deref())?;
    let limit = request.limit();
    let ex = &mut service.db().reader();
    let mut rows = session_list::members(ex, &filter, after, limit + 1).await?;
    let next = place.cut(service, &mut rows, (limit, first), |row| {
        (row.held.session.started.micros(), row.held.session.id)
    })?;
    record_look(op, &tenant, permit.decision().verdicts, rows.len()).await?;
    let items = rows.iter().map(|row| member_row(op, row)).collect();
    Ok(SessionsView {
        query: request.q.clone(),
        query_error,
        chips,
        matching: session_list::count_members(ex, &filter).await?,
        first,
        page: Page { items, next },
        may_revoke_many: together(&asked, request) && offered_in(op, tenant.id).is_ok(),
        dialog: member_dialog(op, &tenant, request).await?,
        now: op.now(),
        tenant: Some(label(&tenant)),
    })
}

async fn record_look(
    op: &StaffOp,
    tenant: &Tenant,
    verdicts: Verdicts,
    rows: usize,
) -> Result<(), ServiceError> {
    let mut story = Story::new(Event::TenantViewDirectory);
    story.tenant = Some(tenant.id);
    story.target = Some(Target::Tenant(tenant.id));
    story.verdicts = Some(verdicts);
    story.reads.push(Read {
        what: "Sessions".to_owned(),
        rows: rows as u64,
    });
    let batch = op.record(story).await?;
    op.service().commit_only(batch).await
}

async fn member_dialog(
    op: &StaffOp,
    tenant: &Tenant,
    request: &SessionsRequest,
) -> Result<Option<RevokeDialog>, ServiceError> {
    if request.revoke_many.is_some() {
        return about(op, request, Some(tenant.slug.clone())).await;
    }
    let ex = &mut op.service().db().reader();
    let all = live_of(op, tenant, None);
    if let Some(id) = parse::<SessionId>(request.revoke.as_deref()) {
        let filter = MemberFilter { id: Some(id), ..all };
        let found = session_list::members(ex, &filter, None, 1).await?;
        let row = found.first().map(|row| member_row(op, row));
        return Ok(row
            .filter(|row| row.may_revoke)
            .map(|row| RevokeDialog::One(Box::new(row))));
    }
    let Some(member) = parse::<MemberId>(request.revoke_all.as_deref()) else {
        return Ok(None);
    };
    let filter = live_of(op, tenant, Some(member));
    let found = session_list::members(ex, &filter, None, LIMIT_MAX).await?;
    let rows: Vec<SessionRow> = found.iter().map(|row| member_row(op, row)).collect();
    Ok(about_all(Holder::Member(member), &rows))
}

/// The sessions of a tenant's people that run, of everybody or of one.
pub(crate) fn live_of(op: &StaffOp, tenant: &Tenant, member: Option<MemberId>) -> MemberFilter {
    MemberFilter {
        tenant: tenant.id,
        id: None,
        members: member.map(|member| vec![member]),
        words: Vec::new(),
        life: Some(Life::Live),
        factor: None,
        beginning: Beginning::default(),
        clocks: tenant_clocks(op),
    }
}

/// A query that an API cannot read is refused, for nobody looks at what is wrong with it.
///
/// # Errors
/// Names the field `q`.
pub fn readable(view: SessionsView) -> Result<SessionsView, ServiceError> {
    match view.query_error {
        Some(message) => Err(ServiceError::field(FieldError::new("q", message))),
        None => Ok(view),
    }
}

/// Sessions of one member of staff that are shown on their page; the rest are on the Sessions page.
const LATEST: u32 = 6;

/// The latest sessions of one member of staff. Whether the caller may see sessions was asked before.
pub(crate) async fn latest_of_staff(op: &StaffOp, staff: StaffId) -> Result<Vec<SessionRow>, ServiceError> {
    let filter = StaffFilter {
        staff: Some(vec![staff]),
        ..StaffFilter::everybody(op.service().staff_clocks(op.now()))
    };
    let held = session_list::staff(&mut op.service().db().reader(), &filter, None, LATEST).await?;
    let visits = VisitsBySession::read(op).await?;
    Ok(held.iter().map(|held| staff_row(op, held, &visits)).collect())
}

/// Staff sessions that run.
fn live(op: &StaffOp) -> StaffFilter {
    StaffFilter {
        life: Some(Life::Live),
        ..StaffFilter::everybody(op.service().staff_clocks(op.now()))
    }
}

/// How many staff sessions run; for the navigation.
pub(crate) async fn count_live(op: &StaffOp) -> Result<u64, ServiceError> {
    let total = session_list::count_staff(&mut op.service().db().reader(), &live(op)).await?;
    Ok(total.floor())
}

/// How many people are signed in to the console.
pub(crate) async fn count_people(op: &StaffOp) -> Result<u64, ServiceError> {
    Ok(session_list::count_people(&mut op.service().db().reader(), &live(op)).await?)
}
