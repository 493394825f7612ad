//! A clock that tests move, and points at which they let the process die. Never compiled into the program: it stands behind the feature `testing`.

use std::sync::LazyLock;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::time::Duration;

use stagedoor_core::clock::Clock;
use stagedoor_core::guard::ProviderTrust;
use stagedoor_core::provider::{ClaimRules, Narrowings, ProviderKind};
use stagedoor_core::request::Policy;
use stagedoor_core::time::Timestamp;
use stagedoor_store::provider::Provider;

use crate::settings::{Origins, Settings};
use crate::system::{OsRng, fresh_id};

/// Saturday, 21 November 2026, noon UTC: when the tests' clock starts.
pub const NOON: Timestamp = Timestamp::from_micros(1_795_262_400_000_000);

/// Where a process is to die, and at which passing: `point:3`. For children of tests, which are configured by their environment.
pub const CRASH: &str = "STAGEDOOR_CRASH_AT";

/// Passes a point. Where this is the one at which the process is to die, it does: at once, with nothing tidied up.
pub fn pass(point: &str) {
    static PLAN: LazyLock<Option<(String, u64)>> = LazyLock::new(|| {
        #[allow(
            clippy::disallowed_methods,
            reason = "a child of a test is configured by its environment"
        )]
        let plan = std::env::var(CRASH).ok()?;
        let (point, passings) = plan.split_once(':')?;
        Some((point.to_owned(), passings.parse().ok()?))
    });
    static PASSED: AtomicU64 = AtomicU64::new(0);
    if let Some((_, passings)) = PLAN.as_ref().filter(|(planned, _)| planned == point)
        && PASSED.fetch_add(1, Ordering::SeqCst) + 1 == *passings
    {
        std::process::abort();
    }
}

/// The settings of a made-up installation that lets nobody in.
#[must_use]
pub fn settings() -> Settings {
    Settings {
        origins: Origins {
            staff: "https://admin.stagedoor.test".to_owned(),
            tenant_scheme: "https".to_owned(),
            tenant_suffix: "app.stagedoor.test".to_owned(),
        },
        staff_rp_id: "admin.stagedoor.test".to_owned(),
        installation: "test".to_owned(),
        policy: Policy::default(),
        trusted_proxies: Vec::new(),
        administrators: Vec::new(),
        administrator_addresses: Vec::new(),
        proxy: None,
    }
}

/// Its identity provider, which made-up staff sign in with.
#[must_use]
pub fn provider(now: Timestamp) -> Provider {
    Provider {
        id: fresh_id(&OsRng, now),
        name: "Test".to_owned(),
        issuer: "https://idp.test".to_owned(),
        client_id: "console".to_owned(),
        client_secret: None,
        trust: ProviderTrust::Trusted,
        email_domains: vec!["acme-corp.example".to_owned()],
        declared: false,
        trial: None,
        narrowed: Narrowings::NONE,
        kind: ProviderKind::Oidc,
        rules: ClaimRules::default(),
    }
}

/// A clock that stands still until it is moved.
#[derive(Debug)]
pub struct TestClock {
    wall: AtomicI64,
    monotonic: AtomicI64,
}

fn micros(span: Duration) -> i64 {
    i64::try_from(span.as_micros()).unwrap_or(i64::MAX)
}

impl TestClock {
    /// A clock that shows a moment.
    #[must_use]
    pub const fn at(moment: Timestamp) -> Self {
        Self {
            wall: AtomicI64::new(moment.micros()),
            monotonic: AtomicI64::new(moment.micros()),
        }
    }

    /// Lets time pass.
    pub fn advance(&self, span: Duration) {
        // In this order: who reads in between must not take it for a step of the wall clock.
        self.monotonic.fetch_add(micros(span), Ordering::SeqCst);
        self.wall.fetch_add(micros(span), Ordering::SeqCst);
    }

    /// Sets the wall clock back, as a bad time server would. No time passes.
    pub fn set_back(&self, span: Duration) {
        self.wall.fetch_sub(micros(span), Ordering::SeqCst);
    }

    /// Sets the wall clock forward. No time passes.
    pub fn set_forward(&self, span: Duration) {
        self.wall.fetch_add(micros(span), Ordering::SeqCst);
    }
}

impl Clock for TestClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_micros(self.wall.load(Ordering::SeqCst))
    }

    fn monotonic(&self) -> Duration {
        Duration::from_micros(u64::try_from(self.monotonic.load(Ordering::SeqCst)).unwrap_or_default())
    }
}
