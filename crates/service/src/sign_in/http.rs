//! Calls to identity providers: no redirects, bounded answers, bounded time.

use std::net::SocketAddr;
use std::time::Duration;

use openidconnect::{HttpClientError, HttpRequest, HttpResponse};

/// The largest answer that is read: a discovery document or a key set is a few kilobytes.
const ANSWER_MAX: usize = 256 * 1024;

/// A client for identity providers. Cheap to clone.
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
