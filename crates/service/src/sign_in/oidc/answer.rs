//! Whom a provider vouches for: its answer checked, the code exchanged, the token verified, the address held against the
//! provider's workforce domains. Nothing of an answer is believed before all of it has held.

use chrono::{DateTime, Utc};
use openidconnect::core::{CoreIdToken, CoreIdTokenClaims, CoreJwsSigningAlgorithm};
use openidconnect::{AuthorizationCode, Nonce, PkceCodeVerifier, TokenResponse};
use stagedoor_store::provider::Provider;
use stagedoor_store::sign_in::SignIn;
use subtle::ConstantTimeEq;

use super::{Callback, Client, state_digest};
use crate::crypto::Purpose;
use crate::enrolment::Identity;
use crate::error::{ServiceError, SignInFailure};
use crate::state::Service;

/// Signature algorithms that are accepted, whatever a token's header says. None of them is symmetric.
const ALGORITHMS: [CoreJwsSigningAlgorithm; 5] = [
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha256,
    CoreJwsSigningAlgorithm::RsaSsaPssSha256,
    CoreJwsSigningAlgorithm::EcdsaP256Sha256,
    CoreJwsSigningAlgorithm::EcdsaP384Sha384,
    CoreJwsSigningAlgorithm::EdDsa,
];

impl Service {
    /// The verified identity in the provider's answer.
    pub(super) async fn verify(
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
