//! The passkey step: a ceremony is begun, and finished once.
//!
//! The state of a ceremony is taken from the database before it is checked, so that a replayed assertion finds none.

use serde_json::Value;
use stagedoor_core::audit::{Event, Field, Target};
use stagedoor_core::decision::Reason;
use stagedoor_core::secret::Reference;
use stagedoor_core::time::Timestamp;
use stagedoor_store::passkey::NewPasskey;
use stagedoor_store::sign_in::{self, CeremonyKind};
use stagedoor_store::tx::Unaudited;

use crate::ceremony::{Fault, OwnKey};
use crate::crypto::Purpose;
use crate::error::{ServiceError, SignInFailure};
use crate::recorder::Story;
use crate::sign_in::enter::Proof;
use crate::sign_in::entrance::Known;
use crate::sign_in::{Arrival, CEREMONY_TTL};
use crate::state::Service;
use crate::system::fresh_id;
use crate::visitor::Visitor;

impl Service {
    /// Begins the ceremony that the person needs: registration of a first passkey, or use of one.
    ///
    /// # Errors
    /// A failed sign-in when none is under way; denied from a wrong network: nobody out there learns which passkeys there are.
    pub async fn begin_passkey(
        &self,
        visitor: &Visitor,
        cookie: Option<&str>,
    ) -> Result<Value, ServiceError> {
        self.look_at_rules().await?;
        let Some(known) = self.identified(cookie).await? else {
            return Err(self
                .failed(visitor, &Self::stranger(), None, SignInFailure::NotUnderWay)
                .await);
        };
        self.network_holds_for(visitor, &known).await?;
        let keys = self.stored_passkeys(known.staff.id).await?;
        if keys.is_empty() && !known.registers() {
            // An active account without a passkey is a matter of recovery, never of a silent registration.
            return Err(self
                .refuse_entry(visitor, &known.provider, known.person(), Reason::FactorMissing)
                .await);
        }
        let (kind, begun) = if known.registers() {
            let begun = match self.start_registration((&known.staff, known.staff.role), &keys)? {
                Ok(begun) => begun,
                Err(fault) => return Err(self.refused_passkey(visitor, &known, fault).await),
            };
            (CeremonyKind::Register, begun)
        } else {
            (CeremonyKind::Authenticate, self.start_use(&keys)?)
        };
        self.put_ceremony(&known, kind, &begun.state).await?;
        Ok(begun.options)
    }

    async fn put_ceremony(
        &self,
        known: &Known,
        kind: CeremonyKind,
        state: &[u8],
    ) -> Result<(), ServiceError> {
        let id = known.sign_in.id;
        let sealed = self
            .vault()
            .key(Purpose::SignIn)
            .seal(self.rng(), id.to_string().as_bytes(), state);
        let expires = self.now().plus(CEREMONY_TTL);
        self.db()
            .write(move |mut tx| {
                let sealed = sealed.clone();
                Box::pin(async move {
                    sign_in::put_ceremony(&mut tx, id, kind, &sealed, expires).await?;
                    Ok::<_, ServiceError>(tx.commit_unaudited(Unaudited::SignInState, ()).await?)
                })
            })
            .await
    }

    async fn take_ceremony(
        &self,
        known: &Known,
        kind: CeremonyKind,
    ) -> Result<Option<Vec<u8>>, ServiceError> {
        let (id, now) = (known.sign_in.id, self.now());
        let sealed = self
            .db()
            .write(move |mut tx| {
                Box::pin(async move {
                    let taken = sign_in::take_ceremony(&mut tx, id, kind, now).await?;
                    Ok::<_, ServiceError>(tx.commit_unaudited(Unaudited::SignInState, taken).await?)
                })
            })
            .await?;
        let key = self.vault().key(Purpose::SignIn);
        Ok(sealed.and_then(|sealed| key.open(id.to_string().as_bytes(), &sealed).ok()))
    }

    /// Finishes the ceremony and starts the session. A session of the same browser is replaced.
    ///
    /// # Errors
    /// A failed sign-in, recorded; denied when a guardrail does not hold.
    pub async fn finish_passkey(
        &self,
        visitor: &Visitor,
        cookie: Option<&str>,
        former: Option<&str>,
        credential: &Value,
    ) -> Result<Arrival, ServiceError> {
        let now = self.now();
        let Some(known) = self.identified(cookie).await? else {
            return Err(self
                .failed(visitor, &Self::stranger(), None, SignInFailure::NotUnderWay)
                .await);
        };
        let keys = self.stored_passkeys(known.staff.id).await?;
        let proof = if known.registers() {
            self.finish_registration(&known, credential, (&keys, now)).await?
        } else {
            self.finish_authentication(&known, credential, keys).await?
        };
        let entered = match proof {
            Ok(proof) => {
                let former = former.and_then(Reference::parse);
                self.enter(visitor, &known, proof, former, now).await
            }
            Err(fault) => Err(ServiceError::SignIn(SignInFailure::Passkey(fault))),
        };
        match entered {
            Err(ServiceError::SignIn(SignInFailure::Passkey(fault))) => {
                Err(self.refused_passkey(visitor, &known, fault).await)
            }
            entered => entered,
        }
    }

    /// Records that an identified person's passkey was refused, then gives the error to return.
    async fn refused_passkey(&self, visitor: &Visitor, known: &Known, fault: Fault) -> ServiceError {
        let (acting, provider) = (Self::known(&known.staff, self.now()), &known.provider);
        let mut story = Story::new(Event::StaffSignIn);
        story.facts.insert(Field::Provider, provider.name.clone());
        story.target = Some(Target::Other("identity_provider", provider.id.to_string()));
        let told = self.refuse_answer(visitor, (&acting, &known.staff), story, (fault, None));
        match told.await {
            Ok(()) => ServiceError::SignIn(SignInFailure::Passkey(fault)),
            Err(error) => error,
        }
    }

    async fn finish_registration(
        &self,
        known: &Known,
        credential: &Value,
        (keys, now): (&[OwnKey], Timestamp),
    ) -> Result<Result<Proof, Fault>, ServiceError> {
        let Some(state) = self.take_ceremony(known, CeremonyKind::Register).await? else {
            return Ok(Err(Fault::NotUnderWay));
        };
        let registered = self.registered((&state, known.staff.role), credential, keys)?;
        let name = match known.sign_in.recovered {
            Some(_) => "Passkey after recovery",
            None => "First passkey",
        };
        Ok(registered.map(|registered| {
            let new = NewPasskey {
                id: fresh_id(self.rng(), now),
                staff: known.staff.id,
                name: name.to_owned(),
                credential_id: registered.credential_id,
                passkey: registered.passkey,
                aaguid: registered.aaguid,
                attestation: registered.attestation,
            };
            Proof::Registered(new, registered.level)
        }))
    }

    async fn finish_authentication(
        &self,
        known: &Known,
        credential: &Value,
        keys: Vec<OwnKey>,
    ) -> Result<Result<Proof, Fault>, ServiceError> {
        let Some(state) = self.take_ceremony(known, CeremonyKind::Authenticate).await? else {
            return Ok(Err(Fault::NotUnderWay));
        };
        let used = self.used(&state, credential, known.staff.id, keys)?;
        Ok(used.map(Proof::Used))
    }
}
