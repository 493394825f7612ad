//! What an ID token has to say (OpenID Connect Core 1.0, section 3.1.3.7), and what is taken from it.

use std::time::Duration;

use serde_json::Value;
use stagedoor_core::provider::{ClaimRules, EMAIL_CLAIM};
use stagedoor_core::time::Timestamp;

use super::claims::Claims;
use super::{TOLERANCE, TokenFault, in_its_time};

/// The oldest ID token that answers a sign-in: a sign-in takes ten minutes at most.
const OLDEST: Duration = Duration::from_secs(600);

/// What it is held against.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Expected<'a> {
    /// The provider's issuer.
    pub(crate) issuer: &'a str,
    /// Our client id there.
    pub(crate) client: &'a str,
    /// The nonce that was sent.
    pub(crate) nonce: &'a str,
    /// In which claims it says what.
    pub(crate) rules: &'a ClaimRules,
    /// Now.
    pub(crate) now: Timestamp,
}

/// Whom a provider vouches for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct IdToken {
    /// The subject at the provider.
    pub(crate) subject: String,
    /// The address, which the provider has verified.
    pub(crate) email: String,
    /// The name, where the provider tells it.
    pub(crate) name: Option<String>,
    /// The session at the provider, where it tells it: what a logout token names.
    pub(crate) session: Option<String>,
}

/// Holds the claims of a token whose signature is good against what was asked for.
pub(crate) fn check(claims: &Claims, expected: Expected<'_>) -> Result<IdToken, TokenFault> {
    if claims.name("iss", TokenFault::Issuer)? != Some(expected.issuer) {
        return Err(TokenFault::Issuer);
    }
    // We trust no audience beside ourselves, so a token that is for others too is refused, whoever its `azp` is.
    if claims.audiences()? != [expected.client] {
        return Err(TokenFault::Audience);
    }
    if claims
        .text("azp", TokenFault::AuthorizedParty)?
        .is_some_and(|party| party != expected.client)
    {
        return Err(TokenFault::AuthorizedParty);
    }
    times(claims, expected.now)?;
    match claims.text("nonce", TokenFault::NonceAbsent)? {
        None => return Err(TokenFault::NonceAbsent),
        Some(nonce) if nonce != expected.nonce => return Err(TokenFault::OtherNonce),
        Some(_) => {}
    }
    person(claims, expected.rules)
}

/// Whom claims are of, as far as that does not depend on the one sign-in that they answer: what a token has to say for anybody to
/// be let in by it.
pub(crate) fn person(claims: &Claims, rules: &ClaimRules) -> Result<IdToken, TokenFault> {
    // A logout token must never sign anybody in.
    if claims.get("events").is_some() {
        return Err(TokenFault::Events);
    }
    let subject = claims
        .name("sub", TokenFault::Subject)?
        .ok_or(TokenFault::Subject)?;
    Ok(IdToken {
        subject: subject.to_owned(),
        email: address(claims, rules)?,
        name: claims
            .name(&rules.name_claim, TokenFault::Name)?
            .map(str::to_owned),
        session: claims
            .name("sid", TokenFault::ProviderSession)?
            .map(str::to_owned),
    })
}

fn times(claims: &Claims, now: Timestamp) -> Result<(), TokenFault> {
    in_its_time(claims, now)?;
    let issued = claims
        .time("iat", TokenFault::IssuedAt)?
        .ok_or(TokenFault::IssuedAt)?;
    if issued > now.plus(TOLERANCE) {
        return Err(TokenFault::IssuedInFuture);
    }
    if now.since(issued) > OLDEST + TOLERANCE {
        return Err(TokenFault::Stale);
    }
    match claims.time("auth_time", TokenFault::AuthTime)? {
        Some(at) if at > now.plus(TOLERANCE) => Err(TokenFault::AuthTime),
        _ => Ok(()),
    }
}

/// The address, only where the provider says that it has verified it; of a claim of another name it need not say so, and must not
/// say otherwise: whoever named that claim knows that nobody writes it for themselves. One `@`, and a domain of plain letters: what looks
/// like another address is not one of ours by its looks.
fn address(claims: &Claims, rules: &ClaimRules) -> Result<String, TokenFault> {
    let email = claims
        .name(&rules.email_claim, TokenFault::Email)?
        .ok_or(TokenFault::Email)?;
    match claims.get("email_verified") {
        Some(Value::Bool(true)) => {}
        None if rules.email_claim != EMAIL_CLAIM => {}
        _ => return Err(TokenFault::EmailUnverified),
    }
    well_made(email)
}

/// An address of one `@`, and a domain of plain letters.
pub(super) fn well_made(email: &str) -> Result<String, TokenFault> {
    let (local, domain) = email.split_once('@').ok_or(TokenFault::Email)?;
    let plain = |c: char| c.is_ascii_alphanumeric() || c == '.' || c == '-';
    let well_made = !local.is_empty()
        && !domain.is_empty()
        && domain.chars().all(plain)
        && !email.chars().any(char::is_whitespace);
    well_made.then(|| email.to_owned()).ok_or(TokenFault::Email)
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use stagedoor_core::time::minutes;

    use super::*;
    use crate::testing::NOON;

    const SECONDS: i64 = 1_795_262_400;

    fn honest() -> Value {
        json!({
            "iss": "https://idp.test", "aud": "console", "sub": "kim", "nonce": "n", "exp": SECONDS + 300,
            "iat": SECONDS, "auth_time": SECONDS - 5, "email": "Kim@acme-corp.example", "email_verified": true,
            "name": "Kim Moreno", "sid": "s-1",
        })
    }

    fn checked(claims: &Value, now: Timestamp) -> Result<IdToken, TokenFault> {
        mapped(claims, now, &ClaimRules::default())
    }

    fn mapped(claims: &Value, now: Timestamp, rules: &ClaimRules) -> Result<IdToken, TokenFault> {
        let claims = Claims::parse(claims.to_string().as_bytes()).unwrap();
        check(
            &claims,
            Expected {
                issuer: "https://idp.test",
                client: "console",
                nonce: "n",
                rules,
                now,
            },
        )
    }

    #[test]
    fn what_a_claim_of_another_name_says_is_read_there_and_only_there() {
        let rules = ClaimRules {
            email_claim: "upn".to_owned(),
            name_claim: "display".to_owned(),
            ..ClaimRules::default()
        };
        let mut token = honest();
        token["upn"] = json!("kim@acme-corp.test");
        token["display"] = json!("Kim");
        let kim = mapped(&token, NOON, &rules).unwrap();
        assert_eq!(
            (kim.email.as_str(), kim.name.as_deref()),
            ("kim@acme-corp.test", Some("Kim"))
        );
        assert_eq!(checked(&token, NOON).unwrap().email, "Kim@acme-corp.example");
        token["email_verified"] = json!(false);
        assert_eq!(mapped(&token, NOON, &rules), Err(TokenFault::EmailUnverified));
        token.as_object_mut().unwrap().remove("email_verified");
        assert!(mapped(&token, NOON, &rules).is_ok());
        assert_eq!(checked(&token, NOON), Err(TokenFault::EmailUnverified));
        for (claim, value, fault) in [
            ("upn", json!(["kim@acme-corp.test"]), TokenFault::Email),
            ("upn", json!(null), TokenFault::Email),
            ("display", json!(7), TokenFault::Name),
        ] {
            let mut wrong = token.clone();
            wrong[claim] = value;
            assert_eq!(mapped(&wrong, NOON, &rules), Err(fault), "{claim}");
        }
    }

    #[test]
    fn an_honest_token_says_who_it_is() {
        let kim = checked(&honest(), NOON).unwrap();
        assert_eq!(
            (kim.subject.as_str(), kim.email.as_str()),
            ("kim", "Kim@acme-corp.example")
        );
        assert_eq!(
            (kim.name.as_deref(), kim.session.as_deref()),
            (Some("Kim Moreno"), Some("s-1"))
        );
        let mut listed = honest();
        listed["aud"] = json!(["console"]);
        listed["azp"] = json!("console");
        assert!(checked(&listed, NOON).is_ok());
    }

    #[test]
    fn clocks_may_differ_by_a_minute_and_no_more() {
        assert!(checked(&honest(), NOON.plus(minutes(6)).minus(Duration::from_micros(1))).is_ok());
        assert_eq!(
            checked(&honest(), NOON.plus(minutes(6))),
            Err(TokenFault::Expired)
        );
        assert!(checked(&honest(), NOON.minus(minutes(1))).is_ok());
        let early = NOON.minus(minutes(1)).minus(Duration::from_micros(1));
        assert_eq!(checked(&honest(), early), Err(TokenFault::IssuedInFuture));
        let mut long = honest();
        long["exp"] = json!(SECONDS + 86_400);
        assert!(checked(&long, NOON.plus(minutes(11))).is_ok());
        let late = NOON.plus(minutes(11)).plus(Duration::from_micros(1));
        assert_eq!(checked(&long, late), Err(TokenFault::Stale));
    }
}
