//! Made-up data at any scale: as much as was asked for, believable, the same each time, and never among real data.

#![allow(clippy::unwrap_used, reason = "a test says what it expects by unwrapping it")]

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use stagedoor_core::audit::Record;
use stagedoor_core::time::{Timestamp, hours};
use stagedoor_service::crypto::MasterKey;
use stagedoor_service::seed::{Scale, Size};
use stagedoor_service::sign_in::HttpClient;
use stagedoor_service::system::OsRng;
use stagedoor_service::testing::{self, NOON, TestClock};
use stagedoor_service::{LogParts, Parts, Service, ServiceError};
use stagedoor_store::testing::TestDb;
use stagedoor_store::{Db, conformance};

const SCALE: Scale = Scale {
    tenants: 2,
    users: 901,
    entries: 1_503,
};

fn service(db: Db) -> Service {
    Service::new(Parts {
        db,
        clock: Arc::new(TestClock::at(NOON)),
        rng: Arc::new(OsRng),
        master_key: MasterKey::from_bytes([7; 32]),
        log: LogParts::default(),
        settings: testing::settings(),
        http: HttpClient::new(&[]).unwrap(),
    })
}

async fn demo(service: &Service) {
    let provider = testing::provider(NOON);
    let size = Size {
        users: 5,
        tenants: 2,
        sessions: 5,
    };
    service.seed_demo(&provider, size).await.unwrap();
}

async fn count(db: &TestDb, from: &str) -> u64 {
    let sql = format!("SELECT count(*) AS n FROM {from}");
    db.raw_fetch(&sql).await.unwrap()[0].count("n").unwrap()
}

async fn texts(db: &TestDb, sql: &str) -> Vec<String> {
    let rows = db.raw_fetch(sql).await.unwrap();
    rows.iter().map(|row| row.get("line").unwrap()).collect()
}

fn quiet(_: String) {}

conformance! {
    async fn as_much_is_made_as_was_asked_for_and_said(db: &TestDb) {
        let service = service(db.db().clone());
        demo(&service).await;
        let (people, entries) = (count(db, "membership").await, count(db, "audit_entry").await);
        let told = Mutex::new(Vec::new());
        service.seed_scale(SCALE, &|line| told.lock().unwrap().push(line)).await.unwrap();
        assert_eq!(count(db, "membership").await - people, u64::from(SCALE.users));
        assert_eq!(count(db, "account").await, count(db, "membership").await);
        let sessions = count(db, "tenant_session JOIN tenant ON tenant.id = tenant_id WHERE slug LIKE 'scale-%'").await;
        assert!((400..500).contains(&sessions), "one for every second person: {sessions}");
        // One of them says what was done.
        assert_eq!(count(db, "audit_entry").await - entries, u64::from(SCALE.entries) + 1);
        let seeds = db.raw_fetch("SELECT canonical FROM audit_entry WHERE event = 'admin.system.seed'").await.unwrap();
        let mut records = seeds.iter().map(|row| Record::parse(&row.get::<Vec<u8>>("canonical").unwrap()).unwrap());
        let record = records.find(|record| record.facts.contains_key("entries")).unwrap();
        let fact = |name: &str| record.facts[name].clone();
        assert_eq!((fact("tenants"), fact("users"), fact("entries")), ("2".to_owned(), "901".to_owned(), "1503".to_owned()));
        let told = told.into_inner().unwrap();
        assert!(told.contains(&"scale-1: 451 of 451 people".to_owned()) && told.contains(&"1503 of 1503 entries".to_owned()), "{told:?}");
    }

    async fn entries_are_of_many_kinds_sealed_with_their_own_time(db: &TestDb) {
        let service = service(db.db().clone());
        demo(&service).await;
        let before: BTreeSet<String> = texts(db, "SELECT id AS line FROM audit_entry").await.into_iter().collect();
        service.seed_scale(SCALE, &quiet).await.unwrap();
        let rows = db.raw_fetch("SELECT at, id, canonical FROM audit_entry").await.unwrap();
        let (mut events, mut times): (BTreeSet<String>, BTreeSet<Timestamp>) = Default::default();
        for row in rows.iter().filter(|row| !before.contains(&row.get::<String>("id").unwrap())) {
            let record = Record::parse(&row.get::<Vec<u8>>("canonical").unwrap()).unwrap();
            assert_eq!(record.at, row.time("at").unwrap(), "the bytes tell the time of the column");
            assert!(record.at <= NOON && record.at >= NOON.minus(hours(24 * 14)), "{}", record.at.rfc3339());
            events.insert(record.event);
            times.insert(record.at);
        }
        assert!(events.len() >= 8, "{events:?}");
        assert!(times.len() > 1_000, "spread over the days, not in heaps: {}", times.len());
        assert!(times.first().unwrap().plus(Duration::from_secs(3600)) < *times.last().unwrap());
        // Names are beside the entries, under keys, and in no entry.
        let named = count(db, "audit_personal").await;
        assert!(named > 1_500, "{named}");
    }

    async fn the_same_is_made_each_time(db: &TestDb) {
        const PEOPLE: &str = "SELECT id || email || name || role || state || CAST(last_seen_at AS TEXT) AS line FROM membership ORDER BY id";
        service(db.db().clone()).seed_scale(SCALE, &quiet).await.unwrap();
        let other = TestDb::sqlite().await;
        service(other.db().clone()).seed_scale(SCALE, &quiet).await.unwrap();
        assert_eq!(texts(db, PEOPLE).await, texts(&other, PEOPLE).await);
    }

    async fn it_goes_into_an_empty_database_or_a_made_up_one_and_only_once(db: &TestDb) {
        let service = service(db.db().clone());
        service.seed_scale(SCALE, &quiet).await.unwrap();
        let people = count(db, "membership").await;
        let again = service.seed_scale(SCALE, &quiet).await;
        assert!(matches!(again, Err(ServiceError::Conflict(why)) if why.contains("fresh database")), "{again:?}");
        assert_eq!(count(db, "membership").await, people);
    }

    async fn it_never_goes_among_real_data(db: &TestDb) {
        db.raw_execute("INSERT INTO tenant (id, slug, name, name_key, state, consent, created_at) VALUES ('org_0000000001e008000000000001', 'real', 'Real', 'real', 'active', 'on', 1)").await.unwrap();
        let refused = service(db.db().clone()).seed_scale(SCALE, &quiet).await;
        assert!(matches!(refused, Err(ServiceError::Conflict(why)) if why.contains("not made up")), "{refused:?}");
        assert_eq!(count(db, "membership").await, 0);
    }
}
