//! The database that the pages are drawn from: made once, kept under `target/bench`.

use std::net::Ipv4Addr;
use std::path::Path;
use std::sync::Arc;

use stagedoor_core::assurance::{PasskeyLevel, ProvenFactor};
use stagedoor_core::guard::{NetworkKind, NetworkRule, ProviderTrust};
use stagedoor_core::narrowed::Narrowed;
use stagedoor_core::provider::{ClaimRules, Narrowings, ProviderKind};
use stagedoor_core::request::Policy;
use stagedoor_core::secret::Reference;
use stagedoor_core::session::SessionState;
use stagedoor_service::crypto::MasterKey;
use stagedoor_service::seed::{Scale, Size};
use stagedoor_service::sign_in::HttpClient;
use stagedoor_service::system::{OsRng, SystemClock, fresh_id, fresh_reference};
use stagedoor_service::{LogParts, Origins, Parts, Service, Settings};
use stagedoor_store::provider::{self, Provider};
use stagedoor_store::session::{self, NewSession, StaffSession};
use stagedoor_store::{DatabaseUrl, Db, Error, Unaudited, staff};

use crate::cache;
use crate::options::Options;

/// The console's host.
pub(crate) const HOST: &str = "admin.bench.test";
/// The host of the empty handler.
pub(crate) const FLOOR: &str = "floor.bench.test";

/// The address of the database, filled.
pub(crate) fn prepare(options: &Options) -> String {
    if let Some(url) = &options.database {
        fill(url, options);
        return url.clone();
    }
    let name = format!("pages-{}-{}.db", options.people, options.entries);
    let (done, half) = (cache().join(&name), cache().join(format!("{name}.half")));
    if !done.exists() {
        for leftover in [half.clone(), beside(&half, "-wal"), beside(&half, "-shm")] {
            let _ = std::fs::remove_file(leftover);
        }
        fill(&format!("sqlite://{}", half.display()), options);
        std::fs::rename(&half, &done).unwrap();
    }
    format!("sqlite://{}", done.display())
}

fn beside(path: &Path, suffix: &str) -> std::path::PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    name.into()
}

fn fill(url: &str, options: &Options) {
    let started = std::time::Instant::now();
    let scale = Scale {
        tenants: 1,
        users: options.people,
        entries: options.entries,
    };
    runtime().block_on(async {
        let db = Db::open_for_bulk(&DatabaseUrl::parse(url).unwrap())
            .await
            .unwrap();
        let service = over(db).await;
        if service.is_empty().await.unwrap() {
            service
                .seed_demo(&provider(&service), Size::default())
                .await
                .unwrap();
            service
                .seed_scale(scale, &|line| {
                    eprintln!("{:6.1} s  {line}", started.elapsed().as_secs_f64())
                })
                .await
                .unwrap();
        }
        service.db().close().await;
    });
}

pub(crate) fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .unwrap()
}

/// The service over a database.
pub(crate) async fn open(url: &str) -> Service {
    over(Db::open(&DatabaseUrl::parse(url).unwrap()).await.unwrap()).await
}

async fn over(db: Db) -> Service {
    db.migrate().await.unwrap();
    Service::new(Parts {
        db,
        clock: Arc::new(SystemClock::new()),
        rng: Arc::new(OsRng),
        master_key: MasterKey::from_bytes([7; 32]),
        log: LogParts::default(),
        settings: Settings {
            origins: Origins {
                staff: format!("http://{HOST}"),
                tenant_scheme: "http".to_owned(),
                tenant_suffix: "app.bench.test".to_owned(),
            },
            staff_rp_id: HOST.to_owned(),
            installation: "bench".to_owned(),
            trusted_proxies: Vec::new(),
            administrators: Vec::new(),
            administrator_addresses: Vec::new(),
            proxy: None,
            policy: Policy {
                networks: vec![NetworkRule {
                    name: "loopback".to_owned(),
                    kind: NetworkKind::CorpIp,
                    range: std::net::IpAddr::from(Ipv4Addr::LOCALHOST).into(),
                }],
                ..Policy::default()
            },
        },
        http: HttpClient::new(&[]).unwrap(),
    })
}

fn provider(service: &Service) -> Provider {
    Provider {
        id: fresh_id(service.rng(), service.now()),
        name: "Bench".to_owned(),
        issuer: "https://idp.bench.test".to_owned(),
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

/// Puts Kim's session into the database, and gives what her browser would hold.
pub(crate) async fn sign_in(service: &Service) -> String {
    let now = service.now();
    let ex = &mut service.db().reader();
    let provider = provider::list(ex).await.unwrap().remove(0).id;
    let kim = staff::find_by_identity(ex, provider, "demo-kim", now)
        .await
        .unwrap()
        .unwrap();
    let reference: Reference = fresh_reference(service.rng());
    let new = NewSession {
        session: StaffSession {
            id: fresh_id(service.rng(), now),
            staff: kim.id,
            provider,
            factor: ProvenFactor::passkey(PasskeyLevel::Any, now),
            started: now,
            state: SessionState::start(now, service.policy().session_ttl),
            vouched: stagedoor_store::session::Vouched::default(),
            narrowed: Narrowed::NOTHING,
        },
        reference: reference.digest(),
        passkey: None,
        address: Ipv4Addr::LOCALHOST.to_string(),
        agent: "bench".to_owned(),
    };
    let signed_in: Result<(), Error> = service
        .db()
        .write(move |mut tx| {
            let new = new.clone();
            Box::pin(async move {
                staff::activate(&mut tx, new.session.staff, now).await?;
                session::insert(&mut tx, &new).await?;
                tx.commit_unaudited(Unaudited::Seed, ()).await
            })
        })
        .await;
    signed_in.unwrap();
    reference.expose()
}
