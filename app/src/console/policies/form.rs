//! The simulator's form: a GET, so that what is asked can be kept, sent to a colleague, and asked again.

use std::time::Duration;

use leptos::prelude::*;
use stagedoor_core::action::{Action, Audience};
use stagedoor_core::role::StaffRole;
use stagedoor_core::time::{Timestamp, minutes};
use stagedoor_service::policies::{ChangeRequest, SimulateRequest};

use super::again::good_facts;
use super::{Offer, Wrong};
use crate::routes::{PoliciesQuery, staff};
use crate::ui::choice::{Choice, Options, choice};
use crate::ui::{Act, Field, text_field};

/// The list of tenants that a field offers.
pub(in crate::console) const TENANTS: &str = "tenants-known";

fn some(text: &str) -> Option<String> {
    (!text.trim().is_empty()).then(|| text.trim().to_owned())
}

/// The request that the address asks about.
pub(super) fn request(query: &PoliciesQuery) -> Result<SimulateRequest, Wrong> {
    let mut wrong = Wrong::new();
    let mut span = |field: &str, text: &str| match minutes_of(text) {
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
        networks: some(&query.networks).map(|kinds| kinds.split(',').map(str::to_owned).collect()),
        factors: some(&query.factors).map(|kinds| kinds.split(',').map(str::to_owned).collect()),
        passkey: some(&query.passkey),
        device: some(&query.managed),
        danger: some(&query.danger),
        ..ChangeRequest::default()
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
        at,
        grant: some(&query.grant),
        change: of_change(change, &query.action),
        person,
        ..SimulateRequest::default()
    })
}

/// The change, where one was typed: of this action, or of all where it is about sessions or passkeys.
fn of_change(change: ChangeRequest, action: &str) -> Option<ChangeRequest> {
    let of_session = change.session_ttl.is_some() || change.session_idle.is_some();
    let of_call = change.networks.is_some() || change.factors.is_some() || change.max_age.is_some();
    let of_all = of_session || change.passkey.is_some();
    let any = of_all || of_call || change.device.is_some() || change.danger.is_some();
    let actions = if of_all {
        Vec::new()
    } else {
        vec![action.to_owned()]
    };
    any.then_some(ChangeRequest { actions, ..change })
}

fn minutes_of(text: &str) -> Result<Option<Duration>, &'static str> {
    match some(text).map(|text| text.parse::<u32>()).transpose() {
        Ok(number) => Ok(number.map(|number| minutes(number.into()))),
        Err(_) => Err("Give whole minutes."),
    }
}

/// The form's name for a field of the request.
pub(super) fn field_of(field: &str) -> String {
    let name = match field {
        "tenant" => "target",
        "passkey" => "level",
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

/// Every action of staff, under what it is about.
pub(in crate::console) fn actions() -> Vec<Options> {
    let staff = |action: &&Action| action.declaration().audience == Audience::Staff;
    let mut groups: Vec<Options> = Vec::new();
    for action in Action::ALL.iter().filter(staff) {
        let name = action.name().to_owned();
        let noun = name.split('.').next().unwrap_or_default().replace('_', " ");
        match groups
            .iter_mut()
            .find(|group| group.heading.as_deref() == Some(noun.as_str()))
        {
            Some(group) => group.items.push((name.clone(), name)),
            None => groups.push(Options {
                heading: Some(noun),
                items: vec![(name.clone(), name)],
            }),
        }
    }
    groups
}

/// What stands in the fields before anything was asked: somebody of support whom every guardrail likes.
fn usual(offer: &Offer, scope: Option<&str>) -> PoliciesQuery {
    let first = offer.tenants.first().map(|(slug, _)| slug.as_str());
    let text = |text: &str| text.to_owned();
    PoliciesQuery {
        role: text(StaffRole::Support.as_str()),
        account: text("active"),
        action: text(Action::TenantView.name()),
        target: text(scope.or(first).unwrap_or_default()),
        address: offer.address.clone(),
        ..good_facts()
    }
}

/// Draws the form.
pub(super) fn form(offer: &Offer, query: &PoliciesQuery, wrong: &Wrong) -> AnyView {
    let usual = usual(offer, query.tenant.as_deref());
    let values = if query.action.is_empty() { &usual } else { query };
    let known = offer
        .tenants
        .iter()
        .map(|(slug, name)| view! { <option value=slug.clone()>{name.clone()}</option> })
        .collect_view();
    let carried = query
        .tenant
        .clone()
        .map(|slug| view! { <input type="hidden" name="tenant" value=slug /> });
    let kept = (!query.show.is_empty())
        .then(|| view! { <input type="hidden" name="show" value=query.show.clone() /> });
    view! {
        <section class="card" aria-labelledby="simulator">
            <h2 class="sect" id="simulator">
                "Simulator"
            </h2>
            <form class="form p-[14px]" method="get" action=staff::POLICIES aria-label="Simulator">
                {carried}
                {kept}
                <p class="hint">
                    "Asks the core that decides real requests. Nothing is permitted or changed by it; what is left empty is a fact that nobody knows."
                </p>
                {who(offer, values, wrong)}
                {what(values, wrong)}
                <datalist id=TENANTS>{known}</datalist>
                {circumstances(values, wrong)}
                {session(values, wrong)}
                {change(values, wrong)}
                <div class="acts">
                    <button class=Act::Primary.class()>"Simulate"</button>
                    <a class="btn" href=staff::POLICIES>
                        "Start over"
                    </a>
                </div>
            </form>
        </section>
    }
    .into_any()
}

fn pick(
    (name, label): (&'static str, &'static str),
    items: &[(&str, &str)],
    chosen: &str,
    wrong: &Wrong,
) -> AnyView {
    choice(Choice {
        name,
        label,
        options: Options::plain(items),
        chosen: chosen.to_owned(),
        error: wrong.get(name).cloned(),
        ..Choice::default()
    })
}

fn typed((name, label): (&'static str, &'static str), value: &str, wrong: &Wrong) -> AnyView {
    text_field(Field {
        name,
        label,
        value: value.to_owned(),
        error: wrong.get(name).cloned(),
        max: 64,
        ..Field::default()
    })
}

fn who(offer: &Offer, values: &PoliciesQuery, wrong: &Wrong) -> AnyView {
    let made_up = (String::new(), "Somebody made up".to_owned());
    let people = offer.people.iter().map(|person| {
        let words = format!("{}, {}", person.name, person.role.label());
        (person.id.to_string(), words)
    });
    let people = Options {
        heading: None,
        items: std::iter::once(made_up).chain(people).collect(),
    };
    let roles: Vec<_> = StaffRole::ALL
        .iter()
        .map(|role| (role.as_str(), role.label()))
        .collect();
    let accounts = [
        ("active", "active"),
        ("pending", "not enrolled yet"),
        ("expired", "temporary, and over"),
        ("deactivated", "deactivated"),
    ];
    view! {
        {choice(Choice {
            name: "person",
            label: "Who",
            options: vec![people],
            chosen: values.person.clone(),
            error: wrong.get("person").cloned(),
            ..Choice::default()
        })}
        <div class="two">
            {pick(("role", "Role, if made up"), &roles, &values.role, wrong)}
            {pick(("account", "Account, if made up"), &accounts, &values.account, wrong)}
        </div>
    }
    .into_any()
}

fn what(values: &PoliciesQuery, wrong: &Wrong) -> AnyView {
    let owners = [("own", "their own"), ("anothers", "somebody else's")];
    view! {
        {choice(Choice {
            name: "action",
            label: "Action",
            options: actions(),
            chosen: values.action.clone(),
            error: wrong.get("action").cloned(),
            ..Choice::default()
        })}
        <div class="two">
            {text_field(Field {
                name: "target",
                label: "Tenant, if about one",
                value: values.target.clone(),
                error: wrong.get("target").cloned(),
                max: 64,
                list: Some(TENANTS),
                ..Field::default()
            })}
            {pick(("owner", "Session or visit"), &owners, &values.owner, wrong)}
        </div>
    }
    .into_any()
}

fn circumstances(values: &PoliciesQuery, wrong: &Wrong) -> AnyView {
    let identities = [
        ("workforce", "workforce account"),
        ("outsider", "another account"),
        ("service", "service token"),
        ("another", "the proxy names another"),
        ("untrusted", "provider not trusted"),
        ("", "nobody vouches"),
    ];
    let proxies = [
        ("", "says nothing"),
        ("vouched", "vouches"),
        ("disbelieved", "is not believed"),
    ];
    let devices = [
        ("", "nothing is claimed"),
        ("managed", "managed"),
        ("unmanaged", "not managed"),
        ("misclaimed", "neither true nor false"),
    ];
    let factors = [
        ("passkey", "passkey"),
        ("totp", "one-time code"),
        ("", "nothing proved"),
    ];
    view! {
        <div class="two">
            {typed(("address", "From address"), &values.address, wrong)}
            {pick(("proxy", "Identity-aware proxy"), &proxies, &values.proxy, wrong)}
            {pick(("identity", "Identity"), &identities, &values.identity, wrong)}
            {pick(("device", "Device"), &devices, &values.device, wrong)}
            {pick(("factor", "Factor"), &factors, &values.factor, wrong)}
            {pick(("level", "Kind of passkey"), &LEVELS, &values.level, wrong)}
            {typed(("factor_age", "Proved, minutes ago"), &values.factor_age, wrong)}
        </div>
    }
    .into_any()
}

/// What may be known of a passkey.
const LEVELS: [(&str, &str); 3] = [
    ("", "may be synced"),
    ("device_bound", "stays on its device"),
    ("attested", "its maker vouches for it"),
];

fn session(values: &PoliciesQuery, wrong: &Wrong) -> AnyView {
    let sessions = [("live", "runs"), ("ended", "was ended"), ("", "there is none")];
    let grants = [("none", "no"), ("approved", "approved for exactly this")];
    view! {
        <div class="two">
            {pick(("session", "Session"), &sessions, &values.session, wrong)}
            {pick(("grant", "Break-glass grant"), &grants, &values.grant, wrong)}
            {typed(("session_age", "Began, minutes ago"), &values.session_age, wrong)}
            {typed(("idle", "Idle for, minutes"), &values.idle, wrong)}
        </div>
        {text_field(Field {
            name: "at",
            label: "At, if not now",
            value: values.at.clone(),
            hint: Some("UTC, such as 2026-11-21T12:14:00Z."),
            error: wrong.get("at").cloned(),
            max: 40,
            ..Field::default()
        })}
    }
    .into_any()
}

/// A change is tried on every role that does this action; on all actions where it is about sessions or passkeys.
fn change(values: &PoliciesQuery, wrong: &Wrong) -> AnyView {
    let fields = [
        "networks", "factors", "passkey", "max_age", "managed", "danger", "ttl", "max_idle",
    ];
    let typed_in = [
        &values.networks,
        &values.factors,
        &values.max_age,
        &values.passkey,
        &values.managed,
        &values.danger,
        &values.ttl,
        &values.max_idle,
    ];
    let is_open =
        typed_in.iter().any(|text| !text.is_empty()) || fields.iter().any(|name| wrong.contains_key(*name));
    let networks = [
        ("", "as they are"),
        ("vpn", "VPN only"),
        ("corp_ip", "company addresses only"),
        ("corp_ip,vpn", "company addresses or VPN"),
        ("proxy", "identity-aware proxy only"),
    ];
    let factors = [("", "as they are"), ("passkey", "passkey only")];
    let passkeys = [
        ("", "as they are"),
        ("device_bound", "bound to a device"),
        ("attested", "attested by a maker on the list"),
    ];
    let devices = [("", "as it is"), ("managed", "managed only")];
    let dangers = [("", "as it is"), ("break_glass", "a grant of two others")];
    let whole = wrong
        .get("change")
        .cloned()
        .map(|text| view! { <p class="err">{text}</p> });
    view! {
        <details class="disc" open=is_open>
            <summary>"With a stricter policy beside"</summary>
            <div class="two mt-[10px]">
                {pick(("networks", "Networks"), &networks, &values.networks, wrong)}
                {pick(("factors", "Factors"), &factors, &values.factors, wrong)}
                {pick(("passkey", "Passkeys at least"), &passkeys, &values.passkey, wrong)}
                {typed(("max_age", "Proof, minutes at most"), &values.max_age, wrong)}
                {pick(("managed", "Device"), &devices, &values.managed, wrong)}
                {pick(("danger", "Two people"), &dangers, &values.danger, wrong)}
                {typed(("ttl", "Session, minutes at most"), &values.ttl, wrong)}
                {typed(("max_idle", "Idle, minutes at most"), &values.max_idle, wrong)}
            </div>
            {whole}
        </details>
    }
    .into_any()
}
