//! A browser that keeps its cookies by host and sends what a browser sends.

use std::collections::HashMap;
use std::net::{Ipv4Addr, SocketAddr, SocketAddrV4};

use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use http::header::{ACCEPT, CONTENT_TYPE, COOKIE, HOST, LOCATION, ORIGIN, SET_COOKIE};
use http::{Method, Request};
use serde_json::Value;
use tower::ServiceExt;
use url::Url;

use super::{Answer, Authenticator};

/// A browser with its own cookies and its own passkey.
pub(crate) struct Browser {
    pub(super) app: Router,
    pub(super) provider: Router,
    pub(super) issuer: String,
    pub(crate) cookies: HashMap<(String, String), String>,
    pub(crate) passkey: Authenticator,
    /// The lines that a proxy in front adds to each request.
    pub(crate) headers: Vec<(&'static str, String)>,
    /// Where the connections come from.
    pub(crate) peer: SocketAddr,
}

/// Where connections come from, unless a test says otherwise.
pub(super) const PEER: SocketAddr = SocketAddr::V4(SocketAddrV4::new(Ipv4Addr::LOCALHOST, 40_000));

impl Browser {
    /// Another window of the same browser, to ask for two things at once. It has no passkey.
    pub(crate) fn window(&self) -> Self {
        self.tab_through(&self.app)
    }

    /// Another tab with the same cookies, whose requests another process answers, as behind a load balancer.
    pub(crate) fn tab_through(&self, app: &Router) -> Self {
        Self {
            app: app.clone(),
            provider: self.provider.clone(),
            issuer: self.issuer.clone(),
            cookies: self.cookies.clone(),
            passkey: Authenticator::default(),
            headers: self.headers.clone(),
            peer: self.peer,
        }
    }

    /// The same browser, sent to another process.
    pub(crate) fn sent_to(self, app: &Router) -> Self {
        Self {
            app: app.clone(),
            ..self
        }
    }

    pub(crate) async fn get(&mut self, url: &str) -> Answer {
        self.call(Method::GET, url, None, "text/html").await
    }

    pub(crate) async fn get_json(&mut self, url: &str) -> Answer {
        self.call(Method::GET, url, None, "application/json").await
    }

    pub(crate) async fn post_json(&mut self, url: &str, body: &Value) -> Answer {
        self.call(
            Method::POST,
            url,
            Some(("application/json", body.to_string())),
            "application/json",
        )
        .await
    }

    /// Sends JSON with a method that has no name of its own here.
    pub(crate) async fn send_json(&mut self, method: Method, url: &str, body: &Value) -> Answer {
        let body = Some(("application/json", body.to_string()));
        self.call(method, url, body, "application/json").await
    }

    pub(crate) async fn post_form(&mut self, url: &str, fields: &[(&str, &str)]) -> Answer {
        let body = url::form_urlencoded::Serializer::new(String::new())
            .extend_pairs(fields)
            .finish();
        self.call(
            Method::POST,
            url,
            Some(("application/x-www-form-urlencoded", body)),
            "text/html",
        )
        .await
    }

    pub(crate) async fn call(
        &mut self,
        method: Method,
        url: &str,
        body: Option<(&str, String)>,
        accept: &str,
    ) -> Answer {
        let parsed = Url::parse(url).unwrap();
        let origin = parsed.origin().ascii_serialization();
        let mut request = self.request(method.clone(), &parsed, body, accept);
        if method != Method::GET && method != Method::HEAD {
            request.headers_mut().insert(ORIGIN, origin.parse().unwrap());
        }
        self.send(&parsed, request).await
    }

    /// The cookies that go to a host.
    pub(crate) fn cookie_header(&self, host: &str) -> String {
        let cookies: Vec<String> = self
            .cookies
            .iter()
            .filter(|((at, _), _)| at == host)
            .map(|((_, name), value)| format!("{name}={value}"))
            .collect();
        cookies.join("; ")
    }

    /// A request as it would be sent, to be changed before [`Self::send`].
    pub(crate) fn request(
        &self,
        method: Method,
        url: &Url,
        body: Option<(&str, String)>,
        accept: &str,
    ) -> Request<Body> {
        let host = authority(url);
        let path = url.query().map_or_else(
            || url.path().to_owned(),
            |query| format!("{}?{query}", url.path()),
        );
        let cookies = self.cookie_header(&host);
        let mut builder = Request::builder()
            .method(method)
            .uri(path)
            .header(HOST, &host)
            .header(ACCEPT, accept);
        if !cookies.is_empty() {
            builder = builder.header(COOKIE, cookies);
        }
        for (name, value) in &self.headers {
            builder = builder.header(*name, value);
        }
        let peer = self.peer;
        match body {
            Some((kind, text)) => builder
                .header(CONTENT_TYPE, kind)
                .extension(ConnectInfo(peer))
                .body(Body::from(text))
                .unwrap(),
            None => builder.extension(ConnectInfo(peer)).body(Body::empty()).unwrap(),
        }
    }

    pub(crate) async fn send(&mut self, url: &Url, request: Request<Body>) -> Answer {
        let host = authority(url);
        let router = if url.as_str().starts_with(&self.issuer) {
            self.provider.clone()
        } else {
            self.app.clone()
        };
        let response = router.oneshot(request).await.unwrap();
        for cookie in response.headers().get_all(SET_COOKIE) {
            self.keep(&host, cookie.to_str().unwrap());
        }
        let (parts, body) = response.into_parts();
        let bytes = axum::body::to_bytes(body, 4 << 20).await.unwrap();
        let location = parts
            .headers
            .get(LOCATION)
            .map(|location| url.join(location.to_str().unwrap()).unwrap().to_string());
        Answer {
            status: parts.status,
            location,
            headers: parts.headers,
            text: String::from_utf8_lossy(&bytes).into_owned(),
        }
    }

    fn keep(&mut self, host: &str, cookie: &str) {
        let (pair, attributes) = cookie.split_once(';').unwrap_or((cookie, ""));
        let (name, value) = pair.split_once('=').unwrap();
        let key = (host.to_owned(), name.to_owned());
        if attributes.contains("Max-Age=0") {
            self.cookies.remove(&key);
        } else {
            self.cookies.insert(key, value.to_owned());
        }
    }
}

fn authority(url: &Url) -> String {
    match url.port() {
        Some(port) => format!("{}:{port}", url.host_str().unwrap()),
        None => url.host_str().unwrap().to_owned(),
    }
}
