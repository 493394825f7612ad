//! Mutations come from our own pages: the exact `Origin`, and `Sec-Fetch-Site` where the browser sends it.
//!
//! A request without `Origin` is refused whatever else it says: every browser that can do passkeys sends it with every method but GET
//! and HEAD, to its own origin, too (Fetch, "append a request `Origin` header"), and whatever is no browser can say where it means to
//! come from. `Sec-Fetch-Site` alone is not exact: it does not say which origin it was compared with.

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::header::ORIGIN;
use http::{HeaderMap, HeaderName, HeaderValue, Method};
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
    let all = |name: &HeaderName| headers.get_all(name).iter().map(HeaderValue::as_bytes);
    all(&ORIGIN).eq([own.as_bytes()])
        && (all(&FETCH_SITE).next().is_none() || all(&FETCH_SITE).eq([&b"same-origin"[..]]))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(&HeaderName, &str)]) -> HeaderMap {
        let mut map = HeaderMap::new();
        for (name, value) in pairs {
            map.append(*name, value.parse().unwrap());
        }
        map
    }

    #[test]
    fn only_our_own_pages_may_change_anything() {
        let own = "http://admin.localhost:7117";
        assert!(comes_from(
            own,
            &headers(&[(&ORIGIN, own), (&FETCH_SITE, "same-origin")])
        ));
        assert!(comes_from(own, &headers(&[(&ORIGIN, own)])));
        for refused in [
            headers(&[]),
            headers(&[(&FETCH_SITE, "same-origin")]),
            headers(&[(&ORIGIN, own), (&ORIGIN, own)]),
            headers(&[(&ORIGIN, own), (&ORIGIN, "http://evil.example")]),
            headers(&[
                (&ORIGIN, own),
                (&FETCH_SITE, "same-origin"),
                (&FETCH_SITE, "cross-site"),
            ]),
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
