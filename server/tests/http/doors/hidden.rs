//! Ids that are foreign, hidden or unknown: one answer for all, and an entry for whoever asks.

use http::StatusCode;
use stagedoor_core::decide::role_holds;
use stagedoor_core::id::{ImpersonationId, MemberId, TenantId};
use stagedoor_core::request::Policy;
use stagedoor_core::role::StaffRole;
use stagedoor_server::router::Behind;
use stagedoor_service::system::{OsRng, fresh_id};
use stagedoor_service::testing::NOON;

use super::ground::{Ground, Ids, bare, call, first_difference, text};
use super::row::{Kind, Needs, Row};
use super::table::rows;
use crate::support::Browser;

/// Jess may know Lumen only; all examples are of Acme.
async fn only_lumen(ground: &Ground) {
    let scope = "UPDATE staff SET scope = 'listed' WHERE email LIKE 'jess@%'; \
                 INSERT INTO staff_scope SELECT staff.id, tenant.id FROM staff, tenant \
                 WHERE staff.email LIKE 'jess@%' AND tenant.slug = 'lumen'";
    ground.house.db.raw_execute(scope).await.unwrap();
}

struct Asked {
    name: &'static str,
    hidden: Vec<String>,
    unknown: String,
}

async fn asked_for(ground: &mut Ground) -> Vec<Asked> {
    let org = ground.acme().to_owned();
    let visit = Row::get(Behind::StaffRooms, "/").at("<visit>");
    let visit = ground.ids(&visit).await;
    let foreign = text(
        &ground.house,
        "SELECT m.id AS x FROM membership m JOIN tenant t ON t.id = m.tenant_id WHERE t.slug = 'acme' LIMIT 1",
    )
    .await;
    vec![
        Asked {
            name: "tenant",
            hidden: vec!["acme".to_owned(), org],
            unknown: "no-such-tenant".to_owned(),
        },
        Asked {
            name: "tenant",
            hidden: vec![],
            unknown: fresh_id::<TenantId>(&OsRng, NOON).to_string(),
        },
        Asked {
            name: "visit",
            hidden: vec![visit.get("visit").to_owned()],
            unknown: fresh_id::<ImpersonationId>(&OsRng, NOON).to_string(),
        },
        Asked {
            name: "member",
            hidden: foreign,
            unknown: fresh_id::<MemberId>(&OsRng, NOON).to_string(),
        },
    ]
}

/// Whoever may not ask at all is told just that, whatever the tenant.
fn refusal(row: &Row) -> StatusCode {
    match row.needs {
        Needs::Staff(action) if role_holds(&Policy::default(), StaffRole::Support, action).is_none() => {
            StatusCode::FORBIDDEN
        }
        _ => StatusCode::NOT_FOUND,
    }
}

async fn ask(ground: &Ground, browser: &mut Browser, row: &Row, ids: &Ids, asked: &str) -> String {
    let before = ground.state(row).await;
    let answer = call(browser, row, ids).await;
    let told = format!("{row} {asked}: {} {}", answer.status, answer.text);
    match row.kind() {
        Kind::Form => assert_eq!(answer.status, StatusCode::SEE_OTHER, "{told}"),
        Kind::Page | Kind::Api => assert_eq!(answer.status, refusal(row), "{told}"),
    }
    assert_eq!(before, ground.state(row).await, "something changed: {told}");
    let refused = ground.left(&answer).await;
    assert!(
        refused.iter().any(|entry| entry.outcome != "success"),
        "no entry: {told} {refused:?}"
    );
    assert!(
        refused.iter().all(|entry| entry.scope == "platform"),
        "a tenant learnt of it: {told}"
    );
    // The address stands in the page: as the scope of its links, also of a list within an address, and its way back.
    let said = [format!("={asked}"), format!("%3D{asked}"), format!("/{asked}/")];
    bare(&answer, &said.each_ref().map(String::as_str))
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_hidden_looks_like_what_does_not_exist() {
    let mut ground = Ground::new().await;
    only_lumen(&ground).await;
    let (mut jess, _) = ground.person("jess").await;
    let asked = asked_for(&mut ground).await;
    let mut tried = 0;
    for row in rows().into_iter().filter(|row| row.behind == Behind::StaffRooms) {
        for asked in &asked {
            if !row.names(&format!("<{}>", asked.name)) || asked.name == "member" {
                continue;
            }
            let ids = ground.ids(&row).await;
            let unknown = ids.clone().with(asked.name, &asked.unknown);
            let nothing = ask(&ground, &mut jess, &row, &unknown, &asked.unknown).await;
            for hidden in &asked.hidden {
                let ids = ids.clone().with(asked.name, hidden);
                let found = ask(&ground, &mut jess, &row, &ids, hidden).await;
                assert_eq!(first_difference(&found, &nothing), None, "{row} {hidden}");
                tried += 1;
            }
        }
    }
    assert!(tried >= 10, "{tried}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_of_another_tenant_is_as_unknown_as_nobody() {
    let mut ground = Ground::new().await;
    let (mut kim, _) = ground.person("kim").await;
    let asked = asked_for(&mut ground).await;
    let member = asked.iter().find(|asked| asked.name == "member").unwrap();
    let mut tried = 0;
    for row in rows()
        .into_iter()
        .filter(|row| row.behind == Behind::StaffRooms && row.names("<member>"))
    {
        let ids = ground.ids(&row).await.with("tenant", "lumen");
        let nothing = call(&mut kim, &row, &ids.clone().with("member", &member.unknown)).await;
        let foreign = call(&mut kim, &row, &ids.with("member", &member.hidden[0])).await;
        let foreign_text = bare(&foreign, &[&member.hidden[0]]);
        let difference = first_difference(&foreign_text, &bare(&nothing, &[&member.unknown]));
        assert_eq!(difference, None, "{row}");
        assert_ne!(foreign.status, StatusCode::CREATED, "{row}");
        for answer in [&nothing, &foreign] {
            let left = ground.left(answer).await;
            assert!(
                left.iter().any(|entry| entry.outcome != "success"),
                "{row}: {left:?}"
            );
        }
        tried += 1;
    }
    assert!(tried >= 2, "{tried}");
}
