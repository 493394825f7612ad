//! `stagedoor demo`: everything on one machine, with made-up data and an identity provider of its own.
//!
//! What makes the demo easier than production exists only here: the provider, the loopback address as an allowed
//! network, people claimed open-ended, an authenticator app whose codes are on the provider's page, a master key that nobody had to
//! make.

pub mod idp;
mod place;

use std::collections::HashMap;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use http::header::CONTENT_TYPE;
use stagedoor_core::clock::Rng;
use stagedoor_core::guard::{FactorRule, NetworkKind, NetworkRule, ProviderTrust, TotpFallback};
use stagedoor_core::provider::{ClaimRules, Narrowings, ProviderKind};
use stagedoor_core::request::Policy;
use stagedoor_core::time::hours;
use stagedoor_service::alerts::{Channels, Letter, Letters, Mail};
use stagedoor_service::enrolment::Issued;
use stagedoor_service::seed::{self, DemoApp, Size};
use stagedoor_service::sign_in::HttpClient;
use stagedoor_service::system::{OsRng, SystemClock, fresh_id};
use stagedoor_service::{LogParts, Origins, Parts, Service, ServiceError, Settings};
use stagedoor_store::provider::{self as provider_store, Provider};
use stagedoor_store::{DatabaseUrl, Db};

use crate::assets::{self, AssetsMissing};
use crate::cli::{DemoOptions, announce};
use crate::edge::Edge;
use crate::metrics;
use crate::router;
use crate::run::{self, RunError, Stop};
use idp::{Client, Hint, IdpConfig, Mail as Sent, NoKey, Notice, Person, Tell};
pub(crate) use place::{Place, PlaceError};

/// The port unless another is named.
pub(crate) const PORT: u16 = 7117;
/// The provider's name on the sign-in link.
const PROVIDER: &str = "Demo SSO";
const CLIENT_ID: &str = "stagedoor-console";
/// Sessions that spec 08 counts for 142 people; other sizes have as many a person.
const SESSIONS_OF: (u32, u32) = (1_812, 142);

/// Why the demo cannot run.
#[derive(Debug, thiserror::Error)]
pub enum DemoError {
    /// The data cannot be kept.
    #[error(transparent)]
    Place(#[from] PlaceError),
    /// The master key would be gone at exit, and the database unreadable the next time.
    #[error("--database: give --data DIR as well, so that the master key is kept")]
    KeyNotKept,
    /// The data belongs to a demo on another port.
    #[error(
        "--port: this data was made on port {made_on}; start with --port {made_on}, or give another --data"
    )]
    OtherPort {
        /// The port it was made on.
        made_on: String,
    },
    /// The address of the database makes no sense.
    #[error("--database: {0}")]
    Url(String),
    /// The database cannot be used.
    #[error("the database cannot be used: {0}")]
    Store(#[from] stagedoor_store::Error),
    /// The demo data could not be made.
    #[error("the demo data could not be made: {0}")]
    Service(#[from] ServiceError),
    /// The browser's files are missing.
    #[error(transparent)]
    Assets(#[from] AssetsMissing),
    /// TLS could not be set up for outgoing calls.
    #[error("outgoing calls could not be set up: {0}")]
    Http(#[from] reqwest::Error),
    /// The demo's provider has no key to sign with.
    #[error(transparent)]
    Key(#[from] NoKey),
    /// The program cannot serve.
    #[error(transparent)]
    Run(#[from] RunError),
}

/// Runs the demo until it is asked to stop.
///
/// # Errors
/// See [`DemoError`].
pub async fn run(options: DemoOptions) -> Result<(), DemoError> {
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, options.port));
    // The port first: nothing is made for a demo that cannot be reached.
    let listener = run::listen(address).await?;
    let port = listener
        .local_addr()
        .map_or(options.port, |address| address.port());
    if options.database.is_some() && options.data.is_none() {
        return Err(DemoError::KeyNotKept);
    }
    let place = Place::open(options.data.as_deref())?;
    let database = match &options.database {
        Some(url) => DatabaseUrl::parse(url).map_err(|error| DemoError::Url(error.to_string()))?,
        None => DatabaseUrl::file(place.database()?),
    };
    let db = Db::open(&database).await?;
    db.migrate().await?;
    let letters = Letters::default();
    let channels = Channels {
        mail: Some(Mail::Kept(letters.clone())),
        webhook: None,
    };
    let parts = Parts {
        db,
        clock: Arc::new(SystemClock::new()),
        rng: Arc::new(OsRng),
        master_key: place.master_key(&OsRng)?,
        log: LogParts::default(),
        settings: settings(port),
        http: HttpClient::new(&[("idp.localhost", SocketAddr::from((Ipv4Addr::LOCALHOST, port)))])?,
    };
    let service = Service::with_channels(parts, channels);
    if service.is_empty().await? {
        tracing::info!(target: "stagedoor", users = options.users, tenants = options.tenants, "making demo data");
        service
            .seed_demo(&provider(port, &service), size(&options))
            .await?;
    }
    same_port(port, &service).await?;
    let edge = Edge::new(service.clone(), assets::load()?);
    let tokens = service.demo_tokens().await?;
    let hints = hints(&service, &tokens, service.demo_app().await?);
    let provider = provider_router(port, &service, (hints, letters), tell(port)?)?;
    let app = router::app(&edge, vec![(format!("idp.localhost:{port}"), provider)]);
    let metrics = metrics::start(port.checked_add(1).map(|port| (Ipv4Addr::LOCALHOST, port).into())).await?;
    let jobs = tokio::spawn(service.clone().run_jobs());
    let stop = Stop::listen()?;
    announce(&format!("ready http://admin.localhost:{port}"));
    let served = run::serve(listener, app, stop).await;
    jobs.abort();
    drop(metrics);
    service.settle().await?;
    service.db().close().await;
    Ok(served?)
}

/// Data that was made on another port names that port's provider: nobody could sign in.
async fn same_port(port: u16, service: &Service) -> Result<(), DemoError> {
    let providers = provider_store::list(&mut service.db().reader()).await?;
    let known = |provider: &&Provider| provider.client_id == CLIENT_ID;
    match providers.iter().find(known) {
        Some(provider) if provider.issuer != issuer(port) => {
            let made_on = provider.issuer.rsplit(':').next().unwrap_or_default().to_owned();
            Err(DemoError::OtherPort { made_on })
        }
        _ => Ok(()),
    }
}

fn size(options: &DemoOptions) -> Size {
    let (sessions, people) = SESSIONS_OF;
    Size {
        users: options.users,
        tenants: options.tenants,
        sessions: options.users.saturating_mul(sessions) / people,
    }
}

/// The demo's settings on a port.
pub(crate) fn settings(port: u16) -> Settings {
    let loopback = |address: IpAddr| NetworkRule {
        name: "loopback".to_owned(),
        kind: NetworkKind::CorpIp,
        range: address.into(),
    };
    Settings {
        origins: Origins {
            staff: format!("http://admin.localhost:{port}"),
            tenant_scheme: "http".to_owned(),
            tenant_suffix: format!("app.localhost:{port}"),
        },
        staff_rp_id: "admin.localhost".to_owned(),
        installation: "demo".to_owned(),
        policy: Policy {
            networks: vec![
                loopback(Ipv4Addr::LOCALHOST.into()),
                loopback(std::net::Ipv6Addr::LOCALHOST.into()),
            ],
            factor: FactorRule {
                max_age: hours(4),
                totp: TotpFallback::ExceptSuperAdmins,
            },
            ..Policy::default()
        },
        trusted_proxies: Vec::new(),
        administrators: Vec::new(),
        administrator_addresses: Vec::new(),
        proxy: None,
    }
}

fn issuer(port: u16) -> String {
    format!("http://idp.localhost:{port}")
}

fn provider(port: u16, service: &Service) -> Provider {
    Provider {
        id: fresh_id(service.rng(), service.now()),
        name: PROVIDER.to_owned(),
        issuer: issuer(port),
        client_id: CLIENT_ID.to_owned(),
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

/// Brings the provider's notices to the console, which is at the same address.
fn tell(port: u16) -> Result<Tell, reqwest::Error> {
    let console = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    let client = reqwest::Client::builder()
        .no_proxy()
        .resolve("admin.localhost", console)
        .timeout(Duration::from_secs(10))
        .build()?;
    Ok(Arc::new(move |notice: Notice| {
        let body = url::form_urlencoded::Serializer::new(String::new())
            .append_pair("logout_token", &notice.token)
            .finish();
        let kind = "application/x-www-form-urlencoded";
        let request = client.post(notice.uri).header(CONTENT_TYPE, kind).body(body);
        Box::pin(async move {
            if let Err(error) = request.send().await.and_then(reqwest::Response::error_for_status) {
                tracing::warn!(%error, "the demo provider's notice was not taken");
            }
        })
    }))
}

/// A letter as the mail page shows it.
fn shown(letter: Letter) -> Sent {
    Sent {
        at: letter.at,
        to: letter.to,
        subject: letter.subject,
        text: letter.text,
    }
}

/// What the provider shows beside people's buttons, by their addresses: what they would otherwise need a letter, or a phone, for.
fn hints(service: &Service, tokens: &[Issued], app: Option<DemoApp>) -> HashMap<String, Hint> {
    let mut hints = HashMap::new();
    for token in tokens {
        let words = format!("Enrollment token: {}", token.expose());
        hints.insert(token.email.clone(), Hint::words(words));
    }
    if let Some(app) = app {
        let clock = service.clock().clone();
        let shown = app.clone();
        let words = move || format!("Code of the authenticator app: {}", shown.shown(clock.now()));
        hints.insert(app.email, Hint(Arc::new(words)));
    }
    hints
}

fn provider_router(
    port: u16,
    service: &Service,
    (hints, letters): (HashMap<String, Hint>, Letters),
    tell: Tell,
) -> Result<axum::Router, NoKey> {
    let people = seed::identities()
        .into_iter()
        .map(|identity| Person {
            subject: identity.subject,
            short: identity.short,
            name: identity.name,
            hint: hints.get(&identity.email).cloned(),
            email: identity.email,
        })
        .collect();
    let redirect = format!("http://admin.localhost:{port}/sign-in/callback");
    let rng: Arc<dyn Rng> = Arc::new(OsRng);
    idp::router(IdpConfig {
        issuer: issuer(port),
        clients: vec![Client {
            id: CLIENT_ID.to_owned(),
            secret: None,
            redirect_uris: vec![redirect],
            post_logout_redirect_uris: vec![format!("http://admin.localhost:{port}/signed-out")],
            backchannel_logout_uri: Some(format!(
                "http://admin.localhost:{port}/api/oidc/back-channel-logout"
            )),
        }],
        people,
        mail: Arc::new(move || letters.all().into_iter().map(shown).collect()),
        tell,
        clock: service.clock().clone(),
        rng,
    })
}
