//! The provider's pages: plain documents without a script, in the light or dark of the system.

use axum::response::{Html, IntoResponse, Response};
use http::header::CONTENT_SECURITY_POLICY;
use http::{HeaderValue, StatusCode};
use leptos::prelude::*;
use url::Url;

use super::request::Asked;
use super::{Client, IdpConfig, Mail, POLICY, Person};

const STRIP: &str = "Demo: everybody here is made up, and no password is asked for.";

/// A document around what `draw` makes; texts and attributes are escaped by the view.
fn document<Body: IntoView>(title: &str, below: &str, draw: impl FnOnce() -> Body) -> String {
    Owner::new().with(|| {
        view! {
            <!DOCTYPE html>
            <html lang="en">
                <head>
                    <meta charset="utf-8" />
                    <meta name="viewport" content="width=device-width, initial-scale=1" />
                    <meta name="robots" content="noindex" />
                    <title>{format!("{title} · Demo SSO")}</title>
                    <link rel="icon" type="image/svg+xml" href="/favicon.svg" />
                    <link rel="stylesheet" href="/idp.css" />
                </head>
                <body>
                    <p class="strip" role="note">{STRIP}</p>
                    <main>
                        <header>
                            <img src="/favicon.svg" alt="" width="28" height="28" />
                            <div>
                                <h1>{title.to_owned()}</h1>
                                <p>{below.to_owned()}</p>
                            </div>
                        </header>
                        {draw()}
                    </main>
                </body>
            </html>
        }
        .to_html()
    })
}

/// One button per person. The answer is a redirect to the client's host, which a form must be allowed to follow.
pub(super) fn choose(config: &IdpConfig, asked: &Asked<'_>, pairs: &[(&'static str, String)]) -> Response {
    let origin = asked.redirect.origin();
    let below = format!("to continue to {}", host(&origin));
    let html = document("Choose who you are", &below, || {
        let hidden = pairs
            .iter()
            .map(|(name, value)| view! { <input type="hidden" name=*name value=value.clone() /> })
            .collect_view();
        view! {
            <form method="post" action="/authorize/continue">
                {hidden}
                <ul class="card" aria-label="People">
                    {config.people.iter().map(choice).collect_view()}
                </ul>
            </form>
        }
    });
    let mut response = Html(html).into_response();
    let policy = POLICY.replace("form-action 'none'", &format!("form-action 'self' {origin}"));
    // An origin is made of a parsed address: it has no character that a header or a policy could stumble over.
    if let Ok(policy) = HeaderValue::from_str(&policy) {
        response.headers_mut().insert(CONTENT_SECURITY_POLICY, policy);
    }
    response
}

fn choice(person: &Person) -> impl IntoView + use<> {
    let hint = person
        .hint
        .as_ref()
        .map(|hint| view! { <p class="hint">{(hint.0)()}</p> });
    view! {
        <li>
            <div class="who">
                <b>{person.name.clone()}</b>
                <span class="muted">{person.email.clone()}</span>
            </div>
            <button type="submit" name="person" value=person.subject.clone()>
                {format!("Continue as {}", person.short)}
            </button>
            {hint}
        </li>
    }
}

/// What this host is, for somebody who wandered here.
pub(super) fn index(config: &IdpConfig, signed_in: &[&Person]) -> Response {
    let html = document("Demo SSO", "The demo's identity provider", || {
        view! {
            <p>
                "It stands in for the company's single sign-on, speaks the same protocol, and exists only while the demo runs."
            </p>
            <p>"Nothing starts here. Sign in from the application:"</p>
            {origins(&config.clients).map(link).collect_view()}
            {(!signed_in.is_empty()).then(|| leaving(signed_in))}
            <p>
                <a href="/mail">"Mail that would be sent"</a>
            </p>
            <p>
                <a href="/.well-known/openid-configuration">"Discovery document"</a>
            </p>
        }
    });
    let mut response = Html(html).into_response();
    let policy = POLICY.replace("form-action 'none'", "form-action 'self'");
    if !signed_in.is_empty()
        && let Ok(policy) = HeaderValue::from_str(&policy)
    {
        response.headers_mut().insert(CONTENT_SECURITY_POLICY, policy);
    }
    response
}

/// One button for each person who is signed in somewhere.
fn leaving(signed_in: &[&Person]) -> impl IntoView + use<> {
    let rows = signed_in.iter().map(|person| {
        view! {
            <li>
                <div class="who">
                    <b>{person.name.clone()}</b>
                    <span class="muted">{person.email.clone()}</span>
                </div>
                <button type="submit" name="person" value=person.subject.clone()>
                    {format!("Sign {} out everywhere", person.short)}
                </button>
            </li>
        }
    });
    view! {
        <form method="post" action="/sign-out">
            <ul class="card" aria-label="Signed in">
                {rows.collect_view()}
            </ul>
        </form>
    }
}

/// After signing out at an application.
pub(super) fn signed_out(config: &IdpConfig) -> Response {
    let html = document("Signed out", "The demo's identity provider", || {
        view! {
            <p>"This provider asks who you are each time."</p>
            {origins(&config.clients).map(link).collect_view()}
        }
    });
    Html(html).into_response()
}

/// Mail that would have been sent.
pub(super) fn mail(messages: &[Mail]) -> Response {
    let below = "What a real installation would have sent";
    let html = document("Mail that would be sent", below, || {
        match messages {
        [] => view! {
            <div class="card empty">
                <h2>"No mail yet"</h2>
                <p class="muted">"A message appears here when the product would send one. Nothing leaves this machine."</p>
            </div>
        }
        .into_any(),
        messages => view! { <div class="card">{messages.iter().map(message).collect_view()}</div> }.into_any(),
    }
    });
    Html(html).into_response()
}

fn message(mail: &Mail) -> impl IntoView + use<> {
    let at = mail.at.rfc3339();
    view! {
        <article>
            <h2>{mail.subject.clone()}</h2>
            <p class="muted">
                {format!("to {} · ", mail.to)} <time datetime=at.clone()>{at.clone()}</time>
            </p>
            <pre>{mail.text.clone()}</pre>
        </article>
    }
}

/// Something that cannot be sent back to a client.
pub(super) fn problem(status: StatusCode, why: &'static str) -> Response {
    let title = if status == StatusCode::NOT_FOUND {
        "Not found"
    } else {
        "This request cannot be answered"
    };
    let html = document(title, "The demo's identity provider", || {
        view! {
            <p class="note" role="alert">{why}</p>
            <p>"Go back to the application and start again from there."</p>
        }
    });
    (status, Html(html)).into_response()
}

/// The clients' origins, each once.
fn origins(clients: &[Client]) -> impl Iterator<Item = String> + use<> {
    let all = clients
        .iter()
        .flat_map(|client| &client.redirect_uris)
        .filter_map(|uri| Url::parse(uri).ok());
    let mut origins: Vec<String> = all.map(|uri| uri.origin().ascii_serialization()).collect();
    origins.sort_unstable();
    origins.dedup();
    origins.into_iter()
}

fn link(origin: String) -> impl IntoView {
    let name = host(&origin).to_owned();
    view! {
        <p>
            <a href=origin>{name}</a>
        </p>
    }
}

fn host(origin: &str) -> &str {
    origin.split_once("://").map_or(origin, |(_, host)| host)
}
