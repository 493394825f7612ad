//! A row for each lie in a proxy's name.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::StatusCode;
use jsonwebtoken::{Algorithm, EncodingKey};
use serde_json::{Value, json};
use stagedoor_core::provider::ProxyKind;

use super::super::provider::message;
use super::scene::{Said, Scene};
use crate::support::STAFF;

type Lie = Box<dyn Fn(&Scene, Said) -> String>;

/// What is changed, in words; the reason that the audit keeps; the token.
struct Row(&'static str, &'static str, Lie);

fn changed(name: &'static str, code: &'static str, change: impl Fn(&mut Said) + 'static) -> Row {
    Row(
        name,
        code,
        Box::new(move |scene, mut said| {
            change(&mut said);
            scene.token(&said)
        }),
    )
}

fn claim(name: &'static str, value: Value, code: &'static str) -> Row {
    changed(name, code, move |said| said.claims[name] = value.clone())
}

fn without(name: &'static str, code: &'static str) -> Row {
    changed(name, code, move |said| {
        said.claims.as_object_mut().unwrap().remove(name);
    })
}

fn moment(name: &'static str, from_now: i64, code: &'static str) -> Row {
    changed(name, code, move |said| {
        said.claims[name] = json!(said.now + from_now)
    })
}

fn header(name: &'static str, value: Value, code: &'static str) -> Row {
    changed(name, code, move |said| said.header[name] = value.clone())
}

fn token(name: &'static str, code: &'static str, lie: fn(&Scene, Said) -> String) -> Row {
    Row(name, code, Box::new(lie))
}

fn signatures() -> Vec<Row> {
    vec![
        token(
            "another's key under the right name",
            "token_signature",
            |scene, said| {
                let (header, claims) = said.parts();
                scene.foreign.token(&header, &claims)
            },
        ),
        token("no signature", "token_signature", |scene, said| {
            let honest = scene.token(&said);
            honest[..=honest.rfind('.').unwrap()].to_owned()
        }),
        token(
            "the public key as a secret",
            "token_algorithm",
            |scene, mut said| {
                said.header["alg"] = json!("HS256");
                let (header, claims) = said.parts();
                let message = message(&header, &claims);
                let secret = EncodingKey::from_secret(&scene.own.public());
                let signature = jsonwebtoken::crypto::sign(message.as_bytes(), &secret, Algorithm::HS256);
                format!("{message}.{}", signature.unwrap())
            },
        ),
        header("alg", json!("none"), "token_algorithm"),
        token(
            "the other kind's algorithm",
            "token_algorithm",
            |scene, mut said| {
                let own = scene.own.algorithm();
                said.header["alg"] = json!(if own == "RS256" { "ES256" } else { "RS256" });
                scene.token(&said)
            },
        ),
        header("kid", json!("of-yesterday"), "token_key_unknown"),
        header("crit", json!(["exp"]), "token_header"),
        header("typ", json!("logout+jwt"), "token_of_other_kind"),
        token("two parts", "token_malformed", |scene, said| {
            let honest = scene.token(&said);
            honest[..honest.rfind('.').unwrap()].replace('.', "")
        }),
        token("more than anybody reads", "token_too_large", |_, _| {
            "x".repeat(17_000)
        }),
        token("a name twice", "token_claims", |scene, said| {
            let (header, claims) = said.parts();
            let twice = claims.replacen('{', r#"{"sub":"demo-ada","#, 1);
            scene.own.token(&header, &twice)
        }),
        token("claims that are none", "token_claims", |scene, said| {
            scene.own.token(&said.parts().0, "[]")
        }),
        token(
            "the claims of another token",
            "token_signature",
            |scene, mut said| {
                let honest = scene.token(&said);
                said.claims["sub"] = json!("demo-ada");
                let parts: Vec<&str> = honest.split('.').collect();
                let claims = URL_SAFE_NO_PAD.encode(said.claims.to_string());
                format!("{}.{claims}.{}", parts[0], parts[2])
            },
        ),
    ]
}

fn whom_it_is_for() -> Vec<Row> {
    vec![
        claim("iss", json!("https://evil.cloudflareaccess.com"), "token_issuer"),
        claim("iss", json!(["https://cloud.google.com/iap"]), "token_issuer"),
        changed("iss with a slash", "token_issuer", |said| {
            said.claims["iss"] = json!(format!("{}/", said.claims["iss"].as_str().unwrap()));
        }),
        without("iss", "token_issuer"),
        claim("aud", json!("another-application"), "token_audience"),
        claim("aud", json!([]), "token_audience"),
        claim(
            "aud",
            json!([super::scene::AUDIENCE, "another-application"]),
            "token_audience",
        ),
        claim("aud", json!({ "aud": super::scene::AUDIENCE }), "token_audience"),
        without("aud", "token_audience"),
        without("exp", "token_without_expiry"),
        claim("exp", json!("4102444800"), "token_without_expiry"),
        moment("exp", -61, "token_expired"),
        moment("nbf", 120, "token_not_yet"),
        without("iat", "token_without_issued_at"),
        moment("iat", 120, "token_issued_in_future"),
        claim(
            "events",
            json!({ "http://schemas.openid.net/event/backchannel-logout": {} }),
            "token_events",
        ),
    ]
}

fn who_it_is() -> Vec<Row> {
    vec![
        without("sub", "token_subject"),
        claim("sub", json!(""), "token_subject"),
        claim("sub", json!(5), "token_subject"),
        claim("sub", json!("demo-kim\u{0}"), "token_subject"),
        without("email", "token_email"),
        claim("email", json!(["kim@acme-corp.example"]), "token_email"),
        claim("email", json!("kim@\u{430}cme-corp.example"), "token_email"),
        claim("email", json!("kim@evil@acme-corp.example"), "token_email"),
        claim("email", json!("kim@evil.example"), "not_workforce"),
        claim(
            "email",
            json!("kim@acme-corp.example.evil.example"),
            "not_workforce",
        ),
        claim("amr", json!(["pwd"]), "amr_not_allowed"),
        claim("common_name", json!("deploy.acme"), "token_of_service"),
        claim("common_name", json!(null), "token_of_service"),
        changed("a service token as they are", "token_of_service", |said| {
            said.claims["common_name"] = json!("e367826f93b8d71185e03fe518aad3b6.access");
            said.claims["sub"] = json!("");
            said.claims.as_object_mut().unwrap().remove("email");
        }),
    ]
}

/// Programs, as each proxy lets them through.
fn programs(kind: ProxyKind) -> Vec<Row> {
    let account = |email: &str| claim("email", json!(email), "token_of_service");
    let unnamed = match kind {
        ProxyKind::Pomerium => "token_of_service",
        ProxyKind::CloudflareAccess | ProxyKind::GoogleIap => "token_email",
    };
    vec![
        claim("email", json!(""), unnamed),
        account("deploy@acme-corp.iam.gserviceaccount.com"),
        account("4218-compute@developer.GServiceAccount.com"),
        changed("a service account as Pomerium tells of it", unnamed, |said| {
            for name in ["sub", "user"] {
                said.claims[name] = json!("deploy");
            }
            said.claims["email"] = json!("");
            said.claims["name"] = json!("");
            said.claims["groups"] = json!([]);
        }),
    ]
}

fn types() -> Vec<Row> {
    vec![
        without("type", "token_type"),
        claim("type", json!("service"), "token_type"),
        claim("type", json!(["app"]), "token_type"),
    ]
}

fn rows(kind: ProxyKind) -> Vec<Row> {
    let mut rows = signatures();
    rows.extend(whom_it_is_for());
    rows.extend(who_it_is());
    rows.extend(programs(kind));
    if kind == ProxyKind::CloudflareAccess {
        rows.extend(types());
    }
    rows
}

async fn every_lie_is_refused(kind: ProxyKind) {
    let scene = Scene::new(kind).await;
    let rows = rows(kind);
    assert!(rows.len() >= 40, "{}", rows.len());
    let mut wrong = Vec::new();
    for Row(name, code, lie) in &rows {
        let line = (kind.header(), lie(&scene, scene.honest()));
        let mut browser = scene.browser(&[line]);
        let answer = scene.start(&mut browser).await;
        let expected = (
            "staff.sign_in".to_owned(),
            "failed".to_owned(),
            (*code).to_owned(),
        );
        let reasons = scene.reasons(&answer).await;
        if answer.status != StatusCode::UNAUTHORIZED || reasons != [expected] || !browser.cookies.is_empty() {
            wrong.push(format!("{name}: {} {reasons:?}, not {code}", answer.status));
        }
    }
    assert!(wrong.is_empty(), "{} of {}: {wrong:#?}", wrong.len(), rows.len());
    scene.house.later(31);
    let mut kim = scene.vouched();
    let answer = scene.start(&mut kim).await;
    assert_eq!(answer.to(), format!("{STAFF}/sign-in"), "{}", answer.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn every_lie_in_the_name_of_cloudflare_access_is_refused() {
    every_lie_is_refused(ProxyKind::CloudflareAccess).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_lie_in_the_name_of_google_iap_is_refused() {
    every_lie_is_refused(ProxyKind::GoogleIap).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_lie_in_the_name_of_pomerium_is_refused() {
    every_lie_is_refused(ProxyKind::Pomerium).await;
}
