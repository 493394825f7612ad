//! Identity providers: whose word counts here, since when it was tested, and how many people sign in by it; one of them on
//! its own page; and the dialogs that change them. A secret goes in and is never drawn.

mod dialog;
mod one;
#[cfg(test)]
mod tests;

use leptos::prelude::*;
use stagedoor_core::action::Action;
use stagedoor_core::guard::ProviderTrust;
use stagedoor_core::provider::ProviderKind;
use stagedoor_core::view::Tone;
use stagedoor_core::view::frame::Flash;
use stagedoor_core::view::provider::{ProviderRow, ProvidersView};
use stagedoor_service::{StaffOp, identity_providers};

use super::Content;
use super::refused::unless_refused;
use crate::error::AppError;
use crate::layout::Around;
use crate::routes::{ConsolePage, ProvidersQuery};
use crate::ui::{Act, Clock, Icon, link_button, no_rows, page_head, status_tag, tag};

pub(crate) use one::load_one;

const TITLE: &str = "Identity providers";

/// Loads the page.
pub(crate) async fn load(
    op: &StaffOp,
    flash: Option<&Flash>,
    around: &Around,
    query: &ProvidersQuery,
) -> Result<Content, AppError> {
    let view = identity_providers::list(op)
        .await
        .map_err(|error| AppError::from(op.public(&error)))?;
    let asks = query.act.as_deref() == Some("add");
    let closed = href(query, None);
    Ok(Content {
        title: TITLE.to_owned(),
        dialog: asks
            .then(|| {
                unless_refused(around, Action::IdpWrite, closed, |closed| {
                    Some(dialog::add(&view.redirect_uri, flash, (&around.back, closed)))
                })
            })
            .flatten(),
        main: providers_page(&view, &around.clock, query),
    })
}

fn href(query: &ProvidersQuery, act: Option<&str>) -> String {
    ConsolePage::Providers(ProvidersQuery {
        tenant: query.tenant.clone(),
        act: act.map(str::to_owned),
    })
    .href()
}

/// Draws the page.
#[must_use]
pub fn providers_page(view: &ProvidersView, clock: &Clock, query: &ProvidersQuery) -> AnyView {
    let add = view.may_write.then(|| {
        let button = link_button(Act::Primary, href(query, Some("add")), "Add provider");
        view! { <div class="acts">{button}</div> }
    });
    let lead = "Who may say that somebody is one of ours. The passkey comes after.";
    let list = if view.rows.is_empty() {
        let words = (
            "No identity provider",
            "Nobody on staff can sign in. The configuration file declares the first one.",
        );
        no_rows(Icon::Globe, words, None)
    } else {
        table(view, clock, query)
    };
    view! {
        {page_head(TITLE, lead, add)}
        <section class="card" aria-label="Identity providers">
            {list}
        </section>
    }
    .into_any()
}

fn table(view: &ProvidersView, clock: &Clock, query: &ProvidersQuery) -> AnyView {
    let rows = view
        .rows
        .iter()
        .map(|provider| row(provider, clock, query))
        .collect_view();
    view! {
        <table aria-label="Identity providers">
            <thead>
                <tr>
                    <th scope="col">"Provider"</th>
                    <th scope="col">"Kind"</th>
                    <th scope="col">"Trust"</th>
                    <th scope="col">"Domains"</th>
                    <th scope="col">"Last test"</th>
                    <th scope="col">"People"</th>
                </tr>
            </thead>
            <tbody>{rows}</tbody>
        </table>
    }
    .into_any()
}

fn row(provider: &ProviderRow, clock: &Clock, query: &ProvidersQuery) -> AnyView {
    let own = ConsolePage::Provider(
        provider.id.to_string(),
        ProvidersQuery {
            tenant: query.tenant.clone(),
            act: None,
        },
    );
    let yours = provider.own.then(|| view! { " " {tag(Tone::Accent, "yours")} });
    let (name, issuer) = (provider.name.clone(), provider.issuer.clone());
    view! {
        <tr data-row="" tabindex="-1">
            <td>
                <a href=own.href() data-open="">
                    <b>{name}</b>
                    {yours}
                    " "
                    <span class="muted">{issuer}</span>
                </a>
            </td>
            <td class="muted">{provider.kind.label()}</td>
            <td>{trust(provider)}</td>
            <td class="muted">{domains(provider)}</td>
            <td>{tested(provider, clock)}</td>
            <td class="num">{provider.people}</td>
        </tr>
    }
    .into_any()
}

/// Whether its word counts, and who says so.
fn trust(provider: &ProviderRow) -> AnyView {
    let declared = provider
        .declared
        .then(|| view! { " " {tag(Tone::Neutral, "by the file")} });
    let standing = match provider.trust {
        ProviderTrust::Trusted => status_tag(Tone::Ok, "trusted"),
        ProviderTrust::Untrusted => status_tag(Tone::Warn, "not trusted"),
    };
    view! {
        {standing}
        {declared}
    }
    .into_any()
}

fn domains(provider: &ProviderRow) -> AnyView {
    if provider.email_domains.is_empty() {
        view! { <span class="faint">"none"</span> }.into_any()
    } else {
        provider.email_domains.join(", ").into_any()
    }
}

fn tested(provider: &ProviderRow, clock: &Clock) -> AnyView {
    match &provider.test {
        None => view! { <span class="faint">"never"</span> }.into_any(),
        Some(test) => {
            let verdict = match test.passed {
                true => status_tag(Tone::Ok, "passed"),
                false => status_tag(Tone::Danger, "failed"),
            };
            view! {
                {verdict}
                " "
                <span class="muted">{clock.ago(test.at)}</span>
            }
            .into_any()
        }
    }
}

/// Whether it is one that the file alone can change.
const fn of_file(provider: &ProviderRow) -> bool {
    provider.declared || !matches!(provider.kind, ProviderKind::Oidc)
}
