//! How long a request may take: its body to arrive, and its answer to be made.
//!
//! A body is read to its end before anything is looked up, so that no handler ever waits for a client while it holds
//! something. On the way, what no text of ours may hold is refused once for all: NUL, which PostgreSQL cannot store. What a dropped handler had given to the database's writer still runs to its end, with its entries.

use std::time::Duration;

use axum::body::{Body, Bytes, HttpBody as _};
use axum::extract::rejection::{BytesRejection, FailedToBufferBody};
use axum::extract::{FromRequest, Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use stagedoor_core::error::Code;

use crate::edge::{Context, JsonError};

/// From the head of a request to the last byte of its body.
pub const BODY: Duration = Duration::from_secs(20);
/// From a whole request to its answer: more than the database's own patience, so that its words come first.
pub const ANSWER: Duration = Duration::from_secs(45);

/// Reads the body, and refuses NUL in it or in the address.
pub async fn body(
    State(patience): State<Duration>,
    context: Context,
    request: Request,
    next: Next,
) -> Response {
    if has_nul(request.uri().to_string().as_bytes()) {
        return JsonError::edge(&context, Code::Invalid, NUL).into_response();
    }
    if request.body().is_end_stream() {
        return next.run(request).await;
    }
    let (parts, body) = request.into_parts();
    let mut head = Request::new(body);
    // The limit that stands in the request's extensions is the one that counts.
    *head.extensions_mut() = parts.extensions.clone();
    let refused = match tokio::time::timeout(patience, Bytes::from_request(head, &())).await {
        Ok(Ok(bytes)) if !has_nul(&bytes) => {
            return next.run(Request::from_parts(parts, Body::from(bytes))).await;
        }
        Ok(Ok(_)) => (Code::Invalid, NUL),
        Ok(Err(BytesRejection::FailedToBufferBody(FailedToBufferBody::LengthLimitError(_)))) => (
            Code::TooLarge,
            "The body is larger than 64 KiB. Nothing was changed.",
        ),
        Ok(Err(_)) => (
            Code::Invalid,
            "The body ended early or is not framed as HTTP asks. Nothing was changed.",
        ),
        Err(_) => (
            Code::TooSlow,
            "The body took too long to arrive. Nothing was changed; try again.",
        ),
    };
    JsonError::edge(&context, refused.0, refused.1).into_response()
}

const NUL: &str = "A text holds the character NUL, which nothing here can be named or described with.";

/// NUL as it is, as addresses and forms write it, and as JSON does.
fn has_nul(text: &[u8]) -> bool {
    text.contains(&0)
        || [b"%00".as_slice(), b"\\u0000"]
            .iter()
            .any(|nul| text.windows(nul.len()).any(|at| at == *nul))
}

/// Bounds the whole request. A stream that has begun is not meant: its head is the answer.
pub async fn answer(
    State(patience): State<Duration>,
    context: Context,
    request: Request,
    next: Next,
) -> Response {
    match tokio::time::timeout(patience, next.run(request)).await {
        Ok(response) => response,
        Err(_) => {
            tracing::warn!(request = %context.visitor.request, "a request took too long");
            let message = "This took too long. Look whether it was done before you try again.";
            JsonError::edge(&context, Code::Unavailable, message).into_response()
        }
    }
}
