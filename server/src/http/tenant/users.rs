//! The tenant's members, for its own people and for visiting staff in their place. The tenant is the host's, never a
//! parameter.

use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use serde::Deserialize;
use stagedoor_service::portal::MembersRequest;
use stagedoor_service::{TenantOp, portal};
use utoipa::IntoParams;

use super::refuse;
use crate::http::admin::users::UserBody;
use crate::http::api::{ListBody, Refusals};
use crate::http::input::{Limit, QueryString};

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
    #[serde(default)]
    #[param(value_type = Option<u32>, required = false, minimum = 1, maximum = 100)]
    limit: Limit,
}

/// The tenant's members. A visit's read is an entry in both logs.
#[utoipa::path(
    get, path = "/api/tenant/users", tag = "members", security(("tenant_session" = []), ("visit" = [])),
    params(MembersQuery),
    responses((status = 200, description = "A page of members.", body = ListBody<UserBody>), Refusals)
)]
pub async fn list(
    Extension(op): Extension<TenantOp>,
    QueryString(query): QueryString<MembersQuery>,
) -> Response {
    let request = MembersRequest {
        q: query.q,
        cursor: query.cursor,
        limit: Some(query.limit.get()),
    };
    match portal::members(&op, &request).await {
        Ok(view) => Json(ListBody::<UserBody>::from(view.page)).into_response(),
        Err(error) => refuse(&op, &error),
    }
}
