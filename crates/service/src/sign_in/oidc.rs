//! OpenID Connect Core 1.0, code flow with PKCE (RFC 7636), `state`, `nonce`, `iss` (RFC 9207), exact redirect.

mod answer;
mod callback;
mod metadata;
mod probe;

pub use callback::Callback;
pub(crate) use metadata::Metadata;
pub use metadata::Providers;

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};
use stagedoor_core::action::Action;
use stagedoor_core::decision::{Decision, Outcome};
use stagedoor_core::guard::{Guardrail, SessionFact, Verdict};
use stagedoor_core::id::{ProviderId, SignInId};
use stagedoor_core::provider::ProviderKind;
use stagedoor_core::request::{Facts, Principal, Request};
use stagedoor_core::resource::{Platform, Resource};
use stagedoor_core::secret::Reference;
use stagedoor_core::time::Timestamp;
use stagedoor_store::provider::Provider;
use stagedoor_store::session::Vouched;
use stagedoor_store::sign_in::{self, SignIn, Wish};
use stagedoor_store::tx::Unaudited;

use crate::crypto::Purpose;
use crate::error::{ServiceError, SignInFailure};
use crate::op::trusted;
use crate::refusals::AnonymousRefusal;
use crate::sign_in::leaving::Leaving;
use crate::sign_in::{Answered, Begun, Departure, SIGN_IN_TTL, WayOut};
use crate::state::Service;
use crate::system::{fresh_id, fresh_reference};
use crate::visitor::Visitor;

/// Whose redirect address a provider's answers come to (RFC 9700, section 4.4.2): one that does not name itself in them has one of its
/// own, but for the one that the file declares, which is the only such one at the address that is shared (ADR 0034).
fn own_address(provider: &Provider, metadata: &Metadata) -> Option<ProviderId> {
    (!metadata.names_itself && !provider.declared).then_some(provider.id)
}

/// The refusal of a request whose network does not hold, whatever else does or does not.
pub(super) fn outside(decision: Decision) -> Option<Decision> {
    match decision.verdicts.get(Guardrail::Network) {
        Verdict::Fail(reason) => Some(Decision {
            outcome: Outcome::Deny(reason),
            ..decision
        }),
        Verdict::Pass | Verdict::NotRequired => None,
    }
}

fn state_digest(state: &str) -> Vec<u8> {
    Sha256::digest(state.as_bytes()).to_vec()
}

impl Service {
    /// Where the answers come back to of a provider that the file declares, and of those that name themselves in them.
    pub(crate) fn redirect_uri(&self) -> String {
        format!("{}/sign-in/callback", self.settings().origins.staff)
    }

    /// Where a provider's answers come back to, by the address of its own where it has one.
    pub(crate) fn redirect_uri_at(&self, own: Option<ProviderId>) -> String {
        let shared = self.redirect_uri();
        own.map_or_else(|| shared.clone(), |id| format!("{shared}/{id}"))
    }

    /// What a provider says of itself.
    pub(super) async fn metadata(&self, provider: &Provider) -> Result<Arc<Metadata>, ServiceError> {
        let found = self.providers().metadata(provider, self.now()).await;
        found.map_err(ServiceError::SignIn)
    }

    /// Our secret at a provider as it is stored: of this provider alone.
    pub(crate) fn seal_client_secret(&self, provider: ProviderId, secret: &str) -> Vec<u8> {
        let key = self.vault().key(Purpose::ProviderSecret);
        key.seal(self.rng(), provider.to_string().as_bytes(), secret.as_bytes())
    }

    fn open_client_secret(&self, provider: &Provider, sealed: &[u8]) -> Result<String, ServiceError> {
        let place = provider.id.to_string();
        let opened = self
            .vault()
            .key(Purpose::ProviderSecret)
            .open(place.as_bytes(), sealed);
        opened
            .ok()
            .and_then(|bytes| String::from_utf8(bytes).ok())
            .ok_or_else(|| ServiceError::Internal(format!("the client secret of {place} does not open")))
    }

    /// Refuses a sign-in from the wrong network before anything else is done for it. Nothing is known of anybody then, so the
    /// refusal is counted with those of strangers.
    pub(super) fn network_holds(&self, visitor: &Visitor, now: Timestamp) -> Result<(), ServiceError> {
        let Some(decision) = self.network_refusal(visitor, now) else {
            return Ok(());
        };
        if let Some(reason) = decision.reason() {
            self.note_refusal(AnonymousRefusal {
                address: visitor.address,
                code: reason.code(),
                door: "/sign-in/start",
            });
        }
        Err(ServiceError::Denied(decision))
    }

    /// With what somebody who proved nothing is refused from the wrong network; `None` from a right one. Each step of a sign-in
    /// asks again: it may have begun elsewhere.
    pub(crate) fn network_refusal(&self, visitor: &Visitor, now: Timestamp) -> Option<Decision> {
        outside(self.strangers_decision(visitor, now))
    }

    /// The decision whether a session may start, of somebody who proved nothing.
    pub(super) fn strangers_decision(&self, visitor: &Visitor, now: Timestamp) -> Decision {
        let facts = Facts {
            address: visitor.address,
            proxy: visitor.assertion.fact(),
            session: SessionFact::Starting,
            ..Facts::unknown(now)
        };
        let request = Request {
            principal: Principal::Anonymous,
            action: Action::StaffSignIn,
            resource: Platform.facts(),
            facts,
        };
        stagedoor_core::decide(&self.policy(), &request)
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
    ) -> Result<Begun, ServiceError> {
        let found = self.provider_in_force(provider).await?;
        match found.filter(trusted) {
            Some(provider) if provider.kind != ProviderKind::Oidc => {
                self.enter_by_proxy(visitor, &provider).await.map(Begun::Known)
            }
            found => {
                self.network_holds(visitor, self.now())?;
                let provider = found.ok_or(ServiceError::NotFound)?;
                self.depart(visitor, &provider).await.map(Begun::Away)
            }
        }
    }

    async fn depart(&self, visitor: &Visitor, provider: &Provider) -> Result<Departure, ServiceError> {
        let now = self.now();
        let metadata = match self.metadata(provider).await {
            Ok(metadata) => metadata,
            Err(ServiceError::SignIn(failure)) => {
                return Err(self
                    .failed(visitor, &Self::stranger(), Some(provider), failure)
                    .await);
            }
            Err(error) => return Err(error),
        };
        // State, nonce and verifier come from our own randomness, so that tests can make it theirs.
        let [state, nonce, verifier] = std::array::from_fn(|_| fresh_reference(self.rng()).expose());
        let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(verifier.as_bytes()));
        let mut location = metadata.authorization.clone();
        location
            .query_pairs_mut()
            .append_pair("response_type", "code")
            .append_pair("client_id", &provider.client_id)
            .append_pair(
                "redirect_uri",
                &self.redirect_uri_at(own_address(provider, &metadata)),
            )
            .append_pair("scope", "openid email profile")
            .append_pair("state", &state)
            .append_pair("nonce", &nonce)
            .append_pair("code_challenge", &challenge)
            .append_pair("code_challenge_method", "S256");
        let id: SignInId = fresh_id(self.rng(), now);
        let begun = SignIn {
            id,
            provider: provider.id,
            state: state_digest(&state),
            nonce,
            verifier: self.sealed_verifier(id, &verifier),
            identified: None,
            claimant: None,
            session: None,
            recovered: None,
            vouched: Vouched::default(),
            wish: Wish::NONE,
            id_token: None,
            expires: now.plus(SIGN_IN_TTL),
        };
        Ok(Departure {
            location: location.to_string(),
            reference: self.put_sign_in(begun).await?,
        })
    }

    /// Where the provider's own session is ended (OpenID Connect RP-Initiated Logout 1.0), and how it leads back. `None`
    /// where it cannot be, or the provider does not answer: our own session is over either way.
    pub async fn way_out(&self, leaving: &Leaving) -> Option<WayOut> {
        let found = self.provider_in_force(leaving.provider).await.ok()?;
        let provider = found.filter(trusted)?;
        let by_proxy = || {
            let proxy = self.settings().proxy.as_ref()?;
            Some(WayOut {
                name: proxy.name.clone(),
                href: proxy.sign_out.clone(),
            })
        };
        if provider.kind != ProviderKind::Oidc {
            return by_proxy();
        }
        let metadata = self.metadata(&provider).await.ok()?;
        let Some(mut href) = metadata.end_session.clone() else {
            return by_proxy();
        };
        // Which session there is meant. Without it a provider may ask the person.
        if let Some(hint) = leaving
            .hint
            .as_ref()
            .and_then(|sealed| self.open_hint(&provider, sealed))
        {
            href.query_pairs_mut().append_pair("id_token_hint", &hint);
        }
        href.query_pairs_mut()
            .append_pair("client_id", &provider.client_id)
            .append_pair(
                "post_logout_redirect_uri",
                &format!("{}/signed-out", self.settings().origins.staff),
            );
        Some(WayOut {
            name: provider.name,
            href: href.to_string(),
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
    /// A failed sign-in, each kind recorded; denied from a wrong network, and for an account that may not enter.
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
        let provider = self.provider_in_force(sign_in.provider).await?.filter(trusted);
        let Some(provider) = provider else {
            return Err(self
                .failed(visitor, &Self::stranger(), None, SignInFailure::Provider)
                .await);
        };
        // It began inside; its end may have been carried elsewhere.
        if let Some(decision) = self.network_refusal(visitor, now) {
            return Err(self
                .refuse_with(visitor, &provider, &Self::stranger(), decision)
                .await);
        }
        let identity = match self.verify(&provider, &sign_in, callback).await {
            Ok(identity) => identity,
            Err(ServiceError::SignIn(failure)) => {
                return Err(self
                    .failed(visitor, &Self::stranger(), Some(&provider), failure)
                    .await);
            }
            Err(error) => return Err(error),
        };
        self.recognise(visitor, &provider, identity, now).await
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
}
