//! Sub-roles, and roles and tenants that are given for a time: what they take away, when they fall back, and what they never give.

use http::StatusCode;
use serde_json::{Value, json};

use crate::support::{Answer, Browser, HOUR, House, STAFF, WHY, moment};

async fn tenants(browser: &mut Browser) -> Answer {
    browser.get_json(&format!("{STAFF}/api/admin/tenants")).await
}

async fn suspend(browser: &mut Browser, slug: &str) -> Answer {
    let body = json!({ "reason": WHY });
    browser
        .post_json(&format!("{STAFF}/api/admin/tenants/{slug}/suspend"), &body)
        .await
}

/// Somebody's answer to "who can suspend Acme".
async fn why(browser: &mut Browser, short: &str) -> (String, String) {
    let path = format!("{STAFF}/api/admin/roles/who-can?action=tenant.suspend&tenant=acme");
    let answer = browser.get_json(&path).await.json();
    let all = answer["staff"].as_array().unwrap();
    let own = all
        .iter()
        .find(|row| row["email"].as_str().unwrap().starts_with(short))
        .unwrap();
    let text = |field: &str| own[field].as_str().unwrap().to_owned();
    (text("can"), text("why"))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sub_role_takes_away_from_its_role_and_says_so() {
    let house = House::new().await;
    let mut kim = house.signed_in("kim").await;
    let mut jess = house.signed_in("jess").await;
    let who = kim.staff_id("jess").await;
    let of_another = kim
        .change_staff(&who, json!({ "role": "security", "sub_role": "support_l1" }))
        .await;
    assert!(
        of_another.field("sub_role").contains("has no sub-roles"),
        "{}",
        of_another.text
    );
    let given = kim.change_staff(&who, json!({ "sub_role": "support_l1" })).await;
    assert_eq!(given.json()["sub_role"], "support_l1", "{}", given.text);
    assert_eq!(
        tenants(&mut jess).await.code(),
        "UNAUTHENTICATED",
        "the wider session is over"
    );
    let mut jess = house.signed_in_again("jess", jess).await;
    assert_eq!(tenants(&mut jess).await.status, StatusCode::OK);
    let refused = suspend(&mut jess, "acme").await;
    assert_eq!(
        (refused.status, refused.code().as_str()),
        (StatusCode::FORBIDDEN, "FORBIDDEN")
    );
    assert!(
        refused.text.contains("Your sub-role: support_l1."),
        "{}",
        refused.text
    );
    let (can, words) = why(&mut kim, "jess").await;
    assert_eq!(can, "no");
    assert!(words.contains("Your sub-role: support_l1."), "{words}");
    let kept = "SELECT count(*) AS n FROM audit_entry WHERE event = 'tenant.suspend' \
                AND CAST(canonical AS TEXT) LIKE '%sub_role_narrower%' AND CAST(canonical AS TEXT) LIKE '%\"sub_role\":\"support_l1\"%'";
    let kept = house.db.raw_fetch(kept).await.unwrap()[0].count("n").unwrap();
    assert_eq!(kept, 1, "the entry says which sub-role it was");
    let wider = kim.change_staff(&who, json!({ "sub_role": null })).await;
    assert_eq!(wider.json()["sub_role"], Value::Null, "{}", wider.text);
    let mut jess = house.signed_in_again("jess", jess).await;
    assert_eq!(suspend(&mut jess, "acme").await.status, StatusCode::OK);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sub_role_that_is_not_configured_denies_everything() {
    let house = House::new().await;
    let mut kim = house.signed_in("kim").await;
    let mut jess = house.signed_in("jess").await;
    house
        .db
        .raw_execute("UPDATE staff SET sub_role = 'gone' WHERE email LIKE 'jess@%'")
        .await
        .unwrap();
    let refused = tenants(&mut jess).await;
    assert_eq!(
        (refused.status, refused.code().as_str()),
        (StatusCode::FORBIDDEN, "FORBIDDEN")
    );
    assert!(refused.text.contains("no longer configured"), "{}", refused.text);
    let overview = kim.get(&format!("{STAFF}/")).await;
    assert!(
        overview
            .text
            .contains("1 person has a sub-role that is not configured"),
        "{}",
        overview.text
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_role_for_a_time_falls_back_by_itself_and_ends_the_sessions_that_stood_on_it() {
    let house = House::new().await;
    let mut kim = house.signed_in("kim").await;
    let rio = house.signed_in("rio").await;
    let who = kim.staff_id("rio").await;
    let body = json!({ "role": "support", "sub_role": "support_l2", "role_until": moment(HOUR / 6) });
    let given = kim.change_staff(&who, body).await.json();
    assert_eq!(
        (
            &given["role"],
            &given["sub_role"],
            &given["role_term"]["falls_back_to"]
        ),
        (&json!("support"), &json!("support_l2"), &json!("read_only"))
    );
    assert_eq!(given["role_term"]["reason"], WHY);
    let mut rio = house.signed_in_again("rio", rio).await;
    assert_eq!(suspend(&mut rio, "acme").await.status, StatusCode::OK);
    house.later(599);
    house.service.run_due().await.unwrap();
    assert_eq!(tenants(&mut rio).await.status, StatusCode::OK, "a second is left");
    house.later(1);
    assert_eq!(
        tenants(&mut rio).await.code(),
        "UNAUTHENTICATED",
        "no job has run yet"
    );
    // Before anything is written down, they are what they were.
    let mut rio = house.signed_in_again("rio", rio).await;
    assert_eq!(suspend(&mut rio, "lumen").await.code(), "FORBIDDEN");
    house.service.run_due().await.unwrap();
    house.service.run_due().await.unwrap();
    assert_eq!(
        tenants(&mut rio).await.status,
        StatusCode::OK,
        "what began afterwards goes on"
    );
    let after = kim.staff_member(&who).await;
    assert_eq!(
        (&after["role"], &after["sub_role"], &after["role_term"]),
        (&json!("read_only"), &Value::Null, &Value::Null)
    );
    let lines = kim.log("limit=100").await;
    let told = lines
        .iter()
        .filter(|line| line.contains("took back what was given for a time to rio"))
        .count();
    assert_eq!(told, 1, "{lines:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn tenants_for_a_time_fall_back_and_an_end_needs_something_to_end() {
    let house = House::new().await;
    let mut kim = house.signed_in("kim").await;
    let who = kim.staff_id("jess").await;
    let nothing = kim
        .change_staff(&who, json!({ "tenants_until": moment(HOUR) }))
        .await;
    assert!(!nothing.field("tenants_until").is_empty(), "{}", nothing.text);
    let own = kim
        .change_staff(&who, json!({ "role": "support", "role_until": moment(HOUR) }))
        .await;
    assert!(own.field("role_until").contains("for good"), "{}", own.text);
    let past = kim
        .change_staff(&who, json!({ "role": "security", "role_until": moment(-1) }))
        .await;
    assert!(!past.field("role_until").is_empty(), "{}", past.text);
    let body = json!({ "tenants": ["acme"], "tenants_until": moment(HOUR / 6) });
    let given = kim.change_staff(&who, body).await.json();
    assert_eq!(given["tenants"].as_array().map(Vec::len), Some(1));
    assert_eq!(given["tenants_term"]["falls_back_to"], Value::Null, "all of them");
    let mut jess = house.signed_in("jess").await;
    assert_eq!(suspend(&mut jess, "lumen").await.status, StatusCode::NOT_FOUND);
    let (_, words) = why(&mut kim, "jess").await;
    assert!(words.contains("then it is every tenant again"), "{words}");
    house.later(600);
    assert_eq!(tenants(&mut jess).await.code(), "UNAUTHENTICATED");
    let mut jess = house.signed_in_again("jess", jess).await;
    assert_eq!(suspend(&mut jess, "lumen").await.status, StatusCode::OK);
    assert_eq!(kim.staff_member(&who).await["tenants_term"], Value::Null);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_super_admin_for_a_time_is_no_permanent_one_and_gives_nothing_that_outlasts_it() {
    let house = House::new().await;
    let mut kim = house.signed_in("kim").await;
    let (kims, jesss, rio) = (
        kim.staff_id("kim").await,
        kim.staff_id("jess").await,
        kim.staff_id("rio").await,
    );
    let body = json!({ "role": "super_admin", "role_until": moment(HOUR) });
    let given = kim.change_staff(&jesss, body).await;
    assert_eq!(given.status, StatusCode::OK, "{}", given.text);
    let mut jess = house.signed_in("jess").await;
    for change in [
        json!({ "role": "support" }),
        json!({ "role": "support", "role_until": moment(HOUR / 2) }),
        json!({ "tenants": ["acme"], "tenants_until": moment(HOUR / 2) }),
    ] {
        let refused = jess.change_staff(&kims, change).await;
        assert_eq!(refused.code(), "LAST_SUPER_ADMIN", "{}", refused.text);
    }
    for change in [
        json!({ "role": "security" }),
        json!({ "role": "super_admin", "role_until": moment(2 * HOUR) }),
    ] {
        let refused = jess.change_staff(&rio, change).await;
        assert_eq!(
            (refused.status, refused.code().as_str()),
            (StatusCode::FORBIDDEN, "FORBIDDEN")
        );
        assert!(refused.text.contains("outlasts your own"), "{}", refused.text);
    }
    let within = jess
        .change_staff(&rio, json!({ "role": "security", "role_until": moment(HOUR) }))
        .await;
    assert_eq!(within.status, StatusCode::OK, "{}", within.text);
    house.later(3600);
    let mut jess = house.signed_in_again("jess", jess).await;
    let list = jess.get_json(&format!("{STAFF}/api/admin/staff")).await;
    assert_eq!(list.code(), "FORBIDDEN", "support again");
}

/// The form shows days. One that is left as it is stands for the very moment that it was, in whatever zone its editor sits, and
/// one that is typed ends where the form was shown, whatever a cookie says by then.
#[tokio::test(flavor = "multi_thread")]
async fn to_change_one_field_of_the_form_moves_no_end() {
    let house = House::new().await;
    let mut kim = house.signed_in("kim").await;
    let who = kim.staff_id("rio").await;
    let (nine, day) = (moment(21 * HOUR + 1_000_000), "2026-11-22");
    let body = json!({ "role": "support", "role_until": nine });
    let given = kim.change_staff(&who, body).await;
    assert_eq!(given.status, StatusCode::OK, "{}", given.text);
    let page = kim.get(&format!("{STAFF}/staff/{who}?act=change")).await;
    for (name, value) in [
        ("role_until_at", nine.as_str()),
        ("zone", "UTC"),
        ("role_until_was", day),
    ] {
        let hidden = page.text.split("<input").find(|input| {
            input.contains(&format!("name=\"{name}\"")) && input.contains(&format!("value=\"{value}\""))
        });
        assert!(hidden.is_some(), "{name} {value} in {}", page.text);
    }
    let (closed, form) = (
        format!("/staff/{who}"),
        format!("{STAFF}/api/fn/staff/change_staff"),
    );
    let fields = |sub_role: &'static str, until: &'static str| {
        [
            ("staff_id", who.clone()),
            ("name", "Rio Tan".to_owned()),
            ("role", "support".to_owned()),
            ("role_was", "support".to_owned()),
            ("sub_role", sub_role.to_owned()),
            ("role_until", until.to_owned()),
            ("role_until_was", day.to_owned()),
            ("role_until_at", nine.clone()),
            ("tenants_were", String::new()),
            ("until_was", String::new()),
            ("zone", "Europe/Lisbon".to_owned()),
            ("reason", WHY.to_owned()),
            ("dialog", closed.clone()),
            ("back", closed.clone()),
        ]
    };
    for (sub_role, until, end) in [
        ("support_l1", day, nine.clone()),
        ("support_l1", "2026-11-23", moment(60 * HOUR)),
    ] {
        let all = fields(sub_role, until);
        let all: Vec<(&str, &str)> = all.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let sent = kim.post_form(&form, &all).await;
        assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.text);
        let after = kim.staff_member(&who).await;
        assert_eq!(
            (&after["sub_role"], &after["role_term"]["until"]),
            (&json!(sub_role), &json!(end)),
            "{until}: {after}"
        );
    }
}
