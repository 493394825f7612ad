//! JSON, query parameters and ids in paths, refused with the name of what is wrong: 422 and the field, never a framework's own words.

use std::collections::BTreeMap;

use axum::body::Bytes;
use axum::extract::{FromRequest, FromRequestParts, Path, Request};
use axum::response::{IntoResponse, Response};
use axum_extra::extract::CookieJar;
use http::header::CONTENT_TYPE;
use http::request::Parts;
use serde::de::DeserializeOwned;
use stagedoor_core::error::{ApiError, Code};
use stagedoor_core::id::Id;
use stagedoor_service::ServiceError;

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
    JsonError(ApiError {
        code: Code::Invalid,
        message: "Some of what was sent is not right. Nothing was changed.".to_owned(),
        request_id: context.visitor.request.to_string(),
        fields: BTreeMap::from([(field.to_owned(), message.to_owned())]),
        max_age_seconds: None,
    })
}

/// The field that a deserialiser's message is about: the words it puts into backquotes first.
fn field_of(message: &str) -> &str {
    message.split('`').nth(1).unwrap_or("body")
}

/// A message without the position, which means nothing to a person.
fn words_of(message: &str) -> &str {
    message.split(" at line ").next().unwrap_or(message)
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
        serde_json::from_slice(&bytes).map(Self).map_err(|error| {
            let message = error.to_string();
            invalid(&context, field_of(&message), words_of(&message)).into_response()
        })
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
                invalid(&context, field_of(&message), words_of(&message)).into_response()
            })
    }
}

/// Rows a page: 1 to 100, 50 unless asked.
///
/// # Errors
/// Names the field `limit`.
pub fn limit(context: &Context, asked: Option<u32>) -> Result<u32, JsonError> {
    match asked.unwrap_or(stagedoor_service::directory::LIMIT_DEFAULT) {
        limit @ 1..=100 => Ok(limit),
        _ => Err(invalid(context, "limit", "Ask for 1 to 100 rows.")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_field_at_fault_is_found_in_the_deserialisers_words() {
        assert_eq!(
            field_of("unknown field `reson`, expected one of `reason`"),
            "reson"
        );
        assert_eq!(field_of("missing field `reason` at line 1 column 2"), "reason");
        assert_eq!(field_of("expected value at line 1 column 1"), "body");
        assert_eq!(
            words_of("missing field `reason` at line 1 column 2"),
            "missing field `reason`"
        );
    }
}
