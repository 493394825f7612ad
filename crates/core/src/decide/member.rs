//! What a tenant's people may do there in their own name, and what their roles hold for whoever stands in for them.

use crate::action::{Action, Audience, Cell, Declaration};
use crate::decision::Reason;
use crate::guard::{self, Guardrail, SessionFact, Verdict};
use crate::id::MemberId;
use crate::request::{MemberFacts, Policy, Request};
use crate::resource::ResourceFacts;
use crate::role::TenantRole;

fn tenant_cell(declaration: &Declaration, role: TenantRole) -> Cell {
    declaration.cells.get(role as usize).copied().unwrap_or(Cell::No)
}

/// What a role of a tenant holds there, for itself or for whom it stands in for. What is one's own is a person's: a visit
/// in nobody's place in particular owns nothing.
pub(super) fn tenant_holds(
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

/// A person of a tenant in their own name. Which guardrails are theirs at all, the declaration says; on what is none of a
/// tenant's actions every one of them fails.
pub(super) fn member_guard(
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
