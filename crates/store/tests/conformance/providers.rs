//! Identity providers on both engines: what is stored is read back, what was tested is known until it is forgotten, and an
//! issuer is one provider's.

use stagedoor_core::guard::{DeviceFact, ProviderTrust};
use stagedoor_core::id::{Id, ProviderId, SessionId, SignInId, StaffId, TrialId};
use stagedoor_core::provider::{ClaimRules, Narrowings, ProbeStep, ProviderKind, ProxyKind, StepVerdict};
use stagedoor_core::secret::Reference;
use stagedoor_core::time::minutes;
use stagedoor_core::trial::{Trial, TrialKind};
use stagedoor_store::provider::{self, Provider};
use stagedoor_store::session::{self, NewSession, StaffSession, Vouched};
use stagedoor_store::sign_in::{self, Identified};
use stagedoor_store::trial::{self, KeptTrial};
use stagedoor_store::{conformance, staff};

use super::families::{NOON, new_session, write};
use super::*;

fn proxy() -> Provider {
    Provider {
        id: ProviderId::new(2, 2),
        kind: ProviderKind::Proxy(ProxyKind::GoogleIap),
        name: "Proxy".to_owned(),
        issuer: "https://cloud.google.com/iap".to_owned(),
        client_id: "/projects/1/global/backendServices/2".to_owned(),
        client_secret: None,
        trust: ProviderTrust::Untrusted,
        email_domains: Vec::new(),
        rules: ClaimRules {
            hosted_domains: vec!["example.com".to_owned()],
            groups: vec!["Staff, all of them".to_owned()],
            ..ClaimRules::default()
        },
        declared: true,
        trial: None,
        narrowed: Narrowings::NONE,
    }
}

async fn insert(db: &Db, new: Provider) -> Result<(), Error> {
    write(db, move |tx| {
        let new = new.clone();
        Box::pin(async move { provider::insert(tx, &new, NOON).await })
    })
    .await
}

/// A change of a provider that is tried.
async fn on_trial(db: &Db, by: StaffId) -> (KeptTrial, TrialId) {
    let kept = KeptTrial {
        trial: Trial::start(TrialId::new(1, 3), TrialKind::IdentityProvider, by, NOON),
        about: "SSO is trusted".to_owned(),
        old: "{}".to_owned(),
        new: "{}".to_owned(),
        reason: "The office has moved".to_owned(),
        ended_by: None,
    };
    let (new, id) = (kept.clone(), kept.trial.id);
    write(db, move |tx| {
        let new = new.clone();
        Box::pin(async move { trial::insert(tx, &new).await })
    })
    .await
    .unwrap();
    (kept, id)
}

conformance! {
    async fn what_a_provider_vouched_for_under_a_trial_is_known_by_it(db: &TestDb) {
        let (_, held) = new_session(db).await;
        let (_, trial) = on_trial(db, held.staff).await;
        let vouched = Vouched { trial: Some(trial), device: DeviceFact::Managed };
        let began = StaffSession { id: SessionId::new(8, 8), vouched, ..held.clone() };
        let new = NewSession {
            session: began.clone(),
            reference: Reference::from_random([8; 32]).digest(),
            passkey: None,
            address: "::1".to_owned(),
            agent: String::new(),
        };
        let identified = Identified {
            id: SignInId::new(1, 1),
            reference: Reference::from_random([9; 32]).digest(),
            provider: held.provider,
            staff: held.staff,
            session: None,
            vouched,
            id_token: Some(vec![7]),
            expires: NOON.plus(minutes(10)),
        };
        let (session, coming) = (new.clone(), identified.clone());
        write(db, move |tx| {
            let (session, coming) = (session.clone(), coming.clone());
            Box::pin(async move {
                session::insert(tx, &session).await?;
                sign_in::insert_identified(tx, &coming, NOON).await
            })
        })
        .await
        .unwrap();
        let ex = &mut db.reader();
        assert_eq!(session::find_by_id(ex, began.id).await.unwrap(), Some(began));
        assert_eq!(session::find_by_id(ex, held.id).await.unwrap().unwrap().vouched, Vouched::default());
        assert_eq!(session::count_vouched_under(ex, trial).await.unwrap(), 1);
        let found = sign_in::find(ex, &identified.reference, NOON).await.unwrap().unwrap();
        assert_eq!((found.vouched, found.id_token), (vouched, Some(vec![7])));
        let bound = staff::list_of_provider(ex, held.provider, (5, NOON)).await.unwrap();
        assert_eq!(bound.iter().map(|one| one.id).collect::<Vec<_>>(), [held.staff]);
        assert!(staff::list_of_provider(ex, ProviderId::new(9, 9), (5, NOON)).await.unwrap().is_empty());
    }

    async fn a_provider_is_read_back_as_it_was_stored_and_changed(db: &TestDb) {
        insert(db, proxy()).await.unwrap();
        let stored = provider::find(&mut db.reader(), proxy().id).await.unwrap();
        assert_eq!(stored, Some(proxy()));
        let changed = Provider {
            rules: ClaimRules::default(),
            trust: ProviderTrust::Trusted,
            ..proxy()
        };
        let new = changed.clone();
        write(db, move |tx| {
            let new = new.clone();
            Box::pin(async move { provider::update(tx, &new).await })
        })
        .await
        .unwrap();
        assert_eq!(provider::find(&mut db.reader(), proxy().id).await.unwrap(), Some(changed));
        let twin = Provider { id: ProviderId::new(3, 3), kind: ProviderKind::Oidc, ..proxy() };
        let refused = insert(db, twin).await.unwrap_err();
        assert!(matches!(&refused, Error::Conflict { constraint } if constraint.contains("issuer")), "{refused}");
    }

    async fn what_a_test_found_is_known_until_it_is_forgotten(db: &TestDb) {
        let (_, session) = new_session(db).await;
        let id = session.provider;
        let listed = || async { provider::find_listed(&mut db.reader(), id).await.unwrap().unwrap() };
        let before = listed().await;
        assert_eq!((before.test, before.people), (None, 1));
        let steps = vec![ProbeStep::new("keys", StepVerdict::Warned, "It isn't \"certain\".")];
        let (noted, at) = (steps.clone(), NOON.plus(minutes(1)));
        write(db, move |tx| {
            let noted = noted.clone();
            Box::pin(async move { provider::note_test(tx, (id, None), at, &noted).await })
        })
        .await
        .unwrap();
        assert_eq!(listed().await.test, Some((at, steps)));
        assert_eq!(provider::list_all(&mut db.reader()).await.unwrap(), [listed().await]);
        assert_eq!(listed().await.test_trial, None);
        let (_, kept) = on_trial(db, session.staff).await;
        let of_trial = vec![ProbeStep::new("keys", StepVerdict::Failed, "Gone.")];
        write(db, move |tx| {
            let of_trial = of_trial.clone();
            Box::pin(async move { provider::note_test(tx, (id, Some(kept)), at, &of_trial).await })
        })
        .await
        .unwrap();
        assert_eq!(listed().await.test_trial, Some(kept));
        for (trial, done) in [(TrialId::new(9, 9), false), (kept, true), (kept, false)] {
            let moved = write(db, move |tx| Box::pin(async move { provider::keep_test(tx, id, trial).await }));
            assert_eq!(moved.await.unwrap(), done);
        }
        assert_eq!(listed().await.test_trial, None);
        write(db, move |tx| Box::pin(async move { provider::forget_test(tx, id).await })).await.unwrap();
        assert_eq!(listed().await.test, None);
        let nobody = provider::find_listed(&mut db.reader(), ProviderId::new(9, 9)).await.unwrap();
        assert!(nobody.is_none());
    }
}
