//! A tenant's own entrance: one answer and one hash for whoever cannot enter, and a session that is this host's alone.

mod attempts;
mod equal;
mod session;

use http::StatusCode;
use http::header::SET_COOKIE;

use crate::support::{Answer, Browser, House, PASSWORD, VAL, sentences, tenant};

const COOKIE: &str = "__Host-stagedoor_tenant";

/// The page without what differs on every call: the request's id, the nonce, and what was typed.
pub(crate) fn plain(answer: &Answer, typed: &str) -> String {
    let mut text = answer.text.replace(typed, "…");
    for marker in ["req_", "nonce=\""] {
        while let Some(at) = text.find(marker) {
            let end = text[at + marker.len()..]
                .find(|c: char| !c.is_ascii_alphanumeric() && c != '-' && c != '_')
                .map_or(text.len(), |end| at + marker.len() + end);
            text.replace_range(at..end, "…");
        }
    }
    text
}

async fn page(browser: &mut Browser, path: &str) -> Answer {
    browser.get(&format!("{}{path}", tenant("acme"))).await
}

fn reference(browser: &Browser) -> String {
    let key = ("acme.app.stagedoor.test".to_owned(), COOKIE.to_owned());
    browser.cookies.get(&key).cloned().unwrap_or_default()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_owner_signs_in_looks_around_and_signs_out() {
    let house = House::new().await;
    let mut val = house.browser();
    let entrance = page(&mut val, "/sign-in").await;
    assert!(entrance.text.contains("Sign in to Acme") && entrance.text.contains("Sign in</button>"));
    let answer = val.enter("acme", "  VAL@acme.com ", PASSWORD).await;
    assert_eq!(answer.to(), format!("{}/", tenant("acme")), "{}", answer.text);
    let cookie = answer.headers[SET_COOKIE].to_str().unwrap().to_owned();
    for part in [
        "__Host-stagedoor_tenant=",
        "HttpOnly",
        "Secure",
        "SameSite=Lax",
        "Path=/",
        "Max-Age=3600",
    ] {
        assert!(cookie.contains(part), "{part} in {cookie}");
    }
    for path in ["/", "/members", "/sessions", "/audit", "/support-access"] {
        let answer = page(&mut val, path).await;
        assert_eq!(answer.status, StatusCode::OK, "{path}");
        assert!(!answer.text.contains("aria-label=\"Impersonation\""), "{path}");
        assert!(
            answer.text.contains("Val Marsh") && answer.text.contains("owner of Acme"),
            "{path}"
        );
    }
    assert_eq!(
        page(&mut val, "/sign-in").await.to(),
        format!("{}/", tenant("acme"))
    );
    house.later(1);
    let before = val.cookies.clone();
    let out = val.post_form(&format!("{}/sign-out", tenant("acme")), &[]).await;
    assert_eq!(out.to(), format!("{}/sign-in", tenant("acme")));
    assert_eq!(reference(&val), "");
    val.cookies = before;
    assert_eq!(
        page(&mut val, "/members").await.to(),
        format!("{}/sign-in", tenant("acme")),
        "it is over"
    );
    house.later(1);
    let mut again = house.inside(VAL).await;
    let log = again
        .get_json(&format!(
            "{}/api/tenant/audit-logs?q=action:user.*%20since:1m",
            tenant("acme")
        ))
        .await;
    assert_eq!(
        sentences(&log),
        [
            "Val Marsh signed in with a password",
            "Val Marsh signed out",
            "Val Marsh signed in with a password"
        ]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_cannot_enter_hears_one_answer_for_one_hash() {
    let house = House::new().await;
    for email in ["rod@acme.com", "former@acme.com"] {
        house.give_password(email).await;
    }
    let suspend = "UPDATE membership SET state = 'suspended' WHERE email = 'rod@acme.com'";
    house.db.raw_execute(suspend).await.unwrap();
    let mut stranger = house.browser();
    let mut answers: Vec<(&str, String)> = Vec::new();
    for (who, email, password) in [
        ("unknown", "nobody@acme.com", PASSWORD),
        ("wrong password", VAL, "not the password"),
        ("empty password", VAL, ""),
        ("no password set", "sam@acme.com", PASSWORD),
        ("suspended, right password", "rod@acme.com", PASSWORD),
        ("revoked, right password", "former@acme.com", PASSWORD),
        ("no address at all", "", PASSWORD),
    ] {
        let before = house.service.password_hashes();
        let answer = stranger.enter("acme", email, password).await;
        assert_eq!(house.service.password_hashes() - before, 1, "{who}: equal work");
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{who}");
        assert!(answer.headers.get(SET_COOKIE).is_none(), "{who}");
        let typed = format!("value=\"{email}\"");
        answers.push((who, plain(&answer, &typed)));
    }
    let (_, first) = answers[0].clone();
    // Only where the caret stands differs without an address.
    let (_, last) = answers.pop().unwrap();
    assert!(last.contains("do not fit together"), "{last}");
    for (who, answer) in answers {
        assert_eq!(answer, first, "{who}");
    }
    // What is told of a try is written behind the answer, within the second.
    house.service.run_due().await.unwrap();
    let mut val = house.inside(VAL).await;
    let log = val
        .get_json(&format!(
            "{}/api/tenant/audit-logs?q=action:user.sign_in%20outcome:denied,failed%20since:1m",
            tenant("acme")
        ))
        .await;
    let told = sentences(&log);
    for words in [
        "Somebody unknown tried to sign in with a password",
        "Somebody unknown tried to sign in as val@acme.com with a password",
        "Somebody unknown tried to sign in as rod@acme.com with a password",
        "Somebody unknown tried to sign in as former@acme.com with a password",
    ] {
        assert!(told.contains(&words.to_owned()), "{words} in {told:?}");
    }
    assert!(
        log.text.contains("membership_suspended") || log.text.contains("denied · session"),
        "{}",
        log.text
    );
    assert!(
        !log.text.contains("nobody@acme.com"),
        "what a stranger types is not kept"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_suspended_tenants_entrance_says_why() {
    let house = House::new().await;
    let suspend = "UPDATE tenant SET state = 'suspended' WHERE slug = 'acme'";
    house.db.raw_execute(suspend).await.unwrap();
    let mut val = house.browser();
    let entrance = page(&mut val, "/sign-in").await;
    assert!(entrance.text.contains("This organisation is suspended") && !entrance.text.contains("<form"));
    let before = house.service.password_hashes();
    let right = val.enter("acme", VAL, PASSWORD).await;
    let unknown = val.enter("acme", "nobody@acme.com", PASSWORD).await;
    assert_eq!(right.status, StatusCode::UNAUTHORIZED);
    assert_eq!(plain(&right, "\0"), plain(&unknown, "\0"));
    assert_eq!(house.service.password_hashes(), before);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_of_another_site_signs_nobody_in() {
    let house = House::new().await;
    let browser = house.browser();
    let url = url::Url::parse(&format!("{}/sign-in", tenant("acme"))).unwrap();
    let body = format!("email=val%40acme.com&password={PASSWORD}");
    let kind = "application/x-www-form-urlencoded";
    let mut request = browser.request(http::Method::POST, &url, Some((kind, body)), "text/html");
    request
        .headers_mut()
        .insert(http::header::ORIGIN, tenant("lumen").parse().unwrap());
    let mut browser = browser;
    let answer = browser.send(&url, request).await;
    assert_eq!(
        (answer.status, answer.code().as_str()),
        (StatusCode::FORBIDDEN, "ORIGIN_DENIED")
    );
    assert!(browser.cookies.is_empty());
}
