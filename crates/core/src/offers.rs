//! What may be offered to somebody in the session that asks: for pages that hide what would be refused, never for a decision.
//!
//! No rule stands here. Each answer is that of [`decide`], asked about what the person could do most with: what is their own,
//! in a tenant that their session reaches.

use crate::action::{Action, Held};
use crate::decide::{decide, held, staff_authz};
use crate::decision::Reason;
use crate::guard::{SessionFact, Verdict};
use crate::guard_policy::{ActionSet, Caller, Guard};
use crate::id::{Id, TenantId};
use crate::narrowed::View;
use crate::request::{Facts, Policy, Principal, Request, StaffFacts};
use crate::resource::{ResourceFacts, ResourceKind, TenantStanding};
use crate::role::Scope;
use crate::tenant::{Consent, Leave, TenantState};
use crate::time::Timestamp;

/// What may be offered in a session, action by action; of the others, why they are not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offers(Box<[Result<(), Reason>]>);

impl Offers {
    /// Those of a member of staff, by the facts of their call.
    #[must_use]
    pub fn of(policy: &Policy, staff: &StaffFacts<'_>, facts: &Facts) -> Self {
        Action::ALL
            .iter()
            .map(|action| offered(policy, staff, facts, *action))
            .collect::<Vec<_>>()
            .into()
    }

    /// Some actions, and one reason for all the others.
    #[must_use]
    pub fn only(actions: ActionSet, otherwise: Reason) -> Self {
        Action::ALL
            .iter()
            .map(|action| actions.contains(*action).then_some(()).ok_or(otherwise))
            .collect::<Vec<_>>()
            .into()
    }

    /// Whether an action is offered.
    #[must_use]
    pub fn may(&self, action: Action) -> bool {
        self.asked(action).is_ok()
    }

    /// Why an action is not offered; `None` for one that is.
    #[must_use]
    pub fn refusal(&self, action: Action) -> Option<Reason> {
        self.asked(action).err()
    }

    fn asked(&self, action: Action) -> Result<(), Reason> {
        // One for each action, in the order of their table.
        let answer = self.0.get(action as usize).copied();
        answer.unwrap_or(Err(Reason::PermissionMissing))
    }
}

impl From<Vec<Result<(), Reason>>> for Offers {
    fn from(answers: Vec<Result<(), Reason>>) -> Self {
        Self(answers.into())
    }
}

/// Whether somebody can have an action in their session, on something: at once, or when they have proved themselves anew.
///
/// # Errors
/// The reason for which each call would be refused.
pub fn offered(policy: &Policy, staff: &StaffFacts<'_>, facts: &Facts, action: Action) -> Result<(), Reason> {
    let request = Request {
        principal: Principal::Staff(*staff),
        action,
        resource: nearest(policy, staff, action.declaration().resource),
        // What an owner said and how many visits run is of one visit, and changes while the session stays what it is.
        facts: Facts {
            leave: Leave::Asked,
            live_visits: 0,
            ..*facts
        },
    };
    decide(policy, &request).offered()
}

/// How somebody holds a permission in their session: for lists of permissions, which tell nothing of the other guardrails.
/// `None` too for what they could do with nothing that the session reaches.
#[must_use]
pub fn session_holds(policy: &Policy, staff: &StaffFacts<'_>, action: Action) -> Option<Held> {
    let guard = Guard::of(policy, Caller::Staff(staff.role), action);
    let session = match action {
        Action::StaffSignIn => SessionFact::Starting,
        _ => SessionFact::Absent,
    };
    let request = Request {
        principal: Principal::Staff(*staff),
        action,
        resource: nearest(policy, staff, action.declaration().resource),
        facts: Facts {
            session,
            ..Facts::unknown(Timestamp::from_micros(0))
        },
    };
    if staff_authz(policy, &request, &guard, staff) != Verdict::Pass {
        return None;
    }
    let own = held(policy, staff.role, &guard)?;
    // A view holds no more than one's own, so that what it holds is what is left.
    match (&staff.narrowed.view, own) {
        (Some(view), Held::Fully | Held::WithGrant) => held(policy, view.role, &guard),
        (None, _) | (Some(_), Held::OwnOnly) => Some(own),
    }
}

/// The thing of a kind that somebody could do most with.
fn nearest(policy: &Policy, staff: &StaffFacts<'_>, kind: ResourceKind) -> ResourceFacts {
    use ResourceKind::{Passkey, Person, Platform, Session, Space, Tenant, Visit};
    let tenant = match kind {
        Platform | Session | Passkey => None,
        Tenant | Visit | Space | Person => reached(policy, staff),
    };
    let standing = TenantStanding {
        state: TenantState::Active,
        consent: Consent::On,
    };
    ResourceFacts {
        tenant,
        owner: matches!(kind, Session | Passkey | Visit).then_some(staff.id),
        standing: (kind == Tenant).then_some(standing),
        ..ResourceFacts::of(kind)
    }
}

/// A tenant that the session reaches, where it reaches one.
fn reached(policy: &Policy, staff: &StaffFacts<'_>) -> Option<TenantId> {
    let own = View {
        role: staff.role,
        sub_role: staff.sub_role.cloned(),
    };
    match staff.narrowed.scope((&own, staff.scope), &policy.sub_roles) {
        // Where all are reached, it is any of them.
        Scope::All => Some(TenantId::new(0, 0)),
        Scope::Only(listed) => listed.first().copied(),
    }
}
