//! WebAuthn ceremonies for staff, with the one relying party that there is for exactly the staff origin.
//!
//! What an answer says is verified twice: by our own reading (`answer.rs`), which is as strict as Level 3 is written, and by
//! webauthn-rs, which checks challenge, signature, counter and attestation. Neither consumes the challenge: whoever calls in
//! here must have taken the state from the database first. What does not verify is a [`Fault`], for the audit alone.

mod answer;
mod cbor;
mod copied;
mod fault;

pub use fault::Fault;

use serde_json::Value;
use stagedoor_core::id::{Id, PasskeyId, StaffId};
use stagedoor_core::time::Timestamp;
use stagedoor_store::passkey;
use stagedoor_store::staff::Staff;
use stagedoor_store::tx::WriteTx;
use webauthn_rs::prelude::{
    AuthenticationResult, Passkey, PasskeyAuthentication, PasskeyRegistration, PublicKeyCredential,
    RegisterPublicKeyCredential, Url, Uuid,
};
use webauthn_rs::{Webauthn, WebauthnBuilder};

use self::answer::Expected;

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

    /// What an answer must have been made for.
    fn expected(&self) -> Expected<'_> {
        Expected {
            origin: &self.settings().origins.staff,
            rp_id: &self.settings().staff_rp_id,
        }
    }

    /// The passkey that a registration made, where it is none of these.
    pub(crate) fn registered(
        &self,
        state: &[u8],
        answer: &Value,
        known: &[(PasskeyId, Passkey)],
    ) -> Result<Result<Registered, Fault>, ServiceError> {
        let state: PasskeyRegistration = serde_json::from_slice(state).map_err(internal)?;
        let known: Vec<&[u8]> = known.iter().map(|(_, key)| key.cred_id().as_slice()).collect();
        let aaguid = match answer::check_registration(answer, &self.expected(), &known) {
            Ok(aaguid) => aaguid,
            Err(fault) => return Ok(Err(fault)),
        };
        let Ok(credential) = serde_json::from_value::<RegisterPublicKeyCredential>(answer.clone()) else {
            return Ok(Err(Fault::Malformed));
        };
        Ok(
            match self
                .relying_party()?
                .finish_passkey_registration(&credential, &state)
            {
                Ok(passkey) => Ok(Registered {
                    credential_id: passkey.cred_id().to_vec(),
                    passkey: serde_json::to_string(&passkey).map_err(internal)?,
                    aaguid: aaguid.map(|id| Uuid::from_bytes(id).to_string()),
                }),
                Err(error) => {
                    tracing::info!(%error, "a passkey registration did not verify");
                    Err(Fault::of_registration(&error))
                }
            },
        )
    }

    /// Which of a person's passkeys was used. Nothing is proved before [`Used::note`] has stored the use.
    pub(crate) fn used(
        &self,
        state: &[u8],
        answer: &Value,
        person: StaffId,
        known: Vec<(PasskeyId, Passkey)>,
    ) -> Result<Result<Used, Fault>, ServiceError> {
        let state: PasskeyAuthentication = serde_json::from_slice(state).map_err(internal)?;
        let (id, eligible) = match find_used(answer, &known)? {
            Ok(found) => found,
            Err(fault) => return Ok(Err(fault)),
        };
        let handle = person.as_uuid().to_be_bytes();
        if let Err(fault) = answer::check_use(answer, &self.expected(), &handle, eligible) {
            return Ok(Err(fault));
        }
        let Ok(credential) = serde_json::from_value::<PublicKeyCredential>(answer.clone()) else {
            return Ok(Err(Fault::Malformed));
        };
        Ok(
            match self
                .relying_party()?
                .finish_passkey_authentication(&credential, &state)
            {
                Ok(result) if result.user_verified() => Ok(Used { id, result }),
                Ok(_) => Err(Fault::UserUnverified),
                Err(error) => {
                    tracing::info!(%error, "a passkey assertion did not verify");
                    Err(Fault::of_use(&error, id))
                }
            },
        )
    }
}

/// Which of these an answer says it is from, and whether that one may be backed up.
fn find_used(
    answer: &Value,
    known: &[(PasskeyId, Passkey)],
) -> Result<Result<(PasskeyId, bool), Fault>, ServiceError> {
    let named = match answer::credential_id(answer) {
        Ok(named) => named,
        Err(fault) => return Ok(Err(fault)),
    };
    let Some((id, key)) = known.iter().find(|(_, key)| key.cred_id().as_slice() == named) else {
        return Ok(Err(Fault::Unknown));
    };
    Ok(Ok((*id, stored_bool(key, "/cred/backup_eligible")?)))
}

/// What a credential holds, by the library's own JSON, which is the only place that says so.
fn stored(key: &Passkey, pointer: &str) -> Result<Value, ServiceError> {
    let key = serde_json::to_value(key).map_err(internal)?;
    key.pointer(pointer)
        .cloned()
        .ok_or_else(|| ServiceError::Internal(format!("a stored passkey has no {pointer}")))
}

fn stored_bool(key: &Passkey, pointer: &str) -> Result<bool, ServiceError> {
    let value = stored(key, pointer)?.as_bool();
    value.ok_or_else(|| ServiceError::Internal(format!("{pointer} of a stored passkey is no boolean")))
}

/// A passkey whose answer verified.
#[derive(Clone)]
pub(crate) struct Used {
    /// Which one.
    pub(crate) id: PasskeyId,
    result: AuthenticationResult,
}

impl Used {
    /// Stores the use. The counter is compared once more with what is stored now: of two answers to two ceremonies that were
    /// under way at once, only the one that counts on is good.
    pub(crate) async fn note(
        &self,
        tx: &mut WriteTx,
        now: Timestamp,
    ) -> Result<Result<(), Fault>, ServiceError> {
        let Some(text) = passkey::find(tx, self.id).await? else {
            return Ok(Err(Fault::Raced));
        };
        let mut key: Passkey = serde_json::from_str(&text).map_err(internal)?;
        let before = stored(&key, "/cred/counter")?.as_u64().unwrap_or(u64::MAX);
        let counted = u64::from(self.result.counter());
        if (counted > 0 || before > 0) && counted <= before {
            return Ok(Err(Fault::Copied(self.id)));
        }
        key.update_credential(&self.result);
        let text = serde_json::to_string(&key).map_err(internal)?;
        Ok(if passkey::note_use(tx, self.id, &text, now).await? {
            Ok(())
        } else {
            Err(Fault::Raced)
        })
    }
}
