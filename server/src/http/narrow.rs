//! The form that narrows a session. It is no server function, for the answer carries the session's new cookie.

use std::collections::BTreeMap;

use axum::extract::State;
use axum::extract::rejection::FormRejection;
use axum::response::{IntoResponse, Response};
use axum::{Extension, Form};
use axum_extra::extract::CookieJar;
use serde::Deserialize;
use stagedoor_app::routes;
use stagedoor_core::narrowed::Reach;
use stagedoor_core::view::frame::{Flash, FlashKind};
use stagedoor_service::narrow::{self, NarrowRequest};
use stagedoor_service::{ServiceError, StaffOp};

use crate::cookies::{self, SESSION};
use crate::edge::{Context, Edge, see_other};
use crate::http::page::gate_error;

/// What is chosen. An empty choice leaves things as they are.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Chosen {
    #[serde(default)]
    tenant: String,
    #[serde(default)]
    viewing_as: String,
    #[serde(default)]
    reads_only: String,
}

/// What a checkbox says.
pub(super) fn reach(reads_only: &str) -> Reach {
    match reads_only {
        "yes" => Reach::Reads,
        _ => Reach::Everything,
    }
}

/// POST `/narrow/session`. A plain form; back to its page, with the words.
pub async fn narrow(
    State(edge): State<Edge>,
    context: Context,
    Extension(op): Extension<StaffOp>,
    jar: CookieJar,
    form: Result<Form<Chosen>, FormRejection>,
) -> Response {
    let chosen = form.map_or_else(|_| Chosen::default(), |form| form.0);
    let request = NarrowRequest {
        tenant: Some(chosen.tenant.clone()),
        reach: reach(&chosen.reads_only),
        viewing_as: Some(chosen.viewing_as.clone()),
    };
    let (flash, cookie) = match narrow::narrow(&op, &request).await {
        Ok(renewed) => {
            let cookie = cookies::until(SESSION, &renewed.reference, op.now(), renewed.until);
            let done = Flash {
                message: "This session is narrowed. To widen it, sign in again.".to_owned(),
                ..Flash::default()
            };
            (done, Some(cookie))
        }
        Err(error) => (refused(&op, &error, chosen), None),
    };
    match op.service().put_flash(&op.session().id.to_string(), &flash).await {
        Ok(()) => {
            let jar = cookie.map_or_else(CookieJar::new, |cookie| CookieJar::new().add(cookie));
            (jar, see_other(routes::staff::NARROW)).into_response()
        }
        Err(error) => gate_error(&edge, &context, &jar, &op.public(&error)),
    }
}

fn refused(op: &StaffOp, error: &ServiceError, chosen: Chosen) -> Flash {
    let public = op.public(error);
    Flash {
        kind: FlashKind::Error,
        message: public.message,
        request_id: Some(public.request_id),
        fields: public.fields,
        values: BTreeMap::from([
            ("tenant".to_owned(), chosen.tenant),
            ("viewing_as".to_owned(), chosen.viewing_as),
        ]),
    }
}
