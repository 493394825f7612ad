//! The way of a visit between the hosts (decision 24). Each stop is a GET that the browser makes by itself.

use std::time::Duration;

use axum::Extension;
use axum::extract::State;
use axum::response::{Html, IntoResponse, Response};
use axum_extra::extract::CookieJar;
use http::StatusCode;
use serde::Deserialize;
use stagedoor_app::gate::{self, Hop};
use stagedoor_core::id::ImpersonationId;
use stagedoor_service::{StaffOp, impersonation};
use stagedoor_store::tenant::Tenant;

use crate::cookies::{self, NONCE, VISIT};
use crate::edge::{Context, Edge, see_other};
use crate::http::input::{PathId, QueryString};
use crate::http::page::{gate_error, look};

/// How long after its end a visit's cookie still tells why it is over.
const EXPLAINED_FOR: Duration = Duration::from_secs(3600);

/// GET `/impersonations/{id}/enter` on the staff host: a page of our own that goes on to the tenant's host.
pub async fn leave(
    State(edge): State<Edge>,
    context: Context,
    Extension(op): Extension<StaffOp>,
    jar: CookieJar,
    PathId(id): PathId<ImpersonationId>,
) -> Response {
    match impersonation::entrance_of(&op, id).await {
        Ok((href, tenant)) => {
            let hop = Hop {
                title: "Starting the impersonation".to_owned(),
                words: format!("On the way to {tenant}"),
                href,
                label: format!("Go on to {tenant}"),
            };
            Html(gate::hop_page(&hop, &look(&edge, &context, &jar))).into_response()
        }
        Err(error) => gate_error(&edge, &context, &jar, &op.public(&error)),
    }
}

/// GET `/visit/{id}` on the tenant's host: a nonce, and on to the staff host.
pub async fn landing(
    State(edge): State<Edge>,
    jar: CookieJar,
    PathId(id): PathId<ImpersonationId>,
) -> Response {
    let bounce = impersonation::landing(&edge.service, id);
    let now = edge.service.now();
    let nonce = cookies::until(NONCE, &bounce.nonce, now, now.plus(Duration::from_secs(120)));
    (jar.add(nonce), see_other(&bounce.location)).into_response()
}

/// The digest of the tenant host's nonce.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Bounce {
    nonce: String,
}

/// GET `/impersonations/{id}/handoff?nonce=…` on the staff host: a single-use code, and back.
pub async fn bounce(
    State(edge): State<Edge>,
    context: Context,
    Extension(op): Extension<StaffOp>,
    jar: CookieJar,
    PathId(id): PathId<ImpersonationId>,
    QueryString(bounce): QueryString<Bounce>,
) -> Response {
    match impersonation::bounce(&op, id, &bounce.nonce).await {
        Ok(location) => see_other(&location),
        Err(error) => gate_error(&edge, &context, &jar, &op.public(&error)),
    }
}

/// The code.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Enter {
    code: String,
}

/// GET `/visit/{id}/enter?code=…` on the tenant's host: the visit gets its cookie.
pub async fn enter(
    State(edge): State<Edge>,
    context: Context,
    Extension(tenant): Extension<Tenant>,
    jar: CookieJar,
    PathId(id): PathId<ImpersonationId>,
    QueryString(enter): QueryString<Enter>,
) -> Response {
    let nonce = cookies::value(&jar, NONCE).map(str::to_owned);
    match impersonation::enter(&edge.service, &tenant, id, &enter.code, nonce.as_deref()).await {
        Ok(arrived) => {
            // It outlives the visit, which the server ends: only so can the page after it say why it is over.
            let kept = arrived.until.plus(EXPLAINED_FOR);
            let visit = cookies::until(VISIT, &arrived.reference, edge.service.now(), kept);
            (jar.add(cookies::removed(NONCE)).add(visit), see_other("/")).into_response()
        }
        Err(error) => gate_error(&edge, &context, &jar, &error.public(context.visitor.request)),
    }
}

/// GET `/visit/over` on the tenant's host: the visit's cookie goes, and the page says why.
pub async fn over(
    State(edge): State<Edge>,
    context: Context,
    Extension(tenant): Extension<Tenant>,
    jar: CookieJar,
) -> Response {
    let cookie = cookies::value(&jar, VISIT).map(str::to_owned);
    let why = match edge.service.why_over(&tenant, cookie.as_deref()).await {
        Ok(why) => why,
        Err(error) => return gate_error(&edge, &context, &jar, &error.public(context.visitor.request)),
    };
    let view = stagedoor_core::view::portal::VisitOverView {
        tenant: tenant.name.clone(),
        why: why.map_or("it was ended".to_owned(), |why| why.explain().to_owned()),
        console: format!(
            "{}/users?tenant={}",
            edge.service.settings().origins.staff,
            tenant.slug
        ),
    };
    let page = stagedoor_app::portal::visit_over_page(&view, &look(&edge, &context, &jar));
    (StatusCode::OK, jar.add(cookies::removed(VISIT)), Html(page)).into_response()
}
