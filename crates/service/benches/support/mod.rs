//! What the benches share: the words of the command line, a disk that is one, a service over a database, and the file of figures.
//!
//! What is measured stands in the bench that measures it, never here.

#![allow(dead_code, reason = "each bench takes what it needs")]

use std::fs::File;
use std::io::Write;
use std::net::{IpAddr, Ipv4Addr};
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use serde_json::Value;
use stagedoor_core::guard::{NetworkKind, NetworkRule};
use stagedoor_core::request::Policy;
use stagedoor_service::crypto::MasterKey;
use stagedoor_service::sign_in::HttpClient;
use stagedoor_service::system::{OsRng, SystemClock, fresh_id};
use stagedoor_service::testing;
use stagedoor_service::{LogParts, Parts, Service, Settings, Visitor};
use stagedoor_store::{DatabaseUrl, Db};
use tempfile::TempDir;

/// How many call at a time.
pub(crate) const CALLERS: [usize; 3] = [1, 8, 64];

/// What `--quick` makes of a bench, and what it is without.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Usual {
    /// Seconds of a spell, quick and otherwise.
    pub(crate) seconds: (f64, f64),
    /// Rounds in turns, where it is not quick.
    pub(crate) rounds: usize,
}

/// What was asked for.
#[derive(Debug, Clone)]
pub(crate) struct Options {
    /// How long each case is measured.
    pub(crate) spell: Duration,
    /// How often, in turns.
    pub(crate) rounds: usize,
    /// Whether it is to be over soon.
    pub(crate) quick: bool,
    postgres: Option<String>,
    json: Option<String>,
}

impl Options {
    pub(crate) fn parse(usual: Usual) -> Self {
        let quick = std::env::args().any(|word| word == "--quick");
        let (soon, full) = usual.seconds;
        let seconds =
            after("--seconds").map_or(if quick { soon } else { full }, |text| text.parse().unwrap());
        let rounds = if quick { 1 } else { usual.rounds };
        Self {
            spell: Duration::from_secs_f64(seconds),
            rounds: after("--rounds").map_or(rounds, |text| text.parse().unwrap()),
            quick,
            postgres: after("--postgres"),
            json: after("--json"),
        }
    }

    /// The engines to measure, each with its database: a file in the folder, and PostgreSQL where it is there.
    pub(crate) fn engines(&self, folder: &Path) -> Vec<(&'static str, DatabaseUrl)> {
        let mut all = vec![("sqlite", DatabaseUrl::file(folder.join("bench.db")))];
        if let Some(url) = &self.postgres {
            all.push(("postgres", DatabaseUrl::parse(url).unwrap()));
        }
        all
    }

    /// Writes the figures where they are wanted.
    pub(crate) fn keep(&self, figures: &Value) {
        if let Some(path) = &self.json {
            std::fs::write(path, format!("{figures:#}\n")).unwrap();
        }
    }
}

/// The word behind an option.
pub(crate) fn after(name: &str) -> Option<String> {
    let words: Vec<String> = std::env::args().collect();
    let place = words.iter().position(|word| word == name)?;
    words.get(place + 1).cloned()
}

/// A runtime as the server has it.
pub(crate) fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .unwrap()
}

/// A folder beside the figures, on the disk that is meant: a temporary one may be in memory.
pub(crate) fn folder() -> TempDir {
    let here = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/bench");
    std::fs::create_dir_all(&here).unwrap();
    tempfile::tempdir_in(&here).unwrap()
}

/// The floor of every write: a page written and flushed, again and again, as a log grows. How long each took.
pub(crate) fn fsync(folder: &Path, span: Duration) -> (Vec<Duration>, Duration) {
    let mut file = File::create(folder.join("probe")).unwrap();
    let (started, mut times) = (Instant::now(), Vec::new());
    while started.elapsed() < span || times.is_empty() {
        let before = Instant::now();
        file.write_all(&[7; 4096]).unwrap();
        file.sync_data().unwrap();
        times.push(before.elapsed());
    }
    (times, started.elapsed())
}

/// A database with its tables.
pub(crate) async fn open(url: &DatabaseUrl) -> Db {
    let db = Db::open(url).await.unwrap();
    db.migrate().await.unwrap();
    db
}

/// The service over a database.
pub(crate) fn over(db: Db, settings: Settings) -> Service {
    Service::new(Parts {
        db,
        clock: Arc::new(SystemClock::new()),
        rng: Arc::new(OsRng),
        master_key: MasterKey::from_bytes([7; 32]),
        log: LogParts::default(),
        settings,
        http: HttpClient::new(&[]).unwrap(),
    })
}

/// Settings that let this machine in.
pub(crate) fn settings() -> Settings {
    Settings {
        policy: Policy {
            networks: vec![NetworkRule {
                name: "loopback".to_owned(),
                kind: NetworkKind::CorpIp,
                range: IpAddr::from(Ipv4Addr::LOCALHOST).into(),
            }],
            ..Policy::default()
        },
        ..testing::settings()
    }
}

/// A request from this machine.
pub(crate) fn visitor(service: &Service) -> Visitor {
    let request = fresh_id(&OsRng, service.now());
    Visitor::new(request, Some(IpAddr::V4(Ipv4Addr::LOCALHOST)), "bench")
}
