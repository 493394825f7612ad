//! What all of the JSON API shares: the shapes of lists and errors, the refusals that any route can give, and the
//! document that describes it all.
//!
//! Every type here is only a description or a wrapper: nothing decides, and no handler of a single noun is here.

mod document;
mod finish;
pub mod schema;

use std::collections::BTreeMap;

pub use document::{document, reference, serve};
use serde::Serialize;
use stagedoor_core::view::Page;
use utoipa::{IntoResponses, ToSchema};

use super::admin::session::GuardrailBody;

/// A page of a list. `next` is the cursor of the following page, `null` on the last one.
#[derive(Debug, Serialize, ToSchema)]
pub struct ListBody<T: ToSchema> {
    /// The rows.
    pub items: Vec<T>,
    /// Send it as `cursor` to read on. It is sealed, holds for 24 hours, and only for the same filters and person.
    pub next: Option<String>,
}

impl<T: ToSchema, R: Into<T>> From<Page<R>> for ListBody<T> {
    fn from(page: Page<R>) -> Self {
        Self {
            items: page.items.into_iter().map(Into::into).collect(),
            next: page.next,
        }
    }
}

/// An error. The codes are stable; the message is for people.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Error)]
pub struct ErrorBody {
    /// What went wrong.
    pub error: ErrorDetail,
}

/// What went wrong, and what to do.
#[derive(Debug, Serialize, ToSchema)]
pub struct ErrorDetail {
    /// A stable code.
    #[schema(schema_with = schema::code)]
    pub code: String,
    /// What happened and what to do.
    pub message: String,
    /// Quote it to whoever runs this.
    #[schema(example = "req_01kajt7c0me3vbxtr4cq3p6ahm")]
    pub request_id: String,
    /// What is wrong with which field.
    #[schema(required = false)]
    pub fields: BTreeMap<String, String>,
    /// How fresh a factor must be, with `STEP_UP_REQUIRED`.
    #[schema(required = false)]
    pub max_age_seconds: Option<u64>,
    /// How it must be proved, with `STEP_UP_REQUIRED`: `phr` by any passkey, `phrh` by one that cannot leave its device. Absent where a
    /// code will do.
    #[schema(required = false, example = "phr")]
    pub acr_values: Option<&'static str>,
    /// What to prove a passkey for before the same call is sent again, with `STEP_UP_REQUIRED`.
    #[schema(required = false, example = "sup_01kajt7c0me3vbxtr4cq3p6ahm")]
    pub step_up_id: Option<String>,
    /// What each of the six guardrails said, in their fixed order, where one of them refused a call of staff.
    #[schema(required = false)]
    pub guardrails: Vec<GuardrailBody>,
}

/// What any route behind a session can answer instead of its own.
#[derive(IntoResponses)]
#[allow(dead_code, reason = "read by the documentation only")]
pub enum Refusals {
    /// Nobody is signed in, or a fresher factor is asked for (RFC 9470).
    #[response(status = 401)]
    Unauthenticated(#[to_schema] ErrorBody),
    /// A guardrail, the role, or the origin of the call forbids it.
    #[response(status = 403)]
    Forbidden(#[to_schema] ErrorBody),
    /// There is no such thing, or it is hidden from this person: the two look the same.
    #[response(status = 404)]
    NotFound(#[to_schema] ErrorBody),
    /// The body is larger than 64 KiB.
    #[response(status = 413)]
    TooLarge(#[to_schema] ErrorBody),
    /// Something sent is not right; `fields` says what.
    #[response(status = 422)]
    Invalid(#[to_schema] ErrorBody),
    /// Too often; `Retry-After` says when.
    #[response(status = 429)]
    RateLimited(#[to_schema] ErrorBody),
    /// The database or the audit cannot be used. Nothing was changed.
    #[response(status = 503)]
    Unavailable(#[to_schema] ErrorBody),
}

/// The state of things does not allow it.
#[derive(IntoResponses)]
#[allow(dead_code, reason = "read by the documentation only")]
#[response(status = 409)]
pub struct Conflict(#[to_schema] ErrorBody);
