//! Where a call comes from: rules of addresses, the word of an identity-aware proxy in front, and the guardrail over both.

use std::net::IpAddr;

use ipnet::IpNet;
use serde::{Deserialize, Serialize};

use super::verdict::Verdict;
use crate::decision::Reason;
use crate::guard_policy::NetworkKinds;
use crate::request::{Policy, Toggle};

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
