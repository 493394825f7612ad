//! A fresh proof for exactly one call: asked for with the step-up's id that the refused call got, given with WebAuthn Level 3's
//! own JSON. Then the same call passes with the header `Stagedoor-Step-Up`; a form of the console is sent again from here.

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use axum_extra::extract::CookieJar;
use http::HeaderMap;
use serde::Serialize;
use stagedoor_core::id::StepUpId;
use stagedoor_core::time::Timestamp;
use stagedoor_service::StaffOp;
use stagedoor_service::step_up::{self, Finished, Next};
use utoipa::ToSchema;

use super::passkeys::{OptionsBody, ProofBody};
use super::refuse;
use crate::cookies::{self, SESSION};
use crate::edge::{Context, Edge};
use crate::http::api::{Conflict, Refusals, schema};
use crate::http::input::{JsonBody, PathId};
use crate::http::page;

/// A proof that was given.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = StepUpProof)]
pub struct ProvedBody {
    /// Send the refused call again, unchanged, with this in the header `Stagedoor-Step-Up`. It counts once.
    #[schema(schema_with = schema::step_up_id)]
    step_up_id: StepUpId,
    /// Until when; `null` where nothing is left to be sent.
    #[schema(schema_with = schema::time_or_null)]
    until: Option<Timestamp>,
    /// Where a form of the console leads, which was sent again with the proof; `null` for any other call.
    location: Option<String>,
}

/// Begin to prove a passkey for a call that was refused with `STEP_UP_REQUIRED`. The challenge commits to that call: its
/// method, its address and what it brought along. The answer and the call are due in a minute.
#[utoipa::path(
    post, path = "/api/admin/step-up/{id}/begin", tag = "step-up", security(("staff_session" = [])),
    params(("id" = String, Path, description = "The `step_up_id` of the refusal.")),
    responses((status = 200, description = "What the browser is to be asked.", body = OptionsBody), Refusals, Conflict)
)]
pub async fn begin(Extension(op): Extension<StaffOp>, PathId(id): PathId<StepUpId>) -> Response {
    match step_up::begin(&op, id).await {
        Ok(options) => Json(options).into_response(),
        Err(error) => refuse(&op, &error),
    }
}

/// Give the proof that the browser made. The session's cookie is another one from then on; how old the session's own proof is
/// stays what it was.
#[utoipa::path(
    post, path = "/api/admin/step-up/{id}", tag = "step-up", security(("staff_session" = [])),
    params(("id" = String, Path, description = "The `step_up_id` of the refusal.")),
    responses((status = 200, description = "The call may come.", body = ProvedBody), Refusals, Conflict)
)]
pub async fn finish(
    State(edge): State<Edge>,
    context: Context,
    Extension(op): Extension<StaffOp>,
    jar: CookieJar,
    headers: HeaderMap,
    PathId(id): PathId<StepUpId>,
    JsonBody(body): JsonBody<ProofBody>,
) -> Response {
    match step_up::finish(&op, id, body.credential()).await {
        Ok(finished) => proved((&edge, context, jar, &headers), op, (id, finished)).await,
        Err(error) => refuse(&op, &error),
    }
}

/// The call may come, or the form that was kept is sent again; the session has another cookie.
pub(super) async fn proved(
    (edge, context, jar, headers): (&Edge, Context, CookieJar, &HeaderMap),
    op: StaffOp,
    (id, finished): (StepUpId, Finished),
) -> Response {
    let cookie = cookies::until(SESSION, &finished.reference, op.now(), finished.until);
    let proved = |until, location| {
        Json(ProvedBody {
            step_up_id: id,
            until,
            location,
        })
    };
    let answer = match finished.next {
        Next::Again(until) => proved(Some(until), None).into_response(),
        Next::Repeat { form, proof } => {
            match page::repeat((edge, context, &jar), (op, proof), &form, headers).await {
                Ok((kept, location)) => (kept, proved(None, Some(location))).into_response(),
                Err(response) => response,
            }
        }
    };
    (CookieJar::new().add(cookie), answer).into_response()
}
