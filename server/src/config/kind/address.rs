//! Kinds that are addresses: where to listen, public origins, an issuer, ranges of a network.

use std::net::SocketAddr;

use ipnet::IpNet;
use serde_json::{Value, json};
use url::Url;

use super::{Kind, Raw, list};

impl Kind for SocketAddr {
    fn words() -> String {
        "an address with a port, such as 127.0.0.1:7117 or [::1]:7117".to_owned()
    }

    fn read(raw: &Raw) -> Option<Self> {
        raw.text()?.parse().ok()
    }

    fn show(&self) -> Value {
        json!(self.to_string())
    }
}

fn origin(text: &str) -> Option<Url> {
    let url = Url::parse(text).ok()?;
    let bare =
        url.path() == "/" && url.query().is_none() && url.fragment().is_none() && url.username().is_empty();
    (bare && matches!(url.scheme(), "https" | "http") && url.host_str().is_some()).then_some(url)
}

/// A public origin: scheme, host, port where it is not the scheme's own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin {
    /// Without a trailing slash.
    pub text: String,
    /// The host's name, without the port.
    pub host: String,
}

impl Kind for Origin {
    fn words() -> String {
        "an origin such as https://admin.example.com, without a path".to_owned()
    }

    fn read(raw: &Raw) -> Option<Self> {
        let url = origin(raw.text()?)?;
        Some(Self {
            text: url.origin().ascii_serialization(),
            host: url.host_str()?.to_owned(),
        })
    }

    fn show(&self) -> Value {
        json!(self.text)
    }
}

/// The origins of all tenants: `https://{slug}.app.example.com`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TenantOrigins {
    /// `https` or `http`.
    pub scheme: String,
    /// What follows `{slug}.`, with the port where there is one.
    pub suffix: String,
    /// The same without the port.
    pub domain: String,
}

impl Kind for TenantOrigins {
    fn words() -> String {
        "an origin that begins with {slug}, such as https://{slug}.app.example.com".to_owned()
    }

    fn read(raw: &Raw) -> Option<Self> {
        let (scheme, suffix) = raw.text()?.split_once("://{slug}.")?;
        let url = origin(&format!("{scheme}://{suffix}"))?;
        let serialized = url.origin().ascii_serialization();
        let (scheme, suffix) = serialized.split_once("://")?;
        Some(Self {
            scheme: scheme.to_owned(),
            suffix: suffix.to_owned(),
            domain: url.host_str()?.to_owned(),
        })
    }

    fn show(&self) -> Value {
        json!(format!("{}://{{slug}}.{}", self.scheme, self.suffix))
    }
}

/// The address of an identity provider, exactly as it names itself in its tokens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Issuer(pub String);

impl Kind for Issuer {
    fn words() -> String {
        "the provider's issuer, such as https://login.example.com".to_owned()
    }

    fn read(raw: &Raw) -> Option<Self> {
        let text = raw.text()?;
        let url = Url::parse(text).ok()?;
        let plain = url.query().is_none() && url.fragment().is_none() && url.host_str().is_some();
        (plain && matches!(url.scheme(), "https" | "http")).then(|| Self(text.to_owned()))
    }

    fn show(&self) -> Value {
        json!(self.0)
    }
}

impl Kind for Vec<IpNet> {
    fn words() -> String {
        "a list of address ranges, such as [\"203.0.113.0/24\", \"2001:db8::/32\"]".to_owned()
    }

    fn read(raw: &Raw) -> Option<Self> {
        list(raw)?.iter().map(|item| range(item)).collect()
    }

    fn show(&self) -> Value {
        json!(self.iter().map(ToString::to_string).collect::<Vec<_>>())
    }
}

/// A range, or one address. A range with bits behind its length is somebody's mistake.
fn range(text: &str) -> Option<IpNet> {
    let range = match text.parse::<IpNet>() {
        Ok(range) => range,
        Err(_) => text.parse::<std::net::IpAddr>().ok()?.into(),
    };
    (range.trunc() == range).then_some(range)
}
