//! What a logout token has to say (OpenID Connect Back-Channel Logout 1.0, section 2.6), and what is taken from it.
//!
//! That it is used once is not known here: whoever acts on it takes its `jti` in the same transaction.

use std::time::Duration;

use serde_json::Value;
use stagedoor_core::time::{Timestamp, minutes};

use super::claims::Claims;
use super::{TOLERANCE, TokenFault, in_its_time};

/// The event that makes a token a logout token (section 2.4).
const EVENT: &str = "http://schemas.openid.net/event/backchannel-logout";
/// The oldest that is acted on (section 2.4 recommends two minutes).
const OLDEST: Duration = minutes(2);

/// Whom a provider signed out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct LogoutToken {
    /// The person at the provider, where it is said.
    pub(crate) subject: Option<String>,
    /// The session at the provider; without one, all of the person.
    pub(crate) session: Option<String>,
    /// The token's own name.
    pub(crate) id: String,
    /// When it was issued.
    pub(crate) issued: Timestamp,
    /// Until when its name has to be remembered: it is refused as stale or expired from then on.
    pub(crate) until: Timestamp,
}

/// Holds the claims of a token whose signature is good against what a logout token is.
pub(crate) fn check(
    claims: &Claims,
    issuer: &str,
    client: &str,
    now: Timestamp,
) -> Result<LogoutToken, TokenFault> {
    if claims.name("iss", TokenFault::Issuer)? != Some(issuer) {
        return Err(TokenFault::Issuer);
    }
    if claims.audiences()? != [client] {
        return Err(TokenFault::Audience);
    }
    let issued = claims
        .time("iat", TokenFault::IssuedAt)?
        .ok_or(TokenFault::IssuedAt)?;
    if issued > now.plus(TOLERANCE) {
        return Err(TokenFault::IssuedInFuture);
    }
    if now.since(issued) > OLDEST + TOLERANCE {
        return Err(TokenFault::Stale);
    }
    in_its_time(claims, now)?;
    event(claims)?;
    if claims.get("nonce").is_some() {
        return Err(TokenFault::NonceForbidden);
    }
    let name = |name, fault| Ok::<_, TokenFault>(claims.name(name, fault)?.map(str::to_owned));
    let (subject, session) = (
        name("sub", TokenFault::Subject)?,
        name("sid", TokenFault::ProviderSession)?,
    );
    if subject.is_none() && session.is_none() {
        return Err(TokenFault::Nobody);
    }
    Ok(LogoutToken {
        subject,
        session,
        id: name("jti", TokenFault::Identifier)?.ok_or(TokenFault::Identifier)?,
        issued,
        until: issued.plus(OLDEST + TOLERANCE * 2),
    })
}

/// The member of the event is an object; what it holds means nothing.
fn event(claims: &Claims) -> Result<(), TokenFault> {
    match claims.get("events").and_then(|events| events.get(EVENT)) {
        Some(Value::Object(_)) => Ok(()),
        _ => Err(TokenFault::Events),
    }
}
