//! A tenant's host: the tenant exists, somebody is inside, and what they see is recorded before it leaves.

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use axum_extra::extract::CookieJar;
use http::{HeaderMap, HeaderName, Method};
use stagedoor_core::error::Code;
use stagedoor_service::TenantCaller;
use stagedoor_store::tenant::{self, Tenant};

use crate::cookies::{self, VISIT};
use crate::edge::{Context, Edge, JsonError, see_other, wants_page};
use crate::http::page::gate_error;
use crate::layer::host::TenantHost;
use crate::layer::limits::{Class, too_often};
use crate::layer::strangers::told;

const PURPOSES: [HeaderName; 2] = [
    HeaderName::from_static("sec-purpose"),
    HeaderName::from_static("purpose"),
];

/// Finds the tenant of the host; an unknown one is as absent as an unknown host.
pub async fn known(
    State(edge): State<Edge>,
    context: Context,
    jar: CookieJar,
    mut request: Request,
    next: Next,
) -> Response {
    let Some(TenantHost(slug)) = request.extensions().get::<TenantHost>().cloned() else {
        return http::StatusCode::NOT_FOUND.into_response();
    };
    match tenant::find_by_slug(&mut edge.service.db().reader(), &slug).await {
        Ok(Some(tenant)) => {
            request.extensions_mut().insert(tenant);
            next.run(request).await
        }
        Ok(None) => {
            let error = JsonError::edge(&context, Code::NotFound, "There is nothing at this host.");
            if wants_page(request.headers()) {
                gate_error(&edge, &context, &jar, &error.0)
            } else {
                error.into_response()
            }
        }
        Err(error) => JsonError::of(&context, &error.into()).into_response(),
    }
}

/// Puts the call into the request, runs it, and commits its pair of entries before the answer leaves.
pub async fn inside(
    State(edge): State<Edge>,
    context: Context,
    jar: CookieJar,
    mut request: Request,
    next: Next,
) -> Response {
    let Some(tenant) = request.extensions().get::<Tenant>().cloned() else {
        return http::StatusCode::NOT_FOUND.into_response();
    };
    let path = request.uri().path().to_owned();
    let cookie = cookies::value(&jar, VISIT);
    let page = wants_page(request.headers()) && !path.starts_with("/api/tenant/");
    let caller = match edge
        .service
        .tenant_op(context.visitor.clone(), tenant, cookie, &path)
        .await
    {
        Ok(caller) => caller,
        Err(error) => return JsonError::of(&context, &error).into_response(),
    };
    let allowed = match &caller {
        TenantCaller::Visit(op) => edge.limits.known(&op.visit().session.to_string()),
        TenantCaller::Over(_) | TenantCaller::Nobody => {
            edge.limits.stranger(Class::Open, context.visitor.address)
        }
    };
    if let Err(wait) = allowed {
        return too_often(&edge, &context, &jar, &request, wait);
    }
    match caller {
        TenantCaller::Visit(_) if is_speculative(request.method(), request.headers()) => {
            // What nobody looked at must not stand in the log as looked at.
            JsonError::edge(
                &context,
                Code::MethodNotAllowed,
                "Pages are not fetched ahead while impersonating.",
            )
            .into_response()
        }
        TenantCaller::Visit(op) => {
            request.extensions_mut().insert(op.clone());
            let response = next.run(request).await;
            match op.finish().await {
                Ok(()) => told(response),
                Err(error) => {
                    let public = op.public(&error);
                    if page {
                        gate_error(&edge, &context, &jar, &public)
                    } else {
                        JsonError(public).into_response()
                    }
                }
            }
        }
        TenantCaller::Over(_) if page => see_other("/visit/over"),
        TenantCaller::Over(over) => {
            let message = format!("This impersonation has ended: {}.", over.why.explain());
            JsonError::edge(&context, Code::Unauthenticated, &message).into_response()
        }
        TenantCaller::Nobody => {
            let message = "Nobody is signed in here. Platform support comes in from the staff console.";
            let error = JsonError::edge(&context, Code::Unauthenticated, message);
            if page {
                gate_error(&edge, &context, &jar, &error.0)
            } else {
                error.into_response()
            }
        }
    }
}

/// Whether nobody waits for the answer to look at it: fetched ahead, or without its body.
pub fn is_speculative(method: &Method, headers: &HeaderMap) -> bool {
    let prefetch = |name| {
        headers
            .get(name)
            .and_then(|value| value.to_str().ok())
            .is_some_and(|value| value.contains("prefetch"))
    };
    method == Method::HEAD || PURPOSES.iter().any(prefetch)
}
