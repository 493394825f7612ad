//! The simulator: a request that nobody made, held against the policies in force and a change of them. It changes nothing.

use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use serde::{Deserialize, Serialize};
use stagedoor_core::id::StaffId;
use stagedoor_core::role::StaffRole;
use stagedoor_core::time::Timestamp;
use stagedoor_core::view::policy::{Answer, PersonChoice, ShutOut, Simulation};
use stagedoor_service::StaffOp;
use stagedoor_service::policies::{self, ChangeRequest, SimulateRequest};
use utoipa::ToSchema;

use super::narrow::NarrowBody;
use super::policies::GuardBody;
use super::refuse;
use super::session::GuardrailBody;
use crate::http::api::{Refusals, schema};
use crate::http::input::JsonBody;

/// A request that nobody made. What is left out is a fact that nobody knows, and what nobody knows denies.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = SimulatedRequest)]
pub struct SimulateBody {
    /// A member of staff by id. Either this or `role`.
    person: Option<String>,
    #[schema(schema_with = schema::staff_role_or_null)]
    role: Option<String>,
    /// The sub-role of somebody made up; left out, the whole role. A person's own is taken.
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
    /// What it is narrowed to, as far as a session of theirs could be; left out, nothing.
    narrowed: Option<NarrowBody>,
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
    /// The kept guard policy in whose place `change` is tried, by name; left out, it is one more.
    change_of: Option<String>,
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
    /// What their session is narrowed to, in words; empty is nothing.
    narrowed: Vec<String>,
    present: AnswerBody,
    /// What it would say with the change; `null` where none was asked about.
    #[schema(inline)]
    changed: Option<AnswerBody>,
    /// Whom the change would shut out; `null` where it asks for no level of passkeys.
    #[schema(inline)]
    shut_out: Option<ShutOutBody>,
}

/// Whom the passkeys that a change asks for would shut out, of those who are enrolled.
#[derive(Serialize, ToSchema)]
#[schema(as = ShutOut)]
pub struct ShutOutBody {
    /// The level that it asks for: `device_bound` or `attested`.
    level: &'static str,
    /// What they could not do any more: `sign_in`, or some of the `actions` that it concerns.
    from: &'static str,
    /// How many have a passkey, and none of this level.
    count: u64,
    /// At most ten of them; none for a caller who may not see staff.
    people: Vec<ShutOutPerson>,
    /// How many have no passkey at all.
    without_passkey: u64,
}

/// Somebody who would be shut out.
#[derive(Serialize, ToSchema)]
#[schema(as = ShutOutPerson)]
pub struct ShutOutPerson {
    #[schema(schema_with = schema::staff_id)]
    id: StaffId,
    /// Their name.
    name: String,
    #[schema(schema_with = schema::staff_role)]
    role: StaffRole,
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

impl From<ShutOut> for ShutOutBody {
    fn from(shut: ShutOut) -> Self {
        let person = |PersonChoice { id, name, role }| ShutOutPerson { id, name, role };
        Self {
            level: shut.level.as_str(),
            from: shut.from.as_str(),
            count: shut.count,
            people: shut.people.into_iter().map(person).collect(),
            without_passkey: shut.without_passkey,
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
            narrowed: simulation.narrowed.words(),
            present: simulation.present.into(),
            changed: simulation.changed.map(Into::into),
            shut_out: simulation.shut_out.map(Into::into),
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
            narrowed: body.narrowed.map(Into::into),
            at: body.at,
            grant: body.grant,
            leave: body.leave,
            live_visits: body.live_visits,
            change: body.change.map(Into::into),
            change_of: body.change_of,
        }
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
