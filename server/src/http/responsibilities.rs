//! One's own responsibilities as a page, which stands before the console until they are acknowledged.

use axum::Extension;
use axum::extract::State;
use axum::response::{Html, IntoResponse, Response};
use axum_extra::extract::CookieJar;
use stagedoor_app::gate;
use stagedoor_service::{ServiceError, StaffOp, duties};

use crate::edge::{Context, Edge, see_other};
use crate::http::page::{gate_error, look};

/// GET `/responsibilities`.
pub async fn show(
    State(edge): State<Edge>,
    context: Context,
    Extension(op): Extension<StaffOp>,
    jar: CookieJar,
) -> Response {
    match loaded(&edge, &op).await {
        Ok((view, flash)) => {
            let look = look(&edge, &context, &jar);
            Html(gate::responsibilities_page(&view, flash.as_ref(), &look)).into_response()
        }
        Err(error) => match op.challenge() {
            // Nothing is lost by it: the page is asked for again afterwards.
            Some(_) => see_other(stagedoor_app::routes::staff::STAY),
            None => gate_error(&edge, &context, &jar, &op.public(&error)),
        },
    }
}

type Loaded = (
    stagedoor_core::view::duties::DutiesView,
    Option<stagedoor_core::view::frame::Flash>,
);

async fn loaded(edge: &Edge, op: &StaffOp) -> Result<Loaded, ServiceError> {
    let view = duties::view(op).await?;
    let flash = edge.service.take_flash(&op.session().id.to_string()).await?;
    Ok((view, flash))
}
