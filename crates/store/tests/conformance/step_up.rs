//! Calls that need a fresh proof: each is its session's, is taken once, under races as well, and many never pile up.

use stagedoor_core::assurance::ProvenFactor;
use stagedoor_core::id::{Id, SessionId, StepUpId};
use stagedoor_core::secret::{Reference, ReferenceDigest};
use stagedoor_core::session::SessionEnd;
use stagedoor_core::step_up::{CallDigest, StepUp, StepUpState};
use stagedoor_core::time::{Timestamp, minutes};
use stagedoor_store::step_up::{self, Challenge, KeptStepUp, MOST};
use stagedoor_store::{conformance, session};

use super::families::{NOON, new_session, write};
use super::*;

fn id(number: u64) -> StepUpId {
    StepUpId::new(number, 5)
}

fn kept(session: SessionId, number: u64) -> KeptStepUp {
    let call = CallDigest::from_stored(&[7; 32]).unwrap();
    let asked = NOON.plus(minutes(number));
    KeptStepUp {
        step_up: StepUp::asked(id(number), session, call, asked),
        told: vec![1, 2, 3],
        ceremony: None,
        random: None,
        asked,
    }
}

async fn insert(db: &Db, kept: KeptStepUp) {
    write(db, move |tx| {
        let kept = kept.clone();
        Box::pin(async move { step_up::insert(tx, &kept).await })
    })
    .await
    .unwrap();
}

async fn take(db: Db, number: u64, session: SessionId) -> Option<KeptStepUp> {
    write(&db, move |tx| {
        Box::pin(async move { step_up::take(tx, id(number), session).await })
    })
    .await
    .unwrap()
}

async fn take_begun(db: Db, number: u64, session: SessionId) -> Option<KeptStepUp> {
    write(&db, move |tx| {
        Box::pin(async move { step_up::take_begun(tx, id(number), session).await })
    })
    .await
    .unwrap()
}

async fn begin(db: &Db, number: u64, session: SessionId, now: Timestamp) -> bool {
    let challenge = Challenge {
        ceremony: b"sealed".to_vec(),
        random: [9; 32],
        until: now.plus(minutes(1)),
    };
    write(db, move |tx| {
        let challenge = challenge.clone();
        Box::pin(async move { step_up::begin(tx, id(number), session, &challenge, now).await })
    })
    .await
    .unwrap()
}

async fn find(db: &Db, number: u64, session: SessionId) -> Option<KeptStepUp> {
    step_up::find(&mut db.reader(), id(number), session)
        .await
        .unwrap()
}

conformance! {
    async fn a_step_up_comes_back_as_it_was_and_to_its_session_only(db: &TestDb) {
        let (_, held) = new_session(db).await;
        let other = SessionId::new(9, 9);
        insert(db, kept(held.id, 1)).await;
        assert_eq!(find(db, 1, held.id).await, Some(kept(held.id, 1)));
        assert_eq!(find(db, 1, other).await, None);
        assert!(!begin(db, 1, other, NOON).await);
        assert_eq!(take(db.db().clone(), 1, other).await, None, "nobody else spends it");
        let at = NOON.plus(minutes(1));
        let proved = KeptStepUp {
            step_up: StepUp { id: id(2), state: StepUpState::Proved(ProvenFactor::code(at)), ..kept(held.id, 2).step_up },
            random: Some([3; 32]),
            ..kept(held.id, 2)
        };
        insert(db, proved.clone()).await;
        assert!(!begin(db, 2, held.id, NOON).await, "it is proved already");
        for number in [1, 2] {
            assert_eq!(take_begun(db.db().clone(), number, held.id).await, None, "no challenge is out");
        }
        assert!(begin(db, 1, held.id, NOON).await);
        assert!(take_begun(db.db().clone(), 1, held.id).await.is_some());
        assert!(take_begun(db.db().clone(), 1, held.id).await.is_none(), "it is answered once");
        assert_eq!(take(db.db().clone(), 2, held.id).await, Some(proved));
        assert_eq!(find(db, 2, held.id).await, None);
    }

    async fn a_challenge_replaces_the_one_before_while_there_is_time(db: &TestDb) {
        let (_, held) = new_session(db).await;
        insert(db, kept(held.id, 0)).await;
        let now = NOON.plus(minutes(2));
        assert!(begin(db, 0, held.id, NOON).await && begin(db, 0, held.id, NOON).await);
        let begun = find(db, 0, held.id).await.unwrap();
        assert_eq!((begun.step_up.state, begun.step_up.until), (StepUpState::Begun, NOON.plus(minutes(1))));
        assert_eq!((begun.ceremony.as_deref(), begun.random), (Some(b"sealed".as_slice()), Some([9; 32])));
        assert!(!begin(db, 0, held.id, now).await, "its minute is over");
    }

    async fn of_all_who_take_one_at_once_one_gets_it(db: &TestDb) {
        let (_, held) = new_session(db).await;
        for round in 0..8 {
            insert(db, kept(held.id, round)).await;
            let tasks: Vec<_> =
                (0..16).map(|_| tokio::spawn(take(db.db().clone(), round, held.id))).collect();
            let mut won = 0;
            for task in tasks {
                won += usize::from(task.await.unwrap().is_some());
            }
            assert_eq!(won, 1, "round {round}");
        }
    }

    async fn many_calls_of_a_session_push_out_its_oldest_and_nobody_elses(db: &TestDb) {
        let (_, held) = new_session(db).await;
        let most = u64::from(MOST);
        for number in 0..=most {
            insert(db, kept(held.id, number)).await;
        }
        assert_eq!(find(db, 0, held.id).await, None, "the oldest is forgotten");
        assert!(find(db, 1, held.id).await.is_some() && find(db, most, held.id).await.is_some());
        let until = kept(held.id, 3).step_up.until;
        let gone = write(db, move |tx| Box::pin(async move { step_up::expire(tx, until).await }));
        assert_eq!(gone.await.unwrap(), 3);
        assert!(find(db, 3, held.id).await.is_none() && find(db, 4, held.id).await.is_some());
    }

    async fn a_rotated_reference_leads_to_the_session_and_the_former_one_nowhere(db: &TestDb) {
        let (former, held) = new_session(db).await;
        let fresh = Reference::from_random([42; 32]);
        let rotate = |from: ReferenceDigest, to: ReferenceDigest| write(db, move |tx| Box::pin(async move { session::rotate(tx, held.id, (&from, &to), NOON).await }));
        let kept = async |count, last| {
            let found = session::rotations(&mut db.reader(), held.id).await.unwrap().unwrap();
            assert_eq!((found.count, found.last), (count, last));
        };
        kept(0, None).await;
        let another = Reference::from_random([43; 32]);
        let both = tokio::join!(rotate(former.digest(), fresh.digest()), rotate(former.digest(), another.digest()));
        let won = (both.0.unwrap(), both.1.unwrap());
        assert!(won.0 != won.1, "of two from one reference one wins: {won:?}");
        let fresh = if won.0 { fresh } else { another };
        kept(1, Some(NOON)).await;
        assert!(!rotate(former.digest(), former.digest()).await.unwrap(), "it leads nowhere, and to no other");
        kept(1, Some(NOON)).await;
        let found = session::find(&mut db.reader(), &fresh.digest()).await.unwrap();
        assert_eq!(found.map(|session| session.id), Some(held.id));
        assert_eq!(session::find(&mut db.reader(), &former.digest()).await.unwrap(), None);
        write(db, move |tx| Box::pin(async move { session::end(tx, held.id, NOON, SessionEnd::SignedOut).await })).await.unwrap();
        assert!(!rotate(fresh.digest(), former.digest()).await.unwrap(), "an ended session gets no reference");
    }
}
