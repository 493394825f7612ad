//! What a session of a tenant's person opens, where it counts, and every way it ends by itself.

use http::StatusCode;
use serde_json::{Value, json};

use super::{COOKIE, page, plain, reference};
use crate::support::{House, PASSWORD, STAFF, VAL, sentences, tenant};

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
        let mut node = val.window().sent_to(&house.second_process().await.1);
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
    let id = entrance.headers["x-request-id"].to_str().unwrap();
    assert!(entrance.text.contains(id), "{}", entrance.text);
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
