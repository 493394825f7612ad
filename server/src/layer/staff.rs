//! The staff session: every route behind this layer has a call of a signed-in person, or is not reached.

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use axum_extra::extract::CookieJar;
use stagedoor_core::decision::Reason;
use stagedoor_core::error::Code;
use stagedoor_service::ServiceError;

use crate::cookies::{self, SESSION};
use crate::edge::{Context, Edge, JsonError, see_other, wants_page};
use crate::http::page::gate_error;
use crate::layer::limits::{Class, too_often};
use crate::layer::strangers::told;

/// Puts the call into the request. Without a session a page goes to the entrance, and an API call gets 401.
pub async fn layer(
    State(edge): State<Edge>,
    context: Context,
    jar: CookieJar,
    mut request: Request,
    next: Next,
) -> Response {
    match edge
        .service
        .staff_op(context.visitor.clone(), cookies::value(&jar, SESSION))
        .await
    {
        Ok(op) => {
            if let Err(wait) = edge.limits.known(&op.session().id.to_string()) {
                return too_often(&edge, &context, &jar, &request, wait);
            }
            request.extensions_mut().insert(op);
            told(next.run(request).await)
        }
        // It stands in the log already: somebody's session, under another's name at the proxy.
        Err(error) if error.denied() == Some(Reason::IdentityOther) => {
            told(refuse(&edge, &context, jar, &request, &error))
        }
        Err(error) => match edge.limits.stranger(Class::Open, context.visitor.address) {
            Ok(()) => refuse(&edge, &context, jar, &request, &error),
            Err(wait) => too_often(&edge, &context, &jar, &request, wait),
        },
    }
}

fn refuse(
    edge: &Edge,
    context: &Context,
    jar: CookieJar,
    request: &Request,
    error: &ServiceError,
) -> Response {
    let page = wants_page(request.headers()) && !request.uri().path().starts_with("/api/admin/");
    if !page {
        return JsonError::of(context, error).into_response();
    }
    let public = error.public(context.visitor.request);
    if public.code != Code::Unauthenticated {
        return gate_error(edge, context, &jar, &public);
    }
    // A reference that leads nowhere may be one that was replaced while this request was on its way: the cookie that
    // the browser has by now is a better one, and must not be taken away by this answer.
    let known = error
        .denied()
        .is_some_and(|reason| reason != Reason::SessionAbsent);
    let jar = if known && cookies::value(&jar, SESSION).is_some() {
        jar.add(cookies::removed(SESSION))
    } else {
        jar
    };
    (jar, see_other("/sign-in")).into_response()
}
