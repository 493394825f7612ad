//! One's own passkeys, and the proof of one renewed. The ceremonies' bodies are WebAuthn Level 3's own JSON
//! (`PublicKeyCredentialCreationOptionsJSON` and its kin), passed to the service as they are.

use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use axum_extra::extract::CookieJar;
use http::StatusCode;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use stagedoor_core::assurance::PasskeyLevel;
use stagedoor_core::id::PasskeyId;
use stagedoor_core::time::Timestamp;
use stagedoor_core::view::passkey::PasskeyRow;
use stagedoor_service::{StaffOp, passkeys};
use utoipa::ToSchema;

use super::refuse;
use crate::cookies::{self, SESSION};
use crate::http::api::{Conflict, Refusals, schema};
use crate::http::input::{JsonBody, PathId};

/// A passkey.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Passkey)]
pub struct PasskeyBody {
    #[schema(schema_with = schema::passkey_id)]
    id: PasskeyId,
    /// The name that its owner gave it.
    name: String,
    /// What made it, as it says itself; `null` where that is not known.
    #[schema(example = "YubiKey 5")]
    maker: Option<String>,
    /// The model of what made it (AAGUID), as it says itself; `null` where it does not say.
    #[schema(example = "cb69481e-8ff7-4039-93ec-0a2729a154a8")]
    aaguid: Option<String>,
    /// The format in which a maker on the installation's list vouched for it and its model; `null` where nobody did.
    #[schema(example = "packed")]
    attestation: Option<String>,
    #[schema(schema_with = schema::passkey_level)]
    level: PasskeyLevel,
    /// Whether policy lets its owner sign in with it.
    serves: bool,
    /// Whether the session of this very call was proved with it.
    current: bool,
    /// How many other sessions end when it is revoked: those proved with it, and those of which nobody knows.
    other_sessions: u64,
    #[schema(schema_with = schema::time)]
    created_at: Timestamp,
    #[schema(schema_with = schema::time_or_null)]
    last_used_at: Option<Timestamp>,
    /// Whether it may leave its device by synchronisation; `null` where that is not known.
    synced: Option<bool>,
    /// Since when it may have been copied, by its signature counter: it proves nothing any more, and can only be revoked.
    #[schema(schema_with = schema::time_or_null)]
    copied_at: Option<Timestamp>,
}

impl From<PasskeyRow> for PasskeyBody {
    fn from(row: PasskeyRow) -> Self {
        Self {
            id: row.id,
            name: row.name,
            maker: row.maker,
            aaguid: row.model,
            attestation: row.attestation,
            level: row.level,
            serves: row.serves,
            current: row.current,
            other_sessions: row.other_sessions,
            created_at: row.created,
            last_used_at: row.last_used,
            synced: row.synced,
            copied_at: row.copied,
        }
    }
}

/// The caller's passkeys.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Passkeys)]
pub struct PasskeysBody {
    /// Those in use, the oldest first.
    items: Vec<PasskeyBody>,
    /// The level that policy asks of them: `any`, `device_bound` or `attested`. What is below lets nobody in.
    #[schema(schema_with = schema::passkey_level)]
    asked: PasskeyLevel,
    #[schema(schema_with = schema::time_or_null)]
    fresh_until: Option<Timestamp>,
    /// How old the session's proof may be to add or revoke one.
    fresh_for_seconds: u64,
}

/// Your own passkeys. Until `fresh_until` you may add and revoke; `null` asks for a renewed proof first.
#[utoipa::path(
    get, path = "/api/admin/session/passkeys", tag = "session", security(("staff_session" = [])),
    responses((status = 200, description = "The passkeys.", body = PasskeysBody), Refusals)
)]
pub async fn list(Extension(op): Extension<StaffOp>) -> Response {
    match passkeys::list(&op).await {
        Ok(view) => Json(PasskeysBody {
            items: view.items.into_iter().map(Into::into).collect(),
            asked: view.asked,
            fresh_until: view.fresh_until,
            fresh_for_seconds: view.fresh_for_seconds,
        })
        .into_response(),
        Err(error) => refuse(&op, &error),
    }
}

/// What `navigator.credentials` is called with.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CeremonyOptions)]
pub struct OptionsBody {
    /// WebAuthn's options in JSON, binary fields in base64url.
    #[serde(rename = "publicKey")]
    #[schema(value_type = Object)]
    public_key: Value,
}

/// The answer of `navigator.credentials`.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = PasskeyProof)]
pub struct ProofBody {
    /// WebAuthn's credential in JSON, binary fields in base64url.
    #[schema(value_type = Object)]
    credential: Value,
}

/// A new passkey.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewPasskey)]
pub struct NewBody {
    /// A name for it: 1 to 60 characters.
    name: String,
    /// WebAuthn's credential in JSON, binary fields in base64url.
    #[schema(value_type = Object)]
    credential: Value,
}

/// A passkey that was registered.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = RegisteredPasskey)]
pub struct RegisteredBody {
    #[schema(schema_with = schema::passkey_id)]
    id: PasskeyId,
}

/// Another name.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = PasskeyName)]
pub struct NameBody {
    /// The name: 1 to 60 characters.
    name: String,
}

impl ProofBody {
    /// The credential.
    pub(super) const fn credential(&self) -> &Value {
        &self.credential
    }
}

fn options(op: &StaffOp, begun: Result<Value, stagedoor_service::ServiceError>) -> Response {
    match begun {
        Ok(options) => Json(options).into_response(),
        Err(error) => refuse(op, &error),
    }
}

/// Begin to register another passkey for yourself. The session's proof must be fresh. The answer is due in two minutes.
#[utoipa::path(
    post, path = "/api/admin/session/passkeys/begin", tag = "session", security(("staff_session" = [])),
    responses((status = 200, description = "What the browser is to be asked.", body = OptionsBody), Refusals, Conflict)
)]
pub async fn begin(Extension(op): Extension<StaffOp>) -> Response {
    options(&op, passkeys::begin_registration(&op).await)
}

/// Register the passkey that the browser made.
#[utoipa::path(
    post, path = "/api/admin/session/passkeys", tag = "session", security(("staff_session" = [])),
    responses((status = 201, description = "It can be used from now on.", body = RegisteredBody), Refusals, Conflict)
)]
pub async fn add(Extension(op): Extension<StaffOp>, JsonBody(body): JsonBody<NewBody>) -> Response {
    match passkeys::finish_registration(&op, &body.name, &body.credential).await {
        Ok(id) => (StatusCode::CREATED, Json(RegisteredBody { id })).into_response(),
        Err(error) => refuse(&op, &error),
    }
}

/// Give one of your passkeys another name.
#[utoipa::path(
    patch, path = "/api/admin/session/passkeys/{id}", tag = "session", security(("staff_session" = [])),
    params(("id" = String, Path, description = "The passkey.")),
    responses((status = 204, description = "It has the name."), Refusals)
)]
pub async fn rename(
    Extension(op): Extension<StaffOp>,
    PathId(id): PathId<PasskeyId>,
    JsonBody(body): JsonBody<NameBody>,
) -> Response {
    match passkeys::rename(&op, id, &body.name).await {
        Ok(()) => StatusCode::NO_CONTENT.into_response(),
        Err(error) => refuse(&op, &error),
    }
}

/// Revoke one of your passkeys, never the last one. The session's proof must be fresh. Your other sessions end with it.
#[utoipa::path(
    delete, path = "/api/admin/session/passkeys/{id}", tag = "session", security(("staff_session" = [])),
    params(("id" = String, Path, description = "The passkey.")),
    responses((status = 204, description = "It cannot be used again."), Refusals, Conflict)
)]
pub async fn revoke(Extension(op): Extension<StaffOp>, PathId(id): PathId<PasskeyId>) -> Response {
    match passkeys::revoke(&op, id).await {
        Ok(_) => StatusCode::NO_CONTENT.into_response(),
        Err(error) => refuse(&op, &error),
    }
}

/// Begin to prove a passkey again. The answer is due in two minutes.
#[utoipa::path(
    post, path = "/api/admin/session/renew/begin", tag = "session", security(("staff_session" = [])),
    responses((status = 200, description = "What the browser is to be asked.", body = OptionsBody), Refusals)
)]
pub async fn begin_renewal(Extension(op): Extension<StaffOp>) -> Response {
    options(&op, passkeys::begin_renewal(&op).await)
}

/// Renew the session's proof with what the browser made. The session's cookie is another one from then on; its absolute end
/// stays what it is.
#[utoipa::path(
    post, path = "/api/admin/session/renew", tag = "session", security(("staff_session" = [])),
    responses((status = 204, description = "The proof is fresh."), Refusals, Conflict)
)]
pub async fn renew(Extension(op): Extension<StaffOp>, JsonBody(body): JsonBody<ProofBody>) -> Response {
    match passkeys::finish_renewal(&op, &body.credential).await {
        Ok(renewed) => {
            let cookie = cookies::until(SESSION, &renewed.reference, op.now(), renewed.until);
            (CookieJar::new().add(cookie), StatusCode::NO_CONTENT).into_response()
        }
        Err(error) => refuse(&op, &error),
    }
}
