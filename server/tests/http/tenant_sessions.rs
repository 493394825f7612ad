//! Sessions on a tenant's host: one's own for everybody, everybody's for owner and administrators.

use http::{Method, StatusCode};
use serde_json::json;

use crate::support::{Browser, House, PASSWORD, VAL, sentences, tenant};

fn api(path: &str) -> String {
    format!("{}/api/tenant/{path}", tenant("acme"))
}

async fn items(browser: &mut Browser, path: &str) -> Vec<serde_json::Value> {
    let answer = browser.get_json(&api(path)).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
    answer.json()["items"].as_array().unwrap().clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn everybody_sees_and_ends_their_own_and_an_administrator_those_of_their_people() {
    let house = House::new().await;
    let (mut sam, mut rod) = (
        house.inside("sam@acme.com").await,
        house.inside("rod@acme.com").await,
    );
    let mut sams_other = house.browser();
    sams_other.enter("acme", "sam@acme.com", PASSWORD).await;

    let own = items(&mut sam, "sessions").await;
    let mine: Vec<_> = own.iter().filter(|one| one["factor"] == "password").collect();
    assert!(
        own.iter().all(|one| one["email"] == "sam@acme.com"),
        "only one's own"
    );
    assert_eq!(mine.iter().filter(|one| one["current"] == true).count(), 1);
    let all = items(&mut rod, "sessions?limit=100").await;
    assert!(
        all.iter().any(|one| one["email"] == "sam@acme.com")
            && all.iter().any(|one| one["email"] == "rod@acme.com")
    );

    let rods = all
        .iter()
        .find(|one| one["email"] == "rod@acme.com" && one["current"] == true)
        .unwrap();
    let id = rods["id"].as_str().unwrap();
    let foreign = sam
        .send_json(Method::DELETE, &api(&format!("sessions/{id}")), &json!({}))
        .await;
    let unknown = "ses_01h455vb4pex5vsknk084sn02q";
    let unknown = sam
        .send_json(Method::DELETE, &api(&format!("sessions/{unknown}")), &json!({}))
        .await;
    assert_eq!(
        (foreign.status, foreign.without_request()),
        (unknown.status, unknown.without_request())
    );
    assert_eq!(
        foreign.status,
        StatusCode::NOT_FOUND,
        "nobody learns which sessions others have"
    );
    let user = rods["user_id"].as_str().unwrap();
    let listed = sam.get_json(&api(&format!("sessions?user_id={user}"))).await;
    assert_eq!(listed.status, StatusCode::NOT_FOUND, "{}", listed.text);
    let log = rod.get_json(&api("audit-logs?q=action:user.view_sessions")).await;
    assert_eq!(sentences(&log), ["Sam Kerr tried to look at sessions"]);

    let sams = own
        .iter()
        .find(|one| one["current"] == false && one["factor"] == "password")
        .unwrap();
    let id = sams["id"].as_str().unwrap();
    let ended = sam
        .send_json(Method::DELETE, &api(&format!("sessions/{id}")), &json!({}))
        .await;
    assert_eq!(ended.status, StatusCode::NO_CONTENT, "{}", ended.text);
    assert_eq!(
        sams_other.get_json(&api("sessions")).await.status,
        StatusCode::UNAUTHORIZED,
        "at once"
    );
    let again = sam
        .send_json(Method::DELETE, &api(&format!("sessions/{id}")), &json!({}))
        .await;
    assert_eq!(again.status, StatusCode::CONFLICT);

    house.later(1);
    let user = sams["user_id"].as_str().unwrap();
    let all = rod
        .send_json(
            Method::DELETE,
            &api(&format!("users/{user}/sessions")),
            &json!({}),
        )
        .await;
    assert_eq!(all.status, StatusCode::OK, "{}", all.text);
    let mut elsewhere = sam.window().sent_to(&house.second_process().await.1);
    assert_eq!(
        elsewhere.get_json(&api("sessions")).await.status,
        StatusCode::UNAUTHORIZED,
        "on every node"
    );
    let log = rod
        .get_json(&api("audit-logs?q=action:user.revoke_session"))
        .await;
    let mut told = sentences(&log);
    told.sort();
    assert_eq!(
        told,
        [
            "Rod Walsh ended sessions of sam@acme.com",
            "Sam Kerr ended sessions of sam@acme.com",
            // What others have, and what nobody has: the same refusal.
            "Sam Kerr tried to end sessions",
            "Sam Kerr tried to end sessions"
        ]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn people_of_another_tenant_are_unknown_here() {
    let house = House::new().await;
    let mut val = house.inside(VAL).await;
    let mut kim = house.signed_in("kim").await;
    let foreign = kim
        .get_json(&format!(
            "{}/api/admin/tenants/lumen/users",
            crate::support::STAFF
        ))
        .await
        .json()["items"][0]["id"]
        .as_str()
        .unwrap()
        .to_owned();
    for user in [foreign.as_str(), "usr_01h455vb4pex5vsknk084sn02q"] {
        let listed = val.get_json(&api(&format!("sessions?user_id={user}"))).await;
        assert_eq!(listed.status, StatusCode::NOT_FOUND, "{user}");
        let ended = val
            .send_json(
                Method::DELETE,
                &api(&format!("users/{user}/sessions")),
                &json!({}),
            )
            .await;
        assert_eq!(ended.status, StatusCode::NOT_FOUND, "{user}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_visit_looks_and_ends_nothing() {
    let house = House::new().await;
    let _val = house.inside(VAL).await;
    let mut kim = house.signed_in("kim").await;
    kim.visit("rod@acme.com").await;
    let seen = items(&mut kim, "sessions?limit=100").await;
    let vals = seen.iter().find(|one| one["email"] == VAL).unwrap();
    assert!(
        seen.iter().all(|one| one["current"] == false),
        "a visit has no session here"
    );
    let id = vals["id"].as_str().unwrap();
    let refused = kim
        .send_json(Method::DELETE, &api(&format!("sessions/{id}")), &json!({}))
        .await;
    assert_eq!(
        (refused.status, refused.code().as_str()),
        (StatusCode::FORBIDDEN, "FORBIDDEN")
    );
    let mut sam_seen = house.signed_in("jess").await;
    sam_seen.visit("sam@acme.com").await;
    let own = items(&mut sam_seen, "sessions").await;
    assert!(
        own.iter().all(|one| one["email"] == "sam@acme.com"),
        "as whom it stands in for"
    );
}
