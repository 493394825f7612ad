//! The whole program over a database of its own, with the demo's people and a clock that the tests move.

use std::collections::HashMap;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use http::header::HOST;
use http::{Request, StatusCode};
use stagedoor_core::clock::Rng;
use stagedoor_core::guard::{NetworkKind, NetworkRule, ProviderTrust};
use stagedoor_core::guard_policy::GuardPolicies;
use stagedoor_core::provider::{ClaimRules, Narrowings, ProviderKind};
use stagedoor_core::request::Policy;
use stagedoor_server::config::Surface;
use stagedoor_server::demo::idp::{self, Client, IdpConfig, Notice, Person, Tell};
use stagedoor_server::edge::Edge;
use stagedoor_server::router;
use stagedoor_service::alerts::Channels;
use stagedoor_service::crypto::MasterKey;
use stagedoor_service::seed::{self, Size};
use stagedoor_service::sign_in::HttpClient;
use stagedoor_service::system::{OsRng, fresh_id};
use stagedoor_service::testing::{NOON, TestClock};
use stagedoor_service::{LogParts, Origins, Parts, Service, Settings};
use stagedoor_store::Db;
use stagedoor_store::provider::Provider;
use stagedoor_store::testing::TestDb;
use tower::ServiceExt;

use super::browser::PEER;
use super::{Authenticator, Browser, PASSWORD, STAFF, SUFFIX, VAL};

/// How long an identity provider may take here: what has to be slow is slower by far.
const PATIENCE: Duration = Duration::from_secs(2);

/// The whole program over a database of its own.
pub(crate) struct House {
    pub(crate) db: TestDb,
    pub(crate) service: Service,
    pub(crate) clock: Arc<TestClock>,
    edge: Edge,
    app: Router,
    provider: Router,
    issuer: String,
    notices: Arc<Mutex<Vec<Notice>>>,
    settings: Settings,
}

impl House {
    pub(crate) async fn new() -> Self {
        Self::over(TestDb::sqlite().await).await
    }

    /// Over a database of either engine.
    pub(crate) async fn over(db: TestDb) -> Self {
        Self::with_channels(db, Channels::default()).await
    }

    /// The same, with ways for alerts to leave it.
    pub(crate) async fn with_channels(db: TestDb, channels: Channels) -> Self {
        Self::made(db, channels, |_| {}).await
    }

    /// Under a policy of its own.
    pub(crate) async fn under(db: TestDb, change: impl FnOnce(&mut Policy)) -> Self {
        Self::with(db, |settings| change(&mut settings.policy)).await
    }

    /// With guard policies beside the shipped ones.
    pub(crate) async fn guarded(db: TestDb, guarded: GuardPolicies) -> Self {
        Self::under(db, |policy| policy.guard_policies = guarded).await
    }

    /// Over a database, with other settings than the usual ones.
    pub(crate) async fn with(db: TestDb, change: impl FnOnce(&mut Settings)) -> Self {
        Self::made(db, Channels::default(), change).await
    }

    async fn made(db: TestDb, channels: Channels, change: impl FnOnce(&mut Settings)) -> Self {
        let mut settings = settings();
        change(&mut settings);
        let clock = Arc::new(TestClock::at(NOON));
        let listener = tokio::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0))
            .await
            .unwrap();
        let address = listener.local_addr().unwrap();
        let issuer = format!("http://idp.localhost:{}", address.port());
        let parts = Parts {
            db: db.serving().await,
            clock: clock.clone(),
            rng: Arc::new(OsRng),
            master_key: MasterKey::from_bytes([7; 32]),
            log: LogParts::default(),
            settings: settings.clone(),
            http: HttpClient::within(&[("idp.localhost", address)], PATIENCE).unwrap(),
        };
        let service = Service::with_channels(parts, channels);
        let notices: Arc<Mutex<Vec<Notice>>> = Arc::default();
        let heard = Arc::clone(&notices);
        let tell: Tell = Arc::new(move |notice| {
            heard.lock().unwrap().push(notice);
            Box::pin(async {})
        });
        let provider = provider(&issuer, clock.clone(), tell);
        tokio::spawn(axum::serve(listener, provider.clone()).into_future());
        let known = Provider {
            id: fresh_id(&OsRng, NOON),
            name: "Demo SSO".to_owned(),
            issuer: issuer.clone(),
            client_id: "console".to_owned(),
            client_secret: None,
            trust: ProviderTrust::Trusted,
            email_domains: vec!["acme-corp.example".to_owned()],
            declared: false,
            trial: None,
            narrowed: Narrowings::NONE,
            kind: ProviderKind::Oidc,
            rules: ClaimRules::default(),
        };
        service
            .seed_demo(
                &known,
                Size {
                    users: 60,
                    tenants: 9,
                    sessions: 30,
                },
            )
            .await
            .unwrap();
        let edge = Edge::new(service.clone(), stagedoor_app::server::Assets::default());
        Self {
            db,
            app: router::app(&edge, Vec::new()),
            edge,
            service,
            clock,
            provider,
            issuer,
            notices,
            settings,
        }
    }

    /// What the provider wants to tell the console, which no network is between.
    pub(crate) fn notices(&self) -> Vec<Notice> {
        self.notices.lock().unwrap().clone()
    }

    /// The provider's own address.
    pub(crate) fn issuer(&self) -> &str {
        &self.issuer
    }

    /// Another process over the same database: a pool, a service and a router of its own.
    pub(crate) async fn second_process(&self) -> (Service, Router) {
        self.second_process_under(|_| {}).await
    }

    /// The same, under another policy.
    pub(crate) async fn second_process_under(&self, change: impl FnOnce(&mut Policy)) -> (Service, Router) {
        let mut settings = self.settings.clone();
        change(&mut settings.policy);
        let service = self.process(self.db.serving_again().await, settings);
        let edge = Edge::new(service.clone(), stagedoor_app::server::Assets::default());
        (service, router::app(&edge, Vec::new()))
    }

    /// Each surface in a process of its own, as `serve --surface` makes them: the tenants' with that side's role and held to its
    /// list. Gives that process's service, too.
    pub(crate) async fn divided(db: TestDb) -> (Self, Service) {
        let mut house = Self::over(db).await;
        let db = house.db.tenants().await;
        assert_eq!(db.beyond_tenants().await.unwrap(), Vec::<String>::new());
        db.keep_to_tenants();
        let service = house.process(db, house.settings.clone());
        let app = |service: &Service, surface| {
            let edge = Edge::new(service.clone(), stagedoor_app::server::Assets::default());
            router::app(&Edge { surface, ..edge }, Vec::new())
        };
        let (staff, tenants) = (
            app(&house.service, Surface::Staff),
            app(&service, Surface::Tenant),
        );
        house.app = Router::new().fallback(move |request: Request<Body>| {
            let is_staff = request
                .headers()
                .get(HOST)
                .is_some_and(|host| STAFF.ends_with(host.to_str().unwrap()));
            let app = if is_staff { staff.clone() } else { tenants.clone() };
            app.oneshot(request)
        });
        (house, service)
    }

    /// A service of its own over the same installation.
    fn process(&self, db: Db, settings: Settings) -> Service {
        let provider: SocketAddr = format!("127.0.0.1:{}", self.issuer.rsplit(':').next().unwrap())
            .parse()
            .unwrap();
        Service::new(Parts {
            db,
            clock: self.clock.clone(),
            rng: Arc::new(OsRng),
            master_key: MasterKey::from_bytes([7; 32]),
            log: LogParts::default(),
            settings,
            http: HttpClient::new(&[("idp.localhost", provider)]).unwrap(),
        })
    }

    /// The program itself, for answers whose bodies are read by the test.
    pub(crate) fn app(&self) -> Router {
        self.app.clone()
    }

    /// A browser that knows nothing yet.
    pub(crate) fn browser(&self) -> Browser {
        Browser {
            app: self.app.clone(),
            provider: self.provider.clone(),
            issuer: self.issuer.clone(),
            cookies: HashMap::new(),
            passkey: Authenticator::default(),
            headers: Vec::new(),
            peer: PEER,
        }
    }

    /// A browser in which somebody has signed in for the first time.
    pub(crate) async fn signed_in(&self, short: &str) -> Browser {
        let mut browser = self.browser();
        browser.sign_in(short).await;
        browser
    }

    /// The same person once more, in a fresh browser with the passkey they have.
    pub(crate) async fn signed_in_again(&self, short: &str, before: Browser) -> Browser {
        let mut browser = self.browser();
        browser.passkey = before.passkey;
        browser.sign_in(short).await;
        browser
    }

    /// Val's password for somebody else as well.
    pub(crate) async fn give_password(&self, email: &str) {
        let sql = format!(
            "INSERT INTO account_password (account_id, phc, set_at, failures) \
             SELECT member.account_id, vals.phc, 0, 0 FROM membership AS member, membership AS val, account_password AS vals \
             WHERE member.email = '{email}' AND val.email = '{VAL}' AND vals.account_id = val.account_id \
             ON CONFLICT (account_id) DO UPDATE SET phc = excluded.phc"
        );
        self.db.raw_execute(&sql).await.unwrap();
    }

    /// A browser in which a person of Acme has signed in to the portal.
    pub(crate) async fn inside(&self, email: &str) -> Browser {
        if email != VAL {
            self.give_password(email).await;
        }
        let mut browser = self.browser();
        let answer = browser.enter("acme", email, PASSWORD).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text);
        browser
    }

    /// What every handler shares.
    pub(crate) fn edge(&self) -> Edge {
        self.edge.clone()
    }

    /// From now on a member of staff may know of one tenant only.
    pub(crate) async fn only(&self, short: &str, slug: &str) {
        let scope = format!(
            "UPDATE staff SET scope = 'listed' WHERE email LIKE '{short}@%'; \
             INSERT INTO staff_scope SELECT staff.id, tenant.id FROM staff, tenant \
             WHERE staff.email LIKE '{short}@%' AND tenant.slug = '{slug}'"
        );
        self.db.raw_execute(&scope).await.unwrap();
    }

    pub(crate) fn later(&self, seconds: u64) {
        self.clock.advance(Duration::from_secs(seconds));
    }
}

fn settings() -> Settings {
    let range = "127.0.0.0/8".parse().unwrap();
    Settings {
        origins: Origins {
            staff: STAFF.to_owned(),
            tenant_scheme: "https".to_owned(),
            tenant_suffix: SUFFIX.to_owned(),
        },
        staff_rp_id: "admin.stagedoor.test".to_owned(),
        installation: "test".to_owned(),
        policy: Policy {
            networks: vec![NetworkRule {
                name: "loopback".to_owned(),
                kind: NetworkKind::CorpIp,
                range,
            }],
            ..Policy::default()
        },
        trusted_proxies: Vec::new(),
        administrators: vec!["demo-sol".to_owned()],
        administrator_addresses: Vec::new(),
        proxy: None,
    }
}

fn provider(issuer: &str, clock: Arc<TestClock>, tell: Tell) -> Router {
    let people = seed::identities()
        .into_iter()
        .map(|identity| Person {
            subject: identity.subject,
            short: identity.short,
            name: identity.name,
            email: identity.email,
            hint: None,
        })
        .collect();
    let rng: Arc<dyn Rng> = Arc::new(OsRng);
    idp::router(IdpConfig {
        issuer: issuer.to_owned(),
        clients: vec![Client {
            id: "console".to_owned(),
            secret: None,
            redirect_uris: vec![format!("{STAFF}/sign-in/callback")],
            post_logout_redirect_uris: vec![format!("{STAFF}/signed-out")],
            backchannel_logout_uri: Some(format!("{STAFF}/api/oidc/back-channel-logout")),
        }],
        people,
        mail: Arc::new(Vec::new),
        tell,
        clock,
        rng,
    })
    .unwrap()
}
