//! The identity-aware proxy in front: what it signs of a request is a fact of that request (ADR 0020).
//!
//! The edge says which header counts and from whom; here is said whether it is believed. Nobody is signed in by it alone.

use std::sync::Arc;

use stagedoor_core::guard::ProxyFact;
use stagedoor_core::provider::ProxyKind;
use stagedoor_core::request::Toggle;
use stagedoor_store::provider::Provider;

use crate::state::Service;
use crate::token::assertion::{self, Expected, Person};
use crate::token::{Claims, TokenFault};

/// The proxy that the configuration declares.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProxySettings {
    /// Which.
    pub kind: ProxyKind,
    /// Its name for people.
    pub name: String,
    /// Its issuer, exactly as its assertions name it.
    pub issuer: String,
    /// The audience that means us.
    pub audience: String,
    /// The values of `type` that are people's.
    pub types: Vec<String>,
    /// Where its keys are.
    pub keys: String,
    /// Where its own session is ended: a whole address.
    pub sign_out: String,
    /// Whether its word is the identity that staff sign in with.
    pub identity: Toggle,
    /// E-mail domains of the workforce.
    pub email_domains: Vec<String>,
    /// The claim that says whether a device is managed; empty where there is none.
    pub managed_claim: String,
    /// Subjects there that the file names as administrators.
    pub administrators: Vec<String>,
}

/// What a proxy said of a request.
#[derive(Debug, Clone, Default)]
pub enum Assertion {
    /// Nothing that counts.
    #[default]
    Silent,
    /// Something that is not believed.
    Disbelieved(TokenFault),
    /// It vouches for somebody.
    Vouched(Arc<Vouched>),
}

/// Whom a proxy vouches for.
#[derive(Debug)]
pub struct Vouched {
    pub(crate) person: Person,
    pub(crate) claims: Claims,
}

impl Vouched {
    /// The subject at the proxy.
    #[must_use]
    pub fn subject(&self) -> &str {
        &self.person.subject
    }
}

impl Assertion {
    /// The same for a decision.
    #[must_use]
    pub const fn fact(&self) -> ProxyFact {
        match self {
            Self::Silent => ProxyFact::Silent,
            Self::Disbelieved(_) => ProxyFact::Disbelieved,
            Self::Vouched(_) => ProxyFact::Vouched,
        }
    }

    /// Whom it vouches for.
    #[must_use]
    pub const fn vouched(&self) -> Option<&Arc<Vouched>> {
        match self {
            Self::Vouched(vouched) => Some(vouched),
            Self::Silent | Self::Disbelieved(_) => None,
        }
    }
}

/// What a request carries in the header of the proxy, as the edge found it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Carried<'a> {
    /// No such line, or from a peer that is not trusted.
    Nothing,
    /// More than one line, or one that is no text.
    Unreadable,
    /// One line.
    One(&'a str),
}

impl Service {
    /// Finds out whether what a request carries is believed.
    pub async fn believe(&self, carried: Carried<'_>) -> Assertion {
        let token = match (carried, &self.settings().proxy) {
            (Carried::Nothing, _) | (_, None) => return Assertion::Silent,
            (Carried::Unreadable, Some(_)) => return Assertion::Disbelieved(TokenFault::Ambiguous),
            (Carried::One(token), Some(proxy)) => self.vouched(proxy, token).await,
        };
        match token {
            Ok(vouched) => Assertion::Vouched(Arc::new(vouched)),
            Err(fault) => {
                tracing::debug!(code = fault.code(), "a proxy's assertion is not believed");
                Assertion::Disbelieved(fault)
            }
        }
    }

    async fn vouched(&self, proxy: &ProxySettings, token: &str) -> Result<Vouched, TokenFault> {
        let now = self.now();
        let claims = self.providers().asserted(proxy, token, now).await?;
        let expected = Expected {
            kind: proxy.kind,
            issuer: &proxy.issuer,
            audience: &proxy.audience,
            types: &proxy.types,
            now,
        };
        let person = assertion::check(&claims, expected)?;
        Ok(Vouched { person, claims })
    }

    /// The proxy that a provider is, as it is configured now.
    pub(crate) fn proxy_of(&self, provider: &Provider) -> Option<&ProxySettings> {
        let proxy = self.settings().proxy.as_ref()?;
        let same = provider.kind == stagedoor_core::provider::ProviderKind::Proxy(proxy.kind)
            && provider.issuer == proxy.issuer;
        same.then_some(proxy)
    }
}
