//! Who am I: the caller's own session, with its guardrails and permissions.

use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use serde::Serialize;
use stagedoor_core::action::Action;
use stagedoor_core::id::StaffId;
use stagedoor_core::role::StaffRole;
use stagedoor_core::session::SessionState;
use stagedoor_core::time::Timestamp;
use stagedoor_core::view::frame::{GuardStanding, GuardView};
use stagedoor_service::StaffOp;
use utoipa::ToSchema;

use crate::http::api::{Refusals, schema};

/// The caller's session.
#[derive(Serialize, ToSchema)]
pub struct SessionBody {
    #[schema(schema_with = schema::staff_id)]
    staff_id: StaffId,
    /// Their name.
    name: String,
    /// Their address.
    email: String,
    #[schema(schema_with = schema::staff_role)]
    role: StaffRole,
    /// The address the server sees the call come from.
    address: String,
    /// The absolute end, which nothing moves.
    #[schema(schema_with = schema::time)]
    until: Timestamp,
    /// Without activity the session ends after so long.
    idle_in_seconds: u64,
    /// What they proved themselves with.
    #[schema(example = "passkey")]
    factor: &'static str,
    /// How long ago.
    factor_age_seconds: u64,
    guardrails: Vec<GuardrailBody>,
    /// The actions that the role holds, somewhere.
    permissions: Vec<&'static str>,
}

/// How one guardrail stands.
#[derive(Serialize, ToSchema)]
#[schema(as = Guardrail)]
pub struct GuardrailBody {
    /// `network`, `identity`, `mfa`, `authz`, `danger` or `session`.
    name: String,
    /// Its name for people.
    #[schema(example = "Passkey")]
    label: String,
    #[schema(schema_with = schema::guard_standing)]
    standing: GuardStanding,
    /// What it found, and what to do.
    text: String,
}

impl From<GuardView> for GuardrailBody {
    fn from(view: GuardView) -> Self {
        let GuardView {
            name,
            label,
            standing,
            text,
        } = view;
        Self {
            name,
            label,
            standing,
            text,
        }
    }
}

/// Who am I, how do my guardrails stand, and what may I do?
#[utoipa::path(
    get, path = "/api/admin/session", tag = "session", security(("staff_session" = [])),
    responses((status = 200, description = "The caller's own session.", body = SessionBody), Refusals)
)]
pub async fn show(Extension(op): Extension<StaffOp>) -> Response {
    let (now, session, staff) = (op.now(), op.session(), op.staff());
    let until = match session.state {
        SessionState::Active { until, .. } => until,
        SessionState::Ended { at, .. } => at,
    };
    let permissions = Action::ALL
        .iter()
        .filter(|action| op.holds(**action))
        .map(|action| action.name())
        .collect();
    let guardrails = GuardView::six(&op.verdicts())
        .into_iter()
        .map(GuardrailBody::from);
    Json(SessionBody {
        staff_id: staff.id,
        name: staff.name.clone(),
        email: staff.email.clone(),
        role: staff.role,
        address: op.visitor().address_text(),
        until,
        idle_in_seconds: op.service().policy().session_idle.as_secs(),
        factor: session.factor.kind.as_str(),
        factor_age_seconds: now.since(session.factor.at).as_secs(),
        guardrails: guardrails.collect(),
        permissions,
    })
    .into_response()
}
