//! What the recorder refuses, and what it adds.

use std::sync::Arc;

use stagedoor_core::decision::Reason;
use stagedoor_core::id::Id;
use stagedoor_store::testing::TestDb;

use super::*;
use crate::Parts;
use crate::crypto::MasterKey;
use crate::sign_in::HttpClient;
use crate::system::OsRng;
use crate::testing::{NOON, TestClock};

async fn recorded(story: Story) -> Result<Vec<Entry>, ServiceError> {
    let db = TestDb::sqlite().await;
    let service = Service::new(Parts {
        db: db.db().clone(),
        clock: Arc::new(TestClock::at(NOON)),
        rng: Arc::new(OsRng),
        master_key: MasterKey::from_bytes([7; 32]),
        log: crate::LogParts::default(),
        settings: crate::testing::settings(),
        http: HttpClient::new(&[]).unwrap(),
    });
    Ok(service.record_own(story).await?.into_entries())
}

#[tokio::test]
async fn a_fact_that_its_event_does_not_declare_stops_the_deed() {
    let mut story = Story::new(Event::IdpChange);
    story.facts.insert(Field::Source, "configuration file".to_owned());
    assert_eq!(recorded(story.clone()).await.unwrap().len(), 1);
    story.facts.insert(Field::Mode, "write".to_owned());
    let refused = recorded(story).await.unwrap_err();
    let ServiceError::Internal(why) = refused else {
        panic!("{refused:?}");
    };
    assert_eq!(
        why,
        "the catalogue of events: admin.identity_provider.update does not declare the fact mode"
    );
}

#[tokio::test]
async fn what_was_done_of_a_critical_event_is_marked_and_nothing_else() {
    for event in Event::ALL {
        let critical = event.criticality() == Criticality::Critical;
        for (outcome, marked) in [
            (Outcome::Success, critical),
            (Outcome::Denied(Reason::PermissionMissing), false),
            (Outcome::Failed("not_found"), false),
        ] {
            let mut story = Story::new(*event);
            story.outcome = outcome;
            story.flags.push(Flag::Temporary);
            let expected = marked.then_some(Flag::Critical).into_iter();
            let expected: Vec<_> = [Flag::Temporary].into_iter().chain(expected).collect();
            assert_eq!(flags(&story).collect::<Vec<_>>(), expected, "{}", event.name());
        }
    }
    let recovered = recorded(Story::new(Event::StaffRecover)).await.unwrap();
    assert_eq!(recovered[0].flags, [Flag::Critical]);
}

#[tokio::test]
async fn the_proof_that_allowed_a_call_stands_in_the_platforms_entry_alone() {
    let mut story = Story::new(Event::ImpersonationStart);
    story.tenant = Some(TenantId::new(1, 1));
    let proof = "sup_01k9w000000000000000000010".to_owned();
    story.facts.insert(Field::StepUp, proof);
    let pair = recorded(story).await.unwrap();
    let told = |entry: &Entry| (entry.scope, entry.facts.contains_key(&Field::StepUp));
    let told: Vec<_> = pair.iter().map(told).collect();
    assert_eq!(
        told,
        [
            (LogScope::Platform, true),
            (LogScope::Tenant(TenantId::new(1, 1)), false)
        ]
    );
}
