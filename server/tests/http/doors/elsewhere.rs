//! Each door from another site, and on a host that it does not belong to.

use http::StatusCode;
use http::header::ORIGIN;

use super::ground::{Ground, Ids, bare, first_difference, home, knock, text};
use super::row::{Kind, Row};
use super::table::rows;
use crate::support::{Answer, Browser, STAFF, tenant};

const FETCH_SITE: &str = "sec-fetch-site";

/// Headers that no page of ours sends; `<own>` is the door's own origin.
const FOREIGN: &[&[(&str, &str)]] = &[
    &[],
    &[("origin", "null")],
    &[("origin", "https://evil.example")],
    &[("origin", "https://admin.stagedoor.test.evil.example")],
    &[("origin", "https://lumen.app.stagedoor.test")],
    &[("origin", "<own>"), (FETCH_SITE, "cross-site")],
    &[("origin", "<own>"), (FETCH_SITE, "same-site")],
    &[("origin", "https://evil.example"), (FETCH_SITE, "same-origin")],
    &[(FETCH_SITE, "cross-site")],
    &[(FETCH_SITE, "none")],
    // Not exact: it says that two origins are one, and not which.
    &[(FETCH_SITE, "same-origin")],
];

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_changed_from_another_site() {
    let mut ground = Ground::new().await;
    let (mut kim, _) = ground.person("kim").await;
    kim.visit("rod@acme.com").await;
    // A program of others is on no site; it proves itself by what it sends.
    let machines = |row: &Row| row.behind == stagedoor_server::router::Behind::StaffMachines;
    let rows: Vec<Row> = rows()
        .into_iter()
        .filter(|row| row.is_sent() && !machines(row))
        .collect();
    assert!(rows.len() >= 9, "{}", rows.len());
    for row in rows {
        let ids = ground.ids(&row).await;
        for foreign in FOREIGN {
            let before = ground.state(&row).await;
            let (url, mut request) = knock(&kim, &row, &ids, &home(&row));
            for (name, value) in *foreign {
                let value = value.replace("<own>", &home(&row));
                request.headers_mut().insert(*name, value.parse().unwrap());
            }
            let answer = kim.send(&url, request).await;
            let told = format!("{row} {foreign:?}: {} {}", answer.status, answer.text);
            assert_eq!(
                (answer.status, answer.code().as_str()),
                (StatusCode::FORBIDDEN, "ORIGIN_DENIED"),
                "{told}"
            );
            assert_eq!(before, ground.state(&row).await, "something changed: {told}");
        }
    }
}

async fn at(browser: &mut Browser, row: &Row, ids: &Ids, host: &str) -> (Answer, String) {
    let (url, mut request) = knock(browser, row, ids, host);
    request.headers_mut().insert(ORIGIN, host.parse().unwrap());
    let path = match url.query() {
        Some(query) => format!("{}?{query}", url.path()),
        None => url.path().to_owned(),
    };
    (browser.send(&url, request).await, path)
}

#[tokio::test(flavor = "multi_thread")]
async fn on_another_host_a_door_is_as_absent_as_an_unknown_one() {
    let mut ground = Ground::new().await;
    let (mut kim, _) = ground.person("kim").await;
    kim.visit("rod@acme.com").await;
    let all = rows();
    let mut tried = 0;
    for row in &all {
        let there = |other: &&Row| {
            (other.method == row.method || row.method == http::Method::GET) && other.path == row.path
        };
        let other = if row.on_staff_host()
            && !all
                .iter()
                .filter(|row| row.on_tenant_host())
                .any(|other| there(&other))
        {
            tenant("acme")
        } else if row.on_tenant_host()
            && !all
                .iter()
                .filter(|row| row.on_staff_host())
                .any(|other| there(&other))
        {
            STAFF.to_owned()
        } else {
            continue;
        };
        let ids = ground.ids(row).await;
        let before = ground.state(row).await;
        let (found, path) = at(&mut kim, row, &ids, &other).await;
        let unknown = Row {
            at: match row.kind() {
                Kind::Page => "/no-such-address",
                Kind::Api if row.path.starts_with("/api/") => "/api/no-such-address",
                Kind::Api => "/no-such-address",
                Kind::Form if row.on_staff_host() => "/api/fn/staff/no_such_function",
                Kind::Form => "/api/fn/tenant/no_such_function",
            },
            ..row.clone()
        };
        let (nothing, nowhere) = at(&mut kim, &unknown, &ids, &other).await;
        let refused = matches!(
            found.status,
            StatusCode::NOT_FOUND | StatusCode::METHOD_NOT_ALLOWED
        );
        assert!(refused, "{row} at {other}: {}", found.status);
        let difference = first_difference(&bare(&found, &[&path]), &bare(&nothing, &[&nowhere]));
        assert_eq!(difference, None, "{row} at {other}");
        assert_eq!(before, ground.state(row).await, "{row} at {other}");
        tried += 1;
    }
    assert!(tried >= 15, "{tried}");
}

#[tokio::test(flavor = "multi_thread")]
async fn on_an_unknown_host_there_is_nothing_at_all() {
    let mut ground = Ground::new().await;
    let (mut kim, _) = ground.person("kim").await;
    for row in rows() {
        if row.behind == stagedoor_server::router::Behind::AnyHost {
            continue;
        }
        let ids = ground.ids(&row).await;
        for host in [
            "https://evil.example".to_owned(),
            "https://admin.stagedoor.test:444".to_owned(),
            tenant("no-such-tenant"),
        ] {
            let file = row.behind == stagedoor_server::router::Behind::EveryHost;
            let (answer, _) = at(&mut kim, &row, &ids, &host).await;
            assert!(
                file || answer.status == StatusCode::NOT_FOUND,
                "{row} {host}: {}",
                answer.status
            );
        }
    }
    let sessions = text(
        &ground.house,
        "SELECT count(*) || '' AS x FROM staff_session WHERE ended_at IS NULL",
    )
    .await;
    assert_ne!(sessions, ["0"], "nobody was signed out by it");
}
