//! What the core would say of a call: for pages that hide or explain. Nothing here records, and nothing here permits; that is
//! [`StaffOp::require`] alone.

use stagedoor_core::action::{Action, Held};
use stagedoor_core::decide::decide;
use stagedoor_core::decision::{Decision, Reason};
use stagedoor_core::guard::Verdicts;
use stagedoor_core::guard_policy::{Caller, Guard, SessionRule};
use stagedoor_core::offers::{Offers, offered, session_holds};
use stagedoor_core::request::{Facts, Policy, Request};
use stagedoor_core::resource::{Platform, Resource, ResourceFacts};
use stagedoor_core::tenant::Leave;

use super::StaffOp;

impl StaffOp {
    /// What the core would say, for pages that hide or explain. It records nothing and permits nothing.
    #[must_use]
    pub fn would(&self, action: Action, resource: ResourceFacts) -> Decision {
        self.would_by_leave(action, resource, Leave::Standing)
    }

    /// The same, as if the owner had been asked.
    pub(crate) fn would_by_leave(&self, action: Action, resource: ResourceFacts, leave: Leave) -> Decision {
        let request = Request {
            principal: self.principal(),
            action,
            resource,
            facts: Facts {
                leave,
                ..self.facts()
            },
        };
        self.timed(|policy| decide(policy, &request))
    }

    /// How the person holds a permission in this session, somewhere: for lists of permissions, never for a decision.
    #[must_use]
    pub fn holds(&self, action: Action) -> Option<Held> {
        session_holds(&self.0.policy, &self.staff_facts(), action)
    }

    /// What the console may offer in this session, action by action. It records nothing and permits nothing.
    #[must_use]
    pub fn offers(&self) -> Offers {
        Offers::of(&self.0.policy, &self.staff_facts(), &self.facts())
    }

    /// Whether one action may be offered at all: on something that the session reaches.
    ///
    /// # Errors
    /// The reason for which each call would be refused.
    pub fn offered(&self, action: Action) -> Result<(), Reason> {
        offered(&self.0.policy, &self.staff_facts(), &self.facts(), action)
    }

    /// Whether an action may be offered on one thing: it would be permitted, or would be with a fresh proof.
    #[must_use]
    pub fn may(&self, action: Action, resource: ResourceFacts) -> bool {
        self.would(action, resource).offered().is_ok()
    }

    /// The declaration that guards an action of this person, as it is in force.
    #[must_use]
    pub fn guard(&self, action: Action) -> Guard {
        Guard::of(&self.0.policy, Caller::Staff(self.own_role()), action)
    }

    /// How long the person's session may be.
    #[must_use]
    pub fn session_rule(&self) -> SessionRule {
        SessionRule::of(&self.0.policy, self.own_role())
    }

    /// Every decision is timed, for the figure on the pages.
    pub(super) fn timed<T>(&self, decide: impl FnOnce(&Policy) -> T) -> T {
        let service = &self.0.service;
        let before = service.clock().monotonic();
        let decided = decide(&self.0.policy);
        service
            .decisions()
            .note(service.clock().monotonic().saturating_sub(before));
        decided
    }

    /// The guardrails of this call, for the six glyphs.
    #[must_use]
    pub fn verdicts(&self) -> Verdicts {
        *self
            .0
            .verdicts
            .get_or_init(|| self.would(Action::TenantList, Platform.facts()).verdicts)
    }
}
