//! An issuer's public keys (RFC 7517): those for signatures that we understand; all others are not there.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::{Algorithm, DecodingKey};
use serde_json::Value;

use super::TokenFault;

/// Most keys of a set that are looked at; nobody has a tenth of it.
const KEYS_MAX: usize = 100;

/// What a key is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Rsa,
    P256,
    P384,
    Ed25519,
}

impl Kind {
    const fn signs(self, algorithm: Algorithm) -> bool {
        matches!(
            (self, algorithm),
            (Self::Rsa, Algorithm::RS256 | Algorithm::PS256)
                | (Self::P256, Algorithm::ES256)
                | (Self::P384, Algorithm::ES384)
                | (Self::Ed25519, Algorithm::EdDSA)
        )
    }
}

/// How many keys of a published set are good for one of these algorithms; `None` where it is no set.
pub(crate) fn usable_keys(json: &str, algorithms: &[Algorithm]) -> Option<usize> {
    KeySet::parse(json).map(|set| set.count(algorithms))
}

struct Key {
    kid: Option<String>,
    kind: Kind,
    /// The one algorithm that it is for, where it says so.
    only: Option<String>,
    public: DecodingKey,
}

/// The keys of a set that may verify a signature.
pub(super) struct KeySet(Vec<Key>);

impl KeySet {
    /// Reads a set. `None` where it is none; keys that we do not understand are left out, as RFC 7517 asks.
    pub(super) fn parse(json: &str) -> Option<Self> {
        let set: Value = serde_json::from_str(json).ok()?;
        let keys = set.get("keys")?.as_array()?;
        if keys.len() > KEYS_MAX {
            return None;
        }
        Some(Self(keys.iter().filter_map(key).collect()))
    }

    /// How many of them are good for one of these algorithms.
    fn count(&self, algorithms: &[Algorithm]) -> usize {
        let good = |key: &&Key| algorithms.iter().any(|algorithm| key.kind.signs(*algorithm));
        self.0.iter().filter(good).count()
    }

    /// The one key that is meant: by its name, or because there is no other.
    pub(super) fn choose(&self, kid: Option<&str>, algorithm: Algorithm) -> Result<&DecodingKey, TokenFault> {
        let name = super::jws::ALGORITHMS
            .iter()
            .find(|(_, known)| *known == algorithm);
        let name = name.map(|(name, _)| *name);
        let mut fitting = self.0.iter().filter(|key| {
            key.kind.signs(algorithm)
                && (key.only.is_none() || key.only.as_deref() == name)
                && (kid.is_none() || key.kid.as_deref() == kid)
        });
        match (fitting.next(), fitting.next()) {
            (Some(key), None) => Ok(&key.public),
            (Some(_), Some(_)) => Err(TokenFault::KeyAmbiguous),
            (None, _) => Err(TokenFault::KeyUnknown),
        }
    }
}

/// A key for signatures; `None` for any other, and for one that is not well made.
fn key(json: &Value) -> Option<Key> {
    let text = |name: &str| json.get(name)?.as_str();
    let absent_or = |name: &str, holds: fn(&Value) -> bool| json.get(name).is_none_or(holds);
    let for_signatures = absent_or("use", |value| value == "sig");
    let may_verify = absent_or("key_ops", |value| {
        value
            .as_array()
            .is_some_and(|all| all.iter().any(|one| one == "verify"))
    });
    // A secret has no business in a set that is public; whoever publishes it has lost the key.
    let secret = ["d", "k", "p", "q"].iter().any(|name| json.get(name).is_some());
    if !for_signatures || !may_verify || secret {
        return None;
    }
    let bytes = |name: &str, length: usize| {
        let value = text(name)?;
        let bytes = URL_SAFE_NO_PAD.decode(value).ok()?;
        (bytes.len() == length).then_some(value)
    };
    let (kind, public) = match (text("kty")?, text("crv")) {
        ("RSA", _) => (Kind::Rsa, rsa(text("n")?, text("e")?)?),
        ("EC", Some("P-256")) => (
            Kind::P256,
            DecodingKey::from_ec_components(bytes("x", 32)?, bytes("y", 32)?).ok()?,
        ),
        ("EC", Some("P-384")) => (
            Kind::P384,
            DecodingKey::from_ec_components(bytes("x", 48)?, bytes("y", 48)?).ok()?,
        ),
        ("OKP", Some("Ed25519")) => (
            Kind::Ed25519,
            DecodingKey::from_ed_components(bytes("x", 32)?).ok()?,
        ),
        _ => return None,
    };
    Some(Key {
        kid: named(json, "kid")?,
        kind,
        only: named(json, "alg")?,
        public,
    })
}

/// A text that may be absent; `None` where it is something else than a text.
fn named(json: &Value, name: &str) -> Option<Option<String>> {
    match json.get(name) {
        None => Some(None),
        Some(Value::String(text)) => Some(Some(text.clone())),
        Some(_) => None,
    }
}

/// 2048 to 8192 bits, and an exponent with which a signature means something.
fn rsa(modulus: &str, exponent: &str) -> Option<DecodingKey> {
    let n = URL_SAFE_NO_PAD.decode(modulus).ok()?;
    let e = URL_SAFE_NO_PAD.decode(exponent).ok()?;
    let sized = (256..=1024).contains(&n.len()) && n.first() != Some(&0);
    let odd = e.last().is_some_and(|last| last % 2 == 1);
    if !sized || !odd || e.len() > 4 || e == [1] {
        return None;
    }
    DecodingKey::from_rsa_components(modulus, exponent).ok()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn point(fill: u8, length: usize) -> String {
        URL_SAFE_NO_PAD.encode(vec![fill; length])
    }

    fn ec(kid: &str) -> Value {
        json!({ "kty": "EC", "crv": "P-256", "kid": kid, "x": point(1, 32), "y": point(2, 32) })
    }

    fn chosen(keys: &Value, kid: Option<&str>, algorithm: Algorithm) -> Result<(), TokenFault> {
        let set = KeySet::parse(&json!({ "keys": keys }).to_string()).unwrap();
        set.choose(kid, algorithm).map(drop)
    }

    #[test]
    fn a_key_is_chosen_by_its_name_or_because_it_is_the_only_one() {
        let two = json!([ec("a"), ec("b")]);
        assert_eq!(chosen(&two, Some("a"), Algorithm::ES256), Ok(()));
        assert_eq!(
            chosen(&two, Some("c"), Algorithm::ES256),
            Err(TokenFault::KeyUnknown)
        );
        assert_eq!(
            chosen(&two, None, Algorithm::ES256),
            Err(TokenFault::KeyAmbiguous)
        );
        assert_eq!(chosen(&json!([ec("a")]), None, Algorithm::ES256), Ok(()));
        let same = json!([ec("a"), ec("a")]);
        assert_eq!(
            chosen(&same, Some("a"), Algorithm::ES256),
            Err(TokenFault::KeyAmbiguous)
        );
        assert_eq!(
            chosen(&two, Some("a"), Algorithm::RS256),
            Err(TokenFault::KeyUnknown)
        );
        assert_eq!(
            chosen(&two, Some("a"), Algorithm::ES384),
            Err(TokenFault::KeyUnknown)
        );
    }

    #[test]
    fn keys_for_anything_else_are_not_there() {
        let with = |name: &str, value: Value| {
            let mut key = ec("a");
            key[name] = value;
            key
        };
        let rsa = |bytes: usize, exponent: &[u8]| json!({ "kty": "RSA", "kid": "a", "n": point(0xc3, bytes), "e": URL_SAFE_NO_PAD.encode(exponent) });
        for key in [
            with("use", json!("enc")),
            with("use", json!(null)),
            with("key_ops", json!(["sign"])),
            with("key_ops", json!("verify")),
            with("alg", json!("ES384")),
            with("alg", json!(5)),
            with("kid", json!(5)),
            with("kty", json!("oct")),
            with("crv", json!("secp256k1")),
            with("x", json!(point(1, 31))),
            with("d", json!(point(1, 32))),
            json!({ "kty": "oct", "kid": "a", "k": point(1, 32) }),
            json!("a"),
        ] {
            assert_eq!(
                chosen(&json!([key]), Some("a"), Algorithm::ES256),
                Err(TokenFault::KeyUnknown),
                "{key}"
            );
        }
        assert_eq!(
            chosen(&json!([rsa(256, &[1, 0, 1])]), Some("a"), Algorithm::RS256),
            Ok(())
        );
        for key in [
            rsa(128, &[1, 0, 1]),
            rsa(256, &[1]),
            rsa(256, &[2]),
            rsa(2048, &[1, 0, 1]),
            rsa(256, &[]),
        ] {
            assert_eq!(
                chosen(&json!([key]), Some("a"), Algorithm::RS256),
                Err(TokenFault::KeyUnknown),
                "{key}"
            );
        }
    }

    #[test]
    fn a_set_is_an_object_with_a_bounded_list() {
        for json in ["", "[]", "{}", r#"{"keys":{}}"#, "<html>"] {
            assert!(KeySet::parse(json).is_none(), "{json}");
        }
        let many: Vec<Value> = (0..=KEYS_MAX).map(|number| ec(&number.to_string())).collect();
        assert!(KeySet::parse(&json!({ "keys": many }).to_string()).is_none());
    }
}
