//! What the core would say of a call in another world than the one it is made in, for changes that are to be tried.

use stagedoor_core::action::Action;
use stagedoor_core::decide::decide;
use stagedoor_core::decision::Decision;
use stagedoor_core::guard::{DeviceFact, IdentityFact};
use stagedoor_core::request::{Facts, Policy, Request};
use stagedoor_core::resource::ResourceFacts;
use stagedoor_store::provider::Provider;

use super::{SeenFrom, StaffOp, Word, identity_of};

impl StaffOp {
    /// Under another policy, and were their provider another. It records nothing and permits nothing.
    pub(crate) fn would_as(
        &self,
        policy: &Policy,
        provider: Option<&Provider>,
        action: Action,
        resource: ResourceFacts,
    ) -> Decision {
        let request = Request {
            principal: self.principal(),
            action,
            resource,
            facts: Facts {
                identity: self.identity_as(provider),
                ..self.facts()
            },
        };
        decide(policy, &request)
    }

    /// What a provider with these settings says. Where it names no claim of the device any more, nobody's next session has
    /// what this one was told of it.
    fn identity_as(&self, provider: Option<&Provider>) -> Option<IdentityFact> {
        let device = |of: &Provider| match of.rules.managed_claim.is_empty() {
            true => DeviceFact::Unclaimed,
            false => self.session().vouched.device,
        };
        // As who comes in anew is seen: the trial's own sign-in shows the rest.
        let word = provider.map(|provider| Word {
            provider,
            at: self.now(),
            device: device(provider),
        });
        identity_of(word, &self.0.staff, (&self.0.visitor.assertion, SeenFrom::Staff))
    }
}
