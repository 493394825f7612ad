//! One's own passkeys: nobody touches another's, one always stays, and a ceremony is taken once, under races as well.

use stagedoor_core::assurance::{PasskeyLevel, ProvenFactor};
use stagedoor_core::id::{Id, PasskeyId, SessionId, StaffId};
use stagedoor_core::secret::Reference;
use stagedoor_core::session::SessionEnd;
use stagedoor_core::time::{Timestamp, minutes};
use stagedoor_store::conformance;
use stagedoor_store::passkey::{self, Attestation, NewPasskey};
use stagedoor_store::session::{self, NewSession, StaffSession};
use stagedoor_store::session_ceremony;
use stagedoor_store::sign_in::CeremonyKind;

use super::families::{NOON, new_session, write};
use super::*;

const MAKER: &str = "ee882879-721c-4913-9775-3dfcce97072a";

fn id(number: u64) -> PasskeyId {
    PasskeyId::new(number, 3)
}

fn vouched() -> Attestation {
    Attestation {
        format: "packed".to_owned(),
        authority: "ab".repeat(32),
    }
}

async fn store(db: &Db, staff: StaffId, number: u64) {
    let new = NewPasskey {
        id: id(number),
        staff,
        name: format!("key {number}"),
        credential_id: number.to_be_bytes().to_vec(),
        passkey: "{}".to_owned(),
        aaguid: (number == 2).then(|| MAKER.to_owned()),
        attestation: (number == 2).then(vouched),
    };
    write(db, move |tx| {
        let new = new.clone();
        Box::pin(async move { passkey::insert(tx, &new, NOON).await })
    })
    .await
    .unwrap();
}

async fn revoke(db: Db, staff: StaffId, number: u64) -> bool {
    write(&db, move |tx| {
        Box::pin(async move { passkey::revoke(tx, id(number), staff, NOON).await })
    })
    .await
    .unwrap()
}

async fn names(db: &Db, staff: StaffId) -> Vec<String> {
    let kept = passkey::list_kept(&mut db.reader(), staff).await.unwrap();
    kept.into_iter().map(|kept| kept.name).collect()
}

async fn proofs(db: &Db, staff: StaffId) -> Vec<(SessionId, Option<PasskeyId>)> {
    session::list_proofs(&mut db.reader(), staff).await.unwrap()
}

async fn put(db: &Db, session: SessionId, kind: CeremonyKind, state: &'static [u8], until: Timestamp) {
    write(db, move |tx| {
        Box::pin(async move { session_ceremony::put(tx, session, kind, state, until).await })
    })
    .await
    .unwrap();
}

async fn take(db: Db, session: SessionId, kind: CeremonyKind, now: Timestamp) -> Option<Vec<u8>> {
    write(&db, move |tx| {
        Box::pin(async move { session_ceremony::take(tx, session, kind, now).await })
    })
    .await
    .unwrap()
}

conformance! {
    async fn a_passkey_is_its_owners_alone(db: &TestDb) {
        let (_, held) = new_session(db).await;
        let (owner, other) = (held.staff, StaffId::new(99, 99));
        store(db, owner, 1).await;
        store(db, owner, 2).await;
        for (who, renamed) in [(other, false), (owner, true)] {
            let done = write(db, move |tx| Box::pin(async move { passkey::rename(tx, id(1), who, "Drawer").await }));
            assert_eq!(done.await.unwrap(), renamed);
        }
        assert_eq!(names(db, owner).await, ["Drawer", "key 2"]);
        assert!(!revoke(db.db().clone(), other, 1).await);
        assert!(revoke(db.db().clone(), owner, 1).await);
        assert!(!revoke(db.db().clone(), owner, 1).await, "it is revoked already");
        assert_eq!(names(db, owner).await, ["key 2"]);
        let gone = write(db, move |tx| Box::pin(async move { passkey::rename(tx, id(1), owner, "Back").await }));
        assert!(!gone.await.unwrap());
    }

    async fn of_all_that_are_revoked_at_once_one_stays(db: &TestDb) {
        let (_, held) = new_session(db).await;
        for round in 0..8 {
            for number in 1..=4 {
                store(db, held.staff, 10 * round + number).await;
            }
            let before = names(db, held.staff).await.len();
            let kept = passkey::list_kept(&mut db.reader(), held.staff).await.unwrap();
            let tasks: Vec<_> = kept
                .into_iter()
                .map(|kept| {
                    let (db, staff) = (db.db().clone(), held.staff);
                    tokio::spawn(async move {
                        write(&db, move |tx| Box::pin(async move { passkey::revoke(tx, kept.id, staff, NOON).await })).await
                    })
                })
                .collect();
            let mut revoked = 0;
            for task in tasks {
                revoked += usize::from(task.await.unwrap().unwrap());
            }
            assert_eq!(revoked, before - 1, "round {round}");
            assert_eq!(names(db, held.staff).await.len(), 1, "round {round}");
        }
    }

    async fn a_ceremony_of_a_session_is_taken_once_in_time_and_as_what_it_is(db: &TestDb) {
        let (_, held) = new_session(db).await;
        let until = NOON.plus(minutes(2));
        put(db, held.id, CeremonyKind::Authenticate, b"first", until).await;
        put(db, held.id, CeremonyKind::Register, b"second", until).await;
        let taken = |kind, now| take(db.db().clone(), held.id, kind, now);
        assert_eq!(taken(CeremonyKind::Authenticate, NOON).await, None, "the later one replaced it");
        assert_eq!(take(db.db().clone(), SessionId::new(9, 9), CeremonyKind::Register, NOON).await, None);
        assert_eq!(taken(CeremonyKind::Register, until).await, None, "its time is over");
        let tasks: Vec<_> = (0..10)
            .map(|_| tokio::spawn(take(db.db().clone(), held.id, CeremonyKind::Register, NOON)))
            .collect();
        let mut won = Vec::new();
        for task in tasks {
            won.extend(task.await.unwrap());
        }
        assert_eq!(won, [b"second".to_vec()]);
        put(db, held.id, CeremonyKind::Register, b"late", until).await;
        let gone = write(db, move |tx| Box::pin(async move { session_ceremony::expire(tx, until).await }));
        assert_eq!(gone.await.unwrap(), 1);
    }

    async fn a_renewed_proof_is_the_sessions_and_an_ended_one_has_none(db: &TestDb) {
        let (reference, held) = new_session(db).await;
        store(db, held.staff, 1).await;
        store(db, held.staff, 2).await;
        assert_eq!(proofs(db, held.staff).await, [(held.id, None)], "nobody knows with which it began");
        let factor = ProvenFactor::passkey(PasskeyLevel::DeviceBound, NOON.plus(minutes(30)));
        let renewed = write(db, move |tx| Box::pin(async move { session::renew(tx, held.id, factor, Some(id(2))).await }));
        assert!(renewed.await.unwrap());
        let found = session::find(&mut db.reader(), &reference.digest()).await.unwrap().unwrap();
        assert_eq!((found.factor, found.state), (factor, held.state));
        assert_eq!(proofs(db, held.staff).await, [(held.id, Some(id(2)))]);
        let ended = write(db, move |tx| Box::pin(async move {
            session::end(tx, held.id, NOON, SessionEnd::SignedOut).await?;
            session::renew(tx, held.id, factor, Some(id(1))).await
        }));
        assert!(!ended.await.unwrap());
        assert_eq!(proofs(db, held.staff).await, []);
    }

    async fn a_session_begins_with_the_passkey_that_proved_it_and_a_passkey_keeps_its_maker(db: &TestDb) {
        let (_, held) = new_session(db).await;
        store(db, held.staff, 1).await;
        store(db, held.staff, 2).await;
        let kept = passkey::list_kept(&mut db.reader(), held.staff).await.unwrap();
        assert_eq!((kept[0].aaguid.as_deref(), kept[1].aaguid.as_deref()), (None, Some(MAKER)));
        assert_eq!((kept[0].attestation.clone(), kept[1].attestation.clone()), (None, Some(vouched())));
        let of_super = async || {
            let found = passkey::list_of_super_admins(&mut db.reader()).await.unwrap();
            found.into_iter().map(|(_, found)| (found.id, found.attestation)).collect::<Vec<_>>()
        };
        let of_active = async || {
            let found = passkey::list_of_active(&mut db.reader()).await.unwrap();
            found.into_iter().map(|(staff, found)| (staff, found.id)).collect::<Vec<_>>()
        };
        assert_eq!(of_active().await, [], "who is not enrolled yet");
        for (change, whom) in [
            ("UPDATE staff SET state = 'active', claimed_until = NULL", "somebody of support"),
            ("UPDATE staff SET role = 'super_admin', account_until = 1", "a temporary one"),
        ] {
            db.raw_execute(change).await.unwrap();
            assert_eq!(of_super().await, [], "{whom}");
        }
        db.raw_execute("UPDATE staff SET account_until = NULL").await.unwrap();
        assert_eq!(of_super().await, [(id(1), None), (id(2), Some(vouched()))]);
        let marked = write(db, |tx| Box::pin(async move { passkey::mark_copied(tx, id(1), NOON).await }));
        assert!(marked.await.unwrap());
        assert_eq!(of_super().await, [(id(2), Some(vouched()))], "one that may be copied proves nothing");
        assert_eq!(of_active().await, [(held.staff, id(2))], "nor does it prove whose it is");
        let session = StaffSession { id: SessionId::new(7, 7), ..held.clone() };
        let new = NewSession {
            session: session.clone(),
            reference: Reference::from_random([9; 32]).digest(),
            passkey: Some(id(2)),
            address: "192.0.2.1".to_owned(),
            agent: String::new(),
        };
        let begun = write(db, move |tx| {
            let new = new.clone();
            Box::pin(async move { session::insert(tx, &new).await })
        });
        begun.await.unwrap();
        let proofs = proofs(db, held.staff).await;
        assert!(proofs.contains(&(session.id, Some(id(2)))) && proofs.len() == 2, "{proofs:?}");
    }
}
