//! The one decision point.
//!
//! [`decide`] is total and pure: the same question always has the same answer, every question has one, and anything
//! that is unknown denies. It evaluates all six guardrails even after one failed, so that a person sees at once what
//! stands in the way; the reason it reports is the first in a fixed order (see [`ORDER`]).

mod member;
mod staff;
mod visit;

use member::member_guard;
use staff::staff_guard;
pub(crate) use staff::{held, staff_authz};
pub use staff::{post_holds, role_holds};
use visit::{standing, visit_authz, visit_session};

use crate::decision::{AuthenticationContext, Decision, Outcome, Reason};
use crate::guard::{self, GrantFact, Guardrail, Verdict, Verdicts};
use crate::guard_policy::{Caller, Guard};
use crate::request::{Facts, Policy, Principal, Request};

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
            context: AuthenticationContext::asked_by(guard.factor),
        },
        (Some((_, reason)), _) => Outcome::Deny(reason),
    }
}
