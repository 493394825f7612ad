//! Risk events: listed newest first by any filter, counted as they are listed, changed only from the version that was seen,
//! by one of two; and passkeys that may have been copied.

use std::collections::BTreeSet;

use stagedoor_core::id::{EventId, Id, MemberId, PasskeyId, RiskId, StaffId, TenantId};
use stagedoor_core::risk::{Level, RiskKind, RiskState, RiskStep};
use stagedoor_core::role::Scope;
use stagedoor_core::time::minutes;
use stagedoor_core::view::Total;
use stagedoor_store::conformance;
use stagedoor_store::passkey::{self, NewPasskey};
use stagedoor_store::risk::{self, GivenTo, NewRisk, NewStep, NewSubject, Risk, RiskFilter};

use super::families::{NOON, fill, new_session, new_tenant, person, write};
use super::*;

/// An event about a person of a tenant, raised so many minutes before noon.
pub(super) fn of_member(number: u64, tenant: TenantId, member: MemberId) -> NewRisk {
    NewRisk {
        id: RiskId::new(number, 1),
        kind: RiskKind::NewDevice,
        subject: NewSubject::Tenant(tenant, Some(member)),
        cause: "new device from a new country".to_owned(),
        facts: vec![("Device".to_owned(), "Firefox on Windows".to_owned())],
        entries: vec![EventId::new(number, 2), EventId::new(number, 3)],
        at: NOON.minus(minutes(number)),
    }
}

async fn raise(db: &Db, new: NewRisk) {
    write(db, move |tx| {
        let new = new.clone();
        Box::pin(async move { risk::insert(tx, &new).await })
    })
    .await
    .unwrap();
}

fn step(number: u64, version: u64, state: RiskState, staff: StaffId) -> NewStep {
    NewStep {
        id: RiskId::new(number, 1),
        version,
        state,
        assignee: Some(staff),
        step: RiskStep::Acknowledge,
        note: Some("looking".to_owned()),
        staff,
        at: NOON,
    }
}

async fn advance(db: Db, new: NewStep) -> bool {
    write(&db, move |tx| {
        let new = new.clone();
        Box::pin(async move { risk::advance(tx, &new).await })
    })
    .await
    .unwrap()
}

/// Every event that matches, page by page.
async fn walked(db: &Db, filter: &RiskFilter) -> Vec<Risk> {
    let mut all: Vec<Risk> = Vec::new();
    loop {
        let after = all.last().map(|last| (last.raised.micros(), last.id));
        let page = risk::list(&mut db.reader(), filter, after, 2).await.unwrap();
        if page.is_empty() {
            return all;
        }
        all.extend(page);
    }
}

conformance! {
    async fn risk_events_are_found_by_what_they_are(db: &TestDb) {
        let (_, session) = new_session(db).await;
        let (acme, lumen) = (new_tenant(db, 1).await, new_tenant(db, 2).await);
        let (rod, sam) = (person(1, 1), person(2, 2));
        fill(db, acme, vec![rod.clone()]).await;
        fill(db, lumen, vec![sam.clone()]).await;
        raise(db, of_member(1, acme, rod.id)).await;
        raise(db, of_member(2, lumen, sam.id)).await;
        raise(db, NewRisk { kind: RiskKind::FailedSignIns, cause: "9 failed sign-ins".to_owned(), ..of_member(3, acme, rod.id) }).await;
        raise(db, NewRisk { subject: NewSubject::Tenant(lumen, None), ..of_member(4, lumen, sam.id) }).await;
        let copied = NewRisk { kind: RiskKind::PasskeyCopied, subject: NewSubject::Staff(session.staff), ..of_member(5, acme, rod.id) };
        raise(db, copied).await;
        assert!(advance((**db).clone(), step(3, 0, RiskState::Acknowledged, session.staff)).await);

        let all = RiskFilter::of(Scope::All);
        let acme_only = Scope::only(vec![acme]);
        let cases: Vec<(RiskFilter, Vec<u64>)> = vec![
            (all.clone(), vec![1, 2, 3, 4, 5]),
            (RiskFilter::of(acme_only), vec![1, 3]),
            (RiskFilter { tenant: Some(lumen), ..all.clone() }, vec![2, 4]),
            (RiskFilter { states: vec![RiskState::Acknowledged], ..all.clone() }, vec![3]),
            (RiskFilter { states: vec![RiskState::Open, RiskState::Resolved], ..all.clone() }, vec![1, 2, 4, 5]),
            (RiskFilter { levels: vec![Level::High], ..all.clone() }, vec![5]),
            (RiskFilter { kinds: vec![RiskKind::FailedSignIns, RiskKind::PasskeyCopied], ..all.clone() }, vec![3, 5]),
            (RiskFilter { given: Some(GivenTo::Nobody), ..all.clone() }, vec![1, 2, 4, 5]),
            (RiskFilter { given: Some(GivenTo::Staff(session.staff)), ..all.clone() }, vec![3]),
            (RiskFilter { words: vec!["FAILED".to_owned()], ..all.clone() }, vec![3]),
            (RiskFilter { words: vec![RiskId::new(4, 1).to_string()], ..all.clone() }, vec![4]),
            (RiskFilter { words: vec!["100%".to_owned()], ..all.clone() }, vec![]),
            (RiskFilter { id: Some(RiskId::new(2, 1)), ..all.clone() }, vec![2]),
        ];
        for (filter, wanted) in cases {
            let found = walked(db, &filter).await;
            let ids: Vec<RiskId> = found.iter().map(|risk| risk.id).collect();
            let wanted: Vec<RiskId> = wanted.into_iter().map(|number| RiskId::new(number, 1)).collect();
            assert_eq!(ids, wanted, "{filter:?}");
            assert_eq!(risk::count(&mut db.reader(), &filter).await.unwrap(), Total::Exact(ids.len() as u64), "{filter:?}");
        }
        let found = walked(db, &RiskFilter { id: Some(RiskId::new(1, 1)), ..all }).await.remove(0);
        assert_eq!((found.subject.detail(), found.score, found.level()), (rod.email.as_str(), 45, Level::Elevated));
        assert_eq!((found.facts[0].label.as_str(), found.state, found.version), ("Device", RiskState::Open, 0));
        let entries = risk::entries(&mut db.reader(), found.id).await.unwrap();
        assert_eq!(entries, [EventId::new(1, 2), EventId::new(1, 3)]);
    }

    async fn of_two_steps_from_one_version_one_is_taken(db: &TestDb) {
        let (_, session) = new_session(db).await;
        let acme = new_tenant(db, 1).await;
        let rod = person(1, 1);
        fill(db, acme, vec![rod.clone()]).await;
        raise(db, of_member(1, acme, rod.id)).await;
        let racers = [RiskState::Acknowledged, RiskState::Resolved].map(|state| {
            let db: Db = (**db).clone();
            tokio::spawn(advance(db, step(1, 0, state, session.staff)))
        });
        let mut taken = 0;
        for racer in racers {
            taken += u32::from(racer.await.unwrap());
        }
        assert_eq!(taken, 1);
        assert!(!advance((**db).clone(), step(1, 0, RiskState::Open, session.staff)).await, "an old version");
        let steps = risk::steps(&mut db.reader(), RiskId::new(1, 1)).await.unwrap();
        assert_eq!(steps.len(), 1, "what was not taken leaves no word");
        assert_eq!((steps[0].step, steps[0].note.as_deref()), (RiskStep::Acknowledge, Some("looking")));
        let risk = walked(db, &RiskFilter::of(Scope::All)).await.remove(0);
        assert_eq!((risk.version, risk.changed), (1, NOON));
        assert_eq!(risk.assignee.map(|who| who.id), Some(session.staff));
    }

    async fn a_risk_is_about_somebody(db: &TestDb) {
        let (_, session) = new_session(db).await;
        let acme = new_tenant(db, 1).await;
        let insert = |id: u32, score: u32, staff: &str, tenant: &str| {
            format!("INSERT INTO risk_event (id, staff_id, tenant_id, kind, score, level, cause, facts, state, version, raised_at, changed_at) VALUES ('rsk_{id}', {staff}, {tenant}, 'reported', {score}, 'elevated', 'x', '[]', 'open', 0, 0, 0)")
        };
        let (staff, tenant) = (format!("'{}'", session.staff), format!("'{acme}'"));
        for (wrong, sql) in [
            ("about nobody", insert(1, 45, "NULL", "NULL")),
            ("about both", insert(1, 45, &staff, &tenant)),
            ("too high", insert(1, 101, &staff, "NULL")),
        ] {
            assert!(db.raw_execute(&sql).await.is_err(), "{wrong}");
        }
        for (id, staff, tenant) in [(1, staff.as_str(), "NULL"), (2, "NULL", tenant.as_str())] {
            db.raw_execute(&insert(id, 100, staff, tenant)).await.unwrap();
        }
    }

    async fn a_passkey_that_may_be_copied_proves_nothing_and_can_be_removed(db: &TestDb) {
        let (_, session) = new_session(db).await;
        let owner = session.staff;
        let key = |number: u64| PasskeyId::new(number, 3);
        for number in [1_u64, 2] {
            let new = NewPasskey { id: key(number), staff: owner, name: format!("key {number}"), credential_id: number.to_be_bytes().to_vec(), passkey: "{}".to_owned(), aaguid: None, attestation: None };
            write(db, move |tx| {
                let new = new.clone();
                Box::pin(async move { passkey::insert(tx, &new, NOON).await })
            }).await.unwrap();
        }
        for first in [true, false] {
            let marked = write(db, move |tx| Box::pin(async move { passkey::mark_copied(tx, key(1), NOON).await })).await.unwrap();
            assert_eq!(marked, first);
        }
        let listed = passkey::list(&mut db.reader(), owner).await.unwrap();
        assert_eq!(listed.iter().map(|key| key.id).collect::<BTreeSet<_>>(), BTreeSet::from([key(2)]));
        let kept = passkey::list_kept(&mut db.reader(), owner).await.unwrap();
        assert_eq!(kept.iter().map(|key| key.copied).collect::<Vec<_>>(), [Some(NOON), None]);
        assert_eq!(passkey::find(&mut db.reader(), key(1)).await.unwrap(), None);
        assert_eq!(passkey::find(&mut db.reader(), key(2)).await.unwrap().as_deref(), Some("{}"));
        let noted = write(db, move |tx| Box::pin(async move { passkey::note_use(tx, key(1), "{\"x\":1}", NOON).await })).await.unwrap();
        assert!(!noted);
        // The one that works is the last; the other one may go.
        for (number, gone) in [(2_u64, false), (1, true)] {
            let done = write(db, move |tx| Box::pin(async move { passkey::revoke(tx, key(number), owner, NOON).await })).await.unwrap();
            assert_eq!(done, gone, "{number}");
        }
    }
}
