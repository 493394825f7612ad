//! A tenant's own entrance: in with address and password, out again.

use std::collections::BTreeMap;

use axum::extract::State;
use axum::response::{Html, IntoResponse, Response};
use axum::{Extension, Form};
use axum_extra::extract::CookieJar;
use http::header::RETRY_AFTER;
use http::{HeaderValue, StatusCode};
use serde::Deserialize;
use stagedoor_app::gate;
use stagedoor_core::error::Code;
use stagedoor_core::tenant::TenantState;
use stagedoor_core::view::frame::{Flash, FlashKind};
use stagedoor_core::view::portal::{ClosedView, PortalSignInView};
use stagedoor_service::tenant_sign_in::{self, Typed};
use stagedoor_service::{ServiceError, TenantCaller, TenantCookies, TenantOp};
use stagedoor_store::tenant::Tenant;

use crate::cookies::{self, MEMBER, VISIT};
use crate::edge::{Context, Edge, see_other};
use crate::http::page::{gate_error, look};
use crate::layer::strangers::told;

/// Said where somebody could be taken for two.
const VISITING: &str =
    "Platform support is visiting in this browser. End the visit first; then you can sign in here.";
const SUSPENDED: &str =
    "This organisation is suspended. Nobody can sign in until platform support restores it.";

/// GET `/sign-in` on a tenant's host.
pub async fn entrance(
    State(edge): State<Edge>,
    context: Context,
    Extension(tenant): Extension<Tenant>,
    jar: CookieJar,
) -> Response {
    match inside(&edge, &context, &tenant, &jar).await {
        Ok(Some(op)) if op.visit().is_none() => see_other("/"),
        Ok(Some(_)) => closed(&edge, &context, &tenant, &jar, VISITING, StatusCode::CONFLICT),
        Ok(None) if tenant.standing.state != TenantState::Active => {
            closed(&edge, &context, &tenant, &jar, SUSPENDED, StatusCode::OK)
        }
        Ok(None) => show(&edge, &context, &tenant, &jar, String::new(), None),
        Err(error) => gate_error(&edge, &context, &jar, &error.public(context.visitor.request)),
    }
}

/// Whoever is inside with the cookies at hand; a visit goes before a sign-in.
async fn inside(
    edge: &Edge,
    context: &Context,
    tenant: &Tenant,
    jar: &CookieJar,
) -> Result<Option<TenantOp>, ServiceError> {
    let cookies = TenantCookies {
        visit: cookies::value(jar, VISIT),
        session: cookies::value(jar, MEMBER),
    };
    let caller = edge
        .service
        .tenant_op(context.visitor.clone(), tenant.clone(), cookies, "/sign-in")
        .await?;
    Ok(match caller {
        TenantCaller::Inside(op) => Some(op),
        TenantCaller::Over(_) | TenantCaller::Refused(_) | TenantCaller::Nobody => None,
    })
}

fn view(edge: &Edge, tenant: &Tenant) -> PortalSignInView {
    let origin = edge.service.settings().origins.tenant(&tenant.slug);
    let host = origin.split_once("://").map_or(origin.as_str(), |(_, host)| host);
    PortalSignInView {
        tenant: tenant.name.clone(),
        host: host.to_owned(),
        email: String::new(),
        flash: None,
        closed: None,
    }
}

fn show(
    edge: &Edge,
    context: &Context,
    tenant: &Tenant,
    jar: &CookieJar,
    email: String,
    flash: Option<Flash>,
) -> Response {
    let view = PortalSignInView {
        email,
        flash,
        ..view(edge, tenant)
    };
    Html(gate::portal_sign_in_page(&view, &look(edge, context, jar))).into_response()
}

fn closed(
    edge: &Edge,
    context: &Context,
    tenant: &Tenant,
    jar: &CookieJar,
    why: &str,
    status: StatusCode,
) -> Response {
    let view = PortalSignInView {
        closed: Some(ClosedView {
            why: why.to_owned(),
            request_id: context.visitor.request.to_string(),
        }),
        ..view(edge, tenant)
    };
    let page = gate::portal_sign_in_page(&view, &look(edge, context, jar));
    (status, Html(page)).into_response()
}

/// What the form sends.
#[derive(Deserialize)]
pub struct SignInForm {
    #[serde(default)]
    email: String,
    #[serde(default)]
    password: String,
}

/// POST `/sign-in` on a tenant's host: the session starts, under a fresh reference.
pub async fn sign_in(
    State(edge): State<Edge>,
    context: Context,
    Extension(tenant): Extension<Tenant>,
    jar: CookieJar,
    Form(form): Form<SignInForm>,
) -> Response {
    match inside(&edge, &context, &tenant, &jar).await {
        Ok(Some(op)) if op.visit().is_some() => {
            return closed(&edge, &context, &tenant, &jar, VISITING, StatusCode::CONFLICT);
        }
        Ok(_) => {}
        Err(error) => return gate_error(&edge, &context, &jar, &error.public(context.visitor.request)),
    }
    let typed = Typed {
        email: form.email,
        password: form.password,
    };
    let former = cookies::value(&jar, MEMBER);
    let signed_in = edge
        .service
        .sign_in_member(&context.visitor, &tenant, former, &typed)
        .await;
    match signed_in {
        Ok(arrival) => {
            let cookie = cookies::until(MEMBER, &arrival.reference, edge.service.now(), arrival.until);
            (jar.add(cookie), see_other("/")).into_response()
        }
        Err(error) => told(failed(&edge, &context, &tenant, &jar, typed.email, &error)),
    }
}

/// The form again, with what went wrong: the same for whoever cannot sign in. The address is kept, the password never.
fn failed(
    edge: &Edge,
    context: &Context,
    tenant: &Tenant,
    jar: &CookieJar,
    email: String,
    error: &ServiceError,
) -> Response {
    let public = error.public(context.visitor.request);
    if tenant.standing.state != TenantState::Active && public.code == Code::Unauthenticated {
        return closed(edge, context, tenant, jar, SUSPENDED, StatusCode::UNAUTHORIZED);
    }
    if public.code.status() >= 500 {
        return gate_error(edge, context, jar, &public);
    }
    let status = StatusCode::from_u16(public.code.status()).unwrap_or(StatusCode::UNAUTHORIZED);
    let flash = Flash {
        kind: FlashKind::Error,
        message: public.message,
        request_id: Some(public.request_id),
        fields: BTreeMap::new(),
        values: BTreeMap::new(),
    };
    let email = email.chars().take(254).collect();
    let mut response = show(edge, context, tenant, jar, email, Some(flash));
    *response.status_mut() = status;
    if let Some(seconds) = error.retry_after_seconds() {
        response
            .headers_mut()
            .insert(RETRY_AFTER, HeaderValue::from(seconds));
    }
    response
}

/// POST `/sign-out` on a tenant's host.
pub async fn sign_out(
    State(edge): State<Edge>,
    context: Context,
    Extension(op): Extension<TenantOp>,
    jar: CookieJar,
) -> Response {
    match tenant_sign_in::sign_out(&op).await {
        // Ended meanwhile: what was asked for is so.
        Ok(()) | Err(ServiceError::Conflict(_)) => {
            (jar.add(cookies::removed(MEMBER)), see_other("/sign-in")).into_response()
        }
        Err(error) => gate_error(&edge, &context, &jar, &op.public(&error)),
    }
}
