//! A passkey in software, with what a browser says around it: the crate's own browser writes an origin with a slash behind
//! it, as no browser does, and is refused.

use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use webauthn_authenticator_rs::AuthenticatorBackendHashedClientData;
use webauthn_authenticator_rs::softpasskey::SoftPasskey;
use webauthn_rs::prelude::{
    CreationChallengeResponse, PublicKeyCredential, RegisterPublicKeyCredential, RequestChallengeResponse,
};

/// Longest that the key may think, in milliseconds. It does not look at it.
const PATIENCE: u32 = 60_000;

/// Somebody's key, in front of one origin.
pub(crate) struct Key {
    soft: SoftPasskey,
    origin: String,
}

impl Key {
    /// One that says that it verified its user.
    pub(crate) fn new(origin: &str) -> Self {
        Self {
            soft: SoftPasskey::new(true),
            origin: origin.to_owned(),
        }
    }

    fn said(&self, kind: &str, options: &Value) -> Vec<u8> {
        let challenge = &options["publicKey"]["challenge"];
        let said =
            json!({ "type": kind, "challenge": challenge, "origin": self.origin, "crossOrigin": false });
        said.to_string().into_bytes()
    }

    /// A new credential, as the options ask.
    pub(crate) fn register(&mut self, options: Value) -> RegisterPublicKeyCredential {
        let said = self.said("webauthn.create", &options);
        let options: CreationChallengeResponse = serde_json::from_value(options).unwrap();
        let hash = Sha256::digest(&said).to_vec();
        let mut made = self
            .soft
            .perform_register(hash, options.public_key, PATIENCE)
            .unwrap();
        made.response.client_data_json = said;
        made
    }

    /// The credential that is asked for, used.
    pub(crate) fn prove(&mut self, options: Value) -> PublicKeyCredential {
        let said = self.said("webauthn.get", &options);
        let options: RequestChallengeResponse = serde_json::from_value(options).unwrap();
        let hash = Sha256::digest(&said).to_vec();
        let mut proof = self
            .soft
            .perform_auth(hash, options.public_key, PATIENCE)
            .unwrap();
        proof.response.client_data_json = said;
        // It would be written as null, which no browser says.
        proof.extensions.appid = Some(false);
        proof
    }
}
