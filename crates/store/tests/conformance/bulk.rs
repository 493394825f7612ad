//! People made many at a time are the people made one at a time.

use stagedoor_core::audit::{AuditBatch, Entry, Personal, Slot};
use stagedoor_core::id::{AccountId, Id, MemberId, SessionId, TenantId};
use stagedoor_core::role::TenantRole;
use stagedoor_core::time::{Timestamp, minutes};
use stagedoor_core::view::directory::RiskLevel;
use stagedoor_store::membership::{self, Factors, MemberState, Membership};
use stagedoor_store::pending::{self, NewTenantSession};
use stagedoor_store::testing::TestDb;
use stagedoor_store::{Db, Error, bulk, conformance};

use super::families::new_tenant;
use super::{done, entry};

const AT: Timestamp = Timestamp::from_micros(1_795_262_400_000_000);

fn people(count: u64) -> Vec<(AccountId, Membership)> {
    (0..count)
        .map(|number| {
            let member = Membership {
                id: MemberId::new(number, 7),
                name: format!("Ana Ortiz {}", number % 9),
                email: format!("Ana.{number}@scale.example"),
                role: TenantRole::Developer,
                state: MemberState::Active,
                last_seen: (number % 3 > 0).then_some(AT),
                factors: Factors {
                    passkeys: 1,
                    totp: number % 2 == 0,
                    password: true,
                },
                risk: RiskLevel::Low,
            };
            (AccountId::new(number, 8), member)
        })
        .collect()
}

async fn dump(db: &TestDb) -> Vec<String> {
    let mut all = Vec::new();
    for sql in [
        "SELECT id || email_key || display_name AS line FROM account ORDER BY id",
        "SELECT id || name_key || email || role || state || CAST(last_seen_at AS TEXT) AS line FROM membership ORDER BY id",
        "SELECT token || membership_id AS line FROM membership_token ORDER BY token, membership_id",
    ] {
        let rows = db.raw_fetch(sql).await.unwrap();
        all.extend(rows.iter().map(|row| row.get::<String>("line").unwrap()));
    }
    all
}

async fn one_at_a_time(db: &Db, tenant: TenantId) {
    db.write(move |mut tx| {
        Box::pin(async move {
            for (account, member) in people(1_203) {
                membership::insert(&mut tx, tenant, account, &member, AT).await?;
            }
            done(tx, ()).await
        })
    })
    .await
    .unwrap();
}

fn sessions(tenant: TenantId, count: u64) -> Vec<NewTenantSession> {
    let session = |number: u64| NewTenantSession {
        id: SessionId::new(number, 3),
        tenant,
        member: MemberId::new(number, 7),
        factor: "passkey",
        started: AT.minus(minutes(number)),
        until: AT.plus(minutes(number)),
        last_seen: AT,
        address: format!("203.0.113.{}", number % 250),
        agent: "Firefox",
    };
    (0..count).map(session).collect()
}

fn entries(count: u64) -> Vec<(Timestamp, Entry)> {
    let mut all: Vec<_> = (0..count)
        .map(|number| (AT.plus(minutes(number)), entry()))
        .collect();
    for (number, (_, entry)) in all.iter_mut().enumerate() {
        entry.personal = (0..number % 3)
            .map(|which| Personal {
                slot: [Slot::Actor, Slot::Target][which],
                subject: format!("stf_{number}"),
                ciphertext: vec![number as u8, 1, 2],
            })
            .collect();
    }
    all
}

async fn lines(db: &TestDb, sql: &str) -> Vec<String> {
    let rows = db.raw_fetch(sql).await.unwrap();
    rows.iter()
        .map(|row| row.get::<String>("line").unwrap())
        .collect()
}

/// All that is stored of entries, told alike by both engines.
async fn log(db: &TestDb) -> Vec<Vec<String>> {
    let rows = db
        .raw_fetch("SELECT * FROM audit_entry ORDER BY at, id")
        .await
        .unwrap();
    let entries = rows.iter().map(|row| {
        format!(
            "{:?} {:?}",
            row.time("at").unwrap(),
            row.get::<Vec<u8>>("canonical").unwrap()
        )
    });
    let columns = "scope || event || outcome || actor_kind || request_id || retention || CAST(flags AS TEXT) || coalesce(actor_id, '')";
    vec![
        entries.collect(),
        lines(
            db,
            &format!("SELECT {columns} AS line FROM audit_entry ORDER BY at, id"),
        )
        .await,
        lines(
            db,
            "SELECT event_id || slot || subject_id AS line FROM audit_personal ORDER BY event_id, slot",
        )
        .await,
    ]
}

conformance! {
    async fn sessions_many_at_a_time_are_the_same_as_one_at_a_time(db: &TestDb) {
        const ALL: &str = "SELECT id || tenant_id || membership_id || factor || CAST(started_at AS TEXT) || CAST(ends_at AS TEXT) || CAST(last_seen_at AS TEXT) || address || agent AS line FROM tenant_session ORDER BY id";
        let mut made = Vec::new();
        for many in [true, false] {
            let other = TestDb::sqlite().await;
            let db = if many { db } else { &other };
            let tenant = new_tenant(db, 1).await;
            db.write(move |mut tx| {
                Box::pin(async move {
                    bulk::insert_people(&mut tx, tenant, &people(700), AT).await?;
                    match many {
                        true => bulk::insert_sessions(&mut tx, &sessions(tenant, 700)).await?,
                        false => for session in sessions(tenant, 700) {
                            pending::insert_tenant_session(&mut tx, &session).await?;
                        },
                    }
                    done(tx, ()).await
                })
            })
            .await
            .unwrap();
            made.push(lines(db, ALL).await);
        }
        assert_eq!((made[0].len(), &made[0]), (700, &made[1]));
    }

    async fn entries_many_at_a_time_are_the_same_as_committed_ones(db: &TestDb) {
        let all = entries(701);
        let (many, one_by_one) = (all.clone(), TestDb::sqlite().await);
        db.write(move |mut tx| {
            let many = many.clone();
            Box::pin(async move {
                bulk::insert_entries(&mut tx, &many).await?;
                done(tx, ()).await
            })
        })
        .await
        .unwrap();
        for (at, entry) in all {
            let batch = AuditBatch::of(at, entry);
            let committed: Result<(), Error> = one_by_one.write(move |tx| {
                let batch = batch.clone();
                Box::pin(async move { tx.commit(batch, ()).await })
            }).await;
            committed.unwrap();
        }
        assert_eq!(log(db).await, log(&one_by_one).await);
    }

    async fn many_at_a_time_are_the_same_as_one_at_a_time(db: &TestDb) {
        let tenant = new_tenant(db, 1).await;
        db.write(move |mut tx| {
            Box::pin(async move {
                let people = people(1_203);
                bulk::insert_people(&mut tx, tenant, &people, AT).await?;
                let words: Vec<_> = people.iter().flat_map(|(_, member)| bulk::tokens(member)).collect();
                bulk::insert_tokens(&mut tx, tenant, &words).await?;
                done(tx, ()).await
            })
        })
        .await
        .unwrap();
        let other = TestDb::sqlite().await;
        let same = new_tenant(&other, 1).await;
        one_at_a_time(&other, same).await;
        assert_eq!(dump(db).await, dump(&other).await);
    }
}
