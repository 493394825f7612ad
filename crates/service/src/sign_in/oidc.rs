//! OpenID Connect Core 1.0, code flow with PKCE (RFC 7636), `state`, `nonce`, `iss` (RFC 9207), exact redirect.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use chrono::{DateTime, Utc};
use openidconnect::core::{
    CoreAuthenticationFlow, CoreClient, CoreIdToken, CoreIdTokenClaims, CoreJwsSigningAlgorithm,
    CoreProviderMetadata,
};
use openidconnect::{
    AuthorizationCode, ClientId, ClientSecret, CsrfToken, EndpointMaybeSet, EndpointNotSet, EndpointSet,
    IssuerUrl, Nonce, PkceCodeChallenge, PkceCodeVerifier, RedirectUrl, Scope, TokenResponse,
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
use subtle::ConstantTimeEq;

use crate::crypto::Purpose;
use crate::enrolment::Identity;
use crate::error::{ServiceError, SignInFailure};
use crate::op::trusted;
use crate::sign_in::{Answered, Departure, HttpClient, IDENTIFIED_TTL, SIGN_IN_TTL};
use crate::state::Service;
use crate::system::{fresh_id, fresh_reference};
use crate::visitor::Visitor;

/// How long a provider's metadata and keys are used before they are asked for again.
const METADATA_TTL: Duration = Duration::from_secs(300);
/// How often at most a failing verification may ask for them early (keys rotate; a flood must not).
const REFETCH_EVERY: Duration = Duration::from_secs(30);

/// Signature algorithms that are accepted, whatever a token's header says. None of them is symmetric.
const ALGORITHMS: [CoreJwsSigningAlgorithm; 5] = [
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha256,
    CoreJwsSigningAlgorithm::RsaSsaPssSha256,
    CoreJwsSigningAlgorithm::EcdsaP256Sha256,
    CoreJwsSigningAlgorithm::EcdsaP384Sha384,
    CoreJwsSigningAlgorithm::EdDsa,
];

type Client = CoreClient<
    EndpointSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointMaybeSet,
    EndpointMaybeSet,
>;

/// What is known of the providers' metadata.
pub struct Providers {
    http: HttpClient,
    metadata: Mutex<HashMap<ProviderId, (CoreProviderMetadata, Timestamp)>>,
}

impl Providers {
    pub(crate) fn new(http: HttpClient) -> Self {
        Self {
            http,
            metadata: Mutex::default(),
        }
    }

    fn cached(&self, id: ProviderId) -> Option<(CoreProviderMetadata, Timestamp)> {
        self.metadata
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .get(&id)
            .cloned()
    }

    fn forget(&self, id: ProviderId, now: Timestamp) {
        let mut metadata = self.metadata.lock().unwrap_or_else(PoisonError::into_inner);
        if metadata
            .get(&id)
            .is_some_and(|(_, at)| now.since(*at) >= REFETCH_EVERY)
        {
            metadata.remove(&id);
        }
    }

    async fn metadata(
        &self,
        provider: &Provider,
        now: Timestamp,
    ) -> Result<CoreProviderMetadata, SignInFailure> {
        if let Some((metadata, at)) = self.cached(provider.id)
            && now.since(at) < METADATA_TTL
        {
            return Ok(metadata);
        }
        let issuer = IssuerUrl::new(provider.issuer.clone()).map_err(|_| SignInFailure::Provider)?;
        let http = self.http.clone();
        let call = move |request| http.clone().call(request);
        let metadata = CoreProviderMetadata::discover_async(issuer, &call)
            .await
            .map_err(|error| {
                tracing::warn!(provider = provider.name, %error, "discovery failed");
                SignInFailure::Provider
            })?;
        self.metadata
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(provider.id, (metadata.clone(), now));
        Ok(metadata)
    }
}

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
        let sealed = self.vault().key(Purpose::SignIn).seal(
            self.rng(),
            id.to_string().as_bytes(),
            verifier.as_bytes(),
        );
        let new = SignIn {
            id,
            provider: provider.id,
            state: state_digest(&state),
            nonce,
            verifier: sealed,
            identified: None,
            claimant: None,
            expires: now.plus(SIGN_IN_TTL),
        };
        let reference = fresh_reference(self.rng());
        let digest = reference.digest();
        self.db()
            .write(move |mut tx| {
                let new = new.clone();
                Box::pin(async move {
                    sign_in::insert(&mut tx, &new, &digest).await?;
                    Ok::<_, ServiceError>(tx.commit_unaudited(Unaudited::SignInState, ()).await?)
                })
            })
            .await?;
        Ok(Departure {
            location: location.to_string(),
            reference,
        })
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

    /// The verified identity in the provider's answer.
    async fn verify(
        &self,
        provider: &Provider,
        sign_in: &SignIn,
        callback: &Callback,
    ) -> Result<Identity, ServiceError> {
        let state = callback.state.as_deref().map(state_digest).unwrap_or_default();
        if !bool::from(state.ct_eq(&sign_in.state)) {
            return Err(ServiceError::SignIn(SignInFailure::WrongState));
        }
        if callback.iss.as_ref().is_some_and(|iss| *iss != provider.issuer) || callback.error.is_some() {
            return Err(ServiceError::SignIn(SignInFailure::Provider));
        }
        let Some(code) = callback.code.clone() else {
            return Err(ServiceError::SignIn(SignInFailure::Provider));
        };
        let claims = self.exchange(provider, sign_in, code).await?;
        let email =
            workforce_address(provider, &claims).ok_or(ServiceError::SignIn(SignInFailure::NotWorkforce))?;
        let name = claims.name().and_then(|names| names.get(None));
        Ok(Identity {
            subject: claims.subject().to_string(),
            email,
            name: name.map(|name| name.to_string()),
        })
    }

    async fn exchange(
        &self,
        provider: &Provider,
        sign_in: &SignIn,
        code: String,
    ) -> Result<CoreIdTokenClaims, ServiceError> {
        let place = sign_in.id.to_string();
        let verifier = self
            .vault()
            .key(Purpose::SignIn)
            .open(place.as_bytes(), &sign_in.verifier)
            .ok();
        let verifier = verifier
            .and_then(|bytes| String::from_utf8(bytes).ok())
            .ok_or_else(|| ServiceError::Internal("a PKCE verifier does not open".to_owned()))?;
        let client = self.client(provider).await?;
        let http = self.providers().http.clone();
        let call = move |request| http.clone().call(request);
        let request = client
            .exchange_code(AuthorizationCode::new(code))
            .map_err(|error| ServiceError::Internal(error.to_string()))?
            .set_pkce_verifier(PkceCodeVerifier::new(verifier));
        let answer = request.request_async(&call).await.map_err(|error| {
            tracing::info!(provider = provider.name, %error, "the provider refused the code");
            ServiceError::SignIn(SignInFailure::Provider)
        })?;
        let token = answer
            .id_token()
            .ok_or(ServiceError::SignIn(SignInFailure::Provider))?;
        self.verified(provider, &client, token, &sign_in.nonce)
    }

    fn verified(
        &self,
        provider: &Provider,
        client: &Client,
        token: &CoreIdToken,
        nonce: &str,
    ) -> Result<CoreIdTokenClaims, ServiceError> {
        let now = self.now();
        let clock =
            move || DateTime::<Utc>::from_timestamp_micros(now.micros()).unwrap_or(DateTime::<Utc>::MAX_UTC);
        let verifier = client
            .id_token_verifier()
            .set_allowed_algs(ALGORITHMS)
            .set_time_fn(clock);
        match token.claims(&verifier, &Nonce::new(nonce.to_owned())) {
            Ok(claims) => Ok(claims.clone()),
            Err(error) => {
                tracing::info!(provider = provider.name, %error, "an ID token did not verify");
                self.providers().forget(provider.id, now);
                let failure = match error {
                    openidconnect::ClaimsVerificationError::InvalidNonce(_) => SignInFailure::WrongNonce,
                    _ => SignInFailure::Provider,
                };
                Err(ServiceError::SignIn(failure))
            }
        }
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

/// The verified address, where it is in one of the provider's workforce domains; an empty list denies everybody (spec 01).
fn workforce_address(provider: &Provider, claims: &CoreIdTokenClaims) -> Option<String> {
    let verified = claims.email_verified() == Some(true);
    let email = claims.email().filter(|_| verified)?.as_str();
    let domain = email.rsplit_once('@')?.1.to_lowercase();
    let allowed = |own: &String| own.to_lowercase() == domain;
    provider
        .email_domains
        .iter()
        .any(allowed)
        .then(|| email.to_owned())
}
