//! Changes on trial: what is tried, confirming it from inside, and rolling it back.

use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use http::StatusCode;
use serde::Serialize;
use stagedoor_core::id::TrialId;
use stagedoor_core::time::Timestamp;
use stagedoor_core::view::trial::TrialLine;
use stagedoor_service::{ServiceError, StaffOp, trial};
use utoipa::ToSchema;

use super::refuse;
use crate::http::api::{Conflict, Refusals, schema};
use crate::http::input::PathId;

/// A change that is in force for a few minutes, or was.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Trial)]
pub struct TrialBody {
    #[schema(schema_with = schema::trial_id)]
    id: TrialId,
    #[schema(schema_with = schema::trial_kind)]
    kind: String,
    /// What it is about, in a line.
    #[schema(example = "office is added")]
    about: String,
    /// Why, in the words of who began it.
    reason: String,
    /// Who began it, by name.
    begun_by: String,
    /// Whether that is you: nobody else can confirm it.
    own: bool,
    #[schema(schema_with = schema::time)]
    started_at: Timestamp,
    /// When it rolls back by itself.
    #[schema(schema_with = schema::time)]
    until: Timestamp,
    /// `pending`, `confirmed` or `rolled_back`.
    #[schema(example = "pending")]
    state: String,
    #[schema(schema_with = schema::time_or_null)]
    ended_at: Option<Timestamp>,
    /// Why it was rolled back: by `time`, by `hand`, or `refused` where it could not be confirmed any more; else `null`.
    why: Option<String>,
}

impl From<TrialLine> for TrialBody {
    fn from(line: TrialLine) -> Self {
        Self {
            id: line.id,
            kind: line.kind,
            about: line.about,
            reason: line.reason,
            begun_by: line.by,
            own: line.own,
            started_at: line.started,
            until: line.until,
            state: line.state,
            ended_at: line.ended,
            why: line.why,
        }
    }
}

/// The latest trials.
#[derive(Serialize, ToSchema)]
#[schema(as = Trials)]
pub struct TrialsBody {
    /// At most 50, newest first.
    items: Vec<TrialBody>,
}

/// The latest trials of what you may look at, newest first.
#[utoipa::path(
    get, path = "/api/admin/trials", tag = "trials", security(("staff_session" = [])),
    responses((status = 200, description = "What is on trial, and what was.", body = TrialsBody), Refusals)
)]
pub async fn list(Extension(op): Extension<StaffOp>) -> Response {
    match trial::trials(&op).await {
        Ok(lines) => {
            let items = lines.into_iter().map(Into::into).collect();
            Json(TrialsBody { items }).into_response()
        }
        Err(error) => refuse(&op, &error),
    }
}

fn ended(op: &StaffOp, ended: Result<(), ServiceError>) -> Response {
    match ended {
        Ok(()) => StatusCode::NO_CONTENT.into_response(),
        Err(error) => refuse(op, &error),
    }
}

/// Confirm a trial that you began: what is tried stays. The call itself must pass every guardrail under the change, whatever becomes of other changes on trial.
#[utoipa::path(
    post, path = "/api/admin/trials/{id}/confirm", tag = "trials", security(("staff_session" = [])),
    params(("id" = String, Path, description = "The trial.")),
    responses((status = 204, description = "The change stays."), Refusals, Conflict)
)]
pub async fn confirm(Extension(op): Extension<StaffOp>, PathId(id): PathId<TrialId>) -> Response {
    ended(&op, trial::confirm(&op, &id.to_string()).await)
}

/// Roll a trial back: what was before holds again.
#[utoipa::path(
    post, path = "/api/admin/trials/{id}/roll-back", tag = "trials", security(("staff_session" = [])),
    params(("id" = String, Path, description = "The trial.")),
    responses((status = 204, description = "What was before holds again."), Refusals, Conflict)
)]
pub async fn roll_back(Extension(op): Extension<StaffOp>, PathId(id): PathId<TrialId>) -> Response {
    ended(&op, trial::roll_back(&op, &id.to_string()).await)
}
