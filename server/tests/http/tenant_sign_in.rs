//! A tenant's own entrance: one answer and one hash for whoever cannot enter, and a session that is this host's alone.

use http::StatusCode;
use http::header::{RETRY_AFTER, SET_COOKIE};
use serde_json::{Value, json};

use crate::support::{Answer, Browser, House, PASSWORD, STAFF, VAL, sentences, tenant};

const COOKIE: &str = "__Host-stagedoor_tenant";

/// The page without what differs on every call: the request's id, the nonce, and what was typed.
fn plain(answer: &Answer, typed: &str) -> String {
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
async fn five_failures_suspend_and_ten_lock_even_the_right_password() {
    let house = House::new().await;
    let mut stranger = house.browser();
    for _ in 0..5 {
        stranger.enter("acme", VAL, "wrong").await;
    }
    let mut val = house.browser();
    assert_eq!(
        val.enter("acme", VAL, PASSWORD).await.status,
        StatusCode::UNAUTHORIZED,
        "suspended"
    );
    house.later(119);
    let refused = val.enter("acme", VAL, PASSWORD).await;
    assert_eq!(
        refused.status,
        StatusCode::UNAUTHORIZED,
        "to the last of the two minutes"
    );
    let wrong = house.browser().enter("acme", VAL, "wrong").await;
    let typed = format!("value=\"{VAL}\"");
    assert_eq!(
        plain(&refused, &typed),
        plain(&wrong, &typed),
        "the right password is not told from a wrong one"
    );
    house.later(1);
    assert_eq!(
        val.enter("acme", VAL, PASSWORD).await.status,
        StatusCode::SEE_OTHER,
        "and back"
    );
    for _ in 0..5 {
        stranger.enter("acme", VAL, "wrong").await;
    }
    house.later(120);
    for _ in 0..5 {
        stranger.enter("acme", VAL, "wrong").await;
    }
    house.later(24 * 3600);
    assert_eq!(
        val.enter("acme", VAL, PASSWORD).await.status,
        StatusCode::UNAUTHORIZED,
        "locked"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_burst_of_tries_passes_no_threshold_on_either_engine() {
    for db in [
        stagedoor_store::testing::TestDb::sqlite().await,
        stagedoor_store::testing::TestDb::postgres().await,
    ] {
        let house = House::over(db).await;
        let tries: Vec<_> = (0..12)
            .map(|number| {
                let mut browser = house.browser();
                tokio::spawn(async move {
                    let password = format!("guess {number}");
                    browser.enter("acme", VAL, &password).await.status
                })
            })
            .collect();
        for one in tries {
            assert_eq!(one.await.unwrap(), StatusCode::UNAUTHORIZED);
        }
        let stored = house
            .db
            .raw_fetch("SELECT failures FROM account_password ORDER BY failures DESC")
            .await
            .unwrap();
        assert_eq!(
            stored[0].get::<i64>("failures").unwrap(),
            5,
            "of twelve at once five were looked at"
        );
        let right = house.browser().enter("acme", VAL, PASSWORD).await;
        assert_eq!(
            right.status,
            StatusCode::UNAUTHORIZED,
            "the right one came too late"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn one_address_may_try_so_often_a_minute() {
    let house = House::new().await;
    let mut stranger = house.browser();
    let mut seen = Vec::new();
    for number in 0..62 {
        let email = format!("nobody{number}@acme.com");
        seen.push(stranger.enter("acme", &email, "x").await);
    }
    assert!(
        seen[..60]
            .iter()
            .all(|answer| answer.status == StatusCode::UNAUTHORIZED)
    );
    let late = &seen[61];
    assert_eq!(late.status, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(late.headers[RETRY_AFTER], "60");
    let before = house.service.password_hashes();
    assert_eq!(
        stranger.enter("lumen", VAL, "x").await.status,
        StatusCode::TOO_MANY_REQUESTS,
        "at any tenant"
    );
    assert_eq!(house.service.password_hashes(), before, "and costs no hash");
    house.later(60);
    assert_eq!(
        stranger.enter("acme", VAL, PASSWORD).await.status,
        StatusCode::SEE_OTHER
    );
    let mut val = stranger;
    let log = val
        .get_json(&format!(
            "{}/api/tenant/audit-logs?q=action:user.sign_in%20outcome:failed%20since:5m",
            tenant("acme")
        ))
        .await;
    assert_eq!(
        sentences(&log).len(),
        1,
        "strangers are one entry a minute and source: {:?}",
        sentences(&log)
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_is_one_hosts_and_nothing_tells_of_another_tenant() {
    let house = House::new().await;
    // Val's account gets a second membership, at Lumen.
    let second = "INSERT INTO membership (id, tenant_id, account_id, name, name_key, email, role, role_rank, state, last_seen_at, passkeys, has_totp, has_password, risk, joined_at)
        SELECT 'usr_01h455vb4pex5vsknk084sn02q', (SELECT id FROM tenant WHERE slug = 'lumen'), account_id, name, name_key, email, 'member', 4, 'active', 0, 0, false, true, 'low', 0 FROM membership WHERE email = 'val@acme.com'";
    let mut val = house.inside(VAL).await;
    let lumen_before = val.get(&format!("{}/sign-in", tenant("lumen"))).await;
    house.db.raw_execute(second).await.unwrap();
    let reference = reference(&val);
    val.cookies.insert(
        ("lumen.app.stagedoor.test".to_owned(), COOKIE.to_owned()),
        reference.clone(),
    );
    val.cookies.insert(
        (
            "admin.stagedoor.test".to_owned(),
            "__Host-stagedoor_staff".to_owned(),
        ),
        reference.clone(),
    );
    val.cookies.insert(
        (
            "acme.app.stagedoor.test".to_owned(),
            "__Host-stagedoor_visit".to_owned(),
        ),
        reference,
    );
    let there = val
        .get_json(&format!("{}/api/tenant/sessions", tenant("lumen")))
        .await;
    assert_eq!(
        there.status,
        StatusCode::UNAUTHORIZED,
        "Acme's cookie is useless at Lumen"
    );
    assert_eq!(
        val.get_json(&format!("{STAFF}/api/admin/session")).await.status,
        StatusCode::UNAUTHORIZED,
        "and on the staff host"
    );
    let here = val
        .get_json(&format!("{}/api/tenant/users", tenant("acme")))
        .await;
    assert_eq!(
        here.status,
        StatusCode::OK,
        "a visit's cookie that means nothing is as good as none"
    );
    let mut elsewhere = house.browser();
    let lumen_after = elsewhere.get(&format!("{}/sign-in", tenant("lumen"))).await;
    assert_eq!(plain(&lumen_before, "\0"), plain(&lumen_after, "\0"));
    assert_eq!(
        elsewhere.enter("lumen", VAL, PASSWORD).await.status,
        StatusCode::SEE_OTHER,
        "one account"
    );
    let own = elsewhere.get(&format!("{}/", tenant("lumen"))).await;
    assert!(
        own.text.contains("with the role member") && !own.text.contains("Acme"),
        "{}",
        own.text
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_ends_by_idleness_by_its_end_and_with_the_membership() {
    let house = House::new().await;
    let entrance = format!("{}/sign-in", tenant("acme"));
    let mut val = house.inside(VAL).await;
    house.later(19 * 60);
    assert_eq!(page(&mut val, "/members").await.status, StatusCode::OK);
    house.later(20 * 60);
    assert_eq!(page(&mut val, "/members").await.to(), entrance, "idle");
    house.service.run_due().await.unwrap();

    let mut val = house.inside(VAL).await;
    for _ in 0..3 {
        house.later(19 * 60);
        assert_eq!(page(&mut val, "/members").await.status, StatusCode::OK);
    }
    house.later(3 * 60);
    assert_eq!(
        page(&mut val, "/members").await.to(),
        entrance,
        "its hour is over"
    );
    house.service.run_due().await.unwrap();

    for (change, undo) in [
        (
            "UPDATE membership SET state = 'suspended' WHERE email = 'val@acme.com'",
            "UPDATE membership SET state = 'active' WHERE email = 'val@acme.com'",
        ),
        (
            "UPDATE membership SET state = 'revoked' WHERE email = 'val@acme.com'",
            "UPDATE membership SET state = 'active' WHERE email = 'val@acme.com'",
        ),
        (
            "UPDATE tenant SET state = 'suspended' WHERE slug = 'acme'",
            "UPDATE tenant SET state = 'active' WHERE slug = 'acme'",
        ),
    ] {
        let mut val = house.inside(VAL).await;
        let mut node = house.another_tab(&val).sent_to(&house.second_process().await.1);
        house.db.raw_execute(change).await.unwrap();
        let api = node
            .get_json(&format!("{}/api/tenant/users", tenant("acme")))
            .await;
        assert_eq!(
            (api.status, api.code().as_str()),
            (StatusCode::UNAUTHORIZED, "UNAUTHENTICATED"),
            "{change}"
        );
        assert_eq!(page(&mut val, "/members").await.to(), entrance, "{change}");
        house.db.raw_execute(undo).await.unwrap();
    }
    let ends = house
        .db
        .raw_fetch("SELECT ended_why FROM tenant_session WHERE reference IS NOT NULL AND ended_at IS NOT NULL ORDER BY ended_at")
        .await
        .unwrap();
    let ends: Vec<String> = ends.iter().map(|row| row.get("ended_why").unwrap()).collect();
    assert_eq!(ends, ["idle", "expired"]);
    let mut val = house.inside(VAL).await;
    let log = val
        .get_json(&format!(
            "{}/api/tenant/audit-logs?q=action:user.sign_out%20since:3h",
            tenant("acme")
        ))
        .await;
    assert_eq!(
        sentences(&log),
        vec!["Stagedoor ended a session of val@acme.com"; 2]
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
async fn signing_in_again_replaces_the_browsers_session() {
    let house = House::new().await;
    let mut val = house.inside(VAL).await;
    let former = val.cookies.clone();
    val.enter("acme", VAL, PASSWORD).await;
    assert_ne!(val.cookies, former, "a fresh reference");
    let mut thief = house.browser();
    thief.cookies = former;
    assert_eq!(
        page(&mut thief, "/members").await.to(),
        format!("{}/sign-in", tenant("acme"))
    );
    assert_eq!(page(&mut val, "/members").await.status, StatusCode::OK);
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

#[tokio::test(flavor = "multi_thread")]
async fn roles_open_their_rooms_and_no_more() {
    let house = House::new().await;
    for (email, open) in [
        (
            "rod@acme.com",
            ["/", "/members", "/sessions", "/audit", "/support-access"].as_slice(),
        ),
        ("sam@acme.com", ["/", "/sessions"].as_slice()),
        ("lee@acme.com", ["/", "/sessions"].as_slice()),
    ] {
        let mut person = house.inside(email).await;
        for path in ["/", "/members", "/sessions", "/audit", "/support-access"] {
            let wanted = if open.contains(&path) {
                StatusCode::OK
            } else {
                StatusCode::FORBIDDEN
            };
            assert_eq!(page(&mut person, path).await.status, wanted, "{email} {path}");
        }
    }
    let mut val = house.inside(VAL).await;
    let log = val
        .get_json(&format!(
            "{}/api/tenant/audit-logs?q=outcome:denied%20since:1m",
            tenant("acme")
        ))
        .await;
    let told = sentences(&log);
    assert_eq!(
        told.len(),
        6,
        "each refusal of somebody known is an entry: {told:?}"
    );
    assert!(
        told.contains(&"Sam Kerr tried to list members".to_owned()),
        "{told:?}"
    );
    assert!(
        told.contains(&"Lee Bryant tried to look at support access".to_owned()),
        "{told:?}"
    );
    let reads = val
        .get_json(&format!(
            "{}/api/tenant/audit-logs?q=action:member.list%20outcome:success%20since:1m",
            tenant("acme")
        ))
        .await;
    assert_eq!(
        sentences(&reads),
        Vec::<String>::new(),
        "the tenant's own reads are not"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_visit_goes_before_a_sign_in_in_the_same_browser_and_says_so() {
    let house = House::new().await;
    let mut kim = house.signed_in("kim").await;
    kim.enter("acme", VAL, PASSWORD).await;
    kim.visit("rod@acme.com").await;
    let members = page(&mut kim, "/members").await;
    assert!(members.text.contains("aria-label=\"Impersonation\""));
    assert!(members.text.contains("not as val@acme.com"), "{}", members.text);
    let refused = kim
        .send_json(
            http::Method::PUT,
            &format!("{}/api/tenant/support-access/consent", tenant("acme")),
            &json!({ "choice": "off" }),
        )
        .await;
    assert_eq!(
        (refused.status, refused.code().as_str()),
        (StatusCode::FORBIDDEN, "FORBIDDEN"),
        "the owner's cookie beside it lends it nothing"
    );
    let entrance = kim.enter("acme", VAL, PASSWORD).await;
    assert_eq!(entrance.status, StatusCode::CONFLICT);
    let out = kim.post_form(&format!("{}/sign-out", tenant("acme")), &[]).await;
    assert_eq!(
        out.status,
        StatusCode::FORBIDDEN,
        "a visit ends by its own button"
    );
    kim.post_form(
        &format!("{}/api/fn/tenant/end_impersonation", tenant("acme")),
        &[],
    )
    .await;
    assert_eq!(
        page(&mut kim, "/members").await.to(),
        format!("{}/visit/over", tenant("acme")),
        "its end is told before the other person is back"
    );
    page(&mut kim, "/visit/over").await;
    let members = page(&mut kim, "/members").await;
    assert!(members.text.contains("Val Marsh") && !members.text.contains("aria-label=\"Impersonation\""));
    let nothing: Value = json!({});
    let end = kim
        .post_json(
            &format!("{}/api/tenant/impersonation/end", tenant("acme")),
            &nothing,
        )
        .await;
    assert_eq!(
        end.status,
        StatusCode::CONFLICT,
        "a person of the tenant has no visit to end"
    );
}
