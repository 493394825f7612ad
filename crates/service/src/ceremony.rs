//! WebAuthn ceremonies for staff, with the one relying party that there is for exactly the staff origin.
//!
//! What an answer says is verified twice: by our own reading (`answer.rs`), which is as strict as Level 3 is written, and by
//! webauthn-rs, which checks challenge, signature, counter and attestation. Neither consumes the challenge: whoever calls in
//! here must have taken the state from the database first. What does not verify is a [`Fault`], for the audit alone.

mod answer;
mod cbor;
mod copied;
mod fault;
mod level;

pub use fault::Fault;
pub(crate) use level::OwnedKey;
pub use level::{BadMakers, makers};

use serde_json::Value;
use stagedoor_core::assurance::{PasskeyLevel, ProvenFactor};
use stagedoor_core::id::{Id, PasskeyId, StaffId};
use stagedoor_core::role::StaffRole;
use stagedoor_core::time::Timestamp;
use stagedoor_store::passkey::{self, Attestation, StoredPasskey};
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

/// One of a person's passkeys, with what decides its level.
#[derive(Clone)]
pub(crate) struct OwnKey {
    /// Its id.
    pub(crate) id: PasskeyId,
    /// The credential.
    key: Passkey,
    /// What made it, as it said itself.
    aaguid: Option<String>,
    /// How its maker vouched for it, where it did.
    attestation: Option<Attestation>,
}

impl OwnKey {
    fn read(stored: StoredPasskey) -> Result<Self, ServiceError> {
        Ok(Self {
            id: stored.id,
            key: serde_json::from_str(&stored.passkey).map_err(internal)?,
            aaguid: stored.aaguid,
            attestation: stored.attestation,
        })
    }
}

/// A passkey that a ceremony has made.
pub(crate) struct Registered {
    /// The credential id.
    pub(crate) credential_id: Vec<u8>,
    /// The library's serialised credential.
    pub(crate) passkey: String,
    /// What made it, as it says itself.
    pub(crate) aaguid: Option<String>,
    /// How its maker, one on the list, vouched for it, where it did.
    pub(crate) attestation: Option<Attestation>,
    /// Its level.
    pub(crate) level: PasskeyLevel,
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
    pub(crate) async fn stored_passkeys(&self, staff: StaffId) -> Result<Vec<OwnKey>, ServiceError> {
        let stored = passkey::list(&mut self.db().reader(), staff).await?;
        stored.into_iter().map(OwnKey::read).collect()
    }

    /// Begins the registration of a passkey that is none of these. Where its maker has to vouch for it and nobody's word counts,
    /// there is none to begin; where somebody's does, it is asked for in any case. The role is that of their account, whatever
    /// a session is viewed as: what guards them goes by it (ADR 0028).
    pub(crate) fn start_registration(
        &self,
        (staff, role): (&Staff, StaffRole),
        known: &[OwnKey],
    ) -> Result<Result<Begun, Fault>, ServiceError> {
        let known = Some(known.iter().map(|own| own.key.cred_id().clone()).collect());
        let id = Uuid::from_u128(staff.id.as_uuid());
        let (site, email, name) = (self.relying_party()?, &staff.email, &staff.name);
        let makers = level::listed(&self.policy().passkey_makers).map_err(internal)?;
        let (mut options, state) = match self.asked_level(role) {
            PasskeyLevel::Attested if makers.is_empty() => return Ok(Err(Fault::Unattested)),
            PasskeyLevel::Attested => {
                let (options, state) = site
                    .start_attested_passkey_registration(id, email, name, known, makers.clone(), None)
                    .map_err(internal)?;
                (serde_json::to_value(options), serde_json::to_vec(&state))
            }
            PasskeyLevel::Any | PasskeyLevel::DeviceBound => {
                let (options, state) = site
                    .start_passkey_registration(id, email, name, known)
                    .map_err(internal)?;
                (serde_json::to_value(options), serde_json::to_vec(&state))
            }
        };
        if let (Ok(options), false) = (&mut options, makers.is_empty()) {
            options["publicKey"]["attestation"] = "direct".into();
        }
        Ok(Ok(Begun {
            options: options.map_err(internal)?,
            state: state.map_err(internal)?,
        }))
    }

    /// Begins the use of one of these.
    pub(crate) fn start_use(&self, known: &[OwnKey]) -> Result<Begun, ServiceError> {
        let known: Vec<Passkey> = known.iter().map(|own| own.key.clone()).collect();
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

    /// The passkey that a registration made, where it is none of these, and of the level that policy asks of the role.
    pub(crate) fn registered(
        &self,
        (state, role): (&[u8], StaffRole),
        answer: &Value,
        known: &[OwnKey],
    ) -> Result<Result<Registered, Fault>, ServiceError> {
        let known: Vec<&[u8]> = known.iter().map(|own| own.key.cred_id().as_slice()).collect();
        let aaguid = match answer::check_registration(answer, &self.expected(), &known) {
            Ok(aaguid) => aaguid.map(|id| Uuid::from_bytes(id).to_string()),
            Err(fault) => return Ok(Err(fault)),
        };
        let Ok(credential) = serde_json::from_value::<RegisterPublicKeyCredential>(answer.clone()) else {
            return Ok(Err(Fault::Malformed));
        };
        let asked = self.asked_level(role);
        let (key, attestation) = match self.verified_registration(state, &credential, asked)? {
            Ok(made) => made,
            Err(fault) => return Ok(Err(fault)),
        };
        let synced = stored_bool(&key, "/cred/backup_eligible")?;
        let level = self.level(synced, (attestation.as_ref(), aaguid.as_deref()));
        match level {
            level if level >= asked => {}
            PasskeyLevel::Any => return Ok(Err(Fault::Synced)),
            _ => return Ok(Err(Fault::Unattested)),
        }
        Ok(Ok(Registered {
            credential_id: key.cred_id().to_vec(),
            passkey: serde_json::to_string(&key).map_err(internal)?,
            aaguid,
            attestation,
            level,
        }))
    }

    /// What the library makes of a registration's answer: the credential and, where a maker on the list vouches for it, how.
    fn verified_registration(
        &self,
        state: &[u8],
        credential: &RegisterPublicKeyCredential,
        asked: PasskeyLevel,
    ) -> Result<Result<(Passkey, Option<Attestation>), Fault>, ServiceError> {
        let state: Value = serde_json::from_slice(state).map_err(internal)?;
        let site = self.relying_party()?;
        match (
            level::vouched(&site, &state, (credential, &self.policy().passkey_makers))?,
            asked,
        ) {
            (Some(Ok((key, how))), _) => return Ok(Ok((key, Some(how)))),
            (Some(Err(error)), PasskeyLevel::Attested) => {
                tracing::info!(%error, "nobody on the list vouches for a passkey");
                return Ok(Err(Fault::of_attested(&error)));
            }
            (None, PasskeyLevel::Attested) => return Ok(Err(Fault::Unattested)),
            (Some(Err(_)) | None, PasskeyLevel::Any | PasskeyLevel::DeviceBound) => {}
        }
        let state: PasskeyRegistration = serde_json::from_value(state).map_err(internal)?;
        Ok(match site.finish_passkey_registration(credential, &state) {
            Ok(key) => Ok((key, None)),
            Err(error) => {
                tracing::info!(%error, "a passkey registration did not verify");
                Err(Fault::of_registration(&error))
            }
        })
    }

    /// Which of a person's passkeys was used. Nothing is proved before [`Used::note`] has stored the use.
    pub(crate) fn used(
        &self,
        state: &[u8],
        answer: &Value,
        person: StaffId,
        known: Vec<OwnKey>,
    ) -> Result<Result<Used, Fault>, ServiceError> {
        let state: PasskeyAuthentication = serde_json::from_slice(state).map_err(internal)?;
        let (own, eligible) = match find_used(answer, &known)? {
            Ok(found) => found,
            Err(fault) => return Ok(Err(fault)),
        };
        let id = own.id;
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
                Ok(result) if result.user_verified() => Ok(Used {
                    id,
                    level: self.level(
                        result.backup_eligible() || eligible,
                        (own.attestation.as_ref(), own.aaguid.as_deref()),
                    ),
                    result,
                }),
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
fn find_used<'a>(
    answer: &Value,
    known: &'a [OwnKey],
) -> Result<Result<(&'a OwnKey, bool), Fault>, ServiceError> {
    let named = match answer::credential_id(answer) {
        Ok(named) => named,
        Err(fault) => return Ok(Err(fault)),
    };
    let Some(own) = known.iter().find(|own| own.key.cred_id().as_slice() == named) else {
        return Ok(Err(Fault::Unknown));
    };
    Ok(Ok((own, stored_bool(&own.key, "/cred/backup_eligible")?)))
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
    /// Its level, as it was at this use.
    level: PasskeyLevel,
    result: AuthenticationResult,
}

impl Used {
    /// What it proves at a moment.
    pub(crate) const fn factor(&self, at: Timestamp) -> ProvenFactor {
        ProvenFactor::passkey(self.level, at)
    }

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
