//! What the core is told of a call: who asks, and the facts around it. Nothing is decided here.

use stagedoor_core::guard::{DeviceFact, GrantFact, IdentityFact, PersonKind};
use stagedoor_core::impersonation::VisitLimits;
use stagedoor_core::provider::ProviderKind;
use stagedoor_core::request::{Facts, Principal, StaffFacts};
use stagedoor_core::tenant::Leave;
use stagedoor_store::provider::Provider;
use stagedoor_store::staff::Staff;

use super::StaffOp;
use crate::proxy::Assertion;

/// What a provider says of a person, in a request with which a proxy may have said something, too.
pub(crate) fn identity_of(
    vouched: Option<(&Provider, DeviceFact)>,
    staff: &Staff,
    said: &Assertion,
) -> Option<IdentityFact> {
    vouched.map(|(provider, device)| IdentityFact {
        provider: provider.trust,
        device: device_now(provider, device, said),
        // Whether the person is of the workforce was verified when the session began, from the provider's own claims;
        // emptied lists deny from then on.
        person: if is_another(provider, staff, said) {
            PersonKind::Another
        } else if provider.rules.tell_anybody(&provider.email_domains) {
            PersonKind::Workforce
        } else {
            PersonKind::Outsider
        },
    })
}

/// What is said of the device: what was when the session began, unless the proxy that vouched for it says it anew.
fn device_now(provider: &Provider, began: DeviceFact, said: &Assertion) -> DeviceFact {
    match said.vouched() {
        Some(vouched) if provider.kind != ProviderKind::Oidc => provider.rules.device(vouched.claims.all()),
        _ => began,
    }
}

/// Whether the proxy that vouched for the session vouches for somebody else now.
fn is_another(provider: &Provider, staff: &Staff, said: &Assertion) -> bool {
    let own = staff.identity.as_ref().map(|(_, subject)| subject.as_str());
    provider.kind != ProviderKind::Oidc
        && said
            .vouched()
            .is_some_and(|vouched| Some(vouched.subject()) != own)
}

impl StaffOp {
    pub(super) fn staff_facts(&self) -> StaffFacts<'_> {
        let staff = &self.0.staff;
        StaffFacts {
            id: staff.id,
            role: self.0.own.0,
            sub_role: staff.sub_role.as_ref(),
            scope: &self.0.own.1,
            account: staff.account(),
            acknowledged: staff.acknowledged.as_deref(),
            narrowed: &self.0.session.narrowed,
        }
    }

    /// How much visiting the person may do in this session.
    pub(crate) fn visit_limits(&self) -> VisitLimits {
        VisitLimits::of(&self.0.policy, &self.staff_facts())
    }

    pub(super) fn principal(&self) -> Principal<'_> {
        Principal::Staff(self.staff_facts())
    }

    fn identity(&self) -> Option<IdentityFact> {
        let call = &self.0;
        let vouched = call
            .provider
            .as_ref()
            .map(|one| (one, call.session.vouched.device));
        identity_of(vouched, &call.staff, &call.visitor.assertion)
    }

    /// What is said of the device of this call.
    #[must_use]
    pub fn device(&self) -> DeviceFact {
        self.identity().map_or(DeviceFact::Unclaimed, |fact| fact.device)
    }

    pub(super) fn facts(&self) -> Facts {
        let call = &self.0;
        Facts {
            now: call.now,
            address: call.visitor.address,
            proxy: call.visitor.assertion.fact(),
            identity: self.identity(),
            factor: Some(self.factor()),
            session: call.session.state.fact(call.session.started),
            grant: GrantFact::None,
            leave: Leave::Standing,
            live_visits: call.live_visits,
        }
    }
}
