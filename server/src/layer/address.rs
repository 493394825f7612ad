//! Who is really calling: a walk over `X-Forwarded-For` from the right, through proxies we know and no further.
//!
//! The header is a list that each proxy appends its own peer to, so that only what trusted proxies wrote can be believed:
//! from an untrusted peer it changes nothing, and whatever stands left of the first untrusted address is the caller's own
//! invention. `Forwarded`, `X-Real-IP` and the like are not read at all: one header, one meaning.

use std::net::{IpAddr, SocketAddr};

use http::{HeaderMap, HeaderName};
use ipnet::IpNet;
use stagedoor_core::view::whoami::AddressRule;
use stagedoor_service::Way;

const X_FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");

/// The proxies in front of this process.
#[derive(Debug, Clone, Default)]
pub struct Proxies(Vec<IpNet>);

impl Proxies {
    /// Those whose addresses lie in these ranges.
    #[must_use]
    pub const fn new(ranges: Vec<IpNet>) -> Self {
        Self(ranges)
    }

    pub(super) fn trust(&self, address: IpAddr) -> bool {
        self.0.iter().any(|range| range.contains(&address))
    }

    /// The way from a peer to the client. It has no client where a trusted proxy wrote something that is no address: then
    /// nobody knows, and the network guardrail fails.
    #[must_use]
    pub fn way(&self, peer: IpAddr, headers: &HeaderMap) -> Way {
        let lines: Option<Vec<&str>> = headers
            .get_all(X_FORWARDED_FOR)
            .iter()
            .map(|line| line.to_str().ok())
            .collect();
        let peer = peer.to_canonical();
        if !self.trust(peer) {
            return Way::straight(Some(peer));
        }
        let (mut farthest, mut proxies) = (peer, Vec::new());
        let end = |client, rule, proxies| Way {
            client,
            rule,
            proxies,
        };
        let Some(lines) = lines else {
            return end(None, AddressRule::Unreadable, vec![peer]);
        };
        for hop in lines.iter().rev().flat_map(|line| line.split(',').rev()) {
            proxies.push(farthest);
            let Some(next) = address(hop.trim()) else {
                return end(None, AddressRule::Unreadable, proxies);
            };
            if !self.trust(next) {
                return end(Some(next), AddressRule::FirstStranger, proxies);
            }
            farthest = next;
        }
        end(Some(farthest), AddressRule::FarthestProxy, proxies)
    }
}

/// An address as proxies write it: bare, with a port, or in brackets.
fn address(text: &str) -> Option<IpAddr> {
    let bare = || text.strip_prefix('[')?.strip_suffix(']')?.parse().ok();
    let with_port = || text.parse::<SocketAddr>().ok().map(|address| address.ip());
    text.parse::<IpAddr>()
        .ok()
        .or_else(with_port)
        .or_else(bare)
        .map(|address| address.to_canonical())
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use http::HeaderValue;
    use proptest::prelude::*;

    use super::*;

    fn proxies() -> Proxies {
        Proxies::new(vec![
            "10.0.0.0/8".parse().unwrap(),
            "2001:db8:1::/48".parse().unwrap(),
        ])
    }

    fn headers(lines: &[String]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for line in lines {
            headers.append(X_FORWARDED_FOR, HeaderValue::from_str(line).unwrap());
        }
        headers
    }

    fn client(peer: &str, lines: &[&str]) -> Option<String> {
        let lines: Vec<String> = lines.iter().map(|line| (*line).to_owned()).collect();
        let found = proxies().way(peer.parse().unwrap(), &headers(&lines));
        found.client.map(|address| address.to_string())
    }

    #[test]
    fn the_way_says_what_decided_it_and_which_proxies_it_came_through() {
        let told = |peer: &str, line: &str| {
            let way = proxies().way(peer.parse().unwrap(), &headers(&[line.to_owned()]));
            let proxies: Vec<String> = way.proxies.iter().map(ToString::to_string).collect();
            (way.rule, proxies.join(" "))
        };
        let known = |rule, proxies: &str| (rule, proxies.to_owned());
        assert_eq!(told("203.0.113.1", "10.0.0.1"), known(AddressRule::Peer, ""));
        assert_eq!(
            told("10.0.0.1", "192.0.2.1, 203.0.113.9, 10.0.0.2"),
            known(AddressRule::FirstStranger, "10.0.0.1 10.0.0.2")
        );
        assert_eq!(
            told("10.0.0.1", "10.0.0.3, 10.0.0.2"),
            known(AddressRule::FarthestProxy, "10.0.0.1 10.0.0.2")
        );
        assert_eq!(
            told("10.0.0.1", "garbage"),
            known(AddressRule::Unreadable, "10.0.0.1")
        );
    }

    #[test]
    fn the_walk_stops_at_the_first_address_that_is_no_proxy() {
        let told = |peer, lines: &[&str]| client(peer, lines).unwrap_or_else(|| "nobody knows".to_owned());
        assert_eq!(told("10.0.0.1", &["203.0.113.9"]), "203.0.113.9");
        assert_eq!(
            told("10.0.0.1", &["192.0.2.1, 203.0.113.9, 10.0.0.2"]),
            "203.0.113.9"
        );
        assert_eq!(
            told("10.0.0.1", &["192.0.2.1", "203.0.113.9, 10.0.0.2"]),
            "203.0.113.9"
        );
        assert_eq!(told("10.0.0.1", &["garbage, 203.0.113.9"]), "203.0.113.9");
        assert_eq!(told("10.0.0.1", &["203.0.113.9, garbage"]), "nobody knows");
        assert_eq!(told("10.0.0.1", &[""]), "nobody knows");
        assert_eq!(told("10.0.0.1", &[]), "10.0.0.1");
        assert_eq!(told("10.0.0.1", &["10.0.0.3, 10.0.0.2"]), "10.0.0.3");
        assert_eq!(told("203.0.113.1", &["10.0.0.1"]), "203.0.113.1");
    }

    #[test]
    fn one_address_has_one_form() {
        assert_eq!(
            client("::ffff:10.0.0.1", &["::ffff:203.0.113.9"]).unwrap(),
            "203.0.113.9"
        );
        assert_eq!(
            client("2001:db8:1::7", &["[2001:db8:2::1]:4711"]).unwrap(),
            "2001:db8:2::1"
        );
        assert_eq!(client("10.0.0.1", &["203.0.113.9:4711"]).unwrap(), "203.0.113.9");
        assert_eq!(client("10.0.0.1", &["[2001:db8:2::1]"]).unwrap(), "2001:db8:2::1");
        assert_eq!(client("10.0.0.1", &["203.0.113.09"]), None, "no octal");
    }

    fn hop() -> impl Strategy<Value = IpAddr> {
        prop_oneof![
            (any::<u8>(), any::<u8>()).prop_map(|(b, c)| IpAddr::from(Ipv4Addr::new(10, 0, b, c))),
            any::<u32>().prop_map(|bits| IpAddr::from(Ipv4Addr::from(bits))),
            any::<u128>().prop_map(|bits| IpAddr::from(std::net::Ipv6Addr::from(bits))),
        ]
    }

    /// The same in other words: all hops from the nearest, the first that is no proxy, else the farthest.
    fn naive(peer: IpAddr, hops: &[IpAddr]) -> IpAddr {
        let near: Vec<IpAddr> = std::iter::once(peer)
            .chain(hops.iter().rev().copied())
            .map(|address| address.to_canonical())
            .collect();
        let stranger = near.iter().find(|address| !proxies().trust(**address));
        *stranger.or(near.last()).unwrap()
    }

    proptest! {
        #[test]
        fn however_the_header_is_split_the_client_is_the_same(
            peer in hop(), hops in prop::collection::vec(hop(), 0..8), cuts in prop::collection::vec(any::<bool>(), 8),
        ) {
            let mut lines: Vec<String> = Vec::new();
            for (hop, cut) in hops.iter().zip(cuts) {
                match lines.last_mut().filter(|_| !cut) {
                    Some(line) => line.push_str(&format!(", {hop}")),
                    None => lines.push(hop.to_string()),
                }
            }
            prop_assert_eq!(proxies().way(peer, &headers(&lines)).client, Some(naive(peer, &hops)));
        }

        #[test]
        fn a_stranger_says_nothing_about_himself(line in "[ -~]{0,60}", tail in any::<u16>()) {
            let [high, low] = tail.to_be_bytes();
            let peer = IpAddr::from(Ipv4Addr::new(198, 51, high, low));
            prop_assert_eq!(proxies().way(peer, &headers(&[line])).client, Some(peer));
        }

        #[test]
        fn what_stands_left_of_a_stranger_is_never_believed(left in "[ -~]{0,40}", stranger in any::<u16>(), proxies_between in 0u8..4) {
            let [high, low] = stranger.to_be_bytes();
            let stranger = IpAddr::from(Ipv4Addr::new(198, 51, high, low));
            let between: String = (0..proxies_between).map(|at| format!(", 10.1.1.{at}")).collect();
            let lines = [format!("{left}, {stranger}{between}")];
            prop_assert_eq!(proxies().way(Ipv4Addr::new(10, 0, 0, 1).into(), &headers(&lines)).client, Some(stranger));
        }
    }
}
