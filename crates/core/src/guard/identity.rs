//! Who vouches for somebody, for whom, and what is said of their device: facts, and the guardrail over them.

use super::verdict::Verdict;
use crate::decision::Reason;
use crate::guard_policy::DeviceDemand;

/// Whether a provider's word counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ProviderTrust {
    /// Marked as a corporate provider.
    Trusted,
    /// Known, but not trusted (any more).
    Untrusted,
}

/// What kind of identity a provider vouched for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PersonKind {
    /// One of our own people.
    Workforce,
    /// A person from elsewhere.
    Outsider,
    /// A service token: the console is for humans.
    Service,
    /// Somebody else than the session is of: the proxy in front says so.
    Another,
}

/// What a provider, or the proxy in front, says of the device that somebody uses.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum DeviceFact {
    /// Nothing: no claim is named for it, or it is absent.
    #[default]
    Unclaimed,
    /// Something that is neither yes nor no.
    Misclaimed,
    /// It is not managed.
    Unmanaged,
    /// It is managed.
    Managed,
}

impl DeviceFact {
    /// Every fact.
    pub const ALL: [Self; 4] = [Self::Unclaimed, Self::Misclaimed, Self::Unmanaged, Self::Managed];

    /// The name in storage and on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Unclaimed => "unclaimed",
            Self::Misclaimed => "misclaimed",
            Self::Unmanaged => "unmanaged",
            Self::Managed => "managed",
        }
    }

    /// In words.
    #[must_use]
    pub const fn explain(self) -> &'static str {
        match self {
            Self::Unclaimed => "nothing is claimed",
            Self::Misclaimed => "the claim is neither true nor false",
            Self::Unmanaged => "not managed",
            Self::Managed => "managed",
        }
    }

    /// The fact of a name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|fact| fact.as_str() == name)
    }
}

/// What a provider said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct IdentityFact {
    /// Whether its word counts.
    pub provider: ProviderTrust,
    /// What it vouched for.
    pub person: PersonKind,
    /// What it says of their device.
    pub device: DeviceFact,
}

pub(crate) fn identity(demand: DeviceDemand, fact: Option<IdentityFact>) -> Verdict {
    match fact {
        None => Verdict::Fail(Reason::IdentityMissing),
        Some(IdentityFact {
            provider: ProviderTrust::Untrusted,
            ..
        }) => Verdict::Fail(Reason::ProviderUntrusted),
        Some(IdentityFact {
            person: PersonKind::Workforce,
            device: said,
            ..
        }) => device(demand, said),
        Some(IdentityFact {
            person: PersonKind::Another,
            ..
        }) => Verdict::Fail(Reason::IdentityOther),
        Some(_) => Verdict::Fail(Reason::NotWorkforce),
    }
}

const fn device(demand: DeviceDemand, said: DeviceFact) -> Verdict {
    match (demand, said) {
        (DeviceDemand::Any, _) | (DeviceDemand::Managed, DeviceFact::Managed) => Verdict::Pass,
        (DeviceDemand::Managed, DeviceFact::Unclaimed) => Verdict::Fail(Reason::DeviceUnclaimed),
        (DeviceDemand::Managed, DeviceFact::Misclaimed) => Verdict::Fail(Reason::DeviceMisclaimed),
        (DeviceDemand::Managed, DeviceFact::Unmanaged) => Verdict::Fail(Reason::DeviceUnmanaged),
    }
}
