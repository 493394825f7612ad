//! The rules of the house as invariants: which crate may know which, and what stands nowhere. What ARCHITECTURE.md says in
//! words, this says so that it stays true.
#![allow(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    missing_docs,
    reason = "a test reads the tree and panics with what it finds"
)]

mod tree;

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::Value;
use tree::{root, rust_files, shown};

/// Every edge between the crates, test-only ones aside. What is not here is forbidden.
const EDGES: [(&str, &[&str]); 10] = [
    ("stagedoor-core", &[]),
    ("stagedoor-store", &["stagedoor-core"]),
    ("stagedoor-service", &["stagedoor-store", "stagedoor-core"]),
    ("stagedoor-app", &["stagedoor-core", "stagedoor-service"]),
    (
        "stagedoor-server",
        &[
            "stagedoor-app",
            "stagedoor-service",
            "stagedoor-store",
            "stagedoor-core",
        ],
    ),
    ("stagedoor-frontend", &["stagedoor-app"]),
    ("stagedoor-prover", &["stagedoor-core"]),
    ("stagedoor-style", &[]),
    ("stagedoor-bundle", &["stagedoor-style"]),
    ("xtask", &[]),
];

/// What a crate must not depend on directly; a name ending in `*` stands for all that begin so.
const STRANGERS: [(&str, &[&str]); 3] = [
    (
        "stagedoor-core",
        &[
            "tokio*",
            "sqlx*",
            "getrandom",
            "rand*",
            "reqwest",
            "http",
            "axum*",
            "leptos*",
            "async-*",
            "futures*",
        ],
    ),
    (
        "stagedoor-store",
        &["http", "axum*", "leptos*", "tower*", "hyper*", "reqwest"],
    ),
    (
        "stagedoor-service",
        &["axum*", "leptos*", "tower*", "hyper*", "sqlx*"],
    ),
];

/// A module doc of fewer words says a name, and not what the file is for.
const WORDS_MIN: usize = 6;

/// What must not be anywhere below `stagedoor-core`: no I/O, clock, randomness or runtime comes in by a back door.
const NEVER_BELOW_CORE: [&str; 6] = ["tokio", "sqlx", "sqlx-core", "getrandom", "mio", "socket2"];

#[test]
fn crates_know_only_whom_they_may() {
    for package in packages() {
        let name = text(&package, "name");
        let (_, allowed) = EDGES
            .iter()
            .find(|(from, _)| *from == name)
            .unwrap_or_else(|| panic!("{name} is not in EDGES"));
        for dependency in dependencies(&package) {
            let to = text(&dependency, "name");
            let ours = to.starts_with("stagedoor-") || to == "xtask";
            assert!(
                !ours || allowed.contains(&to.as_str()),
                "{name} must not depend on {to}"
            );
        }
    }
}

#[test]
fn the_app_knows_the_service_only_on_the_server() {
    let app = packages()
        .into_iter()
        .find(|package| text(package, "name") == "stagedoor-app")
        .unwrap();
    let service = dependencies(&app)
        .into_iter()
        .find(|dependency| text(dependency, "name") == "stagedoor-service")
        .unwrap();
    assert_eq!(
        service["optional"], true,
        "stagedoor-service must be optional in the app"
    );
    for (feature, parts) in app["features"].as_object().unwrap() {
        let brings = parts
            .as_array()
            .unwrap()
            .iter()
            .any(|part| part == "dep:stagedoor-service");
        assert!(
            !brings || feature == "ssr",
            "feature {feature} brings the service into the browser"
        );
    }
    assert_eq!(
        app["features"]["default"].as_array().map(Vec::len),
        Some(0),
        "the app has no default features"
    );
}

#[test]
fn no_layer_meets_a_stranger() {
    for package in packages() {
        let name = text(&package, "name");
        let banned = STRANGERS
            .iter()
            .find(|(from, _)| *from == name)
            .map_or(&[][..], |(_, banned)| banned);
        for dependency in dependencies(&package) {
            let to = text(&dependency, "name");
            let stranger = |ban: &&str| {
                ban.strip_suffix('*')
                    .map_or(*ban == to, |prefix| to.starts_with(prefix))
            };
            assert!(!banned.iter().any(stranger), "{name} must not depend on {to}");
        }
    }
}

#[test]
fn nothing_impure_is_below_core() {
    let tree = cargo(&[
        "tree",
        "--locked",
        "--package",
        "stagedoor-core",
        "--edges",
        "normal",
        "--prefix",
        "none",
    ]);
    let below: BTreeSet<&str> = tree
        .lines()
        .filter_map(|line| line.split_whitespace().next())
        .collect();
    assert!(below.contains("serde"), "cargo tree said nothing useful:\n{tree}");
    for name in NEVER_BELOW_CORE {
        assert!(!below.contains(name), "stagedoor-core has {name} below it");
    }
}

#[test]
fn only_the_store_speaks_sql() {
    let driver = ["sql", "x"].concat();
    for file in rust_files(&root()) {
        let path = shown(&file);
        if path.starts_with("crates/store/") {
            continue;
        }
        for (number, line) in code_lines(&file) {
            assert!(
                !line.contains(&format!("{driver}::")),
                "{path}:{number}: the database driver outside of the store"
            );
        }
    }
}

#[test]
fn pages_carry_no_inline_style() {
    // The pages' own tests look for the attribute, too.
    let pages = rust_files(&root().join("app/src"))
        .into_iter()
        .filter(|file| !file.ends_with("tests.rs"));
    for file in pages {
        for (number, line) in code_lines(&file) {
            let attribute = line
                .split(" style")
                .skip(1)
                .any(|rest| rest.starts_with(['=', ':']) && !rest.starts_with("=="));
            let first = line.trim_start().starts_with("style=") || line.trim_start().starts_with("style:");
            assert!(
                !attribute && !first,
                "{}:{number}: an inline style, which the content security policy drops",
                shown(&file)
            );
        }
    }
}

#[test]
fn every_module_says_what_it_is_for() {
    let silent: Vec<String> = rust_files(&root())
        .iter()
        .filter(|file| !shown(file).contains("/compile_fail/"))
        .filter(|file| words_about(file) < WORDS_MIN)
        .map(|file| shown(file))
        .collect();
    assert!(
        silent.is_empty(),
        "a module doc says what the file is for and what it never does:\n{}",
        silent.join("\n")
    );
}

#[test]
fn every_dependency_says_why() {
    let manifest = fs::read_to_string(root().join("Cargo.toml")).unwrap();
    let table = manifest.split_once("[workspace.dependencies]").unwrap().1;
    let table = table.split_once("\n[").map_or(table, |(table, _)| table);
    for line in table
        .lines()
        .filter(|line| line.contains('=') && !line.starts_with('#'))
    {
        let own = line.starts_with("stagedoor-");
        let reason = line.rsplit_once('#').map_or("", |(_, reason)| reason.trim());
        assert!(own || reason.len() > 8, "no reason: {line}");
    }
}

#[test]
fn every_crate_obeys_the_workspaces_lints() {
    for package in packages() {
        let manifest = fs::read_to_string(text(&package, "manifest_path")).unwrap();
        assert!(
            manifest.contains("[lints]\nworkspace = true"),
            "{} has lints of its own",
            text(&package, "name")
        );
    }
}

/// The workspace's packages, as `cargo metadata` tells them.
fn packages() -> Vec<Value> {
    let metadata = cargo(&["metadata", "--no-deps", "--locked", "--format-version", "1"]);
    serde_json::from_str::<Value>(&metadata).unwrap()["packages"]
        .as_array()
        .unwrap()
        .clone()
}

/// A package's dependencies, those of tests left out.
fn dependencies(package: &Value) -> Vec<Value> {
    let all = package["dependencies"].as_array().unwrap();
    all.iter()
        .filter(|dependency| dependency["kind"] != "dev")
        .cloned()
        .collect()
}

fn cargo(arguments: &[&str]) -> String {
    let done = Command::new(env!("CARGO"))
        .current_dir(root())
        .args(arguments)
        .output()
        .unwrap();
    assert!(
        done.status.success(),
        "cargo {}:\n{}",
        arguments.join(" "),
        String::from_utf8_lossy(&done.stderr)
    );
    String::from_utf8(done.stdout).unwrap()
}

fn text(value: &Value, field: &str) -> String {
    value[field].as_str().unwrap().to_owned()
}

/// How many words a file says of itself before anything else.
fn words_about(file: &Path) -> usize {
    let source = fs::read_to_string(file).unwrap();
    let about = source.lines().map_while(|line| line.strip_prefix("//!"));
    about.map(|line| line.split_whitespace().count()).sum()
}

/// Lines with their numbers, comments left out.
fn code_lines(file: &Path) -> Vec<(usize, String)> {
    let source = fs::read_to_string(file).unwrap();
    let code = source
        .lines()
        .enumerate()
        .filter(|(_, line)| !line.trim_start().starts_with("//"));
    code.map(|(index, line)| (index + 1, line.to_owned())).collect()
}
