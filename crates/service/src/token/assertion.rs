//! What the assertion of an identity-aware proxy has to say (spec 01 "Signing in" 1), and what is taken from it.
//!
//! It comes with every request and lives as long as the proxy's own session, so it is neither fresh nor used once: what is
//! proved anew at each request is that the proxy stands in front.

use jsonwebtoken::Algorithm;
use stagedoor_core::provider::ProxyKind;
use stagedoor_core::time::Timestamp;

use super::claims::Claims;
use super::id_token::well_made;
use super::{TOLERANCE, TokenFault, in_its_time};

/// What it is held against.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Expected<'a> {
    /// Whose it is.
    pub(crate) kind: ProxyKind,
    /// The proxy's issuer.
    pub(crate) issuer: &'a str,
    /// The audience that means us.
    pub(crate) audience: &'a str,
    /// The values of `type` that are people's, where the proxy says one.
    pub(crate) types: &'a [String],
    /// Now.
    pub(crate) now: Timestamp,
}

/// Whom a proxy vouches for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Person {
    /// The subject at the proxy.
    pub(crate) subject: String,
    /// The address.
    pub(crate) email: String,
    /// The name, where the proxy tells it.
    pub(crate) name: Option<String>,
}

/// The one algorithm that a proxy signs with.
pub(crate) const fn algorithm(kind: ProxyKind) -> Algorithm {
    match kind {
        ProxyKind::CloudflareAccess => Algorithm::RS256,
        ProxyKind::GoogleIap | ProxyKind::Pomerium => Algorithm::ES256,
    }
}

/// Holds the claims of an assertion whose signature is good against what is asked for.
pub(crate) fn check(claims: &Claims, expected: Expected<'_>) -> Result<Person, TokenFault> {
    if claims.name("iss", TokenFault::Issuer)? != Some(expected.issuer) {
        return Err(TokenFault::Issuer);
    }
    if claims.audiences()? != [expected.audience] {
        return Err(TokenFault::Audience);
    }
    times(claims, expected.now)?;
    of_somebody(claims)?;
    a_person(claims, expected.kind)?;
    if expected.kind == ProxyKind::CloudflareAccess {
        let kind = claims.name("type", TokenFault::Type)?.ok_or(TokenFault::Type)?;
        if !expected.types.iter().any(|one| one == kind) {
            return Err(TokenFault::Type);
        }
    }
    person(claims, expected.kind)
}

/// Whom claims are of, as far as that does not depend on the moment or on who they are for.
pub(crate) fn person(claims: &Claims, kind: ProxyKind) -> Result<Person, TokenFault> {
    of_somebody(claims)?;
    a_person(claims, kind)?;
    let subject = claims
        .name("sub", TokenFault::Subject)?
        .ok_or(TokenFault::Subject)?;
    let email = claims
        .name("email", TokenFault::Email)?
        .ok_or(TokenFault::Email)?;
    Ok(Person {
        subject: subject.to_owned(),
        email: well_made(email)?,
        name: claims.name("name", TokenFault::Name)?.map(str::to_owned),
    })
}

fn of_somebody(claims: &Claims) -> Result<(), TokenFault> {
    // What else an issuer signs with the same keys is never an assertion.
    if claims.get("events").is_some() {
        return Err(TokenFault::Events);
    }
    Ok(())
}

/// The console is for people. A service token of Cloudflare Access has a name of its own and no person; a service account that goes
/// through Google's proxy has subject and address as a person has, at a domain of its own; one of Pomerium's that stands for
/// nobody has no address (one that stands for somebody looks like them: the passkey is what it lacks). Whichever it is, no
/// proxy gets past with it.
fn a_person(claims: &Claims, kind: ProxyKind) -> Result<(), TokenFault> {
    if claims.get("common_name").is_some() {
        return Err(TokenFault::Service);
    }
    match claims.text("email", TokenFault::Email)? {
        Some("") if kind == ProxyKind::Pomerium => Err(TokenFault::Service),
        Some(email) if of_service_account(email) => Err(TokenFault::Service),
        _ => Ok(()),
    }
}

/// Whether an address is one that Google gives to programs, and to nobody else.
fn of_service_account(email: &str) -> bool {
    let domain = email.rsplit('@').next().unwrap_or_default().to_ascii_lowercase();
    domain == "gserviceaccount.com" || domain.ends_with(".gserviceaccount.com")
}

fn times(claims: &Claims, now: Timestamp) -> Result<(), TokenFault> {
    in_its_time(claims, now)?;
    match claims.time("iat", TokenFault::IssuedAt)? {
        None => Err(TokenFault::IssuedAt),
        Some(issued) if issued > now.plus(TOLERANCE) => Err(TokenFault::IssuedInFuture),
        Some(_) => Ok(()),
    }
}
