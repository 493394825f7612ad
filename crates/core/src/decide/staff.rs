//! What staff may do in their own name. Nothing here knows of visits.

use crate::action::{Action, Audience, Cell, Danger, Declaration, Effect, Held, WhileReading};
use crate::decision::Reason;
use crate::duties;
use crate::guard::{self, Guardrail, SessionFact, Verdict};
use crate::guard_policy::{Caller, Guard};
use crate::id::TenantId;
use crate::narrowed::Reach;
use crate::request::{Policy, Request, StaffFacts, Toggle};
use crate::resource::{ResourceFacts, ResourceKind};
use crate::role::StaffRole;
use crate::sub_role::{Narrowed, SubRoleName};

/// The guardrails around what somebody may do: none of them knows the action.
pub(super) fn staff_guard(
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

/// What somebody may do: their role, their sub-role, what the console is viewed as, their tenants, and what the session is
/// narrowed to. Each takes away from those before it.
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
    match in_scope(policy, &request.resource, staff) {
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

/// Whether somebody acknowledged the responsibilities as they stand now.
pub(super) fn acknowledged(policy: &Policy, staff: &StaffFacts<'_>) -> bool {
    policy.responsibilities.are_acknowledged(staff.acknowledged)
}

/// Why somebody's sub-role does not let them do what their role holds, if it does not. With one that is not known nothing is
/// left but to see one's own session and to end it.
pub(super) fn taken_away(policy: &Policy, staff: &StaffFacts<'_>, action: Action) -> Option<Reason> {
    match policy.sub_roles.narrow(staff.role, staff.sub_role, action) {
        Narrowed::No | Narrowed::Keeps(_) => None,
        Narrowed::Takes(_) => Some(Reason::SubRoleNarrower),
        Narrowed::Unknown if matches!(action, Action::SessionViewOwn | Action::StaffSignOut) => None,
        Narrowed::Unknown => Some(Reason::SubRoleUnknown),
    }
}

fn in_scope(policy: &Policy, resource: &ResourceFacts, staff: &StaffFacts<'_>) -> Verdict {
    match (resource.kind, resource.tenant) {
        (_, Some(tenant)) if staff.scope.contains(tenant) => left(policy, staff, tenant),
        (ResourceKind::Platform | ResourceKind::Session | ResourceKind::Passkey, None) => Verdict::Pass,
        // Outside, or a thing of a tenant whose tenant is not known.
        (_, Some(_))
        | (ResourceKind::Tenant | ResourceKind::Visit | ResourceKind::Space | ResourceKind::Person, None) => {
            Verdict::Fail(Reason::OutOfScope)
        }
    }
}

/// Whether a tenant of somebody's account is left to them by their sub-role, and by the one that the session is viewed as.
pub(super) fn left(policy: &Policy, staff: &StaffFacts<'_>, tenant: TenantId) -> Verdict {
    let sub_roles = &policy.sub_roles;
    if !sub_roles.leaves(staff.role, staff.sub_role, tenant) {
        return Verdict::Fail(Reason::SubRoleElsewhere);
    }
    match &staff.narrowed.view {
        Some(view) if !view.leaves(tenant, sub_roles) => Verdict::Fail(Reason::NarrowedElsewhere),
        _ => Verdict::Pass,
    }
}

/// How a staff role holds a permission, somewhere: for lists of permissions, never instead of [`decide`](super::decide()), which asks for
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

/// The cell of a role of staff.
pub(super) fn staff_cell(declaration: &Declaration, role: StaffRole) -> Cell {
    declaration.cells.get(role as usize).copied().unwrap_or(Cell::No)
}
