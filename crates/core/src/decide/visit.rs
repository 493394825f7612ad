//! Impersonation: whether one may begin, whether a visit still holds, and what may be done inside.

use super::member::tenant_holds;
use super::staff::{acknowledged, left, staff_cell, taken_away};
use crate::action::{Action, Audience, Cell, Declaration, Effect, WhileImpersonated, WhileReading};
use crate::decision::{Outcome, Reason};
use crate::guard::{self, SessionFact, Verdict};
use crate::guard_policy::Guard;
use crate::id::TenantId;
use crate::impersonation::{VisitLimits, VisitMode};
use crate::narrowed::Reach;
use crate::request::{Facts, Policy, Principal, Request, StaffFacts, TenantOpen, VisitFacts, VisitStanding};
use crate::tenant::{Consent, Leave, TenantState};

/// What somebody may do inside a tenant: as the role that they stand in for, and never as its owner.
pub(super) fn visit_authz(
    policy: &Policy,
    request: &Request<'_>,
    declaration: &Declaration,
    (staff, visit): (&StaffFacts<'_>, &VisitFacts),
) -> Verdict {
    if declaration.audience != Audience::Tenant || declaration.resource != request.resource.kind {
        return Verdict::Fail(Reason::WrongAudience);
    }
    if request.resource.tenant != Some(visit.tenant) {
        return Verdict::Fail(Reason::OutOfScope);
    }
    if visit.staff != staff.id || !may_visit(policy, staff, visit.tenant) {
        return Verdict::Fail(Reason::VisitNotAllowed);
    }
    // The way out of a visit stays open.
    if declaration.impersonated != WhileImpersonated::Always && !acknowledged(policy, staff) {
        return Verdict::Fail(Reason::ResponsibilitiesOpen);
    }
    if declaration.impersonated == WhileImpersonated::Never {
        return Verdict::Fail(Reason::ImpersonatedNever);
    }
    let lasting = declaration.impersonated != WhileImpersonated::Always;
    if declaration.effect == Effect::Write && lasting && visit.mode == VisitMode::ReadOnly {
        return Verdict::Fail(Reason::VisitReadOnly);
    }
    if declaration.effect == Effect::Write
        && staff.narrowed.reach == Reach::Reads
        && declaration.reading == WhileReading::Refused
    {
        return Verdict::Fail(Reason::NarrowedReads);
    }
    // The owner's own powers are never lent, whatever the stored role says.
    tenant_holds(
        declaration,
        visit.role.impersonated(),
        &request.resource,
        visit.person,
    )
}

/// Whether somebody may be inside a tenant at all: by their own role, sub-role and tenants, by the role that is viewed as, and
/// by what the session is narrowed to.
fn may_visit(policy: &Policy, staff: &StaffFacts<'_>, tenant: TenantId) -> bool {
    let visiting = Action::TenantImpersonate;
    let holds = |role| staff_cell(visiting.declaration(), role) == Cell::Yes;
    holds(staff.role)
        && taken_away(policy, staff, visiting).is_none()
        && staff
            .narrowed
            .view
            .as_ref()
            .is_none_or(|view| holds(view.role) && view.keeps(visiting, &policy.sub_roles))
        && staff.scope.contains(tenant)
        && left(policy, staff, tenant) == Verdict::Pass
        && staff.narrowed.tenant.is_none_or(|only| only == tenant)
}

/// A visit holds while its staff session holds, and its own clock, and the tenant's consent.
pub(super) fn visit_session(
    policy: &Policy,
    guard: &Guard,
    facts: &Facts,
    staff: &StaffFacts<'_>,
    visit: &VisitFacts,
) -> Verdict {
    let parent = match guard::session(facts.session, staff.account, guard.session, facts.now) {
        // A visit is bound to a session that runs already.
        Verdict::Pass if facts.session == SessionFact::Starting => Verdict::Fail(Reason::SessionAbsent),
        verdict => verdict,
    };
    let running = match visit.standing {
        VisitStanding::Live { until, last_seen } => {
            facts.now < until && facts.now.since(last_seen) < policy.visit_idle
        }
        VisitStanding::Ended => false,
    };
    match parent {
        Verdict::Pass if running && visit.tenant_open == TenantOpen::Open => Verdict::Pass,
        Verdict::Pass => Verdict::Fail(Reason::VisitEnded),
        failed => failed,
    }
}

/// What an impersonation asks beyond the guardrails, in the order of spec 02 step 3: consent, tenant, budget.
pub(super) fn standing(policy: &Policy, request: &Request<'_>) -> Outcome {
    if request.action != Action::TenantImpersonate {
        return Outcome::Permit;
    }
    let Some(standing) = request.resource.standing else {
        return Outcome::Deny(Reason::ConsentOff);
    };
    let leave = request.facts.leave;
    if standing.consent == Consent::Ask && leave == Leave::Standing {
        return Outcome::Deny(Reason::ConsentAsk);
    }
    if !standing.consent.admits(leave, request.facts.now) {
        return Outcome::Deny(Reason::ConsentOff);
    }
    if standing.state != TenantState::Active {
        return Outcome::Deny(Reason::TenantSuspended);
    }
    let at_once = match request.principal {
        Principal::Staff(staff) | Principal::OnBehalf { staff, .. } => {
            VisitLimits::of(policy, &staff).at_once
        }
        Principal::Anonymous | Principal::Member(_) => policy.max_live_visits,
    };
    if request.facts.live_visits >= at_once {
        return Outcome::Deny(Reason::VisitLimit);
    }
    Outcome::Permit
}
