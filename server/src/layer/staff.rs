//! The staff session: every route behind this layer has a call of a signed-in person, or is not reached.

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use axum_extra::extract::CookieJar;
use stagedoor_app::routes::staff;
use stagedoor_core::decision::Reason;
use stagedoor_core::error::Code;
use stagedoor_service::{ServiceError, duties};

use crate::cookies::{self, SESSION};
use crate::edge::{Context, Edge, JsonError, see_other, wants_page};
use crate::http::page::gate_error;
use crate::layer::limits::{count, too_often};
use crate::layer::strangers::told;

/// Puts the call into the request. Without a session a page goes to the entrance, and an API call gets 401.
pub async fn layer(
    State(edge): State<Edge>,
    context: Context,
    jar: CookieJar,
    mut request: Request,
    next: Next,
) -> Response {
    if !cookies::may_open(&jar, SESSION)
        && let Err(wait) = count(&edge, &context, &mut request)
    {
        return too_often(&edge, &context, &jar, &request, wait);
    }
    match edge
        .service
        .staff_op(context.visitor.clone(), cookies::value(&jar, SESSION))
        .await
    {
        Ok(op) => {
            if let Err(wait) = edge.limits.known(&op.session().id.to_string()) {
                return too_often(&edge, &context, &jar, &request, wait);
            }
            if duties::are_owed(&op) && asks_for_a_page(&request) && !leads_there(request.uri().path()) {
                return told(see_other(staff::RESPONSIBILITIES));
            }
            request.extensions_mut().insert(op);
            told(next.run(request).await)
        }
        // It stands in the log already: somebody's session, under another's name at the proxy.
        Err(error) if error.denied() == Some(Reason::IdentityOther) => {
            told(refuse(&edge, &context, jar, &request, &error))
        }
        Err(error) => match count(&edge, &context, &mut request) {
            Ok(()) => refuse(&edge, &context, jar, &request, &error),
            Err(wait) => too_often(&edge, &context, &jar, &request, wait),
        },
    }
}

/// Pages and forms; calls of the API get as far as the decision, whose refusal says what is owed.
fn asks_for_a_page(request: &Request) -> bool {
    wants_page(request.headers()) && !request.uri().path().starts_with("/api/admin/")
}

/// Where a person acknowledges their responsibilities, what that may ask of them, and the way out.
fn leads_there(path: &str) -> bool {
    let open = [
        staff::RESPONSIBILITIES,
        staff::ACKNOWLEDGE_DUTIES,
        staff::STAY,
        staff::SIGN_OUT,
    ];
    open.contains(&path)
        || path
            .strip_prefix(staff::STEP_UP)
            .is_some_and(|rest| rest.starts_with('/'))
}

fn refuse(
    edge: &Edge,
    context: &Context,
    jar: CookieJar,
    request: &Request,
    error: &ServiceError,
) -> Response {
    if !asks_for_a_page(request) {
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
