//! Kill -9 in the middle of audited writes: whatever was acknowledged is there with its entries, and nothing is there by
//! halves (spec 09).
//!
//! The writer is this very program, started again as a child that begins and ends visits through the service and says
//! so on its standard output after each commit. Rounds follow each other on one database, as restarts would.
//! `STAGEDOOR_SOAK_KILLS` sets how many; then each child may do 1,000 writes.

#![allow(clippy::unwrap_used, reason = "a test says what it expects by unwrapping it")]
#![allow(
    clippy::disallowed_methods,
    reason = "a child is configured by its environment"
)]
#![allow(clippy::print_stdout, reason = "a child tells its parent")]

use std::collections::BTreeSet;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{IpAddr, Ipv4Addr};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use stagedoor_core::assurance::{PasskeyLevel, ProvenFactor};
use stagedoor_core::guard::{NetworkKind, NetworkRule};
use stagedoor_core::narrowed::Narrowed;
use stagedoor_core::request::Policy;
use stagedoor_core::secret::Reference;
use stagedoor_core::session::SessionState;
use stagedoor_core::time::hours;
use stagedoor_service::crypto::MasterKey;
use stagedoor_service::impersonation::{Mint, MintRequest, end_from_console, mint};
use stagedoor_service::seed::Size;
use stagedoor_service::sign_in::HttpClient;
use stagedoor_service::system::{OsRng, SystemClock, fresh_id};
use stagedoor_service::testing;
use stagedoor_service::{LogParts, Parts, Service, ServiceError, Settings, StaffOp, Visitor};
use stagedoor_store::db::DatabaseUrl;
use stagedoor_store::session::{NewSession, StaffSession};
use stagedoor_store::testing::{POSTGRES_VARIABLE, TestDb, fetch};
use stagedoor_store::{Db, Unaudited, impersonation, session, staff};

const DATABASE: &str = "STAGEDOOR_KILL_DATABASE";
const WRITES: &str = "STAGEDOOR_KILL_WRITES";
const ROUNDS: &str = "STAGEDOOR_SOAK_KILLS";
/// Who works at the same time.
const PEOPLE: [&str; 4] = ["demo-kim", "demo-ada", "demo-sol", "demo-jess"];

fn service(db: Db) -> Service {
    Service::new(Parts {
        db,
        clock: Arc::new(SystemClock::new()),
        rng: Arc::new(OsRng),
        master_key: MasterKey::from_bytes([7; 32]),
        log: LogParts::default(),
        settings: Settings {
            policy: Policy {
                networks: vec![NetworkRule {
                    name: "loopback".to_owned(),
                    kind: NetworkKind::CorpIp,
                    range: "127.0.0.0/8".parse().unwrap(),
                }],
                ..Policy::default()
            },
            ..testing::settings()
        },
        http: HttpClient::new(&[]).unwrap(),
    })
}

/// The reference of one of [`PEOPLE`].
fn reference(person: usize) -> Reference {
    Reference::from_random([u8::try_from(person).unwrap() + 1; 32])
}

/// Demo data, and somebody signed in as each of [`PEOPLE`].
async fn prepare(service: &Service) {
    let now = service.now();
    let provider = testing::provider(now);
    let size = Size {
        users: 5,
        tenants: 2,
        sessions: 5,
    };
    service.seed_demo(&provider, size).await.unwrap();
    for (index, subject) in PEOPLE.iter().enumerate() {
        let found =
            staff::find_by_identity(&mut service.db().reader(), provider.id, subject, service.now()).await;
        let id = found.unwrap().unwrap().id;
        let new = NewSession {
            session: StaffSession {
                id: fresh_id(&OsRng, now),
                staff: id,
                provider: provider.id,
                factor: ProvenFactor::passkey(PasskeyLevel::Any, now),
                started: now,
                state: SessionState::start(now, hours(4)),
                vouched: stagedoor_store::session::Vouched::default(),
                narrowed: Narrowed::NOTHING,
            },
            reference: reference(index).digest(),
            passkey: None,
            address: "127.0.0.1".to_owned(),
            agent: "test".to_owned(),
        };
        let signed_in: Result<(), stagedoor_store::Error> = service
            .db()
            .write(move |mut tx| {
                let new = new.clone();
                Box::pin(async move {
                    staff::activate(&mut tx, id, now).await?;
                    session::insert(&mut tx, &new).await?;
                    tx.commit_unaudited(Unaudited::Seed, ()).await
                })
            })
            .await;
        signed_in.unwrap();
    }
}

async fn op(service: &Service, person: usize) -> StaffOp {
    let request = fresh_id(&OsRng, service.now());
    let visitor = Visitor::new(request, Some(IpAddr::V4(Ipv4Addr::LOCALHOST)), "test");
    let cookie = reference(person).expose();
    service.staff_op(visitor, Some(&cookie)).await.unwrap()
}

/// Says what is durable now. A line of its own, whatever the test runner has written before.
fn acknowledge(what: &str, id: impl std::fmt::Display) {
    let mut out = std::io::stdout().lock();
    write!(out, "\nack {what} {id}\n").unwrap();
    out.flush().unwrap();
}

async fn end(
    service: &Service,
    person: usize,
    id: stagedoor_core::id::ImpersonationId,
) -> Result<(), ServiceError> {
    end_from_console(&op(service, person).await, id).await?;
    acknowledge("end", id);
    Ok(())
}

/// Begins and ends visits until all writes are done.
async fn work(service: Service, person: usize, left: Arc<AtomicU64>) {
    let own = op(&service, person).await.session().id;
    let former = impersonation::list_of_session(&mut service.db().reader(), own).await;
    for visit in former.unwrap() {
        end(&service, person, visit.id).await.unwrap();
    }
    while left
        .fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| left.checked_sub(2))
        .is_ok()
    {
        let request = MintRequest {
            tenant: "acme".to_owned(),
            reason: "Killed in the middle of it".to_owned(),
            ..MintRequest::default()
        };
        let asked = mint(&op(&service, person).await, &request).await.unwrap();
        let Mint::Begun(minted) = asked else {
            panic!("the owner of Acme need not be asked");
        };
        acknowledge("start", minted.visit.id);
        end(&service, person, minted.visit.id).await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "the child of the other tests"]
async fn child() {
    let Ok(url) = std::env::var(DATABASE) else {
        return;
    };
    let writes = std::env::var(WRITES).unwrap().parse().unwrap();
    let service = service(Db::open(&DatabaseUrl::parse(&url).unwrap()).await.unwrap());
    tokio::spawn(service.clone().run_jobs());
    let left = Arc::new(AtomicU64::new(writes));
    let workers: Vec<_> = (0..PEOPLE.len())
        .map(|person| tokio::spawn(work(service.clone(), person, Arc::clone(&left))))
        .collect();
    for worker in workers {
        worker.await.unwrap();
    }
}

/// What children said, over all rounds.
#[derive(Debug, Default)]
struct Acknowledged {
    starts: BTreeSet<String>,
    ends: BTreeSet<String>,
}

impl Acknowledged {
    fn hear(&mut self, line: &str) -> bool {
        match line.split(' ').collect::<Vec<_>>()[..] {
            ["ack", "start", id] => self.starts.insert(id.to_owned()),
            ["ack", "end", id] => self.ends.insert(id.to_owned()),
            _ => false,
        }
    }
}

fn spawn(url: &str, writes: u64) -> Child {
    Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "child", "--ignored", "--nocapture"])
        .env(DATABASE, url)
        .env(WRITES, writes.to_string())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

/// Lets a child work, kills it after so many acknowledgements, and hears what it had still said.
fn round(url: &str, writes: u64, after: u64, heard: &mut Acknowledged) {
    let mut child = spawn(url, writes);
    let mut out = BufReader::new(child.stdout.take().unwrap());
    let (mut said, mut line) = (0, String::new());
    while said < after {
        line.clear();
        assert_ne!(
            out.read_line(&mut line).unwrap(),
            0,
            "the child ended by itself after {said}"
        );
        said += u64::from(heard.hear(line.trim_end()));
    }
    child.kill().unwrap();
    assert!(!child.wait().unwrap().success());
    let mut rest = String::new();
    out.read_to_string(&mut rest).unwrap();
    // What has no end of line was not said.
    for line in rest
        .split_inclusive('\n')
        .filter_map(|line| line.strip_suffix('\n'))
    {
        heard.hear(line);
    }
}

/// How often in all, and how much each child may write.
fn plan() -> (u64, u64) {
    match std::env::var(ROUNDS).ok().and_then(|rounds| rounds.parse().ok()) {
        Some(rounds) => (rounds, 1_000),
        None => (4, 400),
    }
}

/// When to kill: anywhere in the first nine tenths, differently each time.
fn moment(round: u64, writes: u64) -> u64 {
    let scattered = (round + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 32;
    1 + scattered % (writes * 9 / 10)
}

async fn survives(url: &str) {
    let parsed = DatabaseUrl::parse(url).unwrap();
    let db = Db::open(&parsed).await.unwrap();
    prepare(&service(db.clone())).await;
    let seeded = visits(&db).await.into_iter().map(|visit| visit.id).collect();
    // Alone, so that it is the child's successor that has to recover what the child left.
    db.close().await;
    let (rounds, writes) = plan();
    let mut heard = Acknowledged::default();
    for number in 0..rounds {
        round(url, writes, moment(number, writes), &mut heard);
        let db = Db::open(&parsed).await.unwrap();
        verify(&db, &seeded, &heard).await;
        db.close().await;
    }
    assert!(heard.starts.len() as u64 >= rounds);
}

/// A visit as the database tells it.
struct Told {
    id: String,
    ended: bool,
    starts: u64,
    ends: u64,
}

const VISITS: &str = "
    SELECT id, CASE WHEN ended_at IS NULL THEN 0 ELSE 1 END AS ended,
        (SELECT count(*) FROM audit_entry e WHERE e.impersonation_id = i.id AND e.event = 'impersonation.start'
            AND e.outcome = 'success') AS starts,
        (SELECT count(*) FROM audit_entry e WHERE e.impersonation_id = i.id AND e.event = 'impersonation.end'
            AND e.outcome = 'success') AS ends
    FROM impersonation i";

/// Entries of these sessions without a visit, entries without the names they commit to, names without a key: none of any.
const ORPHANS: [&str; 3] = [
    "SELECT count(*) AS n FROM audit_entry e WHERE e.event IN ('impersonation.start', 'impersonation.end')
        AND e.at >= (SELECT min(started_at) FROM staff_session)
        AND NOT EXISTS (SELECT 1 FROM impersonation i WHERE i.id = e.impersonation_id)",
    "SELECT count(*) AS n FROM audit_entry e WHERE e.event IN ('impersonation.start', 'impersonation.end')
        AND NOT EXISTS (SELECT 1 FROM audit_personal p WHERE p.event_id = e.id)",
    "SELECT count(*) AS n FROM audit_personal p
        WHERE NOT EXISTS (SELECT 1 FROM subject_key k WHERE k.subject_id = p.subject_id)",
];

async fn visits(db: &Db) -> Vec<Told> {
    let rows = fetch(&mut db.reader(), VISITS, vec![]).await.unwrap();
    rows.iter()
        .map(|row| Told {
            id: row.get("id").unwrap(),
            ended: row.get::<i64>("ended").unwrap() == 1,
            starts: row.count("starts").unwrap(),
            ends: row.count("ends").unwrap(),
        })
        .collect()
}

async fn verify(db: &Db, seeded: &BTreeSet<String>, heard: &Acknowledged) {
    if db.engine_name() == "sqlite" {
        let check = fetch(&mut db.reader(), "PRAGMA integrity_check", vec![])
            .await
            .unwrap();
        assert_eq!(check[0].get::<String>("integrity_check").unwrap(), "ok");
    }
    let mut there = Acknowledged::default();
    for visit in visits(db)
        .await
        .into_iter()
        .filter(|visit| !seeded.contains(&visit.id))
    {
        assert_eq!(visit.starts, 2, "{} began with a pair", visit.id);
        assert_eq!(
            visit.ends,
            if visit.ended { 2 } else { 0 },
            "{} ended with a pair, or not at all",
            visit.id
        );
        if visit.ended {
            there.ends.insert(visit.id.clone());
        }
        there.starts.insert(visit.id);
    }
    assert!(
        heard.starts.is_subset(&there.starts),
        "an acknowledged start is lost"
    );
    assert!(heard.ends.is_subset(&there.ends), "an acknowledged end is lost");
    for orphans in ORPHANS {
        let found = fetch(&mut db.reader(), orphans, vec![]).await.unwrap();
        assert_eq!(found[0].count("n").unwrap(), 0, "{orphans}");
    }
    verify_log(db).await;
    db.ping().await.unwrap();
}

/// The log is whole as it was left, and once all that waits has its place, each entry has one.
async fn verify_log(db: &Db) {
    let service = service(db.clone());
    let report = service.verify_log(&[]).await.unwrap();
    assert!(report.findings.is_empty(), "{:#?}", report.findings.first());
    let waiting = report.waiting;
    assert_eq!(service.sequence().await.unwrap().leaves, waiting);
    let report = service.verify_log(&[]).await.unwrap();
    assert!(report.findings.is_empty(), "{:#?}", report.findings.first());
    let entries = fetch(&mut db.reader(), "SELECT count(*) AS n FROM audit_entry", vec![])
        .await
        .unwrap();
    assert_eq!(report.entries(), entries[0].count("n").unwrap());
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_acknowledged_is_lost_on_sqlite() {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite://{}", folder.path().join("kill.db").display());
    let db = Db::open(&DatabaseUrl::parse(&url).unwrap()).await.unwrap();
    db.migrate().await.unwrap();
    db.close().await;
    survives(&url).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_acknowledged_is_lost_on_postgresql() {
    let db = TestDb::postgres().await;
    let rows = db.raw_fetch("SELECT current_database() AS name").await.unwrap();
    let name: String = rows[0].get("name").unwrap();
    let admin = std::env::var(POSTGRES_VARIABLE).unwrap();
    let (server, _) = admin.rsplit_once('/').unwrap();
    survives(&format!("{server}/{name}")).await;
}
