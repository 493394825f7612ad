//! One request, before anybody is known: its id, where it comes from, with what.

use std::net::{IpAddr, Ipv6Addr};

use stagedoor_core::id::RequestId;

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

/// What every request has.
#[derive(Debug, Clone)]
pub struct Visitor {
    /// The request's id.
    pub request: RequestId,
    /// The client's address, as the edge determined it.
    pub address: Option<IpAddr>,
    /// The client's description of itself, cut and without control characters.
    pub agent: String,
}

impl Visitor {
    /// From what the edge saw.
    #[must_use]
    pub fn new(request: RequestId, address: Option<IpAddr>, agent: &str) -> Self {
        let agent = agent
            .chars()
            .filter(|c| !c.is_control())
            .take(AGENT_MAX)
            .collect();
        Self {
            request,
            address: address.map(|address| address.to_canonical()),
            agent,
        }
    }

    /// The address in words.
    #[must_use]
    pub fn address_text(&self) -> String {
        self.address
            .map_or_else(|| "unknown".to_owned(), |address| address.to_string())
    }
}
