//! What a session is narrowed to: kept, changed from what was read, and never widened, whoever writes.

use stagedoor_core::narrowed::{Narrowed, Reach};
use stagedoor_core::role::StaffRole;
use stagedoor_store::{conformance, session};

use super::families::{new_session, new_tenant, write};
use super::*;

conformance! {
    async fn a_session_is_narrowed_from_what_was_read_and_never_widened(db: &TestDb) {
        let (_, held) = new_session(db).await;
        let (acme, lumen) = (new_tenant(db, 1).await, new_tenant(db, 2).await);
        let id = held.id;
        let narrow = |before, after| write(db, move |tx| Box::pin(async move { session::narrow(tx, id, (before, after)).await }));
        let nothing = Narrowed::NOTHING;
        let in_acme = Narrowed { tenant: Some(acme), ..nothing };
        let reads = Narrowed { reach: Reach::Reads, role: Some(StaffRole::Support), ..in_acme };
        assert!(narrow(nothing, in_acme).await.unwrap());
        assert!(!narrow(nothing, reads).await.unwrap(), "another request was faster");
        assert!(narrow(in_acme, reads).await.unwrap());
        let found = session::find_by_id(&mut db.reader(), id).await.unwrap().unwrap();
        assert_eq!(found.narrowed, reads);
        for wider in [
            Narrowed { tenant: None, ..reads },
            Narrowed { tenant: Some(lumen), ..reads },
            Narrowed { reach: Reach::Everything, ..reads },
            Narrowed { role: None, ..reads },
        ] {
            let refused = narrow(reads, wider).await;
            assert!(
                matches!(&refused, Err(Error::Conflict { constraint }) if constraint == "staff_session_never_wider"),
                "{wider:?}: {refused:?}"
            );
        }
        let read_only = Narrowed { role: Some(StaffRole::ReadOnly), ..reads };
        assert!(narrow(reads, read_only).await.unwrap());
    }
}
