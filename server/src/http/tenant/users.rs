//! The tenant's members, for its own people and for visiting staff in their place. The tenant is the host's, never a
//! parameter.

use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use serde::Deserialize;
use stagedoor_service::portal::MembersRequest;
use stagedoor_service::{TenantOp, portal};
use utoipa::IntoParams;

use super::refuse;
use crate::edge::Context;
use crate::http::admin::users::UserBody;
use crate::http::api::{ListBody, Refusals};
use crate::http::input::{QueryString, limit};

/// Parameters of a list of members.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct MembersQuery {
    /// Words of a name or address.
    #[serde(default)]
    #[param(required = false)]
    q: String,
    /// The `next` of the former page.
    cursor: Option<String>,
    /// Rows a page, 50 unless said.
    #[param(minimum = 1, maximum = 100)]
    limit: Option<u32>,
}

/// The tenant's members. A visit's read is an entry in both logs.
#[utoipa::path(
    get, path = "/api/tenant/users", tag = "members", security(("tenant_session" = []), ("visit" = [])),
    params(MembersQuery),
    responses((status = 200, description = "A page of members.", body = ListBody<UserBody>), Refusals)
)]
pub async fn list(
    context: Context,
    Extension(op): Extension<TenantOp>,
    QueryString(query): QueryString<MembersQuery>,
) -> Response {
    let limit = match limit(&context, query.limit) {
        Ok(limit) => limit,
        Err(error) => return error.into_response(),
    };
    let request = MembersRequest {
        q: query.q,
        cursor: query.cursor,
        limit: Some(limit),
    };
    match portal::members(&op, &request).await {
        Ok(view) => Json(ListBody::<UserBody>::from(view.page)).into_response(),
        Err(error) => refuse(&op, &error),
    }
}
