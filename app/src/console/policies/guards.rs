//! The guard policies as cards, and the declaration of each action for one role.

use std::time::Duration;

use leptos::prelude::*;
use stagedoor_core::action::Held;
use stagedoor_core::role::StaffRole;
use stagedoor_core::view::Tone;
use stagedoor_core::view::policy::{GuardRow, NarrowingView, PolicyCard};

use super::change::link;
use super::href;
use super::save::removal;
use crate::routes::PoliciesQuery;
use crate::ui::time::span_words;
use crate::ui::{Tab, tabs, tag};

fn span(seconds: u64) -> String {
    span_words(Duration::from_secs(seconds))
}

/// Every guard policy, the shipped ones first.
pub(super) fn policies(
    shipped: &[PolicyCard],
    declared: &[PolicyCard],
    (query, may): (&PoliciesQuery, bool),
) -> AnyView {
    let all = shipped
        .iter()
        .map(|card| policy(card, "shipped", None))
        .chain(declared.iter().map(|card| {
            if card.is_configured() {
                return policy(card, "configured", None);
            }
            let acts = may.then(|| {
                let (change, remove) = (link(card, query), removal(card, query));
                view! { <div class="acts">{change} {remove}</div> }.into_any()
            });
            policy(card, "declared", acts)
        }))
        .collect_view();
    let none = declared.iter().all(PolicyCard::is_configured).then(|| {
        view! {
            <li class="row muted">
                "No guard policy is kept beside those that come with the program. Try one in the simulator, then keep it."
            </li>
        }
    });
    view! {
        <section class="card" aria-labelledby="guard-policies">
            <h2 class="sect" id="guard-policies">
                "Guard policies"
            </h2>
            <ul>{all} {none}</ul>
        </section>
    }
    .into_any()
}

fn policy(card: &PolicyCard, kind: &'static str, acts: Option<AnyView>) -> AnyView {
    let roles: Vec<_> = card.roles.iter().map(|role| role.label()).collect();
    let whom = if card.roles.len() == StaffRole::ALL.len() {
        "every role".to_owned()
    } else {
        roles.join(", ")
    };
    let doing = card
        .actions
        .as_ref()
        .map_or_else(|| "everything".to_owned(), |names| names.join(", "));
    view! {
        <li class="row flex-wrap">
            <div class="grow min-w-0">
                <p>
                    <b class="mono">{card.name.clone()}</b>
                    " "
                    {tag(Tone::Neutral, kind)}
                </p>
                <p class="muted">{card.about.clone()}</p>
                <dl class="kv">
                    <dt>"Whom"</dt>
                    <dd>{whom}</dd>
                    <dt>"Doing"</dt>
                    <dd class="mono">{doing}</dd>
                    <dt>"Asks for"</dt>
                    <dd>{asks(&card.narrowing)}</dd>
                </dl>
            </div>
            {acts}
        </li>
    }
    .into_any()
}

/// What a policy takes away, said as what it asks for.
fn asks(of: &NarrowingView) -> String {
    let parts = [
        of.networks
            .as_ref()
            .map(|kinds| format!("network in ({})", kinds.join(", "))),
        of.factors
            .as_ref()
            .map(|kinds| format!("{} as factor", kinds.join(" or "))),
        of.passkey.as_deref().map(|level| match level {
            "attested" => "a passkey of a maker on the list".to_owned(),
            _ => "a passkey that cannot leave its device".to_owned(),
        }),
        of.max_age_seconds
            .map(|seconds| format!("a proof of the last {}", span(seconds))),
        of.managed_device.then(|| "a managed device".to_owned()),
        of.needs_grant.then(|| "a break-glass grant".to_owned()),
        of.session_ttl_seconds
            .map(|seconds| format!("a session of at most {}", span(seconds))),
        of.session_idle_seconds
            .map(|seconds| format!("no session idle for {}", span(seconds))),
    ];
    parts.into_iter().flatten().collect::<Vec<_>>().join(", ")
}

/// The declarations of every action for one role.
pub(super) fn guards(rows: &[GuardRow], shown: StaffRole, query: &PoliciesQuery) -> AnyView {
    let roles = StaffRole::ALL
        .iter()
        .map(|role| Tab {
            label: role.label().to_owned(),
            href: href(PoliciesQuery {
                show: role.as_str().to_owned(),
                ..query.clone()
            }),
            current: *role == shown,
        })
        .collect();
    let rows = rows.iter().map(guard).collect_view();
    view! {
        <section class="card wide" aria-labelledby="declarations" tabindex="0">
            <h2 class="sect" id="declarations">
                "What each action asks for"
            </h2>
            <div class="px-[14px] pt-2">{tabs("Role", roles)}</div>
            <table aria-label="What each action asks for">
                <thead>
                    <tr>
                        <th scope="col">"Permission"</th>
                        <th scope="col">"Held"</th>
                        <th scope="col">"Network"</th>
                        <th scope="col">"Factor"</th>
                        <th scope="col">"Proof at most"</th>
                        <th scope="col">"Device"</th>
                        <th scope="col">"Two people"</th>
                        <th scope="col">"Session"</th>
                        <th scope="col">"By policy"</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </section>
    }
    .into_any()
}

fn guard(row: &GuardRow) -> AnyView {
    let held = match row.held {
        Some(Held::Fully) => tag(Tone::Ok, "held"),
        Some(Held::OwnOnly) => tag(Tone::Info, "on their own"),
        Some(Held::WithGrant) => tag(Tone::Warn, "with a grant"),
        None => view! { <span class="faint">"not held"</span> }.into_any(),
    };
    let listed = |words: &Option<Vec<String>>| match words {
        Some(words) => words.join(", ").into_any(),
        None => view! { <span class="faint">"not asked"</span> }.into_any(),
    };
    let level = row
        .passkey
        .as_deref()
        .map(|level| view! { " " {tag(Tone::Info, if level == "attested" { "attested" } else { "device-bound" })} });
    let max_age = match row.max_age_seconds {
        Some(seconds) => span(seconds).into_any(),
        None => view! { <span class="faint">"not asked"</span> }.into_any(),
    };
    let device = match row.managed_device {
        true => tag(Tone::Info, "managed"),
        false => view! { <span class="faint">"any"</span> }.into_any(),
    };
    let two = if row.needs_grant {
        tag(Tone::Warn, "needed")
    } else {
        view! { <span class="faint">"no"</span> }.into_any()
    };
    let session = format!(
        "{} / {}",
        span(row.session_ttl_seconds),
        span(row.session_idle_seconds)
    );
    view! {
        <tr title=row.declaration.clone()>
            <th scope="row" class="mono">
                {row.action.clone()}
            </th>
            <td>{held}</td>
            <td class="mono muted">{listed(&row.networks)}</td>
            <td class="muted">{listed(&row.factors)} {level}</td>
            <td class="num">{max_age}</td>
            <td>{device}</td>
            <td>{two}</td>
            <td class="num muted">{session}</td>
            <td class="mono muted">{row.policies.join(", ")}</td>
        </tr>
    }
    .into_any()
}
