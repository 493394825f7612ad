//! `/api/openapi.json`, and the reference at `/docs` that shows it. Both are open: they describe the program, not the
//! installation, and no request of theirs leaves the machine.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use axum::{Extension, Json, Router};
use http::header::{CONTENT_ENCODING, CONTENT_SECURITY_POLICY, CONTENT_TYPE};
use http::{HeaderValue, StatusCode};
use stagedoor_service::Origins;
use utoipa::OpenApi as _;
use utoipa::openapi::security::{ApiKey, ApiKeyValue, SecurityScheme};
use utoipa::openapi::{Info, OpenApi, ServerBuilder, ServerVariableBuilder};
use utoipa_swagger_ui::Config;

use super::{ErrorBody, ErrorDetail, finish};
use crate::cookies::{MEMBER, SESSION, VISIT};
use crate::doors::Doors;
use crate::edge::Edge;
use crate::http::{admin, back_channel, tenant};

#[derive(utoipa::OpenApi)]
#[openapi(components(schemas(ErrorBody, ErrorDetail)))]
struct Base;

/// The whole API: what is served is what is described, for the routes carry their descriptions.
#[must_use]
pub fn document() -> OpenApi {
    let mut document = Base::openapi();
    document.info = Info::new("Stagedoor", env!("CARGO_PKG_VERSION"));
    document.info.description = Some(
        "The console's and the portal's operations in JSON. `/api/admin` answers on the staff host for a staff session, \
         `/api/tenant` on a tenant's host for what is signed in there, and `/api/oidc` for the identity provider. Unknown fields are refused, and what changes \
         something must come from our own origin."
            .to_owned(),
    );
    document.merge(admin::routes().into_openapi());
    document.merge(tenant::routes().into_openapi());
    document.merge(back_channel::routes().into_openapi());
    finish::finish(&mut document);
    let components = document.components.get_or_insert_default();
    for (name, cookie) in [
        ("staff_session", SESSION),
        ("tenant_session", MEMBER),
        ("visit", VISIT),
    ] {
        let cookie = ApiKey::Cookie(ApiKeyValue::new(cookie));
        components.add_security_scheme(name, SecurityScheme::ApiKey(cookie));
    }
    document
}

/// The document with the addresses of this installation.
fn of_installation(origins: &Origins) -> OpenApi {
    let mut document = document();
    document.servers = Some(vec![ServerBuilder::new().url(&origins.staff).build()]);
    let slug = ServerVariableBuilder::new().default_value("acme");
    let portal = ServerBuilder::new()
        .url(origins.tenant("{slug}"))
        .parameter("slug", slug)
        .build();
    for (path, item) in &mut document.paths.paths {
        if path.starts_with("/api/tenant") {
            item.servers = Some(vec![portal.clone()]);
        }
    }
    document
}

/// GET `/api/openapi.json`.
pub async fn serve(State(edge): State<Edge>) -> Response {
    Json(of_installation(&edge.service.settings().origins)).into_response()
}

/// The doors of the reference, with its own content security policy.
#[must_use]
pub fn reference() -> Doors {
    let config = Arc::new(Config::new(["/api/openapi.json"]).validator_url("none"));
    Doors::default()
        .get("/docs", async || Redirect::permanent("/docs/"))
        .get("/docs/", file_of_front)
        .get("/docs/{file}", file)
        .map(|router: Router<Edge>| router.layer(Extension(config)))
}

async fn file_of_front(config: Extension<Arc<Config<'static>>>) -> Response {
    file(config, Path("index.html".to_owned())).await
}

/// One file of the reference. Its script draws with data-URI icons and its own style sheet, and calls only this host.
async fn file(Extension(config): Extension<Arc<Config<'static>>>, Path(name): Path<String>) -> Response {
    let Ok(Some(file)) = utoipa_swagger_ui::serve(&name, config) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let policy = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; \
                  connect-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'";
    let mut response = file.bytes.into_owned().into_response();
    let headers = response.headers_mut();
    if let Ok(kind) = HeaderValue::from_str(&file.content_type) {
        headers.insert(CONTENT_TYPE, kind);
    }
    headers.insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static(policy));
    if file.gzpipped {
        headers.insert(CONTENT_ENCODING, HeaderValue::from_static("gzip"));
    }
    response
}
