//! The protocol, as a client that may err sees it.

use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, to_bytes};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use http::header::{AUTHORIZATION, CONTENT_SECURITY_POLICY, CONTENT_TYPE, LOCATION};
use http::{Request, StatusCode};
use jsonwebtoken::{Algorithm, DecodingKey, Validation};
use serde_json::Value;
use sha2::{Digest, Sha256};
use stagedoor_core::clock::{Clock, Rng};
use stagedoor_core::time::Timestamp;
use tower::ServiceExt as _;
use url::{Url, form_urlencoded};

use super::{Client, Hint, IdpConfig, Mail, Notice, Person, router};

const ISSUER: &str = "http://idp.localhost:7117";
const CALLBACK: &str = "http://admin.localhost:7117/sign-in/callback";
const SIGNED_OUT: &str = "http://admin.localhost:7117/signed-out";
const BACK_CHANNEL: &str = "http://admin.localhost:7117/api/oidc/back-channel-logout";
const VERIFIER: &str = "the-verifier-of-this-test-is-long-enough-for-the-rfc";
const START: i64 = 1_795_263_242_000_000;

struct TestClock(AtomicI64);

impl Clock for TestClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_micros(self.0.load(Ordering::Relaxed))
    }

    fn monotonic(&self) -> Duration {
        self.now().since(Timestamp::from_micros(START))
    }
}

struct Counting(AtomicU64);

impl Rng for Counting {
    fn fill(&self, buffer: &mut [u8]) {
        let next = self.0.fetch_add(1, Ordering::Relaxed).to_be_bytes();
        for (byte, from) in buffer.iter_mut().zip(next.into_iter().cycle()) {
            *byte = from;
        }
    }
}

/// A provider, and the means to move its clock.
struct Provider {
    router: Router,
    clock: Arc<TestClock>,
    told: Arc<Mutex<Vec<Notice>>>,
}

struct Answer {
    status: StatusCode,
    location: Option<Url>,
    policy: String,
    body: String,
}

impl Answer {
    fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap()
    }

    /// A parameter of the address that the browser is sent to.
    fn sent(&self, name: &str) -> Option<String> {
        let location = self.location.as_ref()?;
        location
            .query_pairs()
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.into_owned())
    }
}

fn provider() -> Provider {
    with_mail(Vec::new())
}

fn with_mail(mail: Vec<Mail>) -> Provider {
    let clock = Arc::new(TestClock(AtomicI64::new(START)));
    let told = Arc::new(Mutex::new(Vec::new()));
    let client = |id: &str, secret: Option<&str>| Client {
        id: id.to_owned(),
        secret: secret.map(str::to_owned),
        redirect_uris: vec![CALLBACK.to_owned()],
        post_logout_redirect_uris: vec![SIGNED_OUT.to_owned()],
        backchannel_logout_uri: Some(BACK_CHANNEL.to_owned()),
    };
    let person = |short: &str, hint: Option<&str>| Person {
        subject: format!("demo-{short}"),
        short: short.to_owned(),
        name: format!("{short} <b>Moreno</b>"),
        email: format!("{short}@acme-corp.example"),
        hint: hint.map(|hint| Hint::words(hint.to_owned())),
    };
    let config = IdpConfig {
        issuer: ISSUER.to_owned(),
        clients: vec![client("console", None), client("other", Some("s3cret & more"))],
        people: vec![
            person("kim", None),
            person("niko", Some("Enrollment token: abc-123")),
        ],
        mail: Arc::new(move || mail.clone()),
        tell: {
            let told = Arc::clone(&told);
            Arc::new(move |notice| {
                told.lock().unwrap().push(notice);
                Box::pin(async {})
            })
        },
        clock: clock.clone(),
        rng: Arc::new(Counting(AtomicU64::new(1))),
    };
    Provider {
        router: router(config).unwrap(),
        clock,
        told,
    }
}

impl Provider {
    fn later(&self, by: Duration) {
        self.clock
            .0
            .fetch_add(i64::try_from(by.as_micros()).unwrap(), Ordering::Relaxed);
    }

    async fn send(&self, request: Request<Body>) -> Answer {
        let response = self.router.clone().oneshot(request).await.unwrap();
        let header = |name| {
            response
                .headers()
                .get(name)
                .map(|value| value.to_str().unwrap().to_owned())
        };
        let (location, policy) = (header(LOCATION), header(CONTENT_SECURITY_POLICY));
        Answer {
            status: response.status(),
            location: location.map(|location| location.parse().unwrap()),
            policy: policy.unwrap_or_default(),
            body: String::from_utf8(to_bytes(response.into_body(), 1 << 20).await.unwrap().to_vec()).unwrap(),
        }
    }

    async fn get(&self, path: &str) -> Answer {
        self.send(Request::get(path).body(Body::empty()).unwrap()).await
    }

    async fn post(&self, path: &str, pairs: &[(&str, &str)]) -> Answer {
        self.send(form(path).body(Body::from(query(pairs))).unwrap())
            .await
    }

    async fn authorize(&self, pairs: &[(&str, &str)]) -> Answer {
        self.get(&format!("/authorize?{}", query(pairs))).await
    }

    /// Presses kim's button, and returns the code.
    async fn code_for(&self, client: &str) -> String {
        let asked = changed(&asking(), "client_id", Some(client));
        let mut pairs = borrowed(&asked);
        pairs.push(("person", "demo-kim"));
        self.post("/authorize/continue", &pairs)
            .await
            .sent("code")
            .unwrap()
    }

    async fn token(&self, code: &str, verifier: &str) -> Answer {
        self.post("/token", &exchanging(code, verifier)).await
    }
}

fn form(path: &str) -> http::request::Builder {
    Request::post(path).header(CONTENT_TYPE, "application/x-www-form-urlencoded")
}

fn query(pairs: &[(&str, &str)]) -> String {
    form_urlencoded::Serializer::new(String::new())
        .extend_pairs(pairs)
        .finish()
}

fn borrowed(pairs: &[(String, String)]) -> Vec<(&str, &str)> {
    pairs
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect()
}

/// A request in which everything is right.
fn asking() -> Vec<(String, String)> {
    let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(VERIFIER));
    [
        ("client_id", "console"),
        ("redirect_uri", CALLBACK),
        ("response_type", "code"),
        ("scope", "openid email profile"),
        ("state", "a state & more"),
        ("nonce", "the-nonce"),
        ("code_challenge", &challenge),
        ("code_challenge_method", "S256"),
    ]
    .map(|(name, value)| (name.to_owned(), value.to_owned()))
    .to_vec()
}

/// The same with one parameter changed or left out.
fn changed(pairs: &[(String, String)], name: &str, value: Option<&str>) -> Vec<(String, String)> {
    let mut kept: Vec<_> = pairs.iter().filter(|(key, _)| key != name).cloned().collect();
    kept.extend(value.map(|value| (name.to_owned(), value.to_owned())));
    kept
}

fn exchanging<'a>(code: &'a str, verifier: &'a str) -> [(&'a str, &'a str); 5] {
    [
        ("grant_type", "authorization_code"),
        ("code", code),
        ("redirect_uri", CALLBACK),
        ("client_id", "console"),
        ("code_verifier", verifier),
    ]
}

#[tokio::test]
async fn a_person_continues_and_the_client_learns_who_it_is() {
    let provider = provider();
    let page = provider.authorize(&borrowed(&asking())).await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(
        page.body.contains("Continue as kim") && page.body.contains("to continue to admin.localhost:7117")
    );
    assert!(page.body.contains("Enrollment token: abc-123"));

    let mut pairs = asking();
    pairs.push(("person".to_owned(), "demo-kim".to_owned()));
    let sent = provider.post("/authorize/continue", &borrowed(&pairs)).await;
    assert_eq!(sent.status, StatusCode::SEE_OTHER);
    assert!(sent.location.as_ref().unwrap().as_str().starts_with(CALLBACK));
    assert_eq!(sent.sent("state").as_deref(), Some("a state & more"));
    assert_eq!(sent.sent("iss").as_deref(), Some(ISSUER));

    provider.later(Duration::from_secs(2));
    let tokens = provider.token(&sent.sent("code").unwrap(), VERIFIER).await;
    assert_eq!(tokens.status, StatusCode::OK);
    let claims = verified(&provider, tokens.json()["id_token"].as_str().unwrap()).await;
    let seconds = START / 1_000_000;
    for (name, value) in [
        ("iss", ISSUER.into()),
        ("sub", "demo-kim".into()),
        ("aud", "console".into()),
        ("exp", (seconds + 302).into()),
        ("iat", (seconds + 2).into()),
        ("auth_time", seconds.into()),
        ("nonce", "the-nonce".into()),
        ("email", "kim@acme-corp.example".into()),
        ("email_verified", true.into()),
        ("hd", "acme-corp.example".into()),
        ("amr", serde_json::json!(["mfa"])),
    ] {
        assert_eq!(claims[name], value, "{name}");
    }
}

/// The claims of a token whose signature holds against the published key.
async fn verified(provider: &Provider, token: &str) -> Value {
    let keys = provider.get("/jwks").await.json();
    let key = &keys["keys"][0];
    assert_eq!(
        jsonwebtoken::decode_header(token).unwrap().kid.as_deref(),
        key["kid"].as_str()
    );
    let public =
        DecodingKey::from_ec_components(key["x"].as_str().unwrap(), key["y"].as_str().unwrap()).unwrap();
    let mut validation = Validation::new(Algorithm::ES256);
    // The library's clock is the machine's; ours stands still.
    validation.validate_exp = false;
    validation.set_audience(&["console"]);
    jsonwebtoken::decode::<Value>(token, &public, &validation)
        .unwrap()
        .claims
}

#[tokio::test]
async fn the_page_shows_what_it_is_given_as_text_and_may_lead_to_the_client_only() {
    let provider = provider();
    let page = provider
        .authorize(&borrowed(&changed(
            &asking(),
            "state",
            Some("\"><script>1</script>"),
        )))
        .await;
    assert!(!page.body.contains("<script>") && !page.body.contains("<b>Moreno"));
    assert!(page.body.contains("&lt;b&gt;Moreno"));
    assert!(
        page.policy
            .contains("form-action 'self' http://admin.localhost:7117;"),
        "{}",
        page.policy
    );
    assert!(provider.get("/").await.policy.contains("form-action 'none'"));
}

#[tokio::test]
async fn without_a_known_client_and_its_exact_address_nothing_is_sent_anywhere() {
    let provider = provider();
    for (name, value) in [
        ("client_id", None),
        ("client_id", Some("nobody")),
        ("redirect_uri", None),
        ("redirect_uri", Some("http://evil.example/sign-in/callback")),
        (
            "redirect_uri",
            Some("http://admin.localhost:7117/sign-in/callback/"),
        ),
        (
            "redirect_uri",
            Some("http://admin.localhost:7117/sign-in/callback?x=1"),
        ),
        (
            "redirect_uri",
            Some("http://admin.localhost:7117.evil.example/sign-in/callback"),
        ),
    ] {
        let mut pairs = changed(&asking(), name, value);
        let asked = provider.authorize(&borrowed(&pairs)).await;
        pairs.push(("person".to_owned(), "demo-kim".to_owned()));
        let chosen = provider.post("/authorize/continue", &borrowed(&pairs)).await;
        for answer in [asked, chosen] {
            assert_eq!(
                (answer.status, answer.location),
                (StatusCode::BAD_REQUEST, None),
                "{name} {value:?}"
            );
        }
    }
}

#[tokio::test]
async fn every_other_fault_goes_back_to_the_client() {
    let provider = provider();
    for (name, value, error) in [
        ("response_type", Some("token"), "unsupported_response_type"),
        ("response_type", None, "unsupported_response_type"),
        ("response_mode", Some("fragment"), "invalid_request"),
        ("scope", Some("email"), "invalid_scope"),
        ("state", None, "invalid_request"),
        ("nonce", Some(""), "invalid_request"),
        ("code_challenge", None, "invalid_request"),
        ("code_challenge", Some("short"), "invalid_request"),
        ("code_challenge_method", None, "invalid_request"),
        ("code_challenge_method", Some("plain"), "invalid_request"),
        ("prompt", Some("none"), "login_required"),
        ("request", Some("a.b.c"), "request_not_supported"),
        (
            "request_uri",
            Some("http://evil.example"),
            "request_uri_not_supported",
        ),
    ] {
        let answer = provider
            .authorize(&borrowed(&changed(&asking(), name, value)))
            .await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{name} {value:?}");
        assert!(answer.location.as_ref().unwrap().as_str().starts_with(CALLBACK));
        assert_eq!(answer.sent("error").as_deref(), Some(error), "{name} {value:?}");
        assert_eq!(answer.sent("iss").as_deref(), Some(ISSUER));
        assert_eq!(answer.sent("code"), None);
    }
}

#[tokio::test]
async fn a_parameter_given_twice_is_refused_here() {
    let mut pairs = asking();
    pairs.push(("redirect_uri".to_owned(), "http://evil.example/".to_owned()));
    let answer = provider().authorize(&borrowed(&pairs)).await;
    assert_eq!((answer.status, answer.location), (StatusCode::BAD_REQUEST, None));
}

#[tokio::test]
async fn nobody_unknown_can_be_chosen() {
    let mut pairs = asking();
    pairs.push(("person".to_owned(), "demo-mallory".to_owned()));
    let answer = provider().post("/authorize/continue", &borrowed(&pairs)).await;
    assert_eq!((answer.status, answer.location), (StatusCode::BAD_REQUEST, None));
}

#[tokio::test]
async fn a_code_is_good_once_and_a_wrong_verifier_uses_it_up() {
    let provider = provider();
    let refused = |answer: Answer| (answer.status, answer.json()["error"].clone());
    let invalid = (StatusCode::BAD_REQUEST, Value::from("invalid_grant"));

    let code = provider.code_for("console").await;
    assert_eq!(provider.token(&code, VERIFIER).await.status, StatusCode::OK);
    assert_eq!(refused(provider.token(&code, VERIFIER).await), invalid);

    let code = provider.code_for("console").await;
    let wrong = VERIFIER.replace("the", "der");
    assert_eq!(refused(provider.token(&code, &wrong).await), invalid);
    assert_eq!(refused(provider.token(&code, VERIFIER).await), invalid);
}

#[tokio::test]
async fn a_code_is_good_for_less_than_a_minute() {
    let provider = provider();
    let (early, late) = (
        provider.code_for("console").await,
        provider.code_for("console").await,
    );
    provider.later(Duration::from_secs(59));
    assert_eq!(provider.token(&early, VERIFIER).await.status, StatusCode::OK);
    provider.later(Duration::from_secs(1));
    assert_eq!(
        provider.token(&late, VERIFIER).await.json()["error"],
        "invalid_grant"
    );
}

#[tokio::test]
async fn a_code_belongs_to_its_client_and_its_address() {
    let provider = provider();
    let foreign = provider.code_for("other").await;
    assert_eq!(
        provider.token(&foreign, VERIFIER).await.json()["error"],
        "invalid_grant"
    );

    let code = provider.code_for("console").await;
    let mut pairs = exchanging(&code, VERIFIER);
    pairs[2].1 = "http://admin.localhost:7117/elsewhere";
    assert_eq!(
        provider.post("/token", &pairs).await.json()["error"],
        "invalid_grant"
    );
}

#[tokio::test]
async fn a_client_with_a_secret_must_prove_it() {
    let provider = provider();
    let basic = |credentials: &str| format!("Basic {}", STANDARD.encode(credentials));
    for (authorization, secret, status) in [
        (Some(basic("other:s3cret+%26+more")), None, StatusCode::OK),
        (None, Some("s3cret & more"), StatusCode::OK),
        (Some(basic("other:wrong")), None, StatusCode::UNAUTHORIZED),
        (
            Some(basic("console:s3cret+%26+more")),
            None,
            StatusCode::UNAUTHORIZED,
        ),
        (Some("Bearer abc".to_owned()), None, StatusCode::UNAUTHORIZED),
        (None, Some("wrong"), StatusCode::UNAUTHORIZED),
        (None, None, StatusCode::UNAUTHORIZED),
        (
            Some(basic("other:s3cret+%26+more")),
            Some("s3cret & more"),
            StatusCode::BAD_REQUEST,
        ),
    ] {
        let code = provider.code_for("other").await;
        let mut pairs = exchanging(&code, VERIFIER).to_vec();
        pairs[3].1 = "other";
        pairs.extend(secret.map(|secret| ("client_secret", secret)));
        let mut request = form("/token");
        if let Some(authorization) = &authorization {
            request = request.header(AUTHORIZATION, authorization);
        }
        let answer = provider
            .send(request.body(Body::from(query(&pairs))).unwrap())
            .await;
        assert_eq!(
            answer.status, status,
            "{authorization:?} {secret:?}: {}",
            answer.body
        );
    }
}

#[tokio::test]
async fn unknown_clients_grants_and_bodies_are_refused_by_name() {
    let provider = provider();
    let code = provider.code_for("console").await;
    for (index, value, error) in [
        (3, "nobody", "invalid_client"),
        (0, "password", "unsupported_grant_type"),
        (1, "not a code", "invalid_grant"),
    ] {
        let mut pairs = exchanging(&code, VERIFIER);
        pairs[index].1 = value;
        assert_eq!(provider.post("/token", &pairs).await.json()["error"], error);
    }
    let mut twice = exchanging(&code, VERIFIER).to_vec();
    twice.push(("code", "another"));
    assert_eq!(
        provider.post("/token", &twice).await.json()["error"],
        "invalid_request"
    );
    assert_eq!(
        provider.get("/token").await.status,
        StatusCode::METHOD_NOT_ALLOWED
    );
}

#[tokio::test]
async fn the_discovery_document_names_addresses_that_answer() {
    let provider = provider();
    let metadata = provider.get("/.well-known/openid-configuration").await.json();
    assert_eq!(metadata["issuer"], ISSUER);
    for name in [
        "authorization_endpoint",
        "token_endpoint",
        "jwks_uri",
        "end_session_endpoint",
    ] {
        let path = metadata[name].as_str().unwrap().strip_prefix(ISSUER).unwrap();
        assert_ne!(provider.get(path).await.status, StatusCode::NOT_FOUND, "{path}");
    }
    assert_eq!(provider.get("/nothing").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn mail_is_shown_as_text() {
    assert!(provider().get("/mail").await.body.contains("No mail yet"));
    let mail = Mail {
        at: Timestamp::from_micros(START),
        to: "val@acme.com".to_owned(),
        subject: "A visit <began>".to_owned(),
        text: "Kim Moreno of platform support is inside Acme.".to_owned(),
    };
    let page = with_mail(vec![mail]).get("/mail").await;
    assert!(page.body.contains("A visit &lt;began&gt;") && page.body.contains("to val@acme.com"));
}

#[tokio::test]
async fn signing_out_here_tells_the_application_in_a_signed_word_and_once() {
    let provider = provider();
    let code = provider.code_for("console").await;
    let token = provider.token(&code, VERIFIER).await.json();
    let signed_in = verified(&provider, token["id_token"].as_str().unwrap()).await;
    assert!(provider.get("/").await.body.contains("Sign kim out everywhere"));
    provider.post("/sign-out", &[("person", "demo-kim")]).await;
    provider.post("/sign-out", &[("person", "demo-kim")]).await;
    let told = provider.told.lock().unwrap().clone();
    assert_eq!(told.len(), 1, "{told:?}");
    assert_eq!(told[0].uri, BACK_CHANNEL);
    let word = verified(&provider, &told[0].token).await;
    assert_eq!(
        (&word["sub"], &word["sid"]),
        (&signed_in["sub"], &signed_in["sid"])
    );
    assert!(word["events"]["http://schemas.openid.net/event/backchannel-logout"].is_object());
    assert!(word["nonce"].is_null());
    assert!(!provider.get("/").await.body.contains("out everywhere"));
}

#[tokio::test]
async fn an_application_s_people_are_returned_to_registered_addresses_only() {
    let provider = provider();
    let asked = |client: &str, uri: &str| {
        let pairs = [
            ("client_id", client),
            ("post_logout_redirect_uri", uri),
            ("state", "s"),
        ];
        format!("/logout?{}", query(&pairs))
    };
    let back = provider.get(&asked("console", SIGNED_OUT)).await;
    assert_eq!(back.location.unwrap().as_str(), format!("{SIGNED_OUT}?state=s"));
    for (client, uri) in [
        ("console", "http://evil.example/"),
        ("console", "http://admin.localhost:7117/signed-out/"),
        ("nobody", SIGNED_OUT),
    ] {
        let shown = provider.get(&asked(client, uri)).await;
        assert_eq!(
            (shown.status, shown.location),
            (StatusCode::OK, None),
            "{client} {uri}"
        );
    }
}
