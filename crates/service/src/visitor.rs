//! One request, before anybody is known: its id, where it comes from, with what.

use std::net::{IpAddr, Ipv6Addr};

use stagedoor_core::guard::{Guardrail, Verdict, Verdicts};
use stagedoor_core::id::RequestId;
use stagedoor_core::view::whoami::AddressRule;

use crate::proxy::Assertion;

/// Longest part of a user agent that is kept.
const AGENT_MAX: usize = 200;

/// Whoever is behind an address, as far as an address tells: a subscriber's IPv6 network of 64 bits is one, for its
/// addresses are free to choose.
#[must_use]
pub fn subscriber(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => IpAddr::V6(Ipv6Addr::from_bits(address.to_bits() >> 64 << 64)),
        address => address,
    }
}

/// The way a request came, as the edge walked it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Way {
    /// The client's address; `None` when nobody knows.
    pub client: Option<IpAddr>,
    /// What decided it.
    pub rule: AddressRule,
    /// The trusted proxies on the way, the nearest first.
    pub proxies: Vec<IpAddr>,
}

impl Way {
    /// Straight from a peer, through no proxy that is trusted.
    #[must_use]
    pub fn straight(peer: Option<IpAddr>) -> Self {
        Self {
            client: peer,
            rule: peer.map_or(AddressRule::Unknown, |_| AddressRule::Peer),
            proxies: Vec::new(),
        }
    }
}

/// Whether anybody waits for the answer to look at it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Attention {
    /// Somebody.
    Somebody,
    /// Nobody: it is fetched ahead, or without its body.
    Nobody,
}

/// What every request has.
#[derive(Debug, Clone)]
pub struct Visitor {
    /// The request's id.
    pub request: RequestId,
    /// The client's address, as the edge determined it.
    pub address: Option<IpAddr>,
    /// What decided the address.
    pub rule: AddressRule,
    /// The trusted proxies that it came through, the nearest first.
    pub proxies: Vec<IpAddr>,
    /// The client's description of itself, cut and without control characters.
    pub agent: String,
    /// What the identity-aware proxy in front said of it.
    pub assertion: Assertion,
    /// Whether anybody waits for the answer.
    pub attention: Attention,
}

impl Visitor {
    /// From an address that no proxy stands before.
    #[must_use]
    pub fn new(request: RequestId, address: Option<IpAddr>, agent: &str) -> Self {
        Self::by_way(request, Way::straight(address), agent)
    }

    /// From what the edge saw.
    #[must_use]
    pub fn by_way(request: RequestId, way: Way, agent: &str) -> Self {
        let agent = agent
            .chars()
            .filter(|c| !c.is_control())
            .take(AGENT_MAX)
            .collect();
        Self {
            request,
            address: way.client.map(|address| address.to_canonical()),
            rule: way.rule,
            proxies: way.proxies,
            agent,
            assertion: Assertion::Silent,
            attention: Attention::Somebody,
        }
    }

    /// The same, with whether anybody waits for the answer.
    #[must_use]
    pub fn with_attention(self, attention: Attention) -> Self {
        Self { attention, ..self }
    }

    /// Whether a call is activity of the person whose session it comes with. One that is refused for where it comes from, or for
    /// what is said of who sends it, is not theirs to keep the session alive with; nor is one that nobody looks at.
    pub(crate) fn keeps_alive(&self, verdicts: &Verdicts) -> bool {
        let holds = |guardrail| !matches!(verdicts.get(guardrail), Verdict::Fail(_));
        self.attention == Attention::Somebody && holds(Guardrail::Network) && holds(Guardrail::Identity)
    }

    /// The same, with what the proxy in front said of it.
    #[must_use]
    pub fn with_assertion(self, assertion: Assertion) -> Self {
        Self { assertion, ..self }
    }

    /// The address in words.
    #[must_use]
    pub fn address_text(&self) -> String {
        self.address
            .map_or_else(|| "unknown".to_owned(), |address| address.to_string())
    }
}
