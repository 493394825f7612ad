//! WebAuthn ceremonies for staff, with the one relying party that there is for exactly the staff origin.
//!
//! webauthn-rs checks challenge, origin, RP id, user presence and verification, signature and counter, but it does not
//! consume the challenge: whoever calls in here must have taken the state from the database first. What does not verify
//! is `None`, with the library's reason in the log only.

use serde_json::Value;
use stagedoor_core::id::{Id, PasskeyId, StaffId};
use stagedoor_store::passkey;
use stagedoor_store::staff::Staff;
use webauthn_rs::prelude::{
    Passkey, PasskeyAuthentication, PasskeyRegistration, PublicKeyCredential, RegisterPublicKeyCredential,
    Url, Uuid,
};
use webauthn_rs::{Webauthn, WebauthnBuilder};

use crate::error::ServiceError;
use crate::state::Service;

/// A ceremony that has begun.
pub(crate) struct Begun {
    /// What the browser is asked.
    pub(crate) options: Value,
    /// What the answer is checked with; to be sealed.
    pub(crate) state: Vec<u8>,
}

/// A passkey that a ceremony has made.
pub(crate) struct Registered {
    /// The credential id.
    pub(crate) credential_id: Vec<u8>,
    /// The library's serialised credential.
    pub(crate) passkey: String,
    /// What made it, as it says itself.
    pub(crate) aaguid: Option<String>,
}

fn internal(error: impl std::fmt::Display) -> ServiceError {
    ServiceError::Internal(error.to_string())
}

impl Service {
    fn relying_party(&self) -> Result<Webauthn, ServiceError> {
        let origin = Url::parse(&self.settings().origins.staff).map_err(internal)?;
        let builder = WebauthnBuilder::new(&self.settings().staff_rp_id, &origin).map_err(internal)?;
        builder.rp_name("Stagedoor").build().map_err(internal)
    }

    /// A person's passkeys in use.
    pub(crate) async fn stored_passkeys(
        &self,
        staff: StaffId,
    ) -> Result<Vec<(PasskeyId, Passkey)>, ServiceError> {
        let stored = passkey::list(&mut self.db().reader(), staff).await?;
        stored
            .into_iter()
            .map(|stored| {
                let passkey = serde_json::from_str(&stored.passkey).map_err(internal)?;
                Ok((stored.id, passkey))
            })
            .collect()
    }

    /// Begins the registration of a passkey that is none of these.
    pub(crate) fn start_registration(
        &self,
        staff: &Staff,
        known: &[(PasskeyId, Passkey)],
    ) -> Result<Begun, ServiceError> {
        let known = known.iter().map(|(_, key)| key.cred_id().clone()).collect();
        let id = Uuid::from_u128(staff.id.as_uuid());
        let (options, state) = self
            .relying_party()?
            .start_passkey_registration(id, &staff.email, &staff.name, Some(known))
            .map_err(internal)?;
        Ok(Begun {
            options: serde_json::to_value(options).map_err(internal)?,
            state: serde_json::to_vec(&state).map_err(internal)?,
        })
    }

    /// Begins the use of one of these.
    pub(crate) fn start_use(&self, known: &[(PasskeyId, Passkey)]) -> Result<Begun, ServiceError> {
        let known: Vec<Passkey> = known.iter().map(|(_, key)| key.clone()).collect();
        let (options, state) = self
            .relying_party()?
            .start_passkey_authentication(&known)
            .map_err(internal)?;
        Ok(Begun {
            options: serde_json::to_value(options).map_err(internal)?,
            state: serde_json::to_vec(&state).map_err(internal)?,
        })
    }

    /// The passkey that a registration made.
    pub(crate) fn registered(
        &self,
        state: &[u8],
        credential: &Value,
    ) -> Result<Option<Registered>, ServiceError> {
        let state: PasskeyRegistration = serde_json::from_slice(state).map_err(internal)?;
        let Ok(credential) = serde_json::from_value::<RegisterPublicKeyCredential>(credential.clone()) else {
            return Ok(None);
        };
        match self
            .relying_party()?
            .finish_passkey_registration(&credential, &state)
        {
            Ok(passkey) => Ok(Some(Registered {
                credential_id: passkey.cred_id().to_vec(),
                passkey: serde_json::to_string(&passkey).map_err(internal)?,
                aaguid: aaguid(&credential.response.attestation_object),
            })),
            Err(error) => {
                tracing::info!(%error, "a passkey registration did not verify");
                Ok(None)
            }
        }
    }

    /// Which of these was used, as it is afterwards (its counter, for one).
    pub(crate) fn used(
        &self,
        state: &[u8],
        credential: &Value,
        known: Vec<(PasskeyId, Passkey)>,
    ) -> Result<Option<(PasskeyId, String)>, ServiceError> {
        let state: PasskeyAuthentication = serde_json::from_slice(state).map_err(internal)?;
        let Ok(credential) = serde_json::from_value::<PublicKeyCredential>(credential.clone()) else {
            return Ok(None);
        };
        let result = match self
            .relying_party()?
            .finish_passkey_authentication(&credential, &state)
        {
            Ok(result) if result.user_verified() => result,
            Ok(_) => return Ok(None),
            Err(error) => {
                tracing::info!(%error, "a passkey assertion did not verify");
                return Ok(None);
            }
        };
        for (id, mut passkey) in known {
            if passkey.update_credential(&result).is_some() {
                return Ok(Some((id, serde_json::to_string(&passkey).map_err(internal)?)));
            }
        }
        Ok(None)
    }
}

/// How the authenticator's data are announced in an attestation object: CBOR's text of eight letters.
const AUTH_DATA: &[u8] = b"\x68authData";
/// Where the flags stand in the authenticator's data, and where the AAGUID does: behind the RP id's hash, and behind the
/// flags and the counter.
const FLAGS: usize = 32;
const AAGUID: std::ops::Range<usize> = 37..53;
/// The flag that says that there is a credential, and so an AAGUID.
const ATTESTED: u8 = 0x40;

/// What made a passkey, as it says itself: an UUID, or `None` where it does not say. The library keeps it only where a
/// manufacturer vouches for it, which is not asked for; so it is a hint for people, and nothing may be decided by it.
fn aaguid(attestation_object: &[u8]) -> Option<String> {
    let at = attestation_object
        .windows(AUTH_DATA.len())
        .position(|window| window == AUTH_DATA)?;
    let data = match attestation_object.get(at + AUTH_DATA.len()..)? {
        [0x58, _, data @ ..] | [0x59, _, _, data @ ..] => data,
        _ => return None,
    };
    let id = Uuid::from_slice(data.get(AAGUID)?).ok()?;
    (data[FLAGS] & ATTESTED != 0 && !id.is_nil()).then(|| id.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn object(flags: u8, id: [u8; 16]) -> Vec<u8> {
        let mut object = b"\xa3\x63fmt\x64none\x67attStmt\xa0\x68authData\x58\x64".to_vec();
        object.extend([7; 32]);
        object.push(flags);
        object.extend([0, 0, 0, 1]);
        object.extend(id);
        object.extend([9; 47]);
        object
    }

    #[test]
    fn an_aaguid_is_read_where_there_is_one() {
        let id = *b"\xea\x9b\x8d\x66\x4d\x01\x1d\x21\x3c\xe4\xb6\xb4\x8c\xb5\x75\xd4";
        let read = aaguid(&object(0x45, id));
        assert_eq!(read.as_deref(), Some("ea9b8d66-4d01-1d21-3ce4-b6b48cb575d4"));
        assert_eq!(aaguid(&object(0x05, id)), None, "no credential");
        assert_eq!(aaguid(&object(0x45, [0; 16])), None, "it does not say");
        for end in 0..object(0x45, id).len() - 47 - 16 {
            assert_eq!(aaguid(&object(0x45, id)[..end]), None, "cut at {end}");
        }
    }
}
