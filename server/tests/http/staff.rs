//! `/api/admin/staff`: who is there, who may be changed by whom, and what ends with it at once.

use http::StatusCode;
use serde_json::{Value, json};
use stagedoor_service::testing::NOON;

use crate::support::{Answer, Browser, HOUR, House, STAFF, WHY, moment};

fn at(id: &str, rest: &str) -> String {
    format!("{STAFF}/api/admin/staff/{id}{rest}")
}

async fn act(browser: &mut Browser, id: &str, verb: &str) -> Answer {
    let body = json!({ "reason": WHY });
    browser.post_json(&at(id, &format!("/{verb}")), &body).await
}

async fn me(browser: &mut Browser) -> Answer {
    browser.get_json(&format!("{STAFF}/api/admin/session")).await
}

fn told(lines: &[String], words: &str) -> bool {
    lines.iter().any(|line| line.contains(words))
}

fn new(email: &str) -> Value {
    json!({
        "email": email, "name": "Zoe Lind", "role": "support", "identity_verified": true,
        "reason": "Joins the support team in Berlin",
    })
}

async fn create(browser: &mut Browser, body: &Value) -> Answer {
    browser.post_json(&format!("{STAFF}/api/admin/staff"), body).await
}

#[tokio::test(flavor = "multi_thread")]
async fn somebody_is_invited_with_a_token_that_is_shown_once() {
    let house = House::new().await;
    let mut kim = house.signed_in("kim").await;
    let mut body = new("zoe@acme-corp.example");
    body["tenants"] = json!(["acme"]);
    body["temporary_until"] = json!(moment(24 * HOUR));
    let created = create(&mut kim, &body).await;
    assert_eq!(created.status, StatusCode::CREATED, "{}", created.text);
    assert_eq!(created.headers["cache-control"], "no-store");
    let token = created.json()["enrollment_token"].as_str().unwrap().to_owned();
    let zoe = kim.staff_member(created.json()["id"].as_str().unwrap()).await;
    assert_eq!(
        (&zoe["state"], &zoe["role"]),
        (&json!("invited"), &json!("support"))
    );
    assert_eq!(zoe["tenants"][0]["slug"], "acme");
    assert_eq!(zoe["temporary_until"], json!(moment(24 * HOUR)));
    assert_eq!(zoe["justification"], "Joins the support team in Berlin");
    assert!(!zoe.to_string().contains(&token), "it is shown once");
    let kept = house
        .db
        .raw_fetch("SELECT hex(enrolment_digest) AS x FROM staff WHERE email LIKE 'zoe@%'")
        .await
        .unwrap();
    assert_ne!(kept[0].get::<String>("x").unwrap(), token, "kept as a digest");
    let mut again = new(" ZOE@acme-corp.example ");
    again["name"] = json!("Zoe Other");
    let again = create(&mut kim, &again).await;
    assert_eq!(
        (again.status, again.field("email").is_empty()),
        (StatusCode::UNPROCESSABLE_ENTITY, false)
    );
    assert!(told(&kim.log("limit=100").await, "invited staff member zoe"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_role_and_tenants_may_be_given_for_a_time_from_the_beginning() {
    let house = House::new().await;
    let mut kim = house.signed_in("kim").await;
    let ends = |role: &str, at: i64| {
        let mut body = new("zoe@acme-corp.example");
        body["role"] = json!(role);
        body["role_until"] = json!(moment(at));
        body["tenants"] = json!(["acme"]);
        body["tenants_until"] = json!(moment(at));
        body
    };
    let past = create(&mut kim, &ends("security", -1)).await;
    for field in ["role_until", "tenants_until"] {
        assert!(past.field(field).contains("ahead of now"), "{}", past.text);
    }
    let least = create(&mut kim, &ends("read_only", HOUR)).await;
    assert!(!least.field("role_until").is_empty(), "{}", least.text);
    let created = create(&mut kim, &ends("security", HOUR)).await;
    assert_eq!(created.status, StatusCode::CREATED, "{}", created.text);
    let id = created.json()["id"].as_str().unwrap().to_owned();
    let zoe = kim.staff_member(&id).await;
    assert_eq!(
        (&zoe["role"], &zoe["role_term"]["until"]),
        (&json!("security"), &json!(moment(HOUR)))
    );
    assert_eq!(zoe["tenants"][0]["slug"], "acme");
    assert_eq!(zoe["tenants_term"]["until"], json!(moment(HOUR)));
    house.later(3600);
    let mut ada = house.signed_in("ada").await;
    let zoe = ada.staff_member(&id).await;
    assert_eq!((&zoe["role"], &zoe["tenants"]), (&json!("read_only"), &json!([])));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_typed_wrong_is_named_field_by_field() {
    let house = House::new().await;
    let mut kim = house.signed_in("kim").await;
    let mut body = new("not an address");
    body["name"] = json!("  ");
    body["identity_verified"] = json!(false);
    body["tenants"] = json!(["no-such-tenant"]);
    body["temporary_until"] = json!(moment(-1));
    let wrong = create(&mut kim, &body).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", wrong.text);
    for field in ["email", "name", "identity_verified", "tenants", "temporary_until"] {
        assert!(!wrong.field(field).is_empty(), "{field} in {}", wrong.text);
    }
    let mut body = new("zoe@acme-corp.example");
    body["reason"] = json!("short");
    let wrong = create(&mut kim, &body).await;
    assert!(!wrong.field("reason").is_empty(), "{}", wrong.text);
    let jess = kim.staff_id("jess").await;
    let none = kim.change_staff(&jess, json!({ "tenants": [] })).await;
    assert!(!none.field("tenants").is_empty(), "{}", none.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reissued_token_lets_its_person_in_and_the_former_is_void() {
    let house = House::new().await;
    let mut kim = house.signed_in("kim").await;
    let niko = kim.staff_id("niko").await;
    let mut tokens = Vec::new();
    for _ in 0..2 {
        let issued = act(&mut kim, &niko, "reissue-enrollment").await;
        assert_eq!(issued.status, StatusCode::OK, "{}", issued.text);
        tokens.push(issued.json()["enrollment_token"].as_str().unwrap().to_owned());
    }
    let mut browser = house.browser();
    let asked = browser.leave_for_the_provider().await;
    let back = browser.choose(&asked, "niko").await;
    browser.get(back.as_str()).await;
    let enrollment = format!("{STAFF}/enrollment");
    let void = browser
        .post_form(&enrollment, &[("enrollment_token", &tokens[0])])
        .await;
    assert_eq!(void.status, StatusCode::UNPROCESSABLE_ENTITY);
    let claimed = browser
        .post_form(&enrollment, &[("enrollment_token", &tokens[1])])
        .await;
    assert!(claimed.to().ends_with("/sign-in"), "{}", claimed.text);
    let options = browser.begin().await;
    let credential = browser.prove(&options);
    assert_eq!(browser.finish(&credential).await.status, StatusCode::OK);
    let enrolled = kim.staff_member(&niko).await;
    assert_eq!(
        (&enrolled["state"], &enrolled["passkeys"]),
        (&json!("active"), &json!(1))
    );
    let refused = act(&mut kim, &niko, "reissue-enrollment").await;
    assert_eq!(refused.status, StatusCode::CONFLICT, "{}", refused.text);

    // Recovery: the passkey and the session go, and the person enrols again.
    let reset = act(&mut kim, &niko, "reset-factors").await;
    assert_eq!(
        (reset.status, &reset.json()["sessions_ended"]),
        (StatusCode::OK, &json!(1)),
        "{}",
        reset.text
    );
    assert_eq!(me(&mut browser).await.code(), "ENROLLMENT_REQUIRED");
    let after = kim.staff_member(&niko).await;
    assert_eq!(
        (&after["state"], &after["passkeys"]),
        (&json!("invited"), &json!(0))
    );
    let lines = kim.log("limit=100").await;
    assert!(told(&lines, "reset the factors of niko"), "{lines:?}");
    assert!(told(&lines, "reissued the enrollment token of niko"), "{lines:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn deactivating_ends_everything_by_the_next_request() {
    let house = House::new().await;
    let mut kim = house.signed_in("kim").await;
    let mut jess = house.signed_in("jess").await;
    jess.visit("rod@acme.com").await;
    let who = kim.staff_id("jess").await;
    let ask = format!(
        "INSERT INTO consent_request (id, tenant_id, staff_id, reason, ttl_micros, state, asked_at, until_at) \
         SELECT 'cst_01m7z0e7rge008000000000001', tenant.id, '{who}', 'open', 900000000, 'pending', {0}, {0} + 3600000000 \
         FROM tenant WHERE slug = 'acme'",
        NOON.micros()
    );
    house.db.raw_execute(&ask).await.unwrap();
    let body = json!({ "reason": "Left the company today", "secrets_compromised": true });
    let out = kim.post_json(&at(&who, "/deactivate"), &body).await;
    assert_eq!(out.status, StatusCode::OK, "{}", out.text);
    let ended = out.json();
    assert_eq!(
        [
            &ended["sessions_ended"],
            &ended["visits_ended"],
            &ended["requests_ended"]
        ],
        [&json!(1), &json!(1), &json!(1)]
    );
    let due: Vec<_> = ended["checklist"]
        .as_array()
        .unwrap()
        .iter()
        .map(|task| task["due_at"].clone())
        .collect();
    assert_eq!(due, [24, 48, 168, 168].map(|hours| json!(moment(hours * HOUR))));

    let refused = me(&mut jess).await;
    assert_eq!(
        (refused.status, refused.code().as_str()),
        (StatusCode::FORBIDDEN, "ACCOUNT_DEACTIVATED")
    );
    let inside = jess.get("https://acme.app.stagedoor.test/members").await;
    assert_ne!(inside.status, StatusCode::OK, "the visit is over as well");
    let gone = kim.staff_member(&who).await;
    assert_eq!(
        (&gone["state"], &gone["role"], &gone["passkeys"]),
        (&json!("deactivated"), &json!("support"), &json!(0))
    );
    assert_eq!(
        (&gone["tenants"], &gone["deactivated_why"]),
        (&json!([]), &json!("Left the company today"))
    );
    let role = house
        .db
        .raw_fetch("SELECT role || scope AS x FROM staff WHERE email LIKE 'jess@%'")
        .await
        .unwrap();
    assert_eq!(
        role[0].get::<String>("x").unwrap(),
        "read_onlylisted",
        "nothing is left of the role"
    );
    for verb in ["deactivate", "reissue-enrollment", "reset-factors"] {
        let again = act(&mut kim, &who, verb).await;
        assert_eq!(again.status, StatusCode::CONFLICT, "{verb}: {}", again.text);
    }
    let lines = kim.log("limit=100").await;
    for words in [
        "deactivated staff member jess",
        "ended impersonation of rod@acme.com",
    ] {
        assert!(told(&lines, words), "{words} in {lines:?}");
    }

    let task = json!({ "task": "review_audit", "reason": "Nothing unusual in 90 days" });
    let done = kim.post_json(&at(&who, "/checklist"), &task).await;
    assert_eq!(done.status, StatusCode::OK, "{}", done.text);
    assert_eq!(done.json()["checklist"][1]["done_by"], "Kim Moreno");
    let twice = kim.post_json(&at(&who, "/checklist"), &task).await;
    assert_eq!(twice.status, StatusCode::CONFLICT);
    let rotate = &done.json()["checklist"][0];
    assert_eq!(rotate["steps"].as_array().map(Vec::len), Some(4), "{rotate}");
    assert_eq!(rotate["entries"], json!(format!("actor:{who} since:30d")));
    let page = kim.get(&format!("{STAFF}/staff/{who}")).await;
    assert!(
        page.text.contains("API keys") && page.text.contains("What they did"),
        "{}",
        page.text
    );
    let odd = json!({ "task": "dance", "reason": "Nothing unusual in 90 days" });
    assert!(
        !kim.post_json(&at(&who, "/checklist"), &odd)
            .await
            .field("task")
            .is_empty()
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn another_role_or_scope_ends_sessions_and_another_name_does_not() {
    let house = House::new().await;
    let mut kim = house.signed_in("kim").await;
    let mut jess = house.signed_in("jess").await;
    let who = kim.staff_id("jess").await;
    let renamed = kim.change_staff(&who, json!({ "name": "Jess P. Park" })).await;
    assert_eq!(
        (renamed.status, &renamed.json()["name"]),
        (StatusCode::OK, &json!("Jess P. Park")),
        "{}",
        renamed.text
    );
    let kept = "SELECT canonical FROM audit_entry WHERE event = 'admin.staff.manage' ORDER BY at DESC";
    let kept: Vec<u8> = house.db.raw_fetch(kept).await.unwrap()[0]
        .get("canonical")
        .unwrap();
    let kept = String::from_utf8(kept).unwrap();
    assert!(
        kept.contains("another name") && !kept.contains("Park"),
        "names stand apart from what never changes: {kept}"
    );
    assert_eq!(me(&mut jess).await.status, StatusCode::OK);
    let ends = kim
        .change_staff(&who, json!({ "temporary_until": moment(HOUR) }))
        .await;
    assert_eq!(
        ends.json()["temporary_until"],
        json!(moment(HOUR)),
        "{}",
        ends.text
    );
    assert_eq!(me(&mut jess).await.status, StatusCode::OK);
    let scoped = kim
        .change_staff(&who, json!({ "tenants": ["acme", "lumen"] }))
        .await;
    assert_eq!(
        scoped.json()["tenants"].as_array().map(Vec::len),
        Some(2),
        "{}",
        scoped.text
    );
    assert_eq!(
        me(&mut jess).await.code(),
        "UNAUTHENTICATED",
        "the former scope is in no session any more"
    );
    let wider = kim
        .change_staff(
            &who,
            json!({ "tenants": null, "temporary_until": null, "role": "security" }),
        )
        .await;
    let wider = wider.json();
    assert_eq!(
        (&wider["tenants"], &wider["temporary_until"], &wider["role"]),
        (&Value::Null, &Value::Null, &json!("security"))
    );
    let same = kim.change_staff(&who, json!({ "role": "security" })).await;
    assert_eq!(same.status, StatusCode::CONFLICT, "{}", same.text);
    assert!(told(&kim.log("limit=100").await, "changed staff member jess"));
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_changes_themselves() {
    let house = House::new().await;
    let mut kim = house.signed_in("kim").await;
    house.signed_in("ada").await;
    let own = kim.staff_id("kim").await;
    let tried = [
        kim.change_staff(&own, json!({ "role": "support" })).await,
        kim.change_staff(&own, json!({ "tenants": ["acme"] })).await,
        kim.change_staff(&own, json!({ "temporary_until": moment(HOUR) }))
            .await,
        act(&mut kim, &own, "deactivate").await,
        act(&mut kim, &own, "reset-factors").await,
        kim.change_staff(&own, json!({ "name": "Kim M." })).await,
    ];
    for refused in &tried {
        assert_eq!(
            (refused.status, refused.code().as_str()),
            (StatusCode::FORBIDDEN, "SELF_CHANGE_FORBIDDEN"),
            "{}",
            refused.text
        );
        assert!(
            refused.text.contains("Ask another super admin"),
            "{}",
            refused.text
        );
    }
    assert_eq!(me(&mut kim).await.status, StatusCode::OK);
    let entries = house
        .db
        .raw_fetch(
            "SELECT count(*) AS n FROM audit_entry WHERE event LIKE 'admin.staff.%' AND outcome = 'denied'",
        )
        .await
        .unwrap();
    assert_eq!(entries[0].count("n").unwrap(), 6, "each is written down");
}

/// A tenant's log tells of people by their names alone.
#[tokio::test(flavor = "multi_thread")]
async fn nobody_takes_a_name_that_reads_as_a_colleagues() {
    let house = House::new().await;
    let mut kim = house.signed_in("kim").await;
    let jess = kim.staff_id("jess").await;
    for (name, words) in [
        ("Kim Moreno", "A colleague has this name"),
        ("kim  MORENO", "A colleague has this name"),
        ("Kim\u{200b} Moreno", "not seen"),
        ("\u{202e}oneroM miK", "not seen"),
        ("Kim \u{2066}Moreno", "not seen"),
    ] {
        let renamed = kim.change_staff(&jess, json!({ "name": name })).await;
        assert!(
            renamed.field("name").contains(words),
            "{name:?}: {}",
            renamed.text
        );
        let mut body = new("zoe@acme-corp.example");
        body["name"] = json!(name);
        let invited = create(&mut kim, &body).await;
        assert!(
            invited.field("name").contains(words),
            "{name:?}: {}",
            invited.text
        );
    }
    let renamed = kim.change_staff(&jess, json!({ "name": "Jess  Park" })).await;
    assert_eq!(renamed.status, StatusCode::OK, "her own: {}", renamed.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_last_super_admin_and_those_the_file_names_stay() {
    let house = House::new().await;
    let mut kim = house.signed_in("kim").await;
    house.signed_in("ada").await;
    let (ada, sol) = (kim.staff_id("ada").await, kim.staff_id("sol").await);
    let later = NOON.micros() + 48 * HOUR;
    // Kim's own account is temporary now, which counts for nothing: Ada is the last who stays.
    house
        .db
        .raw_execute(&format!(
            "UPDATE staff SET account_until = {later} WHERE email LIKE 'kim@%'"
        ))
        .await
        .unwrap();
    for refused in [
        kim.change_staff(
            &ada,
            json!({ "tenants": ["acme"], "role": "support", "temporary_until": moment(HOUR) }),
        )
        .await,
        kim.change_staff(&ada, json!({ "temporary_until": moment(HOUR) }))
            .await,
        act(&mut kim, &ada, "deactivate").await,
    ] {
        assert_eq!(
            (refused.status, refused.code().as_str()),
            (StatusCode::CONFLICT, "LAST_SUPER_ADMIN"),
            "{}",
            refused.text
        );
    }
    // What a temporary account gives ends with it at the latest.
    let permanent = create(&mut kim, &new("zoe@acme-corp.example")).await;
    assert_eq!(
        (permanent.status, permanent.code().as_str()),
        (StatusCode::FORBIDDEN, "FORBIDDEN"),
        "{}",
        permanent.text
    );
    let flags = house
        .db
        .raw_fetch(
            "SELECT count(*) AS n FROM audit_entry WHERE CAST(canonical AS TEXT) LIKE '%\"temporary\"%'",
        )
        .await
        .unwrap();
    assert!(
        flags[0].count("n").unwrap() >= 4,
        "what a temporary account does is marked"
    );

    house
        .db
        .raw_execute("UPDATE staff SET account_until = NULL WHERE email LIKE 'kim@%'")
        .await
        .unwrap();
    house
        .db
        .raw_execute("UPDATE identity_provider SET declared = 1")
        .await
        .unwrap();
    assert_eq!(kim.staff_member(&sol).await["named_in_configuration"], true);
    for refused in [
        kim.change_staff(&sol, json!({ "role": "support" })).await,
        act(&mut kim, &sol, "deactivate").await,
        act(&mut kim, &sol, "reissue-enrollment").await,
    ] {
        assert_eq!(refused.status, StatusCode::FORBIDDEN, "{}", refused.text);
        assert!(
            refused.text.contains("configuration file names"),
            "{}",
            refused.text
        );
    }
    assert_eq!(
        act(&mut kim, &ada, "deactivate").await.status,
        StatusCode::OK,
        "Kim stays"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_who_remove_each_other_one_stays() {
    let house = House::new().await;
    let mut kim = house.signed_in("kim").await;
    let mut ada = house.signed_in("ada").await;
    let (kims, adas) = (kim.staff_id("kim").await, kim.staff_id("ada").await);
    let (one, other) = tokio::join!(
        act(&mut kim, &adas, "deactivate"),
        act(&mut ada, &kims, "deactivate")
    );
    let won = [&one, &other]
        .iter()
        .filter(|answer| answer.status == StatusCode::OK)
        .count();
    assert_eq!(won, 1, "{} {}", one.text, other.text);
    let left = house
        .db
        .raw_fetch("SELECT count(*) AS n FROM staff WHERE role = 'super_admin' AND state = 'active'")
        .await
        .unwrap();
    assert_eq!(left[0].count("n").unwrap(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_temporary_account_ends_by_itself() {
    let house = House::new().await;
    let mut kim = house.signed_in("kim").await;
    let who = kim.staff_id("jess").await;
    kim.change_staff(&who, json!({ "temporary_until": moment(HOUR / 6) }))
        .await;
    let mut jess = house.signed_in("jess").await;
    let end = me(&mut jess).await;
    assert_eq!(
        end.json()["account_until"],
        kim.staff_member(&who).await["temporary_until"],
        "{}",
        end.text
    );
    assert!(end.json()["account_until"].is_string(), "{}", end.text);
    house.later(599);
    house.service.run_due().await.unwrap();
    assert_eq!(me(&mut jess).await.status, StatusCode::OK, "a second is left");
    house.later(1);
    assert_eq!(
        me(&mut jess).await.code(),
        "ACCOUNT_DEACTIVATED",
        "no job has run yet"
    );
    house.service.run_due().await.unwrap();
    house.service.run_due().await.unwrap();
    let gone = kim.staff_member(&who).await;
    assert_eq!(
        (&gone["state"], &gone["checklist"].as_array().map(Vec::len)),
        (&json!("deactivated"), &Some(3))
    );
    let lines = kim.log("limit=100").await;
    let told = lines
        .iter()
        .filter(|line| line.contains("the temporary account of jess"))
        .count();
    assert_eq!(told, 1, "{lines:?}");
    // What was not asked when the account ended by itself is said afterwards, once.
    let offered = format!("{STAFF}/staff/{who}");
    let words = "Secrets may be known";
    assert!(kim.get(&offered).await.text.contains(words), "it is offered");
    let added = act(&mut kim, &who, "compromised").await;
    assert_eq!(added.status, StatusCode::OK, "{}", added.text);
    let first = &added.json()["checklist"][0];
    assert_eq!(
        (&first["task"], &first["due_at"]),
        (&json!("rotate_secrets"), &json!(moment(HOUR / 6 + 24 * HOUR)))
    );
    let again = act(&mut kim, &who, "compromised").await;
    assert_eq!(again.status, StatusCode::CONFLICT, "{}", again.text);
    let niko = kim.staff_id("niko").await;
    let not_off = act(&mut kim, &niko, "compromised").await;
    assert_eq!(not_off.status, StatusCode::CONFLICT, "{}", not_off.text);
    assert!(!kim.get(&offered).await.text.contains(words), "and no more");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_may_look_sees_staff_and_who_changes_proves_it_within_the_hour() {
    let house = House::new().await;
    let mut sasha = house.signed_in("sasha").await;
    for (query, expected) in [
        ("role:super_admin", 3),
        ("state:invited", 1),
        ("account:temporary", 0),
        ("le", 1),
        ("hale", 1),
    ] {
        let list = sasha
            .get_json(&format!("{STAFF}/api/admin/staff?q={query}"))
            .await;
        assert_eq!(
            list.json()["items"].as_array().map(Vec::len),
            Some(expected),
            "{query}: {}",
            list.text
        );
    }
    let page = sasha
        .get_json(&format!("{STAFF}/api/admin/staff?limit=5"))
        .await
        .json();
    let next = page["next"].as_str().unwrap();
    let rest = sasha
        .get_json(&format!("{STAFF}/api/admin/staff?limit=5&cursor={next}"))
        .await
        .json();
    assert_eq!(
        (
            page["items"].as_array().map(Vec::len),
            rest["items"].as_array().map(Vec::len)
        ),
        (Some(5), Some(3))
    );
    let odd = sasha.get_json(&format!("{STAFF}/api/admin/staff?q=shoe:9")).await;
    assert!(!odd.field("q").is_empty(), "{}", odd.text);
    let jess = sasha.staff_id("jess").await;
    let refused = sasha.change_staff(&jess, json!({ "role": "read_only" })).await;
    assert_eq!(refused.code(), "FORBIDDEN");
    let mut rio = house.signed_in("rio").await;
    let hidden = rio.get_json(&format!("{STAFF}/api/admin/staff")).await;
    assert_eq!(
        (hidden.status, hidden.code().as_str()),
        (StatusCode::FORBIDDEN, "FORBIDDEN")
    );

    let mut kim = house.signed_in("kim").await;
    for _ in 0..7 {
        house.later(600);
        me(&mut kim).await;
    }
    let stale = kim.change_staff(&jess, json!({ "role": "read_only" })).await;
    assert_eq!(
        (stale.status, stale.code().as_str()),
        (StatusCode::UNAUTHORIZED, "STEP_UP_REQUIRED"),
        "{}",
        stale.text
    );
    assert_eq!(stale.json()["error"]["max_age_seconds"], 3600);
    assert_eq!(
        kim.staff_member(&jess).await["role"],
        "support",
        "nothing was changed"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_checklist_that_is_late_stands_on_the_overview_of_who_sees_staff() {
    let house = House::new().await;
    let mut kim = house.signed_in("kim").await;
    let who = kim.staff_id("jess").await;
    let body = json!({ "reason": WHY, "secrets_compromised": true });
    let gone = kim.post_json(&at(&who, "/deactivate"), &body).await;
    assert_eq!(gone.status, StatusCode::OK, "{}", gone.text);
    let words = "overdue task after a deactivation";
    let early = kim.get(&format!("{STAFF}/")).await;
    assert!(!early.text.contains(words), "nothing is late yet");
    house.later(24 * 3600);
    let mut sasha = house.signed_in("sasha").await;
    let late = sasha.get(&format!("{STAFF}/")).await.text;
    for part in [
        format!("1 {words}"),
        "Jess Park".to_owned(),
        format!("/staff/{who}"),
    ] {
        assert!(late.contains(&part), "{part} in {late}");
    }
    let told = sasha
        .get_json(&format!("{STAFF}/api/admin/overview"))
        .await
        .json();
    let needs = told["needs"].as_array().unwrap();
    let need = needs.iter().find(|need| need["title"] == format!("1 {words}"));
    let page = format!("/staff/{who}");
    let wanted =
        json!({ "tone": "danger", "title": format!("1 {words}"), "about": "Jess Park", "page": page });
    assert_eq!(need, Some(&wanted), "{told}");
    assert!(told["hygiene"].is_array() && told["figures"][0]["value"].is_string());
    let mut rob = house.signed_in("rob").await;
    let hidden = rob.get_json(&format!("{STAFF}/api/admin/overview")).await;
    assert!(
        !hidden.text.contains(words),
        "support sees no staff by the API either"
    );
    assert_eq!(hidden.json()["hygiene"], Value::Null);
    let hidden = rob.get(&format!("{STAFF}/")).await;
    assert!(!hidden.text.contains(words), "support sees no staff");
    let mut kim = house.signed_in_again("kim", kim).await;
    let task = json!({ "task": "rotate_secrets", "reason": "All of them are new" });
    let done = kim.post_json(&at(&who, "/checklist"), &task).await;
    assert_eq!(done.status, StatusCode::OK, "{}", done.text);
    let after = kim.get(&format!("{STAFF}/")).await;
    assert!(!after.text.contains(words), "{}", after.text);
}
