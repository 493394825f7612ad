//! Administrators whom the configuration file names: an account for who has none, entered with the identity and a passkey and
//! without a token; never a second one, never somebody else's, and never for who was deactivated.

use http::StatusCode;
use serde_json::json;
use stagedoor_service::ServiceError;
use stagedoor_service::named::DeclaredAdministrator;
use stagedoor_store::testing::TestDb;

use crate::support::{House, STAFF, sentences};

fn sol() -> DeclaredAdministrator {
    DeclaredAdministrator {
        subject: "demo-sol".to_owned(),
        name: "Sol Reyes".to_owned(),
        email: "sol@acme-corp.example".to_owned(),
    }
}

async fn declare(house: &House, who: DeclaredAdministrator) -> Result<(), ServiceError> {
    house.service.declare_administrators(house.issuer(), &[who]).await
}

/// The seeded account of Sol's becomes somebody else's, and the provider that of the file.
async fn without_sol(house: &House) {
    let other = "UPDATE staff SET email = 'other@acme-corp.example', email_key = 'other@acme-corp.example', \
                 subject = 'other' WHERE email LIKE 'sol@%'; UPDATE identity_provider SET declared = 1";
    house.db.raw_execute(other).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn whom_the_file_names_gets_an_account_and_enrols_without_a_token() {
    let house = House::new().await;
    without_sol(&house).await;
    let mut kim = house.signed_in("kim").await;
    declare(&house, sol()).await.unwrap();
    declare(&house, sol()).await.unwrap();
    let alerts = kim.get_json(&format!("{STAFF}/api/admin/alerts")).await;
    let items = alerts.json()["items"].as_array().unwrap().clone();
    assert_eq!(items.len(), 1, "once: {}", alerts.text);
    assert_eq!(items[0]["event"], "admin.staff.declare");
    // The first to come with this identity is not asked for a token, and late is not too late: the file still names them.
    let mut late = house.browser();
    late.identify("sol").await;
    house.later(16 * 60);
    let mut sol = house.signed_in("sol").await;
    let me = sol.get_json(&format!("{STAFF}/api/admin/session")).await;
    assert_eq!(me.status, StatusCode::OK, "{}", me.text);
    sol.acknowledge().await;
    let staff = sol.get_json(&format!("{STAFF}/api/admin/staff?q=sol")).await;
    let found = staff.json()["items"].as_array().unwrap().clone();
    let own = found.iter().find(|one| one["email"] == "sol@acme-corp.example");
    let own = own.unwrap_or_else(|| panic!("{}", staff.text));
    assert_eq!(
        (&own["state"], &own["role"]),
        (&json!("active"), &json!("super_admin"))
    );
    let log = sol
        .get_json(&format!("{STAFF}/api/admin/audit-logs?limit=50"))
        .await;
    assert!(
        sentences(&log)
            .iter()
            .any(|line| line.contains("named super admin")),
        "{}",
        log.text
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn who_was_deactivated_stays_so() {
    let house = House::new().await;
    house
        .db
        .raw_execute("UPDATE staff SET state = 'deactivated', role = 'read_only' WHERE email LIKE 'sol@%'")
        .await
        .unwrap();
    declare(&house, sol()).await.unwrap();
    let found = house
        .db
        .raw_fetch("SELECT state AS x FROM staff WHERE subject = 'demo-sol'")
        .await
        .unwrap();
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].get::<String>("x").unwrap(), "deactivated");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_of_somebody_else_and_an_unknown_provider_stop_the_start() {
    let house = House::new().await;
    let taken = DeclaredAdministrator {
        subject: "nobody-knows".to_owned(),
        ..sol()
    };
    let ServiceError::Invalid(fields) = declare(&house, taken).await.unwrap_err() else {
        panic!("it should be refused by name");
    };
    let words = format!("{fields:?}");
    assert!(words.contains("identity_provider.administrators"), "{words}");
    assert!(words.contains("belongs to another account"), "{words}");
    let elsewhere = house
        .service
        .declare_administrators("https://other.test", &[sol()])
        .await;
    assert!(matches!(elsewhere, Err(ServiceError::Invalid(_))));
}

/// Whom a way back from the server's command line leaves without an identity, and who has not come yet, is in no other super
/// admin's hands.
#[tokio::test(flavor = "multi_thread")]
async fn who_is_on_the_way_in_or_back_is_left_alone_as_well() {
    let addresses = vec!["NIKO@acme-corp.example".to_owned()];
    let house = House::with(TestDb::sqlite().await, |settings| {
        settings.administrator_addresses = addresses;
    })
    .await;
    let declared = "UPDATE identity_provider SET declared = 1";
    house.db.raw_execute(declared).await.unwrap();
    let mut kim = house.signed_in("kim").await;
    house.signed_in("ada").await;
    house.signed_in("sol").await;
    house.service.recover("sol@acme-corp.example").await.unwrap();
    for short in ["sol", "niko"] {
        let found = kim
            .get_json(&format!("{STAFF}/api/admin/staff?q={short}"))
            .await
            .json();
        let one = &found["items"][0];
        assert_eq!(
            (&one["state"], &one["named_in_configuration"]),
            (&json!("invited"), &json!(true)),
            "{short}"
        );
        let path = format!(
            "{STAFF}/api/admin/staff/{}/deactivate",
            one["id"].as_str().unwrap()
        );
        let refused = kim
            .post_json(&path, &json!({ "reason": "Left the company today" }))
            .await;
        assert_eq!(refused.status, StatusCode::FORBIDDEN, "{short}: {}", refused.text);
        assert!(
            refused.text.contains("configuration file names"),
            "{short}: {}",
            refused.text
        );
    }
}
