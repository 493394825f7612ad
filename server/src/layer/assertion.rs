//! What the identity-aware proxy in front says of a request: one line of one header, from a peer that is trusted.
//!
//! As with `X-Forwarded-For`, from anybody else it is not there: whoever reaches this process past the proxy could write
//! it, and would need the proxy's key on top. Whether it is believed is the service's to say.

use std::net::IpAddr;

use http::HeaderMap;
use stagedoor_service::proxy::{Assertion, Carried};

use crate::edge::Edge;

/// What a request's proxy says of it.
pub(super) async fn of(edge: &Edge, peer: Option<IpAddr>, headers: &HeaderMap) -> Assertion {
    let Some(proxy) = &edge.service.settings().proxy else {
        return Assertion::Silent;
    };
    if !peer.is_some_and(|peer| edge.proxies.trust(peer.to_canonical())) {
        return Assertion::Silent;
    }
    edge.service.believe(carried(headers, proxy.kind.header())).await
}

fn carried<'a>(headers: &'a HeaderMap, name: &str) -> Carried<'a> {
    let mut lines = headers.get_all(name).iter();
    match (lines.next(), lines.next()) {
        (None, _) => Carried::Nothing,
        (Some(line), None) => line.to_str().map_or(Carried::Unreadable, Carried::One),
        (Some(_), Some(_)) => Carried::Unreadable,
    }
}
