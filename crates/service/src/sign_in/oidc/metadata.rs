//! What a provider says of itself: where its endpoints are and which keys it signs with, kept for a while.
//!
//! A flood of bad tokens must never become a flood of questions to the provider.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use openidconnect::IssuerUrl;
use openidconnect::core::CoreProviderMetadata;
use stagedoor_core::id::ProviderId;
use stagedoor_core::time::Timestamp;
use stagedoor_store::provider::Provider;

use crate::error::SignInFailure;
use crate::sign_in::HttpClient;

/// How long a provider's metadata and keys are used before they are asked for again.
const METADATA_TTL: Duration = Duration::from_secs(300);
/// How often at most a failing verification may ask for them early (keys rotate; a flood must not).
const REFETCH_EVERY: Duration = Duration::from_secs(30);

/// What is known of the providers' metadata.
pub struct Providers {
    pub(super) http: HttpClient,
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

    pub(super) fn forget(&self, id: ProviderId, now: Timestamp) {
        let mut metadata = self.metadata.lock().unwrap_or_else(PoisonError::into_inner);
        if metadata
            .get(&id)
            .is_some_and(|(_, at)| now.since(*at) >= REFETCH_EVERY)
        {
            metadata.remove(&id);
        }
    }

    pub(super) async fn metadata(
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
