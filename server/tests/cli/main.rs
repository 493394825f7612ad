//! The program itself, as an operator starts it: exit codes, words, files, and a real listener.

#![allow(clippy::unwrap_used, reason = "a test says what it expects by unwrapping it")]

mod audit;
mod backup;
mod deploy;
mod installation;
mod surface;

use std::fs;
use std::process::Command;

use installation::Installation;

#[test]
fn what_is_not_there_is_named() {
    let words = |arguments: &[&str]| {
        let output = Command::new(env!("CARGO_BIN_EXE_stagedoor"))
            .args(arguments)
            .output()
            .unwrap();
        assert_eq!(output.status.code(), Some(1), "{arguments:?}");
        String::from_utf8(output.stderr).unwrap()
    };
    assert!(words(&["serve"]).contains("--config: name the configuration file"));
    assert!(words(&["migrate"]).contains("--database: name the database"));
    assert!(words(&["serve", "--config", "/nowhere/stagedoor.toml"]).contains("/nowhere/stagedoor.toml"));
}

#[test]
fn a_configuration_is_checked_and_shown() {
    let installation = Installation::new();
    let (fine, words) = installation.run(&["config", "check"]);
    assert!(
        fine && words.starts_with("ok\n") && words.contains("https://admin.example.com"),
        "{words}"
    );
    let (_, exported) = installation.run(&["config", "export"]);
    let exported: serde_json::Value = serde_json::from_str(&exported).unwrap();
    assert_eq!(exported["session"]["ttl_seconds"], 14_400);
    installation.configure("listn = \"127.0.0.1:1\"");
    let (fine, words) = installation.run(&["config", "check"]);
    assert!(
        !fine && words.contains("server.listn: is not a key. Is server.listen meant?"),
        "{words}"
    );
}

#[test]
fn serving_waits_for_its_schema_then_answers_and_stops_in_order() {
    let installation = Installation::new();
    let (fine, words) = installation.run(&["serve"]);
    assert!(
        !fine && words.contains("run `stagedoor migrate` first"),
        "{words}"
    );
    assert!(!installation.run(&["migrate", "--check"]).0);
    let (fine, words) = installation.run(&["migrate"]);
    assert!(fine && words.starts_with("applied "), "{words}");
    assert!(installation.run(&["migrate", "--check"]).0);

    let (fine, words) = installation.run(&["ready"]);
    assert!(!fine && words.contains("refused"), "{words}");

    let serving = installation.serve(&[]);
    assert_eq!(serving.get("whatever", "/readyz", "").0, 200);
    assert_eq!(installation.run(&["ready"]), (true, "ready\n".to_owned()));
    assert_eq!(serving.get("elsewhere.example.com", "/", "").0, 404);
    let outside = serving.get(
        "admin.example.com",
        "/sign-in",
        "X-Forwarded-For: 198.51.100.7\r\n",
    );
    let inside = serving.get(
        "admin.example.com",
        "/sign-in",
        "X-Forwarded-For: 203.0.113.7\r\n",
    );
    assert!(
        outside.1.contains("198.51.100.7") && !outside.1.contains("Sign in with Example SSO"),
        "{}",
        outside.1
    );
    assert!(inside.1.contains("Sign in with Example SSO"), "{}", inside.1);
    assert!(serving.stop());
}

#[test]
fn a_surface_is_all_that_a_process_knows() {
    let installation = Installation::new();
    installation.run(&["migrate"]);
    let tenants = installation.serve(&["--surface", "tenant"]);
    assert_eq!(tenants.get("admin.example.com", "/sign-in", "").0, 404);
    assert!(tenants.stop());
    let staff = installation.serve(&["--surface", "staff"]);
    assert_eq!(staff.get("admin.example.com", "/api/openapi.json", "").0, 200);
    assert_eq!(staff.get("acme.app.example.com", "/api/openapi.json", "").0, 404);
    assert!(staff.stop());
}

#[test]
fn what_the_file_declares_is_what_the_database_says() {
    let installation = Installation::new();
    installation.run(&["migrate"]);
    assert!(installation.serve(&[]).stop());
    assert!(
        installation.serve(&[]).stop(),
        "nothing different, nothing written"
    );
    let text = fs::read_to_string(installation.path("stagedoor.toml")).unwrap();
    fs::write(
        installation.path("stagedoor.toml"),
        text.replace("https://login.example.com", "https://sso.example.com")
            .replace("Example SSO", "New SSO"),
    )
    .unwrap();
    let serving = installation.serve(&[]);
    let page = serving
        .get(
            "admin.example.com",
            "/sign-in",
            "X-Forwarded-For: 203.0.113.7\r\n",
        )
        .1;
    assert!(
        page.contains("Sign in with New SSO") && !page.contains("Example SSO"),
        "{page}"
    );
    assert!(serving.stop());
}
