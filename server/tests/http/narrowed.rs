//! Sessions that are narrowed, on the way in and while they run: what is left of them, that nothing widens them, and what the
//! log says of it.

use http::StatusCode;
use serde_json::{Value, json};

use crate::support::{Answer, Browser, House, STAFF};

const SESSION: &str = "/api/admin/session";

async fn own(browser: &mut Browser) -> Value {
    browser.get_json(&format!("{STAFF}{SESSION}")).await.json()
}

async fn narrow(browser: &mut Browser, to: Value) -> Answer {
    browser.post_json(&format!("{STAFF}{SESSION}/narrow"), &to).await
}

/// A fact of the latest entry of an event that has it, as somebody else reads it.
async fn told(ada: &mut Browser, event: &str, fact: &str) -> String {
    let log = ada
        .get_json(&format!("{STAFF}/api/admin/audit-logs?q=action:{event}"))
        .await
        .json();
    let items = log["items"].as_array().cloned().unwrap_or_default();
    let facts = items.iter().find_map(|entry| entry["facts"][fact].as_str());
    facts.unwrap_or_else(|| panic!("{log}")).to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_may_start_narrowed_to_one_tenant_and_to_reads() {
    let house = House::new().await;
    let mut kim = house.signed_in("kim").await;
    kim.cookies.clear();
    kim.identify("kim").await;
    let wish = [("tenant", "acme"), ("reads_only", "yes")];
    let noted = kim.post_form(&format!("{STAFF}/sign-in/narrow"), &wish).await;
    assert_eq!(noted.to(), format!("{STAFF}/sign-in"), "{}", noted.text);
    let page = kim.get(&format!("{STAFF}/sign-in")).await;
    assert!(
        page.text.contains("Your session will be narrowed"),
        "{}",
        page.text
    );
    let options = kim.begin().await;
    let credential = kim.prove(&options);
    assert_eq!(kim.finish(&credential).await.status, StatusCode::OK);

    let session = own(&mut kim).await;
    assert_eq!(
        (&session["reads_only"], &session["role"]),
        (&json!(true), &json!("super_admin"))
    );
    let only = session["narrowed_tenant_id"].as_str().unwrap().to_owned();
    assert_eq!(session["tenant_ids"], json!([only]));
    let tenants = kim.get_json(&format!("{STAFF}/api/admin/tenants")).await.json();
    assert_eq!(tenants["items"].as_array().unwrap().len(), 1, "{tenants}");
    let other = kim.get_json(&format!("{STAFF}/api/admin/tenants/lumen")).await;
    assert_eq!(other.status, StatusCode::NOT_FOUND);
    let page = kim.get(&format!("{STAFF}/")).await;
    assert!(
        page.text.contains("only Acme") && page.text.contains("reads only"),
        "{}",
        page.text
    );

    let mut ada = house.signed_in("ada").await;
    let began = told(&mut ada, "staff.sign_in", "narrowed").await;
    assert_eq!(began, format!("tenant {only}, reads"));
    let left = narrow(&mut kim, json!({ "tenant": "lumen" })).await;
    assert_eq!(
        (left.status, left.field("tenant").is_empty()),
        (StatusCode::UNPROCESSABLE_ENTITY, false)
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wish_that_cannot_be_granted_keeps_out_and_tells_nothing_before_the_passkey() {
    let house = House::new().await;
    house.only("jess", "acme").await;
    let mut pages = Vec::new();
    let mut jess = house.signed_in("jess").await;
    for (unreached, there) in [("lumen", true), ("nowhere", false)] {
        jess.cookies.clear();
        jess.identify("jess").await;
        let noted = jess
            .post_form(&format!("{STAFF}/sign-in/narrow"), &[("tenant", unreached)])
            .await;
        assert_eq!(noted.status, StatusCode::SEE_OTHER, "{there}");
        let options = jess.begin().await;
        let credential = jess.prove(&options);
        let refused = jess.finish(&credential).await;
        assert_eq!(refused.status, StatusCode::UNAUTHORIZED, "{}", refused.text);
        pages.push(refused.without_request());
        // The sign-in goes on: another wish, and the same passkey.
        jess.post_form(&format!("{STAFF}/sign-in/narrow"), &[("tenant", "acme")])
            .await;
        let options = jess.begin().await;
        let credential = jess.prove(&options);
        assert_eq!(jess.finish(&credential).await.status, StatusCode::OK);
    }
    assert_eq!(pages[0], pages[1], "hidden and unknown are one");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_may_start_viewed_as_a_narrower_role_and_no_other() {
    let house = House::new().await;
    let mut jess = house.signed_in("jess").await;
    jess.cookies.clear();
    jess.identify("jess").await;
    let entrance = format!("{STAFF}/sign-in");
    let page = jess.get(&entrance).await.text;
    // What is offered is the same for everybody: it tells nobody which role is theirs.
    for name in ["support", "security", "read_only", "support_l1", "support_l2"] {
        assert!(page.contains(&format!("value=\"{name}\"")), "{name}: {page}");
    }
    let form = format!("{STAFF}/sign-in/narrow");
    for no_view in ["super_admin", "nobody"] {
        let refused = jess.post_form(&form, &[("viewing_as", no_view)]).await;
        assert_eq!(refused.status, StatusCode::UNAUTHORIZED, "{no_view}");
        assert!(
            refused.text.contains("Choose a role of the list"),
            "{}",
            refused.text
        );
    }
    for wider in ["security", "support"] {
        let noted = jess.post_form(&form, &[("viewing_as", wider)]).await;
        assert_eq!(noted.to(), entrance, "{wider}: {}", noted.text);
        let options = jess.begin().await;
        let credential = jess.prove(&options);
        let refused = jess.finish(&credential).await;
        assert_eq!(refused.status, StatusCode::UNAUTHORIZED, "{wider}");
        assert!(refused.text.contains("is not narrower"), "{}", refused.text);
    }
    let wish = [("viewing_as", "support_l1"), ("tenant", "acme")];
    assert_eq!(jess.post_form(&form, &wish).await.to(), entrance);
    let page = jess.get(&entrance).await.text;
    assert!(page.contains("viewing as support_l1, only acme"), "{page}");

    // Meanwhile the row changes: what was narrower is their own now.
    let sub_role = |name: &str| format!("UPDATE staff SET sub_role = {name} WHERE email LIKE 'jess@%'");
    house.db.raw_execute(&sub_role("'support_l1'")).await.unwrap();
    let options = jess.begin().await;
    let credential = jess.prove(&options);
    let refused = jess.finish(&credential).await;
    assert_eq!(refused.status, StatusCode::UNAUTHORIZED, "{}", refused.text);
    assert!(refused.text.contains("is not narrower"), "{}", refused.text);

    // The sign-in goes on.
    house.db.raw_execute(&sub_role("NULL")).await.unwrap();
    let options = jess.begin().await;
    let credential = jess.prove(&options);
    assert_eq!(jess.finish(&credential).await.status, StatusCode::OK);
    let session = own(&mut jess).await;
    assert_eq!(session["viewing_as"], json!("support_l1"), "{session}");
    assert_eq!(session["may_view_as"], json!(["read_only"]));
    let mut ada = house.signed_in("ada").await;
    assert_eq!(told(&mut ada, "staff.sign_in", "viewing_as").await, "support_l1");
    let log = ada
        .get_json(&format!("{STAFF}/api/admin/audit-logs?q=action:staff.sign_in"))
        .await;
    assert!(log.text.contains("narrowed_to_no_view"), "{}", log.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_running_session_is_only_ever_narrowed_and_its_cookie_is_another_one() {
    let house = House::new().await;
    let mut kim = house.signed_in("kim").await;
    let mut ada = house.signed_in("ada").await;
    let mut stolen = kim.window();
    let views = own(&mut kim).await["may_view_as"].clone();
    assert_eq!(
        views,
        json!(["support", "security", "read_only", "support_l1", "support_l2"])
    );
    let narrowed = narrow(&mut kim, json!({ "viewing_as": "support" })).await;
    assert_eq!(narrowed.status, StatusCode::NO_CONTENT, "{}", narrowed.text);
    assert_eq!(own(&mut kim).await["viewing_as"], json!("support"));
    assert_eq!(
        own(&mut kim).await["may_view_as"],
        json!(["read_only", "support_l1", "support_l2"])
    );

    // Support reads no staff, and impersonates.
    let staff = kim.get_json(&format!("{STAFF}/api/admin/staff")).await;
    assert_eq!(staff.status, StatusCode::FORBIDDEN);
    assert!(staff.text.contains("narrower role"), "{}", staff.text);
    assert_eq!(kim.mint("rod@acme.com").await.status, StatusCode::CREATED);
    assert_eq!(
        told(&mut ada, "impersonation.start", "viewing_as").await,
        "support"
    );

    for (wider, field) in [
        (json!({ "viewing_as": "super_admin" }), "viewing_as"),
        (json!({ "viewing_as": "security" }), "viewing_as"),
        (json!({ "viewing_as": "nobody" }), "viewing_as"),
        (json!({ "tenant": "nowhere" }), "tenant"),
        (json!({}), "reads_only"),
    ] {
        let refused = narrow(&mut kim, wider.clone()).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{wider}");
        assert!(!refused.field(field).is_empty(), "{wider}: {}", refused.text);
    }
    let acme = narrow(&mut kim, json!({ "tenant": "acme", "reads_only": true })).await;
    assert_eq!(acme.status, StatusCode::NO_CONTENT);
    let minted = kim.mint("rod@acme.com").await;
    assert!(minted.text.contains("narrowed to reads"), "{}", minted.text);
    assert!(
        told(&mut ada, "session.narrow", "narrowed")
            .await
            .ends_with(", reads")
    );
    // The reference of before leads nowhere.
    let old = stolen.get_json(&format!("{STAFF}{SESSION}")).await;
    assert_eq!(old.status, StatusCode::UNAUTHORIZED);
    // Whoever wants all of it signs in again.
    kim.cookies.clear();
    kim.sign_in("kim").await;
    assert_eq!(own(&mut kim).await["viewing_as"], Value::Null);
}

#[tokio::test(flavor = "multi_thread")]
async fn one_tenant_is_all_that_is_visited_and_changed() {
    let house = House::new().await;
    let mut kim = house.signed_in("kim").await;
    let lumen = kim.member("lumen", "").await;
    let acme = narrow(&mut kim, json!({ "tenant": "acme" })).await;
    assert_eq!(acme.status, StatusCode::NO_CONTENT);
    assert_eq!(kim.mint("rod@acme.com").await.status, StatusCode::CREATED);
    let elsewhere = kim
        .post_json(
            &format!("{STAFF}/api/admin/tenants/lumen/impersonate"),
            &json!({ "reason": "Webhook page shows 500 after plan change", "ticket_ref": "4218", "user_id": lumen }),
        )
        .await;
    assert_eq!(elsewhere.status, StatusCode::NOT_FOUND, "{}", elsewhere.text);
    let alert = kim
        .post_json(&format!("{STAFF}/api/admin/alerts/test"), &json!({}))
        .await;
    assert_eq!(alert.status, StatusCode::FORBIDDEN, "{}", alert.text);
    assert!(alert.text.contains("more than that tenant"), "{}", alert.text);
    // The view of a sub-role: support that changes nothing of a tenant's.
    let first_line = narrow(&mut kim, json!({ "viewing_as": "support_l1" })).await;
    assert_eq!(first_line.status, StatusCode::NO_CONTENT, "{}", first_line.text);
    let suspended = kim
        .post_json(
            &format!("{STAFF}/api/admin/tenants/acme/suspend"),
            &json!({ "reason": "Payment fraud is looked into" }),
        )
        .await;
    assert_eq!(suspended.status, StatusCode::FORBIDDEN, "{}", suspended.text);
    assert!(suspended.text.contains("narrower role"), "{}", suspended.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_page_narrows_without_a_script_and_sessions_show_and_find_it() {
    let house = House::new().await;
    let mut jess = house.signed_in("jess").await;
    let page = jess.get(&format!("{STAFF}/narrow")).await;
    assert!(page.text.contains("action=\"/narrow/session\""), "{}", page.text);
    let wider = [("viewing_as", "super_admin")];
    let form = format!("{STAFF}/narrow/session");
    assert_eq!(
        jess.post_form(&form, &wider).await.to(),
        format!("{STAFF}/narrow")
    );
    let page = jess.get(&format!("{STAFF}/narrow")).await;
    assert!(
        page.text.contains("holds less than the one in force"),
        "{}",
        page.text
    );
    let fields = [("viewing_as", "read_only"), ("reads_only", "yes"), ("tenant", "")];
    assert_eq!(
        jess.post_form(&form, &fields).await.to(),
        format!("{STAFF}/narrow")
    );
    let page = jess.get(&format!("{STAFF}/narrow")).await;
    assert!(page.text.contains("viewing as read only"), "{}", page.text);

    let mut ada = house.signed_in("ada").await;
    let found = ada
        .get_json(&format!("{STAFF}/api/admin/sessions?q=narrowed:yes"))
        .await
        .json();
    let words = json!(["viewing as read only", "reads only"]);
    assert_eq!(found["items"].as_array().map(Vec::len), Some(1), "{found}");
    assert_eq!(found["items"][0]["narrowed"], words);
}
