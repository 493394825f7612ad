//! `/sign-out` and `/signed-out`: our session first, then the provider's, which leads back; and the provider's own
//! sign-out, which reaches us.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::{Method, StatusCode};
use url::Url;

use crate::support::{House, STAFF};

#[tokio::test(flavor = "multi_thread")]
async fn signing_out_goes_on_to_the_provider_once_and_comes_back() {
    let house = House::new().await;
    let mut kim = house.signed_in("kim").await;
    let out = kim.post_form(&format!("{STAFF}/sign-out"), &[]).await;
    assert_eq!(out.to(), format!("{STAFF}/signed-out"));
    let hop = kim.get(out.to()).await;
    let provider = format!("{}/logout?", house.issuer());
    let way = hop.text.split("href=\"").find(|rest| rest.starts_with(&provider));
    let way = way.unwrap_or_else(|| panic!("no way to the provider: {}", hop.text));
    let way = Url::parse(&way.split('"').next().unwrap().replace("&amp;", "&")).unwrap();
    assert!(
        hop.text.contains("http-equiv=\"refresh\""),
        "it goes on by itself: {}",
        hop.text
    );
    let hint = way.query_pairs().find(|(name, _)| name == "id_token_hint");
    let hint = hint.unwrap_or_else(|| panic!("no hint: {way}")).1.into_owned();
    let claims = hint
        .split('.')
        .nth(1)
        .and_then(|part| URL_SAFE_NO_PAD.decode(part).ok());
    let claims: serde_json::Value = serde_json::from_slice(&claims.unwrap()).unwrap();
    assert_eq!(
        (&claims["sub"], &claims["aud"]),
        (&"demo-kim".into(), &"console".into())
    );
    let rows = house
        .db
        .raw_fetch("SELECT count(*) AS x FROM staff_session WHERE id_token IS NOT NULL")
        .await
        .unwrap();
    assert_eq!(rows[0].get::<i64>("x").unwrap(), 0, "gone with the session");
    let back = kim.get(way.as_str()).await;
    assert_eq!(back.to(), format!("{STAFF}/signed-out"));
    let over = kim.get(back.to()).await;
    assert!(
        over.text.contains("Sign in again") && !over.text.contains("/logout?"),
        "{}",
        over.text
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_page_leads_nowhere_for_whoever_did_not_just_sign_out() {
    let house = House::new().await;
    let mut nobody = house.browser();
    for value in [
        "",
        "x",
        ".",
        "idp_7zzzzzzzzzzzzzzzzzzzzzzzzz",
        "https://evil.example",
    ] {
        let key = (
            STAFF.trim_start_matches("https://").to_owned(),
            "__Host-stagedoor_leaving".to_owned(),
        );
        nobody.cookies.insert(key, value.to_owned());
        let page = nobody.get(&format!("{STAFF}/signed-out")).await;
        assert_eq!(page.status, StatusCode::OK);
        assert!(
            page.text.contains("Sign in again") && !page.text.contains("refresh"),
            "{value}: {}",
            page.text
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_provider_s_own_sign_out_ends_the_session_by_the_next_request() {
    let house = House::new().await;
    let mut kim = house.signed_in("kim").await;
    let mut ada = house.signed_in("ada").await;
    let me = format!("{STAFF}/api/admin/session");
    assert_eq!(kim.get_json(&me).await.status, StatusCode::OK);
    let front = kim.get(&format!("{}/", house.issuer())).await;
    assert!(front.text.contains("Sign kim out everywhere"), "{}", front.text);
    let fields = [("person", "demo-kim")];
    kim.post_form(&format!("{}/sign-out", house.issuer()), &fields)
        .await;
    let notices = house.notices();
    assert_eq!(notices.len(), 1, "{notices:?}");
    let url = Url::parse(&notices[0].uri).unwrap();
    let body = format!("logout_token={}", notices[0].token);
    let body = Some(("application/x-www-form-urlencoded", body));
    let mut program = house.browser();
    let request = program.request(Method::POST, &url, body, "*/*");
    assert_eq!(program.send(&url, request).await.status, StatusCode::OK);
    assert_eq!(kim.get_json(&me).await.code(), "UNAUTHENTICATED");
    assert_eq!(ada.get_json(&me).await.status, StatusCode::OK, "nobody else's");
}
