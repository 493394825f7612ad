//! A tenant's host: the tenant exists, somebody is inside, and what they see is recorded before it leaves.

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use axum_extra::extract::CookieJar;
use http::{HeaderMap, HeaderName, Method};
use stagedoor_core::error::{ApiError, Code};
use stagedoor_service::{ServiceError, TenantCaller, TenantCookies, TenantOp};
use stagedoor_store::tenant::{self, Tenant};

use crate::cookies::{self, MEMBER, VISIT};
use crate::edge::{Context, Edge, JsonError, see_other, wants_page};
use crate::http::page::gate_error;
use crate::layer::host::TenantHost;
use crate::layer::limits::{count, too_often};
use crate::layer::strangers::told;

const PURPOSES: [HeaderName; 2] = [
    HeaderName::from_static("sec-purpose"),
    HeaderName::from_static("purpose"),
];

/// Finds the tenant of the host; an unknown one is as absent as an unknown host. Whoever brings nothing that could open it is
/// counted first, so that nobody has the database asked for names without an end.
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
    let refuse = |page| Refuse {
        edge: &edge,
        context: &context,
        jar: jar.clone(),
        page,
    };
    let may_be_known = [VISIT, MEMBER].iter().any(|name| cookies::may_open(&jar, name));
    if !may_be_known && let Err(wait) = count(&edge, &context, &mut request) {
        return too_often(&edge, &context, &jar, &request, wait);
    }
    match tenant::find_by_slug(&mut edge.service.db().reader(), &slug).await {
        Ok(Some(tenant)) => {
            request.extensions_mut().insert(tenant);
            next.run(request).await
        }
        Ok(None) => {
            if let Err(wait) = count(&edge, &context, &mut request) {
                return too_often(&edge, &context, &jar, &request, wait);
            }
            let error = JsonError::edge(&context, Code::NotFound, "There is nothing at this host.");
            refuse(wants_page(request.headers())).with(error.0)
        }
        Err(error) => refuse(asks_for_a_page(&request)).with(JsonError::of(&context, &error.into()).0),
    }
}

/// Puts the call into the request, runs it, and commits its entries before the answer leaves.
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
    let cookies = TenantCookies {
        visit: cookies::value(&jar, VISIT),
        session: cookies::value(&jar, MEMBER),
    };
    let caller = edge
        .service
        .tenant_op(context.visitor.clone(), tenant, cookies, &path)
        .await;
    let allowed = match &caller {
        Ok(TenantCaller::Inside(op)) => edge.limits.known(&op.session_key()),
        _ => count(&edge, &context, &mut request),
    };
    if let Err(wait) = allowed {
        return too_often(&edge, &context, &jar, &request, wait);
    }
    let refuse = Refuse {
        edge: &edge,
        context: &context,
        jar,
        page: asks_for_a_page(&request),
    };
    match caller {
        Ok(TenantCaller::Inside(op)) => run(op, refuse, request, next).await,
        Ok(TenantCaller::Over(over)) => refuse.over(over.why.explain()),
        Ok(TenantCaller::Refused(decision)) => refuse.signed_out(&ServiceError::Denied(decision)),
        Ok(TenantCaller::Nobody) => refuse.nobody(),
        Err(error) => refuse.with(JsonError::of(&context, &error).0),
    }
}

/// Pages and forms; calls of the API are answered in its own way, whoever reads it.
fn asks_for_a_page(request: &Request) -> bool {
    wants_page(request.headers()) && !request.uri().path().starts_with("/api/tenant/")
}

async fn run(op: TenantOp, refuse: Refuse<'_>, mut request: Request, next: Next) -> Response {
    if op.visit().is_some() && is_speculative(request.method(), request.headers()) {
        // What nobody looked at must not stand in the log as looked at.
        let message = "Pages are not fetched ahead while impersonating.";
        return JsonError::edge(refuse.context, Code::MethodNotAllowed, message).into_response();
    }
    request.extensions_mut().insert(op.clone());
    let response = next.run(request).await;
    match op.finish().await {
        Ok(()) => told(response),
        Err(error) => refuse.with(op.public(&error)),
    }
}

/// How this host says no: to a page, or to a call.
struct Refuse<'a> {
    edge: &'a Edge,
    context: &'a Context,
    jar: CookieJar,
    page: bool,
}

impl Refuse<'_> {
    fn with(&self, error: ApiError) -> Response {
        if self.page {
            gate_error(self.edge, self.context, &self.jar, &error)
        } else {
            JsonError(error).into_response()
        }
    }

    /// A visit that is over. It goes before a person's own sign-in until the page that says so was seen.
    fn over(self, why: &str) -> Response {
        if self.page {
            return see_other("/visit/over");
        }
        let message = format!("This impersonation has ended: {why}.");
        JsonError::edge(self.context, Code::Unauthenticated, &message).into_response()
    }

    /// A person whose session or membership no longer holds: their cookie is good for nothing more.
    fn signed_out(self, error: &ServiceError) -> Response {
        if self.page {
            return (self.jar.add(cookies::removed(MEMBER)), see_other("/sign-in")).into_response();
        }
        JsonError::of(self.context, error).into_response()
    }

    fn nobody(self) -> Response {
        if self.page {
            return see_other("/sign-in");
        }
        let message = "Nobody is signed in here. Sign in, or come in from the staff console.";
        JsonError::edge(self.context, Code::Unauthenticated, message).into_response()
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
