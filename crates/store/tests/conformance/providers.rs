//! Identity providers on both engines: what is stored is read back, what was tested is known until it is forgotten, and an
//! issuer is one provider's.

use stagedoor_core::guard::ProviderTrust;
use stagedoor_core::id::{Id, ProviderId};
use stagedoor_core::provider::{ClaimRules, ProbeStep, ProviderKind, ProxyKind, StepVerdict};
use stagedoor_core::time::minutes;
use stagedoor_store::conformance;
use stagedoor_store::provider::{self, Provider};

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
    }
}

async fn insert(db: &Db, new: Provider) -> Result<(), Error> {
    write(db, move |tx| {
        let new = new.clone();
        Box::pin(async move { provider::insert(tx, &new, NOON).await })
    })
    .await
}

conformance! {
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
            Box::pin(async move { provider::note_test(tx, id, at, &noted).await })
        })
        .await
        .unwrap();
        assert_eq!(listed().await.test, Some((at, steps)));
        assert_eq!(provider::list_all(&mut db.reader()).await.unwrap(), [listed().await]);
        write(db, move |tx| Box::pin(async move { provider::forget_test(tx, id).await })).await.unwrap();
        assert_eq!(listed().await.test, None);
        let nobody = provider::find_listed(&mut db.reader(), ProviderId::new(9, 9)).await.unwrap();
        assert!(nobody.is_none());
    }
}
