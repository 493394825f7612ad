//! Whether a policy shuts out the very people who could change it back: no super admin could sign in, or do what undoes it.
//! Asked before a change is tried, and again before it is confirmed.

use crate::action::{Action, Danger};
use crate::assurance::{PasskeyLevel, ProvenFactor};
use crate::decide::post_holds;
use crate::guard::{self, Guardrail, NetworkKind, Verdict};
use crate::guard_policy::{ActionSet, Caller, DeviceDemand, Guard};
use crate::request::{Policy, Toggle};
use crate::role::StaffRole;
use crate::sub_role::SubRoleName;
use crate::time::Timestamp;

/// What a super admin must always be able to do: get in, past a new edition of the responsibilities, prove who they are, see
/// what is in force, change it, and get out. Everybody's own is never behind a grant; that [`Draft::check`] sees to.
///
/// [`Draft::check`]: crate::guard_policy::Draft::check
const NEEDED: [Action; 12] = [
    Action::StaffSignIn,
    Action::StaffSignOut,
    Action::SessionViewOwn,
    Action::DutiesViewOwn,
    Action::DutiesAcknowledge,
    Action::SessionRenew,
    Action::StaffStepUp,
    Action::TenantList,
    Action::NetworkView,
    Action::PolicyView,
    Action::NetworkWrite,
    Action::PolicyWrite,
];

/// Why nobody could.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lockout {
    /// No network rule is of a kind that counts.
    Network(Action),
    /// No factor counts.
    Factor(Action),
    /// No enrolled super admin has a passkey of this level.
    Passkey(Action, PasskeyLevel),
    /// It would ask for a grant that it takes this very action to get around.
    Grant(Action),
}

impl Lockout {
    /// Why, and what to do.
    #[must_use]
    pub fn explain(self) -> String {
        match self {
            Self::Network(action) => format!(
                "No super admin could do {} any more: no network rule is of a kind that would count for it.",
                action.name()
            ),
            Self::Factor(action) => format!(
                "No super admin could do {} any more: no factor would count for it.",
                action.name()
            ),
            Self::Passkey(action, level) => format!(
                "No super admin could do {} any more: none of them has a passkey that {}. Register one first, then ask for it.",
                action.name(),
                level.explain()
            ),
            Self::Grant(action) => format!(
                "No super admin could do {} any more without a break-glass grant. Leave it out.",
                action.name()
            ),
        }
    }
}

/// The first thing that no super admin could do under a policy, wherever they are and whatever they prove.
#[must_use]
pub fn lockout(policy: &Policy) -> Option<Lockout> {
    NEEDED.into_iter().find_map(|action| {
        let guard = Guard::of(policy, Caller::Staff(StaffRole::SuperAdmin), action);
        if guard.requires(Guardrail::Network) && !reachable(policy, &guard) {
            return Some(Lockout::Network(action));
        }
        if guard.requires(Guardrail::Mfa) && guard.factor.kinds.is_empty() {
            return Some(Lockout::Factor(action));
        }
        (guard.danger == Danger::BreakGlass).then_some(Lockout::Grant(action))
    })
}

/// The first thing that no super admin could do because of their passkeys, of which the best are of a level.
#[must_use]
pub fn passkey_lockout(policy: &Policy, best: PasskeyLevel) -> Option<Lockout> {
    NEEDED.into_iter().find_map(|action| {
        let guard = Guard::of(policy, Caller::Staff(StaffRole::SuperAdmin), action);
        // What asks who vouches asks for a proof as well, or is one; the rest has nothing to do with passkeys.
        (guard.requires(Guardrail::Identity) && !serves(&guard, best))
            .then_some(Lockout::Passkey(action, guard.factor.passkey))
    })
}

/// Whether a policy asks super admins for a managed device, for something that they must always be able to do and that another
/// policy asks for none.
#[must_use]
pub fn asks_managed_anew(before: &Policy, after: &Policy) -> bool {
    let asks = |policy: &Policy, action| {
        let guard = Guard::of(policy, Caller::Staff(StaffRole::SuperAdmin), action);
        guard.requires(Guardrail::Identity) && guard.device == DeviceDemand::Managed
    };
    NEEDED
        .into_iter()
        .any(|action| asks(after, action) && !asks(before, action))
}

/// The first thing that somebody whose best passkey is of a level could not do any more under a policy, of what a change of it
/// concerns and they hold: the way in, where it concerns that, for whoever is out does nothing else.
#[must_use]
pub fn beyond_passkey(
    policy: &Policy,
    concerned: ActionSet,
    post: (StaffRole, Option<&SubRoleName>),
    best: PasskeyLevel,
) -> Option<Action> {
    let is_beyond = |action: &Action| {
        let guard = Guard::of(policy, Caller::Staff(post.0), *action);
        guard.requires(Guardrail::Mfa) && !serves(&guard, best) && post_holds(policy, post, *action).is_some()
    };
    if concerned.contains(Action::StaffSignIn) {
        return Some(Action::StaffSignIn).filter(is_beyond);
    }
    concerned.iter().find(is_beyond)
}

/// Whether a passkey of a level, used this very moment, is what a guard asks for: the guardrail itself says so.
fn serves(guard: &Guard, level: PasskeyLevel) -> bool {
    let now = Timestamp::from_micros(0);
    guard::mfa(guard.factor, Some(ProvenFactor::passkey(level, now)), now) == Verdict::Pass
}

/// Whether some address passes, or what a proxy in front says. A proxy's range is none that counts by itself.
fn reachable(policy: &Policy, guard: &Guard) -> bool {
    policy
        .networks
        .iter()
        .any(|rule| rule.kind != NetworkKind::Proxy && guard.networks.contains(rule.kind))
        || policy.proxy == Toggle::On && guard.networks.contains(NetworkKind::Proxy)
}
