//! The simulator's form: a GET, so that what is asked can be kept, sent to a colleague, and asked again.

use leptos::prelude::*;
use stagedoor_core::action::{Action, Audience};
use stagedoor_core::role::StaffRole;
use stagedoor_core::view::policy::PolicyCard;
use stagedoor_core::view::staff::PostLine;

use super::again::good_facts;
use super::change::{change, filled};
use super::{Offer, Wrong};
use crate::routes::{PoliciesQuery, staff};
use crate::ui::choice::{Choice, Options, choice};
use crate::ui::{Act, Field, text_field};

/// The list of tenants that a field offers.
pub(in crate::console) const TENANTS: &str = "tenants-known";

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

/// What stands in the fields: what was asked; before that the usual, with what the policy says that shall be changed.
fn values(offer: &Offer, query: &PoliciesQuery, changed: Option<&PolicyCard>) -> PoliciesQuery {
    let usual = || usual(offer, query.tenant.as_deref());
    match (query.action.is_empty(), changed) {
        (false, _) => query.clone(),
        (true, Some(card)) => filled(card, usual()),
        (true, None) => usual(),
    }
}

/// Draws the form: to ask, and to change a policy that is kept.
pub(super) fn form(
    offer: &Offer,
    query: &PoliciesQuery,
    changed: Option<&PolicyCard>,
    wrong: &Wrong,
) -> AnyView {
    let values = &values(offer, query, changed);
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
                {narrowed(offer, values, wrong)}
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

pub(super) fn pick(
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

pub(super) fn typed((name, label): (&'static str, &'static str), value: &str, wrong: &Wrong) -> AnyView {
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
            {choice(Choice {
                name: "sub_role",
                label: "Sub-role, if made up",
                options: sub_roles(&offer.views),
                chosen: values.sub_role.clone(),
                error: wrong.get("sub_role").cloned(),
                ..Choice::default()
            })}
            {pick(("account", "Account, if made up"), &accounts, &values.account, wrong)}
        </div>
    }
    .into_any()
}

/// The sub-roles, under their roles.
fn sub_roles(views: &[PostLine]) -> Vec<Options> {
    let of = |role: &StaffRole| {
        let own = views.iter().filter(|view| view.role == *role);
        let names = own.filter_map(|view| view.sub_role.clone());
        Options {
            heading: Some(role.label().to_owned()),
            items: names.map(|name| (name.clone(), name)).collect(),
        }
    };
    let groups = StaffRole::ALL
        .iter()
        .map(of)
        .filter(|group| !group.items.is_empty());
    Options::plain(&[("", "none, the whole role")])
        .into_iter()
        .chain(groups)
        .collect()
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

/// What the session is narrowed to.
fn narrowed(offer: &Offer, values: &PoliciesQuery, wrong: &Wrong) -> AnyView {
    let reads = [("", "looks and changes"), ("yes", "only looks")];
    view! {
        <div class="two">
            {pick(("reads", "The session"), &reads, &values.reads, wrong)}
            {choice(Choice {
                name: "viewing",
                label: "Viewing as",
                options: viewing(&offer.views),
                chosen: values.viewing.clone(),
                error: wrong.get("viewing").cloned(),
                ..Choice::default()
            })}
            {text_field(Field {
                name: "only",
                label: "Only in the tenant",
                value: values.only.clone(),
                error: wrong.get("only").cloned(),
                max: 64,
                list: Some(TENANTS),
                ..Field::default()
            })}
        </div>
    }
    .into_any()
}

/// What a session may be viewed as, the roles first.
fn viewing(views: &[PostLine]) -> Vec<Options> {
    let option = |view: &PostLine| match &view.sub_role {
        Some(name) => (name.clone(), name.clone()),
        None => (view.role.as_str().to_owned(), view.role.label().to_owned()),
    };
    let group = |heading: &str, is_sub_role: bool| Options {
        heading: Some(heading.to_owned()),
        items: views
            .iter()
            .filter(|view| view.sub_role.is_some() == is_sub_role)
            .map(option)
            .collect(),
    };
    let mut all = Options::plain(&[("", "themselves")]);
    all.extend([group("Role", false), group("Sub-role", true)]);
    all
}
