//! What a session is narrowed to: kept, changed from what was read, and never widened, whoever writes.

use stagedoor_core::narrowed::{Narrowed, Reach, View};
use stagedoor_core::role::StaffRole;
use stagedoor_store::{conformance, session};

use super::families::{new_session, new_tenant, write};
use super::*;

conformance! {
    async fn a_session_is_narrowed_from_what_was_read_and_never_widened(db: &TestDb) {
        let (_, held) = new_session(db).await;
        let (acme, lumen) = (new_tenant(db, 1).await, new_tenant(db, 2).await);
        let id = held.id;
        let narrow = |before: &Narrowed, after: &Narrowed| {
            let step = (before.clone(), after.clone());
            write(db, move |tx| {
                let (before, after) = step.clone();
                Box::pin(async move { session::narrow(tx, id, (&before, &after)).await })
            })
        };
        let nothing = Narrowed::NOTHING;
        let in_acme = Narrowed { tenant: Some(acme), ..nothing.clone() };
        let first_line = "support:support_l1".parse().unwrap();
        let reads = Narrowed { reach: Reach::Reads, view: Some(first_line), ..in_acme.clone() };
        assert!(narrow(&nothing, &in_acme).await.unwrap());
        assert!(!narrow(&nothing, &reads).await.unwrap(), "another request was faster");
        assert!(narrow(&in_acme, &reads).await.unwrap());
        let found = session::find_by_id(&mut db.reader(), id).await.unwrap().unwrap();
        assert_eq!(found.narrowed, reads);
        for wider in [
            Narrowed { tenant: None, ..reads.clone() },
            Narrowed { tenant: Some(lumen), ..reads.clone() },
            Narrowed { reach: Reach::Everything, ..reads.clone() },
            Narrowed { view: None, ..reads.clone() },
        ] {
            let refused = narrow(&reads, &wider).await;
            assert!(
                matches!(&refused, Err(Error::Conflict { constraint }) if constraint == "staff_session_never_wider"),
                "{wider:?}: {refused:?}"
            );
        }
        let read_only = Narrowed { view: Some(View::of(StaffRole::ReadOnly)), ..reads.clone() };
        assert!(narrow(&reads, &read_only).await.unwrap());
        for role in [StaffRole::Support, StaffRole::Security, StaffRole::SuperAdmin] {
            let wider = Narrowed { view: Some(View::of(role)), ..reads.clone() };
            let refused = narrow(&read_only, &wider).await;
            assert!(
                matches!(&refused, Err(Error::Conflict { constraint }) if constraint == "staff_session_never_wider"),
                "{role:?}: {refused:?}"
            );
        }
    }
}
