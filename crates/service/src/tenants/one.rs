//! One tenant's own page: how it stands, who was inside, and what suspending it would end. It shows no one of its
//! directory.

use stagedoor_core::action::kind::TenantView as TenantViewKind;
use stagedoor_core::action::{Action, ActionKind};
use stagedoor_core::resource::{Platform, Resource};
use stagedoor_core::tenant::TenantState;
use stagedoor_core::view::tenant::{StateOffer, TenantView};
use stagedoor_core::view::{Page, Total};
use stagedoor_store::tenant_list::{self, TenantFilter};
use stagedoor_store::visit_list::VisitFilter;
use stagedoor_store::{impersonation, session_list, tenant::Tenant};

use super::tenant_row;
use crate::cursor::CursorPlace;
use crate::error::ServiceError;
use crate::impersonation::{Names, find_tenant, live, past};
use crate::op::StaffOp;
use crate::sessions::live_of;

/// Past visits a page.
const VISITS: u32 = 20;

/// What the page was asked for.
#[derive(Debug, Clone, Default)]
pub struct TenantRequest {
    /// The tenant, by id or slug.
    pub tenant: String,
    /// The cursor of a former page of its visits.
    pub cursor: Option<String>,
}

/// A tenant's page.
///
/// # Errors
/// Not found for a tenant that is unknown or hidden; denied; invalid for a cursor that cannot be read.
pub async fn page(op: &StaffOp, request: &TenantRequest) -> Result<TenantView, ServiceError> {
    let tenant = find_tenant(op, &request.tenant).await?;
    op.require::<TenantViewKind>(&tenant.target())
        .await?
        .discharge(());
    let ex = &mut op.service().db().reader();
    let filter = TenantFilter {
        id: Some(tenant.id),
        ..TenantFilter::of(op.staff().scope.clone())
    };
    let found = tenant_list::list(ex, &filter, None, 1).await?.pop();
    let listed = found.ok_or(ServiceError::NotFound)?;
    let sessions = session_list::count_members(ex, &live_of(op, &tenant, None)).await?;
    let (visits, running) = visits(op, &tenant, request.cursor.as_deref()).await?;
    let may = |action: Action| op.may(action, tenant.target().facts());
    Ok(TenantView {
        offer: match may(Action::TenantSuspend) {
            true => Some(offer(op, &tenant, sessions).await?),
            false => None,
        },
        tenant: tenant_row(&listed, op.now()),
        visits,
        live: running,
        sessions,
        may_rename: may(Action::TenantUpdate),
        may_look_inside: may(Action::TenantViewDirectory),
        now: op.now(),
    })
}

/// Its visits, those that run before those that are over, and how many run; where the reader may see visits.
async fn visits(
    op: &StaffOp,
    tenant: &Tenant,
    cursor: Option<&str>,
) -> Result<(Option<Page<stagedoor_core::view::visit::VisitView>>, u64), ServiceError> {
    let action = stagedoor_core::action::kind::ImpersonationView::ACTION;
    if !op.would(action, Platform.facts()).is_permit() {
        return Ok((None, 0));
    }
    let filter = VisitFilter {
        tenant: Some(tenant.id),
        ..VisitFilter::of(op.staff().scope.clone())
    };
    let place = CursorPlace {
        route: "tenant-visits",
        filter: tenant.id.to_string(),
        person: op.staff().id.to_string(),
    };
    let mut names = Names::read(op).await?;
    let running = live(op, &mut names, &filter).await?;
    let count = running.len() as u64;
    let over = past(op, &mut names, &place, &filter, (cursor, VISITS)).await?;
    // What runs stands above the first page only.
    let first = cursor.is_none_or(str::is_empty);
    let mut items = if first { running } else { Vec::new() };
    items.extend(over.items);
    let page = Page {
        items,
        next: over.next,
    };
    Ok((Some(page), count))
}

/// What the other state would mean: how much ends with a suspension.
async fn offer(op: &StaffOp, tenant: &Tenant, sessions: Total) -> Result<StateOffer, ServiceError> {
    let nothing = StateOffer {
        to: TenantState::Active,
        visits: 0,
        sessions: Total::Exact(0),
    };
    if tenant.standing.state == TenantState::Suspended {
        return Ok(nothing);
    }
    let running = impersonation::list_running_in(&mut op.service().db().reader(), tenant.id).await?;
    Ok(StateOffer {
        to: TenantState::Suspended,
        visits: running.len() as u64,
        sessions,
    })
}
