//! The one decision point.
//!
//! [`decide`] is total and pure: the same question always has the same answer, every question has one, and anything
//! that is unknown denies. It evaluates all six guardrails even after one failed, so that a person sees at once what
//! stands in the way; the reason it reports is the first in a fixed order (see [`ORDER`]).

use crate::action::{
    Action, Audience, Cell, Danger, Declaration, Effect, Held, WhileImpersonated, WhileReading,
};
use crate::decision::{Decision, Outcome, Reason};
use crate::duties;
use crate::guard::{self, GrantFact, Guardrail, SessionFact, Verdict, Verdicts};
use crate::guard_policy::{Caller, Guard};
use crate::id::{MemberId, TenantId};
use crate::impersonation::{VisitMode, within_budget};
use crate::narrowed::Reach;
use crate::request::{
    Facts, MemberFacts, Policy, Principal, Request, StaffFacts, TenantOpen, Toggle, VisitFacts, VisitStanding,
};
use crate::resource::{ResourceFacts, ResourceKind};
use crate::role::{StaffRole, TenantRole};
use crate::sub_role::{Narrowed, SubRoleName};
use crate::tenant::{Consent, Leave, TenantState};

/// The order in which failed guardrails are reported: whether somebody is there at all comes first, then the way in,
/// then what they may do.
pub const ORDER: [Guardrail; 6] = [
    Guardrail::Session,
    Guardrail::Network,
    Guardrail::Identity,
    Guardrail::Mfa,
    Guardrail::Authz,
    Guardrail::Danger,
];

/// Decides a request under a policy.
#[must_use]
pub fn decide(policy: &Policy, request: &Request<'_>) -> Decision {
    let guard = Guard::of(policy, Caller::of(&request.principal), request.action);
    let verdicts = Verdicts::from_fn(|guardrail| verdict(policy, request, &guard, guardrail));
    Decision {
        verdicts,
        outcome: outcome(policy, request, &guard, &verdicts),
    }
}

fn verdict(policy: &Policy, request: &Request<'_>, guard: &Guard, guardrail: Guardrail) -> Verdict {
    if !guard.requires(guardrail) {
        return Verdict::NotRequired;
    }
    if guardrail == Guardrail::Danger {
        return danger(request.facts.grant);
    }
    let declaration = guard.declaration();
    match request.principal {
        Principal::Anonymous => anonymous(policy, guard, &request.facts, guardrail),
        Principal::Staff(staff) => match guardrail {
            Guardrail::Authz => staff_authz(policy, request, guard, &staff),
            _ => staff_guard(policy, request, guard, &staff, guardrail),
        },
        Principal::OnBehalf { staff, visit } => match guardrail {
            Guardrail::Authz => visit_authz(policy, request, declaration, (&staff, &visit)),
            Guardrail::Session => visit_session(policy, guard, &request.facts, &staff, &visit),
            _ => staff_guard(policy, request, guard, &staff, guardrail),
        },
        Principal::Member(member) => member_guard(policy, request, declaration, &member, guardrail),
    }
}

fn danger(grant: GrantFact) -> Verdict {
    match grant {
        GrantFact::Approved => Verdict::Pass,
        GrantFact::None => Verdict::Fail(Reason::GrantMissing),
    }
}

/// Before anybody is known only the network can hold.
fn anonymous(policy: &Policy, guard: &Guard, facts: &Facts, guardrail: Guardrail) -> Verdict {
    match guardrail {
        Guardrail::Network => guard::network(policy, guard.networks, facts.address, facts.proxy),
        Guardrail::Identity => guard::identity(guard.device, facts.identity),
        Guardrail::Mfa => Verdict::Fail(Reason::FactorMissing),
        Guardrail::Authz => Verdict::Fail(Reason::PermissionMissing),
        Guardrail::Danger | Guardrail::Session => Verdict::Fail(Reason::SessionAbsent),
    }
}

fn staff_guard(
    policy: &Policy,
    request: &Request<'_>,
    guard: &Guard,
    staff: &StaffFacts<'_>,
    guardrail: Guardrail,
) -> Verdict {
    let facts = &request.facts;
    match guardrail {
        Guardrail::Network => guard::network(policy, guard.networks, facts.address, facts.proxy),
        Guardrail::Identity => guard::identity(guard.device, facts.identity),
        Guardrail::Mfa => guard::mfa(guard.factor, facts.factor, facts.now),
        Guardrail::Session => guard::session(facts.session, staff.account, guard.session, facts.now),
        // Answered by the callers, which know the action; fail closed should one forget.
        Guardrail::Authz | Guardrail::Danger => Verdict::Fail(Reason::PermissionMissing),
    }
}

pub(crate) fn staff_authz(
    policy: &Policy,
    request: &Request<'_>,
    guard: &Guard,
    staff: &StaffFacts<'_>,
) -> Verdict {
    let declaration = guard.declaration();
    if declaration.audience != Audience::Staff || declaration.resource != request.resource.kind {
        return Verdict::Fail(Reason::WrongAudience);
    }
    // A session can be started only when none is there: no other action is open to somebody in between.
    if (request.facts.session == SessionFact::Starting) != (request.action == Action::StaffSignIn) {
        return Verdict::Fail(Reason::WrongAudience);
    }
    // Who still owes them gets nowhere else, whatever their role.
    if !duties::come_before(request.action) && !acknowledged(policy, staff) {
        return Verdict::Fail(Reason::ResponsibilitiesOpen);
    }
    // The role first: whoever lacks the permission everywhere learns nothing from the answer about one tenant.
    match held(policy, staff.role, guard) {
        None => return Verdict::Fail(Reason::PermissionMissing),
        Some(Held::OwnOnly) if request.resource.owner != Some(staff.id) => {
            return Verdict::Fail(Reason::NotOwn);
        }
        Some(Held::Fully | Held::OwnOnly | Held::WithGrant) => {}
    }
    if let Some(reason) = taken_away(policy, staff, request.action) {
        return Verdict::Fail(reason);
    }
    match view_holds(policy, request, guard, staff) {
        Verdict::Pass => {}
        failed => return failed,
    }
    match in_scope(&request.resource, staff) {
        Verdict::Pass => within_narrowing(request, declaration, staff),
        failed => failed,
    }
}

/// Whether the role that the session is viewed as holds it as well. One's own role is asked first, and beside it: a view
/// gives nothing.
fn view_holds(policy: &Policy, request: &Request<'_>, guard: &Guard, staff: &StaffFacts<'_>) -> Verdict {
    let Some(view) = &staff.narrowed.view else {
        return Verdict::Pass;
    };
    match held(policy, view.role, guard) {
        _ if !view.keeps(request.action, &policy.sub_roles) => Verdict::Fail(Reason::NarrowedRole),
        Some(Held::OwnOnly) if request.resource.owner != Some(staff.id) => {
            Verdict::Fail(Reason::NarrowedRole)
        }
        Some(Held::Fully | Held::OwnOnly | Held::WithGrant) => Verdict::Pass,
        None => Verdict::Fail(Reason::NarrowedRole),
    }
}

/// What the session's narrowing leaves of what is in the person's reach: the one tenant; of what is no tenant's, looks and
/// one's own; and where it only reads, what only looks.
fn within_narrowing(request: &Request<'_>, declaration: &Declaration, staff: &StaffFacts<'_>) -> Verdict {
    let writes = declaration.effect == Effect::Write;
    if let Some(only) = staff.narrowed.tenant {
        match request.resource.tenant {
            Some(tenant) if tenant != only => return Verdict::Fail(Reason::NarrowedTenant),
            None if writes && request.resource.owner != Some(staff.id) => {
                return Verdict::Fail(Reason::NarrowedPlatform);
            }
            _ => {}
        }
    }
    if writes && staff.narrowed.reach == Reach::Reads && declaration.reading == WhileReading::Refused {
        return Verdict::Fail(Reason::NarrowedReads);
    }
    Verdict::Pass
}

fn acknowledged(policy: &Policy, staff: &StaffFacts<'_>) -> bool {
    policy.responsibilities.are_acknowledged(staff.acknowledged)
}

/// Why somebody's sub-role does not let them do what their role holds, if it does not. With one that is not known nothing is
/// left but to see one's own session and to end it.
fn taken_away(policy: &Policy, staff: &StaffFacts<'_>, action: Action) -> Option<Reason> {
    match policy.sub_roles.narrow(staff.role, staff.sub_role, action) {
        Narrowed::No | Narrowed::Keeps(_) => None,
        Narrowed::Takes(_) => Some(Reason::SubRoleNarrower),
        Narrowed::Unknown if matches!(action, Action::SessionViewOwn | Action::StaffSignOut) => None,
        Narrowed::Unknown => Some(Reason::SubRoleUnknown),
    }
}

fn in_scope(resource: &ResourceFacts, staff: &StaffFacts<'_>) -> Verdict {
    match (resource.kind, resource.tenant) {
        (_, Some(tenant)) if staff.scope.contains(tenant) => Verdict::Pass,
        (ResourceKind::Platform | ResourceKind::Session | ResourceKind::Passkey, None) => Verdict::Pass,
        // Outside, or a thing of a tenant whose tenant is not known.
        (_, Some(_))
        | (ResourceKind::Tenant | ResourceKind::Visit | ResourceKind::Space | ResourceKind::Person, None) => {
            Verdict::Fail(Reason::OutOfScope)
        }
    }
}

/// How a staff role holds a permission, somewhere: for lists of permissions, never instead of [`decide`], which asks for
/// more. `None` where the role does not hold it, or no role of staff could.
#[must_use]
pub fn role_holds(policy: &Policy, role: StaffRole, action: Action) -> Option<Held> {
    let guard = Guard::of(policy, Caller::Staff(role), action);
    (guard.declaration().audience == Audience::Staff)
        .then(|| held(policy, role, &guard))
        .flatten()
}

/// The same of somebody with this sub-role: nothing of what it takes away.
#[must_use]
pub fn post_holds(
    policy: &Policy,
    (role, sub_role): (StaffRole, Option<&SubRoleName>),
    action: Action,
) -> Option<Held> {
    match policy.sub_roles.narrow(role, sub_role, action) {
        Narrowed::No | Narrowed::Keeps(_) => role_holds(policy, role, action),
        Narrowed::Takes(_) | Narrowed::Unknown => None,
    }
}

pub(crate) fn held(policy: &Policy, role: StaffRole, guard: &Guard) -> Option<Held> {
    match (staff_cell(guard.declaration(), role), guard.danger) {
        (Cell::No, _) => None,
        (Cell::ByPolicy, _) if policy.security_responds == Toggle::Off => None,
        (Cell::Own, _) => Some(Held::OwnOnly),
        (Cell::Yes | Cell::ByPolicy, Danger::BreakGlass) => Some(Held::WithGrant),
        (Cell::Yes | Cell::ByPolicy, Danger::Ordinary) => Some(Held::Fully),
    }
}

fn staff_cell(declaration: &Declaration, role: StaffRole) -> Cell {
    declaration.cells.get(role as usize).copied().unwrap_or(Cell::No)
}

fn tenant_cell(declaration: &Declaration, role: TenantRole) -> Cell {
    declaration.cells.get(role as usize).copied().unwrap_or(Cell::No)
}

fn visit_authz(
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

/// Whether somebody may be inside a tenant at all: by their own role and sub-role, by the role that is viewed as, and by what
/// the session is narrowed to.
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
        && staff.narrowed.tenant.is_none_or(|only| only == tenant)
}

/// What a role of a tenant holds there, for itself or for whom it stands in for. What is one's own is a person's: a visit
/// in nobody's place in particular owns nothing.
fn tenant_holds(
    declaration: &Declaration,
    role: TenantRole,
    resource: &ResourceFacts,
    person: Option<MemberId>,
) -> Verdict {
    match tenant_cell(declaration, role) {
        Cell::Yes => Verdict::Pass,
        Cell::Own if person.is_some() && resource.person == person => Verdict::Pass,
        Cell::Own => Verdict::Fail(Reason::NotOwn),
        Cell::No | Cell::ByPolicy => Verdict::Fail(Reason::PermissionMissing),
    }
}

/// A visit holds while its staff session holds, and its own clock, and the tenant's consent.
fn visit_session(
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

/// A person of a tenant in their own name. Which guardrails are theirs at all, the declaration says; on what is none of a
/// tenant's actions every one of them fails.
fn member_guard(
    policy: &Policy,
    request: &Request<'_>,
    declaration: &Declaration,
    member: &MemberFacts,
    guardrail: Guardrail,
) -> Verdict {
    let tenant_action =
        declaration.audience == Audience::Tenant && declaration.resource == request.resource.kind;
    match guardrail {
        Guardrail::Session => guard::member_session(
            request.facts.session,
            member,
            policy.member_session_idle,
            request.facts.now,
        ),
        Guardrail::Authz if tenant_action => member_authz(request, declaration, member),
        _ => Verdict::Fail(Reason::WrongAudience),
    }
}

fn member_authz(request: &Request<'_>, declaration: &Declaration, member: &MemberFacts) -> Verdict {
    // As for staff: who is only about to have a session can do nothing but start it.
    if (request.facts.session == SessionFact::Starting) != (request.action == Action::UserSignIn) {
        return Verdict::Fail(Reason::WrongAudience);
    }
    if request.resource.tenant != Some(member.tenant) {
        return Verdict::Fail(Reason::OutOfScope);
    }
    tenant_holds(declaration, member.role, &request.resource, Some(member.id))
}

fn outcome(policy: &Policy, request: &Request<'_>, guard: &Guard, verdicts: &Verdicts) -> Outcome {
    let mut failures = ORDER
        .into_iter()
        .filter_map(|guardrail| match verdicts.get(guardrail) {
            Verdict::Fail(reason) => Some((guardrail, reason)),
            Verdict::Pass | Verdict::NotRequired => None,
        });
    match (failures.next(), failures.next()) {
        (None, _) => standing(policy, request),
        // A fresh proof would help, and no other guardrail stands in the way: ask for it. How a tenant stands towards
        // visits is told only to somebody who brought that proof.
        (Some((Guardrail::Mfa, reason)), None) => Outcome::Challenge {
            reason,
            max_age: guard.factor.max_age,
        },
        (Some((_, reason)), _) => Outcome::Deny(reason),
    }
}

/// What an impersonation asks beyond the guardrails, in the order of spec 02 step 3: consent, tenant, budget.
fn standing(policy: &Policy, request: &Request<'_>) -> Outcome {
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
    let fewer = match request.principal {
        Principal::Staff(staff) | Principal::OnBehalf { staff, .. } => fewest_visits(policy, &staff),
        Principal::Anonymous | Principal::Member(_) => None,
    };
    let over = fewer.is_some_and(|most| request.facts.live_visits >= most);
    if over || !within_budget(policy, request.facts.live_visits) {
        return Outcome::Deny(Reason::VisitLimit);
    }
    Outcome::Permit
}

/// How many visits somebody's sub-role leaves them at once, or the one that they view the console as, where they say so.
fn fewest_visits(policy: &Policy, staff: &StaffFacts<'_>) -> Option<u32> {
    let most = |role, name| policy.sub_roles.find(role, name)?.visits();
    let own = staff.sub_role.and_then(|name| most(staff.role, name));
    let view = staff.narrowed.view.as_ref();
    let viewed = view.and_then(|view| most(view.role, view.sub_role.as_ref()?));
    own.into_iter().chain(viewed).min()
}
