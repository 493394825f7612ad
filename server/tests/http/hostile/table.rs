//! A row for each lie about who somebody is.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::StatusCode;
use jsonwebtoken::{Algorithm, EncodingKey};
use serde_json::{Value, json};

use super::attempt::{Attempt, Scene, honestly};
use super::provider::{Reply, message};
use crate::support::STAFF;

type Change = Box<dyn Fn(&mut Attempt)>;

/// What is changed, in words; the reason that the audit keeps; the change.
struct Row(&'static str, &'static str, Change);

fn row(name: &'static str, code: &'static str, change: impl Fn(&mut Attempt) + 'static) -> Row {
    Row(name, code, Box::new(change))
}

/// A claim of another value.
fn claim(name: &'static str, value: Value, code: &'static str) -> Row {
    row(name, code, move |attempt| attempt.claims[name] = value.clone())
}

/// A claim that is not there.
fn without(name: &'static str, code: &'static str) -> Row {
    row(name, code, move |attempt| {
        attempt.claims.as_object_mut().unwrap().remove(name);
    })
}

/// A claim so many seconds from now.
fn moment(name: &'static str, from_now: i64, code: &'static str) -> Row {
    row(name, code, move |attempt| {
        attempt.claims[name] = json!(attempt.now + from_now)
    })
}

fn header(name: &'static str, value: Value, code: &'static str) -> Row {
    row(name, code, move |attempt| attempt.header[name] = value.clone())
}

fn discovery(name: &'static str, value: Value, code: &'static str) -> Row {
    row(name, code, move |attempt| attempt.discovery[name] = value.clone())
}

/// The provider's one key, changed.
fn key(name: &'static str, value: Value, code: &'static str) -> Row {
    row(name, code, move |attempt| attempt.keys[0][name] = value.clone())
}

fn token(name: &'static str, code: &'static str, forge: fn(&Scene, &Attempt) -> String) -> Row {
    row(name, code, move |attempt| attempt.forge = forge)
}

/// The honest token, cut and put together anew.
fn parts(scene: &Scene, attempt: &Attempt) -> [String; 3] {
    let token = honestly(scene, attempt);
    let parts: Vec<String> = token.split('.').map(str::to_owned).collect();
    parts.try_into().unwrap()
}

fn signatures() -> Vec<Row> {
    vec![
        token(
            "another's key under the right name",
            "token_signature",
            |scene, attempt| {
                scene
                    .hostile
                    .foreign
                    .token(&attempt.header.to_string(), &attempt.claims.to_string())
            },
        ),
        token("no signature at all", "token_signature", |scene, attempt| {
            let [header, claims, _] = parts(scene, attempt);
            format!("{header}.{claims}.")
        }),
        token(
            "the signature of another token",
            "token_signature",
            |scene, attempt| {
                let [header, claims, _] = parts(scene, attempt);
                let other = scene.hostile.own.token(&attempt.header.to_string(), "{}");
                format!("{header}.{claims}.{}", other.rsplit('.').next().unwrap())
            },
        ),
        token(
            "claims that were not signed",
            "token_signature",
            |scene, attempt| {
                let [header, _, signature] = parts(scene, attempt);
                let claims = attempt.claims.to_string().replace("demo-kim", "demo-ada");
                format!("{header}.{}.{signature}", URL_SAFE_NO_PAD.encode(claims))
            },
        ),
        token(
            "an empty signature of zeroes",
            "token_signature",
            |scene, attempt| {
                let [header, claims, _] = parts(scene, attempt);
                format!("{header}.{claims}.{}", URL_SAFE_NO_PAD.encode([0; 64]))
            },
        ),
        token("none", "token_algorithm", |_, attempt| {
            format!("{}.", message(r#"{"alg":"none"}"#, &attempt.claims.to_string()))
        }),
        token(
            "HS256 with the public key for a secret",
            "token_algorithm",
            |scene, attempt| {
                let message = message(r#"{"alg":"HS256","kid":"own"}"#, &attempt.claims.to_string());
                let secret = EncodingKey::from_secret(&scene.hostile.own.point);
                let signature = jsonwebtoken::crypto::sign(message.as_bytes(), &secret, Algorithm::HS256);
                format!("{message}.{}", signature.unwrap())
            },
        ),
        token(
            "a key of its own in the header",
            "token_signature",
            |scene, attempt| {
                let mut header = attempt.header.clone();
                header["jwk"] = scene.hostile.foreign.jwk();
                scene
                    .hostile
                    .foreign
                    .token(&header.to_string(), &attempt.claims.to_string())
            },
        ),
        token(
            "a key address of its own in the header",
            "token_signature",
            |scene, attempt| {
                let mut header = attempt.header.clone();
                header["jku"] = json!("http://127.0.0.1:9/jwks");
                scene
                    .hostile
                    .foreign
                    .token(&header.to_string(), &attempt.claims.to_string())
            },
        ),
        token("a second signature", "token_malformed", |scene, attempt| {
            let [header, claims, signature] = parts(scene, attempt);
            format!("{header}.{claims}.{signature}.{signature}")
        }),
        token(
            "truncated in the signature",
            "token_signature",
            |scene, attempt| {
                let token = honestly(scene, attempt);
                token[..token.len() - 6].to_owned()
            },
        ),
        token(
            "truncated before the signature",
            "token_malformed",
            |scene, attempt| {
                let [header, claims, _] = parts(scene, attempt);
                format!("{header}.{claims}")
            },
        ),
        token("padded", "token_malformed", |scene, attempt| {
            format!("{}=", honestly(scene, attempt))
        }),
        token("with a space before it", "token_malformed", |scene, attempt| {
            format!(" {}", honestly(scene, attempt))
        }),
        token("empty", "token_malformed", |_, _| String::new()),
        token("of 20 kB", "token_too_large", |scene, attempt| {
            let mut claims = attempt.claims.clone();
            claims["groups"] = json!("x".repeat(20_000));
            scene
                .hostile
                .own
                .token(&attempt.header.to_string(), &claims.to_string())
        }),
        token("a list for claims", "token_claims", |scene, attempt| {
            scene.hostile.own.token(&attempt.header.to_string(), "[]")
        }),
        token(
            "a subject that stands there twice",
            "token_claims",
            |scene, attempt| {
                let claims = attempt.claims.to_string();
                let claims = format!(r#"{},"sub":"demo-ada"}}"#, claims.strip_suffix('}').unwrap());
                scene.hostile.own.token(&attempt.header.to_string(), &claims)
            },
        ),
        token(
            "an algorithm that stands there twice",
            "token_header",
            |scene, attempt| {
                let header = r#"{"alg":"ES256","kid":"own","alg":"none"}"#;
                scene.hostile.own.token(header, &attempt.claims.to_string())
            },
        ),
    ]
}

fn headers() -> Vec<Row> {
    vec![
        header("alg", json!("ES384"), "token_algorithm"),
        header("alg", json!("es256"), "token_algorithm"),
        header("alg", json!(["ES256"]), "token_header"),
        header("alg", json!(null), "token_header"),
        header("crit", json!(["exp"]), "token_header"),
        header("typ", json!("logout+jwt"), "token_of_other_kind"),
        header("typ", json!("at+jwt"), "token_of_other_kind"),
        header("kid", json!("another"), "token_key_unknown"),
        header("kid", json!(7), "token_header"),
        header("kid", json!("../../etc/passwd"), "token_key_unknown"),
        header("kid", json!("own' OR 1=1 --"), "token_key_unknown"),
    ]
}

fn claims() -> Vec<Row> {
    vec![
        without("iss", "token_issuer"),
        claim("iss", json!("https://login.evil.example"), "token_issuer"),
        row("iss with a slash", "token_issuer", |attempt| {
            let issuer = attempt.claims["iss"].as_str().unwrap();
            attempt.claims["iss"] = json!(format!("{issuer}/"));
        }),
        claim("iss", json!(["http://127.0.0.1"]), "token_issuer"),
        without("aud", "token_audience"),
        claim("aud", json!("another"), "token_audience"),
        claim("aud", json!("consol"), "token_audience"),
        claim("aud", json!([]), "token_audience"),
        claim("aud", json!(["console", "another"]), "token_audience"),
        claim("aud", json!({ "console": true }), "token_audience"),
        row("aud of two and an azp of ours", "token_audience", |attempt| {
            attempt.claims["aud"] = json!(["console", "another"]);
            attempt.claims["azp"] = json!("console");
        }),
        claim("azp", json!("another"), "token_authorized_party"),
        claim("azp", json!(["console"]), "token_authorized_party"),
        without("exp", "token_without_expiry"),
        claim("exp", json!("2030-01-01"), "token_without_expiry"),
        claim("exp", json!(null), "token_without_expiry"),
        moment("exp", -61, "token_expired"),
        claim("exp", json!(-1), "token_expired"),
        moment("nbf", 120, "token_not_yet"),
        claim("nbf", json!("now"), "token_not_yet"),
        without("iat", "token_without_issued_at"),
        claim("iat", json!(true), "token_without_issued_at"),
        moment("iat", 120, "token_issued_in_future"),
        moment("iat", -3_600, "token_stale"),
        moment("auth_time", 600, "token_auth_time"),
        claim("auth_time", json!("just now"), "token_auth_time"),
        without("nonce", "token_without_nonce"),
        claim("nonce", json!("another"), "wrong_nonce"),
        claim("nonce", json!(""), "wrong_nonce"),
        claim("nonce", json!(5), "token_without_nonce"),
        claim("nonce", json!(null), "token_without_nonce"),
        claim(
            "events",
            json!({ "http://schemas.openid.net/event/backchannel-logout": {} }),
            "token_events",
        ),
        without("sub", "token_subject"),
        claim("sub", json!(""), "token_subject"),
        claim("sub", json!("x".repeat(256)), "token_subject"),
        claim("sub", json!(["demo-kim"]), "token_subject"),
        claim("sub", json!("demo-kim\u{0}"), "token_subject"),
        claim("sid", json!(""), "token_session"),
        claim("sid", json!(1), "token_session"),
        claim("name", json!({ "first": "Kim" }), "token_name"),
    ]
}

fn addresses() -> Vec<Row> {
    let email = |value: Value, code| claim("email", value, code);
    vec![
        without("email", "token_email"),
        email(json!(["kim@acme-corp.example"]), "token_email"),
        email(json!("kim"), "token_email"),
        email(json!("@acme-corp.example"), "token_email"),
        email(json!("kim@"), "token_email"),
        email(json!("kim@evil.example@acme-corp.example"), "token_email"),
        email(json!("kim@evil.example\n@acme-corp.example"), "token_email"),
        email(json!("kim@acme-corp.example "), "token_email"),
        // A Cyrillic letter, a letter of full width, a Kelvin sign: none of them is the letter that it looks like.
        email(json!("kim@\u{430}cme-corp.example"), "token_email"),
        email(json!("kim@\u{ff41}cme-corp.example"), "token_email"),
        email(json!("kim@acme-corp.example\u{200b}"), "token_email"),
        email(json!("kim@xn--cme-corp-2fg.example"), "not_workforce"),
        email(json!("kim@acme-corp.example.evil.example"), "not_workforce"),
        email(json!("kim@evil-acme-corp.example"), "not_workforce"),
        email(json!("kim@sub.acme-corp.example"), "not_workforce"),
        email(json!("kim@acme-corp.example."), "not_workforce"),
        without("email_verified", "token_email_unverified"),
        claim("email_verified", json!(false), "token_email_unverified"),
        claim("email_verified", json!("true"), "token_email_unverified"),
        claim("email_verified", json!(1), "token_email_unverified"),
    ]
}

fn keys() -> Vec<Row> {
    let reply = |name, code, make: fn(&Attempt) -> Reply| {
        row(name, code, move |attempt| {
            attempt.replies.keys = Some(make(attempt))
        })
    };
    vec![
        key("use", json!("enc"), "token_key_unknown"),
        key("key_ops", json!(["encrypt"]), "token_key_unknown"),
        key("alg", json!("ES384"), "token_key_unknown"),
        key("kty", json!("oct"), "token_key_unknown"),
        key("crv", json!("P-384"), "token_key_unknown"),
        key("d", json!("AAAA"), "token_key_unknown"),
        row("two keys of one name", "token_key_ambiguous", |attempt| {
            let again = attempt.keys[0].clone();
            attempt.keys.push(again);
        }),
        row(
            "two keys and a token that names none",
            "token_key_ambiguous",
            |attempt| {
                let mut second = attempt.keys[0].clone();
                second["kid"] = json!("second");
                attempt.keys.push(second);
                attempt.header.as_object_mut().unwrap().remove("kid");
            },
        ),
        row("no key", "token_key_unknown", |attempt| attempt.keys.clear()),
        reply("ten megabytes of keys", "token_keys_unreachable", |attempt| {
            let padding = " ".repeat(10 << 20);
            Reply::of(
                StatusCode::OK,
                "application/json",
                format!("{padding}{}", json!({ "keys": attempt.keys })),
            )
        }),
        reply("a page for keys", "token_keys_unreachable", |_| {
            Reply::of(StatusCode::OK, "text/html", "<html></html>".to_owned())
        }),
        reply("keys elsewhere", "token_keys_unreachable", |attempt| {
            Reply::elsewhere(attempt.discovery["jwks_uri"].as_str().unwrap())
        }),
        reply("an error for keys", "token_keys_unreachable", |attempt| {
            Reply::of(
                StatusCode::INTERNAL_SERVER_ERROR,
                "application/json",
                json!({ "keys": attempt.keys }).to_string(),
            )
        }),
        reply("keys long after", "token_keys_unreachable", |attempt| {
            Reply::json(&json!({ "keys": attempt.keys })).slowly()
        }),
    ]
}

/// The honest token, as a kind of token that it is not used as.
fn token_type(kind: Option<&'static str>) -> Row {
    let name = kind.unwrap_or("a token of no kind");
    row(name, "token_answer_unreadable", move |attempt| {
        attempt.token_type = kind.map(str::to_owned);
    })
}

/// An honest answer, in which one thing stands once more as it is.
fn twice(name: &'static str) -> Row {
    row(name, "answer_ambiguous", move |attempt| {
        let again = attempt.back.iter().find(|(one, _)| *one == name).cloned();
        attempt.back.extend(again);
    })
}

fn answers() -> Vec<Row> {
    let reply = |name, code, make: fn(&Attempt) -> Reply| {
        row(name, code, move |attempt| {
            attempt.replies.token = Some(make(attempt))
        })
    };
    vec![
        reply("a page for a token", "token_answer_unreadable", |_| {
            Reply::of(StatusCode::OK, "text/html", "<html>Sign in</html>".to_owned())
        }),
        reply("no token", "token_answer_unreadable", |_| {
            Reply::json(&json!({ "access_token": "x", "token_type": "Bearer" }))
        }),
        reply("a number for a token", "token_answer_unreadable", |_| {
            Reply::json(&json!({ "token_type": "Bearer", "id_token": 5 }))
        }),
        reply("a list", "token_answer_unreadable", |_| Reply::json(&json!([]))),
        token_type(None),
        token_type(Some("DPoP")),
        reply("a code that was used", "code_refused", |_| {
            Reply::of(
                StatusCode::BAD_REQUEST,
                "application/json",
                json!({ "error": "invalid_grant" }).to_string(),
            )
        }),
        reply("a redirect for a token", "code_refused", |attempt| {
            Reply::elsewhere(attempt.discovery["token_endpoint"].as_str().unwrap())
        }),
        reply("a token of ten megabytes", "token_answer_unreadable", |_| {
            Reply::json(&json!({ "token_type": "Bearer", "id_token": "x".repeat(10 << 20) }))
        }),
        reply("a token long after", "token_answer_unreadable", |_| {
            Reply::json(&json!({})).slowly()
        }),
        row("an answer of another state", "wrong_state", |attempt| {
            attempt.back.retain(|(name, _)| *name != "state");
            attempt.back.push(("state", "another".to_owned()));
        }),
        row("an answer without state", "wrong_state", |attempt| {
            attempt.back.retain(|(name, _)| *name != "state")
        }),
        row("an answer of another issuer", "other_issuer", |attempt| {
            attempt.back.retain(|(name, _)| *name != "iss");
            attempt
                .back
                .push(("iss", "https://login.evil.example".to_owned()));
        }),
        row("an answer that names no issuer", "issuer_absent", |attempt| {
            attempt.back.retain(|(name, _)| *name != "iss");
        }),
        row("an answer without a code", "code_absent", |attempt| {
            attempt.back.retain(|(name, _)| *name != "code")
        }),
        twice("code"),
        twice("state"),
        twice("iss"),
        row("an error", "provider_refused", |attempt| {
            attempt.back.push(("error", "access_denied".to_owned()))
        }),
    ]
}

fn documents() -> Vec<Row> {
    let reply = |name, code, make: fn(&Attempt) -> Reply| {
        row(name, code, move |attempt| {
            attempt.replies.discovery = Some(make(attempt))
        })
    };
    vec![
        discovery("issuer", json!("https://login.evil.example"), "provider_metadata"),
        discovery("issuer", json!(null), "provider_metadata"),
        discovery("token_endpoint", json!("file:///etc/passwd"), "provider_metadata"),
        discovery("jwks_uri", json!("not an address"), "provider_metadata"),
        discovery(
            "authorization_endpoint",
            json!("javascript:alert(1)"),
            "provider_metadata",
        ),
        discovery(
            "id_token_signing_alg_values_supported",
            json!(["HS256", "none"]),
            "token_algorithm",
        ),
        reply("a discovery that leads to itself", "provider_unreachable", |_| {
            Reply::elsewhere("/.well-known/openid-configuration")
        }),
        reply("a page for a discovery", "provider_metadata", |_| {
            Reply::of(StatusCode::OK, "text/html", "<html></html>".to_owned())
        }),
        reply("ten megabytes of discovery", "provider_unreachable", |attempt| {
            let padding = " ".repeat(10 << 20);
            Reply::of(
                StatusCode::OK,
                "application/json",
                format!("{padding}{}", attempt.discovery),
            )
        }),
        reply("a discovery long after", "provider_unreachable", |attempt| {
            Reply::json(&attempt.discovery).slowly()
        }),
    ]
}

#[tokio::test(flavor = "multi_thread")]
async fn every_lie_is_refused_for_its_own_reason_and_reads_the_same() {
    let scene = Scene::new().await;
    let rows = [
        signatures(),
        headers(),
        claims(),
        addresses(),
        keys(),
        answers(),
        documents(),
    ];
    let rows: Vec<Row> = rows.into_iter().flatten().collect();
    assert!(rows.len() >= 80, "{}", rows.len());
    let mut wrong = Vec::new();
    for Row(name, code, change) in &rows {
        // Nothing that was learnt of the provider before is used any more.
        scene.house.later(3_601);
        let mut browser = scene.house.browser();
        let answer = scene.walk(&mut browser, change).await;
        let reasons = scene.reasons(&answer).await;
        let expected = (
            "staff.sign_in".to_owned(),
            "failed".to_owned(),
            (*code).to_owned(),
        );
        let same = match *code {
            "wrong_state" => "was started in another browser",
            "not_workforce" => "not a workforce account",
            _ => "answer could not be verified. Start again.",
        };
        let nothing = browser.cookies.values().all(String::is_empty) || browser.cookies.is_empty();
        if answer.status != StatusCode::UNAUTHORIZED
            || reasons != [expected]
            || !answer.text.contains(same)
            || !nothing
        {
            wrong.push(format!(
                "{name}: {} {reasons:?}, not {code}; {:?}",
                answer.status, browser.cookies
            ));
        }
    }
    assert!(wrong.is_empty(), "{} of {}: {wrong:#?}", wrong.len(), rows.len());
    scene.house.later(3_601);
    let mut kim = scene.house.browser();
    let answer = scene.walk(&mut kim, &|_| {}).await;
    assert_eq!(
        answer.location.as_deref(),
        Some(format!("{STAFF}/sign-in").as_str()),
        "{}",
        answer.text
    );
    let options = kim.begin().await;
    let credential = kim.prove(&options);
    assert_eq!(kim.finish(&credential).await.status, StatusCode::OK);
}

/// What honest providers do differently is no lie.
#[tokio::test(flavor = "multi_thread")]
async fn what_honest_providers_do_differently_passes() {
    let scene = Scene::new().await;
    let kinds: [Row; 6] = [
        claim("aud", json!(["console"]), ""),
        claim("azp", json!("console"), ""),
        claim("email", json!("Kim.Moreno@ACME-Corp.Example"), ""),
        row("no kid, one key", "", |attempt| {
            attempt.header.as_object_mut().unwrap().remove("kid");
        }),
        row("keys that nobody understands beside the one", "", |attempt| {
            attempt
                .keys
                .push(json!({ "kty": "AKP", "kid": "own", "alg": "ML-DSA-44", "pub": "AAAA" }));
            attempt
                .keys
                .push(json!({ "kty": "RSA", "use": "enc", "kid": "own", "n": "AQAB", "e": "AQAB" }));
        }),
        row("an answer that need not name its issuer", "", |attempt| {
            attempt.discovery["authorization_response_iss_parameter_supported"] = json!(false);
            attempt.back.retain(|(name, _)| *name != "iss");
        }),
    ];
    for Row(name, _, change) in &kinds {
        scene.house.later(3_601);
        let answer = scene.walk(&mut scene.house.browser(), change).await;
        assert_eq!(
            answer.location.as_deref(),
            Some(format!("{STAFF}/sign-in").as_str()),
            "{name}: {}",
            answer.text
        );
    }
}
