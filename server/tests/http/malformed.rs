//! Requests as nobody's browser would send them: no panic, no 500, and each error that is told names its request.
//!
//! They are made from a fixed seed, over the router with a session and a visit on every route there is, and as raw bytes
//! over real connections. `STAGEDOOR_SOAK_REQUESTS` sets how many of each; a failure prints the request.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use axum::body::Body;
use axum::extract::ConnectInfo;
use futures_util::future::join_all;
use http::{Request, StatusCode};
use serde_json::json;
use stagedoor_server::run::{Limits, listen, serve_until};
use stagedoor_service::seed::SeededRng;
use stagedoor_store::testing::TestDb;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tower::ServiceExt;

use crate::support::{Browser, House, STAFF, tenant};

#[allow(
    clippy::disallowed_methods,
    reason = "a soak test is configured by its environment"
)]
fn how_many(usually: u64) -> u64 {
    let asked = std::env::var("STAGEDOOR_SOAK_REQUESTS").ok();
    asked.and_then(|number| number.parse().ok()).unwrap_or(usually)
}

/// Panics of this process, in whatever task.
fn count_panics() -> &'static AtomicU32 {
    static PANICS: AtomicU32 = AtomicU32::new(0);
    let usual = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |info| {
        PANICS.fetch_add(1, Ordering::SeqCst);
        usual(info);
    }));
    &PANICS
}

/// Every route there is, and what the fallbacks serve.
fn routes() -> Vec<String> {
    let doors = stagedoor_server::router::doors();
    let mut routes: Vec<String> = doors.into_iter().map(|(_, door)| door.path).collect();
    routes.extend(
        [
            "/assets/{name}",
            "/api/fn/staff/{*function}",
            "/api/fn/tenant/{*function}",
            "/healthz",
        ]
        .map(str::to_owned),
    );
    let pages = stagedoor_app::routes::staff::PAGES.iter();
    let pages = pages.chain(stagedoor_app::routes::tenant::PAGES);
    let actions = stagedoor_app::routes::staff::ACTIONS.iter();
    let actions = actions.chain(stagedoor_app::routes::tenant::ACTIONS);
    routes.extend(pages.chain(actions).map(|path| (*path).to_owned()));
    routes
}

const METHODS: [&str; 9] = [
    "GET", "POST", "GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "BREW",
];
const SEGMENTS: [&str; 16] = [
    "acme",
    "ACME",
    "nobody",
    "%zz",
    "%00",
    "%ff%fe",
    "..",
    "%2e%2e%2f",
    "imp_00000000000000000000000000",
    "usr_7zzzzzzzzzzzzzzzzzzzzzzzzz",
    "imp_%20",
    "-1",
    "%F0%9F%94%A5",
    "a%2Fb",
    "'%20OR%201=1--",
    "*",
];
const VALUES: [&str; 22] = [
    "",
    "acme",
    "0",
    "-1",
    "1",
    "100",
    "101",
    "99999999999999999999",
    "1e9",
    "%00",
    "a%00b",
    "%ff",
    "%",
    "role:",
    "role:owner,%zz",
    "seen:99999999999999999999d",
    "status:active%20status:active",
    "outcome:denied%20after:99999-99-99",
    "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
    "%F0%9F%94%A5%25_%25",
    "+++",
    "since:-5h%20actor:%27;--",
];
const NAMES: [&str; 14] = [
    "q",
    "q",
    "limit",
    "cursor",
    "tenant",
    "sort",
    "impersonate",
    "open",
    "code",
    "state",
    "iss",
    "provider",
    "nonce",
    "unheard_of",
];
const TYPES: [&str; 8] = [
    "application/json",
    "application/json; charset=utf-8",
    "application/x-www-form-urlencoded",
    "text/plain",
    "multipart/form-data; boundary=x",
    "application/jsonx",
    ";;;",
    "application/cbor",
];

struct Dice(SeededRng);

impl Dice {
    fn one<'a>(&self, list: &[&'a str]) -> &'a str {
        self.0.one_of(list).unwrap()
    }

    fn one_in(&self, chances: u64) -> bool {
        self.0.below(chances) == 0
    }

    fn bytes(&self, longest: u64) -> Vec<u8> {
        (0..self.0.below(longest))
            .map(|_| self.0.below(256) as u8)
            .collect()
    }

    fn path(&self, routes: &[String]) -> String {
        let route = self.0.one_of(routes).unwrap();
        let parts = route.split('/').map(|part| match part.starts_with('{') {
            true => self.one(&SEGMENTS),
            false => part,
        });
        let mut path = parts.collect::<Vec<_>>().join("/");
        match self.0.below(12) {
            0 => path.push_str(self.one(&SEGMENTS)),
            1 => path.push('/'),
            2 => path = path.to_uppercase(),
            3 => path.push_str(&"/x".repeat(self.0.below(800) as usize)),
            _ => {}
        }
        path
    }

    fn query(&self) -> String {
        let pairs: Vec<String> = (0..self.0.below(5))
            .map(|_| format!("{}={}", self.one(&NAMES), self.one(&VALUES)))
            .collect();
        match pairs.is_empty() {
            true => String::new(),
            false => format!("?{}", pairs.join(if self.one_in(9) { ";" } else { "&" })),
        }
    }

    fn body(&self) -> Vec<u8> {
        let text = match self.0.below(12) {
            0 => String::new(),
            1 => "{".repeat(self.0.below(5_000) as usize),
            2 => "[".repeat(30_000),
            3 => json!({ "reason": "A reason of length\u{0}", "ticket_ref": "x".repeat(70) }).to_string(),
            4 => json!({ "reason": 5, "ttl_seconds": -1, "mode": "write" }).to_string(),
            5 => json!({ "reason": "A reason of length", "user_id": self.one(&SEGMENTS), "ttl_seconds": u64::MAX })
                .to_string(),
            6 => format!("tenant=acme&user_id={0}&reason={0}&ticket_ref=&ttl_seconds={0}&back={0}", self.one(&VALUES)),
            7 => format!("impersonation_id={}&back=//evil.example&theme=%00", self.one(&SEGMENTS)),
            8 => "x".repeat(70_000),
            9 => "{\"reason\":\"\\ud800\"}".to_owned(),
            10 => json!({ "id": "x", "rawId": "x", "type": "public-key", "response": {} }).to_string(),
            _ => return self.bytes(300),
        };
        text.into_bytes()
    }
}

fn authority(origin: &str) -> &str {
    origin.trim_start_matches("https://")
}

/// A request, or none when what was thrown is no request even to the library that makes it.
fn throw(dice: &Dice, routes: &[String], kim: &Browser) -> Option<Request<Body>> {
    let acme = tenant("acme");
    let origin = if dice.one_in(3) { acme.as_str() } else { STAFF };
    let host = match dice.0.below(20) {
        0 => "ADMIN.stagedoor.test",
        1 => "admin.stagedoor.test.",
        2 => "nobody.app.stagedoor.test",
        3 => "",
        _ => authority(origin),
    };
    let uri = format!("{}{}", dice.path(routes), dice.query());
    let mut builder = Request::builder()
        .method(dice.one(&METHODS))
        .uri(uri)
        .header("host", host);
    if !dice.one_in(8) {
        builder = builder.header(
            "origin",
            if dice.one_in(10) {
                "https://evil.example"
            } else {
                origin
            },
        );
    }
    if !dice.one_in(4) {
        let accepts = ["text/html", "application/json", "*/*", "text/html;q=nan,,;", "\t"];
        builder = builder.header("accept", dice.one(&accepts));
    }
    if !dice.one_in(5) {
        let cookies = kim.cookie_header(authority(origin));
        builder = builder.header("cookie", cookies);
    }
    match dice.0.below(14) {
        0 => builder = builder.header("cookie", "__Host-stagedoor_staff=%ff; =; ;;; a"),
        1 => builder = builder.header("cookie", dice.bytes(200)),
        2 => builder = builder.header("x-forwarded-for", "1.2.3.4, , ::ffff:%"),
        3 => builder = builder.header("user-agent", "x".repeat(20_000)),
        4 => builder = builder.header("host", authority(STAFF)),
        5 => builder = builder.header("sec-purpose", "prefetch"),
        6 => builder = builder.header("accept-encoding", "br;q=nan, gzip;q=9, *"),
        7 => builder = builder.header("range", "bytes=9-1,-0"),
        8 => builder = builder.header("sec-fetch-site", dice.bytes(9)),
        _ => {}
    }
    if !dice.one_in(6) {
        builder = builder.header("content-type", dice.one(&TYPES));
    }
    let body = if dice.one_in(3) {
        Body::empty()
    } else {
        Body::from(dice.body())
    };
    let peer = SocketAddr::from(([127, 0, 0, 1], 40_000));
    builder.extension(ConnectInfo(peer)).body(body).ok()
}

/// What is wrong with an answer, if anything is.
async fn fault(response: axum::response::Response) -> Option<String> {
    let (parts, body) = response.into_parts();
    let text = axum::body::to_bytes(body, 16 << 20).await.unwrap();
    let text = String::from_utf8_lossy(&text);
    let what = || {
        Some(format!(
            "{}: {}",
            parts.status,
            text.chars().take(300).collect::<String>()
        ))
    };
    if parts.status == StatusCode::INTERNAL_SERVER_ERROR {
        return what();
    }
    let kind = parts
        .headers
        .get("content-type")
        .map_or("", |kind| kind.to_str().unwrap());
    let is_told = kind.starts_with("application/json") || kind.starts_with("text/html");
    let is_readable = !parts.headers.contains_key("content-encoding");
    let is_error = parts.status.is_client_error() || parts.status.is_server_error();
    let id = parts
        .headers
        .get("x-request-id")
        .map_or("none", |id| id.to_str().unwrap());
    if is_error && is_told && is_readable && !text.contains(id) {
        return what();
    }
    None
}

/// Whoever was signed out, or whose visit was ended, by what was thrown comes back.
async fn come_back(house: &House, kim: &mut Browser) {
    // What was thrown counts as calls of hers.
    house.later(30);
    let session = kim.get_json(&format!("{STAFF}/api/admin/session")).await;
    if session.status != StatusCode::OK {
        kim.sign_in("kim").await;
    }
    let inside = kim
        .get_json(&format!("{}/api/tenant/users", tenant("acme")))
        .await;
    if inside.status != StatusCode::OK {
        // Visits that were begun by what was thrown are idle by then.
        house.later(301);
        kim.visit("rod@acme.com").await;
    }
}

async fn throws(db: TestDb, seed: u64, count: u64) {
    let panics = count_panics();
    let house = House::over(db).await;
    let mut kim = house.signed_in("kim").await;
    kim.visit("rod@acme.com").await;
    let (dice, routes) = (Dice(SeededRng::new(seed)), routes());
    let (mut thrown, mut faults) = (0, Vec::new());
    for number in 0..count {
        if number % 50 == 49 {
            come_back(&house, &mut kim).await;
        }
        let Some(request) = throw(&dice, &routes, &kim) else {
            continue;
        };
        thrown += 1;
        let asked = format!("{request:?}");
        let response = house.app().oneshot(request).await.unwrap();
        if let Some(fault) = fault(response).await {
            faults.push(format!("request {number}: {asked}\n{fault}"));
        }
    }
    assert!(
        faults.is_empty(),
        "{} faults:\n{}",
        faults.len(),
        faults.join("\n\n")
    );
    assert_eq!(panics.load(Ordering::SeqCst), 0);
    assert!(thrown > count / 2, "most of it can be sent: {thrown}");
    come_back(&house, &mut kim).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_thrown_at_the_router_is_our_mistake_on_sqlite() {
    throws(TestDb::sqlite().await, 1, how_many(1_200)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_thrown_at_the_router_is_our_mistake_on_postgresql() {
    throws(TestDb::postgres().await, 2, how_many(1_200)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn no_text_holds_a_nul() {
    for db in [TestDb::sqlite().await, TestDb::postgres().await] {
        let house = House::over(db).await;
        let mut kim = house.signed_in("kim").await;
        for address in [
            "/api/admin/tenants/%00/users",
            "/api/admin/tenants/acme/users?q=a%00b",
            "/api/admin/audit-logs?tenant=%00",
            "/api/admin/audit-logs?q=actor:%00",
            "/api/admin/audit-logs?q=request:%00%20tenant:%00",
            "/users?tenant=%00",
            "/audit?q=target:%00",
        ] {
            let answer = kim.get_json(&format!("{STAFF}{address}")).await;
            assert_eq!(
                answer.status,
                StatusCode::UNPROCESSABLE_ENTITY,
                "{address}: {}",
                answer.text
            );
        }
        let url = format!("{STAFF}/api/admin/tenants/acme/impersonate");
        for body in [
            json!({ "reason": "A reason\u{0} of length" }),
            json!({ "reason": "A reason of length", "ticket_ref": "#\u{0}" }),
            json!({ "reason": "A reason of length", "user_id": "\u{0}" }),
        ] {
            let answer = kim.post_json(&url, &body).await;
            assert_eq!(
                answer.status,
                StatusCode::UNPROCESSABLE_ENTITY,
                "{body}: {}",
                answer.text
            );
        }
        let fields = [
            ("tenant", "\0"),
            ("user_id", ""),
            ("reason", "A reason of length"),
            ("ticket_ref", ""),
            ("ttl_seconds", "60"),
            ("back", "/"),
        ];
        let url = format!("{STAFF}/api/fn/staff/impersonate");
        assert_eq!(
            kim.post_form(&url, &fields).await.status,
            StatusCode::UNPROCESSABLE_ENTITY
        );
    }
}

const HEAD: &str = "host: admin.stagedoor.test\r\n";

/// Bytes that somebody calls HTTP.
fn raw(dice: &Dice, routes: &[String]) -> Vec<u8> {
    let path = dice.path(routes);
    let text = match dice.0.below(22) {
        0 => return dice.bytes(2_000),
        1 => {
            return [
                b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03".to_vec(),
                dice.bytes(500),
            ]
            .concat();
        }
        2 => "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".to_owned(),
        3 => format!("GET {path}\r\n\r\n"),
        4 => format!("GET {path} HTTP/9.9\r\n{HEAD}\r\n"),
        5 => format!("GET {path} HTTP/1.1\n{HEAD}\n"),
        6 => format!("GET {path} HTTP/1.1\r\n\r\n"),
        7 => format!("GET {path} HTTP/1.1\r\n{HEAD}{HEAD}\r\n"),
        8 => format!("GET {path} HTTP/1.1\r\n{HEAD}x : y\r\n\r\n"),
        9 => format!("GET {path} HTTP/1.1\r\n{HEAD}no colon\r\n\r\n"),
        10 => format!("GET {path} HTTP/1.1\r\n{HEAD}x: a\r\n folded\r\n\r\n"),
        11 => format!("GET {path} HTTP/1.1\r\n{HEAD}x: {}\r\n\r\n", "y".repeat(100_000)),
        12 => format!("GET {path} HTTP/1.1\r\n{HEAD}{}\r\n", "x: y\r\n".repeat(300)),
        13 => format!("GET /{} HTTP/1.1\r\n{HEAD}\r\n", "z".repeat(100_000)),
        14 => format!("POST {path} HTTP/1.1\r\n{HEAD}content-length: -1\r\n\r\nx"),
        15 => format!("POST {path} HTTP/1.1\r\n{HEAD}content-length: 1\r\ncontent-length: 2\r\n\r\nxy"),
        16 => format!(
            "POST {path} HTTP/1.1\r\n{HEAD}content-length: 3\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n"
        ),
        17 => {
            format!("POST {path} HTTP/1.1\r\n{HEAD}transfer-encoding: chunked\r\n\r\nFFFFFFFFFFFFFFFFF\r\nx")
        }
        18 => format!("POST {path} HTTP/1.1\r\n{HEAD}transfer-encoding: gzip, x\r\n\r\n1\r\nx\r\n0\r\n\r\n"),
        19 => format!("CONNECT evil.example:443 HTTP/1.1\r\n{HEAD}\r\n"),
        20 => format!("GET http://evil.example{path} HTTP/1.1\r\n{HEAD}\r\n"),
        _ => format!("OPTIONS * HTTP/1.1\r\n{HEAD}\r\nGET {path} HTTP/1.1\r\n{HEAD}\r\n"),
    };
    let mut bytes = text.into_bytes();
    if dice.one_in(3) {
        let at = dice.0.below(bytes.len() as u64) as usize;
        bytes[at] = dice.0.below(256) as u8;
    }
    bytes
}

/// What comes back until the server closes, or has nothing more to say.
async fn send(address: SocketAddr, bytes: Vec<u8>) -> String {
    let mut stream = TcpStream::connect(address).await.unwrap();
    // The server may close in the middle of it.
    let _ = stream.write_all(&bytes).await;
    let (mut said, mut chunk) = (Vec::new(), [0; 4096]);
    let quiet = Duration::from_millis(60);
    while let Ok(Ok(read @ 1..)) = tokio::time::timeout(quiet, stream.read(&mut chunk)).await {
        said.extend_from_slice(&chunk[..read]);
    }
    String::from_utf8_lossy(&said).into_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_sent_over_a_connection_is_our_mistake() {
    let panics = count_panics();
    let house = House::new().await;
    let listener = listen(SocketAddr::from(([127, 0, 0, 1], 0))).await.unwrap();
    let address = listener.local_addr().unwrap();
    let limits = Limits {
        head: Duration::from_secs(2),
        ..Limits::default()
    };
    tokio::spawn(serve_until(listener, house.app(), limits, std::future::pending()));
    let (dice, routes) = (Dice(SeededRng::new(3)), routes());
    let mut answered = 0_u64;
    let mut left = how_many(600);
    while left > 0 {
        let volley: Vec<Vec<u8>> = (0..left.min(30)).map(|_| raw(&dice, &routes)).collect();
        left -= volley.len() as u64;
        let answers = join_all(volley.iter().map(|bytes| send(address, bytes.clone()))).await;
        for (bytes, answer) in volley.iter().zip(answers) {
            let what = format!("{}\n{answer}", String::from_utf8_lossy(bytes));
            assert!(!answer.contains("HTTP/1.1 500"), "{what}");
            assert!(answer.is_empty() || answer.starts_with("HTTP/1."), "{what}");
            answered += u64::from(!answer.is_empty());
        }
        assert_eq!(panics.load(Ordering::SeqCst), 0);
    }
    assert!(answered > 100, "{answered}");
    let alive = send(address, b"GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n".to_vec()).await;
    assert!(alive.ends_with("ok\n"), "{alive}");
}
