//! The token endpoint: a code and its PKCE verifier for an ID token (RFC 6749, section 4.1.3; RFC 7636, section 4.5).

use std::time::Duration;

use axum::Json;
use axum::extract::rejection::FormRejection;
use axum::extract::{Form, State};
use axum::response::{IntoResponse, Response};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::header::{AUTHORIZATION, WWW_AUTHENTICATE};
use http::{HeaderMap, StatusCode};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use stagedoor_core::time::{Timestamp, minutes};
use subtle::ConstantTimeEq;
use url::form_urlencoded;

use super::codes::Issued;
use super::{Client, Idp, Person};

/// How long an ID token is good for.
const TOKEN_TTL: Duration = minutes(5);

/// The parameters as they came. A repeated one does not parse.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Ask {
    grant_type: Option<String>,
    code: Option<String>,
    redirect_uri: Option<String>,
    client_id: Option<String>,
    client_secret: Option<String>,
    code_verifier: Option<String>,
}

/// Why nothing is issued (RFC 6749, section 5.2). The reason stays as coarse as the RFC has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Refusal {
    InvalidRequest,
    InvalidClient,
    InvalidGrant,
    UnsupportedGrantType,
    ServerError,
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let (status, error) = match self {
            Self::InvalidRequest => (StatusCode::BAD_REQUEST, "invalid_request"),
            Self::InvalidClient => (StatusCode::UNAUTHORIZED, "invalid_client"),
            Self::InvalidGrant => (StatusCode::BAD_REQUEST, "invalid_grant"),
            Self::UnsupportedGrantType => (StatusCode::BAD_REQUEST, "unsupported_grant_type"),
            Self::ServerError => (StatusCode::INTERNAL_SERVER_ERROR, "server_error"),
        };
        let body = Json(json!({ "error": error }));
        if self == Self::InvalidClient {
            return (status, [(WWW_AUTHENTICATE, "Basic realm=\"demo\"")], body).into_response();
        }
        (status, body).into_response()
    }
}

/// What an ID token says (OpenID Connect Core 1.0, section 2). Times are seconds since the epoch.
#[derive(Serialize)]
struct Claims<'a> {
    iss: &'a str,
    sub: &'a str,
    sid: &'a str,
    aud: &'a str,
    exp: i64,
    iat: i64,
    auth_time: i64,
    nonce: &'a str,
    amr: [&'a str; 1],
    email: &'a str,
    email_verified: bool,
    name: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    hd: Option<&'a str>,
}

/// POST: exchanges a code.
pub(super) async fn exchange(
    State(idp): State<Idp>,
    headers: HeaderMap,
    asking: Result<Form<Ask>, FormRejection>,
) -> Response {
    let answer = asking
        .map_err(|_| Refusal::InvalidRequest)
        .and_then(|Form(ask)| grant(&idp, &headers, &ask));
    match answer {
        Ok(tokens) => Json(tokens).into_response(),
        Err(refusal) => refusal.into_response(),
    }
}

fn grant(idp: &Idp, headers: &HeaderMap, ask: &Ask) -> Result<Value, Refusal> {
    let client = authenticate(idp, headers, ask)?;
    match ask.grant_type.as_deref() {
        Some("authorization_code") => {}
        Some(_) => return Err(Refusal::UnsupportedGrantType),
        None => return Err(Refusal::InvalidRequest),
    }
    let (Some(code), Some(verifier)) = (&ask.code, &ask.code_verifier) else {
        return Err(Refusal::InvalidRequest);
    };
    let now = idp.now();
    // Taken before anything is compared: whoever fails once needs a new code.
    let issued = idp.codes().take(code, now).ok_or(Refusal::InvalidGrant)?;
    let same = issued.client == client.id && ask.redirect_uri.as_ref() == Some(&issued.redirect_uri);
    if !same || !verifies(verifier, &issued.challenge) {
        return Err(Refusal::InvalidGrant);
    }
    let person = idp.person(&issued.subject).ok_or(Refusal::InvalidGrant)?;
    let token = id_token(idp, &issued, person, now).map_err(|_| Refusal::ServerError)?;
    Ok(json!({
        // Required by the RFC. There is nothing here that one could do with it, so it is forgotten at once.
        "access_token": idp.reference().expose(),
        "token_type": "Bearer",
        "expires_in": TOKEN_TTL.as_secs(),
        "scope": "openid email profile",
        "id_token": token,
    }))
}

/// RFC 7636, section 4.6, for S256.
fn verifies(verifier: &str, challenge: &[u8; 32]) -> bool {
    let well_formed = (43..=128).contains(&verifier.len())
        && verifier
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte));
    well_formed
        && Sha256::digest(verifier.as_bytes())
            .as_slice()
            .ct_eq(challenge)
            .into()
}

fn id_token(
    idp: &Idp,
    issued: &Issued,
    person: &Person,
    now: Timestamp,
) -> Result<String, jsonwebtoken::errors::Error> {
    let seconds = |at: Timestamp| at.micros().div_euclid(1_000_000);
    idp.key().sign(&Claims {
        iss: &idp.config().issuer,
        sub: &person.subject,
        sid: &issued.sid,
        aud: &issued.client,
        exp: seconds(now.plus(TOKEN_TTL)),
        iat: seconds(now),
        auth_time: seconds(issued.at),
        nonce: &issued.nonce,
        amr: ["mfa"],
        email: &person.email,
        email_verified: true,
        name: &person.name,
        hd: person.email.rsplit_once('@').map(|(_, domain)| domain),
    })
}

/// The client: by HTTP Basic or by the form, never by both (RFC 6749, section 2.3).
fn authenticate<'a>(idp: &'a Idp, headers: &HeaderMap, ask: &Ask) -> Result<&'a Client, Refusal> {
    let (id, secret) = match headers.get(AUTHORIZATION) {
        Some(_) if ask.client_secret.is_some() => return Err(Refusal::InvalidRequest),
        Some(value) => {
            let basic = value
                .to_str()
                .ok()
                .and_then(basic)
                .ok_or(Refusal::InvalidClient)?;
            (basic.0, Some(basic.1))
        }
        None => (
            ask.client_id.clone().ok_or(Refusal::InvalidClient)?,
            ask.client_secret.clone(),
        ),
    };
    let client = idp.client(&id).ok_or(Refusal::InvalidClient)?;
    let same = ask.client_id.as_ref().is_none_or(|named| *named == id);
    let known = match (&client.secret, &secret) {
        (None, None) => true,
        (Some(kept), Some(given)) => {
            // The digests are compared, so that neither content nor length can be timed.
            Sha256::digest(kept.as_bytes())
                .as_slice()
                .ct_eq(Sha256::digest(given.as_bytes()).as_slice())
                .into()
        }
        (None, Some(_)) | (Some(_), None) => false,
    };
    (same && known).then_some(client).ok_or(Refusal::InvalidClient)
}

/// Id and secret of an `Authorization: Basic` header; both are form-encoded before they are joined.
fn basic(header: &str) -> Option<(String, String)> {
    let (scheme, encoded) = header.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let text = String::from_utf8(STANDARD.decode(encoded.trim()).ok()?).ok()?;
    let (id, secret) = text.split_once(':')?;
    Some((unescape(id), unescape(secret)))
}

/// Undoes form encoding. Encoded text has neither `&` nor `=`, so that it reads as one name.
fn unescape(text: &str) -> String {
    form_urlencoded::parse(text.as_bytes())
        .map(|(name, _)| name.into_owned())
        .next()
        .unwrap_or_default()
}
