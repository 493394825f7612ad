//! One request, before anybody is known: its id, where it comes from, with what.

use std::net::IpAddr;

use stagedoor_core::id::RequestId;

/// Longest part of a user agent that is kept.
const AGENT_MAX: usize = 200;

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
