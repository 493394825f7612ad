//! One identity provider: its settings, who counts as one of ours by it, its last connection test step by step, and a sample
//! of claims to try.

use leptos::prelude::*;
use stagedoor_core::action::Action;
use stagedoor_core::guard::ProviderTrust;
use stagedoor_core::provider::{ProbeStep, StepVerdict};
use stagedoor_core::view::Tone;
use stagedoor_core::view::frame::Flash;
use stagedoor_core::view::provider::{Passes, ProviderPerson, ProviderRow, ProviderTrial};
use stagedoor_service::identity_providers::{self, SAMPLE_MAX};
use stagedoor_service::{ServiceError, StaffOp};

use super::{dialog, of_file, trust};
use crate::console::Content;
use crate::console::refused::unless_refused;
use crate::error::AppError;
use crate::layout::Around;
use crate::routes::{ConsolePage, ProvidersQuery, staff};
use crate::ui::button::{hidden_fields, post_button};
use crate::ui::{Act, Clock, Icon, icon, link_button, page_head, status_tag, titled_card};

/// Loads the page.
pub(crate) async fn load_one(
    op: &StaffOp,
    flash: Option<&Flash>,
    around: &Around,
    (id, query): (&str, &ProvidersQuery),
) -> Result<Content, AppError> {
    let public = |error: ServiceError| AppError::from(op.public(&error));
    let known = id.parse().map_err(|_| public(ServiceError::NotFound))?;
    let view = identity_providers::one(op, known).await.map_err(public)?;
    let may_write = identity_providers::may_write(op) && !of_file(&view);
    let people = identity_providers::people(op, known).await.map_err(public)?;
    let closed = href(id, query, None);
    let dialog = match query.act.as_deref() {
        Some(act @ ("change" | "trust")) if !of_file(&view) => {
            unless_refused(around, Action::IdpWrite, closed, |closed| {
                let place = (around.back.as_str(), closed);
                Some(match act {
                    "change" => dialog::change(&view, flash, place),
                    _ => dialog::trust(&view, flash, place),
                })
            })
        }
        _ => None,
    };
    Ok(Content {
        title: format!("{} · Identity providers", view.name),
        main: provider_page((&view, &people), &around.clock, may_write, query),
        dialog,
    })
}

fn href(id: &str, query: &ProvidersQuery, act: Option<&str>) -> String {
    ConsolePage::Provider(
        id.to_owned(),
        ProvidersQuery {
            tenant: query.tenant.clone(),
            act: act.map(str::to_owned),
        },
    )
    .href()
}

/// Draws the page.
#[must_use]
pub(super) fn provider_page(
    (view, people): (&ProviderRow, &[ProviderPerson]),
    clock: &Clock,
    may_write: bool,
    query: &ProvidersQuery,
) -> AnyView {
    let list = ConsolePage::Providers(ProvidersQuery {
        tenant: query.tenant.clone(),
        act: None,
    });
    let id = view.id.to_string();
    // What is tried is confirmed or rolled back before anything else.
    let acts = (may_write && view.trial.is_none()).then(|| {
        let trust = match view.trust {
            ProviderTrust::Trusted => {
                link_button(Act::Danger, href(&id, query, Some("trust")), "Stop trusting")
            }
            ProviderTrust::Untrusted => link_button(Act::Primary, href(&id, query, Some("trust")), "Trust"),
        };
        view! {
            <div class="acts">
                {link_button(Act::Plain, href(&id, query, Some("change")), "Change")}
                {trust}
            </div>
        }
    });
    let lead = view! { <span>{view.kind.label()}</span> " " {trust(view)} };
    view! {
        <nav class="crumb" aria-label="Where this is">
            <a href=list.href()>"Identity providers"</a>
            {icon(Icon::ChevronRight)}
            <span>{view.name.clone()}</span>
        </nav>
        {page_head(view.name.clone(), lead, acts)}
        {view.trial.as_ref().map(tried)}
        <div class="grid md:grid-cols-2 gap-3 items-start">
            {settings(view)}
            {workforce(view)}
            {test(view, clock, (may_write, &href(&id, query, None)))}
            {signing_in(people, view.people)}
            {sample(&id, &href(&id, query, None))}
        </div>
    }
    .into_any()
}

/// What is tried, and what is missing before it can be confirmed.
fn tried(trial: &ProviderTrial) -> AnyView {
    let value = |value: &Option<String>| value.clone().unwrap_or_else(|| "nothing".to_owned());
    let rows = trial.changes.iter().map(|change| {
        view! {
            <dt class="mono">{change.field.clone()}</dt>
            <dd class="break-words">{value(&change.before)} " → " {value(&change.after)}</dd>
        }
    });
    let missing = match (&trial.missing, trial.line.own) {
        (Some(words), _) => words.clone(),
        (None, true) => "Nothing is missing: you can confirm it.".to_owned(),
        (None, false) => format!("{} began it, and alone can confirm it.", trial.line.by),
    };
    let body = view! {
        <dl class="kv p-[14px]">
            {rows.collect_view()} <dt>"To confirm it"</dt> <dd>{missing}</dd>
        </dl>
    };
    view! { <div class="mb-3">{titled_card("on-trial", "On trial", body)}</div> }.into_any()
}

/// Who signs in by it, and whether they would still pass.
fn signing_in(people: &[ProviderPerson], all: u64) -> AnyView {
    let rows = people.iter().map(|person| {
        let tone = match person.standing {
            Passes::Yes => Tone::Ok,
            Passes::No => Tone::Danger,
            Passes::Unknown => Tone::Neutral,
        };
        view! {
            <li class="row">
                <div class="min-w-0 grow break-words">
                    <b>{person.name.clone()}</b>
                    " "
                    <span class="muted">{person.email.clone()}</span>
                </div>
                {status_tag(tone, person.standing.words())}
            </li>
        }
    });
    let shut = people.iter().filter(|one| one.standing == Passes::No).count();
    let lead = match (people.is_empty(), shut) {
        (true, _) => "Nobody signs in by it yet.".to_owned(),
        (false, 0) => format!("{all} sign in by it. Nobody is known to be shut out by its settings."),
        (false, _) => format!("{all} sign in by it, of whom {shut} would not pass by its settings."),
    };
    let body = view! {
        <p class="p-[14px] muted">{lead}</p>
        <ul>{rows.collect_view()}</ul>
    };
    titled_card("people", "Who signs in by it", body)
}

fn settings(view: &ProviderRow) -> AnyView {
    let secret = match view.has_secret {
        true => "set, not shown",
        false => "none",
    };
    let file = of_file(view).then(|| {
        view! {
            <dt>"Changed in"</dt>
            <dd>"the configuration file"</dd>
        }
    });
    let body = view! {
        <dl class="kv p-[14px]">
            <dt>"Issuer"</dt>
            <dd class="mono break-words">{view.issuer.clone()}</dd>
            <dt>"Client id"</dt>
            <dd class="mono break-words">{view.client_id.clone()}</dd>
            <dt>"Client secret"</dt>
            <dd>{secret}</dd>
            <dt>"People"</dt>
            <dd class="num">{view.people}</dd>
            {file}
            <dt>"Id"</dt>
            <dd class="mono">{view.id.to_string()}</dd>
        </dl>
    };
    titled_card("settings", "Settings", body)
}

fn workforce(view: &ProviderRow) -> AnyView {
    let list = |items: &[String]| match items.is_empty() {
        true => view! { <span class="faint">"not asked for"</span> }.into_any(),
        false => items.join(", ").into_any(),
    };
    let rules = &view.rules;
    let nobody = (!rules.tell_anybody(&view.email_domains)).then(|| {
        view! {
            <p class="note warn m-[14px]" role="status">
                {icon(Icon::Warning)}
                <span>"Nothing says who is one of ours, so nobody is let in."</span>
            </p>
        }
    });
    let body = view! {
        {nobody}
        <dl class="kv p-[14px]">
            <dt>"E-mail domains"</dt>
            <dd class="break-words">{list(&view.email_domains)}</dd>
            <dt>"Hosted domains"</dt>
            <dd class="break-words">{list(&rules.hosted_domains)}</dd>
            <dt>"Groups"</dt>
            <dd class="break-words">{list(&rules.groups)}</dd>
            <dt>"Claim of groups"</dt>
            <dd class="mono">{rules.group_claim.clone()}</dd>
            <dt>"Claim of the address"</dt>
            <dd class="mono">{rules.email_claim.clone()}</dd>
            <dt>"Claim of the name"</dt>
            <dd class="mono">{rules.name_claim.clone()}</dd>
            <dt>"Claim of a managed device"</dt>
            <dd class="mono">{match rules.managed_claim.as_str() {
                "" => "none".to_owned(),
                claim => claim.to_owned(),
            }}</dd>
            <dt>"Sign-in there"</dt>
            <dd>{list(&rules.amr)}</dd>
        </dl>
    };
    titled_card("workforce", "Who is one of ours", body)
}

fn test(view: &ProviderRow, clock: &Clock, (may_write, back): (bool, &str)) -> AnyView {
    let button = may_write.then(|| {
        let hidden = vec![("provider_id", view.id.to_string()), ("back", back.to_owned())];
        view! {
            <div class="p-[14px]">
                {post_button(Act::Plain, staff::TEST_PROVIDER, hidden, ("Test the connection", None), None)}
            </div>
        }
    });
    let found = match &view.test {
        None => {
            view! { <p class="p-[14px] muted">"The settings as they are were never tested."</p> }.into_any()
        }
        Some(test) => {
            let steps = test.steps.iter().map(step).collect_view();
            view! {
                <p class="p-[14px] muted">"Tested " {clock.ago(test.at)} "."</p>
                <ol>{steps}</ol>
            }
            .into_any()
        }
    };
    let body = view! {
        {found}
        {button}
    };
    titled_card("test", "Connection", body)
}

fn step(step: &ProbeStep) -> AnyView {
    let tone = match step.verdict {
        StepVerdict::Passed => Tone::Ok,
        StepVerdict::Warned => Tone::Warn,
        StepVerdict::Failed => Tone::Danger,
        StepVerdict::Skipped => Tone::Neutral,
    };
    let took = (step.took_ms > 0).then(|| {
        let words = format!("{} ms", step.took_ms);
        view! { <span class="small muted num">{words}</span> }
    });
    view! {
        <li class="row">
            {status_tag(tone, step.verdict.as_str())}
            <div class="min-w-0 grow break-words">
                <b>{step.name.clone()}</b>
                " "
                {step.words.clone()}
            </div>
            {took}
        </li>
    }
    .into_any()
}

/// Claims to hold against the rules. They are looked at once, and kept nowhere.
fn sample(id: &str, back: &str) -> AnyView {
    let hidden = vec![("provider_id", id.to_owned()), ("back", back.to_owned())];
    let most = SAMPLE_MAX.to_string();
    let body = view! {
        <form method="post" action=staff::PREVIEW_CLAIMS class="p-[14px] grid gap-3">
            {hidden_fields(hidden)}
            <div class="grid gap-[5px]">
                <label for="claims">"Claims of a token, as JSON"</label>
                <textarea
                    class="in mono"
                    id="claims"
                    name="claims"
                    required
                    maxlength=most
                    autocomplete="off"
                    aria-describedby="claims-hint"
                ></textarea>
                <p class="hint" id="claims-hint">
                    "Looked at once and kept nowhere. Not the token itself."
                </p>
            </div>
            <div>
                <button class=Act::Plain.class()>"Try them"</button>
            </div>
        </form>
    };
    titled_card("sample", "Would they be let in?", body)
}
