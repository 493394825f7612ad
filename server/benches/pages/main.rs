//! `cargo xtask bench pages`: how long a page of the console takes, on a database of a million people and a million entries.
//!
//! The program runs as it is served, in a process of its own: router, layers, service, store, the durable entry that each page
//! costs. Beside it, in the same run and in turns: an empty handler of the same framework in the same process, and a SvelteKit
//! server that draws the same table from the same file. Measured are the time to the first byte, on one connection and on
//! several that are kept alive, and the processor time that the server needed for a page, which a busy machine changes least.
//! Whoever is signed in here has a session that the bench put into the database; nothing of it is in the shipped program.

#![allow(clippy::unwrap_used, reason = "a bench that cannot go on stops")]
#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a bench speaks on its streams"
)]
#![allow(clippy::disallowed_methods, reason = "a bench reads clock and environment")]

mod child;
mod data;
mod load;
mod options;
mod report;
mod serve;

use std::path::PathBuf;
use std::time::Duration;

use child::Server;
use load::{Answer, Client, Target};
use options::Options;
use report::{Measured, Row};

/// A page to measure.
struct Case {
    name: &'static str,
    beside: &'static str,
    server: usize,
    target: Target,
}

fn main() {
    let options = Options::parse();
    if options.serve {
        serve::run(&options);
        return;
    }
    let database = data::prepare(&options);
    let mut servers = vec![Server::ours(&options, &database)];
    let mut cases = ours(&servers[0]);
    if let Some(folder) = &options.peer {
        servers.push(Server::peer(folder, &database));
        cases.push(peer(&servers[1]));
    }
    let rows = measure(&options, &servers, &cases);
    report::print(&rows, &options);
    if let Some(path) = &options.json {
        report::save(&rows, &options, path);
    }
}

fn ours(server: &Server) -> Vec<Case> {
    let page = |name, beside, path: &str| Case {
        name,
        beside,
        server: 0,
        target: server.target(data::HOST, path),
    };
    let deep = deep_page(server);
    let mut compressed = page(
        "users, compressed",
        "as browsers ask for it",
        "/users?tenant=scale-1",
    );
    compressed.target.accept_brotli = true;
    vec![
        Case {
            name: "empty handler",
            beside: "the floor of the framework",
            server: 0,
            target: server.target(data::FLOOR, "/"),
        },
        page("users", "first page of everybody", "/users?tenant=scale-1"),
        compressed,
        page("users, far behind", "behind the first ten thousand", &deep),
        page(
            "users, rare word",
            "a few people",
            "/users?tenant=scale-1&q=ana.ortiz.1",
        ),
        page(
            "users, common word",
            "a fiftieth of all",
            "/users?tenant=scale-1&q=zoe",
        ),
        page(
            "users, filter",
            "few: owners",
            "/users?tenant=scale-1&q=role%3Aowner",
        ),
        page(
            "users, filters",
            "some: idle developers without passkey",
            "/users?tenant=scale-1&q=role%3Adeveloper+status%3Aidle+factor%3Apassword",
        ),
        page(
            "users, by name",
            "another order",
            "/users?tenant=scale-1&sort=name",
        ),
        page("audit", "first page of all", "/audit"),
        page("audit, an actor", "frequent", "/audit?q=actor%3Akim"),
        page("audit, refusals", "rarer", "/audit?q=outcome%3Adenied"),
        page(
            "audit, actions of a kind",
            "several events",
            "/audit?q=action%3Aimpersonation.*",
        ),
        page("audit, a tenant", "half of all", "/audit?tenant=scale-1"),
    ]
}

fn peer(server: &Server) -> Case {
    Case {
        name: "users in SvelteKit",
        beside: "the same rows; no session, no entry",
        server: 1,
        target: server.target("peer.localhost", "/users?tenant=scale-1"),
    }
}

/// Follows the API's cursor past ten thousand people.
fn deep_page(server: &Server) -> String {
    let mut client = Client::connect(server.address());
    let mut cursor = String::new();
    for _ in 0..100 {
        let path = format!("/api/admin/tenants/scale-1/users?limit=100&cursor={cursor}");
        let mut target = server.target(data::HOST, &path);
        target.accept = "application/json";
        let Answer { status, body, .. } = client.get(&target);
        assert_eq!(status, 200, "{}", String::from_utf8_lossy(&body));
        let list: serde_json::Value = serde_json::from_slice(&body).unwrap();
        match list["next"].as_str() {
            Some(next) => cursor = next.to_owned(),
            None => break,
        }
    }
    format!("/users?tenant=scale-1&cursor={cursor}")
}

/// All cases in turns, round after round: a machine that slows down slows all of them.
fn measure(options: &Options, servers: &[Server], cases: &[Case]) -> Vec<Row> {
    let mut rows: Vec<Row> = cases
        .iter()
        .map(|case| Row::new(case.name, case.beside))
        .collect();
    // Once unmeasured: statements prepared, pages of the database read, code of the peer compiled.
    for case in cases {
        load::run(&case.target, 1, options.spell / 2, &servers[case.server]);
    }
    for round in 1..=options.rounds {
        for (case, row) in cases.iter().zip(&mut rows) {
            let server = &servers[case.server];
            let alone = load::run(&case.target, 1, options.spell, server);
            let together = load::run(&case.target, options.connections, options.spell, server);
            row.add(Measured { alone, together });
        }
        eprintln!("round {round} of {} done", options.rounds);
    }
    rows
}

/// Where things are kept that are made once.
fn cache() -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../target/bench");
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

/// Twice the patience that anything here needs.
const PATIENCE: Duration = Duration::from_secs(60);
