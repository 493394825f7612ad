//! The demo's identity provider: OpenID Connect Core 1.0 with the code flow, PKCE and nothing else.
//!
//! It lets the real sign-in run on a machine that has no provider: the console talks to it as to any other. It asks for
//! no password, anybody who reaches it may be anybody it knows, and so it must never be part of anything but
//! `stagedoor demo`, which listens on the loopback address and gives it a host of its own. It knows nothing of staff,
//! tenants, and keeps nothing but a bounded number of codes and of its own sessions in memory.

mod authorize;
mod codes;
mod discovery;
mod key;
mod page;
mod request;
mod session;
#[cfg(test)]
mod tests;
mod token;

use std::pin::Pin;
use std::sync::Arc;

use axum::Router;
use axum::extract::{DefaultBodyLimit, State};
use axum::middleware::map_response;
use axum::response::{IntoResponse, Response};
use http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS,
};
use http::{HeaderValue, StatusCode};
use stagedoor_core::clock::{Clock, Rng};
use stagedoor_core::secret::Reference;
use stagedoor_core::time::Timestamp;

use self::codes::Codes;
use self::key::SigningKey;
use self::session::Sessions;

use crate::doors::{Door, Doors};

pub use self::key::NoKey;

/// The largest body that is read; an authorization request is a few hundred bytes.
const BODY_MAX: usize = 16 * 1024;
/// The policy of every page but the one whose form leads to a client.
const POLICY: &str = "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'none'; base-uri 'none'; \
                      frame-ancestors 'none'";

/// Who the provider is, whom it serves and whom it knows.
pub struct IdpConfig {
    /// Its own origin without a slash at the end, e.g. `http://idp.localhost:7117`: the `iss` of its tokens.
    pub issuer: String,
    /// The applications that may ask it.
    pub clients: Vec<Client>,
    /// The people it knows.
    pub people: Vec<Person>,
    /// Mail that would have been sent, newest first: what [`Mail`]'s page shows.
    pub mail: Arc<dyn Fn() -> Vec<Mail> + Send + Sync>,
    /// How applications hear that somebody signed out here.
    pub tell: Tell,
    /// The time: codes and tokens end by it.
    pub clock: Arc<dyn Clock>,
    /// Where codes come from.
    pub rng: Arc<dyn Rng>,
}

/// An application that may ask who somebody is (RFC 6749, section 2).
#[derive(Debug, Clone)]
pub struct Client {
    /// Its `client_id`.
    pub id: String,
    /// Its secret; `None` is a public client, which proves itself by PKCE alone.
    pub secret: Option<String>,
    /// Where answers may go. They are compared to the letter.
    pub redirect_uris: Vec<String>,
    /// Where people may be returned to who signed out. They are compared to the letter.
    pub post_logout_redirect_uris: Vec<String>,
    /// Where it wants to hear that somebody signed out here.
    pub backchannel_logout_uri: Option<String>,
}

/// A logout token on its way to an application.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// Where to.
    pub uri: String,
    /// The token.
    pub token: String,
}

/// How notices are sent: the future is done when the application has answered.
pub type Tell = Arc<dyn Fn(Notice) -> Pin<Box<dyn Future<Output = ()> + Send>> + Send + Sync>;

/// Somebody whom the provider knows.
#[derive(Debug, Clone)]
pub struct Person {
    /// The `sub` of the person's tokens.
    pub subject: String,
    /// The short name on the button: `kim`.
    pub short: String,
    /// The full name.
    pub name: String,
    /// The address, which counts as verified. Its domain is the `hd` claim.
    pub email: String,
    /// What is shown beside the button: an enrolment token, a TOTP code. It is no secret in a demo.
    pub hint: Option<Hint>,
}

/// What is shown beside a button at the moment in which the page is drawn.
#[derive(Clone)]
pub struct Hint(pub Arc<dyn Fn() -> String + Send + Sync>);

impl Hint {
    /// Words that stay.
    #[must_use]
    pub fn words(words: String) -> Self {
        Self(Arc::new(move || words.clone()))
    }
}

impl std::fmt::Debug for Hint {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Hint")
    }
}

/// A message that a real installation would have sent.
#[derive(Debug, Clone)]
pub struct Mail {
    /// When.
    pub at: Timestamp,
    /// To whom.
    pub to: String,
    /// Its subject.
    pub subject: String,
    /// Its text, shown as it is.
    pub text: String,
}

/// The provider while it runs: shared by its handlers.
#[derive(Clone)]
struct Idp(Arc<Inner>);

struct Inner {
    config: IdpConfig,
    key: SigningKey,
    codes: Codes,
    sessions: Sessions,
}

impl Idp {
    fn config(&self) -> &IdpConfig {
        &self.0.config
    }

    fn key(&self) -> &SigningKey {
        &self.0.key
    }

    fn codes(&self) -> &Codes {
        &self.0.codes
    }

    fn sessions(&self) -> &Sessions {
        &self.0.sessions
    }

    fn now(&self) -> Timestamp {
        self.config().clock.now()
    }

    fn reference(&self) -> Reference {
        let mut bytes = [0u8; 32];
        self.config().rng.fill(&mut bytes);
        Reference::from_random(bytes)
    }

    fn client(&self, id: &str) -> Option<&Client> {
        self.config().clients.iter().find(|client| client.id == id)
    }

    fn person(&self, subject: &str) -> Option<&Person> {
        self.config()
            .people
            .iter()
            .find(|person| person.subject == subject)
    }
}

/// The provider's host, with a signing key of its own that ends with it.
///
/// # Errors
/// When no key can be made.
pub fn router(config: IdpConfig) -> Result<Router, NoKey> {
    let idp = Idp(Arc::new(Inner {
        config,
        key: SigningKey::generate()?,
        codes: Codes::default(),
        sessions: Sessions::default(),
    }));
    Ok(doors()
        .into_router()
        .fallback(missing)
        .layer(map_response(headers))
        .layer(DefaultBodyLimit::max(BODY_MAX))
        .with_state(idp))
}

fn doors() -> Doors<Idp> {
    Doors::default()
        .get("/", index)
        .get("/.well-known/openid-configuration", discovery::metadata)
        .get("/jwks", discovery::jwks)
        .get("/authorize", authorize::ask)
        .post("/authorize", authorize::ask)
        .post("/authorize/continue", authorize::choose)
        .post("/token", token::exchange)
        .get("/logout", session::leave)
        .post("/logout", session::leave_by_form)
        .post("/sign-out", session::sign_out)
        .get("/mail", mail)
        .get("/idp.css", async || {
            file("text/css; charset=utf-8", include_str!("idp.css"))
        })
        .get("/favicon.svg", async || {
            file("image/svg+xml", include_str!("favicon.svg"))
        })
}

/// Every door of the provider. All are open: it asks for no password, and is nobody's but the demo's.
#[must_use]
pub fn every_door() -> Vec<Door> {
    doors().list().to_vec()
}

async fn index(State(idp): State<Idp>) -> Response {
    let signed_in = idp.sessions().subjects();
    let people = idp.config().people.iter();
    let people: Vec<&Person> = people
        .filter(|person| signed_in.contains(&person.subject))
        .collect();
    page::index(idp.config(), &people)
}

async fn mail(State(idp): State<Idp>) -> Response {
    page::mail(&(idp.config().mail)())
}

async fn missing() -> Response {
    page::problem(
        StatusCode::NOT_FOUND,
        "There is nothing at this address of the demo provider.",
    )
}

fn file(kind: &'static str, text: &'static str) -> Response {
    ([(CONTENT_TYPE, kind)], text).into_response()
}

/// What every answer carries. A page that set a policy of its own keeps it.
async fn headers(mut response: Response) -> Response {
    let headers = response.headers_mut();
    headers
        .entry(CONTENT_SECURITY_POLICY)
        .or_insert(HeaderValue::from_static(POLICY));
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(REFERRER_POLICY, HeaderValue::from_static("same-origin"));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}
