//! Calls to others, identity providers and witnesses: no redirects, bounded answers, bounded time.

use std::net::SocketAddr;
use std::time::Duration;

use ::http::header::{ACCEPT, CONTENT_TYPE};

/// The largest answer that is read: a discovery document or a key set is a few kilobytes.
const ANSWER_MAX: usize = 256 * 1024;

/// How long an identity provider may take.
const WITHIN: Duration = Duration::from_secs(10);

/// What was answered.
pub(crate) struct Answered {
    /// The number of the status.
    pub(crate) status: u16,
    /// In small letters, without parameters.
    pub(crate) content_type: Option<String>,
    /// The body, which was UTF-8.
    pub(crate) body: String,
}

/// Why there is no answer that could be read.
#[derive(Debug, thiserror::Error)]
pub(crate) enum CallError {
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
pub struct HttpClient {
    client: reqwest::Client,
    within: Duration,
}

impl HttpClient {
    /// A client that reaches the given names at fixed addresses, and all others by DNS.
    ///
    /// # Errors
    /// When TLS cannot be set up.
    pub fn new(fixed: &[(&str, SocketAddr)]) -> Result<Self, reqwest::Error> {
        Self::within(fixed, WITHIN)
    }

    /// The same, for which no identity provider may take longer than this.
    ///
    /// # Errors
    /// When TLS cannot be set up.
    pub fn within(fixed: &[(&str, SocketAddr)], within: Duration) -> Result<Self, reqwest::Error> {
        let mut builder = reqwest::Client::builder()
            // Following redirects would let a provider point us anywhere, our own network included.
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy()
            .connect_timeout(Duration::from_secs(5))
            .timeout(WITHIN);
        for (name, address) in fixed {
            builder = builder.resolve(name, *address);
        }
        let client = builder.build()?;
        Ok(Self { client, within })
    }

    /// Posts a text, and reads the answer up to a size, all within a time.
    pub(crate) async fn post_text(
        &self,
        url: &str,
        text: String,
        within: Duration,
        at_most: usize,
    ) -> Result<Answered, CallError> {
        let request = self.client.post(url).body(text);
        send(request, within, at_most).await
    }

    /// Reads a document of an identity provider.
    pub(crate) async fn get_text(&self, url: &str) -> Result<Answered, CallError> {
        send(self.client.get(url), self.within, ANSWER_MAX).await
    }

    /// Posts a form to an identity provider, where asked for with a name and a secret (RFC 6749, section 2.3.1).
    pub(crate) async fn post_form(
        &self,
        url: &str,
        fields: &[(&str, &str)],
        basic: Option<(&str, &str)>,
    ) -> Result<Answered, CallError> {
        let encoded = |text: &str| url::form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
        let body = url::form_urlencoded::Serializer::new(String::new())
            .extend_pairs(fields)
            .finish();
        let kind = "application/x-www-form-urlencoded";
        let mut request = self.client.post(url).header(CONTENT_TYPE, kind).body(body);
        request = request.header(ACCEPT, "application/json");
        if let Some((name, secret)) = basic {
            request = request.basic_auth(encoded(name), Some(encoded(secret)));
        }
        send(request, self.within, ANSWER_MAX).await
    }
}

/// Sends a request, and reads the answer up to a size, all within a time.
async fn send(
    request: reqwest::RequestBuilder,
    within: Duration,
    at_most: usize,
) -> Result<Answered, CallError> {
    let unanswered = |error: reqwest::Error| CallError::Unanswered(cause(&error, within));
    let mut answer = request.timeout(within).send().await.map_err(unanswered)?;
    let status = answer.status().as_u16();
    let content_type = answer.headers().get(CONTENT_TYPE);
    let content_type = content_type
        .and_then(|value| value.to_str().ok()?.split(';').next())
        .map(|kind| kind.trim().to_ascii_lowercase());
    let mut body = Vec::new();
    while let Some(chunk) = answer.chunk().await.map_err(unanswered)? {
        if body.len() + chunk.len() > at_most {
            return Err(CallError::Large);
        }
        body.extend_from_slice(&chunk);
    }
    let body = String::from_utf8(body).map_err(|_| CallError::NoText)?;
    Ok(Answered {
        status,
        content_type,
        body,
    })
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
