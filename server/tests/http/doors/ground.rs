//! Where the doors are tried: one house, the people in it, ids that exist, and what the tables hold.

use std::collections::BTreeMap;

use axum::body::Body as HttpBody;
use http::header::ORIGIN;
use http::{Method, Request};
use sha2::{Digest, Sha256};
use stagedoor_core::id::{
    AlertId, ConsentRequestId, ImpersonationId, PasskeyId, SessionId, StaffId, StepUpId,
};
use stagedoor_core::role::StaffRole;
use stagedoor_service::system::{OsRng, fresh_id};
use stagedoor_service::testing::NOON;
use stagedoor_store::testing::TestDb;
use url::Url;

use super::row::{Body, Kind, Row};
use crate::support::{Answer, Browser, House, PASSWORD, STAFF, tenant};

/// The roles, each with somebody who has it.
pub(super) const PEOPLE: [(StaffRole, &str); 4] = [
    (StaffRole::SuperAdmin, "kim"),
    (StaffRole::Support, "jess"),
    (StaffRole::Security, "sasha"),
    (StaffRole::ReadOnly, "rio"),
];

pub(super) const STAFF_COOKIE: &str = "__Host-stagedoor_staff";
pub(super) const VISIT_COOKIE: &str = "__Host-stagedoor_visit";

/// What stands behind `<name>` in an example.
#[derive(Debug, Clone)]
pub(super) struct Ids(BTreeMap<&'static str, String>);

impl Ids {
    pub(super) fn with(mut self, name: &'static str, id: impl Into<String>) -> Self {
        self.0.insert(name, id.into());
        self
    }

    pub(super) fn get(&self, name: &str) -> &str {
        &self.0[name]
    }

    fn fill(&self, text: &str) -> String {
        let filled = self.0.iter().fold(text.to_owned(), |text, (name, id)| {
            text.replace(&format!("<{name}>"), id)
        });
        assert!(!filled.contains('<'), "no such id: {filled}");
        filled
    }
}

/// An entry that a request left.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Left {
    pub(super) event: String,
    pub(super) outcome: String,
    pub(super) scope: String,
    pub(super) who: Option<String>,
}

/// One house, and what is known of it.
pub(super) struct Ground {
    pub(super) house: House,
    /// Whose visits the examples end.
    sol: Browser,
    /// Whose sessions the examples revoke.
    ada: Browser,
    colleague: String,
    member: String,
    provider: String,
    risk: String,
    acme: String,
    visit: Option<String>,
    /// Somebody of Acme whose sessions the examples end, by address and id.
    seated: (String, String),
    seat: Option<Browser>,
    /// Entries that everybody may see who sees any of their log: of the platform's, and of Acme's own.
    entries: (String, String),
    tables: Vec<(String, String)>,
}

impl Ground {
    /// Each surface is a process of its own here, so that no door of a tenant's host can reach for anything of the staff's.
    pub(super) async fn new() -> Self {
        let house = House::divided(TestDb::sqlite().await).await.0;
        // Whom the demo made with an app has none here: the rows say that nobody has.
        house.db.raw_execute("DELETE FROM staff_totp").await.unwrap();
        let mut sol = house.signed_in("sol").await;
        let member = sol.member("acme", "rod@acme.com").await;
        let provider = text(&house, "SELECT id AS x FROM identity_provider")
            .await
            .remove(0);
        let acme = text(&house, "SELECT id AS x FROM tenant WHERE slug = 'acme'")
            .await
            .remove(0);
        let risk = text(&house, "SELECT id AS x FROM risk_event ORDER BY id")
            .await
            .remove(0);
        let seated = members(&house).await.remove(0);
        let ada = house.signed_in("ada").await;
        let colleague = text(&house, "SELECT id AS x FROM staff WHERE email LIKE 'ada@%'")
            .await
            .remove(0);
        let tables = tables(&house).await;
        let entry_of = |log: &str| {
            format!(
                "SELECT id AS x FROM audit_entry WHERE scope = '{log}' AND event NOT LIKE 'admin.%' ORDER BY at, id"
            )
        };
        let platforms = text(&house, &entry_of("platform")).await.remove(0);
        let own = text(&house, &entry_of(&acme)).await.remove(0);
        Self {
            house,
            sol,
            ada,
            colleague,
            member,
            provider,
            risk,
            acme,
            visit: None,
            seated,
            seat: None,
            entries: (platforms, own),
            tables,
        }
    }

    /// The id of the tenant of all examples.
    pub(super) fn acme(&self) -> &str {
        &self.acme
    }

    /// Ids that exist, with a visit of somebody else's that runs.
    pub(super) async fn ids(&mut self, row: &Row) -> Ids {
        let mut ids = self.any_ids();
        if row.names("<visit>") {
            ids = ids.with("visit", self.running_visit().await);
        }
        if row.names("<seat>") || row.names("<seated>") {
            ids = ids.with("seat", self.running_seat().await);
        }
        if row.names("<question>") {
            ids = ids.with("question", self.open_question().await);
        }
        if row.names("<session>") || row.names("<colleague>") {
            ids = ids.with("session", self.running_session().await);
        }
        ids
    }

    /// A session on Acme's host that runs.
    async fn running_seat(&mut self) -> String {
        let (email, id) = self.seated.clone();
        let running = format!(
            "SELECT id AS x FROM tenant_session WHERE membership_id = '{id}' AND ended_at IS NULL \
             AND reference IS NOT NULL"
        );
        if let Some(seat) = text(&self.house, &running).await.pop() {
            return seat;
        }
        match &mut self.seat {
            Some(seat) => {
                seat.enter("acme", &email, PASSWORD).await;
            }
            None => self.seat = Some(self.house.inside(&email).await),
        }
        text(&self.house, &running).await.remove(0)
    }

    /// A question to Acme's owner that waits.
    async fn open_question(&self) -> String {
        let waiting = "SELECT id AS x FROM consent_request WHERE state = 'pending' AND reason = 'doors'";
        if let Some(question) = text(&self.house, waiting).await.pop() {
            return question;
        }
        let id = fresh_id::<ConsentRequestId>(&OsRng, NOON);
        let until = NOON.micros() + 3_600_000_000;
        let ask = format!(
            "INSERT INTO consent_request (id, tenant_id, staff_id, reason, ttl_micros, state, asked_at, until_at) \
             SELECT '{id}', '{}', id, 'doors', 900000000, 'pending', {}, {until} FROM staff WHERE email LIKE 'sol@%'",
            self.acme,
            NOON.micros()
        );
        self.house.db.raw_execute(&ask).await.unwrap();
        id.to_string()
    }

    /// The same, but for the visit, which does not exist.
    pub(super) fn any_ids(&self) -> Ids {
        let visit = fresh_id::<ImpersonationId>(&OsRng, NOON);
        let session = fresh_id::<SessionId>(&OsRng, NOON);
        Ids(BTreeMap::from([
            ("session", session.to_string()),
            ("colleague", self.colleague.clone()),
            ("tenant", "acme".to_owned()),
            ("member", self.member.clone()),
            ("provider", self.provider.clone()),
            ("risk", self.risk.clone()),
            ("visit", visit.to_string()),
            ("nobody", fresh_id::<StaffId>(&OsRng, NOON).to_string()),
            ("unheld", fresh_id::<PasskeyId>(&OsRng, NOON).to_string()),
            ("unraised", fresh_id::<AlertId>(&OsRng, NOON).to_string()),
            ("unasked", fresh_id::<StepUpId>(&OsRng, NOON).to_string()),
            ("entry", self.entries.0.clone()),
            ("own_entry", self.entries.1.clone()),
            ("digest", "0".repeat(64)),
            ("seated", self.seated.1.clone()),
            ("seat", fresh_id::<SessionId>(&OsRng, NOON).to_string()),
            ("question", fresh_id::<ConsentRequestId>(&OsRng, NOON).to_string()),
        ]))
    }

    async fn running_session(&mut self) -> String {
        let live = format!(
            "SELECT id AS x FROM staff_session WHERE staff_id = '{}' AND ended_at IS NULL",
            self.colleague
        );
        if text(&self.house, &live).await.is_empty() {
            self.ada.cookies.clear();
            self.ada.sign_in("ada").await;
        }
        text(&self.house, &live).await.remove(0)
    }

    async fn running_visit(&mut self) -> String {
        if let Some(visit) = &self.visit {
            let live = format!("SELECT id AS x FROM impersonation WHERE id = '{visit}' AND ended_at IS NULL");
            if !text(&self.house, &live).await.is_empty() {
                return visit.clone();
            }
        }
        let minted = self.sol.mint("rod@acme.com").await;
        let visit = minted.json()["impersonation_id"].as_str().unwrap().to_owned();
        self.visit = Some(visit.clone());
        visit
    }

    /// All that a refusal must not change: every table but the audit's, and the keys that its names are encrypted with.
    /// A form's refusal comes back as a message, which is shown once.
    pub(super) async fn state(&self, row: &Row) -> String {
        let mut hash = Sha256::new();
        for (name, sql) in &self.tables {
            if name == "flash" && row.kind() == Kind::Form {
                continue;
            }
            for line in text(&self.house, sql).await {
                hash.update(line.as_bytes());
            }
            hash.update(name.as_bytes());
        }
        stagedoor_core::audit::canonical::hex(&hash.finalize())
    }

    /// The entries of a request, by the id that its answer carries.
    pub(super) async fn left(&self, answer: &Answer) -> Vec<Left> {
        let request = request_id(answer);
        let sql = format!(
            "SELECT event, outcome, scope, coalesce(act_id, actor_id) AS who FROM audit_entry \
             WHERE request_id = '{request}' ORDER BY at, id"
        );
        let rows = self.house.db.raw_fetch(&sql).await.unwrap();
        rows.iter()
            .map(|row| Left {
                event: row.get("event").unwrap(),
                outcome: row.get("outcome").unwrap(),
                scope: row.get("scope").unwrap(),
                who: row.get("who").unwrap(),
            })
            .collect()
    }

    /// Somebody signed in, and their id.
    pub(super) async fn person(&self, short: &str) -> (Browser, String) {
        let mut browser = self.house.signed_in(short).await;
        let session = browser.get_json(&format!("{STAFF}/api/admin/session")).await;
        let id = session.json()["staff_id"].as_str().unwrap().to_owned();
        (browser, id)
    }
}

/// Members of Acme with no further role, by address and id.
pub(super) async fn members(house: &House) -> Vec<(String, String)> {
    let sql = "SELECT m.email || ' ' || m.id AS x FROM membership m JOIN tenant t ON t.id = m.tenant_id \
               WHERE t.slug = 'acme' AND m.role = 'member' AND m.state = 'active' ORDER BY m.id LIMIT 2";
    let lines = text(house, sql).await;
    let pair = |line: &String| {
        let (email, id) = line.split_once(' ').unwrap();
        (email.to_owned(), id.to_owned())
    };
    lines.iter().map(pair).collect()
}

pub(super) fn request_id(answer: &Answer) -> String {
    answer.headers["x-request-id"].to_str().unwrap().to_owned()
}

/// The first column of a question.
pub(super) async fn text(house: &House, sql: &str) -> Vec<String> {
    let rows = house.db.raw_fetch(sql).await.unwrap();
    rows.iter().map(|row| row.get("x").unwrap()).collect()
}

/// Every table but the audit's, and how to read all of it as text.
async fn tables(house: &House) -> Vec<(String, String)> {
    let names = "SELECT name AS x FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'audit%' \
                 AND name NOT IN ('subject_key', '_sqlx_migrations') AND name NOT LIKE 'sqlite%' ORDER BY name";
    let mut tables = Vec::new();
    for name in text(house, names).await {
        let columns = text(
            house,
            &format!("SELECT name AS x FROM pragma_table_info('{name}')"),
        )
        .await;
        let columns: Vec<String> = columns.iter().map(|column| format!("quote({column})")).collect();
        let line = columns.join(" || ',' || ");
        tables.push((name.clone(), format!("SELECT {line} AS x FROM {name} ORDER BY 1")));
    }
    assert!(tables.len() > 10, "{tables:?}");
    tables
}

/// The host of a door's side.
pub(super) fn home(row: &Row) -> String {
    if row.on_tenant_host() {
        tenant("acme")
    } else {
        STAFF.to_owned()
    }
}

/// The example call of a door, at any host, without an origin.
pub(super) fn knock(browser: &Browser, row: &Row, ids: &Ids, host: &str) -> (Url, Request<HttpBody>) {
    knock_as(browser, row, ids, host, row.method.clone())
}

pub(super) fn knock_as(
    browser: &Browser,
    row: &Row,
    ids: &Ids,
    host: &str,
    method: Method,
) -> (Url, Request<HttpBody>) {
    let url = Url::parse(&format!("{host}{}", ids.fill(row.at))).unwrap();
    let body = match row.body {
        Body::Nothing => None,
        Body::Json(text) => Some(("application/json", ids.fill(text))),
        Body::Form(text) => Some(("application/x-www-form-urlencoded", ids.fill(text))),
    };
    let request = browser.request(method, &url, body, row.accept());
    (url, request)
}

/// The example call as our own pages would make it.
pub(super) async fn call(browser: &mut Browser, row: &Row, ids: &Ids) -> Answer {
    let (url, mut request) = knock(browser, row, ids, &home(row));
    if row.is_sent() {
        let origin = url.origin().ascii_serialization();
        request.headers_mut().insert(ORIGIN, origin.parse().unwrap());
    }
    browser.send(&url, request).await
}

/// Whether a permitted caller was let through.
pub(super) fn given(row: &Row, answer: &Answer) -> bool {
    row.gives.contains(&answer.status.as_u16())
}

/// An answer without what differs between two calls of the same: the request's id, the nonce, and what was asked for.
pub(super) fn bare(answer: &Answer, asked: &[&str]) -> String {
    let mut text = answer.text.replace(&request_id(answer), "<request>");
    let nonce = text
        .split_once("nonce=\"")
        .and_then(|(_, rest)| rest.split_once('"'))
        .map(|(nonce, _)| nonce.to_owned());
    text = nonce.map_or(text.clone(), |nonce| text.replace(&nonce, "<nonce>"));
    for asked in asked {
        text = text
            .replace(asked, "<asked>")
            .replace(&asked.replace('&', "&amp;"), "<asked>");
    }
    format!(
        "{} {:?} {text}",
        answer.status,
        answer.headers.get("content-type")
    )
}

/// The first place where two texts differ, with what stands around it; `None` where they are the same.
pub(super) fn first_difference(left: &str, right: &str) -> Option<(String, String)> {
    let at = left
        .chars()
        .zip(right.chars())
        .take_while(|(left, right)| left == right)
        .count();
    let around = |text: &str| text.chars().skip(at.saturating_sub(60)).take(160).collect();
    (left != right).then(|| (around(left), around(right)))
}
