//! Narrowing the caller's session. No operation widens one: that takes a new sign-in.

use axum::Extension;
use axum::response::{IntoResponse, Response};
use axum_extra::extract::CookieJar;
use http::StatusCode;
use serde::Deserialize;
use stagedoor_core::narrowed::Reach;
use stagedoor_service::StaffOp;
use stagedoor_service::narrow::{self, NarrowRequest};
use utoipa::ToSchema;

use super::refuse;
use crate::cookies::{self, SESSION};
use crate::http::api::{Conflict, Refusals};
use crate::http::input::JsonBody;

/// What the session shall lose. What is left out stays as it is.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = Narrower)]
pub struct NarrowBody {
    /// The one tenant that it shall reach, by id or short name.
    #[serde(default)]
    #[schema(example = "acme")]
    tenant: Option<String>,
    /// `true`: it shall change nothing.
    #[serde(default)]
    reads_only: bool,
    /// The role or sub-role that it shall be viewed as: one that holds less than the one in force.
    #[serde(default)]
    #[schema(example = "read_only")]
    viewing_as: Option<String>,
}

impl From<NarrowBody> for NarrowRequest {
    fn from(body: NarrowBody) -> Self {
        Self {
            tenant: body.tenant,
            reach: if body.reads_only {
                Reach::Reads
            } else {
                Reach::Everything
            },
            viewing_as: body.viewing_as,
        }
    }
}

/// Narrow your session: to one tenant, to reads, to the view of a narrower role. The session's cookie is another one from then
/// on; its ends stay what they are. To widen it, sign in again.
#[utoipa::path(
    post, path = "/api/admin/session/narrow", tag = "session", security(("staff_session" = [])),
    responses((status = 204, description = "It is narrower."), Refusals, Conflict)
)]
pub async fn narrow(Extension(op): Extension<StaffOp>, JsonBody(body): JsonBody<NarrowBody>) -> Response {
    match narrow::narrow(&op, &body.into()).await {
        Ok(renewed) => {
            let cookie = cookies::until(SESSION, &renewed.reference, op.now(), renewed.until);
            (CookieJar::new().add(cookie), StatusCode::NO_CONTENT).into_response()
        }
        Err(error) => refuse(&op, &error),
    }
}
