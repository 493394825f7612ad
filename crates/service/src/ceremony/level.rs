//! Of what level a passkey is (decision 33): whether it can leave its device, as the authenticator says at its registration and
//! at each use, and whether its maker vouches for it under an authority, and of a model, on the installation's lists.
//!
//! A certificate's validity is held against the machine's own clock, which is the library's. The lists count as they are now:
//! what was taken off them vouches for nothing any more. Nothing here decides: what policy makes of a level, the core says.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use stagedoor_core::action::Action;
use stagedoor_core::assurance::{PasskeyLevel, ProvenFactor};
use stagedoor_core::audit::canonical::hex;
use stagedoor_core::guard_policy::{Caller, Guard};
use stagedoor_core::id::{PasskeyId, StaffId};
use stagedoor_core::request::{PasskeyAuthority, PasskeyMakers};
use stagedoor_core::role::StaffRole;
use stagedoor_store::db::Executor;
use stagedoor_store::passkey::{self, Attestation, StoredPasskey};
use stagedoor_store::session::{self, StaffSession};
use webauthn_rs::Webauthn;
use webauthn_rs::prelude::{
    AttestationCaList, AttestationCaListBuilder, AttestedPasskeyRegistration, Passkey,
    RegisterPublicKeyCredential, Uuid, WebauthnError,
};

use super::{OwnKey, Used, internal, stored, stored_bool};
use crate::error::ServiceError;
use crate::op::SeenFrom;
use crate::state::Service;

/// What is wrong with lists of models and authorities.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadMakers {
    /// Something listed is no model.
    #[error(
        "{0} is no model. Give AAGUIDs of 32 hexadecimal digits with hyphens; the one of zeros is nobody's."
    )]
    Model(String),
    /// A certificate cannot be read.
    #[error("There is a certificate in this file that cannot be read.")]
    Certificate,
}

/// Whose word for passkeys counts, from AAGUIDs and certificates in PEM as somebody lists them.
///
/// # Errors
/// The first that is not right.
pub fn makers(models: &[String], certificates: &[String]) -> Result<PasskeyMakers, BadMakers> {
    let model = |text: &String| match Uuid::parse_str(text) {
        Ok(id) if !id.is_nil() => Ok(id.to_string()),
        _ => Err(BadMakers::Model(text.clone())),
    };
    let authority = |certificate: &String| {
        let list = one(certificate, Uuid::nil())?;
        let digest = list.cas().keys().next().map(|digest| hex(digest.as_ref()));
        Ok(PasskeyAuthority {
            digest: digest.ok_or(BadMakers::Certificate)?,
            certificate: certificate.clone(),
        })
    };
    Ok(PasskeyMakers {
        models: models.iter().map(model).collect::<Result<_, _>>()?,
        authorities: certificates.iter().map(authority).collect::<Result<_, _>>()?,
    })
}

fn one(certificate: &str, model: Uuid) -> Result<AttestationCaList, BadMakers> {
    let mut list = AttestationCaListBuilder::new();
    list.insert_device_pem(certificate.as_bytes(), model, String::new(), BTreeMap::new())
        .map_err(|_| BadMakers::Certificate)?;
    Ok(list.build())
}

/// Whose word counts, as the library wants it.
pub(super) fn listed(makers: &PasskeyMakers) -> Result<AttestationCaList, BadMakers> {
    let mut list = AttestationCaList::default();
    for authority in &makers.authorities {
        for model in &makers.models {
            let id = Uuid::parse_str(model).map_err(|_| BadMakers::Model(model.clone()))?;
            list.union(&one(&authority.certificate, id)?);
        }
    }
    Ok(list)
}

/// A passkey, and how its maker vouches for it; or why nobody does whose word counts.
pub(super) type Vouched = Result<(Passkey, Attestation), WebauthnError>;

/// A registration's answer with its attestation held against the lists; `None` where they are empty.
pub(super) fn vouched(
    site: &Webauthn,
    state: &Value,
    (credential, makers): (&RegisterPublicKeyCredential, &PasskeyMakers),
) -> Result<Option<Vouched>, ServiceError> {
    if makers.is_empty() {
        return Ok(None);
    }
    let list = listed(makers).map_err(internal)?;
    // The challenge is the one that is out; the lists are those of now.
    let state = json!({ "rs": state["rs"], "ca_list": &list });
    let state: AttestedPasskeyRegistration = serde_json::from_value(state).map_err(internal)?;
    let found = site
        .finish_attested_passkey_registration(credential, &state)
        .and_then(|key| {
            let authority = key.verify_attestation(&list)?.get_kid();
            Ok((Passkey::from(&key), authority))
        });
    let (key, authority) = match found {
        Ok(found) => found,
        Err(error) => return Ok(Some(Err(error))),
    };
    let digest = authority.map_err(internal)?;
    let format = stored(&key, "/cred/attestation_format")?;
    let how = Attestation {
        format: format.as_str().unwrap_or("unknown").to_owned(),
        authority: hex(digest.as_ref()),
    };
    Ok(Some(Ok((key, how))))
}

impl Used {
    /// Its level, as it was at this use.
    pub(crate) const fn level(&self) -> PasskeyLevel {
        self.level
    }
}

/// A passkey with whose it is, and its level.
pub(crate) type OwnedKey = (StaffId, PasskeyId, PasskeyLevel);

impl Service {
    /// The level that policy asks of the passkeys that a role signs in with.
    pub(crate) fn asked_level(&self, role: StaffRole) -> PasskeyLevel {
        let guard = Guard::of(&self.policy(), Caller::Staff(role), Action::StaffSignIn);
        guard.factor.passkey
    }

    /// The level of a passkey that may or may not be synchronised, by how its maker vouched for which model.
    pub(crate) fn level(
        &self,
        synced: bool,
        (attestation, model): (Option<&Attestation>, Option<&str>),
    ) -> PasskeyLevel {
        let policy = self.policy();
        let counts = attestation
            .zip(model)
            .is_some_and(|(how, model)| policy.passkey_makers.count(&how.authority, model));
        PasskeyLevel::of(synced, counts)
    }

    /// What a session's factor proves now. Where a maker vouched for its passkey, the lists of makers are asked anew: what was
    /// taken off them vouches for no session either. The tenants' side knows no passkeys, and asks only whether there are lists.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub(crate) async fn factor_now(
        &self,
        session: &StaffSession,
        from: SeenFrom,
    ) -> Result<ProvenFactor, ServiceError> {
        let factor = session.factor;
        if factor.level != PasskeyLevel::Attested {
            return Ok(factor);
        }
        let level = match from {
            SeenFrom::Tenants if self.policy().passkey_makers.is_empty() => PasskeyLevel::DeviceBound,
            SeenFrom::Tenants => PasskeyLevel::Attested,
            SeenFrom::Staff => self.proven_level(session).await?,
        };
        Ok(ProvenFactor { level, ..factor })
    }

    /// The level of the passkey that a session was proved with last, as its makers are listed now: no more than bound to its
    /// device where nobody can tell.
    async fn proven_level(&self, session: &StaffSession) -> Result<PasskeyLevel, ServiceError> {
        let ex = &mut self.db().reader();
        let known = session::rotations(ex, session.id).await?;
        let Some(id) = known.and_then(|known| known.passkey) else {
            return Ok(PasskeyLevel::DeviceBound);
        };
        let stored = passkey::list(ex, session.staff).await?;
        let levels = self.levels(stored)?;
        let found = levels.into_iter().find(|(own, _)| *own == id);
        Ok(found.map_or(PasskeyLevel::DeviceBound, |(_, level)| level))
    }

    /// Passkeys with their levels.
    ///
    /// # Errors
    /// When one cannot be read.
    pub(crate) fn levels(
        &self,
        stored: Vec<StoredPasskey>,
    ) -> Result<Vec<(PasskeyId, PasskeyLevel)>, ServiceError> {
        let one = |stored| {
            let own = OwnKey::read(stored)?;
            let synced = stored_bool(&own.key, "/cred/backup_eligible")?;
            let level = self.level(synced, (own.attestation.as_ref(), own.aaguid.as_deref()));
            Ok((own.id, level))
        };
        stored.into_iter().map(one).collect()
    }

    /// The highest level of a passkey of those who can undo anything; `None` where none of them has any.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub(crate) async fn best_of_super_admins(
        &self,
        ex: &mut impl Executor,
    ) -> Result<Option<PasskeyLevel>, ServiceError> {
        let keys = self.keys_of_super_admins(ex).await?;
        Ok(keys.into_iter().map(|(_, _, level)| level).max())
    }

    /// The passkeys that prove something of those who can undo anything.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub(crate) async fn keys_of_super_admins(
        &self,
        ex: &mut impl Executor,
    ) -> Result<Vec<OwnedKey>, ServiceError> {
        let found = passkey::list_of_super_admins(ex).await?;
        let (whose, stored): (Vec<_>, Vec<_>) = found.into_iter().unzip();
        let keys = whose.into_iter().zip(self.levels(stored)?);
        Ok(keys.map(|(whose, (key, level))| (whose, key, level)).collect())
    }

    /// The highest level of a passkey of everybody who is enrolled and has one.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub(crate) async fn best_of_each(&self) -> Result<BTreeMap<StaffId, PasskeyLevel>, ServiceError> {
        let found = passkey::list_of_active(&mut self.db().reader()).await?;
        let (whose, stored): (Vec<_>, Vec<_>) = found.into_iter().unzip();
        let mut best = BTreeMap::new();
        for (whose, (_, level)) in whose.into_iter().zip(self.levels(stored)?) {
            let held = best.entry(whose).or_insert(level);
            *held = level.max(*held);
        }
        Ok(best)
    }
}
