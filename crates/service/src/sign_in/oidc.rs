//! OpenID Connect Core 1.0, code flow with PKCE (RFC 7636), `state`, `nonce`, `iss` (RFC 9207), exact redirect.

mod answer;
mod metadata;

pub use metadata::Providers;

use openidconnect::core::{CoreAuthenticationFlow, CoreClient};
use openidconnect::{
    ClientId, ClientSecret, CsrfToken, EndpointMaybeSet, EndpointNotSet, EndpointSet, Nonce,
    PkceCodeChallenge, PkceCodeVerifier, RedirectUrl, Scope,
};
use sha2::{Digest, Sha256};
use stagedoor_core::action::Action;
use stagedoor_core::decision::Reason;
use stagedoor_core::guard::{SessionFact, Verdict};
use stagedoor_core::id::{ProviderId, SignInId};
use stagedoor_core::request::{Facts, Principal, Request};
use stagedoor_core::resource::{Platform, Resource};
use stagedoor_core::secret::Reference;
use stagedoor_core::time::Timestamp;
use stagedoor_store::provider::{self, Provider};
use stagedoor_store::sign_in::{self, Identified, SignIn};
use stagedoor_store::staff::{self, Staff, StaffState};
use stagedoor_store::tx::Unaudited;

use crate::crypto::Purpose;
use crate::error::{ServiceError, SignInFailure};
use crate::op::trusted;
use crate::sign_in::{Answered, Departure, IDENTIFIED_TTL, SIGN_IN_TTL};
use crate::state::Service;
use crate::system::{fresh_id, fresh_reference};
use crate::visitor::Visitor;

type Client = CoreClient<
    EndpointSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointMaybeSet,
    EndpointMaybeSet,
>;

/// What the provider sent back through the browser.
#[derive(Debug, Clone, Default, serde::Deserialize)]
pub struct Callback {
    /// The code, when it said yes.
    pub code: Option<String>,
    /// Our `state`.
    pub state: Option<String>,
    /// The issuer (RFC 9207).
    pub iss: Option<String>,
    /// The error, when it said no.
    pub error: Option<String>,
}

fn state_digest(state: &str) -> Vec<u8> {
    Sha256::digest(state.as_bytes()).to_vec()
}

impl Service {
    fn redirect_uri(&self) -> String {
        format!("{}/sign-in/callback", self.settings().origins.staff)
    }

    async fn client(&self, provider: &Provider) -> Result<Client, ServiceError> {
        let metadata = self
            .providers()
            .metadata(provider, self.now())
            .await
            .map_err(ServiceError::SignIn)?;
        let secret = match &provider.client_secret {
            None => None,
            Some(sealed) => Some(self.open_client_secret(provider, sealed)?),
        };
        let redirect = RedirectUrl::new(self.redirect_uri())
            .map_err(|error| ServiceError::Internal(error.to_string()))?;
        Ok(
            CoreClient::from_provider_metadata(metadata, ClientId::new(provider.client_id.clone()), secret)
                .set_redirect_uri(redirect),
        )
    }

    fn open_client_secret(&self, provider: &Provider, sealed: &[u8]) -> Result<ClientSecret, ServiceError> {
        let place = provider.id.to_string();
        let opened = self
            .vault()
            .key(Purpose::ProviderSecret)
            .open(place.as_bytes(), sealed);
        opened
            .ok()
            .and_then(|bytes| String::from_utf8(bytes).ok())
            .map(ClientSecret::new)
            .ok_or_else(|| ServiceError::Internal(format!("the client secret of {place} does not open")))
    }

    /// Refuses a sign-in from the wrong network before anything else is done for it.
    fn network_holds(&self, visitor: &Visitor, now: Timestamp) -> Result<(), ServiceError> {
        let facts = Facts {
            address: visitor.address,
            session: SessionFact::Starting,
            ..Facts::unknown(now)
        };
        let request = Request {
            principal: Principal::Anonymous,
            action: Action::StaffSignIn,
            resource: Platform.facts(),
            facts,
        };
        let mut decision = stagedoor_core::decide(self.policy(), &request);
        match decision.verdicts.get(stagedoor_core::guard::Guardrail::Network) {
            Verdict::Fail(reason) => {
                decision.outcome = stagedoor_core::decision::Outcome::Deny(reason);
                Err(ServiceError::Denied(decision))
            }
            Verdict::Pass | Verdict::NotRequired => Ok(()),
        }
    }

    /// Starts a sign-in through a provider.
    ///
    /// # Errors
    /// Not found for an unknown or untrusted provider; denied from a wrong network; a failed sign-in when the provider
    /// cannot be reached.
    pub async fn begin_sign_in(
        &self,
        visitor: &Visitor,
        provider: ProviderId,
    ) -> Result<Departure, ServiceError> {
        let now = self.now();
        self.network_holds(visitor, now)?;
        let found = provider::find(&mut self.db().reader(), provider).await?;
        let provider = found.filter(trusted).ok_or(ServiceError::NotFound)?;
        let client = match self.client(&provider).await {
            Ok(client) => client,
            Err(ServiceError::SignIn(failure)) => {
                return Err(self
                    .failed(visitor, &Self::stranger(), Some(&provider), failure)
                    .await);
            }
            Err(error) => return Err(error),
        };
        // State, nonce and verifier come from our own randomness, so that tests can make it theirs.
        let [state, nonce, verifier] = std::array::from_fn(|_| fresh_reference(self.rng()).expose());
        let challenge =
            PkceCodeChallenge::from_code_verifier_sha256(&PkceCodeVerifier::new(verifier.clone()));
        let (sent_state, sent_nonce) = (state.clone(), nonce.clone());
        let (location, ..) = client
            .authorize_url(
                CoreAuthenticationFlow::AuthorizationCode,
                move || CsrfToken::new(sent_state.clone()),
                move || Nonce::new(sent_nonce.clone()),
            )
            .add_scope(Scope::new("email".to_owned()))
            .add_scope(Scope::new("profile".to_owned()))
            .set_pkce_challenge(challenge)
            .url();
        let id: SignInId = fresh_id(self.rng(), now);
        let begun = SignIn {
            id,
            provider: provider.id,
            state: state_digest(&state),
            nonce,
            verifier: self.sealed_verifier(id, &verifier),
            identified: None,
            claimant: None,
            expires: now.plus(SIGN_IN_TTL),
        };
        Ok(Departure {
            location: location.to_string(),
            reference: self.put_sign_in(begun).await?,
        })
    }

    fn sealed_verifier(&self, id: SignInId, verifier: &str) -> Vec<u8> {
        let key = self.vault().key(Purpose::SignIn);
        key.seal(self.rng(), id.to_string().as_bytes(), verifier.as_bytes())
    }

    /// Stores a sign-in that begins, under a reference that the browser alone gets.
    async fn put_sign_in(&self, begun: SignIn) -> Result<Reference, ServiceError> {
        let reference = fresh_reference(self.rng());
        let digest = reference.digest();
        self.db()
            .write(move |mut tx| {
                let begun = begun.clone();
                Box::pin(async move {
                    sign_in::insert(&mut tx, &begun, &digest).await?;
                    Ok::<_, ServiceError>(tx.commit_unaudited(Unaudited::SignInState, ()).await?)
                })
            })
            .await?;
        Ok(reference)
    }

    /// Takes the provider's answer and finds out who it is. The browser gets a fresh reference.
    ///
    /// # Errors
    /// A failed sign-in, each kind recorded; denied for an account that may not enter.
    pub async fn answer_sign_in(
        &self,
        visitor: &Visitor,
        cookie: Option<&str>,
        callback: &Callback,
    ) -> Result<Answered, ServiceError> {
        let now = self.now();
        let Some(sign_in) = self.take_sign_in(cookie, now).await? else {
            return Err(self
                .failed(visitor, &Self::stranger(), None, SignInFailure::NotUnderWay)
                .await);
        };
        let provider = provider::find(&mut self.db().reader(), sign_in.provider)
            .await?
            .filter(trusted);
        let Some(provider) = provider else {
            return Err(self
                .failed(visitor, &Self::stranger(), None, SignInFailure::Provider)
                .await);
        };
        let identity = match self.verify(&provider, &sign_in, callback).await {
            Ok(identity) => identity,
            Err(ServiceError::SignIn(failure)) => {
                return Err(self
                    .failed(visitor, &Self::stranger(), Some(&provider), failure)
                    .await);
            }
            Err(error) => return Err(error),
        };
        let found = staff::find_by_identity(&mut self.db().reader(), provider.id, &identity.subject).await?;
        let Some(staff) = found else {
            let unknown = SignInFailure::UnknownPerson;
            return match self
                .failed(visitor, &Self::stranger(), Some(&provider), unknown)
                .await
            {
                ServiceError::SignIn(_) => Ok(Answered::Unenrolled(
                    self.wait_for_token(&provider, &identity).await?,
                )),
                error => Err(error),
            };
        };
        self.may_continue(visitor, &provider, &staff, now).await?;
        Ok(Answered::Identified(self.identify(&provider, &staff, now).await?))
    }

    async fn take_sign_in(
        &self,
        cookie: Option<&str>,
        now: Timestamp,
    ) -> Result<Option<SignIn>, ServiceError> {
        let Some(reference) = cookie.and_then(Reference::parse) else {
            return Ok(None);
        };
        let digest = reference.digest();
        self.db()
            .write(move |mut tx| {
                Box::pin(async move {
                    let taken = sign_in::take(&mut tx, &digest, now).await?;
                    Ok::<_, ServiceError>(tx.commit_unaudited(Unaudited::SignInState, taken).await?)
                })
            })
            .await
    }

    /// Whether an identified person may go on to the passkey.
    async fn may_continue(
        &self,
        visitor: &Visitor,
        provider: &Provider,
        staff: &Staff,
        now: Timestamp,
    ) -> Result<(), ServiceError> {
        let reason = match staff.state {
            StaffState::Active => match staff.account_until {
                Some(until) if now >= until => Reason::AccountExpired,
                _ => return Ok(()),
            },
            StaffState::Claimed { until: Some(until) } if now >= until => Reason::AccountPending,
            StaffState::Claimed { .. } => return Ok(()),
            StaffState::Invited => Reason::AccountPending,
            StaffState::Deactivated => Reason::AccountDeactivated,
        };
        Err(self.refuse_entry(visitor, provider, staff, reason).await)
    }

    async fn identify(
        &self,
        provider: &Provider,
        staff: &Staff,
        now: Timestamp,
    ) -> Result<Reference, ServiceError> {
        let reference = fresh_reference(self.rng());
        let new = Identified {
            id: fresh_id(self.rng(), now),
            reference: reference.digest(),
            provider: provider.id,
            staff: staff.id,
            expires: now.plus(IDENTIFIED_TTL),
        };
        self.db()
            .write(move |mut tx| {
                let new = new.clone();
                Box::pin(async move {
                    sign_in::insert_identified(&mut tx, &new, now).await?;
                    Ok::<_, ServiceError>(tx.commit_unaudited(Unaudited::SignInState, ()).await?)
                })
            })
            .await?;
        Ok(reference)
    }
}
