//! What the console offers, held against what the session may: each link that a page draws is followed, and each form is that
//! of a door whose action the session holds; and nothing that is left to it goes missing. As each role, and narrowed.

use std::collections::{BTreeMap, BTreeSet};

use http::{Method, StatusCode};
use serde_json::{Value, json};
use stagedoor_core::action::Action;
use stagedoor_server::router::Behind;

use super::ground::{Ground, PEOPLE};
use super::row::{Needs, Row};
use super::table::rows;
use crate::support::{Browser, STAFF};

/// What of a query makes another page of it.
const TELLING: [&str; 10] = [
    "act",
    "tab",
    "of",
    "app",
    "recovery",
    "rename",
    "revoke",
    "revoke_all",
    "matching",
    "impersonate",
];
/// Where links are not followed: out of the console, and into a visit.
const OUTSIDE: [&str; 5] = ["/assets/", "/docs", "/sign-in", "/enter", "//"];

/// A page as a session sees it.
struct Seen {
    href: String,
    status: StatusCode,
    text: String,
}

/// All values of an attribute.
fn values<'a>(text: &'a str, attribute: &str) -> Vec<&'a str> {
    let opened = format!(" {attribute}=\"");
    let parts = text.split(opened.as_str()).skip(1);
    parts.filter_map(|rest| rest.split('"').next()).collect()
}

/// Pages of one kind are one: ids, slugs and what is searched for do not matter.
fn kind(href: &str) -> String {
    let (path, query) = href.split_once('?').unwrap_or((href, ""));
    let path: Vec<&str> = path
        .split('/')
        .map(|part| {
            if part.len() > 26 || part == "acme" || part == "lumen" {
                "*"
            } else {
                part
            }
        })
        .collect();
    let telling = query.split('&').filter_map(|pair| {
        let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
        let value = if value.len() > 26 { "*" } else { value };
        TELLING.contains(&key).then(|| format!("{key}={value}"))
    });
    let telling: BTreeSet<String> = telling.collect();
    format!(
        "{}?{}",
        path.join("/"),
        telling.into_iter().collect::<Vec<_>>().join("&")
    )
}

impl Seen {
    fn links(&self) -> Vec<String> {
        let links = values(&self.text, "href").into_iter();
        links
            .map(|href| href.replace("&amp;", "&"))
            .map(|href| href.split('#').next().unwrap_or_default().to_owned())
            .filter(|href| href.starts_with('/') && !OUTSIDE.iter().any(|outside| href.contains(outside)))
            .collect()
    }

    /// The doors that its forms and ceremonies lead to, with the actions that they need.
    fn doors(&self, rows: &[Row]) -> BTreeMap<&'static str, Action> {
        let attributes = ["action", "formaction", "data-begin", "data-finish"];
        let all = attributes.iter().flat_map(|name| values(&self.text, name));
        all.filter_map(|at| {
            let row = rows
                .iter()
                .find(|row| leads(row, at.split('?').next().unwrap_or_default()))?;
            match row.needs {
                Needs::Staff(action) => Some((row.path, action)),
                _ => None,
            }
        })
        .collect()
    }
}

fn leads(row: &Row, at: &str) -> bool {
    let (template, path) = (row.path.split('/'), at.split('/'));
    row.method == Method::POST
        && template.clone().count() == path.clone().count()
        && template
            .zip(path)
            .all(|(part, given)| part.starts_with('{') || part == given)
}

/// All that can be reached from the Overview, one page of each kind.
async fn walk(browser: &mut Browser) -> BTreeMap<String, Seen> {
    let mut waiting = vec!["/".to_owned()];
    let mut seen = BTreeMap::new();
    while let Some(href) = waiting.pop() {
        if seen.contains_key(&kind(&href)) {
            continue;
        }
        let page = look(browser, &href).await;
        waiting.extend(page.links());
        seen.insert(kind(&href), page);
    }
    seen
}

async fn look(browser: &mut Browser, href: &str) -> Seen {
    let answer = browser.get(&format!("{STAFF}{href}")).await;
    Seen {
        href: href.to_owned(),
        status: answer.status,
        text: answer.text,
    }
}

/// The names of what the session holds.
async fn held(browser: &mut Browser) -> Vec<String> {
    let session = browser
        .get_json(&format!("{STAFF}/api/admin/session"))
        .await
        .json();
    let names = session["permissions"].as_array().cloned().unwrap_or_default();
    names
        .iter()
        .filter_map(Value::as_str)
        .map(str::to_owned)
        .collect()
}

/// Nothing is offered that would be refused.
fn offers_no_refusal(who: &str, seen: &BTreeMap<String, Seen>, held: &[String], rows: &[Row]) {
    for page in seen.values() {
        let refused = [StatusCode::FORBIDDEN, StatusCode::UNAUTHORIZED].contains(&page.status);
        assert!(!refused, "{who} was led to {}: {}", page.href, page.status);
        for (path, action) in page.doors(rows) {
            let name = action.name();
            let holds = held.iter().any(|held| held == name);
            assert!(holds, "{who} was offered {path} ({name}) on {}", page.href);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_offered_is_allowed_and_what_is_allowed_stays_offered() {
    let mut ground = Ground::new().await;
    let rows: Vec<Row> = rows()
        .into_iter()
        .filter(|row| row.behind == Behind::StaffRooms)
        .collect();
    // A visit runs, so that there is something to end.
    let visit = rows.iter().find(|row| row.names("<visit>")).expect("a row");
    ground.ids(visit).await;
    for (role, short) in PEOPLE.iter().skip(1) {
        let (mut browser, _) = ground.person(short).await;
        let seen = walk(&mut browser).await;
        offers_no_refusal(role.as_str(), &seen, &held(&mut browser).await, &rows);
    }
    let (mut kim, _) = ground.person("kim").await;
    let wide = walk(&mut kim).await;
    let forms: usize = wide.values().map(|page| page.doors(&rows).len()).sum();
    assert!(
        wide.len() > 60 && forms > 40,
        "{} pages, {forms} forms",
        wide.len()
    );
    for narrower in [
        json!({ "reads_only": true }),
        json!({ "tenant": "acme" }),
        json!({ "viewing_as": "support" }),
        json!({ "viewing_as": "security" }),
        json!({ "viewing_as": "support_l1", "tenant": "acme", "reads_only": true }),
    ] {
        let who = narrower.to_string();
        kim.cookies.clear();
        kim.sign_in("kim").await;
        let narrowed = kim
            .post_json(&format!("{STAFF}/api/admin/session/narrow"), &narrower)
            .await;
        assert_eq!(narrowed.status, StatusCode::NO_CONTENT, "{}", narrowed.text);
        let held = held(&mut kim).await;
        offers_no_refusal(&who, &walk(&mut kim).await, &held, &rows);
        for page in wide.values() {
            let now = look(&mut kim, &page.href).await;
            if now.status != StatusCode::OK {
                continue;
            }
            let (before, left) = (page.doors(&rows), now.doors(&rows));
            for (path, action) in before {
                let holds = held.iter().any(|held| held == action.name());
                let told = format!("{who}: {path} ({}) on {}", action.name(), page.href);
                assert!(holds || !left.contains_key(path), "offered: {told}");
                // What is held for one's own alone is not offered for what is another's.
                let own = [Action::SessionRevoke, Action::ImpersonationEndOther].contains(&action);
                assert!(!holds || own || left.contains_key(path), "missing: {told}");
                // A dialog that an address opened says why it does not open.
                let dialog = page
                    .text
                    .contains("class=\"dlg\" role=\"dialog\" aria-modal=\"true\"")
                    && page.href.contains('?')
                    && !own;
                let why = now.text.contains("narrowe") && now.text.contains("Sign in again to widen it");
                assert!(holds || !dialog || why, "not explained: {told}");
            }
        }
    }
}
