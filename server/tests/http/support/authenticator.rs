//! An authenticator of our own, with the browser around it. It makes right answers as drafts, of which a test may change
//! one thing before they are signed and sealed.

use std::sync::Arc;

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

/// User present, user verified.
const BOTH: u8 = 0x05;
/// There is a credential.
pub(crate) const ATTESTED: u8 = 0x40;

/// A key that an authenticator holds.
#[derive(Clone)]
struct Held {
    id: Vec<u8>,
    pair: Arc<EcdsaKeyPair>,
    handle: Vec<u8>,
}

/// An authenticator. Its counter, if it has one, counts all of its uses.
#[derive(Clone, Default)]
pub(crate) struct Authenticator {
    keys: Vec<Held>,
    /// How often it was used; none does not count, as synchronised passkeys do not.
    pub(crate) counter: Option<u32>,
}

/// An answer before it is signed.
#[derive(Clone)]
pub(crate) struct Draft {
    /// What the browser says.
    pub(crate) client: Value,
    /// The relying party whose id is hashed.
    pub(crate) rp_id: String,
    pub(crate) flags: u8,
    pub(crate) counter: u32,
    /// The credential's id, as the browser says it and as the authenticator does.
    pub(crate) id: Vec<u8>,
    pub(crate) attested_id: Vec<u8>,
    /// What made it, as it says itself.
    pub(crate) aaguid: [u8; 16],
    /// The public key in COSE, of a registration; with none there is no credential in it.
    pub(crate) key: Option<Vec<u8>>,
    /// What stands behind the credential: extensions, or what should not.
    pub(crate) behind: Vec<u8>,
    /// The attestation's format, and its statement in CBOR.
    pub(crate) format: &'static str,
    pub(crate) statement: Vec<u8>,
    /// What stands behind the attestation object.
    pub(crate) after: Vec<u8>,
    /// Whose it is said to be.
    pub(crate) handle: Option<Vec<u8>>,
    /// What the browser says of extensions.
    pub(crate) extensions: Value,
    made: bool,
    pair: Arc<EcdsaKeyPair>,
}

pub(crate) fn base64url(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

fn decoded(text: &Value) -> Vec<u8> {
    URL_SAFE_NO_PAD.decode(text.as_str().unwrap()).unwrap()
}

fn head(major: u8, number: usize, out: &mut Vec<u8>) {
    match number {
        0..24 => out.push(major << 5 | number as u8),
        24..256 => out.extend([major << 5 | 24, number as u8]),
        _ => out.extend([major << 5 | 25, (number >> 8) as u8, number as u8]),
    }
}

/// A byte string in CBOR.
pub(crate) fn cbor_bytes(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    head(2, bytes.len(), &mut out);
    out.extend(bytes);
    out
}

fn cbor_text(text: &str) -> Vec<u8> {
    let mut out = Vec::new();
    head(3, text.len(), &mut out);
    out.extend(text.as_bytes());
    out
}

/// A public key as COSE has it, for ES256.
fn cose(pair: &EcdsaKeyPair) -> Vec<u8> {
    let point = pair.public_key().as_ref();
    let mut out = b"\xa5\x01\x02\x03\x26\x20\x01\x21".to_vec();
    out.extend(cbor_bytes(&point[1..33]));
    out.push(0x22);
    out.extend(cbor_bytes(&point[33..]));
    out
}

fn new_pair() -> Arc<EcdsaKeyPair> {
    Arc::new(EcdsaKeyPair::generate(&ECDSA_P256_SHA256_ASN1_SIGNING).unwrap())
}

impl Authenticator {
    /// One that counts its uses.
    pub(crate) fn counting(from: u32) -> Self {
        Self {
            counter: Some(from),
            ..Self::default()
        }
    }

    fn client(kind: &str, origin: &str, asked: &Value) -> Value {
        json!({ "type": kind, "challenge": asked["challenge"], "origin": origin, "crossOrigin": false })
    }

    /// Makes a credential, as a page of some origin asks.
    pub(crate) fn make(&mut self, origin: &str, options: &Value) -> Draft {
        let asked = &options["publicKey"];
        let pair = new_pair();
        let id = Sha256::digest(pair.public_key().as_ref()).to_vec();
        self.keys.push(Held {
            id: id.clone(),
            pair: pair.clone(),
            handle: decoded(&asked["user"]["id"]),
        });
        Draft {
            client: Self::client("webauthn.create", origin, asked),
            rp_id: asked["rp"]["id"].as_str().unwrap().to_owned(),
            flags: BOTH | ATTESTED,
            counter: self.counter.unwrap_or(0),
            attested_id: id.clone(),
            aaguid: [0; 16],
            id,
            key: Some(cose(&pair)),
            behind: Vec::new(),
            format: "none",
            statement: vec![0xa0],
            after: Vec::new(),
            handle: None,
            extensions: json!({ "credProps": { "rk": false } }),
            made: true,
            pair,
        }
    }

    /// Uses the credential that is asked for, as a page of some origin asks.
    pub(crate) fn answer(&mut self, origin: &str, options: &Value) -> Draft {
        let asked = &options["publicKey"];
        let allowed: Vec<Vec<u8>> = asked["allowCredentials"]
            .as_array()
            .unwrap()
            .iter()
            .map(|one| decoded(&one["id"]))
            .collect();
        let held = self.keys.iter().find(|held| allowed.contains(&held.id));
        let held = held.unwrap_or_else(|| panic!("no key that is asked for")).clone();
        self.answer_with(origin, asked, held)
    }

    /// Uses its latest credential, whether it was asked for or not.
    pub(crate) fn answer_unasked(&mut self, origin: &str, options: &Value) -> Draft {
        let held = self.keys.last().unwrap().clone();
        self.answer_with(origin, &options["publicKey"], held)
    }

    fn answer_with(&mut self, origin: &str, asked: &Value, held: Held) -> Draft {
        self.counter = self.counter.map(|counter| counter.wrapping_add(1));
        Draft {
            client: Self::client("webauthn.get", origin, asked),
            rp_id: asked["rpId"].as_str().unwrap().to_owned(),
            flags: BOTH,
            counter: self.counter.unwrap_or(0),
            id: held.id,
            attested_id: Vec::new(),
            aaguid: [0; 16],
            key: None,
            behind: Vec::new(),
            format: "none",
            statement: vec![0xa0],
            after: Vec::new(),
            handle: Some(held.handle),
            extensions: json!({}),
            made: false,
            pair: held.pair,
        }
    }
}

impl Draft {
    /// It will be signed by a key that is nobody's.
    pub(crate) fn sign_with_another(&mut self) {
        self.pair = new_pair();
    }

    /// Vouches for the credential with its own key, and a signature that may be changed.
    pub(crate) fn attest_to(&mut self, signature: impl FnOnce(&mut Vec<u8>)) {
        let mut signed = self.sign(&self.data(), &self.client_data());
        signature(&mut signed);
        self.pack(0xa2, &signed);
    }

    /// Lets its maker vouch for the credential (§8.2), with a key of a batch and that key's certificate.
    pub(crate) fn vouched_by(&mut self, key: &[u8], certificate: &[u8]) {
        let own = self.pair.clone();
        self.pair = Arc::new(EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, key).unwrap());
        let signed = self.sign(&self.data(), &self.client_data());
        self.pair = own;
        self.pack(0xa3, &signed);
        self.statement.extend(cbor_text("x5c"));
        self.statement.push(0x81);
        self.statement.extend(cbor_bytes(certificate));
    }

    /// Begins a packed statement (§8.2), a map of as many pairs as its head says, with a signature by ES256.
    fn pack(&mut self, head: u8, signed: &[u8]) {
        self.format = "packed";
        let mut statement = vec![head];
        statement.extend(cbor_text("alg"));
        statement.push(0x26);
        statement.extend(cbor_text("sig"));
        statement.extend(cbor_bytes(signed));
        self.statement = statement;
    }

    /// Authenticator data (§6.1).
    pub(crate) fn data(&self) -> Vec<u8> {
        let mut data = Sha256::digest(&self.rp_id).to_vec();
        data.push(self.flags);
        data.extend(self.counter.to_be_bytes());
        if let Some(key) = &self.key {
            data.extend(self.aaguid);
            data.extend((self.attested_id.len() as u16).to_be_bytes());
            data.extend(&self.attested_id);
            data.extend(key);
        }
        data.extend(&self.behind);
        data
    }

    fn client_data(&self) -> Vec<u8> {
        // Text stands for bytes that are no JSON at all.
        match &self.client {
            Value::String(text) => text.clone().into_bytes(),
            client => client.to_string().into_bytes(),
        }
    }

    fn sign(&self, data: &[u8], client: &[u8]) -> Vec<u8> {
        let message = [data, &Sha256::digest(client)].concat();
        let signature = self.pair.sign(&SystemRandom::new(), &message).unwrap();
        signature.as_ref().to_vec()
    }

    fn object(&self) -> Vec<u8> {
        let mut object = vec![0xa3];
        object.extend(cbor_text("fmt"));
        object.extend(cbor_text(self.format));
        object.extend(cbor_text("attStmt"));
        object.extend(&self.statement);
        object.extend(cbor_text("authData"));
        object.extend(cbor_bytes(&self.data()));
        object.extend(&self.after);
        object
    }

    /// The answer as the browser sends it.
    pub(crate) fn sealed(&self) -> Value {
        let client = self.client_data();
        let mut response = json!({ "clientDataJSON": base64url(&client) });
        if self.made {
            response["attestationObject"] = base64url(&self.object()).into();
            response["transports"] = json!(["usb"]);
        } else {
            let data = self.data();
            response["authenticatorData"] = base64url(&data).into();
            response["signature"] = base64url(&self.sign(&data, &client)).into();
            response["userHandle"] = self.handle.as_deref().map(base64url).into();
        }
        json!({
            "id": base64url(&self.id),
            "rawId": base64url(&self.id),
            "type": "public-key",
            "response": response,
            "extensions": self.extensions,
        })
    }
}
