//! Calls to others, identity providers and witnesses: no redirects, bounded answers, bounded time.

use std::net::SocketAddr;
use std::time::Duration;

use openidconnect::{HttpClientError, HttpRequest, HttpResponse};

/// The largest answer that is read: a discovery document or a key set is a few kilobytes.
const ANSWER_MAX: usize = 256 * 1024;

/// What was answered to a text that was posted.
pub(crate) struct Posted {
    /// The number of the status.
    pub(crate) status: u16,
    /// In small letters, without parameters.
    pub(crate) content_type: Option<String>,
    /// The body, which was UTF-8.
    pub(crate) body: String,
}

/// Why there is no answer that could be read.
#[derive(Debug, thiserror::Error)]
pub(crate) enum PostError {
    /// Nobody answered, or not in time.
    #[error("it did not answer: {0}")]
    Unanswered(String),
    /// More came than is read.
    #[error("its answer is too large")]
    Large,
    /// It is not UTF-8.
    #[error("its answer is no text")]
    NoText,
}

/// A client for identity providers and witnesses. Cheap to clone.
#[derive(Debug, Clone)]
pub struct HttpClient(reqwest::Client);

impl HttpClient {
    /// A client that reaches the given names at fixed addresses, and all others by DNS.
    ///
    /// # Errors
    /// When TLS cannot be set up.
    pub fn new(fixed: &[(&str, SocketAddr)]) -> Result<Self, reqwest::Error> {
        let mut builder = reqwest::Client::builder()
            // Following redirects would let a provider point us anywhere, our own network included.
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy()
            .connect_timeout(Duration::from_secs(5))
            .timeout(Duration::from_secs(10));
        for (name, address) in fixed {
            builder = builder.resolve(name, *address);
        }
        builder.build().map(Self)
    }

    /// Posts a text, and reads the answer up to a size, all within a time.
    pub(crate) async fn post_text(
        &self,
        url: &str,
        text: String,
        within: Duration,
        at_most: usize,
    ) -> Result<Posted, PostError> {
        let unanswered = |error: reqwest::Error| PostError::Unanswered(cause(&error, within));
        let request = self.0.post(url).timeout(within).body(text);
        let mut answer = request.send().await.map_err(unanswered)?;
        let status = answer.status().as_u16();
        let content_type = answer.headers().get(::http::header::CONTENT_TYPE);
        let content_type = content_type
            .and_then(|value| value.to_str().ok()?.split(';').next())
            .map(|kind| kind.trim().to_ascii_lowercase());
        let mut body = Vec::new();
        while let Some(chunk) = answer.chunk().await.map_err(unanswered)? {
            if body.len() + chunk.len() > at_most {
                return Err(PostError::Large);
            }
            body.extend_from_slice(&chunk);
        }
        let body = String::from_utf8(body).map_err(|_| PostError::NoText)?;
        Ok(Posted {
            status,
            content_type,
            body,
        })
    }

    /// One call, for the OpenID Connect library.
    pub(crate) async fn call(
        self,
        request: HttpRequest,
    ) -> Result<HttpResponse, HttpClientError<reqwest::Error>> {
        let request = reqwest::Request::try_from(request).map_err(Box::new)?;
        let mut answer = self.0.execute(request).await.map_err(Box::new)?;
        let mut builder = ::http::Response::builder().status(answer.status());
        if let Some(headers) = builder.headers_mut() {
            headers.clone_from(answer.headers());
        }
        let mut body = Vec::new();
        while let Some(chunk) = answer.chunk().await.map_err(Box::new)? {
            if body.len() + chunk.len() > ANSWER_MAX {
                return Err(HttpClientError::Other(
                    "the provider's answer is too large".to_owned(),
                ));
            }
            body.extend_from_slice(&chunk);
        }
        builder.body(body).map_err(HttpClientError::Http)
    }
}

/// The innermost reason of a failure, without the address: the outer ones only say that something was sent.
fn cause(error: &reqwest::Error, within: Duration) -> String {
    if error.is_timeout() {
        return format!("{} seconds were not enough", within.as_secs());
    }
    let mut inner: &dyn std::error::Error = error;
    while let Some(source) = inner.source() {
        inner = source;
    }
    inner.to_string()
}
