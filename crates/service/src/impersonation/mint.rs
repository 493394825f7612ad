//! Minting a visit (spec 02 steps 2 and 3): looked at, decided, checked, and counted again inside the transaction.
//!
//! No visit begins without a permit for exactly its tenant, a reason, and its pair of entries.

use std::sync::Arc;

use stagedoor_core::action::Action;
use stagedoor_core::action::kind::TenantImpersonate;
use stagedoor_core::actor::Represented;
use stagedoor_core::audit::{AuditBatch, Event, Field, Outcome};
use stagedoor_core::decision::Reason;
use stagedoor_core::id::{MemberId, TenantId};
use stagedoor_core::impersonation::{VisitLimits, VisitMode, VisitState};
use stagedoor_core::input::{FieldError, Justification, TicketRef};
use stagedoor_core::permit::Permit;
use stagedoor_core::resource::Resource;
use stagedoor_core::role::TenantRole;
use stagedoor_core::session::SessionState;
use stagedoor_core::tenant::{Consent, TenantState};
use stagedoor_core::time::Timestamp;
use stagedoor_store::consent_request::ConsentRequest;
use stagedoor_store::impersonation::{self, Visit};
use stagedoor_store::membership::{self, MemberState, Membership};
use stagedoor_store::session;
use stagedoor_store::tenant::{self, Tenant};
use stagedoor_store::tx::WriteTx;

use super::ask;
use crate::error::ServiceError;
use crate::op::StaffOp;
use crate::recorder::{Story, represented_target};
use crate::retry::again;
use crate::system::fresh_id;
use crate::tenant_op::member_person;

/// What was asked for, as it was typed.
#[derive(Debug, Clone, Default)]
pub struct MintRequest {
    /// The tenant, by id or slug.
    pub tenant: String,
    /// The person to act as; none acts as the tenant's administrator.
    pub user_id: Option<String>,
    /// Why.
    pub reason: String,
    /// The ticket.
    pub ticket_ref: Option<String>,
    /// How long; none is the policy's default, or less where the person's sub-role leaves less.
    pub ttl_seconds: Option<u64>,
    /// The owner's answer to use, by its id; none is the latest one for the same person.
    pub consent_request: Option<String>,
}

/// A visit that has begun.
#[derive(Debug, Clone)]
pub struct Minted {
    /// The visit.
    pub visit: Visit,
    /// The tenant's name in addresses.
    pub slug: String,
    /// Its end.
    pub until: Timestamp,
    /// Where to go to be inside: the tenant's host.
    pub handoff_url: String,
}

/// What came of asking for a visit.
#[derive(Debug, Clone)]
pub enum Mint {
    /// It has begun.
    Begun(Box<Minted>),
    /// The owner wants to be asked, and is.
    Asked(Box<ConsentRequest>),
}

/// What a checked request asks for.
pub(super) struct Checked {
    pub(super) reason: Justification,
    pub(super) ticket: Option<TicketRef>,
    pub(super) ttl: std::time::Duration,
}

/// Begins a visit, or asks the owner for it where the owner wants to be asked.
///
/// # Errors
/// Not found for a tenant or person that is unknown or hidden; denied in the order of spec 02 step 3; invalid input
/// with every field at fault.
pub async fn mint(op: &StaffOp, request: &MintRequest) -> Result<Mint, ServiceError> {
    // The owner may change their mind, or the session end, between the look and the write: then look again.
    again(|| mint_once(op, request)).await
}

async fn mint_once(op: &StaffOp, request: &MintRequest) -> Result<Mint, ServiceError> {
    let tenant = find_tenant(op, &request.tenant).await?;
    let mut story = Story::new(Event::ImpersonationStart);
    story.tenant = Some(tenant.id);
    story.reason = Some(request.reason.trim().chars().take(500).collect());
    let target = tenant.target();
    let wants_to_be_asked =
        op.would(Action::TenantImpersonate, target.facts()).reason() == Some(Reason::ConsentAsk);
    if wants_to_be_asked {
        return ask::mint_by_leave(op, &tenant, request, story).await;
    }
    let granted = op.require_about::<TenantImpersonate>(&target, story).await?;
    let checked = check(op, request)?;
    let member = find_member(op, &tenant, request.user_id.as_deref()).await?;
    let wanted = Wanted {
        tenant: &tenant,
        member,
        ticket: checked.ticket,
        ttl: checked.ttl,
        leave: None,
    };
    begin(op, wanted, granted.discharge(checked.reason)).await
}

/// A tenant by id or slug; a hidden one is as unknown as one that does not exist.
pub(crate) async fn find_tenant(op: &StaffOp, text: &str) -> Result<Tenant, ServiceError> {
    let ex = &mut op.service().db().reader();
    let found = match text.parse::<TenantId>() {
        Ok(id) => tenant::find(ex, id).await?,
        Err(_) => tenant::find_by_slug(ex, text).await?,
    };
    match found {
        Some(tenant) if op.knows(tenant.id) => Ok(tenant),
        hidden => {
            let hidden = hidden.map(|tenant| tenant.id);
            Err(op.nothing_there(Event::TenantView, hidden).await)
        }
    }
}

pub(super) fn check(op: &StaffOp, request: &MintRequest) -> Result<Checked, ServiceError> {
    let reason = Justification::parse(&request.reason);
    let ticket = TicketRef::parse(request.ticket_ref.as_deref().unwrap_or_default());
    let ttl = op.visit_limits().ttl(request.ttl_seconds);
    match (reason, ticket, ttl) {
        (Ok(reason), Ok(ticket), Ok(ttl)) => Ok(Checked { reason, ticket, ttl }),
        (reason, ticket, ttl) => Err(ServiceError::Invalid(
            [reason.err(), ticket.err(), ttl.err()]
                .into_iter()
                .flatten()
                .collect(),
        )),
    }
}

/// The person to act as: an active member of this very tenant.
pub(super) async fn find_member(
    op: &StaffOp,
    tenant: &Tenant,
    id: Option<&str>,
) -> Result<Option<Membership>, ServiceError> {
    let Some(id) = id.filter(|id| !id.is_empty()) else {
        return Ok(None);
    };
    let found = match id.parse::<MemberId>() {
        Ok(id) => membership::find(&mut op.service().db().reader(), tenant.id, id).await?,
        Err(_) => None,
    };
    let Some(member) = found else {
        return Err(op.nothing_there(Event::ImpersonationStart, None).await);
    };
    if member.state == MemberState::Active {
        return Ok(Some(member));
    }
    let message = format!(
        "{} is {}; only active people can be impersonated.",
        member.email,
        member.state.as_str()
    );
    Err(ServiceError::field(FieldError::new("user_id", message)))
}

/// A visit that nothing stands in the way of.
pub(super) struct Wanted<'a> {
    pub(super) tenant: &'a Tenant,
    pub(super) member: Option<Membership>,
    pub(super) ticket: Option<TicketRef>,
    pub(super) ttl: std::time::Duration,
    /// The owner's answer it is made by, where the owner was asked.
    pub(super) leave: Option<ConsentRequest>,
}

pub(super) async fn begin(
    op: &StaffOp,
    wanted: Wanted<'_>,
    permit: Permit<TenantImpersonate>,
) -> Result<Mint, ServiceError> {
    let (service, tenant) = (op.service().clone(), wanted.tenant);
    let visit = new_visit(op, &wanted, permit.owed().as_str())?;
    let mut story = visit_started(&visit, wanted.member.as_ref());
    story.verdicts = Some(permit.decision().verdicts);
    let batch = op.record(story.clone()).await?;
    let storing = Storing {
        permit: Arc::new(permit),
        visit: visit.clone(),
        leave: wanted.leave.clone(),
        limits: op.visit_limits(),
        batch,
    };
    match insert(op, storing).await {
        Ok(()) => {}
        Err(NotInserted::OverBudget) => {
            story.outcome = Outcome::Denied(Reason::VisitLimit);
            let batch = op.record(story).await?;
            service.commit_only(batch).await?;
            return Err(ServiceError::Denied(limit_reached(op, tenant)));
        }
        Err(NotInserted::Error(error)) => return Err(error),
    }
    let origin = service.settings().origins.tenant(&tenant.slug);
    Ok(Mint::Begun(Box::new(Minted {
        slug: tenant.slug.clone(),
        until: visit.until,
        handoff_url: format!("{origin}/visit/{}", visit.id),
        visit,
    })))
}

fn new_visit(op: &StaffOp, wanted: &Wanted<'_>, reason: &str) -> Result<Visit, ServiceError> {
    let (service, now) = (op.service(), op.now());
    let SessionState::Active {
        until: session_until, ..
    } = op.session().state
    else {
        return Err(ServiceError::Conflict("Your session has ended."));
    };
    // It outlives neither the session nor the owner's window, and its clock says so from the start.
    let last = match wanted.tenant.standing.consent {
        Consent::Window { until } => session_until.min(until),
        Consent::Off | Consent::Ask | Consent::On => session_until,
    };
    let member = wanted.member.as_ref();
    Ok(Visit {
        id: fresh_id(service.rng(), now),
        staff: op.staff().id,
        session: op.session().id,
        tenant: wanted.tenant.id,
        member: member.map(|member| member.id),
        role: member.map_or(TenantRole::Admin, |member| member.role.impersonated()),
        mode: VisitMode::ReadOnly,
        reason: reason.to_owned(),
        ticket: wanted.ticket.as_ref().map(|ticket| ticket.as_str().to_owned()),
        started: now,
        state: VisitState::start(now, wanted.ttl, last),
        until: now.plus(wanted.ttl).min(last),
        consent: wanted.leave.as_ref().map(|leave| leave.id),
    })
}

/// Why a visit was not stored.
enum NotInserted {
    /// The last place was taken meanwhile.
    OverBudget,
    /// Something else.
    Error(ServiceError),
}

impl From<stagedoor_store::Error> for NotInserted {
    fn from(error: stagedoor_store::Error) -> Self {
        Self::Error(error.into())
    }
}

impl From<ServiceError> for NotInserted {
    fn from(error: ServiceError) -> Self {
        Self::Error(error)
    }
}

/// A visit on its way into the store.
#[derive(Clone)]
struct Storing {
    permit: Arc<Permit<TenantImpersonate>>,
    visit: Visit,
    leave: Option<ConsentRequest>,
    limits: VisitLimits,
    batch: AuditBatch,
}

/// Looks once more where nothing can come between, then inserts.
async fn insert(op: &StaffOp, storing: Storing) -> Result<(), NotInserted> {
    let policy = op.service().policy();
    let now = op.now();
    op.service()
        .db()
        .write(move |mut tx| {
            let (policy, storing) = (policy.clone(), storing.clone());
            Box::pin(async move {
                let visit = &storing.visit;
                let live = impersonation::count_live(&mut tx, visit.staff, now, now.minus(policy.visit_idle))
                    .await?;
                if !storing.limits.admit(live) {
                    return Err(NotInserted::OverBudget);
                }
                still_open(&mut tx, visit, now).await?;
                if let Some(leave) = &storing.leave {
                    ask::spend(&mut tx, leave, now).await?;
                }
                impersonation::insert(&mut tx, &storing.permit, visit).await?;
                Ok(tx.commit(storing.batch, ()).await?)
            })
        })
        .await
}

/// Whether the owner still lets this visit in, and its session still runs. Their ends take all visits with them that were
/// there; one that came a moment later must not slip through.
async fn still_open(tx: &mut WriteTx, visit: &Visit, now: Timestamp) -> Result<(), ServiceError> {
    let tenant = tenant::find(tx, visit.tenant).await?;
    let open = tenant.is_some_and(|tenant| {
        let standing = tenant.standing;
        standing.state == TenantState::Active && standing.consent.admits(visit.leave(), now)
    });
    let session = session::find_by_id(tx, visit.session).await?;
    let runs = session.is_some_and(|session| matches!(session.state, SessionState::Active { .. }));
    if open && runs {
        Ok(())
    } else {
        Err(ServiceError::Moved)
    }
}

fn limit_reached(op: &StaffOp, tenant: &Tenant) -> stagedoor_core::decision::Decision {
    use stagedoor_core::decision::{Decision, Outcome};
    let decision = op.would(Action::TenantImpersonate, tenant.target().facts());
    Decision {
        outcome: Outcome::Deny(Reason::VisitLimit),
        ..decision
    }
}

fn visit_started(visit: &Visit, member: Option<&Membership>) -> Story {
    let mut story = Story::new(Event::ImpersonationStart);
    story.tenant = Some(visit.tenant);
    story.impersonation = Some(visit.id);
    story.target = Some(represented_target(represented(visit)));
    story.target_person = member.map(member_person);
    story.reason = Some(visit.reason.clone());
    story.ticket.clone_from(&visit.ticket);
    story.facts.insert(Field::Mode, visit.mode.as_str().to_owned());
    story.facts.insert(Field::Role, visit.role.as_str().to_owned());
    story.facts.insert(Field::Until, visit.until.rfc3339());
    if let Some(consent) = visit.consent {
        story.facts.insert(Field::ConsentRequest, consent.to_string());
    }
    story
}

/// Whom a visit stands in for.
pub(crate) fn represented(visit: &Visit) -> Represented {
    match visit.member {
        Some(member) => Represented::Member {
            tenant: visit.tenant,
            member,
        },
        None => Represented::Tenant(visit.tenant),
    }
}
