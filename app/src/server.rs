//! The request's context: nothing else reads it.
//!
//! The edge puts the call and the looks of the page here before Leptos runs; pages and server functions take them out
//! again. A page without its context is a mistake in the router, and answers 500 rather than anything else.

mod answer;
mod look;
mod remembered;

use http::header::LOCATION;
use http::{HeaderValue, StatusCode};
use leptos::prelude::use_context;
use leptos_axum::ResponseOptions;
use stagedoor_core::error::{ApiError, Code};
use stagedoor_service::{StaffOp, TenantOp};

pub use answer::{answer_inside, done_form, done_form_with, refuse_form};
pub use look::{Assets, Look, Theme, end_of_day, is_zone, look};
pub use remembered::{
    THEME_COOKIE, ZONE_COOKIE, columns, on_a_mac, remember_columns, set_single_keys, set_theme, single_keys,
};

use crate::error::AppError;

fn missing() -> AppError {
    AppError::from(ApiError::new(
        Code::Internal,
        "Something went wrong on our side. Nothing was changed.",
        String::new(),
    ))
}

/// The call of the signed-in member of staff.
///
/// # Errors
/// Internal when the route has no such call: then it is mounted in the wrong place.
pub async fn staff_op() -> Result<StaffOp, AppError> {
    use_context::<StaffOp>().ok_or_else(missing)
}

/// The call on a tenant's host.
///
/// # Errors
/// Internal when the route has no such call: then it is mounted in the wrong place.
pub async fn tenant_op() -> Result<TenantOp, AppError> {
    use_context::<TenantOp>().ok_or_else(missing)
}

/// The part of the request's address behind `?`.
#[must_use]
pub fn query() -> String {
    use_context::<http::request::Parts>()
        .and_then(|parts| parts.uri.query().map(str::to_owned))
        .unwrap_or_default()
}

/// Sets the answer's status.
pub fn set_status(code: u16) {
    if let (Some(response), Ok(status)) = (use_context::<ResponseOptions>(), StatusCode::from_u16(code)) {
        response.set_status(status);
    }
}

/// Answers a form: look there with GET.
pub fn redirect_303(path: &str) {
    if let (Some(response), Ok(location)) = (use_context::<ResponseOptions>(), HeaderValue::from_str(path)) {
        response.insert_header(LOCATION, location);
        response.set_status(StatusCode::SEE_OTHER);
    }
}

/// A path of our own that a form names as the way back; anything else is the front page.
#[must_use]
pub fn own_path(path: &str) -> &str {
    crate::routes::local(path).unwrap_or("/")
}
