//! What the core is told of a call: who asks, and the facts around it. Nothing is decided here.

use stagedoor_core::guard::{DeviceFact, GrantFact, IdentityFact, PersonKind};
use stagedoor_core::impersonation::VisitLimits;
use stagedoor_core::provider::ProviderKind;
use stagedoor_core::request::{Facts, Principal, StaffFacts};
use stagedoor_core::tenant::Leave;
use stagedoor_core::time::Timestamp;
use stagedoor_store::provider::Provider;
use stagedoor_store::session::StaffSession;
use stagedoor_store::staff::Staff;

use super::{SeenFrom, StaffOp};
use crate::proxy::{Assertion, Vouched};

/// What a provider says of a person, in a request with which a proxy may have said something, too.
pub(crate) fn identity_of(
    word: Option<Word<'_>>,
    staff: &Staff,
    (said, from): (&Assertion, SeenFrom),
) -> Option<IdentityFact> {
    word.map(|word| IdentityFact {
        provider: word.provider.trust,
        device: device_now(word, said, from),
        person: person_now(word, staff, said),
    })
}

/// What a provider said of a person, and when.
#[derive(Clone, Copy)]
pub(crate) struct Word<'a> {
    /// The provider, as it is in force.
    pub(crate) provider: &'a Provider,
    /// When it vouched, as far as that is known: no earlier than it did, and no later than the session began.
    pub(crate) at: Timestamp,
    /// What it said of the device.
    pub(crate) device: DeviceFact,
}

impl<'a> Word<'a> {
    /// That which a session goes by.
    pub(crate) fn of(provider: &'a Provider, session: &StaffSession) -> Self {
        Self {
            provider,
            at: session.started,
            device: session.vouched.device,
        }
    }
}

/// Whose the person is. A proxy's claims come with each request and are held against its rules each time; what an identity
/// provider claimed was held against those of the moment, and counts until they ask for more.
fn person_now(word: Word<'_>, staff: &Staff, said: &Assertion) -> PersonKind {
    let provider = word.provider;
    let ours = match said.vouched() {
        Some(vouched) if is_another(provider, staff, vouched) => return PersonKind::Another,
        Some(vouched) if provider.kind != ProviderKind::Oidc => {
            let (domains, claims) = (&provider.email_domains, vouched.claims.all());
            provider
                .rules
                .check(domains, &vouched.person.email, claims)
                .is_ok()
        }
        _ => provider.narrowed.believe(word.at, provider.lists(), &staff.email),
    };
    if ours {
        PersonKind::Workforce
    } else {
        PersonKind::Outsider
    }
}

/// What is said of the device now: by the proxy that vouched for it in this very request; by any other provider when it vouched.
/// Tenants' hosts need not stand behind the staff's proxy: silence there says nothing.
fn device_now(word: Word<'_>, said: &Assertion, from: SeenFrom) -> DeviceFact {
    if word.provider.kind == ProviderKind::Oidc {
        return word.device;
    }
    match (said, from) {
        (Assertion::Vouched(vouched), _) => word.provider.rules.device(vouched.claims.all()),
        (_, SeenFrom::Tenants) => word.device,
        (Assertion::Silent, SeenFrom::Staff) => DeviceFact::Unclaimed,
        (Assertion::Disbelieved(_), SeenFrom::Staff) => DeviceFact::Misclaimed,
    }
}

/// Whether the proxy in front vouches for somebody else: another subject than the one that it is known by itself, or, where it
/// stands beside another provider, another address.
fn is_another(provider: &Provider, staff: &Staff, vouched: &Vouched) -> bool {
    match provider.kind {
        ProviderKind::Oidc => !vouched
            .person
            .email
            .trim()
            .eq_ignore_ascii_case(staff.email.trim()),
        ProviderKind::Proxy(_) => {
            let own = staff.identity.as_ref().map(|(_, subject)| subject.as_str());
            Some(vouched.subject()) != own
        }
    }
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
        let word = call.provider.as_ref().map(|one| Word::of(one, &call.session));
        identity_of(word, &call.staff, (&call.visitor.assertion, SeenFrom::Staff))
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
