//! Who am I: the person, what they may do, their session, and how the server sees their request, so that a rule can be
//! written from facts. It shows nothing of anybody else.

#[cfg(test)]
mod tests;

use std::net::IpAddr;

use leptos::prelude::*;
use stagedoor_core::action::{Action, Held};
use stagedoor_core::assurance::PasskeyLevel;
use stagedoor_core::guard::DeviceFact;
use stagedoor_core::view::Tone;
use stagedoor_core::view::whoami::{AddressRule, HeldPermission, ProxySeen, ReachView, SeenRequest, WhoAmI};
use stagedoor_service::{ServiceError, StaffOp, whoami};

use super::Content;
use super::policies::of_own;
use crate::error::AppError;
use crate::layout::document::Islands;
use crate::layout::{Around, Page};
use crate::server::look;
use crate::ui::time::left_words;
use crate::ui::{Clock, Icon, glyph_list, icon, page_head, status_tag, tag, titled_card};

const TITLE: &str = "Who am I";

async fn asked(op: &StaffOp) -> Result<WhoAmI, AppError> {
    let public = |error: ServiceError| AppError::from(op.public(&error));
    whoami::who_am_i(op).await.map_err(public)
}

/// Loads the page.
pub(crate) async fn load(op: &StaffOp, around: &Around) -> Result<Content, AppError> {
    let view = asked(op).await?;
    Ok(Content {
        title: TITLE.to_owned(),
        main: who_am_i_page(&view, &around.clock),
        dialog: None,
    })
}

/// The page without the console around it, for somebody whom a guardrail keeps out of all else.
pub(crate) async fn frameless(op: &StaffOp) -> Result<Page, AppError> {
    let (view, look) = (asked(op).await?, look());
    let clock = Clock {
        now: op.now(),
        zone: look.zone,
        zone_name: look.zone_name,
    };
    let body = view! {
        <main class="main mx-auto max-w-[1100px]" id="main" tabindex="-1">
            <p class="note danger" role="alert">
                {icon(Icon::Lock)}
                <span>
                    <b>"The console is closed to this request."</b>
                    " The guardrails below say why. This page is all that is open."
                </span>
            </p>
            {who_am_i_page(&view, &clock)}
        </main>
    };
    Ok(Page {
        islands: Islands::None,
        ..Page::new(TITLE, body.into_any())
    })
}

/// Draws the page.
#[must_use]
pub fn who_am_i_page(view: &WhoAmI, clock: &Clock) -> AnyView {
    view! {
        {page_head(TITLE, "What the server knows of you, and how it sees this very request.", ())}
        <div class="col">
            <div class="stack">{request(&view.request, simulator(view, clock))} {permissions(&view.permissions)}</div>
            <div class="stack">{person(view, clock)} {session(view, clock)} {guards(view)}</div>
        </div>
    }
    .into_any()
}

fn person(view: &WhoAmI, clock: &Clock) -> AnyView {
    let until = view.account_until.map(|until| {
        view! {
            <dt>"Account ends"</dt>
            <dd>{clock.exact(until)}</dd>
        }
    });
    let body = view! {
        <dl class="kv p-[14px]">
            <dt>"Name"</dt>
            <dd>{view.person.name.clone()}</dd>
            <dt>"E-mail"</dt>
            <dd>{view.person.email.clone()}</dd>
            <dt>"Provider"</dt>
            <dd>{view.provider.clone().unwrap_or_else(|| "no longer set up".to_owned())}</dd>
            <dt>"Role"</dt>
            <dd>{view.person.role.clone()}</dd>
            <dt>"Tenants"</dt>
            <dd>{reach(&view.reach)}</dd>
            {until}
            <dt>"Id"</dt>
            <dd class="mono">{view.id.to_string()}</dd>
        </dl>
    };
    titled_card("person", "You", body)
}

fn reach(reach: &ReachView) -> AnyView {
    match reach {
        ReachView::All => "all".into_any(),
        ReachView::Listed(tenants) if tenants.is_empty() => {
            view! { <span class="faint">"none"</span> }.into_any()
        }
        ReachView::Listed(tenants) => tenants
            .iter()
            .map(|tenant| tenant.name.clone())
            .collect::<Vec<_>>()
            .join(", ")
            .into_any(),
    }
}

fn session(view: &WhoAmI, clock: &Clock) -> AnyView {
    let session = &view.session;
    let left = |at: stagedoor_core::time::Timestamp| left_words(at.since(clock.now));
    let known = session.passkey.filter(|level| *level > PasskeyLevel::Any);
    let body = view! {
        <dl class="kv p-[14px]">
            <dt>"Started"</dt>
            <dd>{clock.ago(session.started)}</dd>
            <dt>"Factor"</dt>
            <dd>{session.factor.clone()} {known.map(|level| format!(" that {}", level.explain()))}</dd>
            <dt>"Proved"</dt>
            <dd>{clock.ago(session.factor_at)}</dd>
            <dt>"Narrowed"</dt>
            <dd>{narrowed(&session.narrowed.words())}</dd>
            <dt>"Managed device"</dt>
            <dd>{DeviceFact::from_name(&session.managed).unwrap_or_default().explain()}</dd>
            <dt>"Idle in"</dt>
            <dd class="num" title=clock.exact(session.clocks.idle_until)>
                {left(session.clocks.idle_until)}
                " without activity"
            </dd>
            <dt>"Ends in"</dt>
            <dd class="num" title=clock.exact(session.clocks.until)>
                {left(session.clocks.until)}
                " at the latest"
            </dd>
            <dt>"Id"</dt>
            <dd class="mono">{session.id.to_string()}</dd>
        </dl>
    };
    titled_card("session", "This session", body)
}

fn narrowed(words: &[String]) -> String {
    match words {
        [] => "no".to_owned(),
        words => words.join(", "),
    }
}

fn guards(view: &WhoAmI) -> AnyView {
    titled_card(
        "guardrails",
        "Guardrails",
        view! { <div class="p-[14px]">{glyph_list(&view.guards)}</div> },
    )
}

/// How the server sees the request: the address, what decided it, and the rule that it is in.
fn request(seen: &SeenRequest, simulator: Option<AnyView>) -> AnyView {
    let body = view! {
        <dl class="kv p-[14px]">
            <dt>"Address"</dt>
            <dd class="mono">{address(seen.address)}</dd>
            <dt>"Decided by"</dt>
            <dd>{seen.rule.explain()}</dd>
            <dt>"Proxies"</dt>
            <dd>{proxies(seen)}</dd>
            <dt>"Network"</dt>
            <dd>{network(seen)}</dd>
            {seen.assertion.as_ref().map(assertion)}
            <dt>"Device"</dt>
            <dd>{seen.device.clone()}</dd>
            <dt>"Agent"</dt>
            <dd class="small muted">{seen.agent.clone()}</dd>
            <dt>"Request"</dt>
            <dd class="mono">{seen.id.to_string()}</dd>
        </dl>
        {simulator}
    };
    titled_card("request", "This request", body)
}

/// The way to the simulator with this request, for who may go there.
fn simulator(view: &WhoAmI, clock: &Clock) -> Option<AnyView> {
    let may = view
        .permissions
        .iter()
        .any(|held| held.name == Action::PolicyView.name());
    may.then(|| {
        view! {
            <p class="px-[14px] pb-[14px]">
                <a class="btn sm" href=of_own(view, clock.now)>
                    "Try this request in the simulator"
                </a>
            </p>
        }
        .into_any()
    })
}

/// The identity-aware proxy in front, and what it said.
fn assertion(proxy: &ProxySeen) -> AnyView {
    let subject = proxy.subject.clone().map(|subject| {
        view! {
            <dt>"Proxy names"</dt>
            <dd class="mono">{subject}</dd>
        }
    });
    view! {
        <dt>{proxy.name.clone()}</dt>
        <dd>{proxy.standing.explain()}</dd>
        {subject}
    }
    .into_any()
}

fn address(address: Option<IpAddr>) -> String {
    address.map_or_else(|| "unknown".to_owned(), |address| address.to_string())
}

fn proxies(seen: &SeenRequest) -> AnyView {
    if seen.proxies.is_empty() {
        let words = match seen.rule {
            AddressRule::Peer => "none: the connection came straight from there",
            _ => "none",
        };
        return view! { <span class="muted">{words}</span> }.into_any();
    }
    let walked: Vec<String> = seen.proxies.iter().map(ToString::to_string).collect();
    view! {
        <span class="mono">{walked.join(" ← ")}</span>
        <span class="small muted">" nearest first"</span>
    }
    .into_any()
}

fn network(seen: &SeenRequest) -> AnyView {
    match &seen.network {
        Some((name, range)) => view! {
            {status_tag(Tone::Ok, "allowed")}
            " by "
            <b>{name.clone()}</b>
            " "
            <span class="mono muted">{range.clone()}</span>
        }
        .into_any(),
        None => view! {
            {status_tag(Tone::Danger, "not allowed")}
            " The address is in no network rule. Use the corporate network or VPN."
        }
        .into_any(),
    }
}

fn permissions(held: &[HeldPermission]) -> AnyView {
    let rows = held.iter().map(permission).collect_view();
    let count = held.len();
    view! {
        <section class="card" aria-labelledby="permissions" tabindex="0">
            <h2 class="sect" id="permissions">
                "What your role permits"
                <span class="spacer"></span>
                <span class="small muted font-[450]">{format!("{count} actions")}</span>
            </h2>
            <table aria-label="What your role permits">
                <thead>
                    <tr>
                        <th scope="col">"Permission"</th>
                        <th scope="col">"What for"</th>
                        <th scope="col">"Held"</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </section>
    }
    .into_any()
}

fn permission(held: &HeldPermission) -> AnyView {
    let how = match held.how {
        Held::Fully => view! { <span class="muted">"wherever you reach"</span> }.into_any(),
        Held::OwnOnly => view! { <span class="muted">"on your own"</span> }.into_any(),
        Held::WithGrant => tag(Tone::Warn, "with two approvals"),
    };
    view! {
        <tr>
            <td class="mono">{held.name.clone()}</td>
            <td class="wrap min-w-[190px]">{held.about.clone()}</td>
            <td>{how}</td>
        </tr>
    }
    .into_any()
}
