//! The installation's own receiver: one signed POST an alert, as standardwebhooks.com writes it.
//!
//! It follows no redirect, reads no answer beyond its status, and goes to no address inside the house unless it was told
//! to: whoever may write the configuration must not reach with it what only this process can.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use sha2::Sha256;
use stagedoor_core::time::Timestamp;
use url::{Host, Url};
use zeroize::Zeroizing;

/// How long the receiver may take.
const WITHIN: Duration = Duration::from_secs(10);
/// The shortest secret that is taken, in bytes.
const SECRET_MIN: usize = 24;

/// Where the receiver may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// At a public address, over https.
    Public,
    /// Anywhere, the house's own network included.
    Anywhere,
}

/// What does not make a receiver.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BadWebhook {
    /// No address that can be called.
    #[error("must be an https address without a name or password in it")]
    Address,
    /// Inside the house.
    #[error("is inside the house's own network")]
    Inside,
    /// The secret is not one.
    #[error("must be `whsec_` and at least 24 random bytes in base64")]
    Secret,
    /// No client could be made.
    #[error("could not be set up: TLS is missing")]
    Client,
}

/// A receiver. Cheap to clone.
#[derive(Clone)]
pub struct Webhook {
    client: reqwest::Client,
    url: Url,
    secret: Zeroizing<Vec<u8>>,
}

impl Webhook {
    /// A receiver at an address, with the secret that both sides know: `whsec_` and base64.
    ///
    /// # Errors
    /// When the address may not be called, or the secret is none.
    pub fn new(url: &str, secret: &str, reach: Reach) -> Result<Self, BadWebhook> {
        let url = Url::parse(url).map_err(|_| BadWebhook::Address)?;
        let https = url.scheme() == "https" || (url.scheme() == "http" && reach == Reach::Anywhere);
        if !https || !url.username().is_empty() || url.password().is_some() {
            return Err(BadWebhook::Address);
        }
        // A literal address is never looked up, so it is looked at here.
        let literal = match url.host() {
            Some(Host::Ipv4(address)) => Some(IpAddr::V4(address)),
            Some(Host::Ipv6(address)) => Some(IpAddr::V6(address)),
            _ => None,
        };
        if reach == Reach::Public && literal.is_some_and(|address| !is_public(address)) {
            return Err(BadWebhook::Inside);
        }
        let secret = secret.strip_prefix("whsec_").ok_or(BadWebhook::Secret)?;
        let secret = STANDARD.decode(secret.trim()).map_err(|_| BadWebhook::Secret)?;
        if secret.len() < SECRET_MIN {
            return Err(BadWebhook::Secret);
        }
        let mut builder = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy()
            .connect_timeout(WITHIN / 2)
            .timeout(WITHIN);
        if reach == Reach::Public {
            builder = builder.dns_resolver(OnlyPublic);
        }
        Ok(Self {
            client: builder.build().map_err(|_| BadWebhook::Client)?,
            url,
            secret: Zeroizing::new(secret),
        })
    }

    /// Calls the receiver. Only 2xx is a yes.
    pub(super) async fn call(&self, id: &str, at: Timestamp, body: String) -> Result<(), String> {
        let seconds = at.micros().div_euclid(1_000_000).to_string();
        let request = self
            .client
            .post(self.url.clone())
            .header("content-type", "application/json")
            .header("webhook-id", id)
            .header("webhook-timestamp", &seconds)
            .header("webhook-signature", sign(&self.secret, id, &seconds, &body))
            .body(body);
        let answer = request.send().await.map_err(|error| failure(&error))?;
        let status = answer.status();
        match status.as_u16() {
            200..=299 => Ok(()),
            300..=399 => Err(format!(
                "the receiver answered {status}; redirects are not followed"
            )),
            _ => Err(format!("the receiver answered {status}")),
        }
    }
}

/// The signature of a call: HMAC-SHA-256 over its id, its time in seconds and its body, with points between them.
fn sign(secret: &[u8], id: &str, seconds: &str, body: &str) -> String {
    // INVARIANT: HMAC takes a key of any length.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(secret) else {
        return String::new();
    };
    mac.update(format!("{id}.{seconds}.{body}").as_bytes());
    format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes()))
}

/// What went wrong on the way, without the address.
fn failure(error: &reqwest::Error) -> String {
    if error.is_timeout() {
        return format!("the receiver took longer than {} seconds", WITHIN.as_secs());
    }
    let mut inner: &dyn std::error::Error = error;
    while let Some(source) = inner.source() {
        inner = source;
    }
    format!("the receiver could not be reached: {inner}")
}

/// Finds only addresses outside the house, at every call anew: a name that moves inside is not followed there.
struct OnlyPublic;

impl Resolve for OnlyPublic {
    fn resolve(&self, name: Name) -> Resolving {
        Box::pin(async move {
            let found: Vec<SocketAddr> = tokio::net::lookup_host((name.as_str(), 0)).await?.collect();
            if found.iter().any(|address| !is_public(address.ip())) {
                return Err("its address is inside the house's own network".into());
            }
            Ok(Box::new(found.into_iter()) as Addrs)
        })
    }
}

/// Whether an address is somewhere on the internet: neither of this machine, nor of a private network, nor of a special use
/// (IANA's registries of special-purpose addresses).
fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_public_v4(address),
        IpAddr::V6(address) => is_public_v6(address),
    }
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    let [a, b, c, _] = address.octets();
    let shared = a == 100 && (64..128).contains(&b);
    let protocol = a == 192 && b == 0 && c == 0;
    let relay = a == 192 && b == 88 && c == 99;
    let benchmark = a == 198 && (b == 18 || b == 19);
    !(a == 0
        || a >= 224
        || address.is_loopback()
        || address.is_private()
        || address.is_link_local()
        || address.is_documentation()
        || shared
        || protocol
        || relay
        || benchmark)
}

/// Of IPv6 only what is global unicast today (2000::/3), without what carries an IPv4 address in it.
fn is_public_v6(address: Ipv6Addr) -> bool {
    if let Some(mapped) = address.to_ipv4_mapped() {
        return is_public_v4(mapped);
    }
    let [a, b, ..] = address.segments();
    let unicast = a & 0xe000 == 0x2000;
    let carries = a == 0x2002 || (a == 0x2001 && b == 0);
    let documentation = (a == 0x2001 && b == 0xdb8) || a == 0x3fff;
    unicast && !carries && !documentation
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

    /// The example of standardwebhooks.com's own libraries.
    #[test]
    fn a_call_is_signed_as_the_standard_says() {
        let secret = STANDARD.decode(&SECRET[6..]).unwrap();
        let signed = sign(
            &secret,
            "msg_p5jXN8AQM9LWM0D4loKWxJek",
            "1614265330",
            "{\"test\": 2432232314}",
        );
        assert_eq!(signed, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    }

    #[test]
    fn only_public_addresses_are_outside_the_house() {
        for inside in [
            "127.0.0.1",
            "10.1.2.3",
            "172.16.0.1",
            "192.168.1.1",
            "169.254.169.254",
            "100.64.0.1",
            "0.0.0.0",
            "224.0.0.1",
            "255.255.255.255",
            "198.18.0.1",
            "192.0.0.8",
            "::1",
            "::",
            "fe80::1",
            "fc00::1",
            "::ffff:127.0.0.1",
            "::ffff:10.0.0.1",
            "64:ff9b::7f00:1",
            "2002:7f00:1::",
            "2001::1",
            "2001:db8::1",
            "ff02::1",
        ] {
            assert!(!is_public(inside.parse().unwrap()), "{inside}");
        }
        for outside in [
            "1.1.1.1",
            "93.184.215.14",
            "2606:4700::1111",
            "::ffff:1.1.1.1",
            "172.32.0.1",
        ] {
            assert!(is_public(outside.parse().unwrap()), "{outside}");
        }
    }

    #[test]
    fn a_receiver_is_public_https_with_a_real_secret() {
        let made = |url: &str, secret: &str, reach| Webhook::new(url, secret, reach).err();
        let (public, any) = (Reach::Public, Reach::Anywhere);
        assert_eq!(made("https://hooks.example.com/a", SECRET, public), None);
        assert_eq!(
            made("http://hooks.example.com/a", SECRET, public),
            Some(BadWebhook::Address)
        );
        assert_eq!(
            made("https://a:b@hooks.example.com", SECRET, public),
            Some(BadWebhook::Address)
        );
        assert_eq!(
            made("https://127.0.0.1/a", SECRET, public),
            Some(BadWebhook::Inside)
        );
        assert_eq!(made("https://[::1]/a", SECRET, public), Some(BadWebhook::Inside));
        assert_eq!(made("http://127.0.0.1:9/a", SECRET, any), None);
        assert_eq!(
            made("https://hooks.example.com", "whsec_c2hvcnQ=", public),
            Some(BadWebhook::Secret)
        );
        assert_eq!(
            made("https://hooks.example.com", "secret", public),
            Some(BadWebhook::Secret)
        );
    }

    #[tokio::test]
    async fn a_name_that_leads_inside_is_not_called() {
        let hook = Webhook::new("https://localhost:9/a", SECRET, Reach::Public).unwrap();
        let refused = hook
            .call("ntf_1", Timestamp::from_micros(0), String::new())
            .await
            .unwrap_err();
        assert!(refused.contains("inside the house"), "{refused}");
    }
}
