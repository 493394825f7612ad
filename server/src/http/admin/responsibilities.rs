//! The caller's own responsibilities and backup contact. Until they are acknowledged every other call is refused with
//! `RESPONSIBILITIES_REQUIRED`.

use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use http::StatusCode;
use serde::{Deserialize, Serialize};
use stagedoor_core::time::Timestamp;
use stagedoor_core::view::duties::{ContactLine, DutiesView};
use stagedoor_service::duties::{self, TypedContact};
use stagedoor_service::{ServiceError, StaffOp};
use utoipa::ToSchema;

use super::refuse;
use crate::http::api::{Refusals, schema};
use crate::http::input::JsonBody;

/// A backup contact.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = BackupContact)]
pub struct ContactBody {
    /// Who answers there, where that is somebody else.
    name: Option<String>,
    /// An e-mail address, or a telephone number as `+` and its digits.
    #[schema(example = "+4930901820")]
    contact: String,
    #[schema(schema_with = schema::time)]
    changed_at: Timestamp,
}

impl From<ContactLine> for ContactBody {
    fn from(line: ContactLine) -> Self {
        Self {
            name: line.name,
            contact: line.contact,
            changed_at: line.changed,
        }
    }
}

/// The caller's responsibilities.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Responsibilities)]
pub struct DutiesBody {
    /// Which text it is: it is another one with every change.
    #[schema(example = "1")]
    version: String,
    /// The text, a line each.
    lines: Vec<String>,
    /// Whether the caller has acknowledged this very text. Until then every other call is refused.
    acknowledged: bool,
    #[schema(schema_with = schema::time_or_null)]
    acknowledged_at: Option<Timestamp>,
    /// What the caller left; `null` is nothing.
    backup_contact: Option<ContactBody>,
}

impl From<DutiesView> for DutiesBody {
    fn from(view: DutiesView) -> Self {
        Self {
            version: view.version,
            lines: view.lines,
            acknowledged: view.done,
            acknowledged_at: view.acknowledged,
            backup_contact: view.contact.map(Into::into),
        }
    }
}

/// Your responsibilities as they stand now, and your backup contact.
#[utoipa::path(
    get, path = "/api/admin/me/responsibilities", tag = "session", security(("staff_session" = [])),
    responses((status = 200, description = "The text, and whether you acknowledged it.", body = DutiesBody), Refusals)
)]
pub async fn show(Extension(op): Extension<StaffOp>) -> Response {
    match duties::view(&op).await {
        Ok(view) => Json(DutiesBody::from(view)).into_response(),
        Err(error) => refuse(&op, &error),
    }
}

/// An acknowledgement.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = Acknowledgement)]
pub struct AcknowledgeBody {
    /// The `version` of the text that was read.
    #[schema(example = "1")]
    version: String,
    /// Another way to reach you: an e-mail address other than that of work, or a telephone number with its country.
    #[schema(example = "+49 30 901820")]
    contact: String,
    /// Who answers there, where that is somebody else.
    #[serde(default)]
    contact_name: String,
}

/// Acknowledge your responsibilities as they stand now, and leave a backup contact.
#[utoipa::path(
    post, path = "/api/admin/me/responsibilities", tag = "session", security(("staff_session" = [])),
    responses((status = 204, description = "The console is open to you."), Refusals)
)]
pub async fn acknowledge(
    Extension(op): Extension<StaffOp>,
    JsonBody(body): JsonBody<AcknowledgeBody>,
) -> Response {
    let typed = TypedContact {
        name: body.contact_name,
        contact: body.contact,
    };
    done(&op, duties::acknowledge(&op, &body.version, &typed).await)
}

/// A backup contact, as it is typed.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = BackupContactChange)]
pub struct ChangeBody {
    /// An e-mail address other than that of work, or a telephone number with its country.
    #[schema(example = "+49 30 901820")]
    contact: String,
    /// Who answers there, where that is somebody else.
    #[serde(default)]
    contact_name: String,
}

/// Change your backup contact.
#[utoipa::path(
    put, path = "/api/admin/me/backup-contact", tag = "session", security(("staff_session" = [])),
    responses((status = 204, description = "It is kept in the place of the former one."), Refusals)
)]
pub async fn change_contact(
    Extension(op): Extension<StaffOp>,
    JsonBody(body): JsonBody<ChangeBody>,
) -> Response {
    let typed = TypedContact {
        name: body.contact_name,
        contact: body.contact,
    };
    done(&op, duties::change_contact(&op, &typed).await)
}

fn done(op: &StaffOp, done: Result<(), ServiceError>) -> Response {
    match done {
        Ok(()) => StatusCode::NO_CONTENT.into_response(),
        Err(error) => refuse(op, &error),
    }
}
