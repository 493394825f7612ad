//! The tenant's portal: what its people see, and visiting staff in their place, below a banner.

use stagedoor_core::action::Action;
use stagedoor_core::action::kind::{MemberList, PortalView, TenantAuditRead};
use stagedoor_core::id::EventId;
use stagedoor_core::impersonation::VisitMode;
use stagedoor_core::role::TenantRole;
use stagedoor_core::session::SessionState;
use stagedoor_core::view::audit::AuditView;
use stagedoor_core::view::directory::DirectorySort;
use stagedoor_core::view::event::AuditEvent;
use stagedoor_core::view::frame::PersonView;
use stagedoor_core::view::portal::{FrontView, MembersView, PortalFrame, VisitBanner};
use stagedoor_core::view::receipt::ReceiptView;
use stagedoor_core::view::{Page, Total};
use stagedoor_store::membership::{self, DirectoryKey};
use stagedoor_store::tenant_session as store_session;

use crate::audit::AuditRequest;
use crate::cursor::CursorPlace;
use crate::directory::filter::filter;
use crate::directory::row::member_row;
use crate::directory::{LIMIT_DEFAULT, LIMIT_MAX};
use crate::error::ServiceError;
use crate::frame::label;
use crate::query;
use crate::tenant_op::{TenantOp, VisitCaller};
use crate::{support_access, tenant_session};

/// The frame around a portal page.
///
/// # Errors
/// When the database cannot be used.
pub async fn frame(op: &TenantOp) -> Result<PortalFrame, ServiceError> {
    let (service, tenant) = (op.service(), op.tenant());
    let members = match op.would(Action::MemberList).is_permit() {
        true => Some(service.people_of(tenant.id).await?),
        false => None,
    };
    let support = match op.would(Action::SupportView).is_permit() {
        true => Some(support_access::count_live(op).await? + support_access::count_pending(op).await?),
        false => None,
    };
    Ok(PortalFrame {
        tenant: label(tenant),
        person: person(op),
        role: op.role(),
        banner: op.visit().map(|visit| banner(op, visit)),
        members,
        inside: support_access::inside(op).await?,
        support,
        now: op.now(),
        flash: service.take_flash(&op.owner_key()).await?,
    })
}

fn person(op: &TenantOp) -> PersonView {
    let tenant = &op.tenant().name;
    match op.member() {
        Some(member) => PersonView {
            name: member.name.clone(),
            email: member.email.clone(),
            role: format!("{} of {tenant}", op.role().label()),
        },
        None => PersonView {
            name: tenant.clone(),
            email: String::new(),
            role: "as its administrator".to_owned(),
        },
    }
}

/// The red banner of the call's visit.
fn banner(op: &TenantOp, caller: &VisitCaller) -> VisitBanner {
    let visit = &caller.visit;
    VisitBanner {
        id: visit.id,
        staff: caller.standing.staff.name.clone(),
        as_whom: op.member().map(|member| member.email.clone()),
        tenant: op.tenant().name.clone(),
        role: op.role(),
        limits: limits(op.role(), visit.mode),
        reason: visit.reason.clone(),
        ticket: visit.ticket.clone(),
        from: visit.started,
        until: visit.until,
        now: op.now(),
        sets_aside: caller.sets_aside.clone(),
    }
}

fn limits(role: TenantRole, mode: VisitMode) -> Vec<String> {
    let mut limits = vec![match mode {
        VisitMode::ReadOnly => "read only".to_owned(),
        VisitMode::Write => "can write".to_owned(),
    }];
    limits.extend(["no billing".to_owned(), "no sign-in settings".to_owned()]);
    if role != TenantRole::Admin {
        limits.push(format!("only what a {} sees", role.label()));
    }
    limits
}

/// The front page: what the reader may do here, and how things stand.
///
/// # Errors
/// Denied.
pub async fn front(op: &TenantOp) -> Result<FrontView, ServiceError> {
    op.require::<PortalView>()?;
    op.looked_at("Home", 0);
    let knows = op.would(Action::SupportView).is_permit();
    let consent = knows.then(|| support_access::consent_view(op.tenant().standing.consent));
    let own_sessions = match op.session() {
        Some(session) => {
            let filter = tenant_session::running(op, Some(session.member));
            store_session::count_running(&mut op.service().db().reader(), &filter, Total::CAP).await?
        }
        None => 0,
    };
    let until = op.session().and_then(|session| match session.state {
        SessionState::Active { until, .. } => Some(until),
        SessionState::Ended { .. } => None,
    });
    Ok(FrontView {
        consent,
        own_sessions,
        until,
    })
}

/// What the Members page was asked for.
#[derive(Debug, Clone, Default)]
pub struct MembersRequest {
    /// The search.
    pub q: String,
    /// The cursor of a former page.
    pub cursor: Option<String>,
    /// Rows a page; none is the default.
    pub limit: Option<u32>,
}

/// The Members page.
///
/// # Errors
/// Denied; invalid for a cursor or a query that cannot be read.
pub async fn members(op: &TenantOp, request: &MembersRequest) -> Result<MembersView, ServiceError> {
    op.require::<MemberList>()?;
    let service = op.service();
    let invalid = |message: String| ServiceError::field(stagedoor_core::input::FieldError::new("q", message));
    let terms = query::parse(&request.q).map_err(invalid)?;
    let filter = filter(op.tenant(), &terms, op.now()).map_err(invalid)?;
    let place = CursorPlace {
        route: "members",
        filter: format!("{}\n{}", op.tenant().id, request.q),
        person: op.owner_key(),
    };
    let (after, first) = match request.cursor.as_deref().filter(|cursor| !cursor.is_empty()) {
        Some(cursor) => place
            .open::<DirectoryKey>(service, cursor)
            .map(|(key, first)| (Some(key), first))?,
        None => (None, 1),
    };
    let limit = request.limit.unwrap_or(LIMIT_DEFAULT).clamp(1, LIMIT_MAX);
    let ex = &mut service.db().reader();
    let mut rows = membership::list(ex, &filter, DirectorySort::Name, after, limit + 1).await?;
    let more = rows.len() > limit as usize;
    rows.truncate(limit as usize);
    let next = match rows.last().filter(|_| more) {
        Some(last) => Some(place.seal(
            service,
            DirectoryKey::of(last, DirectorySort::Name),
            first + rows.len() as u64,
        )?),
        None => None,
    };
    op.looked_at("Members", rows.len());
    let items = rows.iter().map(|row| member_row(row, op.now())).collect();
    let matching = membership::count_matching(ex, &filter).await?;
    Ok(MembersView {
        query: request.q.clone(),
        matching,
        first,
        page: Page { items, next },
        now: op.now(),
    })
}

/// The tenant's audit log.
///
/// # Errors
/// Denied; invalid for a cursor that cannot be read.
pub async fn audit(op: &TenantOp, request: &AuditRequest) -> Result<AuditView, ServiceError> {
    op.require::<TenantAuditRead>()?;
    let (view, rows) = crate::audit::tenant_page(op.service(), op.tenant(), op.owner_key(), request).await?;
    op.looked_at("Audit log", usize::try_from(rows).unwrap_or(usize::MAX));
    Ok(view)
}

/// The receipt of one entry of the tenant's own log.
///
/// # Errors
/// Denied; not found for an entry that is unknown or of another log.
pub async fn receipt(op: &TenantOp, id: EventId) -> Result<ReceiptView, ServiceError> {
    op.require::<TenantAuditRead>()?;
    let receipt = crate::audit::tenant_receipt(op.service(), op.tenant(), id).await?;
    op.looked_at("Receipt of an entry", 1);
    Ok(receipt)
}

/// The same, in fields.
///
/// # Errors
/// As [`audit`]; invalid, too, for a query that cannot be read.
pub async fn events(op: &TenantOp, request: &AuditRequest) -> Result<Page<AuditEvent>, ServiceError> {
    op.require::<TenantAuditRead>()?;
    let events = crate::audit::tenant_events(op.service(), op.tenant(), op.owner_key(), request).await?;
    op.looked_at("Audit log", events.items.len());
    Ok(events)
}
