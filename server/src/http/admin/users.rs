//! People of one tenant: the list and its file. The use case records each look for both sides; nothing is read here.

use axum::extract::{Path, RawQuery};
use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use serde::{Deserialize, Serialize};
use stagedoor_core::id::MemberId;
use stagedoor_core::input::FieldError;
use stagedoor_core::role::TenantRole;
use stagedoor_core::time::Timestamp;
use stagedoor_core::view::directory::{MemberRow, MemberStatus, RiskLevel};
use stagedoor_service::directory::PeopleRequest;
use stagedoor_service::{ServiceError, StaffOp, directory};
use utoipa::{IntoParams, ToSchema};

use super::refuse;
use crate::http::api::{ListBody, Refusals, schema};
use crate::http::export::csv::{Table, maybe};
use crate::http::export::{self, Caller, FormatName};
use crate::http::input::{Limit, QueryString};

/// Parameters of a list of people.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct UsersQuery {
    /// Words of a name or address, and `role:`, `status:`, `risk:`, `factor:`, `seen:`.
    #[serde(default)]
    #[param(required = false)]
    q: String,
    /// `name`, `-seen` or `role`.
    sort: Option<String>,
    /// The `next` of the former page.
    cursor: Option<String>,
    /// Rows a page, 50 unless said.
    #[serde(default)]
    #[param(value_type = Option<u32>, required = false, minimum = 1, maximum = 100)]
    limit: Limit,
}

/// A person of a tenant.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = User)]
pub struct UserBody {
    #[schema(schema_with = schema::user_id)]
    id: MemberId,
    /// Their name.
    name: String,
    /// Their address.
    email: String,
    /// `null` once the membership has ended.
    #[schema(schema_with = schema::tenant_role_or_null)]
    role: Option<TenantRole>,
    #[schema(schema_with = schema::member_status)]
    status: MemberStatus,
    #[schema(schema_with = schema::time_or_null)]
    last_seen_at: Option<Timestamp>,
    /// What they can sign in with, in words.
    factors: String,
    #[schema(schema_with = schema::risk)]
    risk: RiskLevel,
}

impl From<MemberRow> for UserBody {
    fn from(row: MemberRow) -> Self {
        Self {
            id: row.id,
            name: row.name,
            email: row.email,
            role: row.role,
            status: row.status,
            last_seen_at: row.last_seen,
            factors: row.factors,
            risk: row.risk,
        }
    }
}

/// The directory of one tenant. Each query is an entry in both logs.
#[utoipa::path(
    get, path = "/api/admin/tenants/{id}/users", tag = "users", security(("staff_session" = [])),
    params(("id" = String, Path, description = "The tenant, by id or slug.", example = "acme"), UsersQuery),
    responses((status = 200, description = "A page of people.", body = ListBody<UserBody>), Refusals)
)]
pub async fn list(
    Extension(op): Extension<StaffOp>,
    Path(tenant): Path<String>,
    QueryString(query): QueryString<UsersQuery>,
) -> Response {
    let request = PeopleRequest {
        tenant,
        q: query.q,
        sort: query.sort,
        cursor: query.cursor,
        limit: query.limit.get(),
    };
    match directory::people(&op, &request).await {
        Ok(people) => Json(ListBody::<UserBody>::from(people.page)).into_response(),
        Err(error) => refuse(&op, &error),
    }
}

impl Table for UserBody {
    const HEAD: &'static [&'static str] = &[
        "id",
        "name",
        "email",
        "role",
        "status",
        "last_seen_at",
        "factors",
        "risk",
    ];

    fn cells(&self) -> Vec<String> {
        vec![
            self.id.to_string(),
            self.name.clone(),
            self.email.clone(),
            self.role.map(|role| role.as_str().to_owned()).unwrap_or_default(),
            self.status.as_str().to_owned(),
            maybe(&self.last_seen_at.map(Timestamp::rfc3339)),
            self.factors.clone(),
            self.risk.as_str().to_owned(),
        ]
    }
}

/// Parameters of an export of people. `id` can stand there often, so they are read by hand.
#[derive(Debug, Default, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct UsersExport {
    /// `csv` or `jsonl`.
    #[param(value_type = FormatName, inline)]
    format: String,
    /// As for the list.
    #[param(required = false)]
    q: String,
    /// As for the list.
    sort: Option<String>,
    /// Only these people, by id; as often as there are people, 100 at most.
    #[param(required = false)]
    id: Vec<String>,
}

impl UsersExport {
    fn read(query: &str) -> Result<Self, ServiceError> {
        let mut read = Self::default();
        for (name, value) in url::form_urlencoded::parse(query.as_bytes()).into_owned() {
            match name.as_str() {
                "format" => read.format = value,
                "q" => read.q = value,
                "sort" => read.sort = Some(value).filter(|value| !value.is_empty()),
                "id" => read.id.push(value),
                _ => {
                    let message = format!("{name} is not known here. Use format, q, sort or id.");
                    return Err(ServiceError::field(FieldError::new("query", message)));
                }
            }
        }
        Ok(read)
    }

    fn request(self, tenant: String) -> Result<directory::ExportRequest, ServiceError> {
        Ok(directory::ExportRequest {
            format: export::format(&self.format)?,
            tenant,
            q: self.q,
            sort: self.sort,
            ids: self.id,
        })
    }
}

/// The directory of one tenant as a file: exactly what the list shows for the same query, at most 100,000 rows.
///
/// It is recorded in both logs, with the number of rows, before the first of them leaves. The headers
/// `Stagedoor-Export-Rows`, `-Complete`, `-Limit` and `-Filter` say what it is; JSON Lines begins with a line
/// `{"manifest": …}` that says the same. One export a person at a time.
#[utoipa::path(
    get, path = "/api/admin/tenants/{id}/users/export", tag = "users", security(("staff_session" = [])),
    params(("id" = String, Path, description = "The tenant, by id or slug.", example = "acme"), UsersExport),
    responses(
        (status = 200, description = "The file.", content((String = "text/csv"), (UserBody = "application/jsonl"))),
        Refusals
    )
)]
pub async fn export(
    caller: Caller,
    Extension(op): Extension<StaffOp>,
    Path(tenant): Path<String>,
    RawQuery(query): RawQuery,
) -> Response {
    let asked = UsersExport::read(&query.unwrap_or_default()).and_then(|asked| asked.request(tenant));
    let exported = match asked {
        Ok(request) => directory::export(&op, &request).await,
        Err(error) => Err(error),
    };
    match exported {
        Ok(exported) => export::answer(exported, UserBody::from),
        Err(error) => caller.refuse(&error),
    }
}
