//! Pages of the audit log are found by an index in the order of the timeline: nothing is scanned, nothing sorted but a page
//! from each of a few branches, whatever the filter and however many entries there are.

use stagedoor_core::id::{EventId, Id};
use stagedoor_core::time::Timestamp;
use stagedoor_store::audit::{AuditFilter, plan};
use stagedoor_store::testing::TestDb;

fn shapes() -> Vec<(&'static str, AuditFilter)> {
    let log = || AuditFilter::log("platform");
    let text = |text: &str| Some(text.to_owned());
    vec![
        ("everything", log()),
        (
            "no administration",
            AuditFilter {
                without_admin: true,
                ..log()
            },
        ),
        (
            "an actor",
            AuditFilter {
                actors: Some(vec!["stf_1".to_owned()]),
                ..log()
            },
        ),
        (
            "a target",
            AuditFilter {
                targets: Some(vec!["usr_1".to_owned()]),
                ..log()
            },
        ),
        (
            "a tenant",
            AuditFilter {
                tenant: text("org_1"),
                ..log()
            },
        ),
        (
            "an action",
            AuditFilter {
                event: text("tenant.create"),
                ..log()
            },
        ),
        (
            "refusals",
            AuditFilter {
                outcomes: vec!["denied".to_owned(), "failed".to_owned()],
                ..log()
            },
        ),
        (
            "a visit",
            AuditFilter {
                impersonation: text("imp_1"),
                ..log()
            },
        ),
        (
            "a session",
            AuditFilter {
                session: text("ses_1"),
                ..log()
            },
        ),
        (
            "a request",
            AuditFilter {
                request: text("req_1"),
                ..log()
            },
        ),
        (
            "since",
            AuditFilter {
                since: Some(Timestamp::from_micros(7)),
                ..log()
            },
        ),
        (
            "two actors",
            AuditFilter {
                actors: Some(vec!["stf_1".to_owned(), "kim".to_owned()]),
                ..log()
            },
        ),
        (
            "actions of a kind",
            AuditFilter {
                event: text("impersonation.*"),
                ..log()
            },
        ),
        (
            "refusals of one kind",
            AuditFilter {
                event: text("staff.sign_in"),
                outcomes: vec!["denied".to_owned()],
                ..log()
            },
        ),
        (
            "listed tenants",
            AuditFilter {
                tenants: Some(vec!["org_1".to_owned(), "org_2".to_owned()]),
                without_admin: true,
                ..log()
            },
        ),
        (
            "an actor in a tenant",
            AuditFilter {
                actors: Some(vec!["stf_1".to_owned(), "kim".to_owned()]),
                tenant: text("org_1"),
                outcomes: vec!["failed".to_owned()],
                ..log()
            },
        ),
        (
            "an entry",
            AuditFilter {
                id: text("evt_1"),
                ..log()
            },
        ),
    ]
}

#[tokio::test(flavor = "multi_thread")]
async fn every_page_of_the_audit_is_found_by_an_index() {
    let db = TestDb::sqlite().await;
    let behind = Some((Timestamp::from_micros(9), EventId::new(1, 1)));
    for (name, filter) in shapes() {
        for before in [None, behind] {
            let steps = plan(&db, &filter, before).await.unwrap();
            let words = steps.join("\n");
            let read = steps.iter().filter(|step| step.contains("audit_entry"));
            assert!(read.clone().count() > 0, "{name}: {words}");
            for step in read {
                assert!(
                    step.starts_with("SEARCH") && step.contains("INDEX"),
                    "{name}: {words}"
                );
            }
            // What is put together from branches is sorted, a page of each; what is read from an index never.
            let mut pairs = steps.iter().zip(steps.iter().skip(1));
            let sorted = |(step, next): (&String, &String)| {
                step.starts_with("SEARCH audit_entry") && next.contains("TEMP B-TREE")
            };
            assert!(
                name == "an entry" || !pairs.any(sorted),
                "{name} is sorted: {words}"
            );
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn postgresql_has_an_index_for_every_page_too() {
    let db = TestDb::postgres().await;
    for (name, filter) in shapes() {
        let words = plan(&db, &filter, None).await.unwrap().join("\n");
        assert!(
            words.contains("Index") && !words.contains("Seq Scan"),
            "{name}: {words}"
        );
    }
}
