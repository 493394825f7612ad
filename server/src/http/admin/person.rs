//! One person of a tenant, found below their tenant alone: somebody of another tenant is as unknown as nobody.

use axum::extract::Path;
use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use serde::Serialize;
use stagedoor_core::time::Timestamp;
use stagedoor_core::view::event::AuditEvent;
use stagedoor_core::view::person::{PersonPage, RiskLine};
use stagedoor_service::{StaffOp, person};
use utoipa::ToSchema;

use super::event::EventBody;
use super::refuse;
use super::sessions::{SessionBody, body};
use super::users::UserBody;
use crate::http::api::{Refusals, schema};

/// A risk event about a person.
#[derive(Serialize, ToSchema)]
#[schema(as = PersonRisk)]
pub struct RiskBody {
    /// What raised it, in words.
    cause: String,
    #[schema(schema_with = schema::risk_level)]
    level: String,
    #[schema(schema_with = schema::risk_state)]
    state: String,
    #[schema(schema_with = schema::time)]
    raised_at: Timestamp,
}

impl From<RiskLine> for RiskBody {
    fn from(line: RiskLine) -> Self {
        Self {
            cause: line.cause,
            level: line.level,
            state: line.state,
            raised_at: line.raised,
        }
    }
}

/// A person, with their latest sessions and what the platform's log tells of them.
#[derive(Serialize, ToSchema)]
#[schema(as = Person)]
pub struct PersonBody {
    #[serde(flatten)]
    user: UserBody,
    #[schema(schema_with = schema::time)]
    joined_at: Timestamp,
    /// The latest ones, running or ended.
    sessions: Vec<SessionBody>,
    /// `null` for who may not see risk.
    risk_events: Option<Vec<RiskBody>>,
    /// The latest entries of the platform's log that the person caused.
    audit_as_actor: Vec<EventBody>,
    /// The latest entries of the platform's log that are about the person.
    audit_as_target: Vec<EventBody>,
}

impl From<PersonPage<AuditEvent>> for PersonBody {
    fn from(page: PersonPage<AuditEvent>) -> Self {
        let now = page.now;
        Self {
            user: page.person.into(),
            joined_at: page.joined,
            sessions: page.sessions.into_iter().map(|row| body(row, now)).collect(),
            risk_events: page
                .risks
                .map(|risks| risks.into_iter().map(Into::into).collect()),
            audit_as_actor: page.acted.into_iter().map(Into::into).collect(),
            audit_as_target: page.concerned.into_iter().map(Into::into).collect(),
        }
    }
}

/// One person of a tenant. The tenant reads in its own log that they were looked at.
#[utoipa::path(
    get, path = "/api/admin/tenants/{id}/users/{user_id}", tag = "users", security(("staff_session" = [])),
    params(
        ("id" = String, Path, description = "The tenant, by id or slug."),
        ("user_id" = String, Path, description = "The person.")
    ),
    responses((status = 200, description = "The person.", body = PersonBody), Refusals)
)]
pub async fn show(
    Extension(op): Extension<StaffOp>,
    Path((tenant, user)): Path<(String, String)>,
) -> Response {
    match person::page_in_fields(&op, &tenant, &user).await {
        Ok(page) => Json(PersonBody::from(page)).into_response(),
        Err(error) => refuse(&op, &error),
    }
}
