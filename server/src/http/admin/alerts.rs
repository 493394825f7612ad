//! Alerts: the caller's inbox, one of them, taking note, and a test. An alert that the caller was not told of is as unknown as
//! one that never was.

use axum::extract::Path;
use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use http::StatusCode;
use serde::{Deserialize, Serialize};
use stagedoor_core::id::{AlertId, StaffId};
use stagedoor_core::time::Timestamp;
use stagedoor_core::view::alert::{AlertRow, AlertView, DeliveryLine, RecipientLine};
use stagedoor_service::StaffOp;
use stagedoor_service::alerts::{self, AlertsRequest};
use utoipa::{IntoParams, ToSchema};

use super::refuse;
use crate::http::api::{Conflict, ListBody, Refusals, schema};
use crate::http::input::{Limit, QueryString};

/// Parameters of the list of alerts.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct AlertsQuery {
    /// The `next` of the former page.
    cursor: Option<String>,
    /// Rows a page, 50 unless said.
    #[serde(default)]
    #[param(value_type = Option<u32>, required = false, minimum = 1, maximum = 100)]
    limit: Limit,
}

/// An alert, as the caller has it.
#[derive(Serialize, ToSchema)]
#[schema(as = Alert)]
pub struct AlertBody {
    #[schema(schema_with = schema::alert_id)]
    id: AlertId,
    /// What happened, in a sentence.
    cause: String,
    /// The event, by its name.
    #[schema(example = "admin.staff.deactivate")]
    event: String,
    #[schema(schema_with = schema::event_id)]
    entry_id: String,
    #[schema(schema_with = schema::alert_severity)]
    severity: String,
    #[schema(schema_with = schema::alert_standing)]
    status: String,
    #[schema(schema_with = schema::time)]
    raised_at: Timestamp,
    #[schema(schema_with = schema::time)]
    due_at: Timestamp,
    #[schema(schema_with = schema::time_or_null)]
    acknowledged_at: Option<Timestamp>,
}

impl From<AlertRow> for AlertBody {
    fn from(row: AlertRow) -> Self {
        Self {
            cause: row.sentence(),
            id: row.id,
            event: row.event,
            entry_id: row.entry,
            severity: row.severity,
            status: row.standing,
            raised_at: row.raised,
            due_at: row.due,
            acknowledged_at: row.acknowledged,
        }
    }
}

/// Somebody who is to acknowledge an alert.
#[derive(Serialize, ToSchema)]
#[schema(as = AlertRecipient)]
pub struct RecipientBody {
    #[schema(schema_with = schema::staff_id)]
    id: StaffId,
    /// Their name.
    name: String,
    #[schema(schema_with = schema::alert_standing)]
    status: String,
    #[schema(schema_with = schema::time_or_null)]
    acknowledged_at: Option<Timestamp>,
}

impl From<RecipientLine> for RecipientBody {
    fn from(line: RecipientLine) -> Self {
        Self {
            id: line.id,
            name: line.name,
            status: line.standing,
            acknowledged_at: line.acknowledged,
        }
    }
}

/// What leaves the house for an alert.
#[derive(Serialize, ToSchema)]
#[schema(as = AlertDelivery)]
pub struct DeliveryBody {
    #[schema(schema_with = schema::alert_channel)]
    channel: String,
    /// The name of the one who is written to; `null` for the webhook.
    recipient: Option<String>,
    #[schema(schema_with = schema::delivery_state)]
    state: String,
    /// How often it was tried.
    tries: u64,
    /// When it was sent, or last failed: RFC 3339, UTC, microseconds.
    #[schema(schema_with = schema::time_or_null)]
    settled_at: Option<Timestamp>,
    /// When it is tried (again): RFC 3339, UTC, microseconds.
    #[schema(schema_with = schema::time_or_null)]
    next_at: Option<Timestamp>,
    /// Why the last try failed.
    error: Option<String>,
}

impl From<DeliveryLine> for DeliveryBody {
    fn from(line: DeliveryLine) -> Self {
        Self {
            channel: line.channel,
            recipient: line.recipient.map(|(_, name)| name),
            state: line.state,
            tries: line.tries,
            settled_at: line.settled,
            next_at: line.next,
            error: line.error,
        }
    }
}

/// An alert with who acknowledged it, and what left the house.
#[derive(Serialize, ToSchema)]
#[schema(as = AlertDetail)]
pub struct AlertDetailBody {
    #[serde(flatten)]
    alert: AlertBody,
    /// What its event is.
    about: String,
    /// Who is to acknowledge it: the super admins of the moment.
    recipients: Vec<RecipientBody>,
    /// What leaves the house.
    deliveries: Vec<DeliveryBody>,
}

impl From<AlertView> for AlertDetailBody {
    fn from(view: AlertView) -> Self {
        Self {
            alert: view.alert.into(),
            about: view.about,
            recipients: view.recipients.into_iter().map(Into::into).collect(),
            deliveries: view.deliveries.into_iter().map(Into::into).collect(),
        }
    }
}

/// An alert that was acted upon.
#[derive(Serialize, ToSchema)]
pub struct AlertIdBody {
    #[schema(schema_with = schema::alert_id)]
    id: AlertId,
}

/// The caller's alerts: what waits first, the newest first.
#[utoipa::path(
    get, path = "/api/admin/alerts", tag = "alerts", security(("staff_session" = [])),
    params(AlertsQuery),
    responses((status = 200, description = "A page of alerts.", body = ListBody<AlertBody>), Refusals)
)]
pub async fn list(
    Extension(op): Extension<StaffOp>,
    QueryString(query): QueryString<AlertsQuery>,
) -> Response {
    let request = AlertsRequest {
        cursor: query.cursor,
        limit: Some(query.limit.get()),
    };
    match alerts::list(&op, &request).await {
        Ok(view) => Json(ListBody::<AlertBody>::from(view.page)).into_response(),
        Err(error) => refuse(&op, &error),
    }
}

/// One alert of the caller's. That it was looked at is an entry.
#[utoipa::path(
    get, path = "/api/admin/alerts/{id}", tag = "alerts", security(("staff_session" = [])),
    params(("id" = String, Path, description = "The alert.")),
    responses((status = 200, description = "The alert.", body = AlertDetailBody), Refusals)
)]
pub async fn show(Extension(op): Extension<StaffOp>, Path(id): Path<String>) -> Response {
    match alerts::page(&op, &id).await {
        Ok(view) => Json(AlertDetailBody::from(view)).into_response(),
        Err(error) => refuse(&op, &error),
    }
}

/// Take note of an alert, for oneself.
#[utoipa::path(
    post, path = "/api/admin/alerts/{id}/acknowledge", tag = "alerts", security(("staff_session" = [])),
    params(("id" = String, Path, description = "The alert.")),
    responses((status = 200, description = "It is acknowledged.", body = AlertIdBody), Refusals, Conflict)
)]
pub async fn acknowledge(Extension(op): Extension<StaffOp>, Path(id): Path<String>) -> Response {
    match alerts::acknowledge(&op, &id).await {
        Ok(id) => Json(AlertIdBody { id }).into_response(),
        Err(error) => refuse(&op, &error),
    }
}

/// Send a test alert to every super admin, over every channel.
#[utoipa::path(
    post, path = "/api/admin/alerts/test", tag = "alerts", security(("staff_session" = [])),
    responses((status = 201, description = "It is on its way.", body = AlertIdBody), Refusals)
)]
pub async fn test(Extension(op): Extension<StaffOp>) -> Response {
    match alerts::test(&op).await {
        Ok(id) => (StatusCode::CREATED, Json(AlertIdBody { id })).into_response(),
        Err(error) => refuse(&op, &error),
    }
}
