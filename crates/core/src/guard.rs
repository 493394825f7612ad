//! The six guardrails: facts in, verdicts out (spec 01 "The six guardrails").
//!
//! A guardrail that is missing, unconfigured or cannot be evaluated has failed. Only an action's own declaration can
//! say that one is not required.

use std::net::IpAddr;

use ipnet::IpNet;
use serde::{Deserialize, Serialize};

use crate::assurance::ProvenFactor;
use crate::decision::Reason;
use crate::guard_policy::{DeviceDemand, FactorDemand, NetworkKinds, SessionRule};
use crate::request::{MemberFacts, MemberStanding, Policy, Toggle};
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

impl Verdict {
    /// The name in the audit and the API: `pass`, `not_required`, or that of the reason.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pass => "pass",
            Self::Fail(reason) => reason.as_str(),
            Self::NotRequired => "not_required",
        }
    }

    /// The verdict of a name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        match name {
            "pass" => Some(Self::Pass),
            "not_required" => Some(Self::NotRequired),
            reason => Reason::from_name(reason).map(Self::Fail),
        }
    }

    /// What it found and what to do, in words for the person: the one text, on a page, in the API and on an entry.
    #[must_use]
    pub const fn explain(self) -> &'static str {
        match self {
            Self::Pass => "passed",
            Self::Fail(reason) => reason.explain(),
            Self::NotRequired => "not needed here",
        }
    }
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

/// What kind of way in it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NetworkKind {
    /// The company's own addresses.
    CorpIp,
    /// Its VPN.
    Vpn,
    /// An identity-aware proxy in front.
    Proxy,
}

impl NetworkKind {
    /// Every kind.
    pub const ALL: &[Self] = &[Self::CorpIp, Self::Vpn, Self::Proxy];

    /// The name in declarations.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::CorpIp => "corp_ip",
            Self::Vpn => "vpn",
            Self::Proxy => "proxy",
        }
    }

    /// The kind of a name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|kind| kind.as_str() == name)
    }
}

/// A range of addresses that staff may come from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NetworkRule {
    /// Its name for people, e.g. `corp-berlin`.
    pub name: String,
    /// What kind of way in it is.
    pub kind: NetworkKind,
    /// The range.
    pub range: IpNet,
}

/// What an identity-aware proxy in front said of the request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ProxyFact {
    /// Nothing that could be heard: there is none, it was silent, or the peer is not trusted to speak for one.
    Silent,
    /// Something that is not believed.
    Disbelieved,
    /// It vouches: its signed assertion holds.
    Vouched,
}

/// What lets a request in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WayIn<'a> {
    /// A rule that the address is in.
    Rule(&'a NetworkRule),
    /// The word of the identity-aware proxy in front.
    Proxy,
}

/// Finds what lets a request in, whatever the guard of a call narrows it to.
#[must_use]
pub fn way_in(policy: &Policy, address: Option<IpAddr>, proxy: ProxyFact) -> Option<WayIn<'_>> {
    way_in_by(policy, NetworkKinds::ALL, address, proxy)
}

/// The same where only some kinds of network count: there is one exactly where the guardrail passes.
#[must_use]
pub fn way_in_by(
    policy: &Policy,
    kinds: NetworkKinds,
    address: Option<IpAddr>,
    proxy: ProxyFact,
) -> Option<WayIn<'_>> {
    let rule = address.and_then(|address| matching_rule(&policy.networks, kinds, address));
    let by_proxy = policy.proxy == Toggle::On && kinds.contains(NetworkKind::Proxy);
    let vouched = by_proxy && proxy == ProxyFact::Vouched;
    rule.map(WayIn::Rule).or(vouched.then_some(WayIn::Proxy))
}

/// Finds the rule that lets an address in. IPv4 addresses mapped into IPv6 count as IPv4.
#[must_use]
fn matching_rule(rules: &[NetworkRule], kinds: NetworkKinds, address: IpAddr) -> Option<&NetworkRule> {
    let address = address.to_canonical();
    let mut rules = rules
        .iter()
        .filter(|rule| by_address(rule.kind) && kinds.contains(rule.kind));
    rules.find(|rule| rule.range.contains(&address))
}

/// Whether an address is enough. A proxy proves itself by what it signs, never by where it stands.
fn by_address(kind: NetworkKind) -> bool {
    kind != NetworkKind::Proxy
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
        /// When it began.
        since: Timestamp,
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

/// Only what the kinds that count is looked at, and without any of it no network is configured at all.
pub(crate) fn network(
    policy: &Policy,
    kinds: NetworkKinds,
    address: Option<IpAddr>,
    proxy: ProxyFact,
) -> Verdict {
    let by_proxy = policy.proxy == Toggle::On && kinds.contains(NetworkKind::Proxy);
    if by_proxy && proxy == ProxyFact::Vouched {
        return Verdict::Pass;
    }
    let counts = |rule: &&NetworkRule| by_address(rule.kind) && kinds.contains(rule.kind);
    let mut counting = policy.networks.iter().filter(counts).peekable();
    let by_address = counting.peek().is_some();
    Verdict::Fail(match address.map(|address| address.to_canonical()) {
        _ if !by_address && !by_proxy => Reason::NetworkUnconfigured,
        Some(address) if counting.any(|rule| rule.range.contains(&address)) => return Verdict::Pass,
        _ if by_proxy && proxy == ProxyFact::Disbelieved => Reason::ProxyDisbelieved,
        _ if !by_address => Reason::ProxyAbsent,
        None => Reason::AddressUnknown,
        Some(_) => Reason::NetworkOutside,
    })
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
    /// Everybody but super admins, whom a shipped guard policy keeps to passkeys.
    ExceptSuperAdmins,
}

pub(crate) fn mfa(demand: FactorDemand, factor: Option<ProvenFactor>, now: Timestamp) -> Verdict {
    match factor {
        None => Verdict::Fail(Reason::FactorMissing),
        Some(factor) if !demand.kinds.contains(factor.kind) => Verdict::Fail(Reason::FactorNotAllowed),
        Some(factor) if factor.level < demand.passkey => Verdict::Fail(Reason::PasskeyTooWeak),
        Some(factor) if now.since(factor.at) > demand.max_age => Verdict::Fail(Reason::FactorStale),
        Some(_) => Verdict::Pass,
    }
}

pub(crate) fn session(fact: SessionFact, account: AccountFact, rule: SessionRule, now: Timestamp) -> Verdict {
    match account {
        AccountFact::Deactivated => return Verdict::Fail(Reason::AccountDeactivated),
        AccountFact::Pending => return Verdict::Fail(Reason::AccountPending),
        AccountFact::Active { until: Some(until) } if now >= until => {
            return Verdict::Fail(Reason::AccountExpired);
        }
        AccountFact::Active { .. } => {}
    }
    match fact {
        // A session that began under a longer rule ends by the one in force now.
        SessionFact::Live { since, .. } if now.since(since) >= rule.ttl => {
            Verdict::Fail(Reason::SessionExpired)
        }
        fact => session_clocks(fact, rule.idle, now),
    }
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
