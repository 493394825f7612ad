//! Minting a visit (spec 02 steps 2 and 3).

use std::sync::Arc;

use stagedoor_core::action::kind::TenantImpersonate;
use stagedoor_core::actor::Represented;
use stagedoor_core::audit::{AuditBatch, Event, Outcome};
use stagedoor_core::decision::Reason;
use stagedoor_core::id::{ImpersonationId, MemberId, TenantId};
use stagedoor_core::impersonation::{VisitMode, VisitState, visit_ttl, within_budget};
use stagedoor_core::input::{FieldError, Justification, TicketRef};
use stagedoor_core::permit::Permit;
use stagedoor_core::role::TenantRole;
use stagedoor_core::session::SessionState;
use stagedoor_core::time::Timestamp;
use stagedoor_store::impersonation::{self, Visit};
use stagedoor_store::membership::{self, MemberState, Membership};
use stagedoor_store::tenant::{self, Tenant};

use crate::error::ServiceError;
use crate::op::StaffOp;
use crate::recorder::{Person, Story, represented_target};
use crate::system::fresh_id;

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
    /// How long; none is the policy's default.
    pub ttl_seconds: Option<u64>,
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

/// What a checked request asks for.
struct Checked {
    reason: Justification,
    ticket: Option<TicketRef>,
    ttl: std::time::Duration,
}

/// Begins a visit.
///
/// # Errors
/// Not found for a tenant or person that is unknown or hidden; denied in the order of spec 02 step 3; invalid input
/// with every field at fault.
pub async fn mint(op: &StaffOp, request: &MintRequest) -> Result<Minted, ServiceError> {
    let tenant = find_tenant(op, &request.tenant).await?;
    let mut story = Story::new(Event::ImpersonationStart);
    story.tenant = Some(tenant.id);
    story.reason = Some(request.reason.trim().chars().take(500).collect());
    let granted = op
        .require_about::<TenantImpersonate>(&tenant.target(), story)
        .await?;
    let checked = check(op, request)?;
    let member = find_member(op, &tenant, request.user_id.as_deref()).await?;
    let permit = granted.discharge(checked.reason);
    begin(op, &tenant, member, permit, checked.ticket, checked.ttl).await
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

fn check(op: &StaffOp, request: &MintRequest) -> Result<Checked, ServiceError> {
    let reason = Justification::parse(&request.reason);
    let ticket = TicketRef::parse(request.ticket_ref.as_deref().unwrap_or_default());
    let ttl = visit_ttl(op.service().policy(), request.ttl_seconds);
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
async fn find_member(
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

async fn begin(
    op: &StaffOp,
    tenant: &Tenant,
    member: Option<Membership>,
    permit: Permit<TenantImpersonate>,
    ticket: Option<TicketRef>,
    ttl: std::time::Duration,
) -> Result<Minted, ServiceError> {
    let service = op.service().clone();
    let now = op.now();
    let SessionState::Active {
        until: session_until, ..
    } = op.session().state
    else {
        return Err(ServiceError::Conflict("Your session has ended."));
    };
    let id: ImpersonationId = fresh_id(service.rng(), now);
    let role = member
        .as_ref()
        .map_or(TenantRole::Admin, |member| member.role.impersonated());
    let state = VisitState::start(now, ttl, session_until);
    let until = now.plus(ttl).min(session_until);
    let visit = Visit {
        id,
        staff: op.staff().id,
        session: op.session().id,
        tenant: tenant.id,
        member: member.as_ref().map(|member| member.id),
        role,
        mode: VisitMode::ReadOnly,
        reason: permit.owed().as_str().to_owned(),
        ticket: ticket.map(|ticket| ticket.as_str().to_owned()),
        started: now,
        state,
        until,
    };
    let mut story = visit_started(&visit, member.as_ref());
    story.verdicts = Some(permit.decision().verdicts);
    let batch = op.record(story.clone()).await?;
    let mut refused = story;
    refused.outcome = Outcome::Denied(Reason::VisitLimit);
    let limit = ServiceError::Denied(limit_reached(op, tenant));
    if let Err(error) = insert(op, permit, visit.clone(), batch).await {
        let NotInserted::OverBudget = error else {
            return Err(error.into());
        };
        let batch = op.record(refused).await?;
        service.commit_only(batch).await?;
        return Err(limit);
    }
    let handoff_url = format!("{}/visit/{id}", service.settings().origins.tenant(&tenant.slug));
    Ok(Minted {
        visit,
        slug: tenant.slug.clone(),
        until,
        handoff_url,
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

impl From<NotInserted> for ServiceError {
    fn from(error: NotInserted) -> Self {
        match error {
            NotInserted::OverBudget => Self::Conflict("You have as many live impersonations as is allowed."),
            NotInserted::Error(error) => error,
        }
    }
}

/// Counts once more where nothing can come between, then inserts.
async fn insert(
    op: &StaffOp,
    permit: Permit<TenantImpersonate>,
    visit: Visit,
    batch: AuditBatch,
) -> Result<(), NotInserted> {
    let service = op.service();
    let policy = service.policy().clone();
    let now = op.now();
    let permit = Arc::new(permit);
    service
        .db()
        .write(move |mut tx| {
            let (policy, permit, visit, batch) =
                (policy.clone(), permit.clone(), visit.clone(), batch.clone());
            Box::pin(async move {
                let live = impersonation::count_live(&mut tx, visit.staff, now, now.minus(policy.visit_idle))
                    .await?;
                if !within_budget(&policy, live) {
                    return Err(NotInserted::OverBudget);
                }
                impersonation::insert(&mut tx, &permit, &visit).await?;
                Ok(tx.commit(batch, ()).await?)
            })
        })
        .await
}

fn limit_reached(op: &StaffOp, tenant: &Tenant) -> stagedoor_core::decision::Decision {
    use stagedoor_core::action::Action;
    use stagedoor_core::decision::{Decision, Outcome};
    use stagedoor_core::resource::Resource;
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
    story.facts.insert("mode", visit.mode.as_str().to_owned());
    story.facts.insert("role", visit.role.as_str().to_owned());
    story.facts.insert("until", visit.until.rfc3339());
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

pub(crate) fn member_person(member: &Membership) -> Person {
    // Sentences name a tenant's person by address: it is what both sides know them by.
    Person {
        id: member.id.to_string(),
        name: member.name.clone(),
        email: member.email.clone(),
    }
}
