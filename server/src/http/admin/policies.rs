//! Policies: the declarations that guard the console, and the simulator. Neither changes anything.

use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use serde::{Deserialize, Serialize};
use stagedoor_core::action::Held;
use stagedoor_core::role::StaffRole;
use stagedoor_core::time::Timestamp;
use stagedoor_core::view::policy::{
    Answer, GuardRow, NarrowingView, NetworkLine, PoliciesView, PolicyCard, Simulation,
};
use stagedoor_service::StaffOp;
use stagedoor_service::policies::{self, ChangeRequest, SimulateRequest};
use utoipa::ToSchema;

use super::refuse;
use super::session::GuardrailBody;
use crate::http::api::{Refusals, schema};
use crate::http::input::JsonBody;

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
    /// The guard policies that concern it, by name.
    policies: Vec<String>,
}

/// A request that nobody made. What is left out is a fact that nobody knows, and what nobody knows denies.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = SimulatedRequest)]
pub struct SimulateBody {
    /// A member of staff by id. Either this or `role`.
    person: Option<String>,
    #[schema(schema_with = schema::staff_role_or_null)]
    role: Option<String>,
    /// The sub-role of somebody made up; left out, the whole role.
    sub_role: Option<String>,
    /// The tenants that somebody made up reaches, by id or slug; left out, all of them.
    scope: Option<Vec<String>>,
    /// Where the account of somebody made up stands: `active` unless said, `pending`, `expired` or `deactivated`.
    account: Option<String>,
    /// What they would do, by its name.
    #[schema(example = "tenant.suspend")]
    action: String,
    /// The tenant that it is about, by id or slug, where it is about one.
    tenant: Option<String>,
    /// Whose the session, visit or passkey is: `own` unless said, or `anothers`.
    owner: Option<String>,
    /// Where they call from.
    #[schema(example = "203.0.113.9")]
    address: Option<String>,
    /// What the identity-aware proxy in front said of the request: `vouched` or `disbelieved`; left out, nothing.
    #[schema(example = "vouched")]
    proxy: Option<String>,
    /// Who vouches for whom: `workforce`, `outsider`, `service`, `another` where the proxy names somebody else than the
    /// session is of, or `untrusted` for a provider that is not trusted.
    #[schema(example = "workforce")]
    identity: Option<String>,
    /// What is said of their device: `managed`, `unmanaged`, or `misclaimed` where it is neither true nor false; left out, nothing.
    #[schema(example = "managed")]
    device: Option<String>,
    /// What they proved: `passkey` or `totp`.
    #[schema(example = "passkey")]
    factor: Option<String>,
    /// What is known of the passkey: `any` unless said, `device_bound` or `attested`.
    #[schema(example = "device_bound")]
    passkey: Option<String>,
    /// How long ago; at this moment unless said.
    factor_age_seconds: Option<u32>,
    /// Where their session stands: `live` or `ended`.
    #[schema(example = "live")]
    session: Option<String>,
    /// How long ago it began; at this moment unless said.
    session_age_seconds: Option<u32>,
    /// How long it has been idle; not at all unless said.
    session_idle_seconds: Option<u32>,
    #[schema(schema_with = schema::time_or_null)]
    at: Option<Timestamp>,
    /// Whether they hold a break-glass grant for exactly this: `none` unless said, or `approved`.
    grant: Option<String>,
    /// By what leave a visit would be made: the tenant's `standing` choice unless said, or `asked`.
    leave: Option<String>,
    /// How many visits they have now.
    #[serde(default)]
    live_visits: u32,
    /// A guard policy to try beside those in force. Nothing is changed.
    change: Option<ChangeBody>,
}

/// A guard policy to try: it can only take away.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = SimulatedChange)]
pub struct ChangeBody {
    /// The roles it concerns; left out, every role.
    #[serde(default)]
    roles: Vec<String>,
    /// The actions it concerns, by name; left out, every action.
    #[serde(default)]
    actions: Vec<String>,
    /// The kinds of network that count: `corp_ip`, `vpn`, `proxy`.
    networks: Option<Vec<String>>,
    /// The factors that count: `passkey`, which is always among them, and `totp`.
    factors: Option<Vec<String>>,
    /// The lowest level of passkey that counts: `device_bound` or `attested`; with either no code counts.
    passkey: Option<String>,
    /// The oldest proof that will do, 60 to 14,400.
    max_age_seconds: Option<u32>,
    /// `managed` asks for a managed device.
    device: Option<String>,
    /// `break_glass` asks for a grant of two other people.
    danger: Option<String>,
    /// The longest a session may last, 60 to 14,400.
    session_ttl_seconds: Option<u32>,
    /// The longest a session may be idle, 60 to 900.
    session_idle_seconds: Option<u32>,
}

/// What the core says of a simulated request.
#[derive(Serialize, ToSchema)]
#[schema(as = Simulation)]
pub struct SimulationBody {
    /// Who would ask, in words.
    who: String,
    /// What for, by its name.
    action: String,
    #[schema(schema_with = schema::tenant_id_or_null)]
    tenant_id: Option<String>,
    #[schema(schema_with = schema::time)]
    at: Timestamp,
    present: AnswerBody,
    /// What it would say with the change; `null` where none was asked about.
    #[schema(inline)]
    changed: Option<AnswerBody>,
}

/// A decision: six verdicts, and what follows.
#[derive(Serialize, ToSchema)]
#[schema(as = SimulatedAnswer)]
pub struct AnswerBody {
    #[schema(schema_with = schema::ending)]
    outcome: &'static str,
    /// Why, and what to do.
    text: String,
    /// The reason by its name in the audit; `null` on a permit.
    reason: Option<String>,
    /// The code that the caller would get; `null` on a permit.
    code: Option<String>,
    /// How old the proof may be that is asked for; `null` where none is.
    max_age_seconds: Option<u64>,
    guardrails: Vec<GuardrailBody>,
    guard: GuardBody,
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

impl From<Answer> for AnswerBody {
    fn from(answer: Answer) -> Self {
        Self {
            outcome: answer.ending.as_str(),
            text: answer.text,
            reason: answer.reason,
            code: answer.code,
            max_age_seconds: answer.max_age_seconds,
            guardrails: answer.guards.into_iter().map(Into::into).collect(),
            guard: answer.guard.into(),
        }
    }
}

impl From<Simulation> for SimulationBody {
    fn from(simulation: Simulation) -> Self {
        Self {
            who: simulation.who,
            action: simulation.action,
            tenant_id: simulation.tenant.map(|tenant| tenant.id.to_string()),
            at: simulation.at,
            present: simulation.present.into(),
            changed: simulation.changed.map(Into::into),
        }
    }
}

fn span(seconds: Option<u32>) -> Option<std::time::Duration> {
    seconds.map(|seconds| std::time::Duration::from_secs(seconds.into()))
}

impl From<ChangeBody> for ChangeRequest {
    fn from(body: ChangeBody) -> Self {
        Self {
            roles: body.roles,
            actions: body.actions,
            networks: body.networks,
            factors: body.factors,
            passkey: body.passkey,
            max_age: span(body.max_age_seconds),
            device: body.device,
            danger: body.danger,
            session_ttl: span(body.session_ttl_seconds),
            session_idle: span(body.session_idle_seconds),
        }
    }
}

impl From<SimulateBody> for SimulateRequest {
    fn from(body: SimulateBody) -> Self {
        Self {
            person: body.person,
            role: body.role,
            sub_role: body.sub_role,
            scope: body.scope,
            account: body.account,
            action: body.action,
            tenant: body.tenant,
            owner: body.owner,
            address: body.address,
            proxy: body.proxy,
            identity: body.identity,
            device: body.device,
            factor: body.factor,
            passkey: body.passkey,
            factor_age: span(body.factor_age_seconds),
            session: body.session,
            session_age: span(body.session_age_seconds),
            idle: span(body.session_idle_seconds),
            at: body.at,
            grant: body.grant,
            leave: body.leave,
            live_visits: body.live_visits,
            change: body.change.map(Into::into),
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

/// What would the core say? A request that nobody made is held against the policies in force, and against a change to them.
/// It permits and changes nothing.
#[utoipa::path(
    post, path = "/api/admin/policies/simulate", tag = "policies", security(("staff_session" = [])),
    request_body = SimulateBody,
    responses((status = 200, description = "Six verdicts, and what follows.", body = SimulationBody), Refusals)
)]
pub async fn simulate(Extension(op): Extension<StaffOp>, JsonBody(body): JsonBody<SimulateBody>) -> Response {
    match policies::simulate(&op, &body.into()).await {
        Ok(simulation) => Json(SimulationBody::from(simulation)).into_response(),
        Err(error) => refuse(&op, &error),
    }
}
