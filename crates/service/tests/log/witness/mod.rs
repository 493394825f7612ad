//! Witnesses: what they have seen of the logs is proved to them, kept, and held against the database.

mod ill;
mod past;
mod support;

use std::sync::Arc;
use std::time::Duration;

use stagedoor_core::audit::LogScope;
use stagedoor_core::audit::note::Note;
use stagedoor_core::view::receipt::WitnessCount;
use stagedoor_service::log::witness::Witness;
use stagedoor_service::testing::{NOON, TestClock};
use stagedoor_service::{LogParts, Service};
use stagedoor_store::conformance;
use stagedoor_store::log::witness::{Seen, find};
use stagedoor_store::testing::TestDb;
use wiremock::MockServer;

use self::support::TestWitness;
use crate::support::{a_tenant, assert_clean, checkpoint, service, service_at, tell, verify};

/// Longer than any wait between two tries.
const LATER: Duration = Duration::from_secs(301);

/// One installation with one witness.
struct House<'a> {
    db: &'a TestDb,
    clock: Arc<TestClock>,
    witness: TestWitness,
    server: MockServer,
    service: Service,
}

impl<'a> House<'a> {
    async fn new(db: &'a TestDb) -> Self {
        let server = MockServer::start().await;
        let witness = TestWitness::new("witness.example/w1", &keys(db).await);
        witness.serve(&server).await;
        let clock = Arc::new(TestClock::at(NOON));
        let service = over(db, &clock, vec![witness.at(&format!("{}/w1/", server.uri()))]);
        Self {
            db,
            clock,
            witness,
            server,
            service,
        }
    }

    /// Another process over the same database.
    fn another(&self) -> Service {
        over(
            self.db,
            &self.clock,
            vec![self.witness.at(&format!("{}/w1", self.server.uri()))],
        )
    }

    /// One more entry in each of some logs, each with its place.
    async fn tell(&self, logs: &[LogScope]) {
        for log in logs {
            tell(&self.service, *log, NOON).await;
        }
        self.service.sequence().await.unwrap();
    }

    async fn seen(&self, log: &str) -> Option<Seen> {
        find(&mut self.db.db().reader(), log, &self.witness.label())
            .await
            .unwrap()
    }

    /// The witness is asked, and must not cosign: why.
    async fn refused(&self, service: &Service) -> String {
        self.clock.advance(LATER);
        let error = service.ask_witnesses().await.unwrap_err().to_string();
        let (_, kept) = self.seen("platform").await.unwrap().failed.unwrap();
        assert!(error.contains(&kept), "{error}\n{kept}");
        kept
    }
}

fn over(db: &TestDb, clock: &Arc<TestClock>, witnesses: Vec<Witness>) -> Service {
    let log = LogParts {
        witnesses,
        ..LogParts::default()
    };
    service_at(db.db().clone(), log, Arc::clone(clock))
}

/// The keys of the logs, as the witness's operator was given them: of those that there are, and of one that there may be.
async fn keys(db: &TestDb) -> Vec<String> {
    let rows = db
        .raw_fetch("SELECT DISTINCT scope FROM audit_entry")
        .await
        .unwrap();
    let there = rows.iter().map(|row| row.get::<String>("scope").unwrap());
    let mut logs: Vec<String> = there
        .chain(["platform".to_owned(), a_tenant().to_text()])
        .collect();
    logs.sort();
    logs.dedup();
    let plain = service(db);
    logs.iter()
        .flat_map(|log| plain.log_vkeys(log).unwrap())
        .collect()
}

const BOTH: WitnessCount = WitnessCount { agree: 1, of: 1 };
const NONE: WitnessCount = WitnessCount { agree: 0, of: 1 };

conformance! {
    async fn a_log_that_grows_is_witnessed_from_where_it_was(db: &TestDb) {
        let house = House::new(db).await;
        house.service.ask_witnesses().await.unwrap();
        assert_eq!(house.witness.heard(), [], "there is nothing to be seen");

        house.tell(&[LogScope::Platform, LogScope::Platform, a_tenant()]).await;
        house.service.ask_witnesses().await.unwrap();
        assert_eq!(house.witness.heard(), [(0, 1, 200), (0, 2, 200)]);
        let seen = house.seen("platform").await.unwrap();
        assert_eq!((seen.size, seen.at, seen.failed, seen.disputed), (2, Some(NOON), None, None));
        let note: Note = seen.note.unwrap().parse().unwrap();
        assert!(house.witness.has_cosigned(&note));
        assert!(note.to_string().starts_with(&checkpoint(db, "platform").await.to_string()));
        assert_eq!(house.service.witnesses_of("platform", 1).await.unwrap(), BOTH);

        // At most one a second, however fast the log grows; and nothing where nothing grew.
        house.tell(&[LogScope::Platform]).await;
        house.service.ask_witnesses().await.unwrap();
        assert_eq!(house.witness.heard().len(), 2);
        assert_eq!(house.service.witnesses_of("platform", 2).await.unwrap(), NONE);
        house.clock.advance(Duration::from_secs(1));
        house.service.ask_witnesses().await.unwrap();
        house.clock.advance(LATER);
        house.service.ask_witnesses().await.unwrap();
        assert_eq!(house.witness.heard()[2..], [(2, 3, 200)]);
        assert_eq!(house.service.witnesses_of("platform", 2).await.unwrap(), BOTH);

        let report = verify(&house.service).await;
        assert_clean(&report);
        assert_eq!(report.cosigned, 2);
    }

    async fn after_a_restart_it_goes_on(db: &TestDb) {
        let house = House::new(db).await;
        for _ in 0..9 {
            house.tell(&[LogScope::Platform, LogScope::Platform, LogScope::Platform]).await;
            let restarted = house.another();
            restarted.ask_witnesses().await.unwrap();
            restarted.ask_witnesses().await.unwrap();
        }
        let wanted: Vec<_> = (0..9).map(|round| (3 * round, 3 * round + 3, 200)).collect();
        assert_eq!(house.witness.heard(), wanted);
        assert_clean(&verify(&house.service).await);
    }

    async fn a_witness_that_has_seen_more_than_we_know_says_so_and_is_believed_with_proof(db: &TestDb) {
        let house = House::new(db).await;
        house.tell(&[LogScope::Platform, LogScope::Platform, LogScope::Platform]).await;
        house.witness.has_seen(&checkpoint(db, "platform").await);
        house.tell(&[LogScope::Platform, LogScope::Platform]).await;
        house.service.ask_witnesses().await.unwrap();
        assert_eq!(house.witness.heard(), [(0, 5, 409), (3, 5, 200)]);
        let seen = house.seen("platform").await.unwrap();
        assert_eq!((seen.size, seen.failed), (5, None));

        // Also where it has seen all of it.
        house.tell(&[a_tenant()]).await;
        house.witness.has_seen(&checkpoint(db, &a_tenant().to_text()).await);
        house.service.ask_witnesses().await.unwrap();
        assert_eq!(house.witness.heard()[2..], [(0, 1, 409), (1, 1, 200)]);
        assert_clean(&verify(&house.service).await);
    }

    async fn processes_that_ask_at_once_do_not_accuse_the_log(db: &TestDb) {
        let house = House::new(db).await;
        let others = [house.another(), house.another()];
        for _ in 0..8 {
            house.tell(&[LogScope::Platform, a_tenant()]).await;
            house.clock.advance(LATER);
            let grow = async {
                tell(&house.service, LogScope::Platform, NOON).await;
                house.service.sequence().await.map(drop)
            };
            // One of them may find that the witness moved on twice, and comes back.
            let (_, _, _, grown) = tokio::join!(house.service.ask_witnesses(), others[0].ask_witnesses(), others[1].ask_witnesses(), grow);
            grown.unwrap();
        }
        house.clock.advance(LATER);
        house.service.ask_witnesses().await.unwrap();
        let seen = house.seen("platform").await.unwrap();
        assert_eq!((seen.size, seen.disputed), (16, None));
        assert_clean(&verify(&house.service).await);
    }

    async fn a_process_has_its_logs_cosigned_as_they_grow(db: &TestDb) {
        let house = House::new(db).await;
        let jobs = tokio::spawn(house.service.clone().run_jobs());
        for size in 1..=2 {
            tell(&house.service, LogScope::Platform, NOON).await;
            let cosigned = async {
                while house.seen("platform").await.is_none_or(|seen| seen.size < size) {
                    house.clock.advance(Duration::from_secs(1));
                    tokio::time::sleep(Duration::from_millis(50)).await;
                }
            };
            tokio::time::timeout(Duration::from_secs(10), cosigned).await.unwrap();
        }
        assert_eq!(house.witness.heard(), [(0, 1, 200), (1, 2, 200)]);
        jobs.abort();
    }
}
