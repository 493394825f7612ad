//! `/enrollment`: a proven identity brings its token, once; and the command line's ways to make one.

use http::{Method, StatusCode};
use stagedoor_core::role::StaffRole;
use stagedoor_service::ServiceError;
use stagedoor_service::enrolment::{Admin, Issued};
use stagedoor_store::staff;
use stagedoor_store::testing::TestDb;

use crate::sign_in::outside;
use crate::support::{Answer, Browser, House, STAFF, sentences};

const NIKO: &str = "niko@acme-corp.example";

async fn token_for(house: &House, email: &str) -> Issued {
    let found = staff::find_by_address(&mut house.db.reader(), email, house.service.now())
        .await
        .unwrap();
    house.service.reissue(found.unwrap().id).await.unwrap()
}

/// Through the provider, up to the field for the token.
async fn at_the_field(house: &House, short: &str) -> Browser {
    let mut browser = house.browser();
    let asked = browser.leave_for_the_provider().await;
    let back = browser.choose(&asked, short).await;
    let answer = browser.get(back.as_str()).await;
    assert!(answer.to().ends_with("/enrollment"), "{}", answer.text);
    browser
}

async fn enrol(browser: &mut Browser, token: &str) -> Answer {
    browser
        .post_form(&format!("{STAFF}/enrollment"), &[("enrollment_token", token)])
        .await
}

/// To the passkey, which is the entrance's next step.
fn goes_on(answer: &Answer) -> bool {
    answer.to().ends_with("/sign-in")
}

async fn outcomes(house: &House) -> Vec<String> {
    // What is told of a refused token is written behind the answer.
    house.service.run_due().await.unwrap();
    // Not a super admin: a bootstrap in between may have taken a pending one's place.
    let mut sasha = house.signed_in("sasha").await;
    let log = sasha
        .get_json(&format!("{STAFF}/api/admin/audit-logs?q=action:staff.enrol"))
        .await;
    let items = log.json()["items"].as_array().unwrap().clone();
    items
        .iter()
        .rev()
        .map(|item| item["code"].to_string() + item["sentence"].as_str().unwrap())
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_first_day_goes_from_the_provider_to_the_console() {
    let house = House::new().await;
    let issued = token_for(&house, NIKO).await;
    let mut niko = at_the_field(&house, "niko").await;
    let page = niko.get(&format!("{STAFF}/enrollment")).await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(
        page.text.contains(NIKO) && page.text.contains("Enrollment token"),
        "{}",
        page.text
    );
    let enrolled = enrol(&mut niko, &format!("  {} ", issued.expose())).await;
    assert!(goes_on(&enrolled), "{}", enrolled.text);
    let options = niko.begin().await;
    let credential = niko.prove(&options);
    assert_eq!(niko.finish(&credential).await.status, StatusCode::OK);
    let me = niko.get_json(&format!("{STAFF}/api/admin/session")).await.json();
    assert_eq!(me["email"], NIKO);
    assert!(
        outcomes(&house)
            .await
            .iter()
            .any(|line| line.ends_with("niko enrolled"))
    );

    // From now on the identity is known, and no token is asked for.
    let mut again = house.browser();
    again.identify("niko").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_wants_json_is_told_by_code() {
    let house = House::new().await;
    let mut niko = house.browser();
    let asked = niko.leave_for_the_provider().await;
    let back = niko.choose(&asked, "niko").await;
    let answer = niko.get_json(back.as_str()).await;
    assert_eq!(
        (answer.status, answer.code().as_str()),
        (StatusCode::FORBIDDEN, "ENROLLMENT_REQUIRED")
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn every_token_that_does_not_fit_reads_the_same_and_is_recorded() {
    let house = House::new().await;
    let old = token_for(&house, NIKO).await;
    let fresh = token_for(&house, NIKO).await;
    let admin = Admin {
        email: "zoe@acme-corp.example".to_owned(),
        name: "Zoe".to_owned(),
    };
    let of_another = house.service.bootstrap(&admin).await.unwrap();
    let mut niko = at_the_field(&house, "niko").await;
    let mut words = Vec::new();
    for token in ["nonsense", &old.expose(), &of_another.expose()] {
        let refused = enrol(&mut niko, token).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(
            refused.text.contains("enrollment_token-error"),
            "{}",
            refused.text
        );
        let start = refused.text.find("This token is not valid").unwrap();
        words.push(refused.text[start..start + 160].to_owned());
    }
    words.dedup();
    assert_eq!(words.len(), 1, "{words:?}");
    house.later(24 * 3600 - 1);
    let mut later = at_the_field(&house, "niko").await;
    house.later(1);
    let refused = enrol(&mut later, &fresh.expose()).await;
    assert_eq!(
        refused.status,
        StatusCode::UNPROCESSABLE_ENTITY,
        "24 hours are over"
    );
    let told = outcomes(&house).await;
    assert_eq!(told.len(), 4, "{told:?}");
    assert!(
        told.iter().all(|line| line.contains("tried to enrol")),
        "{told:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn guesses_are_counted_and_the_sign_in_ends() {
    let house = House::new().await;
    let issued = token_for(&house, NIKO).await;
    let mut niko = at_the_field(&house, "niko").await;
    for _ in 0..5 {
        assert_eq!(
            enrol(&mut niko, "guess").await.status,
            StatusCode::UNPROCESSABLE_ENTITY
        );
    }
    let sixth = enrol(&mut niko, &issued.expose()).await;
    assert_eq!(sixth.status, StatusCode::UNAUTHORIZED, "{}", sixth.text);
    assert!(sixth.text.contains("Start again"));
    let mut again = at_the_field(&house, "niko").await;
    assert!(
        goes_on(&enrol(&mut again, &issued.expose()).await),
        "the token itself still holds"
    );
}

async fn of_two_racers_one_wins(db: TestDb) {
    let house = House::over(db).await;
    let issued = token_for(&house, NIKO).await;
    let (mut one, mut two) = (
        at_the_field(&house, "niko").await,
        at_the_field(&house, "niko").await,
    );
    let token = issued.expose();
    let (first, second) = tokio::join!(enrol(&mut one, &token), enrol(&mut two, &token));
    let mut statuses = [first.status, second.status];
    statuses.sort();
    assert_eq!(
        statuses,
        [StatusCode::SEE_OTHER, StatusCode::UNPROCESSABLE_ENTITY]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_racers_one_wins_on_sqlite() {
    of_two_racers_one_wins(TestDb::sqlite().await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_racers_one_wins_on_postgresql() {
    of_two_racers_one_wins(TestDb::postgres().await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_claim_without_a_passkey_lapses() {
    let house = House::new().await;
    let issued = token_for(&house, NIKO).await;
    let mut niko = at_the_field(&house, "niko").await;
    enrol(&mut niko, &issued.expose()).await;
    house.later(15 * 60);
    assert_eq!(
        niko.post_json(&format!("{STAFF}/sign-in/passkey/begin"), &serde_json::json!({}))
            .await
            .status,
        StatusCode::UNAUTHORIZED
    );
    let mut again = house.browser();
    let asked = again.leave_for_the_provider().await;
    let back = again.choose(&asked, "niko").await;
    assert_eq!(
        again.get(back.as_str()).await.status,
        StatusCode::FORBIDDEN,
        "a super admin has to invite anew"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_page_needs_a_proven_identity() {
    let house = House::new().await;
    let mut nobody = house.browser();
    assert_eq!(
        nobody.get(&format!("{STAFF}/enrollment")).await.status,
        StatusCode::UNAUTHORIZED
    );
    assert_eq!(enrol(&mut nobody, "x").await.status, StatusCode::UNAUTHORIZED);
    let mut kim = house.browser();
    kim.identify("kim").await;
    assert_eq!(
        kim.get(&format!("{STAFF}/enrollment")).await.status,
        StatusCode::UNAUTHORIZED,
        "kim is known"
    );
    let mut niko = at_the_field(&house, "niko").await;
    let foreign = niko
        .call(
            Method::POST,
            &format!("{STAFF}/enrollment"),
            Some(("text/plain", "x".to_owned())),
            "text/html",
        )
        .await;
    assert_eq!(foreign.status, StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test(flavor = "multi_thread")]
async fn bootstrap_works_until_a_super_admin_is_enrolled() {
    let house = House::new().await;
    let admin = |email: &str| Admin {
        email: email.to_owned(),
        name: "First".to_owned(),
    };
    for (email, name, field) in [("nobody", "A", "email"), ("a@b.example", " ", "name")] {
        let refused = house
            .service
            .bootstrap(&Admin {
                email: email.to_owned(),
                name: name.to_owned(),
            })
            .await;
        let Err(ServiceError::Invalid(fields)) = refused else {
            panic!("{email} {name} was accepted")
        };
        assert_eq!(fields[0].field, field);
    }
    let before = staff::list(&mut house.db.reader(), house.service.now())
        .await
        .unwrap()
        .len();
    house
        .service
        .bootstrap(&admin("first@acme-corp.example"))
        .await
        .unwrap();
    house
        .service
        .bootstrap(&admin("second@acme-corp.example"))
        .await
        .unwrap();
    let all = staff::list(&mut house.db.reader(), house.service.now())
        .await
        .unwrap();
    assert_eq!(all.len(), before, "a pending one is replaced, not joined");
    assert!(
        all.iter()
            .any(|staff| staff.email == "second@acme-corp.example" && staff.role == StaffRole::SuperAdmin)
    );
    let enrolled = all
        .iter()
        .find(|staff| staff.role == StaffRole::SuperAdmin && staff.identity.is_some());
    let short = enrolled.unwrap().email.split('@').next().unwrap().to_owned();
    house.signed_in(&short).await;
    let refused = house.service.bootstrap(&admin("third@acme-corp.example")).await;
    assert!(matches!(refused, Err(ServiceError::Conflict(words)) if words.contains("stagedoor recover")));
}

#[tokio::test(flavor = "multi_thread")]
async fn recovery_ends_everything_at_once_and_starts_anew() {
    let house = House::new().await;
    let mut ada = house.signed_in("ada").await;
    let mut kim = house.signed_in("kim").await;
    let visit = kim.visit("rod@acme.com").await;
    for nobody in ["nobody@acme-corp.example", "jess@acme-corp.example"] {
        assert!(
            matches!(house.service.recover(nobody).await, Err(ServiceError::Invalid(_))),
            "{nobody}"
        );
    }
    let issued = house.service.recover("Kim@acme-corp.example").await.unwrap();
    let me = kim.get_json(&format!("{STAFF}/api/admin/session")).await;
    assert!(!me.status.is_success(), "{}", me.text);
    let inside = kim
        .get_json(&format!("{}/api/tenant/users", crate::support::tenant("acme")))
        .await;
    assert_eq!(
        inside.status,
        StatusCode::UNAUTHORIZED,
        "the visit is over as well"
    );
    let log = ada
        .get_json(&format!("{STAFF}/api/admin/audit-logs?q=impersonation:{visit}"))
        .await;
    assert!(
        sentences(&log).iter().any(|words| words.contains("ended")),
        "{:?}",
        sentences(&log)
    );
    let log = ada
        .get_json(&format!(
            "{STAFF}/api/admin/audit-logs?q=action:admin.staff.recover"
        ))
        .await;
    assert!(
        sentences(&log)[0].contains("recovered super admin kim"),
        "{:?}",
        sentences(&log)
    );

    let mut anew = at_the_field(&house, "kim").await;
    assert!(goes_on(&enrol(&mut anew, &issued.expose()).await));
    let options = anew.begin().await;
    assert!(
        options["publicKey"]["user"].is_object(),
        "the former passkey counts no more: {options}"
    );
    let credential = anew.prove(&options);
    assert_eq!(anew.finish(&credential).await.status, StatusCode::OK);
}

/// As if another session began between the look and the write: nothing that the entries do not tell of is left behind, to live
/// again once its person has enrolled.
#[tokio::test(flavor = "multi_thread")]
async fn a_recovery_ends_what_runs_when_it_is_written() {
    let house = House::new().await;
    house.signed_in("kim").await;
    let kims = "staff_id = (SELECT id FROM staff WHERE email LIKE 'kim@%')";
    let meanwhile = format!(
        "UPDATE staff_session SET ended_at = started_at, ended_why = 'revoked' WHERE {kims}; \
         CREATE TRIGGER meanwhile AFTER UPDATE OF state ON staff WHEN NEW.state = 'invited' BEGIN \
         UPDATE staff_session SET ended_at = NULL, ended_why = NULL WHERE staff_id = NEW.id; END"
    );
    house.db.raw_execute(&meanwhile).await.unwrap();
    let refused = house.service.recover("kim@acme-corp.example").await;
    assert!(refused.is_err(), "{refused:?}");
    let invited = "SELECT count(*) AS n FROM staff WHERE email LIKE 'kim@%' AND state = 'invited'";
    let invited = house.db.raw_fetch(invited).await.unwrap()[0].count("n").unwrap();
    assert_eq!(invited, 0, "nothing is half done");
    let before = format!(
        "DROP TRIGGER meanwhile; UPDATE staff_session SET ended_at = NULL, ended_why = NULL WHERE {kims}"
    );
    house.db.raw_execute(&before).await.unwrap();
    house.service.recover("kim@acme-corp.example").await.unwrap();
    let open = format!("SELECT count(*) AS n FROM staff_session WHERE ended_at IS NULL AND {kims}");
    let open = house.db.raw_fetch(&open).await.unwrap()[0].count("n").unwrap();
    assert_eq!(open, 0);
}

/// A token is not even looked at outside, so that nobody can use one up there.
#[tokio::test(flavor = "multi_thread")]
async fn a_token_that_was_brought_outside_still_holds_inside() {
    let house = House::new().await;
    let issued = token_for(&house, NIKO).await;
    let mut niko = at_the_field(&house, "niko").await;
    let inside = niko.peer;
    outside(&mut niko);
    for _ in 0..6 {
        let refused = enrol(&mut niko, &issued.expose()).await;
        assert_eq!(refused.status, StatusCode::FORBIDDEN, "{}", refused.text);
        assert!(
            refused.text.contains("not in an allowed network"),
            "{}",
            refused.text
        );
    }
    let told = outcomes(&house).await;
    let refusals = told.iter().filter(|line| line.contains("network_outside"));
    assert_eq!(refusals.count(), 1, "once a minute: {told:?}");
    niko.peer = inside;
    let enrolled = enrol(&mut niko, &issued.expose()).await;
    assert!(goes_on(&enrolled), "no try was counted: {}", enrolled.text);
}
