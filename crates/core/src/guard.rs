//! The six guardrails: facts in, verdicts out (spec 01 "The six guardrails").
//!
//! A guardrail that is missing, unconfigured or cannot be evaluated has failed. Only an action's own declaration can
//! say that one is not required.

use std::net::IpAddr;

use ipnet::IpNet;

use crate::assurance::ProvenFactor;
use crate::decision::Reason;
use crate::request::{MemberFacts, MemberStanding};
use crate::role::StaffRole;
use crate::tenant::TenantState;
use crate::time::Timestamp;

/// One of the six.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Guardrail {
    /// Where the call comes from.
    Network,
    /// Who vouches for the person.
    Identity,
    /// What the person proved, and how long ago.
    Mfa,
    /// What the role allows, and where.
    Authz,
    /// Whether two people agreed.
    Danger,
    /// Whether the session still holds.
    Session,
}

impl Guardrail {
    /// All six, in the order they are always shown.
    pub const ALL: [Self; 6] = [
        Self::Network,
        Self::Identity,
        Self::Mfa,
        Self::Authz,
        Self::Danger,
        Self::Session,
    ];

    /// The name in the audit and the API.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Network => "network",
            Self::Identity => "identity",
            Self::Mfa => "mfa",
            Self::Authz => "authz",
            Self::Danger => "danger",
            Self::Session => "session",
        }
    }

    /// The name for people.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Network => "Network",
            Self::Identity => "Identity",
            Self::Mfa => "Passkey",
            Self::Authz => "Role",
            Self::Danger => "Two-person control",
            Self::Session => "Session",
        }
    }

    const fn bit(self) -> u8 {
        1 << self as u8
    }
}

/// A set of guardrails.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct GuardSet(u8);

impl GuardSet {
    /// None of them.
    pub const EMPTY: Self = Self(0);

    /// This set and one more.
    #[must_use]
    pub const fn with(self, guardrail: Guardrail) -> Self {
        Self(self.0 | guardrail.bit())
    }

    /// Whether it is in.
    #[must_use]
    pub const fn contains(self, guardrail: Guardrail) -> bool {
        self.0 & guardrail.bit() != 0
    }
}

/// What one guardrail says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// It holds.
    Pass,
    /// It does not, and why.
    Fail(Reason),
    /// The action's own declaration does not ask for it.
    NotRequired,
}

/// What all six say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Verdicts([Verdict; 6]);

impl Verdicts {
    /// From a verdict for each guardrail.
    #[must_use]
    pub fn from_fn(mut verdict: impl FnMut(Guardrail) -> Verdict) -> Self {
        Self(Guardrail::ALL.map(&mut verdict))
    }

    /// One guardrail's verdict.
    #[must_use]
    pub const fn get(&self, guardrail: Guardrail) -> Verdict {
        self.0[guardrail as usize]
    }

    /// All of them, in the order they are always shown.
    pub fn iter(&self) -> impl Iterator<Item = (Guardrail, Verdict)> + '_ {
        Guardrail::ALL
            .into_iter()
            .map(|guardrail| (guardrail, self.get(guardrail)))
    }

    /// Six characters, one a guardrail: `p` pass, `f` fail, `-` not required. What the audit stores.
    #[must_use]
    pub fn compact(&self) -> String {
        self.iter()
            .map(|(_, verdict)| match verdict {
                Verdict::Pass => 'p',
                Verdict::Fail(_) => 'f',
                Verdict::NotRequired => '-',
            })
            .collect()
    }
}

/// A range of addresses that staff may come from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NetworkRule {
    /// Its name for people, e.g. `corp-berlin`.
    pub name: String,
    /// The range.
    pub range: IpNet,
}

/// Finds the rule that lets an address in. IPv4 addresses mapped into IPv6 count as IPv4.
#[must_use]
pub fn matching_rule(rules: &[NetworkRule], address: IpAddr) -> Option<&NetworkRule> {
    let address = address.to_canonical();
    rules.iter().find(|rule| rule.range.contains(&address))
}

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
}

/// What a provider said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct IdentityFact {
    /// Whether its word counts.
    pub provider: ProviderTrust,
    /// What it vouched for.
    pub person: PersonKind,
}

/// Where the session stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SessionFact {
    /// There is none.
    Absent,
    /// It is about to start.
    Starting,
    /// It was ended on purpose.
    Ended,
    /// It runs.
    Live {
        /// Its absolute end.
        until: Timestamp,
        /// The last activity.
        last_seen: Timestamp,
    },
}

/// Where a staff account stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AccountFact {
    /// Enrolled and in use, with its end where it is temporary.
    Active {
        /// When a temporary account ends by itself.
        until: Option<Timestamp>,
    },
    /// Known, but not enrolled yet.
    Pending,
    /// Switched off for ever.
    Deactivated,
}

/// Whether the call holds an approved break-glass grant for exactly this.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GrantFact {
    /// It does not.
    None,
    /// It does.
    Approved,
}

pub(crate) fn network(rules: &[NetworkRule], address: Option<IpAddr>) -> Verdict {
    match address {
        _ if rules.is_empty() => Verdict::Fail(Reason::NetworkUnconfigured),
        None => Verdict::Fail(Reason::AddressUnknown),
        Some(address) if matching_rule(rules, address).is_some() => Verdict::Pass,
        Some(_) => Verdict::Fail(Reason::NetworkOutside),
    }
}

pub(crate) fn identity(fact: Option<IdentityFact>) -> Verdict {
    match fact {
        None => Verdict::Fail(Reason::IdentityMissing),
        Some(IdentityFact {
            provider: ProviderTrust::Untrusted,
            ..
        }) => Verdict::Fail(Reason::ProviderUntrusted),
        Some(IdentityFact {
            person: PersonKind::Workforce,
            ..
        }) => Verdict::Pass,
        Some(_) => Verdict::Fail(Reason::NotWorkforce),
    }
}

/// What the factor guardrail is configured to accept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FactorRule {
    /// How old a proof may be.
    pub max_age: std::time::Duration,
    /// The roles that may fall back to a one-time password.
    pub totp: TotpFallback,
}

/// Who may fall back to a one-time password.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TotpFallback {
    /// Nobody.
    Off,
    /// Everybody but super admins, who are passkey only.
    ExceptSuperAdmins,
}

pub(crate) fn mfa(
    rule: FactorRule,
    role: StaffRole,
    factor: Option<ProvenFactor>,
    now: Timestamp,
) -> Verdict {
    use crate::assurance::FactorKind;
    let Some(factor) = factor else {
        return Verdict::Fail(Reason::FactorMissing);
    };
    let allowed = match factor.kind {
        FactorKind::Passkey => true,
        FactorKind::Totp => rule.totp == TotpFallback::ExceptSuperAdmins && role != StaffRole::SuperAdmin,
    };
    if !allowed {
        Verdict::Fail(Reason::FactorNotAllowed)
    } else if now.since(factor.at) > rule.max_age {
        Verdict::Fail(Reason::FactorStale)
    } else {
        Verdict::Pass
    }
}

pub(crate) fn session(
    fact: SessionFact,
    account: AccountFact,
    idle: std::time::Duration,
    now: Timestamp,
) -> Verdict {
    match account {
        AccountFact::Deactivated => return Verdict::Fail(Reason::AccountDeactivated),
        AccountFact::Pending => return Verdict::Fail(Reason::AccountPending),
        AccountFact::Active { until: Some(until) } if now >= until => {
            return Verdict::Fail(Reason::AccountExpired);
        }
        AccountFact::Active { .. } => {}
    }
    session_clocks(fact, idle, now)
}

/// The session of a tenant's person: their tenant and their membership first, then its clocks.
pub(crate) fn member_session(
    fact: SessionFact,
    member: &MemberFacts,
    idle: std::time::Duration,
    now: Timestamp,
) -> Verdict {
    match (member.tenant_state, member.standing) {
        (TenantState::Suspended, _) => Verdict::Fail(Reason::TenantClosed),
        (_, MemberStanding::Suspended) => Verdict::Fail(Reason::MembershipSuspended),
        (_, MemberStanding::Revoked) => Verdict::Fail(Reason::MembershipEnded),
        (TenantState::Active, MemberStanding::Active) => session_clocks(fact, idle, now),
    }
}

fn session_clocks(fact: SessionFact, idle: std::time::Duration, now: Timestamp) -> Verdict {
    match fact {
        SessionFact::Absent => Verdict::Fail(Reason::SessionAbsent),
        SessionFact::Ended => Verdict::Fail(Reason::SessionEnded),
        SessionFact::Starting => Verdict::Pass,
        SessionFact::Live { until, .. } if now >= until => Verdict::Fail(Reason::SessionExpired),
        SessionFact::Live { last_seen, .. } if now.since(last_seen) >= idle => {
            Verdict::Fail(Reason::SessionIdle)
        }
        SessionFact::Live { .. } => Verdict::Pass,
    }
}
