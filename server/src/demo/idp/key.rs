//! The provider's one signing key: ES256 (RFC 7518, section 3.4), made at start, never written anywhere.

use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use serde::Serialize;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

/// The demo provider has no signing key, so it cannot start.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the demo identity provider could not make its signing key")]
pub struct NoKey;

/// The private key, and the public one as clients fetch it.
pub(super) struct SigningKey {
    secret: EncodingKey,
    header: Header,
    public: Value,
}

impl SigningKey {
    /// A fresh key from the cryptographic library's own randomness: it ends with the process, and no test repeats it.
    pub(super) fn generate() -> Result<Self, NoKey> {
        let pair = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).map_err(|_| NoKey)?;
        let document = pair.to_pkcs8v1().map_err(|_| NoKey)?;
        let (x, y) = coordinates(pair.public_key().as_ref()).ok_or(NoKey)?;
        let id = thumbprint(&x, &y);
        let header = Header {
            kid: Some(id.clone()),
            ..Header::new(Algorithm::ES256)
        };
        let public =
            json!({ "kty": "EC", "crv": "P-256", "use": "sig", "alg": "ES256", "kid": id, "x": x, "y": y });
        Ok(Self {
            secret: EncodingKey::from_ec_der(document.as_ref()),
            header,
            public,
        })
    }

    /// A signed token.
    pub(super) fn sign(&self, claims: &impl Serialize) -> Result<String, jsonwebtoken::errors::Error> {
        jsonwebtoken::encode(&self.header, claims, &self.secret)
    }

    /// A signed token that says of which kind it is.
    pub(super) fn sign_as(
        &self,
        kind: &str,
        claims: &impl Serialize,
    ) -> Result<String, jsonwebtoken::errors::Error> {
        let header = Header {
            typ: Some(kind.to_owned()),
            ..self.header.clone()
        };
        jsonwebtoken::encode(&header, claims, &self.secret)
    }

    /// The public half as a JSON Web Key (RFC 7517).
    pub(super) const fn public(&self) -> &Value {
        &self.public
    }
}

/// The two halves of an uncompressed point (SEC 1, section 2.3.3): `04 ‖ x ‖ y`.
fn coordinates(point: &[u8]) -> Option<(String, String)> {
    let (x, y) = point.strip_prefix(&[4])?.split_at_checked(32)?;
    (y.len() == 32).then(|| (URL_SAFE_NO_PAD.encode(x), URL_SAFE_NO_PAD.encode(y)))
}

/// The key's id: its thumbprint (RFC 7638).
fn thumbprint(x: &str, y: &str) -> String {
    let members = format!(r#"{{"crv":"P-256","kty":"EC","x":"{x}","y":"{y}"}}"#);
    URL_SAFE_NO_PAD.encode(Sha256::digest(members))
}
