//! What one has beside passkeys: an authenticator app, where policy allows the fallback, and recovery codes. What is secret
//! is in one answer, and in no other.

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use axum_extra::extract::CookieJar;
use http::{HeaderMap, StatusCode};
use serde::{Deserialize, Serialize};
use stagedoor_core::id::StepUpId;
use stagedoor_core::time::Timestamp;
use stagedoor_core::view::passkey::{CodesStanding, CodesView};
use stagedoor_service::{StaffOp, codes, passkeys, step_up};
use utoipa::ToSchema;

use super::refuse;
use super::step_up::{ProvedBody, proved};
use crate::edge::{Context, Edge};
use crate::http::api::{Conflict, Refusals, schema};
use crate::http::input::{JsonBody, PathId};

/// What the caller has beside passkeys.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Codes)]
pub struct CodesBody {
    /// Whether policy lets the caller's role use an authenticator app.
    app_allowed: bool,
    /// When the authenticator app was enrolled; `null` where there is none.
    #[schema(schema_with = schema::time_or_null)]
    app_enrolled_at: Option<Timestamp>,
    #[schema(schema_with = schema::time_or_null)]
    app_last_used_at: Option<Timestamp>,
    /// `open`; `suspended` after several wrong codes, for a while; `locked` after many, until another super admin resets the
    /// caller's factors.
    #[schema(example = "open")]
    app_codes: &'static str,
    /// How many recovery codes are left of ten.
    recovery_codes_left: u64,
}

impl From<CodesView> for CodesBody {
    fn from(view: CodesView) -> Self {
        Self {
            app_allowed: view.app_allowed,
            app_enrolled_at: view.app.as_ref().map(|app| app.created),
            app_last_used_at: view.app.and_then(|app| app.last_used),
            app_codes: match view.standing {
                CodesStanding::Open => "open",
                CodesStanding::Suspended(_) => "suspended",
                CodesStanding::Locked => "locked",
            },
            recovery_codes_left: view.recovery_left,
        }
    }
}

/// What you have beside passkeys: an authenticator app, and recovery codes.
#[utoipa::path(
    get, path = "/api/admin/session/codes", tag = "session", security(("staff_session" = [])),
    responses((status = 200, description = "What there is. Neither secret nor code is told.", body = CodesBody), Refusals)
)]
pub async fn show(Extension(op): Extension<StaffOp>) -> Response {
    match passkeys::list(&op).await {
        Ok(view) => Json(CodesBody::from(view.codes)).into_response(),
        Err(error) => refuse(&op, &error),
    }
}

/// An authenticator app that is being enrolled.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = NewApp)]
pub struct NewAppBody {
    /// The secret in base32, in groups of four, to type into the app.
    secret: String,
    /// The address for apps that read one (`otpauth://totp/…`).
    #[schema(example = "otpauth://totp/Stagedoor:kim@acme-corp.example?secret=…")]
    uri: String,
}

/// Begin to enrol an authenticator app. The session's passkey must be fresh. Its first code is due in ten minutes.
#[utoipa::path(
    post, path = "/api/admin/session/app/begin", tag = "session", security(("staff_session" = [])),
    responses((status = 200, description = "What to tell the app.", body = NewAppBody), Refusals, Conflict)
)]
pub async fn begin_app(Extension(op): Extension<StaffOp>) -> Response {
    match codes::begin_app(&op).await {
        Ok(app) => Json(NewAppBody {
            secret: app.secret,
            uri: app.uri,
        })
        .into_response(),
        Err(error) => refuse(&op, &error),
    }
}

/// A code.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = Code)]
pub struct CodeBody {
    /// The six digits that the app shows now.
    #[schema(example = "287082")]
    code: String,
}

/// Enrol the authenticator app by its first code, in the place of a former one.
#[utoipa::path(
    post, path = "/api/admin/session/app", tag = "session", security(("staff_session" = [])),
    responses((status = 204, description = "Its codes count from now on."), Refusals, Conflict)
)]
pub async fn confirm_app(Extension(op): Extension<StaffOp>, JsonBody(body): JsonBody<CodeBody>) -> Response {
    match codes::confirm_app(&op, &body.code).await {
        Ok(()) => StatusCode::NO_CONTENT.into_response(),
        Err(error) => refuse(&op, &error),
    }
}

/// Remove your authenticator app. The session's passkey must be fresh. Your other sessions that a code proved end with it.
#[utoipa::path(
    delete, path = "/api/admin/session/app", tag = "session", security(("staff_session" = [])),
    responses((status = 204, description = "Its codes count no more."), Refusals, Conflict)
)]
pub async fn remove_app(Extension(op): Extension<StaffOp>) -> Response {
    match codes::remove_app(&op).await {
        Ok(_) => StatusCode::NO_CONTENT.into_response(),
        Err(error) => refuse(&op, &error),
    }
}

/// Recovery codes that were just made.
#[derive(Serialize, ToSchema)]
#[schema(as = RecoveryCodes)]
pub struct RecoveryBody {
    /// The codes, each good once. They are told in this answer, and never again.
    codes: Vec<String>,
}

/// Make your recovery codes anew; the former ones are void. The session's passkey must be fresh.
#[utoipa::path(
    post, path = "/api/admin/session/recovery-codes", tag = "session", security(("staff_session" = [])),
    responses((status = 201, description = "The codes, this once.", body = RecoveryBody), Refusals)
)]
pub async fn renew_recovery(Extension(op): Extension<StaffOp>) -> Response {
    match codes::renew_recovery(&op).await {
        Ok(codes) => (StatusCode::CREATED, Json(RecoveryBody { codes })).into_response(),
        Err(error) => refuse(&op, &error),
    }
}

/// Give the proof for a refused call by a code of your authenticator app, where policy lets one do. The session's cookie is
/// another one from then on.
#[utoipa::path(
    post, path = "/api/admin/step-up/{id}/code", tag = "step-up", security(("staff_session" = [])),
    params(("id" = String, Path, description = "The `step_up_id` of the refusal.")),
    responses((status = 200, description = "The call may come.", body = ProvedBody), Refusals, Conflict)
)]
pub async fn prove(
    State(edge): State<Edge>,
    context: Context,
    Extension(op): Extension<StaffOp>,
    jar: CookieJar,
    headers: HeaderMap,
    PathId(id): PathId<StepUpId>,
    JsonBody(body): JsonBody<CodeBody>,
) -> Response {
    match step_up::finish_with_code(&op, id, &body.code).await {
        Ok(finished) => proved((&edge, context, jar, &headers), op, (id, finished)).await,
        Err(error) => refuse(&op, &error),
    }
}
