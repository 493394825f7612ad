//! What the address asks of the simulator: its fields as a request, and what is wrong with which of them.

use std::time::Duration;

use stagedoor_core::narrowed::Reach;
use stagedoor_core::time::{Timestamp, minutes};
use stagedoor_service::narrow::NarrowRequest;
use stagedoor_service::policies::{ChangeRequest, SimulateRequest};

use super::Wrong;
use crate::routes::PoliciesQuery;

const NO_SPAN: &str = "Give whole minutes. Seconds are written as 90 s.";

fn some(text: &str) -> Option<String> {
    (!text.trim().is_empty()).then(|| text.trim().to_owned())
}

/// Words with commas between.
pub(crate) fn listed(text: &str) -> Vec<String> {
    let parts = text.split(',').map(str::trim);
    parts.filter(|part| !part.is_empty()).map(str::to_owned).collect()
}

/// A span as it is typed: whole minutes, or seconds as `90 s`; nothing where nothing is.
pub(crate) fn span_of(text: &str) -> Result<Option<Duration>, &'static str> {
    let Some(text) = some(text) else {
        return Ok(None);
    };
    let read = match text.strip_suffix('s') {
        Some(seconds) => seconds
            .trim()
            .parse::<u32>()
            .map(|seconds| Duration::from_secs(seconds.into())),
        None => text.parse::<u32>().map(|number| minutes(number.into())),
    };
    read.map(Some).map_err(|_| NO_SPAN)
}

/// The same back.
pub(super) fn span_text(seconds: u64) -> String {
    if seconds.is_multiple_of(60) {
        (seconds / 60).to_string()
    } else {
        format!("{seconds} s")
    }
}

/// The request that the address asks about.
pub(super) fn request(query: &PoliciesQuery) -> Result<SimulateRequest, Wrong> {
    let mut wrong = Wrong::new();
    let mut span = |field: &str, text: &str| match span_of(text) {
        Ok(span) => span,
        Err(message) => {
            wrong.insert(field.to_owned(), message.to_owned());
            None
        }
    };
    let (factor_age, session_age) = (
        span("factor_age", &query.factor_age),
        span("session_age", &query.session_age),
    );
    let idle = span("idle", &query.idle);
    let change = ChangeRequest {
        max_age: span("max_age", &query.max_age),
        session_ttl: span("ttl", &query.ttl),
        session_idle: span("max_idle", &query.max_idle),
        ..stated(query)
    };
    let at = match some(&query.at)
        .map(|text| Timestamp::parse_rfc3339(&text))
        .transpose()
    {
        Ok(at) => at,
        Err(error) => {
            wrong.insert("at".to_owned(), format!("This is {error}."));
            None
        }
    };
    if !wrong.is_empty() {
        return Err(wrong);
    }
    let person = some(&query.person);
    let made_up = |text: &str| some(text).filter(|_| person.is_none());
    Ok(SimulateRequest {
        role: made_up(&query.role),
        sub_role: made_up(&query.sub_role),
        account: made_up(&query.account),
        action: query.action.clone(),
        tenant: some(&query.target),
        owner: some(&query.owner),
        address: some(&query.address),
        proxy: some(&query.proxy),
        identity: some(&query.identity),
        device: some(&query.device),
        factor: some(&query.factor),
        passkey: some(&query.level),
        factor_age,
        session: some(&query.session),
        session_age,
        idle,
        narrowed: narrowed(query),
        at,
        grant: some(&query.grant),
        change: of_change(change, query),
        change_of: some(&query.kept),
        person,
        ..SimulateRequest::default()
    })
}

fn narrowed(query: &PoliciesQuery) -> Option<NarrowRequest> {
    let (tenant, viewing_as) = (some(&query.only), some(&query.viewing));
    let reach = match query.reads.as_str() {
        "" => Reach::Everything,
        _ => Reach::Reads,
    };
    let any = tenant.is_some() || viewing_as.is_some() || reach == Reach::Reads;
    any.then_some(NarrowRequest {
        tenant,
        reach,
        viewing_as,
    })
}

/// What of the change is no span.
fn stated(query: &PoliciesQuery) -> ChangeRequest {
    ChangeRequest {
        networks: some(&query.networks).map(|kinds| listed(&kinds)),
        factors: some(&query.factors).map(|kinds| listed(&kinds)),
        passkey: some(&query.passkey),
        device: some(&query.managed),
        danger: some(&query.danger),
        ..ChangeRequest::default()
    }
}

/// The change, where one was typed. Of a policy that is kept it is all that it says; of one more it is of this action, or of all
/// where it is about sessions or passkeys.
fn of_change(change: ChangeRequest, query: &PoliciesQuery) -> Option<ChangeRequest> {
    if some(&query.kept).is_some() {
        return Some(ChangeRequest {
            roles: listed(&query.concerns),
            actions: listed(&query.doing),
            ..change
        });
    }
    let of_session = change.session_ttl.is_some() || change.session_idle.is_some();
    let of_call = change.networks.is_some() || change.factors.is_some() || change.max_age.is_some();
    let of_all = of_session || change.passkey.is_some();
    let any = of_all || of_call || change.device.is_some() || change.danger.is_some();
    let actions = if of_all {
        Vec::new()
    } else {
        vec![query.action.clone()]
    };
    any.then_some(ChangeRequest { actions, ..change })
}

/// The form's name for a field of the request.
pub(super) fn field_of(field: &str) -> String {
    let name = match field {
        "tenant" => "target",
        "passkey" => "level",
        "narrowed.tenant" => "only",
        "narrowed.reads_only" => "reads",
        "narrowed.viewing_as" => "viewing",
        "change_of" => "kept",
        "change.roles" => "concerns",
        "change.actions" => "doing",
        "change.passkey" => "passkey",
        "change.networks" => "networks",
        "change.factors" => "factors",
        "change.max_age_seconds" => "max_age",
        "change.device" => "managed",
        "change.danger" => "danger",
        "change.session_ttl_seconds" => "ttl",
        "change.session_idle_seconds" => "max_idle",
        other => other.strip_prefix("change.").unwrap_or(other),
    };
    name.to_owned()
}
