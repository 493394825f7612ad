//! Policies: the declarations that guard the console, as they are in force. Nothing is changed here.

use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use serde::Serialize;
use stagedoor_core::action::Held;
use stagedoor_core::role::StaffRole;
use stagedoor_core::view::policy::{GuardRow, NarrowingView, NetworkLine, PoliciesView, PolicyCard};
use stagedoor_service::{StaffOp, policies};
use utoipa::ToSchema;

use super::refuse;
use crate::http::api::{Refusals, schema};

/// What guards the console.
#[derive(Serialize, ToSchema)]
#[schema(as = Policies)]
pub struct PoliciesBody {
    networks: Vec<NetworkBody>,
    /// The guard policies that come with the program; nothing takes one of them away.
    shipped: Vec<PolicyBody>,
    /// The guard policies that are declared beside them.
    declared: Vec<PolicyBody>,
    /// The declaration of every action for every role, as it is in force.
    guards: Vec<GuardBody>,
}

/// A range of addresses that staff may come from.
#[derive(Serialize, ToSchema)]
#[schema(as = NetworkRange)]
pub struct NetworkBody {
    /// Its name.
    name: String,
    #[schema(schema_with = schema::network_kind)]
    kind: String,
    /// The range.
    #[schema(example = "203.0.113.0/24")]
    range: String,
}

/// A guard policy: whom it concerns, doing what, and what it takes away.
#[derive(Serialize, ToSchema)]
#[schema(as = GuardPolicy)]
pub struct PolicyBody {
    /// Its name.
    name: String,
    /// What it is for, in a line.
    about: String,
    #[schema(schema_with = schema::staff_roles)]
    roles: Vec<StaffRole>,
    /// The actions it concerns, by name; `null` is all of them.
    actions: Option<Vec<String>>,
    /// The kinds of network that count; `null` leaves them as they are.
    networks: Option<Vec<String>>,
    /// The factors that count; `null` leaves them as they are.
    factors: Option<Vec<String>>,
    /// The lowest level of passkey that counts, `device_bound` or `attested`; `null` leaves it as it is.
    passkey: Option<String>,
    /// The oldest proof that will do; `null` leaves it as it is.
    max_age_seconds: Option<u64>,
    /// Whether a managed device is asked for.
    managed_device: bool,
    /// Whether a break-glass grant is asked for.
    needs_grant: bool,
    /// The longest a session may last; `null` leaves it as it is.
    session_ttl_seconds: Option<u64>,
    /// The longest a session may be idle; `null` leaves it as it is.
    session_idle_seconds: Option<u64>,
}

/// The declaration that guards one action of one role, as it is in force.
#[derive(Serialize, ToSchema)]
#[schema(as = Guard)]
pub struct GuardBody {
    /// The action's name, which is the permission.
    action: String,
    #[schema(schema_with = schema::staff_role)]
    role: StaffRole,
    #[schema(schema_with = schema::held_or_null)]
    held: Option<Held>,
    /// The whole declaration in one line.
    #[schema(
        example = "audience = staff, network in (corp_ip, vpn), identity = workforce, factor = webauthn, max_age = 4h, permission = tenant.view, session ttl = 4h idle = 15m, audit = on"
    )]
    declaration: String,
    /// The kinds of network that count; `null` where no network is asked for.
    networks: Option<Vec<String>>,
    /// The factors that count; `null` where none is asked for.
    factors: Option<Vec<String>>,
    /// The lowest level of passkey that counts, `device_bound` or `attested`; `null` where any does, or none is asked for.
    passkey: Option<String>,
    /// The oldest proof that will do; `null` where none is asked for.
    max_age_seconds: Option<u64>,
    /// Whether a managed device is asked for.
    managed_device: bool,
    /// Whether a break-glass grant is asked for.
    needs_grant: bool,
    /// The longest a session may last.
    session_ttl_seconds: u64,
    /// The longest a session may be idle.
    session_idle_seconds: u64,
    /// The guard policies that concern it, by name; `name (kept)` for one kept under a shipped one's name.
    policies: Vec<String>,
}

impl From<NetworkLine> for NetworkBody {
    fn from(line: NetworkLine) -> Self {
        let NetworkLine { name, kind, range } = line;
        Self { name, kind, range }
    }
}

impl From<PolicyCard> for PolicyBody {
    fn from(card: PolicyCard) -> Self {
        let NarrowingView {
            networks,
            factors,
            passkey,
            max_age_seconds,
            managed_device,
            needs_grant,
            session_ttl_seconds,
            session_idle_seconds,
        } = card.narrowing;
        Self {
            name: card.name,
            about: card.about,
            roles: card.roles,
            actions: card.actions,
            networks,
            factors,
            passkey,
            max_age_seconds,
            managed_device,
            needs_grant,
            session_ttl_seconds,
            session_idle_seconds,
        }
    }
}

impl From<GuardRow> for GuardBody {
    fn from(row: GuardRow) -> Self {
        Self {
            action: row.action,
            role: row.role,
            held: row.held,
            declaration: row.declaration,
            networks: row.networks,
            factors: row.factors,
            passkey: row.passkey,
            max_age_seconds: row.max_age_seconds,
            managed_device: row.managed_device,
            needs_grant: row.needs_grant,
            session_ttl_seconds: row.session_ttl_seconds,
            session_idle_seconds: row.session_idle_seconds,
            policies: row.policies,
        }
    }
}

impl From<PoliciesView> for PoliciesBody {
    fn from(view: PoliciesView) -> Self {
        let policies = |cards: Vec<PolicyCard>| cards.into_iter().map(Into::into).collect();
        Self {
            networks: view.networks.into_iter().map(Into::into).collect(),
            shipped: policies(view.shipped),
            declared: policies(view.declared),
            guards: view.guards.into_iter().map(Into::into).collect(),
        }
    }
}

/// What guards the console: the guard policies, and what each role is asked for each action.
#[utoipa::path(
    get, path = "/api/admin/policies", tag = "policies", security(("staff_session" = [])),
    responses((status = 200, description = "The declarations in force.", body = PoliciesBody), Refusals)
)]
pub async fn list(Extension(op): Extension<StaffOp>) -> Response {
    match policies::policies(&op, StaffRole::ALL).await {
        Ok(view) => Json(PoliciesBody::from(view)).into_response(),
        Err(error) => refuse(&op, &error),
    }
}
