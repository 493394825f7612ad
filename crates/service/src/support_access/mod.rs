//! Support access, the tenant's side of impersonation (spec 02 "What the tenant sees", "Consent"): the owner's choice, the
//! questions that wait for an answer, who is inside and who was, and what they did there.
//!
//! The owner alone chooses and answers; administrators may end a visit. A visitor may look, and touches nothing.

mod account;
mod consent;
mod lines;
mod requests;

use stagedoor_core::action::Action;
use stagedoor_core::action::kind::SupportView as SupportViewKind;
use stagedoor_core::id::ImpersonationId;
use stagedoor_core::tenant::Consent;
use stagedoor_core::view::Page;
use stagedoor_core::view::portal::{ConsentView, SupportView, VisitLine};
use stagedoor_store::impersonation::{self, Visit};

pub use account::account;
pub use consent::{ConsentChoice, change_consent};
pub use requests::{answer, count_pending};

use crate::cursor::CursorPlace;
use crate::error::ServiceError;
use crate::tenant_op::{TenantOp, VisitCaller};
use lines::Names;

/// Past visits a page.
const PAST: u32 = 20;

/// What the page was asked for.
#[derive(Debug, Clone, Default)]
pub struct SupportRequest {
    /// The cursor of a former page of past visits.
    pub cursor: Option<String>,
}

/// The Support access page.
///
/// # Errors
/// Denied; invalid for a cursor that cannot be read.
pub async fn page(op: &TenantOp, request: &SupportRequest) -> Result<SupportView, ServiceError> {
    op.require::<SupportViewKind>()?;
    let mut names = Names::default();
    let live = live_lines(op, &mut names).await?;
    let past = past(op, &mut names, request.cursor.as_deref()).await?;
    let requests = requests::pending(op, &mut names).await?;
    op.looked_at("Support access", live.len() + past.items.len() + requests.len());
    Ok(SupportView {
        consent: consent_view(op.tenant().standing.consent),
        may_choose: op.would(Action::ConsentChange).is_permit(),
        may_end: op.would(Action::VisitEndByTenant).is_permit(),
        requests,
        live,
        past,
        now: op.now(),
    })
}

/// The owner's choice, for a page.
pub(crate) fn consent_view(consent: Consent) -> ConsentView {
    match consent {
        Consent::Off => ConsentView::Off,
        Consent::Ask => ConsentView::Ask,
        Consent::Window { until } => ConsentView::Window { until },
        Consent::On => ConsentView::On,
    }
}

/// The visits inside the caller's tenant that run now, for whoever may end them.
///
/// # Errors
/// When the database cannot be read.
pub async fn inside(op: &TenantOp) -> Result<Vec<VisitLine>, ServiceError> {
    if op.would(Action::VisitEndByTenant).is_permit() {
        live_lines(op, &mut Names::default()).await
    } else {
        Ok(Vec::new())
    }
}

/// How many visits run inside the caller's tenant.
pub(crate) async fn count_live(op: &TenantOp) -> Result<u64, ServiceError> {
    Ok(live_visits(op).await?.len() as u64)
}

/// Visits that nobody ended and that would be let in at this moment.
async fn live_visits(op: &TenantOp) -> Result<Vec<Visit>, ServiceError> {
    let service = op.service();
    let running = impersonation::list_running_in(&mut service.db().reader(), op.tenant().id).await?;
    let mut live = Vec::with_capacity(running.len());
    for visit in running {
        let caller = VisitCaller::load(service, visit, op.now()).await?;
        live.extend(
            caller
                .filter(|caller| caller.over(&service.policy(), op.tenant(), op.now()).is_none())
                .map(|caller| caller.visit),
        );
    }
    Ok(live)
}

async fn live_lines(op: &TenantOp, names: &mut Names) -> Result<Vec<VisitLine>, ServiceError> {
    let mut out = Vec::new();
    for visit in live_visits(op).await? {
        let mut line = names.visit_line(op, &visit).await?;
        line.done = account::sums(op, visit.id).await?;
        out.push(line);
    }
    Ok(out)
}

/// Visits that are over. One whose end is not written down yet is over all the same, and shows here a moment later.
async fn past(
    op: &TenantOp,
    names: &mut Names,
    cursor: Option<&str>,
) -> Result<Page<VisitLine>, ServiceError> {
    let service = op.service();
    let place = CursorPlace {
        route: "support-access",
        filter: op.tenant().id.to_string(),
        person: op.owner_key(),
    };
    let after = match cursor.filter(|cursor| !cursor.is_empty()) {
        Some(cursor) => Some(place.open::<(i64, ImpersonationId)>(service, cursor)?.0),
        None => None,
    };
    let ex = &mut service.db().reader();
    let mut rows = impersonation::list_of_tenant(ex, op.tenant().id, after, PAST + 1).await?;
    let more = rows.len() > PAST as usize;
    rows.truncate(PAST as usize);
    let next = match rows.last().filter(|_| more) {
        Some(last) => Some(place.seal(service, (last.started.micros(), last.id), 0)?),
        None => None,
    };
    let mut items = Vec::with_capacity(rows.len());
    for visit in rows {
        let line = names.visit_line(op, &visit).await?;
        items.extend(line.ended.is_some().then_some(line));
    }
    Ok(Page { items, next })
}
