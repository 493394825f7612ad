//! Sessions by the session at the provider that they came from, and logout tokens, each good once, under races as well.

use stagedoor_core::id::{Id, ProviderId, SessionId, SignInId};
use stagedoor_core::secret::Reference;
use stagedoor_core::session::SessionEnd;
use stagedoor_core::time::minutes;
use stagedoor_store::conformance;
use stagedoor_store::provider_session;
use stagedoor_store::session::{self, NewSession, StaffSession};
use stagedoor_store::sign_in::{self, Claimant, Identified};

use super::families::{NOON, new_session, write};
use super::*;

/// Another session of the same person.
async fn second(db: &Db, held: &StaffSession) -> SessionId {
    let new = NewSession {
        session: StaffSession {
            id: SessionId::new(8, 8),
            ..held.clone()
        },
        reference: Reference::from_random([8; 32]).digest(),
        passkey: None,
        address: "::1".to_owned(),
        agent: String::new(),
    };
    let id = new.session.id;
    write(db, move |tx| {
        let new = new.clone();
        Box::pin(async move { session::insert(tx, &new).await })
    })
    .await
    .unwrap();
    id
}

async fn note(db: &Db, id: SessionId, there: &'static str) {
    write(db, move |tx| {
        Box::pin(async move { provider_session::note(tx, id, there).await })
    })
    .await
    .unwrap();
}

async fn listed(db: &Db, provider: ProviderId, there: &str) -> Vec<SessionId> {
    let found = provider_session::list(&mut db.reader(), provider, there)
        .await
        .unwrap();
    found.iter().map(|session| session.id).collect()
}

async fn used(db: &Db, provider: ProviderId, name: &'static str, until: Timestamp) -> bool {
    write(db, move |tx| {
        Box::pin(async move { provider_session::use_token(tx, provider, name, until).await })
    })
    .await
    .unwrap()
}

conformance! {
    async fn a_session_is_found_by_its_session_at_the_provider_while_it_runs(db: &TestDb) {
        let (_, held) = new_session(db).await;
        let other = second(db, &held).await;
        note(db, held.id, "there-1").await;
        note(db, other, "there-2").await;
        assert_eq!(listed(db, held.provider, "there-1").await, [held.id]);
        assert_eq!(listed(db, ProviderId::new(9, 9), "there-1").await, [], "another provider's name for its own");
        assert_eq!(listed(db, held.provider, "there").await, []);
        note(db, other, "there-1").await;
        assert_eq!(listed(db, held.provider, "there-1").await, [held.id, other]);
        write(db, move |tx| Box::pin(async move { session::end(tx, other, NOON, SessionEnd::ProviderSignedOut).await })).await.unwrap();
        assert_eq!(listed(db, held.provider, "there-1").await, [held.id]);
        let ended = session::find_by_id(&mut db.reader(), other).await.unwrap().unwrap();
        assert_eq!(ended.state, stagedoor_core::session::SessionState::Ended { at: NOON, why: SessionEnd::ProviderSignedOut });
    }

    async fn sign_ins_under_way_go_with_their_session_at_the_provider(db: &TestDb) {
        let (_, held) = new_session(db).await;
        let (provider, staff) = (held.provider, held.staff);
        let references = [1, 2, 3].map(|fill| Reference::from_random([fill; 32]).digest());
        write(db, move |tx| Box::pin(async move {
            for (number, there) in [(0, Some("there-1")), (1, None)] {
                let new = Identified {
                    id: SignInId::new(number, 1),
                    reference: references[usize::try_from(number).unwrap()],
                    provider,
                    staff,
                    session: there.map(str::to_owned),
                    vouched: session::Vouched::default(),
                    id_token: None,
                    expires: NOON.plus(minutes(10)),
                };
                sign_in::insert_identified(tx, &new, NOON).await?;
            }
            let new = Claimant {
                id: SignInId::new(2, 1),
                reference: references[2],
                provider,
                session: Some("there-1".to_owned()),
                sealed: vec![1],
                vouched: session::Vouched::default(),
                expires: NOON.plus(minutes(10)),
            };
            sign_in::insert_claimant(tx, &new, NOON).await
        })).await.unwrap();
        let found = sign_in::find(&mut db.reader(), &references[0], NOON).await.unwrap().unwrap();
        assert_eq!(found.session.as_deref(), Some("there-1"));
        let gone = write(db, move |tx| Box::pin(async move { provider_session::delete_sign_ins(tx, provider, "there-1").await })).await.unwrap();
        assert_eq!(gone, 2);
        let held = held.id;
        write(db, move |tx| Box::pin(async move { provider_session::keep_token(tx, held, b"sealed").await })).await.unwrap();
        let kept = provider_session::token(&mut db.reader(), held).await.unwrap();
        assert_eq!(kept.as_deref(), Some(b"sealed".as_slice()));
        write(db, move |tx| Box::pin(async move {
            session::end(tx, held, NOON, SessionEnd::SignedOut).await
        })).await.unwrap();
        assert_eq!(provider_session::token(&mut db.reader(), held).await.unwrap(), None, "gone with the session");
        assert!(sign_in::find(&mut db.reader(), &references[0], NOON).await.unwrap().is_none());
        assert!(sign_in::find(&mut db.reader(), &references[1], NOON).await.unwrap().is_some());
    }

    async fn a_logout_token_is_used_once_and_forgotten_when_it_is_old(db: &TestDb) {
        let (_, held) = new_session(db).await;
        let until = NOON.plus(minutes(4));
        assert!(used(db, held.provider, "a", until).await);
        assert!(!used(db, held.provider, "a", until).await);
        assert!(used(db, held.provider, "b", until.plus(minutes(1))).await);
        let expired = write(db, move |tx| Box::pin(async move { provider_session::expire(tx, until).await })).await.unwrap();
        assert_eq!(expired, 1);
        assert!(!used(db, held.provider, "b", until).await, "not forgotten before its time");
    }

    async fn of_many_who_use_a_token_at_once_one_does(db: &TestDb) {
        let (_, held) = new_session(db).await;
        let tries = (0..16).map(|_| {
            let (db, provider) = (db.db().clone(), held.provider);
            tokio::spawn(async move { used(&db, provider, "once", NOON.plus(minutes(4))).await })
        });
        let mut won = 0;
        for one in tries.collect::<Vec<_>>() {
            won += u32::from(one.await.unwrap());
        }
        assert_eq!(won, 1);
    }
}
