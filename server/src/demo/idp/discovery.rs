//! What clients learn by themselves: OpenID Connect Discovery 1.0 and the key set.

use axum::Json;
use axum::extract::State;
use serde_json::{Value, json};

use super::Idp;

/// The metadata. Discovery asks for RS256 as well; no client of the demo needs it, so it is not offered.
pub(super) async fn metadata(State(idp): State<Idp>) -> Json<Value> {
    let issuer = &idp.config().issuer;
    Json(json!({
        "issuer": issuer,
        "authorization_endpoint": format!("{issuer}/authorize"),
        "token_endpoint": format!("{issuer}/token"),
        "jwks_uri": format!("{issuer}/jwks"),
        "end_session_endpoint": format!("{issuer}/logout"),
        "backchannel_logout_supported": true,
        "backchannel_logout_session_supported": true,
        "response_types_supported": ["code"],
        "response_modes_supported": ["query"],
        "grant_types_supported": ["authorization_code"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["ES256"],
        "token_endpoint_auth_methods_supported": ["none", "client_secret_basic", "client_secret_post"],
        "code_challenge_methods_supported": ["S256"],
        "authorization_response_iss_parameter_supported": true,
        "request_parameter_supported": false,
        "request_uri_parameter_supported": false,
        "scopes_supported": ["openid", "email", "profile"],
        "claims_supported": [
            "iss", "sub", "sid", "aud", "exp", "iat", "nonce", "auth_time", "amr", "email", "email_verified", "name", "hd"
        ],
    }))
}

/// The key set (RFC 7517, section 5).
pub(super) async fn jwks(State(idp): State<Idp>) -> Json<Value> {
    Json(json!({ "keys": [idp.key().public()] }))
}
