//! Equal work at the staff entrance, counted: the provider has said who somebody is, and the answer may tell how they stand;
//! the statements that run for it do not.

use std::collections::BTreeMap;

use http::StatusCode;
use http::header::{CONTENT_LENGTH, DATE, LOCATION, SET_COOKIE};
use serde_json::json;
use stagedoor_service::enrolment::Admin;
use stagedoor_store::staff;
use stagedoor_store::testing::{TestDb, statements_since};

use crate::support::{Answer, Browser, House, STAFF};
use crate::tenant_sign_in::plain;

/// What was answered, and what ran for it.
pub(crate) struct Did {
    pub(crate) who: &'static str,
    pub(crate) answer: Answer,
    pub(crate) statements: BTreeMap<&'static str, u64>,
}

pub(crate) async fn counted(who: &'static str, asked: impl Future<Output = Answer>) -> Did {
    drop(statements_since());
    let answer = asked.await;
    let statements = statements_since();
    Did {
        who,
        answer,
        statements,
    }
}

/// The headers of an answer, without what differs by time. Of a cookie the value is a reference; its name and its attributes are not.
fn headers(answer: &Answer) -> Vec<(String, String)> {
    let varies = ["x-request-id", "content-security-policy", DATE.as_str()];
    let mut all: Vec<_> = answer
        .headers
        .iter()
        .filter(|(name, _)| !varies.contains(&name.as_str()))
        .map(|(name, value)| {
            let value = String::from_utf8_lossy(value.as_bytes()).into_owned();
            let value = match name == SET_COOKIE {
                true => without_reference(&value),
                false => value,
            };
            (name.to_string(), value)
        })
        .collect();
    all.sort();
    all
}

fn without_reference(cookie: &str) -> String {
    let (pair, attributes) = cookie.split_once(';').unwrap_or((cookie, ""));
    let (name, value) = pair.split_once('=').unwrap();
    let held = if value.is_empty() {
        "nothing"
    } else {
        "a reference"
    };
    format!("{name}={held};{attributes}")
}

pub(crate) fn all_did_the_same(all: &[Did]) {
    let first = &all[0];
    assert!(!first.statements.is_empty());
    for one in &all[1..] {
        assert_eq!(one.statements, first.statements, "{} as {}", one.who, first.who);
    }
}

/// The same status, headers and body, to the last byte but for the request's id and the nonce.
pub(crate) fn all_look_the_same(all: &[&Did], status: StatusCode) {
    for one in all {
        assert_eq!(one.answer.status, status, "{}: {}", one.who, one.answer.text);
        assert_eq!(headers(&one.answer), headers(&all[0].answer), "{}", one.who);
        assert_eq!(
            plain(&one.answer, "typed by nobody"),
            plain(&all[0].answer, "typed by nobody"),
            "{}",
            one.who
        );
    }
}

/// The same status and headers, of answers that may say how somebody stands, and so where they go on.
fn all_are_shaped_alike(all: &[&Did], status: StatusCode) {
    let told = [CONTENT_LENGTH.as_str(), LOCATION.as_str()];
    let shape = |one: &Did| -> Vec<_> {
        let all = headers(&one.answer).into_iter();
        all.filter(|(name, _)| !told.contains(&name.as_str())).collect()
    };
    for one in all {
        assert_eq!(one.answer.status, status, "{}: {}", one.who, one.answer.text);
        assert_eq!(shape(one), shape(all[0]), "{}", one.who);
    }
}

/// What ran, without what ran for something else.
fn without(statements: &mut BTreeMap<&'static str, u64>, others: &BTreeMap<&'static str, u64>) {
    for (name, times) in others {
        let left = statements[name] - times;
        match left {
            0 => drop(statements.remove(name)),
            left => drop(statements.insert(name, left)),
        }
    }
}

/// How many entries of an event tell of what did not succeed.
async fn told(house: &House, event: &str) -> i64 {
    let sql =
        format!("SELECT count(*) AS n FROM audit_entry WHERE event = '{event}' AND outcome <> 'success'");
    house.db.raw_fetch(&sql).await.unwrap()[0].get("n").unwrap()
}

/// Back from the provider, as somebody.
async fn comes_back(house: &House, who: &'static str, short: &str) -> Did {
    let mut browser = house.browser();
    let asked = browser.leave_for_the_provider().await;
    let back = browser.choose(&asked, short).await;
    counted(who, browser.get(back.as_str())).await
}

async fn whoever_a_provider_vouches_for(db: TestDb) {
    let house = House::over(db).await;
    for enrolled in ["kim", "ada", "jess", "rob", "rio", "sasha"] {
        house.signed_in(enrolled).await;
    }
    let change = |what: &str, short: &str| format!("UPDATE staff SET {what} WHERE email LIKE '{short}@%'");
    for sql in [
        change("state = 'invited'", "rio"),
        change("state = 'deactivated', scope = 'listed'", "jess"),
        change("account_until = 1", "rob"),
        "INSERT INTO code_attempt (staff_id, kind, failures) SELECT id, 'totp', 10 FROM staff WHERE email LIKE 'sasha@%'"
            .to_owned(),
    ] {
        house.db.raw_execute(&sql).await.unwrap();
    }
    let before = told(&house, "staff.sign_in").await;
    let mut all = Vec::new();
    for (who, short) in [
        ("known", "ada"),
        ("known, codes locked", "sasha"),
        ("unknown", "niko"),
        ("pending", "rio"),
        ("deactivated", "jess"),
        ("expired", "rob"),
    ] {
        all.push(comes_back(&house, who, short).await);
    }
    let (go_on, barred) = all.split_at_mut(3);
    // Who goes no further gets the entrance in the same answer, where the others are led to a page of its own.
    let mut stranger = house.browser();
    let entrance = format!("{STAFF}/sign-in");
    let entrance = counted("the entrance", stranger.get(&entrance)).await;
    for one in barred.iter_mut() {
        without(&mut one.statements, &entrance.statements);
    }
    all_did_the_same(go_on);
    all_did_the_same(barred);
    assert_eq!(barred[0].statements, go_on[0].statements);
    all_look_the_same(&[&go_on[0], &go_on[1]], StatusCode::SEE_OTHER);
    all_are_shaped_alike(&go_on.iter().collect::<Vec<_>>(), StatusCode::SEE_OTHER);
    all_are_shaped_alike(&barred.iter().collect::<Vec<_>>(), StatusCode::FORBIDDEN);
    // It is told behind the answers.
    assert_eq!(told(&house, "staff.sign_in").await, before);
    house.service.run_due().await.unwrap();
    assert_eq!(told(&house, "staff.sign_in").await - before, 4);
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_a_provider_vouches_for_costs_the_same_on_either_engine() {
    whoever_a_provider_vouches_for(TestDb::sqlite().await).await;
    whoever_a_provider_vouches_for(TestDb::postgres().await).await;
}

async fn at_the_field(house: &House) -> Browser {
    let mut browser = house.browser();
    let asked = browser.leave_for_the_provider().await;
    let back = browser.choose(&asked, "niko").await;
    browser.get(back.as_str()).await;
    browser
}

async fn brings(house: &House, who: &'static str, token: &str) -> Did {
    let mut niko = at_the_field(house).await;
    let fields = [("enrollment_token", token)];
    counted(who, niko.post_form(&format!("{STAFF}/enrollment"), &fields)).await
}

async fn token_of_niko(house: &House) -> String {
    let niko = staff::find_by_address(
        &mut house.db.reader(),
        "niko@acme-corp.example",
        house.service.now(),
    )
    .await;
    let issued = house.service.reissue(niko.unwrap().unwrap().id).await.unwrap();
    issued.expose()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_token_costs_the_same_up_to_the_claim() {
    let house = House::new().await;
    let admin = Admin {
        email: "zoe@acme-corp.example".to_owned(),
        name: "Zoe".to_owned(),
    };
    let of_another = house.service.bootstrap(&admin).await.unwrap().expose();
    let over = token_of_niko(&house).await;
    let expire = "UPDATE staff SET enrolment_until = 1 WHERE email LIKE 'niko@%'";
    house.db.raw_execute(expire).await.unwrap();
    let unknown = "A".repeat(43);
    let mut all = Vec::new();
    for (who, token) in [
        ("no token at all", "nonsense"),
        ("unknown", unknown.as_str()),
        ("expired", &over),
        ("another's", &of_another),
    ] {
        all.push(brings(&house, who, token).await);
    }
    all_did_the_same(&all);
    all_look_the_same(&all.iter().collect::<Vec<_>>(), StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(told(&house, "staff.enrol").await, 0);
    house.service.run_due().await.unwrap();
    assert_eq!(told(&house, "staff.enrol").await, 4);
    let right = token_of_niko(&house).await;
    let right = brings(&house, "right", &right).await;
    assert!(right.answer.to().ends_with("/sign-in"), "{}", right.answer.text);
    same_up_to_there(
        &all[0],
        &right,
        &["sign_in::TRY", "staff::find::FIND_BY_TOKEN", "staff::row::SCOPE"],
    );
}

/// The same of these ran for both, and it ran.
fn same_up_to_there(wrong: &Did, right: &Did, names: &[&str]) {
    for name in names {
        let of = |did: &Did| -> u64 {
            let ours = did.statements.iter().filter(|(full, _)| full.ends_with(name));
            ours.map(|(_, times)| *times).sum()
        };
        assert!(of(wrong) > 0, "{name}: {:?}", wrong.statements);
        assert_eq!(of(wrong), of(right), "{name}: {} and {}", wrong.who, right.who);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_answer_for_one_call_costs_the_same_until_it_verifies() {
    let house = House::new().await;
    let mut kim = house.signed_in("kim").await;
    let mut ada = house.signed_in("ada").await;
    house.later(601);
    let api = |path: &str| format!("{STAFF}/api/admin/{path}");
    let refused = kim.post_json(&api("session/passkeys/begin"), &json!({})).await;
    let id = refused.json()["error"]["step_up_id"].as_str().unwrap().to_owned();
    let begin = api(&format!("step-up/{id}/begin"));
    let finish = api(&format!("step-up/{id}"));
    let mut all = Vec::new();
    for who in ["another origin", "another's passkey", "another challenge"] {
        let mut options = kim.post_json(&begin, &json!({})).await.json();
        let credential = match who {
            "another origin" => kim.prove_at("https://evil.admin.stagedoor.test", &options),
            "another's passkey" => {
                let theirs = ada
                    .post_json(&api("session/renew/begin"), &json!({}))
                    .await
                    .json();
                options["publicKey"]["allowCredentials"] = theirs["publicKey"]["allowCredentials"].clone();
                ada.prove(&options)
            }
            _ => {
                let other = kim
                    .post_json(&api("session/renew/begin"), &json!({}))
                    .await
                    .json();
                options["publicKey"]["challenge"] = other["publicKey"]["challenge"].clone();
                kim.prove(&options)
            }
        };
        let body = json!({ "credential": credential });
        all.push(counted(who, kim.post_json(&finish, &body)).await);
    }
    all_did_the_same(&all);
    all_look_the_same(&all.iter().collect::<Vec<_>>(), StatusCode::CONFLICT);
    let options = counted("with a passkey", kim.post_json(&begin, &json!({}))).await;
    let body = json!({ "credential": kim.prove(&options.answer.json()) });
    let right = counted("right", kim.post_json(&finish, &body)).await;
    assert_eq!(right.answer.status, StatusCode::OK, "{}", right.answer.text);
    same_up_to_there(&all[0], &right, &["step_up::TAKE_BEGUN", "passkey::LIST"]);

    // The next call of somebody without a passkey.
    let refused = kim.post_json(&api("session/passkeys/begin"), &json!({})).await;
    let id = refused.json()["error"]["step_up_id"].as_str().unwrap().to_owned();
    let gone = "UPDATE staff_passkey SET revoked_at = 1 WHERE staff_id = (SELECT id FROM staff WHERE email LIKE 'kim@%')";
    house.db.raw_execute(gone).await.unwrap();
    let begin = api(&format!("step-up/{id}/begin"));
    let bare = counted("without a passkey", kim.post_json(&begin, &json!({}))).await;
    assert_eq!(bare.answer.status, StatusCode::CONFLICT, "{}", bare.answer.text);
    all_did_the_same(&[options, bare]);
}
