//! After a reset of somebody's factors nothing of theirs is left that could let anybody in: not what a call writes that was under
//! way, nor what stood there before a token is brought.

use http::StatusCode;
use serde_json::json;
use stagedoor_core::id::{Id, RequestId};
use stagedoor_service::duties::{self, TypedContact};
use stagedoor_service::visitor::Visitor;
use stagedoor_service::{ServiceError, StaffOp, codes};
use stagedoor_store::staff;
use stagedoor_store::testing::TestDb;

use crate::codes::{App, allowing, api, reset, secret};
use crate::support::{Browser, House, STAFF};

/// The call behind a browser's session, as it is while its answer is made.
async fn under_way(house: &House, browser: &Browser) -> StaffOp {
    let cookies = browser.cookie_header("admin.stagedoor.test");
    let held = cookies
        .split("; ")
        .find_map(|pair| pair.strip_prefix("__Host-stagedoor_staff="));
    let visitor = Visitor::new(RequestId::from_uuid(7), "127.0.0.1".parse().ok(), "");
    house.service.staff_op(visitor, held).await.unwrap()
}

/// How many rows of a table are somebody's.
async fn rows_of(house: &House, table: &str, short: &str) -> usize {
    let sql = format!(
        "SELECT staff_id FROM {table} WHERE staff_id IN (SELECT id FROM staff WHERE email LIKE '{short}@%')"
    );
    house.db.raw_fetch(&sql).await.unwrap().len()
}

async fn nothing_comes_after(db: TestDb) {
    let house = House::under(db, allowing).await;
    let mut jess = house.signed_in("jess").await;
    let begun = jess.post_json(&api("session/app/begin"), &json!({})).await;
    assert_eq!(begun.status, StatusCode::OK, "{}", begun.text);
    let app = App(secret(begun.json()["secret"].as_str().unwrap()));
    let contact = TypedContact {
        name: String::new(),
        contact: "+49 30 901820".to_owned(),
    };
    let late = under_way(&house, &jess).await;
    let contacts = rows_of(&house, "staff_backup_contact", "jess").await;
    reset(&house, "jess").await;

    let over = |done: Result<(), ServiceError>| match done {
        Err(ServiceError::Conflict(words)) => assert!(words.contains("session has ended"), "{words}"),
        other => panic!("{other:?}"),
    };
    over(codes::renew_recovery(&late).await.map(drop));
    over(codes::confirm_app(&late, &app.code(&house)).await);
    over(duties::change_contact(&late, &contact).await);
    for table in ["recovery_code", "staff_totp"] {
        assert_eq!(rows_of(&house, table, "jess").await, 0, "{table}");
    }
    assert_eq!(rows_of(&house, "staff_backup_contact", "jess").await, contacts);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_that_was_under_way_leaves_no_code_behind_on_sqlite() {
    nothing_comes_after(TestDb::sqlite().await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_that_was_under_way_leaves_no_code_behind_on_postgres() {
    nothing_comes_after(TestDb::postgres().await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_brings_a_token_begins_without_codes() {
    let house = House::new().await;
    let (ex, now) = (&mut house.db.reader(), house.service.now());
    let niko = staff::find_by_address(ex, "niko@acme-corp.example", now).await;
    let issued = house.service.reissue(niko.unwrap().unwrap().id).await.unwrap();
    let left = "INSERT INTO recovery_code (staff_id, digest, created_at) \
                SELECT id, zeroblob(32), 1 FROM staff WHERE email LIKE 'niko@%'";
    house.db.raw_execute(left).await.unwrap();
    let mut niko = house.browser();
    let asked = niko.leave_for_the_provider().await;
    let back = niko.choose(&asked, "niko").await;
    niko.get(back.as_str()).await;
    let token = issued.expose();
    let fields = [("enrollment_token", token.as_str())];
    let enrolled = niko.post_form(&format!("{STAFF}/enrollment"), &fields).await;
    assert_eq!(enrolled.to(), format!("{STAFF}/sign-in"), "{}", enrolled.text);
    assert_eq!(rows_of(&house, "recovery_code", "niko").await, 0);
}
