//! What a provider says of itself (OpenID Connect Discovery 1.0), kept for a while: where its endpoints are, what it signs
//! with, and whether its answers name it.
//!
//! A flood of bad tokens never becomes a flood of questions to the provider: one question is under way for a provider at a
//! time, beside what is known of it already, and its keys are asked for by [`crate::token`], at its pace.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use jsonwebtoken::Algorithm;
use serde::Deserialize;
use stagedoor_core::id::ProviderId;
use stagedoor_core::time::Timestamp;
use stagedoor_store::provider::Provider;
use tokio::sync::{Mutex as Gate, OwnedMutexGuard};
use tokio::task::JoinHandle;
use url::Url;

use crate::error::SignInFailure;
use crate::proxy::ProxySettings;
use crate::sign_in::HttpClient;
use crate::token::{ALGORITHMS, Claims, IssuerKeys, Jws, KeySource, TokenFault, assertion, every_algorithm};

/// How long a provider's metadata is used before it is asked for again.
const METADATA_TTL: Duration = Duration::from_secs(300);

/// How long it is used while the provider is asked again beside it.
const METADATA_AT_ONCE: Duration = Duration::from_secs(600);

/// How long a provider that could not be asked is left alone.
const FAILED_TTL: Duration = Duration::from_secs(5);

/// How we prove to the token endpoint that we are the client (OpenID Connect Core 1.0, section 9).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ClientProof {
    /// In the `Authorization` header, the default.
    Basic,
    /// In the form.
    Form,
}

/// What is known of a provider.
#[derive(Debug, Clone)]
pub(crate) struct Metadata {
    pub(super) authorization: Url,
    pub(super) token: Url,
    pub(super) jwks: Url,
    /// Where its own session can be ended (OpenID Connect RP-Initiated Logout 1.0).
    pub(super) end_session: Option<Url>,
    /// The algorithms that it says it signs with, and that we read.
    pub(super) algorithms: Vec<Algorithm>,
    /// Whether its answers name it (RFC 9207): then an answer that does not is not its own.
    pub(super) names_itself: bool,
    pub(super) proof: ClientProof,
}

/// The document, as far as it concerns us.
#[derive(Deserialize)]
pub(super) struct Document {
    pub(super) issuer: String,
    authorization_endpoint: Url,
    token_endpoint: Url,
    jwks_uri: Url,
    end_session_endpoint: Option<Url>,
    id_token_signing_alg_values_supported: Option<Vec<String>>,
    token_endpoint_auth_methods_supported: Option<Vec<String>>,
    #[serde(default)]
    authorization_response_iss_parameter_supported: bool,
    code_challenge_methods_supported: Option<Vec<String>>,
}

impl Document {
    /// Whether it knows the challenge that is sent; `None` where it does not say.
    pub(super) fn pkce(&self) -> Option<bool> {
        let methods = self.code_challenge_methods_supported.as_ref()?;
        Some(methods.iter().any(|method| method == "S256"))
    }

    /// Whether its answers name it (RFC 9207).
    pub(super) const fn names_itself(&self) -> bool {
        self.authorization_response_iss_parameter_supported
    }
}

/// What is known of the providers.
pub struct Providers {
    pub(super) http: HttpClient,
    keys: IssuerKeys,
    known: Mutex<HashMap<ProviderId, Arc<Described>>>,
}

/// One provider under one issuer: what it said of itself, how it failed to, and whose turn it is to ask.
struct Described {
    issuer: String,
    said: Mutex<Said>,
    turn: Arc<Gate<()>>,
}

#[derive(Default)]
struct Said {
    metadata: Option<(Arc<Metadata>, Timestamp)>,
    failed: Option<(SignInFailure, Timestamp)>,
}

impl Said {
    fn younger_than(&self, age: Duration, now: Timestamp) -> Option<Arc<Metadata>> {
        let (metadata, at) = self.metadata.as_ref()?;
        (now.since(*at) < age).then(|| Arc::clone(metadata))
    }

    /// How it failed a moment ago: a provider that does not answer is not asked again at every press.
    fn failed_just_now(&self, now: Timestamp) -> Option<SignInFailure> {
        let (failure, at) = self.failed?;
        (now.since(at) < FAILED_TTL).then_some(failure)
    }

    /// What can be said without asking.
    fn settled(&self, age: Duration, now: Timestamp) -> Option<Result<Arc<Metadata>, SignInFailure>> {
        let known = self.younger_than(age, now).map(Ok);
        known.or_else(|| self.failed_just_now(now).map(Err))
    }
}

impl Described {
    fn said(&self) -> MutexGuard<'_, Said> {
        self.said.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Asks the provider, in a task that goes on when whoever waits for it leaves.
    fn ask(
        self: &Arc<Self>,
        http: &HttpClient,
        provider: &Provider,
        now: Timestamp,
        turn: OwnedMutexGuard<()>,
    ) -> JoinHandle<()> {
        let (described, http, provider) = (Arc::clone(self), http.clone(), provider.clone());
        tokio::spawn(async move {
            let found = discover(&http, &provider).await;
            let mut said = described.said();
            match found {
                Ok(metadata) => {
                    *said = Said {
                        metadata: Some((Arc::new(metadata), now)),
                        failed: None,
                    };
                }
                Err(failure) => said.failed = Some((failure, now)),
            }
            drop(said);
            drop(turn);
        })
    }

    /// Asks without making anybody wait, where what is known is not fresh and nobody asks already.
    fn refresh_beside(self: &Arc<Self>, http: &HttpClient, provider: &Provider, now: Timestamp) {
        if self.said().settled(METADATA_TTL, now).is_some() {
            return;
        }
        if let Ok(turn) = Arc::clone(&self.turn).try_lock_owned() {
            drop(self.ask(http, provider, now, turn));
        }
    }
}

impl Providers {
    pub(crate) fn new(http: HttpClient) -> Self {
        Self {
            http,
            keys: IssuerKeys::default(),
            known: Mutex::default(),
        }
    }

    /// What is known of a provider; nothing of the one that had its place under another issuer.
    fn of(&self, provider: &Provider) -> Arc<Described> {
        let fresh = || {
            Arc::new(Described {
                issuer: provider.issuer.clone(),
                said: Mutex::default(),
                turn: Arc::default(),
            })
        };
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let described = known.entry(provider.id).or_insert_with(fresh);
        if described.issuer != provider.issuer {
            *described = fresh();
        }
        Arc::clone(described)
    }

    /// Forgets what is known of a provider, so that the next sign-in asks it again.
    pub(super) fn forget(&self, provider: ProviderId) {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        known.remove(&provider);
    }

    pub(crate) async fn metadata(
        &self,
        provider: &Provider,
        now: Timestamp,
    ) -> Result<Arc<Metadata>, SignInFailure> {
        let described = self.of(provider);
        let settled = described.said().settled(METADATA_AT_ONCE, now);
        if let Some(settled) = settled {
            described.refresh_beside(&self.http, provider, now);
            return settled;
        }
        let turn = Arc::clone(&described.turn).lock_owned().await;
        let settled = described.said().settled(METADATA_TTL, now);
        if let Some(settled) = settled {
            return settled;
        }
        // A panic over there said nothing of the provider.
        let _ = described.ask(&self.http, provider, now, turn).await;
        let settled = described.said().settled(METADATA_TTL, now);
        settled.unwrap_or(Err(SignInFailure::ProviderUnreachable))
    }

    /// The claims of a token that the provider has signed, and that is of one of these kinds, or does not say.
    pub(crate) async fn claims(
        &self,
        provider: &Provider,
        token: &str,
        kinds: &[&str],
        now: Timestamp,
    ) -> Result<Claims, SignInFailure> {
        // What no provider signs is refused before anybody is asked anything.
        Jws::parse(token, &every_algorithm()).map_err(SignInFailure::Token)?;
        let metadata = self.metadata(provider, now).await?;
        let claims = self.signed(provider, &metadata, token, kinds, now).await;
        claims.map_err(SignInFailure::Token)
    }

    pub(super) async fn signed(
        &self,
        provider: &Provider,
        metadata: &Metadata,
        token: &str,
        kinds: &[&str],
        now: Timestamp,
    ) -> Result<Claims, TokenFault> {
        let token = Jws::parse(token, &metadata.algorithms)?;
        token.is_a(kinds)?;
        let source = KeySource {
            issuer: &provider.issuer,
            address: metadata.jwks.as_str(),
        };
        self.keys.verify(&self.http, source, &token, now).await
    }

    /// The claims of an assertion that the proxy in front has signed.
    pub(crate) async fn asserted(
        &self,
        proxy: &ProxySettings,
        token: &str,
        now: Timestamp,
    ) -> Result<Claims, TokenFault> {
        let token = Jws::parse(token, &[assertion::algorithm(proxy.kind)])?;
        token.is_a(&[])?;
        let source = KeySource {
            // By the keys' own address: nobody who is allowed to name an issuer shares what is known of them.
            issuer: &proxy.keys,
            address: &proxy.keys,
        };
        self.keys.verify(&self.http, source, &token, now).await
    }
}

/// Asks a provider what it says of itself.
async fn discover(http: &HttpClient, provider: &Provider) -> Result<Metadata, SignInFailure> {
    let address = Metadata::address(&provider.issuer);
    let answer = http.get_text(&address).await.map_err(|error| {
        tracing::warn!(provider = provider.name, %error, "discovery failed");
        SignInFailure::ProviderUnreachable
    })?;
    if answer.status != 200 {
        let status = answer.status;
        tracing::warn!(provider = provider.name, status, "discovery failed");
        return Err(SignInFailure::ProviderUnreachable);
    }
    let document = serde_json::from_str(&answer.body).map_err(|error| {
        tracing::warn!(provider = provider.name, %error, "the discovery document cannot be read");
        SignInFailure::Metadata
    })?;
    Metadata::read(&provider.issuer, document)
}

impl Metadata {
    /// Where an issuer says what it is (OpenID Connect Discovery 1.0, section 4).
    pub(super) fn address(issuer: &str) -> String {
        format!(
            "{}/.well-known/openid-configuration",
            issuer.trim_end_matches('/')
        )
    }

    /// The document of this issuer, with endpoints that are as well protected as the issuer is.
    pub(super) fn read(issuer: &str, document: Document) -> Result<Self, SignInFailure> {
        let secure = issuer.starts_with("https://");
        let endpoints = [
            Some(&document.authorization_endpoint),
            Some(&document.token_endpoint),
            Some(&document.jwks_uri),
            document.end_session_endpoint.as_ref(),
        ];
        let fits = |url: &Url| url.scheme() == "https" || (!secure && url.scheme() == "http");
        if document.issuer != issuer || !endpoints.into_iter().flatten().all(fits) {
            return Err(SignInFailure::Metadata);
        }
        let named = document.id_token_signing_alg_values_supported;
        let listed = |name: &str| named.as_ref().is_none_or(|all| all.iter().any(|one| one == name));
        let methods = document.token_endpoint_auth_methods_supported;
        let offers = |method: &str| {
            methods
                .as_ref()
                .is_some_and(|all| all.iter().any(|one| one == method))
        };
        Ok(Self {
            algorithms: ALGORITHMS
                .iter()
                .filter(|(name, _)| listed(name))
                .map(|(_, algorithm)| *algorithm)
                .collect(),
            proof: if offers("client_secret_post") && !offers("client_secret_basic") {
                ClientProof::Form
            } else {
                ClientProof::Basic
            },
            authorization: document.authorization_endpoint,
            token: document.token_endpoint,
            jwks: document.jwks_uri,
            end_session: document.end_session_endpoint,
            names_itself: document.authorization_response_iss_parameter_supported,
        })
    }
}
