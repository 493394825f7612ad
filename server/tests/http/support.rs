//! A house with everything in it, and browsers that walk through it.

use std::collections::HashMap;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use http::header::{ACCEPT, CONTENT_TYPE, COOKIE, HOST, LOCATION, ORIGIN, SET_COOKIE};
use http::{Method, Request, StatusCode};
use serde_json::{Value, json};
use stagedoor_core::clock::Rng;
use stagedoor_core::guard::{NetworkRule, ProviderTrust};
use stagedoor_core::request::Policy;
use stagedoor_server::demo::idp::{self, Client, IdpConfig, Person};
use stagedoor_server::edge::Edge;
use stagedoor_server::router;
use stagedoor_service::seed::{self, Size};
use stagedoor_service::sign_in::HttpClient;
use stagedoor_service::system::{OsRng, fresh_id};
use stagedoor_service::testing::{NOON, TestClock};
use stagedoor_service::{Origins, Parts, Service, Settings};
use stagedoor_store::provider::Provider;
use stagedoor_store::testing::TestDb;
use tower::ServiceExt;
use url::Url;
use webauthn_authenticator_rs::WebauthnAuthenticator;
use webauthn_authenticator_rs::softpasskey::SoftPasskey;

pub(crate) const STAFF: &str = "https://admin.stagedoor.test";
const SUFFIX: &str = "app.stagedoor.test";

/// The demo's owner of Acme, and their password (spec 08).
pub(crate) const VAL: &str = "val@acme.com";
pub(crate) const PASSWORD: &str = "stagedoor-demo-val";

/// A tenant's origin.
pub(crate) fn tenant(slug: &str) -> String {
    format!("https://{slug}.{SUFFIX}")
}

/// The whole program over a database of its own.
pub(crate) struct House {
    pub(crate) db: TestDb,
    pub(crate) service: Service,
    pub(crate) clock: Arc<TestClock>,
    edge: Edge,
    app: Router,
    provider: Router,
    issuer: String,
}

impl House {
    pub(crate) async fn new() -> Self {
        Self::over(TestDb::sqlite().await).await
    }

    /// Over a database of either engine.
    pub(crate) async fn over(db: TestDb) -> Self {
        let clock = Arc::new(TestClock::at(NOON));
        let listener = tokio::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0))
            .await
            .unwrap();
        let address = listener.local_addr().unwrap();
        let issuer = format!("http://idp.localhost:{}", address.port());
        let service = Service::new(Parts {
            db: db.serving().await,
            clock: clock.clone(),
            rng: Arc::new(OsRng),
            master_key: stagedoor_service::crypto::MasterKey::from_bytes([7; 32]),
            settings: settings(),
            http: HttpClient::new(&[("idp.localhost", address)]).unwrap(),
        });
        let provider = provider(&issuer, clock.clone());
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
        }
    }

    /// Another process over the same database: a pool, a service and a router of its own.
    pub(crate) async fn second_process(&self) -> (Service, Router) {
        let provider: std::net::SocketAddr = format!("127.0.0.1:{}", self.issuer.rsplit(':').next().unwrap())
            .parse()
            .unwrap();
        let service = Service::new(Parts {
            db: self.db.serving_again().await,
            clock: self.clock.clone(),
            rng: Arc::new(OsRng),
            master_key: stagedoor_service::crypto::MasterKey::from_bytes([7; 32]),
            settings: settings(),
            http: HttpClient::new(&[("idp.localhost", provider)]).unwrap(),
        });
        let edge = Edge::new(service.clone(), stagedoor_app::server::Assets::default());
        (service, router::app(&edge, Vec::new()))
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
            passkey: SoftPasskey::new(true),
        }
    }

    /// A browser in which somebody has signed in for the first time.
    pub(crate) async fn signed_in(&self, short: &str) -> Browser {
        let mut browser = self.browser();
        browser.sign_in(short).await;
        browser
    }

    /// The same person in another tab: the same cookies.
    pub(crate) fn another_tab(&self, browser: &Browser) -> Browser {
        Browser {
            cookies: browser.cookies.clone(),
            ..self.browser()
        }
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

    /// The program as it is served.
    pub(crate) fn router(&self) -> Router {
        self.app.clone()
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
                range,
            }],
            ..Policy::default()
        },
    }
}

fn provider(issuer: &str, clock: Arc<TestClock>) -> Router {
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
        }],
        people,
        mail: Arc::new(Vec::new),
        clock,
        rng,
    })
    .unwrap()
}

/// What came back.
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) location: Option<String>,
    pub(crate) headers: http::HeaderMap,
    pub(crate) text: String,
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|_| panic!("no JSON: {}", self.text))
    }

    pub(crate) fn code(&self) -> String {
        self.json()["error"]["code"]
            .as_str()
            .unwrap_or_default()
            .to_owned()
    }

    pub(crate) fn field(&self, name: &str) -> String {
        self.json()["error"]["fields"][name]
            .as_str()
            .unwrap_or_default()
            .to_owned()
    }

    /// The body without the request's id, which differs on every call.
    pub(crate) fn without_request(&self) -> Value {
        let mut body = self.json();
        body["error"]["request_id"] = Value::Null;
        body
    }

    pub(crate) fn to(&self) -> &str {
        self.location
            .as_deref()
            .unwrap_or_else(|| panic!("no redirect: {} {}", self.status, self.text))
    }
}

/// A browser with its own cookies and its own passkey.
pub(crate) struct Browser {
    app: Router,
    provider: Router,
    issuer: String,
    pub(crate) cookies: HashMap<(String, String), String>,
    passkey: SoftPasskey,
}

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
            passkey: SoftPasskey::new(true),
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
        let peer = SocketAddr::from((Ipv4Addr::LOCALHOST, 40_000));
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

    /// To the provider: the address it is sent to.
    pub(crate) async fn leave_for_the_provider(&mut self) -> Url {
        let entrance = self.get(&format!("{STAFF}/sign-in")).await;
        let start = entrance
            .text
            .split("href=\"")
            .find_map(|rest| rest.strip_prefix("/sign-in/start"))
            .unwrap();
        let start = start.split('"').next().unwrap().replace("&amp;", "&");
        let away = self.get(&format!("{STAFF}/sign-in/start{start}")).await;
        Url::parse(away.to()).unwrap()
    }

    /// Chooses a person at the provider: the address of the callback.
    pub(crate) async fn choose(&mut self, asked: &Url, short: &str) -> Url {
        let subject = format!("demo-{short}");
        let pairs: Vec<(String, String)> = asked.query_pairs().into_owned().collect();
        let mut fields: Vec<(&str, &str)> = pairs
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .collect();
        fields.push(("person", &subject));
        let issuer = self.issuer.clone();
        let answer = self
            .post_form(&format!("{issuer}/authorize/continue"), &fields)
            .await;
        Url::parse(answer.to()).unwrap()
    }

    /// Through the provider, up to the passkey.
    pub(crate) async fn identify(&mut self, short: &str) {
        let asked = self.leave_for_the_provider().await;
        let back = self.choose(&asked, short).await;
        let answer = self.get(back.as_str()).await;
        assert_eq!(answer.to(), format!("{STAFF}/sign-in"), "{}", answer.text);
    }

    /// Begins the ceremony: what the server asks for.
    pub(crate) async fn begin(&mut self) -> Value {
        self.post_json(&format!("{STAFF}/sign-in/passkey/begin"), &json!({}))
            .await
            .json()
    }

    /// Answers a ceremony with this browser's passkey.
    pub(crate) fn prove(&mut self, options: &Value) -> Value {
        self.prove_at(STAFF, options)
    }

    /// The same, as a page of some origin would.
    pub(crate) fn prove_at(&mut self, origin: &str, options: &Value) -> Value {
        let origin = Url::parse(origin).unwrap();
        if options["publicKey"]["user"].is_object() {
            let options = serde_json::from_value(options.clone()).unwrap();
            serde_json::to_value(self.passkey.do_registration(origin, options).unwrap()).unwrap()
        } else {
            let options = serde_json::from_value(options.clone()).unwrap();
            serde_json::to_value(self.passkey.do_authentication(origin, options).unwrap()).unwrap()
        }
    }

    pub(crate) async fn finish(&mut self, credential: &Value) -> Answer {
        self.post_json(&format!("{STAFF}/sign-in/passkey/finish"), credential)
            .await
    }

    pub(crate) async fn sign_in(&mut self, short: &str) {
        self.identify(short).await;
        let options = self.begin().await;
        let credential = self.prove(&options);
        let answer = self.finish(&credential).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
    }

    /// The same browser, sent to another process.
    pub(crate) fn sent_to(self, app: &Router) -> Self {
        Self {
            app: app.clone(),
            ..self
        }
    }

    /// Fills in a tenant's entrance.
    pub(crate) async fn enter(&mut self, slug: &str, email: &str, password: &str) -> Answer {
        let fields = [("email", email), ("password", password)];
        self.post_form(&format!("{}/sign-in", tenant(slug)), &fields)
            .await
    }

    /// Sends JSON with a method that has no name of its own here.
    pub(crate) async fn send_json(&mut self, method: Method, url: &str, body: &Value) -> Answer {
        let body = Some(("application/json", body.to_string()));
        self.call(method, url, body, "application/json").await
    }

    /// The id of a person of a tenant, by address.
    pub(crate) async fn member(&mut self, slug: &str, email: &str) -> String {
        let list = self
            .get_json(&format!("{STAFF}/api/admin/tenants/{slug}/users?q={email}"))
            .await;
        list.json()["items"][0]["id"]
            .as_str()
            .unwrap_or_else(|| panic!("nobody: {}", list.text))
            .to_owned()
    }

    /// Begins a visit as somebody of Acme.
    pub(crate) async fn mint(&mut self, email: &str) -> Answer {
        let user = self.member("acme", email).await;
        let body = json!({ "reason": "Webhook page shows 500 after plan change", "ticket_ref": "#4218", "user_id": user });
        self.post_json(&format!("{STAFF}/api/admin/tenants/acme/impersonate"), &body)
            .await
    }

    /// Goes on to the tenant's host: the last address before the cookie, which carries the code.
    pub(crate) async fn reach_the_door(&mut self, minted: &Answer) -> String {
        let landing = self.get(minted.json()["handoff_url"].as_str().unwrap()).await;
        let bounce = self.get(landing.to()).await;
        bounce.to().to_owned()
    }

    /// Begins a visit and enters.
    pub(crate) async fn visit(&mut self, email: &str) -> String {
        let minted = self.mint(email).await;
        assert_eq!(minted.status, StatusCode::CREATED, "{}", minted.text);
        let door = self.reach_the_door(&minted).await;
        let inside = self.get(&door).await;
        assert_eq!(inside.to(), format!("{}/", tenant("acme")), "{}", inside.text);
        minted.json()["impersonation_id"].as_str().unwrap().to_owned()
    }
}

fn authority(url: &Url) -> String {
    match url.port() {
        Some(port) => format!("{}:{port}", url.host_str().unwrap()),
        None => url.host_str().unwrap().to_owned(),
    }
}

/// The sentences of a page of an audit log, newest first.
pub(crate) fn sentences(answer: &Answer) -> Vec<String> {
    let body = answer.json();
    let items = body["items"]
        .as_array()
        .unwrap_or_else(|| panic!("no items: {}", answer.text));
    items.iter().map(sentence).collect()
}

pub(crate) fn sentence(line: &Value) -> String {
    line["sentence"].as_str().unwrap().to_owned()
}
