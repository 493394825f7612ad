//! JSON, query parameters and ids in paths, refused with the name of what is wrong: 422 and the field, never a framework's own words.

use std::collections::BTreeMap;

use axum::body::Bytes;
use axum::extract::{FromRequest, FromRequestParts, Path, Request};
use axum::response::{IntoResponse, Response};
use axum_extra::extract::CookieJar;
use http::header::CONTENT_TYPE;
use http::request::Parts;
use serde::de::{DeserializeOwned, Error as _};
use serde::{Deserialize, Deserializer};
use stagedoor_core::error::{ApiError, Code};
use stagedoor_core::id::Id;
use stagedoor_service::ServiceError;
use stagedoor_service::directory::{LIMIT_DEFAULT, LIMIT_MAX};

use crate::edge::{Context, Edge, JsonError};
use crate::http::page::gate_error;

/// A JSON body whose unknown fields are refused (the types say so).
#[derive(Debug)]
pub struct JsonBody<T>(pub T);

/// Query parameters whose unknown names are refused (the types say so).
#[derive(Debug)]
pub struct QueryString<T>(pub T);

/// The id in the path. What is no id of this kind is unknown, and unknown and hidden look the same: 404.
#[derive(Debug)]
pub struct PathId<T>(pub T);

impl<T: Id> FromRequestParts<Edge> for PathId<T> {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, edge: &Edge) -> Result<Self, Response> {
        let context = Context::from_request_parts(parts, edge)
            .await
            .map_err(IntoResponse::into_response)?;
        let id = Path::<BTreeMap<String, String>>::from_request_parts(parts, edge)
            .await
            .ok()
            .and_then(|path| path.0.get("id")?.parse().ok());
        id.map(Self).ok_or_else(|| {
            let error = ServiceError::NotFound.public(context.visitor.request);
            if parts.uri.path().starts_with("/api/") {
                JsonError(error).into_response()
            } else {
                gate_error(edge, &context, &CookieJar::from_headers(&parts.headers), &error)
            }
        })
    }
}

fn invalid(context: &Context, field: &str, message: &str) -> JsonError {
    let words = "Some of what was sent is not right. Nothing was changed.";
    JsonError(ApiError {
        fields: BTreeMap::from([(field.to_owned(), message.to_owned())]),
        ..ApiError::new(Code::Invalid, words, context.visitor.request.to_string())
    })
}

/// What a deserialiser's message is about, and the message for a person. The field is the place that stands before it,
/// else the words it puts into backquotes first; the position in the text means nothing to a person.
fn told(message: &str) -> (&str, &str) {
    let words = message.split(" at line ").next().unwrap_or(message);
    let is_place = |text: &&str| {
        text.bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"_.[]".contains(&byte))
    };
    match words.split_once(": ").filter(|(place, _)| is_place(place)) {
        Some(placed) => placed,
        None => (words.split('`').nth(1).unwrap_or("body"), words),
    }
}

fn refused(context: &Context, message: &str) -> Response {
    let (field, words) = told(message);
    invalid(context, field, words).into_response()
}

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for JsonBody<T> {
    type Rejection = Response;

    async fn from_request(request: Request, state: &S) -> Result<Self, Response> {
        let Some(context) = request.extensions().get::<Context>().cloned() else {
            return Err(http::StatusCode::INTERNAL_SERVER_ERROR.into_response());
        };
        let is_json = request
            .headers()
            .get(CONTENT_TYPE)
            .and_then(|kind| kind.to_str().ok())
            .is_some_and(|kind| {
                kind.split(';')
                    .next()
                    .is_some_and(|kind| kind.trim() == "application/json")
            });
        if !is_json {
            return Err(invalid(
                &context,
                "content-type",
                "Send JSON, with content-type application/json.",
            )
            .into_response());
        }
        let bytes = Bytes::from_request(request, state).await.map_err(|_| {
            JsonError::edge(
                &context,
                Code::TooLarge,
                "The body is larger than 64 KiB. Nothing was changed.",
            )
            .into_response()
        })?;
        let mut json = serde_json::Deserializer::from_slice(&bytes);
        let read = serde_path_to_error::deserialize(&mut json).map_err(|error| error.to_string());
        let whole = read.and_then(|value| json.end().map(|()| value).map_err(|error| error.to_string()));
        whole.map(Self).map_err(|message| refused(&context, &message))
    }
}

impl<T: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for QueryString<T> {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Response> {
        let Some(context) = parts.extensions.get::<Context>().cloned() else {
            return Err(http::StatusCode::INTERNAL_SERVER_ERROR.into_response());
        };
        axum::extract::Query::<T>::try_from_uri(&parts.uri)
            .map(|query| Self(query.0))
            .map_err(|error| {
                let message =
                    std::error::Error::source(&error).map_or_else(|| error.to_string(), ToString::to_string);
                refused(&context, &message)
            })
    }
}

/// Rows a page: 1 to 100, 50 unless asked. Anything else is refused by [`QueryString`], with the field's name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limit(u32);

impl Limit {
    /// The number.
    #[must_use]
    pub const fn get(self) -> u32 {
        self.0
    }
}

impl Default for Limit {
    fn default() -> Self {
        Self(LIMIT_DEFAULT)
    }
}

impl<'de> Deserialize<'de> for Limit {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let asked = String::deserialize(deserializer)?;
        let number = asked
            .parse()
            .ok()
            .filter(|number| (1..=LIMIT_MAX).contains(number));
        number
            .map(Self)
            .ok_or_else(|| D::Error::custom(format!("Ask for 1 to {LIMIT_MAX} rows.")))
    }
}

/// Tells `null` from what was left out: for fields that are an `Option` of an `Option`, with `#[serde(default)]`.
///
/// # Errors
/// As of the value itself.
pub fn given<'de, T: Deserialize<'de>, D: Deserializer<'de>>(deserializer: D) -> Result<Option<T>, D::Error> {
    T::deserialize(deserializer).map(Some)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_field_at_fault_is_found_in_the_deserialisers_words() {
        for (message, field, words) in [
            (
                "unknown field `reson`, expected one of `reason`",
                "reson",
                "unknown field `reson`, expected one of `reason`",
            ),
            (
                "missing field `reason` at line 1 column 2",
                "reason",
                "missing field `reason`",
            ),
            (
                "reason: invalid type: integer `5`, expected a string at line 1 column 12",
                "reason",
                "invalid type: integer `5`, expected a string",
            ),
            (
                "users[1]: no id of a person at line 3 column 4",
                "users[1]",
                "no id of a person",
            ),
            ("limit: Ask for 1 to 100 rows.", "limit", "Ask for 1 to 100 rows."),
            ("expected value at line 1 column 1", "body", "expected value"),
        ] {
            assert_eq!(told(message), (field, words), "{message}");
        }
    }

    #[test]
    fn a_page_has_1_to_100_rows() {
        let read = |text: &str| serde_json::from_value::<Limit>(text.into()).ok().map(Limit::get);
        assert_eq!((read("1"), read("100")), (Some(1), Some(100)));
        for text in ["0", "101", "-1", "1.5", "", "many", "99999999999"] {
            assert_eq!(read(text), None, "{text}");
        }
        assert_eq!(Limit::default().get(), 50);
    }
}
