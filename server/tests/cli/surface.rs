//! Tenants' hosts in a process of their own on PostgreSQL: with a role that reaches nothing of the staff's, or not at all.

use std::process::Output;

use stagedoor_store::testing::TestDb;

use crate::installation::Installation;

/// The database as some role opens it.
fn address(db: &TestDb, role: &str) -> String {
    let shown = db.url().to_string();
    format!("postgres://{role}@{}", shown.trim_start_matches("postgres://"))
}

async fn role(db: &TestDb, of: &str) -> String {
    let rows = db.raw_fetch(of).await.unwrap();
    rows[0].get("role").unwrap()
}

fn run(installation: &Installation, url: &str, arguments: &[&str]) -> (bool, String) {
    let mut command = installation.command(arguments);
    let Output {
        status,
        stdout,
        stderr,
    } = command.env("STAGEDOOR__DATABASE__URL", url).output().unwrap();
    let words = String::from_utf8(stdout).unwrap() + &String::from_utf8(stderr).unwrap();
    (status.success(), words)
}

#[tokio::test(flavor = "multi_thread")]
async fn tenants_hosts_are_not_served_by_a_role_that_reaches_the_staff() {
    let installation = Installation::new();
    let db = TestDb::postgres().await;
    let owner = address(&db, &role(&db, "SELECT current_user::text AS role").await);
    // Both roles are there, each with its rights.
    let (serving, tenants) = (db.serving().await, db.tenants().await);
    serving.close().await;
    tenants.close().await;
    let tenants = role(&db, "SELECT 'tenants_' || current_database() AS role").await;
    let (done, words) = run(&installation, &owner, &["migrate", "--grant-tenants", &tenants]);
    assert!(done && words.contains("no right on staff tables"), "{words}");

    let serving = role(&db, "SELECT 'serving_' || current_database() AS role").await;
    for too_much in [owner, address(&db, &serving)] {
        let (done, words) = run(&installation, &too_much, &["serve", "--surface", "tenant"]);
        assert!(!done, "{words}");
        for part in ["database.url: the tenant surface", "--grant-tenants ROLE"] {
            assert!(words.contains(part), "{words}");
        }
    }
    let served = installation.serve_with(
        &["--surface", "tenant"],
        &[("STAGEDOOR__DATABASE__URL", &address(&db, &tenants))],
    );
    assert_eq!(served.get("whatever", "/readyz", "").0, 200);
    assert_eq!(
        served.get("acme.app.example.com", "/sign-in", "").0,
        404,
        "no such tenant"
    );
    assert!(served.stop(), "what it holds is written down");
}
