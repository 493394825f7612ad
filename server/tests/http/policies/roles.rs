//! Who can do something, and the matrix.

use http::StatusCode;
use serde_json::Value;

use super::api;
use crate::support::House;

#[tokio::test(flavor = "multi_thread")]
async fn who_can_do_something_follows_from_the_rows_of_staff() {
    let house = House::new().await;
    house.only("rob", "lumen").await;
    let mut kim = house.signed_in("kim").await;
    for short in ["jess", "rob", "sasha", "rio"] {
        house.signed_in(short).await;
    }
    let mut can = async |query: &str| -> Vec<(String, String, String)> {
        let answer = kim.get_json(&api(&format!("roles/who-can?{query}"))).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
        let body = answer.json();
        let staff = body["staff"].as_array().unwrap().clone();
        let told = |row: &Value, name: &str| row[name].as_str().unwrap().to_owned();
        staff
            .iter()
            .map(|row| {
                let short = told(row, "email").split('@').next().unwrap().to_owned();
                (short, told(row, "can"), told(row, "why"))
            })
            .collect()
    };
    let of = |rows: &[(String, String, String)], short: &str| {
        let row = rows
            .iter()
            .find(|row| row.0 == short)
            .unwrap_or_else(|| panic!("{short}: {rows:?}"));
        (row.1.clone(), row.2.clone())
    };
    let suspend = can("action=tenant.suspend&tenant=acme").await;
    for (short, expected, why) in [
        ("kim", "yes", "The role super admin holds it, for every tenant."),
        ("jess", "yes", "The role support holds it, for every tenant."),
        ("rob", "no", "There is nothing here, or you may not know of it."),
        (
            "sasha",
            "no",
            "Your role does not allow this. A super admin can tell you who may.",
        ),
        (
            "niko",
            "no",
            "This staff account is not enrolled yet. Use your enrollment token first.",
        ),
    ] {
        assert_eq!(
            of(&suspend, short),
            (expected.to_owned(), why.to_owned()),
            "{short}"
        );
    }
    let lumen = can("action=tenant.suspend&tenant=lumen").await;
    let why = "The role support holds it, for the tenants listed for them.";
    assert_eq!(of(&lumen, "rob"), ("yes".to_owned(), why.to_owned()));
    let revoke = can("action=session.revoke").await;
    assert_eq!(of(&revoke, "jess").0, "own_only");
    assert_eq!(of(&revoke, "sasha").0, "no", "the policy setting is off");
    let delete = can("action=tenant.delete&tenant=acme").await;
    assert_eq!(
        (of(&delete, "kim").0, of(&delete, "jess").0),
        ("with_grant".to_owned(), "no".to_owned())
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_matrix_is_told_cell_by_cell() {
    let house = House::new().await;
    let mut sasha = house.signed_in("sasha").await;
    let body = sasha.get_json(&api("roles")).await.json();
    let cell = |name: &str, role: &str| {
        let rows = body["permissions"].as_array().unwrap();
        let row = rows.iter().find(|row| row["name"] == name).unwrap();
        let roles = row["roles"].as_array().unwrap();
        roles.iter().find(|cell| cell["role"] == role).unwrap()["holds"].clone()
    };
    for (name, role, holds) in [
        ("tenant.list", "read_only", "yes"),
        ("tenant.create", "security", "no"),
        ("tenant.delete", "super_admin", "with_grant"),
        ("session.revoke", "support", "own_only"),
        ("session.revoke", "security", "by_policy_off"),
    ] {
        assert_eq!(cell(name, role), holds, "{name} {role}");
    }
    assert!(
        !body["permissions"]
            .as_array()
            .unwrap()
            .iter()
            .any(|row| row["name"] == "member.list")
    );
}
