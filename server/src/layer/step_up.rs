//! Every call of the staff host's API and server functions, named by what a fresh proof for it would commit to; and the
//! proof that a call brings along, taken before anything else happens.
//!
//! Which calls need a proof is decided behind this layer, by the action. A proof that does not count is refused here: a call
//! that brings one is never done without it.

use axum::body::{Body, Bytes};
use axum::extract::{MatchedPath, Request};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::header::CONTENT_TYPE;
use http::request::Parts;
use http::{HeaderMap, HeaderName, Method};
use stagedoor_core::error::Code;
use stagedoor_core::step_up::{Arguments, Call};
use stagedoor_service::StaffOp;
use stagedoor_service::step_up::{self, Form, Incoming};

use crate::edge::{Context, JsonError};

/// The header in which a call brings its proof, by the step-up's id.
pub const STEP_UP: HeaderName = HeaderName::from_static("stagedoor-step-up");

const FUNCTIONS: &str = "/api/fn/staff/";
const FORM: &str = "application/x-www-form-urlencoded";

/// Names the call, and takes its proof.
pub async fn layer(context: Context, request: Request, next: Next) -> Response {
    if !request.uri().path().starts_with("/api/") {
        return next.run(request).await;
    }
    let (mut parts, body) = request.into_parts();
    let Some(op) = parts.extensions.remove::<StaffOp>() else {
        return http::StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    // The body has arrived, and is within its limit: `patience` has seen to both.
    let Ok(bytes) = axum::body::to_bytes(body, usize::MAX).await else {
        let message = "The body ended early. Nothing was changed.";
        return JsonError::edge(&context, Code::Invalid, message).into_response();
    };
    let op = op.with_call(incoming(&parts, &bytes));
    let op = match brought(&parts.headers) {
        None => op,
        Some(proof) => match step_up::spend(&op, proof).await {
            Ok(proof) => op.with_proof(proof),
            Err(error) => return JsonError(op.public(&error)).into_response(),
        },
    };
    parts.extensions.insert(op);
    next.run(Request::from_parts(parts, Body::from(bytes))).await
}

/// What stands in the header; an unreadable one is a proof that does not exist.
fn brought(headers: &HeaderMap) -> Option<&str> {
    headers
        .get(STEP_UP)
        .map(|value| value.to_str().unwrap_or_default())
}

fn media_type(headers: &HeaderMap) -> &str {
    let kind = headers.get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
    let kind = kind.and_then(|kind| kind.split(';').next());
    kind.unwrap_or_default().trim()
}

/// The call that a request makes.
fn incoming(parts: &Parts, body: &Bytes) -> Incoming {
    let path = parts.uri.path();
    let matched = parts.extensions.get::<MatchedPath>().map(MatchedPath::as_str);
    let operation = matched.filter(|matched| !matched.contains("{*")).unwrap_or(path);
    let arguments = arguments(media_type(&parts.headers), body);
    let form = kept(parts, &arguments, body);
    named(&parts.method, operation, parts, arguments, form)
}

fn named(
    method: &Method,
    operation: &str,
    parts: &Parts,
    arguments: Arguments,
    form: Option<Form>,
) -> Incoming {
    let target = parts.uri.path_and_query().map_or("/", |target| target.as_str());
    Incoming {
        call: Call {
            method: method.to_string(),
            operation: operation.to_owned(),
            target: target.to_owned(),
            arguments,
        },
        operation: format!("{method} {}", parts.uri.path()),
        form,
    }
}

fn arguments(media_type: &str, body: &Bytes) -> Arguments {
    if body.is_empty() {
        return Arguments::None;
    }
    let json = || serde_json::from_slice(body).ok().map(Arguments::Json);
    let fields = || Arguments::Fields(url::form_urlencoded::parse(body).into_owned().collect());
    match media_type {
        "application/json" => json().unwrap_or_else(|| Arguments::Bytes(body.to_vec())),
        FORM => fields(),
        _ => Arguments::Bytes(body.to_vec()),
    }
}

/// A form of the console, which the server can send again by itself.
fn kept(parts: &Parts, arguments: &Arguments, body: &Bytes) -> Option<Form> {
    let Arguments::Fields(fields) = arguments else {
        return None;
    };
    let path = parts.uri.path();
    let plain = parts.method == Method::POST && path.starts_with(FUNCTIONS) && parts.uri.query().is_none();
    let field = |name: &str| {
        let found = fields.iter().find(|(found, _)| found == name);
        found
            .map(|(_, value)| value.clone())
            .filter(|value| !value.is_empty())
    };
    Some(Form {
        path: path.to_owned(),
        body: String::from_utf8(body.to_vec()).ok().filter(|_| plain)?,
        back: field("back"),
        reason: field("reason"),
    })
}

/// The request that sends a kept form again: as the browser of another request would, and as the same call.
#[must_use]
pub fn again(form: &Form, by: &HeaderMap) -> Option<(Request, Incoming)> {
    let mut request = Request::new(Body::from(form.body.clone()));
    *request.method_mut() = Method::POST;
    *request.uri_mut() = form.path.parse().ok()?;
    *request.headers_mut() = by.clone();
    let headers = request.headers_mut();
    headers.remove(STEP_UP);
    headers.remove(http::header::CONTENT_LENGTH);
    headers.insert(CONTENT_TYPE, http::HeaderValue::from_static(FORM));
    headers.insert(http::header::ACCEPT, http::HeaderValue::from_static("text/html"));
    let (parts, body) = request.into_parts();
    let incoming = incoming(&parts, &Bytes::from(form.body.clone()));
    Some((Request::from_parts(parts, body), incoming))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn call(method: &str, uri: &str, kind: &str, body: &str) -> Incoming {
        let request = http::Request::builder()
            .method(method)
            .uri(uri)
            .header(CONTENT_TYPE, kind)
            .body(())
            .unwrap();
        incoming(&request.into_parts().0, &Bytes::from(body.to_owned()))
    }

    #[test]
    fn a_form_that_is_sent_again_is_the_same_call() {
        let body = "passkey_id=pky_1&reason=Lost+it&back=%2Fpasskeys";
        let first = call(
            "POST",
            "/api/fn/staff/revoke_passkey",
            &format!("{FORM}; charset=UTF-8"),
            body,
        );
        let form = first.form.clone().unwrap();
        assert_eq!(
            (form.back.as_deref(), form.reason.as_deref()),
            (Some("/passkeys"), Some("Lost it"))
        );
        assert!(
            !format!("{first:?}").contains("passkey_id=pky_1"),
            "what was typed is not logged"
        );
        let (request, second) = again(&form, &HeaderMap::new()).unwrap();
        assert_eq!(first.call.digest(), second.call.digest());
        assert_eq!(request.uri().path(), "/api/fn/staff/revoke_passkey");
    }

    #[test]
    fn only_forms_of_the_console_are_kept() {
        let json = call("POST", "/api/fn/staff/revoke_passkey", "application/json", "{}");
        let elsewhere = call("POST", "/api/admin/tenants", FORM, "a=b");
        let with_query = call("POST", "/api/fn/staff/revoke_passkey?x=y", FORM, "a=b");
        assert!(json.form.is_none() && elsewhere.form.is_none() && with_query.form.is_none());
    }

    #[test]
    fn every_part_of_a_request_is_part_of_the_call() {
        let json = "application/json";
        let base = call("PATCH", "/api/admin/tenants/a", json, r#"{"name":"A","b":1}"#);
        let same = call(
            "PATCH",
            "/api/admin/tenants/a",
            json,
            r#"{ "b": 1, "name": "A" }"#,
        );
        assert_eq!(base.call.digest(), same.call.digest());
        for other in [
            call("PUT", "/api/admin/tenants/a", json, r#"{"name":"A","b":1}"#),
            call("PATCH", "/api/admin/tenants/b", json, r#"{"name":"A","b":1}"#),
            call("PATCH", "/api/admin/tenants/a?x=1", json, r#"{"name":"A","b":1}"#),
            call("PATCH", "/api/admin/tenants/a", json, r#"{"name":"B","b":1}"#),
            call("PATCH", "/api/admin/tenants/a", json, ""),
            call(
                "PATCH",
                "/api/admin/tenants/a",
                "text/plain",
                r#"{"name":"A","b":1}"#,
            ),
        ] {
            assert_ne!(base.call.digest(), other.call.digest(), "{other:?}");
        }
    }
}
