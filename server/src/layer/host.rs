//! The Host check, and which surface a process serves, before anything else: a host we do not know has no page, no cookie, no form (spec 01 "Host and origin").

use axum::Router;
use axum::extract::Request;
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use http::header::HOST;
use stagedoor_service::Origins;
use tower::ServiceExt;

/// The routers of the hosts.
#[derive(Clone)]
pub struct Hosts {
    /// The staff console's.
    pub staff: Option<Router>,
    /// The tenants'.
    pub tenant: Option<Router>,
    /// Further hosts by their full authority, e.g. the demo's identity provider.
    pub others: Vec<(String, Router)>,
    /// `/healthz` and `/readyz`, which answer any host.
    pub health: Router,
    /// For every other host.
    pub nowhere: Router,
    /// Where the surfaces answer.
    pub origins: Origins,
}

/// Which tenant a host names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TenantHost(pub String);

/// Sends a request to the router of its host.
pub async fn dispatch(hosts: Hosts, mut request: Request) -> Response {
    if matches!(request.uri().path(), "/healthz" | "/readyz") {
        return run(hosts.health, request).await;
    }
    let Some(host) = authority(&request) else {
        return run(hosts.nowhere, request).await;
    };
    if host == hosts.origins.staff_authority() {
        return run(hosts.staff.unwrap_or(hosts.nowhere), request).await;
    }
    if let Some((_, router)) = hosts.others.iter().find(|(authority, _)| *authority == host) {
        return run(router.clone(), request).await;
    }
    match slug(&host, &hosts.origins.tenant_suffix) {
        Some(slug) => {
            request.extensions_mut().insert(TenantHost(slug.to_owned()));
            run(hosts.tenant.unwrap_or(hosts.nowhere), request).await
        }
        None => run(hosts.nowhere, request).await,
    }
}

async fn run(router: Router, request: Request) -> Response {
    router
        .oneshot(request)
        .await
        .unwrap_or_else(|never| match never {})
}

/// What any other host answers; a surface that this process does not serve is one.
pub async fn unknown() -> Response {
    (StatusCode::NOT_FOUND, "There is nothing at this host.\n").into_response()
}

/// The Host header, lower case; none when it is absent, repeated or not text.
fn authority(request: &Request) -> Option<String> {
    let mut hosts = request.headers().get_all(HOST).iter();
    let host = hosts.next()?.to_str().ok()?.to_ascii_lowercase();
    hosts.next().is_none().then_some(host)
}

/// The one label before a tenant host's suffix.
fn slug<'a>(host: &'a str, suffix: &str) -> Option<&'a str> {
    let label = host.strip_suffix(suffix)?.strip_suffix('.')?;
    let well_formed = !label.is_empty()
        && label.len() <= 63
        && label
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-');
    well_formed.then_some(label)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tenant_host_is_one_label_before_the_exact_suffix() {
        assert_eq!(
            slug("acme.app.localhost:7117", "app.localhost:7117"),
            Some("acme")
        );
        for foreign in [
            "app.localhost:7117",
            ".app.localhost:7117",
            "a.b.app.localhost:7117",
            "acme.app.localhost",
            "acme.app.localhost:7118",
            "acmeapp.localhost:7117",
            "acme.app.localhost:7117.evil.example",
            "a_b.app.localhost:7117",
        ] {
            assert_eq!(slug(foreign, "app.localhost:7117"), None, "{foreign}");
        }
    }
}
