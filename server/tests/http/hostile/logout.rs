//! `POST /api/oidc/back-channel-logout`: a row for each lie about a sign-out, and what the truth ends.

use std::net::SocketAddr;

use axum::extract::ConnectInfo;
use http::{Method, StatusCode};
use serde_json::{Value, json};
use url::Url;

use super::attempt::Scene;
use super::provider::message;
use crate::support::{Answer, Browser, STAFF, tenant};

const EVENT: &str = "http://schemas.openid.net/event/backchannel-logout";

/// A logout token before it is signed.
struct Word {
    now: i64,
    header: Value,
    claims: Value,
}

type Change = Box<dyn Fn(&mut Word)>;

fn word(scene: &Scene, id: &str) -> Word {
    let now = scene.house.service.now().micros() / 1_000_000;
    Word {
        now,
        header: json!({ "alg": "ES256", "kid": "own", "typ": "logout+jwt" }),
        claims: json!({
            "iss": scene.hostile.issuer, "aud": "console", "iat": now, "exp": now + 120, "jti": id, "sub": "demo-kim",
            "sid": "there-1", "events": { EVENT: {} },
        }),
    }
}

fn signed(scene: &Scene, word: &Word) -> String {
    scene
        .hostile
        .own
        .token(&word.header.to_string(), &word.claims.to_string())
}

/// As the provider's program would: no cookie, no origin.
async fn tell(browser: &mut Browser, token: &str) -> Answer {
    tell_from(browser, "127.0.0.1", token).await
}

async fn tell_from(browser: &mut Browser, address: &str, token: &str) -> Answer {
    let body = url::form_urlencoded::Serializer::new(String::new())
        .append_pair("logout_token", token)
        .finish();
    let url = Url::parse(&format!("{STAFF}/api/oidc/back-channel-logout")).unwrap();
    let body = Some(("application/x-www-form-urlencoded", body));
    let mut request = browser.request(Method::POST, &url, body, "*/*");
    let peer: SocketAddr = format!("{address}:4711").parse().unwrap();
    request.extensions_mut().insert(ConnectInfo(peer));
    browser.send(&url, request).await
}

/// Kim, signed in through the provider's session `there-1`.
async fn kim(scene: &Scene) -> Browser {
    let mut kim = scene.house.browser();
    let answer = scene.walk(&mut kim, &|_| {}).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text);
    let options = kim.begin().await;
    let credential = kim.prove(&options);
    assert_eq!(kim.finish(&credential).await.status, StatusCode::OK);
    kim
}

/// A question to Acme's owner by somebody of staff, which is where it says.
async fn ask(scene: &Scene, short: &str, number: u32, state: &str) {
    let now = scene.house.service.now().micros();
    let sql = format!(
        "INSERT INTO consent_request (id, tenant_id, staff_id, reason, ttl_micros, state, asked_at, until_at) \
         SELECT 'cst_01m7z0e7rge00800000000000{number}', tenant.id, staff.id, 'logout', 900000000, {state}, {now}, \
         {now} + 3600000000 FROM tenant, staff WHERE tenant.slug = 'acme' AND staff.email LIKE '{short}@%'"
    );
    scene.house.db.raw_execute(&sql).await.unwrap();
}

/// The numbers of those that are not over.
async fn open_questions(scene: &Scene) -> Vec<u32> {
    let sql = "SELECT id AS x FROM consent_request WHERE over_at IS NULL AND reason = 'logout' ORDER BY id";
    let rows = scene.house.db.raw_fetch(sql).await.unwrap();
    let ids = rows.iter().map(|row| row.get::<String>("x").unwrap());
    ids.map(|id| id[id.len() - 1..].parse().unwrap()).collect()
}

async fn is_in(browser: &mut Browser) -> bool {
    let me = browser.get_json(&format!("{STAFF}/api/admin/session")).await;
    me.status == StatusCode::OK
}

fn set(name: &'static str, value: Value, code: &'static str) -> (&'static str, &'static str, Change) {
    (
        name,
        code,
        Box::new(move |word| word.claims[name] = value.clone()),
    )
}

fn without(name: &'static str, code: &'static str) -> (&'static str, &'static str, Change) {
    let change = move |word: &mut Word| drop(word.claims.as_object_mut().unwrap().remove(name));
    (name, code, Box::new(change))
}

fn moment(name: &'static str, from_now: i64, code: &'static str) -> (&'static str, &'static str, Change) {
    (
        name,
        code,
        Box::new(move |word| word.claims[name] = json!(word.now + from_now)),
    )
}

fn header(name: &'static str, value: Value, code: &'static str) -> (&'static str, &'static str, Change) {
    (
        name,
        code,
        Box::new(move |word| word.header[name] = value.clone()),
    )
}

fn rows() -> Vec<(&'static str, &'static str, Change)> {
    let nobody = |word: &mut Word| {
        let claims = word.claims.as_object_mut().unwrap();
        claims.remove("sub");
        claims.remove("sid");
    };
    vec![
        without("events", "token_events"),
        set("events", json!([EVENT]), "token_events"),
        set(
            "events",
            json!({ "https://schemas.openid.net/event/other": {} }),
            "token_events",
        ),
        set("events", json!({ EVENT: true }), "token_events"),
        set("events", json!(EVENT), "token_events"),
        set("nonce", json!("n"), "token_with_nonce"),
        set("nonce", json!(null), "token_with_nonce"),
        ("nobody", "token_names_nobody", Box::new(nobody)),
        set("sub", json!(5), "token_subject"),
        set("sub", json!(""), "token_subject"),
        set("sid", json!(["there-1"]), "token_session"),
        set("sid", json!(""), "token_session"),
        without("jti", "token_identifier"),
        set("jti", json!(7), "token_identifier"),
        set("jti", json!(""), "token_identifier"),
        set("jti", json!("x".repeat(256)), "token_identifier"),
        without("iat", "token_without_issued_at"),
        set("iat", json!("now"), "token_without_issued_at"),
        moment("iat", 120, "token_issued_in_future"),
        moment("iat", -3_600, "token_stale"),
        without("exp", "token_without_expiry"),
        moment("exp", -120, "token_expired"),
        moment("nbf", 120, "token_not_yet"),
        without("aud", "token_audience"),
        set("aud", json!("another"), "token_audience"),
        set("aud", json!(["console", "another"]), "token_audience"),
        without("iss", "token_issuer"),
        set("iss", json!("https://login.evil.example"), "token_issuer"),
        set("iss", json!(5), "token_issuer"),
        header("alg", json!("none"), "token_algorithm"),
        header("alg", json!("HS256"), "token_algorithm"),
        header("kid", json!("another"), "token_key_unknown"),
        header("typ", json!("at+jwt"), "token_of_other_kind"),
        header("crit", json!(["exp"]), "token_header"),
    ]
}

/// Whole tokens that are none, or another's.
fn whole(scene: &Scene) -> Vec<(String, &'static str)> {
    let honest = word(scene, "whole");
    let token = signed(scene, &honest);
    let (header, claims) = (honest.header.to_string(), honest.claims.to_string());
    let mut of_id = honest.claims.clone();
    of_id.as_object_mut().unwrap().remove("events");
    of_id["nonce"] = json!("n");
    let id_header = json!({ "alg": "ES256", "kid": "own", "typ": "JWT" }).to_string();
    vec![
        (String::new(), "token_malformed"),
        ("x".to_owned(), "token_malformed"),
        (format!("{token}.x"), "token_malformed"),
        (token[..token.len() - 6].to_owned(), "token_signature"),
        (format!("{}.", message(&header, &claims)), "token_signature"),
        (scene.hostile.foreign.token(&header, &claims), "token_signature"),
        (
            scene.hostile.own.token(&id_header, &of_id.to_string()),
            "token_events",
        ),
        ("x".repeat(20_000), "token_too_large"),
    ]
}

#[tokio::test(flavor = "multi_thread")]
async fn every_lie_about_a_sign_out_ends_nothing_and_the_truth_ends_it_all() {
    let scene = Scene::new().await;
    let mut kim = kim(&scene).await;
    kim.visit("rod@acme.com").await;
    let mut program = scene.house.browser();
    let mut tokens = whole(&scene);
    for (number, (_, code, change)) in rows().iter().enumerate() {
        let mut word = word(&scene, &format!("row-{number}"));
        change(&mut word);
        tokens.push((signed(&scene, &word), code));
    }
    assert!(tokens.len() >= 40, "{}", tokens.len());
    let mut wrong = Vec::new();
    for (number, (token, code)) in tokens.iter().enumerate() {
        // From elsewhere each time: of one source one a minute is told.
        let answer = tell_from(&mut program, &format!("127.0.2.{number}"), token).await;
        let reasons = scene.reasons(&answer).await;
        let event = ("staff.provider_sign_out".to_owned(), "failed".to_owned());
        // What names no issuer of ours is a stranger's, and counted with theirs.
        let expected = match *code {
            "token_issuer" | "token_too_large" => Vec::new(),
            "token_malformed" if !token.contains('.') => Vec::new(),
            code => vec![(event.0, event.1, code.to_owned())],
        };
        let request = answer.headers["x-request-id"].to_str().unwrap();
        let words = format!("The logout token is not accepted. Nothing was ended. Request {request}.");
        let same = json!({ "error": "invalid_request", "error_description": words });
        if answer.status != StatusCode::BAD_REQUEST || reasons != expected || answer.json() != same {
            wrong.push(format!("{} {reasons:?}, not {code}", answer.status));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert!(is_in(&mut kim).await, "nothing was ended by a lie");
    ask(&scene, "kim", 1, "'pending'").await;
    ask(&scene, "kim", 2, "'approved'").await;
    ask(&scene, "ada", 3, "'pending'").await;

    let truth = signed(&scene, &word(&scene, "truth"));
    let answer = tell(&mut program, &truth).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
    let reasons = scene.reasons(&answer).await;
    let events: Vec<&str> = reasons.iter().map(|(event, _, _)| event.as_str()).collect();
    for event in ["staff.provider_sign_out", "staff.sign_out", "impersonation.end"] {
        assert!(events.contains(&event), "{event} in {events:?}");
    }
    assert_eq!(
        open_questions(&scene).await,
        [3],
        "a pending and an approved one ended with it"
    );
    let closed = events.iter().filter(|event| **event == "support_access.expire");
    assert_eq!(closed.count(), 4, "in both logs: {events:?}");
    assert!(!is_in(&mut kim).await, "the very next request");
    let inside = kim.get(&format!("{}/members", tenant("acme"))).await;
    assert_ne!(inside.status, StatusCode::OK, "the visit ended with it");

    let again = tell(&mut program, &truth).await;
    assert_eq!(again.status, StatusCode::BAD_REQUEST);
    assert_eq!(scene.reasons(&again).await[0].2, "token_replayed");
    let late = tell(&mut program, &signed(&scene, &word(&scene, "late"))).await;
    assert_eq!(late.status, StatusCode::OK, "to end what has ended is no failure");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_is_meant_by_its_name_and_a_person_by_theirs() {
    let scene = Scene::new().await;
    let mut program = scene.house.browser();
    let mut first = kim(&scene).await;
    let mut ada = scene.house.signed_in("ada").await;

    let mut other = word(&scene, "another session");
    other.claims["sid"] = json!("there-2");
    assert_eq!(
        tell(&mut program, &signed(&scene, &other)).await.status,
        StatusCode::OK
    );
    let mut mixed = word(&scene, "another's session");
    mixed.claims["sub"] = json!("demo-ada");
    assert_eq!(
        tell(&mut program, &signed(&scene, &mixed)).await.status,
        StatusCode::OK
    );
    assert!(is_in(&mut first).await, "neither session nor person were meant");

    // A sign-in that waits for its passkey came from there, too.
    let mut waiting = scene.house.browser();
    scene.walk(&mut waiting, &|_| {}).await;
    let mut whole = word(&scene, "the person");
    whole.claims.as_object_mut().unwrap().remove("sid");
    assert_eq!(
        tell(&mut program, &signed(&scene, &whole)).await.status,
        StatusCode::OK
    );
    assert!(!is_in(&mut first).await);
    assert!(is_in(&mut ada).await, "whom another provider vouched for");
    let begun = waiting
        .post_json(&format!("{STAFF}/sign-in/passkey/begin"), &json!({}))
        .await;
    assert_eq!(begun.status, StatusCode::UNAUTHORIZED, "{}", begun.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_at_once_one_uses_the_token() {
    let scene = Scene::new().await;
    let mut kim = kim(&scene).await;
    let token = signed(&scene, &word(&scene, "once"));
    let calls = (0..8).map(|_| {
        let (mut program, token) = (scene.house.browser(), token.clone());
        tokio::spawn(async move { tell(&mut program, &token).await.status })
    });
    let mut answers = Vec::new();
    for call in calls.collect::<Vec<_>>() {
        answers.push(call.await.unwrap());
    }
    let taken = answers.iter().filter(|status| **status == StatusCode::OK).count();
    assert_eq!(taken, 1, "{answers:?}");
    assert!(!is_in(&mut kim).await);
}
