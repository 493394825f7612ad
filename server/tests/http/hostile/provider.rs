//! The provider: what it answers is planned before each attempt, and how often it is asked is counted.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair};
use axum::Router;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::header::{CONTENT_TYPE, LOCATION};
use http::{HeaderValue, StatusCode};
use jsonwebtoken::{Algorithm, EncodingKey};
use serde_json::{Value, json};

/// What one endpoint answers.
#[derive(Debug, Clone)]
pub(super) struct Reply {
    status: StatusCode,
    kind: &'static str,
    body: String,
    location: Option<String>,
    after: Duration,
}

impl Reply {
    pub(super) fn json(body: &Value) -> Self {
        Self::of(StatusCode::OK, "application/json", body.to_string())
    }

    pub(super) fn of(status: StatusCode, kind: &'static str, body: String) -> Self {
        Self {
            status,
            kind,
            body,
            location: None,
            after: Duration::ZERO,
        }
    }

    /// A redirect, which nobody follows.
    pub(super) fn elsewhere(location: &str) -> Self {
        Self {
            location: Some(location.to_owned()),
            ..Self::of(StatusCode::FOUND, "text/plain", String::new())
        }
    }

    /// The same, long after anybody waits for it.
    pub(super) fn after(self, after: Duration) -> Self {
        Self { after, ..self }
    }

    pub(super) fn slowly(self) -> Self {
        Self {
            after: Duration::from_secs(60),
            ..self
        }
    }

    async fn give(self) -> Response {
        tokio::time::sleep(self.after).await;
        let mut response = (self.status, self.body).into_response();
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(self.kind));
        if let Some(location) = self.location {
            headers.insert(LOCATION, location.parse().unwrap());
        }
        response
    }
}

/// What all endpoints answer.
#[derive(Debug, Clone)]
pub(super) struct Plan {
    pub(super) discovery: Reply,
    pub(super) keys: Reply,
    pub(super) token: Reply,
}

/// A key of the provider, or of somebody else.
pub(super) struct Signer {
    secret: EncodingKey,
    pub(super) point: Vec<u8>,
    pub(super) kid: &'static str,
}

impl Signer {
    pub(super) fn new(kid: &'static str) -> Self {
        let pair = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).unwrap();
        Self {
            secret: EncodingKey::from_ec_der(pair.to_pkcs8v1().unwrap().as_ref()),
            point: pair.public_key().as_ref().to_vec(),
            kid,
        }
    }

    /// The public half.
    pub(super) fn jwk(&self) -> Value {
        let part = |from: usize| URL_SAFE_NO_PAD.encode(&self.point[from..from + 32]);
        json!({ "kty": "EC", "crv": "P-256", "use": "sig", "alg": "ES256", "kid": self.kid, "x": part(1), "y": part(33) })
    }

    /// A token with exactly this header and these claims.
    pub(super) fn token(&self, header: &str, claims: &str) -> String {
        let message = message(header, claims);
        let signature = jsonwebtoken::crypto::sign(message.as_bytes(), &self.secret, Algorithm::ES256);
        format!("{message}.{}", signature.unwrap())
    }
}

/// What is signed of a token.
pub(super) fn message(header: &str, claims: &str) -> String {
    format!(
        "{}.{}",
        URL_SAFE_NO_PAD.encode(header),
        URL_SAFE_NO_PAD.encode(claims)
    )
}

/// The provider while it runs.
pub(super) struct Hostile {
    pub(super) issuer: String,
    pub(super) own: Signer,
    pub(super) foreign: Signer,
    plan: Arc<Mutex<Plan>>,
    asked_for_keys: Arc<AtomicUsize>,
    asked_what_it_is: Arc<AtomicUsize>,
}

#[derive(Clone)]
struct Shared {
    plan: Arc<Mutex<Plan>>,
    asked_for_keys: Arc<AtomicUsize>,
    asked_what_it_is: Arc<AtomicUsize>,
}

impl Shared {
    fn planned(&self, pick: fn(&Plan) -> &Reply) -> Reply {
        pick(&self.plan.lock().unwrap()).clone()
    }
}

impl Hostile {
    pub(super) async fn start() -> Self {
        let listener = tokio::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0))
            .await
            .unwrap();
        let address: SocketAddr = listener.local_addr().unwrap();
        let nothing = Reply::of(StatusCode::NOT_FOUND, "text/plain", String::new());
        let shared = Shared {
            plan: Arc::new(Mutex::new(Plan {
                discovery: nothing.clone(),
                keys: nothing.clone(),
                token: nothing,
            })),
            asked_for_keys: Arc::default(),
            asked_what_it_is: Arc::default(),
        };
        let router = Router::new()
            .route(
                "/.well-known/openid-configuration",
                get(async |State(shared): State<Shared>| {
                    shared.asked_what_it_is.fetch_add(1, Ordering::SeqCst);
                    shared.planned(|plan| &plan.discovery).give().await
                }),
            )
            .route(
                "/jwks",
                get(async |State(shared): State<Shared>| {
                    shared.asked_for_keys.fetch_add(1, Ordering::SeqCst);
                    shared.planned(|plan| &plan.keys).give().await
                }),
            )
            .route(
                "/token",
                post(async |State(shared): State<Shared>| shared.planned(|plan| &plan.token).give().await),
            )
            .with_state(shared.clone());
        tokio::spawn(axum::serve(listener, router).into_future());
        Self {
            issuer: format!("http://127.0.0.1:{}", address.port()),
            own: Signer::new("own"),
            foreign: Signer::new("own"),
            plan: shared.plan,
            asked_for_keys: shared.asked_for_keys,
            asked_what_it_is: shared.asked_what_it_is,
        }
    }

    pub(super) fn plan(&self, plan: Plan) {
        *self.plan.lock().unwrap() = plan;
    }

    pub(super) fn keys(&self, keys: &[Value]) -> Reply {
        Reply::json(&json!({ "keys": keys }))
    }

    /// How often its keys were asked for.
    pub(super) fn asked_for_keys(&self) -> usize {
        self.asked_for_keys.load(Ordering::SeqCst)
    }

    /// How often it was asked what it is.
    pub(super) fn asked_what_it_is(&self) -> usize {
        self.asked_what_it_is.load(Ordering::SeqCst)
    }

    /// What an honest provider says of itself.
    pub(super) fn discovery(&self) -> Value {
        let issuer = &self.issuer;
        json!({
            "issuer": issuer,
            "authorization_endpoint": format!("{issuer}/authorize"),
            "token_endpoint": format!("{issuer}/token"),
            "jwks_uri": format!("{issuer}/jwks"),
            "id_token_signing_alg_values_supported": ["ES256"],
            "authorization_response_iss_parameter_supported": true,
        })
    }
}
