//! Sub-roles that narrow tenants and visits: what is listed, what is refused by address, and what is told of it.

use http::StatusCode;
use serde_json::{Value, json};
use stagedoor_core::role::StaffRole;
use stagedoor_core::sub_role::{Draft, SubRole, SubRoles};

use crate::policies::{api, good, simulated, with};
use crate::support::{Answer, Browser, House, STAFF, WHY};

/// A sub-role of support that leaves one tenant, one visit at once, and ten minutes of it.
fn north(tenant: &str) -> SubRole {
    let permissions = [
        "tenant.list",
        "tenant.view",
        "tenant.view_directory",
        "tenant.suspend",
        "tenant.impersonate",
    ];
    let draft = Draft {
        name: "north".to_owned(),
        about: String::new(),
        of: StaffRole::Support,
        permissions: permissions.map(str::to_owned).to_vec(),
        tenants: Some(vec![tenant.to_owned()]),
        visits: Some(1),
        visit_minutes: Some(10),
    };
    draft.check().unwrap()
}

/// Kim and Jess of a house whose file declares the sub-role for Acme, which Jess has.
async fn with_north(house: &House) -> (Browser, Browser) {
    let mut kim = house.signed_in("kim").await;
    let jess = house.signed_in("jess").await;
    let acme = kim.get_json(&api("tenants/acme")).await.json();
    let one = north(acme["id"].as_str().unwrap());
    let (_, app) = house
        .second_process_under(|policy| policy.sub_roles = SubRoles::declared(vec![one]).unwrap())
        .await;
    house
        .db
        .raw_execute("UPDATE staff SET sub_role = 'north' WHERE email LIKE 'jess@%'")
        .await
        .unwrap();
    (kim.sent_to(&app), jess.sent_to(&app))
}

async fn slugs(browser: &mut Browser) -> Vec<String> {
    let tenants = browser.get_json(&api("tenants")).await.json();
    let slug = |one: &Value| one["slug"].as_str().unwrap().to_owned();
    tenants["items"].as_array().unwrap().iter().map(slug).collect()
}

async fn start(browser: &mut Browser, ttl_seconds: Option<u64>) -> Answer {
    let body = json!({ "reason": WHY, "ttl_seconds": ttl_seconds });
    browser.post_json(&api("tenants/acme/impersonate"), &body).await
}

#[tokio::test(flavor = "multi_thread")]
async fn only_the_tenants_that_a_sub_role_leaves_are_listed_and_the_others_are_as_unknown_as_none() {
    let house = House::new().await;
    let (mut kim, mut jess) = with_north(&house).await;
    assert_eq!(slugs(&mut jess).await, ["acme"]);
    let there = jess.get_json(&api("tenants/acme/users")).await;
    assert_eq!(there.status, StatusCode::OK, "{}", there.text);
    for path in ["tenants/{}/users", "tenants/{}"] {
        let hidden = jess.get_json(&api(&path.replace("{}", "lumen"))).await;
        let none = jess.get_json(&api(&path.replace("{}", "nowhere"))).await;
        assert_eq!(hidden.status, StatusCode::NOT_FOUND, "{}", hidden.text);
        assert_eq!(hidden.without_request(), none.without_request());
        assert!(!hidden.text.contains("sub-role"), "{}", hidden.text);
    }
    let suspend = jess
        .post_json(&api("tenants/lumen/suspend"), &json!({ "reason": WHY }))
        .await;
    assert_eq!(suspend.status, StatusCode::NOT_FOUND, "{}", suspend.text);
    let page = jess.get(&format!("{STAFF}/users?tenant=lumen")).await;
    assert_eq!(page.status, StatusCode::NOT_FOUND);
    let whoami = jess.get(&format!("{STAFF}/whoami")).await;
    assert!(whoami.text.contains("Acme") && !whoami.text.contains("Lumen"));

    let log = kim.get_json(&api("audit-logs?q=actor:jess&limit=50")).await;
    assert!(log.text.contains("sub_role_elsewhere"), "{}", log.text);
    let who_can = kim
        .get_json(&api("roles/who-can?action=tenant.suspend&tenant=lumen"))
        .await
        .json();
    let rows = who_can["staff"].as_array().unwrap();
    let own = rows
        .iter()
        .find(|row| row["email"].as_str().unwrap().starts_with("jess"))
        .unwrap();
    assert_eq!(own["can"], "no");
    let why = own["why"].as_str().unwrap();
    assert!(
        why.contains("your sub-role leaves it out") && why.contains("north"),
        "{own}"
    );

    house.only("jess", "lumen").await;
    assert_eq!(
        slugs(&mut jess).await,
        Vec::<String>::new(),
        "nothing in common is nothing"
    );
    let there = jess.get_json(&api("tenants/acme/users")).await;
    assert_eq!(there.status, StatusCode::NOT_FOUND, "{}", there.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_simulator_names_the_sub_role_and_a_session_viewed_as_it_reaches_no_further() {
    let house = House::new().await;
    let (mut kim, _) = with_north(&house).await;
    let asked = json!({ "sub_role": "north", "tenant": "lumen" });
    let said = simulated(&mut kim, &with(good("support", "tenant.suspend"), asked)).await;
    let present = &said["present"];
    assert_eq!(present["reason"], "sub_role_elsewhere", "{said}");
    assert!(
        present["text"]
            .as_str()
            .unwrap()
            .ends_with("Your sub-role: north."),
        "{present}"
    );
    let roles = kim.get_json(&api("roles")).await.json();
    let all = roles["sub_roles"].as_array().unwrap();
    let one = all.iter().find(|one| one["name"] == "north").unwrap();
    assert_eq!(
        (&one["tenants"][0]["slug"], &one["visits"], &one["visit_minutes"]),
        (&json!("acme"), &json!(1), &json!(10))
    );
    let page = kim.get(&format!("{STAFF}/roles")).await;
    assert!(page.text.contains("1 at once, 10 min at most"), "{}", page.text);

    let elsewhere = json!({ "viewing_as": "north", "tenant": "lumen" });
    let refused = kim.post_json(&api("session/narrow"), &elsewhere).await;
    assert!(!refused.field("tenant").is_empty(), "{}", refused.text);
    let viewed = kim
        .post_json(&api("session/narrow"), &json!({ "viewing_as": "north" }))
        .await;
    assert_eq!(viewed.status, StatusCode::NO_CONTENT, "{}", viewed.text);
    assert_eq!(slugs(&mut kim).await, ["acme"]);
    let other = kim.get_json(&api("tenants/lumen/users")).await;
    assert_eq!(other.status, StatusCode::NOT_FOUND, "{}", other.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_visit_lasts_as_long_as_the_sub_role_leaves_and_is_one_of_as_many() {
    let house = House::new().await;
    let (_, mut jess) = with_north(&house).await;
    let val = jess.member("acme", "val@acme.com").await;
    let page = jess
        .get(&format!("{STAFF}/users?tenant=acme&impersonate={val}"))
        .await
        .text;
    for (seconds, offered) in [(300, true), (600, true), (900, false), (1800, false)] {
        let radio = format!("name=\"ttl_seconds\" value=\"{seconds}\"");
        assert_eq!(page.contains(&radio), offered, "{seconds}: {page}");
    }
    let longer = start(&mut jess, Some(601)).await;
    assert!(
        longer.field("ttl_seconds").contains("60 to 600"),
        "{}",
        longer.text
    );
    let mut other = jess.window();
    let (one, two) = tokio::join!(start(&mut jess, None), start(&mut other, Some(600)));
    let both = [one.status, two.status];
    assert_eq!(
        both.iter()
            .filter(|status| **status == StatusCode::CREATED)
            .count(),
        1,
        "of two at one moment: {} {}",
        one.text,
        two.text
    );
    let begun = if one.status == StatusCode::CREATED {
        one
    } else {
        two
    };
    assert_eq!(begun.json()["expires_in_seconds"], 600);
}
