//! One session's own page: of whom, where, with what, by what clocks it ends, and what was done in it.
//!
//! A look at one of a tenant's people is told to the tenant, as a look at the list is. What hides behind an id of a tenant that
//! the reader may not know is as unknown as an id that nobody has.

use stagedoor_core::action::Action;
use stagedoor_core::action::kind::{SessionView, TenantViewDirectory};
use stagedoor_core::audit::sentence::Reader;
use stagedoor_core::audit::{Event, Field, Read};
use stagedoor_core::guard::ProxyFact;
use stagedoor_core::guard_policy::SessionRule;
use stagedoor_core::id::SessionId;
use stagedoor_core::provider::ProviderKind;
use stagedoor_core::resource::{Platform, Resource};
use stagedoor_core::view::audit::AuditLine;
use stagedoor_core::view::session::{ClockRule, SessionPage, SessionVisit, StaffSessionFacts};
use stagedoor_store::session_list::{self, HeldByStaff, MemberFilter, StaffFilter};
use stagedoor_store::{audit, impersonation, passkey, provider, session, tenant};

use super::revoke::reached;
use super::row::{VisitsBySession, member_row, staff_row};
use super::{live_of, record_look};
use crate::audit::everything;
use crate::error::ServiceError;
use crate::frame::label;
use crate::network::let_in_by;
use crate::op::StaffOp;
use crate::recorder::Story;

/// Entries that are shown; the rest are in the audit log.
const ENTRIES: u32 = 12;

/// A session's page: what [`show`] tells, and the latest that was done in it.
///
/// # Errors
/// As [`show`].
pub async fn page(op: &StaffOp, id: &str) -> Result<SessionPage, ServiceError> {
    let page = show(op, id).await?;
    Ok(match page.staff {
        Some(_) => SessionPage {
            history: history(op, page.row.id).await?,
            ..page
        },
        None => page,
    })
}

/// A session with its clocks, and what it is held by.
///
/// # Errors
/// Denied; not found for a session that is unknown or hidden.
pub async fn show(op: &StaffOp, id: &str) -> Result<SessionPage, ServiceError> {
    op.require::<SessionView>(&Platform).await?.discharge(());
    let Ok(id) = id.parse::<SessionId>() else {
        return Err(op.nothing_there(Event::SessionView, None).await);
    };
    let filter = StaffFilter {
        id: Some(id),
        ..StaffFilter::everybody(op.service().staff_clocks(op.now()))
    };
    let found = session_list::staff(&mut op.service().db().reader(), &filter, None, 1).await?;
    match found.first() {
        Some(held) => of_staff(op, held).await,
        None => of_member(op, id).await,
    }
}

async fn of_staff(op: &StaffOp, held: &HeldByStaff) -> Result<SessionPage, ServiceError> {
    let visits = VisitsBySession::read(op).await?;
    Ok(SessionPage {
        row: staff_row(op, held, &visits),
        tenant: None,
        staff: Some(facts(op, held).await?),
        rule: rule(SessionRule::of(&op.service().policy(), held.role)),
        visits: running_visits(op, held.session.id).await?,
        history: Vec::new(),
        now: op.now(),
    })
}

fn rule(of: SessionRule) -> ClockRule {
    ClockRule {
        ttl_seconds: of.ttl.as_secs(),
        idle_seconds: of.idle.as_secs(),
    }
}

async fn facts(op: &StaffOp, held: &HeldByStaff) -> Result<StaffSessionFacts, ServiceError> {
    let (service, owner) = (op.service(), held.session.staff);
    let ex = &mut service.db().reader();
    let provider = provider::find(ex, held.session.provider).await?;
    let rotations = session::rotations(ex, held.session.id)
        .await?
        .ok_or(ServiceError::NotFound)?;
    // What others call their passkeys is for who may see staff.
    let may_name = owner == op.staff().id || op.would(Action::StaffView, Platform.facts()).is_permit();
    let kept = match rotations.passkey.filter(|_| may_name) {
        Some(_) => passkey::list_kept(ex, owner).await?,
        None => Vec::new(),
    };
    let used = kept.into_iter().find(|kept| Some(kept.id) == rotations.passkey);
    let address = held.address.parse().ok();
    let front = provider
        .as_ref()
        .is_some_and(|provider| matches!(provider.kind, ProviderKind::Proxy(_)));
    let proxy = match front {
        true => ProxyFact::Vouched,
        false => ProxyFact::Silent,
    };
    let network = let_in_by(service, &service.policy(), (address, proxy));
    Ok(StaffSessionFacts {
        role: held.role,
        provider: provider.map(|provider| provider.name),
        managed: held.session.vouched.device.as_str().to_owned(),
        passkey: used.map(|kept| kept.name),
        network: network.map(|(name, _)| name),
        rotations: rotations.count,
        rotated: rotations.last,
        account_until: held.account_until,
    })
}

/// Visits that run in a session, in tenants that the reader may know of.
async fn running_visits(op: &StaffOp, id: SessionId) -> Result<Vec<SessionVisit>, ServiceError> {
    let service = op.service();
    let ex = &mut service.db().reader();
    let mut visits = Vec::new();
    for visit in impersonation::list_of_session(ex, id).await? {
        if !op.knows(visit.tenant) || !service.visit_runs(&visit, op.now()) {
            continue;
        }
        if let Some(tenant) = tenant::find(ex, visit.tenant).await? {
            visits.push(SessionVisit {
                id: visit.id,
                tenant: label(&tenant),
                started: visit.started,
            });
        }
    }
    Ok(visits)
}

/// The latest that was done in a session, as far as the reader may read it; the reading is an entry of its own.
async fn history(op: &StaffOp, id: SessionId) -> Result<Vec<AuditLine>, ServiceError> {
    let decision = op.would(Action::AuditReadTenant, Platform.facts());
    if !decision.is_permit() {
        return Ok(Vec::new());
    }
    let mut filter = everything(op);
    filter.session = Some(id.to_string());
    let rows = audit::list(&mut op.service().db().reader(), &filter, None, ENTRIES).await?;
    let lines = op.service().lines(&rows, Reader::Platform).await?;
    if !lines.is_empty() {
        let mut story = Story::new(Event::AuditRead);
        story.verdicts = Some(decision.verdicts);
        story.facts.insert(Field::Query, format!("session:{id}"));
        story.reads.push(Read {
            what: "Audit log of one session".to_owned(),
            rows: lines.len() as u64,
        });
        let batch = op.record(story).await?;
        op.service().commit_only(batch).await?;
    }
    Ok(lines)
}

async fn of_member(op: &StaffOp, id: SessionId) -> Result<SessionPage, ServiceError> {
    let ex = &mut op.service().db().reader();
    let tenant = reached(op, Event::SessionView, session_list::tenant_of(ex, id).await?).await?;
    let permit = op
        .require::<TenantViewDirectory>(&tenant.target())
        .await?
        .discharge(());
    let filter = MemberFilter {
        id: Some(id),
        life: None,
        ..live_of(op, &tenant, None)
    };
    let found = session_list::members(ex, &filter, None, 1).await?;
    let held = found.first().ok_or(ServiceError::NotFound)?;
    record_look(op, &tenant, permit.decision().verdicts, 1).await?;
    let policy = op.service().policy();
    Ok(SessionPage {
        row: member_row(op, held),
        tenant: Some(label(&tenant)),
        staff: None,
        rule: rule(SessionRule {
            ttl: policy.member_session_ttl,
            idle: policy.member_session_idle,
        }),
        visits: Vec::new(),
        history: Vec::new(),
        now: op.now(),
    })
}
