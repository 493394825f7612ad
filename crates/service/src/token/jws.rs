//! A signed token in its compact form (RFC 7515, section 3.1), read as narrowly as it is written by honest issuers.
//!
//! Nothing of the payload is looked at before the signature holds, but for the issuer, where it decides whose keys are
//! asked; what the header says about keys (`jku`, `jwk`, `x5c`) is never used.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::Algorithm;

use super::TokenFault;
use super::claims::Claims;
use super::key::KeySet;

/// The longest token that is read: a person in hundreds of groups has half as much.
const TOKEN_MAX: usize = 16 * 1024;
const HEADER_MAX: usize = 4 * 1024;

/// The algorithms that may be listed for an issuer, whatever a token's header says. None of them is symmetric.
pub(crate) const ALGORITHMS: [(&str, Algorithm); 5] = [
    ("RS256", Algorithm::RS256),
    ("PS256", Algorithm::PS256),
    ("ES256", Algorithm::ES256),
    ("ES384", Algorithm::ES384),
    ("EdDSA", Algorithm::EdDSA),
];

/// A token whose signature has not been looked at.
#[derive(Debug)]
pub(crate) struct Jws<'a> {
    signed: &'a str,
    payload: Vec<u8>,
    signature: &'a str,
    algorithm: Algorithm,
    kid: Option<String>,
    kind: Option<String>,
}

impl<'a> Jws<'a> {
    /// Reads a token's outside. The algorithm has to be one of those listed for whoever should have signed it.
    pub(crate) fn parse(token: &'a str, allowed: &[Algorithm]) -> Result<Self, TokenFault> {
        if token.len() > TOKEN_MAX {
            return Err(TokenFault::TooLarge);
        }
        let (signed, signature) = token.rsplit_once('.').ok_or(TokenFault::Malformed)?;
        let (header, payload) = signed.split_once('.').ok_or(TokenFault::Malformed)?;
        if header.len() > HEADER_MAX {
            return Err(TokenFault::TooLarge);
        }
        // A point is no letter of base64url: with more than three parts one of these fails.
        let part = |text: &str| URL_SAFE_NO_PAD.decode(text).map_err(|_| TokenFault::Malformed);
        let (header, payload) = (part(header)?, part(payload)?);
        part(signature)?;
        let header = Claims::parse(&header).ok_or(TokenFault::Header)?;
        if header.get("crit").is_some() {
            return Err(TokenFault::Header);
        }
        let named = header
            .text("alg", TokenFault::Header)?
            .ok_or(TokenFault::Header)?;
        let known = ALGORITHMS.iter().find(|(name, _)| *name == named);
        let algorithm = known.map(|(_, algorithm)| *algorithm);
        let algorithm = algorithm.filter(|algorithm| allowed.contains(algorithm));
        Ok(Self {
            signed,
            payload,
            signature,
            algorithm: algorithm.ok_or(TokenFault::Algorithm)?,
            kid: header.name("kid", TokenFault::Header)?.map(str::to_owned),
            kind: header.name("typ", TokenFault::Header)?.map(str::to_owned),
        })
    }

    /// Whom the token says it is from, before anything is proved: good for choosing whose keys to ask, for nothing else.
    pub(crate) fn claimed_issuer(token: &str) -> Option<String> {
        if token.len() > TOKEN_MAX {
            return None;
        }
        let payload = token.split('.').nth(1)?;
        let claims = Claims::parse(&URL_SAFE_NO_PAD.decode(payload).ok()?)?;
        claims.name("iss", TokenFault::Issuer).ok()?.map(str::to_owned)
    }

    /// Refuses a token that says of itself that it is of another kind. `JWT`, or nothing, may be any.
    pub(crate) fn is_a(&self, kinds: &[&str]) -> Result<(), TokenFault> {
        let Some(kind) = &self.kind else {
            return Ok(());
        };
        let kind = kind.to_ascii_lowercase();
        let kind = kind.strip_prefix("application/").unwrap_or(&kind);
        if kind == "jwt" || kinds.contains(&kind) {
            return Ok(());
        }
        Err(TokenFault::OtherKind)
    }

    /// The claims, where one key of the set is meant and its signature holds.
    pub(super) fn verify(&self, keys: &KeySet) -> Result<Claims, TokenFault> {
        let key = keys.choose(self.kid.as_deref(), self.algorithm)?;
        let holds = jsonwebtoken::crypto::verify(self.signature, self.signed.as_bytes(), key, self.algorithm);
        if !holds.unwrap_or(false) {
            return Err(TokenFault::Signature);
        }
        Claims::parse(&self.payload).ok_or(TokenFault::Claims)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn token(header: &str, payload: &str) -> String {
        let part = |text: &str| URL_SAFE_NO_PAD.encode(text);
        format!("{}.{}.{}", part(header), part(payload), part("signature"))
    }

    fn fault(token: &str) -> Option<TokenFault> {
        Jws::parse(token, &[Algorithm::ES256, Algorithm::RS256]).err()
    }

    #[test]
    fn only_listed_algorithms_are_read() {
        let payload = r#"{"iss":"https://idp.test"}"#;
        for named in [
            "none", "None", "HS256", "HS512", "ES384", "EdDSA", "es256", "ES256K", "",
        ] {
            let token = token(&format!(r#"{{"alg":"{named}"}}"#), payload);
            assert_eq!(fault(&token), Some(TokenFault::Algorithm), "{named}");
        }
        assert_eq!(fault(&token(r#"{"alg":"ES256"}"#, payload)), None);
    }

    #[test]
    fn headers_that_ask_for_more_or_make_no_sense_are_refused() {
        for header in [
            "{}",
            r#"{"alg":null}"#,
            r#"{"alg":["ES256"]}"#,
            r#"{"alg":"ES256","alg":"RS256"}"#,
            r#"{"alg":"ES256","kid":5}"#,
            r#"{"alg":"ES256","kid":""}"#,
            r#"{"alg":"ES256","typ":1}"#,
            r#"{"alg":"ES256","crit":["exp"],"exp":1}"#,
            r#"{"alg":"ES256","b64":false,"crit":["b64"]}"#,
            "[]",
            "x",
        ] {
            assert_eq!(fault(&token(header, "{}")), Some(TokenFault::Header), "{header}");
        }
    }

    #[test]
    fn the_form_is_three_parts_of_base64url_and_bounded() {
        let good = token(r#"{"alg":"ES256"}"#, "{}");
        let mut cases = vec![
            String::new(),
            ".".to_owned(),
            "..".to_owned(),
            format!("{good}.x"),
            format!("{good}="),
        ];
        cases.extend((0..3).map(|part| {
            let parts: Vec<&str> = good
                .split('.')
                .enumerate()
                .filter(|(at, _)| *at != part)
                .map(|(_, text)| text)
                .collect();
            parts.join(".")
        }));
        for case in cases {
            assert!(
                matches!(fault(&case), Some(TokenFault::Malformed | TokenFault::Header)),
                "{case}"
            );
        }
        let large = token(
            r#"{"alg":"ES256"}"#,
            &format!(r#"{{"x":"{}"}}"#, "x".repeat(TOKEN_MAX)),
        );
        assert_eq!(fault(&large), Some(TokenFault::TooLarge));
        let header = token(
            &format!(r#"{{"alg":"ES256","x":"{}"}}"#, "x".repeat(HEADER_MAX)),
            "{}",
        );
        assert_eq!(fault(&header), Some(TokenFault::TooLarge));
    }

    #[test]
    fn a_kind_is_compared_without_case_and_its_absence_is_no_lie() {
        let of = |header: &str| {
            let token = token(header, "{}");
            Jws::parse(&token, &[Algorithm::ES256])
                .unwrap()
                .is_a(&["logout+jwt"])
        };
        for header in [
            r#"{"alg":"ES256"}"#,
            r#"{"alg":"ES256","typ":"jwt"}"#,
            r#"{"alg":"ES256","typ":"application/Logout+JWT"}"#,
        ] {
            assert_eq!(of(header), Ok(()), "{header}");
        }
        assert_eq!(
            of(r#"{"alg":"ES256","typ":"at+jwt"}"#),
            Err(TokenFault::OtherKind)
        );
    }
}
