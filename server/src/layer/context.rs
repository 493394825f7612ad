//! The outermost layer of a host: a request gets its id, and every answer its security headers.

use std::net::SocketAddr;

use axum::extract::{ConnectInfo, Request, State};
use axum::middleware::Next;
use axum::response::Response;
use http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, REFERRER_POLICY, USER_AGENT, X_CONTENT_TYPE_OPTIONS,
};
use http::{HeaderMap, HeaderName, HeaderValue};
use stagedoor_service::system::{fresh_id, fresh_reference};
use stagedoor_service::{Attention, Visitor, Way};

use crate::edge::{Context, Edge};
use crate::layer::assertion;
use crate::layer::tenant::is_speculative;

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Gives the request its context, and the answer its headers.
pub async fn layer(State(edge): State<Edge>, mut request: Request, next: Next) -> Response {
    let service = &edge.service;
    let id = fresh_id(service.rng(), service.now());
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>();
    let peer = peer.map(|info| info.0.ip());
    let way = match peer {
        Some(peer) => edge.proxies.way(peer, request.headers()),
        None => Way::straight(None),
    };
    let said = assertion::of(&edge, peer, request.headers()).await;
    let agent = request
        .headers()
        .get(USER_AGENT)
        .and_then(|agent| agent.to_str().ok())
        .unwrap_or_default();
    let attention = match is_speculative(request.method(), request.headers()) {
        true => Attention::Nobody,
        false => Attention::Somebody,
    };
    let context = Context {
        visitor: Visitor::by_way(id, way, agent)
            .with_assertion(said)
            .with_attention(attention),
        nonce: fresh_reference(service.rng()).expose(),
    };
    let policy = content_security_policy(&context.nonce);
    request.extensions_mut().insert(context);
    let mut response = next.run(request).await;
    headers(response.headers_mut(), &policy);
    if let Ok(value) = HeaderValue::from_str(&id.to_string()) {
        response.headers_mut().insert(REQUEST_ID, value);
    }
    response
}

/// Nothing from elsewhere, nothing inline but what carries this answer's nonce, nothing evaluated but WebAssembly.
fn content_security_policy(nonce: &str) -> String {
    format!(
        "default-src 'none'; script-src 'self' 'nonce-{nonce}' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self'; \
         font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    )
}

fn headers(headers: &mut HeaderMap, policy: &str) {
    let page = headers
        .get(CONTENT_TYPE)
        .and_then(|kind| kind.to_str().ok())
        .is_some_and(|kind| kind.starts_with("text/html"));
    if page && let Ok(value) = HeaderValue::from_str(policy) {
        // The reference brings one of its own.
        headers.entry(CONTENT_SECURITY_POLICY).or_insert(value);
    }
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    // `no-referrer` would make Chromium send `Origin: null` on our own forms.
    headers.insert(REFERRER_POLICY, HeaderValue::from_static("same-origin"));
    headers.insert(
        HeaderName::from_static("cross-origin-opener-policy"),
        HeaderValue::from_static("same-origin"),
    );
    headers.insert(
        HeaderName::from_static("cross-origin-resource-policy"),
        HeaderValue::from_static("same-origin"),
    );
    headers
        .entry(CACHE_CONTROL)
        .or_insert(HeaderValue::from_static("no-store"));
}
