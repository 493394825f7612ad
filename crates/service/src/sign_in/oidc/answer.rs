//! Whom a provider vouches for: its answer checked, the code exchanged, the token verified, the address held against the
//! provider's workforce domains. Nothing of an answer is believed before all of it has held.

use serde::Deserialize;
use stagedoor_store::provider::Provider;
use stagedoor_store::sign_in::SignIn;
use subtle::ConstantTimeEq;

use super::metadata::{ClientProof, Metadata};
use super::{Callback, own_address, state_digest};
use crate::crypto::Purpose;
use crate::enrolment::Identity;
use crate::error::{ServiceError, SignInFailure};
use crate::state::Service;
use crate::token::id_token::{self, Expected, IdToken};
use crate::token::{Claims, TokenFault};

/// What the token endpoint answers, as far as it concerns us: the access token is forgotten at once.
#[derive(Deserialize)]
struct Tokens {
    token_type: String,
    id_token: Option<String>,
}

impl Service {
    /// The verified identity in the provider's answer.
    pub(super) async fn verify(
        &self,
        provider: &Provider,
        sign_in: &SignIn,
        callback: &Callback,
    ) -> Result<Identity, ServiceError> {
        if callback.ambiguous {
            return Err(ServiceError::SignIn(SignInFailure::AnswerAmbiguous));
        }
        let state = callback.state.as_deref().map(state_digest).unwrap_or_default();
        if !bool::from(state.ct_eq(&sign_in.state)) {
            return Err(ServiceError::SignIn(SignInFailure::WrongState));
        }
        let metadata = self.metadata(provider).await?;
        let own = own_address(provider, &metadata);
        if callback.at != own {
            return Err(ServiceError::SignIn(SignInFailure::OtherAddress));
        }
        from_provider(callback, provider, &metadata).map_err(ServiceError::SignIn)?;
        let Some(code) = &callback.code else {
            return Err(ServiceError::SignIn(SignInFailure::CodeAbsent));
        };
        let signed = self.exchange(provider, &metadata, sign_in, code).await?;
        let token = self
            .verified(provider, &metadata, &signed, &sign_in.nonce)
            .await
            .map_err(|fault| {
                tracing::info!(
                    provider = provider.name,
                    code = fault.code(),
                    "an ID token did not verify"
                );
                ServiceError::SignIn(SignInFailure::Token(fault))
            })?;
        let (token, claims) = token;
        let ours = provider
            .rules
            .check(&provider.email_domains, &token.email, claims.all());
        ours.map_err(|why| ServiceError::SignIn(SignInFailure::NotOurs(why)))?;
        Ok(Identity {
            subject: token.subject,
            email: token.email,
            name: token.name,
            session: token.session,
            device: provider.rules.device(claims.all()),
            id_token: self.sealed_hint(provider, &signed),
        })
    }

    /// The ID token that the code is good for.
    async fn exchange(
        &self,
        provider: &Provider,
        metadata: &Metadata,
        sign_in: &SignIn,
        code: &str,
    ) -> Result<String, ServiceError> {
        let verifier = self.pkce_verifier(sign_in)?;
        let redirect = self.redirect_uri_at(own_address(provider, metadata));
        let secret = match &provider.client_secret {
            None => None,
            Some(sealed) => Some(self.open_client_secret(provider, sealed)?),
        };
        let mut form = vec![
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", redirect.as_str()),
            ("code_verifier", verifier.as_str()),
        ];
        let basic = match (&secret, metadata.proof) {
            (Some(secret), ClientProof::Basic) => Some((provider.client_id.as_str(), secret.as_str())),
            (Some(secret), ClientProof::Form) => {
                form.push(("client_id", &provider.client_id));
                form.push(("client_secret", secret));
                None
            }
            (None, _) => {
                form.push(("client_id", &provider.client_id));
                None
            }
        };
        let http = &self.providers().http;
        let answer = http.post_form(metadata.token.as_str(), &form, basic).await;
        let answer = answer.map_err(|error| {
            tracing::info!(provider = provider.name, %error, "the provider's token endpoint failed");
            ServiceError::SignIn(SignInFailure::TokenAnswer)
        })?;
        if answer.status != 200 {
            tracing::info!(
                provider = provider.name,
                status = answer.status,
                "the provider refused the code"
            );
            return Err(ServiceError::SignIn(SignInFailure::CodeRefused));
        }
        let unread = ServiceError::SignIn(SignInFailure::TokenAnswer);
        if answer.content_type.as_deref() != Some("application/json") {
            return Err(unread);
        }
        let tokens: Tokens = serde_json::from_str(&answer.body).map_err(|_| unread)?;
        tokens
            .id_token
            .filter(|_| tokens.token_type.eq_ignore_ascii_case("bearer"))
            .ok_or(ServiceError::SignIn(SignInFailure::TokenAnswer))
    }

    fn pkce_verifier(&self, sign_in: &SignIn) -> Result<String, ServiceError> {
        let place = sign_in.id.to_string();
        let key = self.vault().key(Purpose::SignIn);
        let opened = key.open(place.as_bytes(), &sign_in.verifier).ok();
        opened
            .and_then(|bytes| String::from_utf8(bytes).ok())
            .ok_or_else(|| ServiceError::Internal("a PKCE verifier does not open".to_owned()))
    }

    async fn verified(
        &self,
        provider: &Provider,
        metadata: &Metadata,
        token: &str,
        nonce: &str,
    ) -> Result<(IdToken, Claims), TokenFault> {
        let (providers, now) = (self.providers(), self.now());
        let claims = providers.signed(provider, metadata, token, &[], now).await?;
        let expected = Expected {
            issuer: &provider.issuer,
            client: &provider.client_id,
            nonce,
            rules: &provider.rules,
            now,
        };
        Ok((id_token::check(&claims, expected)?, claims))
    }
}

/// Whether the answer comes from the provider that was asked (RFC 9207): where it names an issuer it is this one, and a
/// provider that says it always names itself has. Only then is an error its own.
fn from_provider(callback: &Callback, provider: &Provider, metadata: &Metadata) -> Result<(), SignInFailure> {
    match &callback.iss {
        Some(issuer) if *issuer != provider.issuer => return Err(SignInFailure::OtherIssuer),
        None if metadata.names_itself => return Err(SignInFailure::IssuerAbsent),
        _ => {}
    }
    match callback.error {
        Some(_) => Err(SignInFailure::Provider),
        None => Ok(()),
    }
}
