//! Witnesses that are away, slow, strange, or wrong: the log goes on, and what went wrong is told.

use std::time::Duration;

use stagedoor_core::audit::LogScope;
use stagedoor_core::view::receipt::WitnessCount;
use stagedoor_service::testing::NOON;
use stagedoor_store::conformance;
use stagedoor_store::testing::TestDb;
use wiremock::MockServer;

use super::support::{Manner, TestWitness};
use super::{BOTH, House, LATER, NONE, keys, over};
use crate::support::{a_tenant, assert_clean, count, service, tell, verify};

conformance! {
    async fn a_witness_that_is_away_costs_nothing_and_is_caught_up_with(db: &TestDb) {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        drop(listener);
        let mut house = House::new(db).await;
        house.service = over(db, &house.clock, vec![house.witness.at(&format!("http://{address}/w1"))]);
        for round in 0..5 {
            house.tell(&[LogScope::Platform, a_tenant()]).await;
            // Only the first of them is tried, and then the witness is left alone for a while.
            assert_eq!(house.service.ask_witnesses().await.is_err(), round == 0);
        }
        let failed = house.seen(&a_tenant().to_text()).await.unwrap();
        let (_, words) = failed.failed.unwrap();
        assert!(words.contains("did not answer"), "{words}");
        assert_eq!(count(db, "audit_witness").await, 1);
        assert_clean(&verify(&house.service).await);

        let server = MockServer::builder().listener(std::net::TcpListener::bind(address).unwrap()).start().await;
        house.witness.serve(&server).await;
        house.clock.advance(LATER);
        house.service.ask_witnesses().await.unwrap();
        assert_eq!(house.witness.heard(), [(0, 5, 200), (0, 5, 200)]);
        let seen = house.seen(&a_tenant().to_text()).await.unwrap();
        assert_eq!((seen.size, seen.failed.map(|(_, words)| words)), (5, Some(words)), "what was is still told");
        assert_eq!(verify(&house.service).await.cosigned, 2);
    }

    async fn what_is_no_cosignature_of_the_witness_is_refused_and_told(db: &TestDb) {
        let house = House::new(db).await;
        house.tell(&[LogScope::Platform]).await;
        for (manner, said) in [
            (Manner::Unwell, "it answered 503"),
            (Manner::OtherText, "does not fit the text"),
            (Manner::OtherKey, "no known key has signed it"),
            (Manner::Nonsense, "its cosignature does not hold: this is no signed note"),
            (Manner::Large, "its answer is too large"),
            (Manner::Elsewhere, "it answered 307"),
        ] {
            house.witness.behave(manner);
            let words = house.refused(&house.service).await;
            assert!(words.contains(said), "{words}");
            let seen = house.seen("platform").await.unwrap();
            assert_eq!((seen.size, seen.note, seen.disputed), (0, None, None));
        }
        assert_eq!(house.witness.heard().len(), 6, "no redirect was followed");
        assert_eq!(house.service.witnesses_of("platform", 0).await.unwrap(), NONE);
        assert_clean(&verify(&house.service).await);
        house.witness.behave(Manner::Honest);
        house.clock.advance(LATER);
        house.service.ask_witnesses().await.unwrap();
        assert_eq!(house.service.witnesses_of("platform", 0).await.unwrap(), BOTH);
    }

    async fn a_log_that_the_witness_does_not_know_keeps_no_other_waiting(db: &TestDb) {
        let mut house = House::new(db).await;
        house.witness = TestWitness::new("witness.example/w1", &service(db).log_vkeys("platform").unwrap());
        let server = MockServer::start().await;
        house.witness.serve(&server).await;
        house.service = over(db, &house.clock, vec![house.witness.at(&format!("{}/w1", server.uri()))]);
        house.tell(&[LogScope::Platform, a_tenant()]).await;
        let error = house.service.ask_witnesses().await.unwrap_err().to_string();
        assert!(error.contains("it does not know the log"), "{error}");
        assert_eq!(house.witness.heard(), [(0, 1, 404), (0, 1, 200)]);
        // It is asked again later, and later still.
        for (after, times) in [(1, 2), (2, 3), (2, 3), (4, 4)] {
            house.clock.advance(Duration::from_secs(after));
            let _ = house.service.ask_witnesses().await;
            let asked = house.witness.heard().len();
            assert!(asked <= times, "{asked} times after {after} s more");
        }
    }

    async fn of_two_witnesses_one_may_be_away(db: &TestDb) {
        let house = House::new(db).await;
        let away = TestWitness::new("witness.example/w2", &keys(db).await);
        let witnesses = vec![away.at("http://127.0.0.1:1"), house.witness.at(&format!("{}/w1", house.server.uri()))];
        let both = over(db, &house.clock, witnesses);
        house.tell(&[LogScope::Platform]).await;
        both.ask_witnesses().await.unwrap_err();
        let count = both.witnesses_of("platform", 0).await.unwrap();
        assert_eq!(count, WitnessCount { agree: 1, of: 2 });
        assert_eq!(service(db).witnesses_of("platform", 0).await.unwrap(), WitnessCount::default());
    }

    async fn a_slow_witness_delays_nothing(db: &TestDb) {
        let house = House::new(db).await;
        house.witness.behave(Manner::Slow);
        let jobs = tokio::spawn(house.service.clone().run_jobs());
        for size in 1..=3 {
            tell(&house.service, LogScope::Platform, NOON).await;
            let grown = async {
                while count(db, &format!("audit_leaf WHERE leaf_index = {}", size - 1)).await == 0 {
                    tokio::time::sleep(Duration::from_millis(20)).await;
                }
            };
            tokio::time::timeout(Duration::from_secs(4), grown).await.unwrap();
            while house.witness.heard().is_empty() {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        }
        assert_eq!(house.witness.heard().len(), 1, "it has not answered yet");
        jobs.abort();
    }
}
