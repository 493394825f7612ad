//! People made many at a time are the people made one at a time.

use stagedoor_core::id::{AccountId, Id, MemberId, TenantId};
use stagedoor_core::role::TenantRole;
use stagedoor_core::time::Timestamp;
use stagedoor_core::view::directory::RiskLevel;
use stagedoor_store::membership::{self, Factors, MemberState, Membership};
use stagedoor_store::testing::TestDb;
use stagedoor_store::{Db, bulk, conformance};

use super::done;
use super::families::new_tenant;

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

conformance! {
    async fn many_at_a_time_are_the_same_as_one_at_a_time(db: &TestDb) {
        let tenant = new_tenant(db, 1).await;
        db.write(move |mut tx| {
            Box::pin(async move {
                bulk::insert_people(&mut tx, tenant, &people(1_203), AT).await?;
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
