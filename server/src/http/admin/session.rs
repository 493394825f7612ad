//! Who am I: the caller's own session, with its guardrails and permissions.

use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use serde::Serialize;
use stagedoor_core::assurance::PasskeyLevel;
use stagedoor_core::id::{RequestId, SessionId, StaffId};
use stagedoor_core::narrowed::Reach;
use stagedoor_core::role::StaffRole;
use stagedoor_core::time::Timestamp;
use stagedoor_core::view::frame::{GuardStanding, GuardView};
use stagedoor_core::view::whoami::{AddressRule, ProxyStanding, ReachView, WhoAmI};
use stagedoor_service::{StaffOp, whoami};
use utoipa::ToSchema;

use super::refuse;
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
    /// The narrower role or sub-role that the session is viewed as; `null` is their own.
    #[schema(example = "read_only")]
    viewing_as: Option<String>,
    /// Whether the session is narrowed to reads.
    reads_only: bool,
    /// The one tenant that the session is narrowed to, by id; `null` is none.
    narrowed_tenant_id: Option<String>,
    /// The roles and sub-roles that the session may still be viewed as.
    may_view_as: Vec<String>,
    #[schema(schema_with = schema::time_or_null)]
    account_until: Option<Timestamp>,
    #[schema(schema_with = schema::session_id)]
    session_id: SessionId,
    #[schema(schema_with = schema::time)]
    started_at: Timestamp,
    /// The identity provider that vouched, by name; `null` when it is gone.
    provider: Option<String>,
    /// The tenants that the caller reaches, by id, at most 50; `null` is all of them.
    tenant_ids: Option<Vec<String>>,
    /// The address the server sees the call come from.
    address: String,
    #[schema(schema_with = schema::address_rule)]
    address_rule: AddressRule,
    /// The trusted proxies that the call came through, the nearest first.
    proxies: Vec<String>,
    /// The network rule that lets the request in, or the proxy in front, by name; `null` where nothing does.
    network: Option<String>,
    /// The identity-aware proxy in front, by name; `null` where none is configured.
    proxy: Option<String>,
    /// What that proxy said of the call: `silent`, `disbelieved` or `vouched`; `null` where none is configured.
    proxy_assertion: Option<String>,
    /// The subject that the proxy vouches for; `null` where it does not.
    proxy_subject: Option<String>,
    #[schema(schema_with = schema::request_id)]
    request_id: RequestId,
    /// The absolute end, which nothing moves.
    #[schema(schema_with = schema::time)]
    until: Timestamp,
    /// Without activity the session ends after so long.
    idle_in_seconds: u64,
    /// What the identity provider says of the device: `managed`, `unmanaged`, `unclaimed`, or `misclaimed` where it is neither
    /// true nor false.
    #[schema(example = "managed")]
    managed_device: String,
    /// What they proved themselves with.
    #[schema(example = "passkey")]
    factor: String,
    /// What is known of the passkey that was proved: `any`, `device_bound` or `attested`; `null` for another factor.
    passkey_level: Option<&'static str>,
    /// How long ago.
    factor_age_seconds: u64,
    guardrails: Vec<GuardrailBody>,
    /// The actions that the role holds, somewhere, of those that the narrowing leaves.
    permissions: Vec<String>,
}

/// How one guardrail stands.
#[derive(Debug, Serialize, ToSchema)]
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
    match whoami::who_am_i(&op).await {
        Ok(me) => Json(body(&op, me)).into_response(),
        Err(error) => refuse(&op, &error),
    }
}

const fn standing(standing: ProxyStanding) -> &'static str {
    match standing {
        ProxyStanding::Silent => "silent",
        ProxyStanding::Disbelieved => "disbelieved",
        ProxyStanding::Vouched => "vouched",
    }
}

fn body(op: &StaffOp, me: WhoAmI) -> SessionBody {
    let (session, request) = (me.session, me.request);
    let proxy = request.assertion;
    let narrowed = &op.session().narrowed;
    let tenant_ids = match me.reach {
        ReachView::All => None,
        ReachView::Listed(tenants) => Some(tenants.iter().map(|tenant| tenant.id.to_string()).collect()),
    };
    SessionBody {
        staff_id: me.id,
        name: me.person.name,
        email: me.person.email,
        role: op.own_role(),
        viewing_as: narrowed.view.as_ref().map(|view| view.name().to_owned()),
        reads_only: narrowed.reach == Reach::Reads,
        narrowed_tenant_id: narrowed.tenant.map(|tenant| tenant.to_string()),
        may_view_as: op.views().iter().map(|view| view.name().to_owned()).collect(),
        account_until: me.account_until,
        session_id: session.id,
        started_at: session.started,
        provider: me.provider,
        tenant_ids,
        address: op.visitor().address_text(),
        address_rule: request.rule,
        proxies: request.proxies.iter().map(ToString::to_string).collect(),
        network: request.network.map(|(name, _)| name),
        proxy: proxy.as_ref().map(|proxy| proxy.name.clone()),
        proxy_assertion: proxy.as_ref().map(|proxy| standing(proxy.standing).to_owned()),
        proxy_subject: proxy.and_then(|proxy| proxy.subject),
        request_id: request.id,
        until: session.clocks.until,
        idle_in_seconds: op.session_rule().idle.as_secs(),
        managed_device: session.managed,
        factor: session.factor,
        passkey_level: session.passkey.map(PasskeyLevel::as_str),
        factor_age_seconds: op.now().since(session.factor_at).as_secs(),
        guardrails: me.guards.into_iter().map(GuardrailBody::from).collect(),
        permissions: me.permissions.into_iter().map(|held| held.name).collect(),
    }
}
