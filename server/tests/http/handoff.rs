//! The way between the hosts: a code is good once, soon, in the browser and the session it was made for.

use http::StatusCode;

use crate::support::{House, STAFF, tenant};

#[tokio::test(flavor = "multi_thread")]
async fn a_code_opens_the_door_once() {
    let house = House::new().await;
    let mut kim = house.signed_in("kim").await;
    let minted = kim.mint("rod@acme.com").await;
    let door = kim.reach_the_door(&minted).await;
    let before = kim.cookies.clone();
    assert_eq!(kim.get(&door).await.status, StatusCode::SEE_OTHER);
    assert_eq!(
        kim.get(&format!("{}/members", tenant("acme"))).await.status,
        StatusCode::OK
    );
    kim.cookies = before;
    assert_eq!(kim.get(&door).await.status, StatusCode::NOT_FOUND, "used");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_late_code_and_a_code_in_another_browser_open_nothing() {
    let house = House::new().await;
    let mut kim = house.signed_in("kim").await;
    let minted = kim.mint("rod@acme.com").await;
    let door = kim.reach_the_door(&minted).await;
    assert_eq!(
        house.browser().get(&door).await.status,
        StatusCode::NOT_FOUND,
        "no nonce"
    );
    assert_eq!(
        kim.get(&door).await.status,
        StatusCode::NOT_FOUND,
        "the stranger's try used it up"
    );
    let door = kim.reach_the_door(&minted).await;
    house.later(60);
    assert_eq!(kim.get(&door).await.status, StatusCode::NOT_FOUND, "late");
    let door = kim.reach_the_door(&minted).await;
    let other = door.replace("acme.", "lumen.");
    assert_eq!(
        kim.get(&other).await.status,
        StatusCode::NOT_FOUND,
        "another tenant's host"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn only_the_session_that_minted_it_gets_a_code() {
    let house = House::new().await;
    let mut kim = house.signed_in("kim").await;
    let minted = kim.mint("rod@acme.com").await;
    let landing = kim.get(minted.json()["handoff_url"].as_str().unwrap()).await;

    let mut ada = house.signed_in("ada").await;
    assert_eq!(
        ada.get(landing.to()).await.status,
        StatusCode::NOT_FOUND,
        "somebody else's session"
    );

    kim.post_form(&format!("{STAFF}/sign-out"), &[]).await;
    kim.sign_in("kim").await;
    assert_eq!(
        kim.get(landing.to()).await.status,
        StatusCode::NOT_FOUND,
        "another session of the same person"
    );
    let id = minted.json()["impersonation_id"].as_str().unwrap().to_owned();
    assert_eq!(
        kim.get(&format!("{STAFF}/impersonations/{id}/enter"))
            .await
            .status,
        StatusCode::NOT_FOUND
    );
}
