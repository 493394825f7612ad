//! The kinds of providers: one that people are sent to, and the identity-aware proxies that stand in front and sign what
//! they know of each request.

use std::fmt;
use std::str::FromStr;

/// A proxy that we know how to believe.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ProxyKind {
    /// Cloudflare Access.
    CloudflareAccess,
    /// Google Cloud's Identity-Aware Proxy.
    GoogleIap,
    /// Pomerium.
    Pomerium,
}

impl ProxyKind {
    /// Every kind.
    pub const ALL: &[Self] = &[Self::CloudflareAccess, Self::GoogleIap, Self::Pomerium];

    /// The name in storage and in the configuration.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::CloudflareAccess => "cloudflare_access",
            Self::GoogleIap => "google_iap",
            Self::Pomerium => "pomerium",
        }
    }

    /// The name for people.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::CloudflareAccess => "Cloudflare Access",
            Self::GoogleIap => "Google Identity-Aware Proxy",
            Self::Pomerium => "Pomerium",
        }
    }

    /// The kind of a name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|kind| kind.as_str() == name)
    }

    /// The request header that its assertion comes in, in lower case.
    #[must_use]
    pub const fn header(self) -> &'static str {
        match self {
            Self::CloudflareAccess => "cf-access-jwt-assertion",
            Self::GoogleIap => "x-goog-iap-jwt-assertion",
            Self::Pomerium => "x-pomerium-jwt-assertion",
        }
    }

    /// The issuer, where it is the same for everybody.
    #[must_use]
    pub const fn issuer(self) -> Option<&'static str> {
        match self {
            Self::GoogleIap => Some("https://cloud.google.com/iap"),
            Self::CloudflareAccess | Self::Pomerium => None,
        }
    }

    /// Where the keys of an issuer are, unless said otherwise.
    #[must_use]
    pub fn keys(self, issuer: &str) -> String {
        // Pomerium names itself by its host alone, unless told to do otherwise.
        let host = issuer.split_once("://").map_or(issuer, |(_, rest)| rest);
        match self {
            Self::CloudflareAccess => format!("https://{host}/cdn-cgi/access/certs"),
            Self::GoogleIap => "https://www.gstatic.com/iap/verify/public_key-jwk".to_owned(),
            Self::Pomerium => format!("https://{host}/.well-known/pomerium/jwks.json"),
        }
    }

    /// Where its own session is ended, on the host that it stands before.
    #[must_use]
    pub const fn sign_out(self) -> &'static str {
        match self {
            Self::CloudflareAccess => "/cdn-cgi/access/logout",
            Self::GoogleIap => "/?gcp-iap-mode=CLEAR_LOGIN_COOKIE",
            Self::Pomerium => "/.pomerium/sign_out",
        }
    }
}

/// How a provider vouches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ProviderKind {
    /// People are sent to it and come back with a code (OpenID Connect).
    Oidc,
    /// It stands in front.
    Proxy(ProxyKind),
}

impl ProviderKind {
    /// The name in storage and in the API.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Oidc => "oidc",
            Self::Proxy(proxy) => proxy.as_str(),
        }
    }

    /// The name for people.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Oidc => "OpenID Connect",
            Self::Proxy(proxy) => proxy.label(),
        }
    }
}

/// No kind of provider has this name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BadProviderKind;

impl fmt::Display for BadProviderKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("no kind of identity provider has this name")
    }
}

impl std::error::Error for BadProviderKind {}

impl FromStr for ProviderKind {
    type Err = BadProviderKind;

    fn from_str(name: &str) -> Result<Self, BadProviderKind> {
        match name {
            "oidc" => Ok(Self::Oidc),
            other => ProxyKind::from_name(other)
                .map(Self::Proxy)
                .ok_or(BadProviderKind),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_is_found_by_its_name_alone() {
        for kind in [ProviderKind::Oidc]
            .into_iter()
            .chain(ProxyKind::ALL.iter().copied().map(ProviderKind::Proxy))
        {
            assert_eq!(kind.as_str().parse(), Ok(kind));
        }
        assert_eq!("saml".parse::<ProviderKind>(), Err(BadProviderKind));
    }

    #[test]
    fn keys_are_where_each_proxy_publishes_them() {
        let keys = |kind: ProxyKind, issuer| kind.keys(issuer);
        assert_eq!(
            keys(ProxyKind::CloudflareAccess, "https://acme.cloudflareaccess.com"),
            "https://acme.cloudflareaccess.com/cdn-cgi/access/certs"
        );
        for issuer in ["admin.example.com", "https://admin.example.com"] {
            assert_eq!(
                keys(ProxyKind::Pomerium, issuer),
                "https://admin.example.com/.well-known/pomerium/jwks.json"
            );
        }
    }
}
