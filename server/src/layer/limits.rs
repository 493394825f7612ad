//! How often: a strangers' limit per address, a signed-in person's per session, by the kind of door.
//!
//! Whoever is known is never limited for what others do from the same address; a cookie that opens nothing does not make
//! anybody known. Who brings no cookie that could open anything is counted before the database is asked for them. Each process
//! counts for itself and forgets at its end, so that with several the limits add up. Tries of secrets (tokens, passwords) have
//! counters of their own in the database, which nobody escapes by coming from elsewhere.

use std::net::IpAddr;
use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::{MatchedPath, Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use axum_extra::extract::CookieJar;
use governor::middleware::NoOpMiddleware;
use governor::state::keyed::DashMapStateStore;
use governor::{Quota, RateLimiter};
use http::header::RETRY_AFTER;
use http::{HeaderValue, Method};
use stagedoor_core::clock::Clock;
use stagedoor_core::error::Code;
use stagedoor_service::visitor::subscriber;

use crate::edge::{Context, Edge, JsonError, wants_page};
use crate::http::page::gate_error;

/// How many callers are told apart in one class: with what is kept of each, a few MiB.
const CALLERS_MAX: usize = 50_000;

/// A kind of door.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Class {
    /// A step of a sign-in or an enrolment: each writes something, and some ask the provider.
    SignIn,
    /// Anything else that is open, and every call of a stranger at a door that needs somebody.
    Open,
    /// A call of somebody who is signed in.
    Known,
}

/// So many at once, and so many a minute after that.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate {
    /// At once.
    pub burst: NonZeroU32,
    /// A minute, spread evenly.
    pub per_minute: NonZeroU32,
}

impl Rate {
    /// A rate; zero counts as one.
    #[must_use]
    pub const fn new(burst: u32, per_minute: u32) -> Self {
        const fn at_least_one(number: u32) -> NonZeroU32 {
            match NonZeroU32::new(number) {
                Some(number) => number,
                None => NonZeroU32::MIN,
            }
        }
        Self {
            burst: at_least_one(burst),
            per_minute: at_least_one(per_minute),
        }
    }

    const fn quota(self) -> Quota {
        Quota::per_minute(self.per_minute).allow_burst(self.burst)
    }
}

/// The rates of the classes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rates {
    /// Of [`Class::SignIn`], an address.
    pub sign_in: Rate,
    /// Of [`Class::Open`], an address.
    pub open: Rate,
    /// Of [`Class::Known`], a session.
    pub known: Rate,
}

impl Default for Rates {
    /// An office behind one address signs in at nine o'clock; a script that is signed in lists all there is.
    fn default() -> Self {
        Self {
            sign_in: Rate::new(200, 120),
            open: Rate::new(600, 600),
            known: Rate::new(600, 1_200),
        }
    }
}

/// The service's clock, as the limiter wants it.
#[derive(Clone)]
struct Ticks(Arc<dyn Clock>);

impl governor::clock::Clock for Ticks {
    type Instant = Duration;

    fn now(&self) -> Duration {
        self.0.monotonic()
    }
}

type Keyed<K> = RateLimiter<K, DashMapStateStore<K>, Ticks, NoOpMiddleware<Duration>>;

/// The counters of this process.
#[derive(Clone)]
pub struct Limits(Arc<Counters>);

struct Counters {
    ticks: Ticks,
    sign_in: Keyed<Option<IpAddr>>,
    open: Keyed<Option<IpAddr>>,
    known: Keyed<String>,
}

impl Limits {
    /// Fresh counters.
    #[must_use]
    pub fn new(rates: Rates, clock: &Arc<dyn Clock>) -> Self {
        let ticks = Ticks(Arc::clone(clock));
        Self(Arc::new(Counters {
            sign_in: RateLimiter::new(rates.sign_in.quota(), DashMapStateStore::default(), ticks.clone()),
            open: RateLimiter::new(rates.open.quota(), DashMapStateStore::default(), ticks.clone()),
            known: RateLimiter::new(rates.known.quota(), DashMapStateStore::default(), ticks.clone()),
            ticks,
        }))
    }

    /// One call of somebody known, by the id of their session, of whichever kind.
    ///
    /// # Errors
    /// How long to wait.
    pub fn known(&self, session: &str) -> Result<(), Duration> {
        self.check(&self.0.known, &session.to_owned())
    }

    /// One call of a stranger, from the address that the edge determined. All whose address is unknown are one.
    ///
    /// # Errors
    /// How long to wait.
    pub fn stranger(&self, class: Class, address: Option<IpAddr>) -> Result<(), Duration> {
        let source = address.map(subscriber);
        match class {
            Class::SignIn => self.check(&self.0.sign_in, &source),
            Class::Open | Class::Known => self.check(&self.0.open, &source),
        }
    }

    fn check<K: std::hash::Hash + Eq + Clone>(&self, limiter: &Keyed<K>, key: &K) -> Result<(), Duration> {
        if limiter.len() > CALLERS_MAX {
            // Only those stay who would still have to wait.
            limiter.retain_recent();
            limiter.shrink_to_fit();
        }
        let now = self.0.ticks.0.monotonic();
        limiter
            .check_key(key)
            .map_err(|not_until| not_until.wait_time_from(now))
    }
}

fn class(method: &Method, path: &str) -> Class {
    match path {
        // A tenant's own entrance takes passwords where the staff console's only shows where to go.
        "/sign-in" if method == Method::POST => Class::SignIn,
        "/sign-in/start"
        | "/sign-in/callback"
        | "/sign-in/passkey/begin"
        | "/sign-in/passkey/finish"
        | "/sign-in/code"
        | "/sign-in/recovery"
        | "/sign-in/narrow"
        | "/enrollment"
        | "/api/oidc/back-channel-logout" => Class::SignIn,
        path if path.starts_with("/sign-in/callback/") => Class::SignIn,
        _ => Class::Open,
    }
}

/// On a request: a stranger's, who was counted already.
#[derive(Debug, Clone, Copy)]
pub struct Counted;

/// Counts a stranger at the door that they came to, once a request.
///
/// # Errors
/// How long to wait.
pub fn count(edge: &Edge, context: &Context, request: &mut Request) -> Result<(), Duration> {
    if request.extensions().get::<Counted>().is_some() {
        return Ok(());
    }
    let class = request
        .extensions()
        .get::<MatchedPath>()
        .map_or(Class::Open, |path| class(request.method(), path.as_str()));
    request.extensions_mut().insert(Counted);
    edge.limits.stranger(class, context.visitor.address)
}

/// Limits the doors that are open to anybody.
pub async fn entrance(
    State(edge): State<Edge>,
    context: Context,
    jar: CookieJar,
    mut request: Request,
    next: Next,
) -> Response {
    match count(&edge, &context, &mut request) {
        Ok(()) => next.run(request).await,
        Err(wait) => too_often(&edge, &context, &jar, &request, wait),
    }
}

/// The answer to whoever calls too often: with how many seconds to wait, at least one.
#[must_use]
pub fn too_often(
    edge: &Edge,
    context: &Context,
    jar: &CookieJar,
    request: &Request,
    wait: Duration,
) -> Response {
    let seconds = u64::try_from(wait.as_millis().div_ceil(1_000))
        .unwrap_or(u64::MAX)
        .max(1);
    let message = format!("There were too many calls in a short time. Try again in {seconds} s.");
    let error = JsonError::edge(context, Code::RateLimited, &message);
    let page = wants_page(request.headers()) && !request.uri().path().starts_with("/api/");
    let mut response = if page {
        gate_error(edge, context, jar, &error.0)
    } else {
        error.into_response()
    };
    response
        .headers_mut()
        .insert(RETRY_AFTER, HeaderValue::from(seconds));
    response
}
