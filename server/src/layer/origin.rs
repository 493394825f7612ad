//! Mutations come from our own pages: the exact `Origin`, and `Sec-Fetch-Site` where the browser sends it.
//!
//! A request with neither header is refused too: every browser sends one of them with a form or a fetch, and whatever
//! is no browser can say where it means to come from.

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::header::ORIGIN;
use http::{HeaderMap, HeaderName, Method};
use stagedoor_core::error::Code;

use crate::edge::{Context, Edge, JsonError};
use crate::layer::host::TenantHost;

const FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// Refuses mutations from elsewhere.
pub async fn layer(State(edge): State<Edge>, context: Context, request: Request, next: Next) -> Response {
    if matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS) {
        return next.run(request).await;
    }
    let origins = &edge.service.settings().origins;
    let own = match request.extensions().get::<TenantHost>() {
        Some(TenantHost(slug)) => origins.tenant(slug),
        None => origins.staff.clone(),
    };
    if comes_from(&own, request.headers()) {
        return next.run(request).await;
    }
    let message = "This call came from another site. Open the page from its own address and try again.";
    JsonError::edge(&context, Code::OriginDenied, message).into_response()
}

fn comes_from(own: &str, headers: &HeaderMap) -> bool {
    let text = |name: &HeaderName| {
        headers
            .get(name)
            .map(|value| value.to_str().unwrap_or("unreadable"))
    };
    match (text(&ORIGIN), text(&FETCH_SITE)) {
        (None, None) => false,
        (origin, site) => {
            origin.is_none_or(|origin| origin == own) && site.is_none_or(|site| site == "same-origin")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(&HeaderName, &str)]) -> HeaderMap {
        pairs
            .iter()
            .map(|(name, value)| ((*name).clone(), value.parse().unwrap()))
            .collect()
    }

    #[test]
    fn only_our_own_pages_may_change_anything() {
        let own = "http://admin.localhost:7117";
        assert!(comes_from(
            own,
            &headers(&[(&ORIGIN, own), (&FETCH_SITE, "same-origin")])
        ));
        assert!(comes_from(own, &headers(&[(&ORIGIN, own)])));
        assert!(comes_from(own, &headers(&[(&FETCH_SITE, "same-origin")])));
        for refused in [
            headers(&[]),
            headers(&[(&ORIGIN, "null")]),
            headers(&[(&ORIGIN, "http://acme.app.localhost:7117")]),
            headers(&[(&ORIGIN, "http://admin.localhost:7118")]),
            headers(&[(&ORIGIN, "https://admin.localhost:7117")]),
            headers(&[(&ORIGIN, own), (&FETCH_SITE, "cross-site")]),
            headers(&[(&ORIGIN, own), (&FETCH_SITE, "same-site")]),
            headers(&[(&FETCH_SITE, "none")]),
            headers(&[(&ORIGIN, "http://evil.example"), (&FETCH_SITE, "same-origin")]),
        ] {
            assert!(!comes_from(own, &refused), "{refused:?}");
        }
    }
}
