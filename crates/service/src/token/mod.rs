//! Tokens that come from outside: one verifier for all of them (ADR 0015).
//!
//! A token is read narrowly ([`jws`]), its signature held against keys that its issuer publishes ([`keys`], [`key`]) by an
//! algorithm that is listed for the issuer, and its claims, read by type ([`claims`]), against what its kind has to say
//! ([`id_token`], [`logout`], [`assertion`]). What is absent, wrongly typed or unknown refuses, each with a reason of its own ([`fault`])
//! that the audit keeps and no stranger is told. Nothing here knows sessions, people or the database.

pub(crate) mod assertion;
mod claims;
mod fault;
pub(crate) mod id_token;
mod jws;
mod key;
mod keys;
pub(crate) mod logout;

use std::time::Duration;

use stagedoor_core::time::Timestamp;

pub(crate) use claims::Claims;
pub use fault::TokenFault;
pub(crate) use jws::{ALGORITHMS, Jws};
pub(crate) use key::usable_keys;
pub(crate) use keys::{IssuerKeys, KeySource};

/// How far an issuer's clock may be from ours.
const TOLERANCE: Duration = Duration::from_secs(60);

/// Every algorithm that may be listed for an issuer.
pub(crate) fn every_algorithm() -> Vec<jsonwebtoken::Algorithm> {
    ALGORITHMS.iter().map(|(_, algorithm)| *algorithm).collect()
}

/// Refuses a token that is over, does not say when it will be, or is brought before its time.
fn in_its_time(claims: &Claims, now: Timestamp) -> Result<(), TokenFault> {
    let expires = claims
        .time("exp", TokenFault::Expiry)?
        .ok_or(TokenFault::Expiry)?;
    if now >= expires.plus(TOLERANCE) {
        return Err(TokenFault::Expired);
    }
    match claims.time("nbf", TokenFault::NotYet)? {
        Some(from) if from > now.plus(TOLERANCE) => Err(TokenFault::NotYet),
        _ => Ok(()),
    }
}
