//! What the core would say of a call: for pages that hide or explain. Nothing here records, and nothing here permits; that is
//! [`StaffOp::require`] alone.

use stagedoor_core::action::{Action, Effect, Held, WhileReading};
use stagedoor_core::decide::{decide, post_holds};
use stagedoor_core::decision::Decision;
use stagedoor_core::guard::Verdicts;
use stagedoor_core::guard_policy::{Caller, Guard, SessionRule};
use stagedoor_core::narrowed::Reach;
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

    /// What the core would say under another policy, for changes that are to be tried.
    pub(crate) fn would_under(&self, policy: &Policy, action: Action, resource: ResourceFacts) -> Decision {
        let request = Request {
            principal: self.principal(),
            action,
            resource,
            facts: self.facts(),
        };
        decide(policy, &request)
    }

    /// How the person's role holds a permission in this session, somewhere: for lists of permissions, never for a decision.
    #[must_use]
    pub fn holds(&self, action: Action) -> Option<Held> {
        let held = post_holds(&self.0.policy, self.own_post(), action)?;
        let row = action.declaration();
        let reads = self.0.session.narrowed.reach == Reach::Reads;
        if reads && row.effect == Effect::Write && row.reading == WhileReading::Refused {
            return None;
        }
        let Some(view) = &self.0.session.narrowed.view else {
            return Some(held);
        };
        // A view holds no more than one's own, so that what it holds is what is left.
        post_holds(&self.0.policy, (view.role, view.sub_role.as_ref()), action).map(|viewed| match held {
            Held::OwnOnly => held,
            Held::Fully | Held::WithGrant => viewed,
        })
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
