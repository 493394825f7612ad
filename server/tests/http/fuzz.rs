//! The JSON API against its own description: Schemathesis makes calls from the document, right and wrong ones, and whatever
//! comes back must be described there. `cargo xtask test api` installs it, and runs this.

use std::path::PathBuf;
use std::process::{Command, Output};

use http::StatusCode;
use stagedoor_server::edge::Edge;
use stagedoor_server::layer::limits::{Limits, Rate, Rates};
use stagedoor_server::{router, run};
use tempfile::TempDir;

use crate::support::{Browser, House, STAFF, tenant};

/// The variable with the program's path.
const VARIABLE: &str = "STAGEDOOR_SCHEMATHESIS";
/// What is asked of every answer.
const CHECKS: &str = "not_a_server_error,status_code_conformance,content_type_conformance,\
                      response_headers_conformance,response_schema_conformance,negative_data_rejection";

/// A house with its door on a real port.
struct Served {
    house: House,
    url: String,
    folder: TempDir,
}

impl Served {
    async fn new() -> Self {
        let house = House::new().await;
        let much = Rate::new(10_000_000, 10_000_000);
        let rates = Rates {
            sign_in: much,
            open: much,
            known: much,
        };
        let edge = Edge {
            limits: Limits::new(rates, house.service.clock()),
            ..house.edge()
        };
        let listener = run::listen("127.0.0.1:0".parse().unwrap()).await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let app = router::app(&edge, Vec::new());
        tokio::spawn(run::serve_until(
            listener,
            app,
            run::Limits::default(),
            std::future::pending(),
        ));
        let folder = tempfile::tempdir().unwrap();
        Self { house, url, folder }
    }

    /// The document as the staff host gives it, without what is given on the command line: hosts and cookies.
    async fn document(&self) -> PathBuf {
        let answer = self
            .house
            .browser()
            .get(&format!("{STAFF}/api/openapi.json"))
            .await;
        let mut document = answer.json();
        for path in document["paths"].as_object_mut().unwrap().values_mut() {
            let path = path.as_object_mut().unwrap();
            path.remove("servers");
            for operation in path.values_mut().filter_map(serde_json::Value::as_object_mut) {
                operation.remove("security");
            }
        }
        let file = self.folder.path().join("openapi.json");
        std::fs::write(&file, document.to_string()).unwrap();
        file
    }

    /// Runs Schemathesis as somebody, over some of the paths.
    async fn fuzz(&self, browser: &Browser, origin: &str, paths: &str) -> Option<String> {
        let host = origin.trim_start_matches("https://");
        let cookies: Vec<String> = browser
            .cookies
            .iter()
            .filter(|((at, _), _)| at == host)
            .map(|((_, name), value)| format!("{name}={value}"))
            .collect();
        let document = self.document().await;
        let headers = [
            format!("Host: {host}"),
            format!("Origin: {origin}"),
            format!("Cookie: {}", cookies.join("; ")),
            "Accept: application/json".to_owned(),
        ];
        let mut command = Command::new(program());
        command
            .current_dir(self.folder.path())
            .args(["run", "--no-color", "--seed", "1", "--generation-deterministic"])
            .args(["--phases", "examples,coverage,fuzzing", "--max-examples", "25"])
            .args(["--no-shrink", "--continue-on-failure"])
            .args([
                "--checks",
                CHECKS,
                "--include-path-regex",
                paths,
                "--url",
                &self.url,
            ])
            .args(headers.iter().flat_map(|header| ["-H", header]))
            .arg(document);
        let done = tokio::task::spawn_blocking(move || command.output())
            .await
            .unwrap();
        found(paths, &done.unwrap())
    }
}

#[allow(
    clippy::disallowed_methods,
    reason = "tests are configured by the environment"
)]
fn program() -> String {
    std::env::var(VARIABLE).unwrap_or_else(|_| panic!("run cargo xtask test api, which sets {VARIABLE}"))
}

/// What it found, if anything.
fn found(paths: &str, done: &Output) -> Option<String> {
    let said = String::from_utf8_lossy(&done.stdout);
    let complained = String::from_utf8_lossy(&done.stderr);
    let tried = said.contains(" generated, ") && !said.contains("Unresolvable references");
    let clean = done.status.success() && tried;
    (!clean).then(|| format!("{paths}\n{said}\n{complained}"))
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs Schemathesis; cargo xtask test api runs it"]
async fn the_api_does_what_its_description_says() {
    let served = Served::new().await;
    let mut kim = served.house.signed_in("kim").await;
    let mut ada = served.house.signed_in("ada").await;
    let rio = served.house.signed_in("rio").await;
    let mut found = vec![
        served.fuzz(&rio, STAFF, "^/api/admin/").await,
        // Apart, for it learns ids from answers: whoever may revoke sessions would end their own, and try nothing after that.
        served
            .fuzz(&kim, STAFF, r"^/api/admin/(?!sessions/\{id\}$|staff/)")
            .await,
        served.fuzz(&kim, STAFF, r"^/api/admin/sessions/\{id\}$").await,
    ];
    // Kim may have suspended Acme by now, and has as many visits as anybody may have.
    let open = "UPDATE tenant SET state = 'active'";
    served.house.db.raw_execute(open).await.unwrap();
    ada.visit("val@acme.com").await;
    let acme = tenant("acme");
    let inside = "^/api/tenant/(users|audit-logs)";
    found.push(served.fuzz(&ada, &acme, inside).await);
    found.push(served.fuzz(&ada, &acme, "^/api/tenant/").await);
    // Last, for nobody but Kim is on staff after that: she cannot switch herself off.
    found.push(served.fuzz(&kim, STAFF, "^/api/admin/staff/").await);
    let session = kim.get_json(&format!("{STAFF}/api/admin/session")).await;
    assert_eq!(session.status, StatusCode::OK, "still signed in at the end");
    let found: Vec<String> = found.into_iter().flatten().collect();
    assert!(found.is_empty(), "{}", found.join("\n\n"));
}
