//! The tenant's side: tries, sessions, questions and the owner's choice, under races as well.

use stagedoor_core::assurance::TenantFactor;
use stagedoor_core::attempts::{AttemptRule, Barred};
use stagedoor_core::consent::{Answer, ConsentEnd, ConsentState};
use stagedoor_core::id::{AccountId, ConsentRequestId, Id, MemberId, SessionId, StaffId, TenantId};
use stagedoor_core::secret::Reference;
use stagedoor_core::session::{SessionEnd, SessionState};
use stagedoor_core::tenant::Consent;
use stagedoor_core::time::{Timestamp, minutes};
use stagedoor_store::consent_request::{self, ConsentRequest};
use stagedoor_store::membership::Membership;
use stagedoor_store::tenant_session::{self, RunningFilter, TenantSession};
use stagedoor_store::{conformance, password, rate, tenant};

use super::families::{NOON, fill, new_session, new_tenant, person, write};
use super::*;

/// A person of a tenant whose password has been set; their account's id is that of the membership.
async fn with_password(db: &Db, tenant: TenantId, number: u64) -> Membership {
    let member = person(number, 1);
    fill(db, tenant, vec![member.clone()]).await;
    let account = account_of(member.id);
    write(db, move |tx| {
        Box::pin(async move { password::set(tx, account, "$argon2id$…", NOON).await })
    })
    .await
    .unwrap();
    member
}

fn account_of(member: MemberId) -> AccountId {
    AccountId::from_uuid(member.as_uuid())
}

async fn attempt(db: &Db, account: AccountId, now: Timestamp) -> Result<(), Barred> {
    write(db, move |tx| {
        Box::pin(async move { password::take_attempt(tx, Some(account), AttemptRule::default(), now).await })
    })
    .await
    .unwrap()
}

fn session(tenant: TenantId, member: MemberId, number: u64) -> (Reference, TenantSession) {
    let session = TenantSession {
        id: SessionId::new(number, 5),
        tenant,
        member,
        factor: TenantFactor::Password,
        started: NOON,
        state: SessionState::start(NOON, minutes(60)),
        last_seen: NOON,
        address: "192.0.2.7".to_owned(),
        agent: "A browser".to_owned(),
    };
    (Reference::from_random([number as u8; 32]), session)
}

async fn store(db: &Db, (reference, session): &(Reference, TenantSession)) {
    let (digest, session) = (reference.digest(), session.clone());
    write(db, move |tx| {
        let session = session.clone();
        Box::pin(async move { tenant_session::insert(tx, &session, &digest).await })
    })
    .await
    .unwrap();
}

async fn asked(db: &Db, staff: StaffId, tenant: TenantId) -> ConsentRequest {
    let new = ConsentRequest {
        id: ConsentRequestId::new(1, 9),
        tenant,
        staff,
        member: None,
        reason: "Webhook page shows 500".to_owned(),
        ticket: Some("#4218".to_owned()),
        ttl: minutes(15),
        asked: NOON,
        state: ConsentState::ask(NOON, minutes(30)),
    };
    let stored = new.clone();
    write(db, move |tx| {
        let new = new.clone();
        Box::pin(async move { consent_request::insert(tx, &new).await })
    })
    .await
    .unwrap();
    stored
}

/// Reads the question and moves it, as a use case does: within one transaction.
async fn advance(
    db: Db,
    id: ConsentRequestId,
    next: impl Fn(ConsentState) -> Option<ConsentState> + Clone + Send + Sync + 'static,
) -> bool {
    write(&db, move |tx| {
        let next = next.clone();
        Box::pin(async move {
            let found = consent_request::find(tx, id).await?.unwrap();
            match next(found.state) {
                Some(to) => consent_request::advance(tx, id, (found.state, to), None).await,
                None => Ok(false),
            }
        })
    })
    .await
    .unwrap()
}

conformance! {
    async fn of_many_tries_at_one_moment_five_are_looked_at(db: &TestDb) {
        let tenant = new_tenant(db, 1).await;
        let account = account_of(with_password(db, tenant, 1).await.id);
        let tries: Vec<_> = (0..40)
            .map(|_| {
                let db = db.db().clone();
                tokio::spawn(async move { attempt(&db, account, NOON).await })
            })
            .collect();
        let mut looked_at = 0;
        for one in tries {
            match one.await.unwrap() {
                Ok(()) => looked_at += 1,
                Err(barred) => assert_eq!(barred, Barred::Suspended),
            }
        }
        assert_eq!(looked_at, 5);
        let later = NOON.plus(minutes(2));
        for _ in 0..5 {
            assert_eq!(attempt(db, account, later).await, Ok(()));
        }
        assert_eq!(attempt(db, account, later.plus(minutes(600))).await, Err(Barred::Locked));
        write(db, move |tx| Box::pin(async move { password::forget_attempts(tx, account).await })).await.unwrap();
        assert_eq!(attempt(db, account, later).await, Ok(()), "a right password forgets them");
    }

    async fn a_password_is_found_only_where_its_account_is_a_member(db: &TestDb) {
        let (here, there) = (new_tenant(db, 1).await, new_tenant(db, 2).await);
        let member = with_password(db, here, 1).await;
        let typed = format!("  {}  ", member.email.to_uppercase());
        let claimed = password::find_claimed(&mut db.reader(), here, &typed).await.unwrap().unwrap();
        assert_eq!((claimed.member, claimed.phc.as_deref()), (member, Some("$argon2id$…")));
        assert!(password::find_claimed(&mut db.reader(), there, &typed).await.unwrap().is_none());
        let without = person(2, 1);
        fill(db, here, vec![without.clone()]).await;
        let claimed = password::find_claimed(&mut db.reader(), here, &without.email).await.unwrap().unwrap();
        assert_eq!(claimed.phc, None);
        assert_eq!(attempt(db, claimed.account, NOON).await, Ok(()), "nothing to count, nothing to compare");
    }

    async fn a_counter_counts_every_use_of_its_own_span(db: &TestDb) {
        let uses: Vec<_> = (0..20)
            .map(|_| {
                let db = db.db().clone();
                tokio::spawn(async move {
                    write(&db, |tx| Box::pin(async move { rate::count(tx, "sign_in/192.0.2.7", NOON).await })).await
                })
            })
            .collect();
        let mut seen = Vec::new();
        for one in uses {
            seen.push(one.await.unwrap().unwrap());
        }
        seen.sort_unstable();
        assert_eq!(seen, (1..=20).collect::<Vec<u64>>());
        let next = NOON.plus(minutes(1));
        let again = write(db, move |tx| Box::pin(async move { rate::count(tx, "sign_in/192.0.2.7", next).await })).await;
        assert_eq!(again, Ok(1));
        let swept = write(db, |tx| Box::pin(async move { rate::expire(tx, NOON).await })).await;
        assert_eq!(swept, Ok(1), "the span that is over, and not the one that runs");
    }

    async fn a_session_is_unknown_on_another_tenants_host_and_ends_once(db: &TestDb) {
        let (here, there) = (new_tenant(db, 1).await, new_tenant(db, 2).await);
        let member = with_password(db, here, 1).await;
        let held = session(here, member.id, 1);
        store(db, &held).await;
        let digest = held.0.digest();
        assert_eq!(tenant_session::find_by_reference(&mut db.reader(), here, &digest).await.unwrap(), Some(held.1.clone()));
        assert_eq!(tenant_session::find_by_reference(&mut db.reader(), there, &digest).await.unwrap(), None);
        assert_eq!(tenant_session::find(&mut db.reader(), there, held.1.id).await.unwrap(), None);
        let id = held.1.id;
        let end = move |tenant, why| write(db, move |tx| Box::pin(async move { tenant_session::end(tx, tenant, id, NOON, why).await }));
        assert!(!end(there, SessionEnd::Revoked).await.unwrap(), "not from another tenant");
        assert!(end(here, SessionEnd::Revoked).await.unwrap());
        assert!(!end(here, SessionEnd::SignedOut).await.unwrap());
        write(db, move |tx| Box::pin(async move { tenant_session::touch(tx, id, NOON.plus(minutes(1))).await })).await.unwrap();
        let ended = tenant_session::find(&mut db.reader(), here, id).await.unwrap().unwrap();
        assert_eq!(ended.state, SessionState::Ended { at: NOON, why: SessionEnd::Revoked });
    }

    async fn what_runs_is_listed_paged_counted_and_ended_by_person(db: &TestDb) {
        let tenant = new_tenant(db, 1).await;
        let (val, rod) = (with_password(db, tenant, 1).await, with_password(db, tenant, 2).await);
        for number in 1..=3 {
            store(db, &session(tenant, val.id, number)).await;
        }
        store(db, &session(tenant, rod.id, 4)).await;
        let filter = RunningFilter { tenant, member: None, now: NOON.plus(minutes(1)), idle_since: NOON.minus(minutes(19)) };
        let mut all = Vec::new();
        let mut after = None;
        loop {
            let page = tenant_session::list_running(&mut db.reader(), &filter, after, 3).await.unwrap();
            let Some(last) = page.last() else { break };
            after = Some((last.session.last_seen.micros(), last.session.id));
            all.extend(page);
        }
        assert_eq!(all.len(), 4, "each once, and none twice");
        assert!(all.iter().all(|held| held.email.ends_with("@example.com")));
        assert_eq!(tenant_session::count_running(&mut db.reader(), &filter, 3).await.unwrap(), 3, "counted no further");
        let of_val = RunningFilter { member: Some(val.id), ..filter };
        assert_eq!(tenant_session::count_running(&mut db.reader(), &of_val, 100).await.unwrap(), 3);
        let idle = RunningFilter { idle_since: NOON, ..filter };
        assert_eq!(tenant_session::count_running(&mut db.reader(), &idle, 100).await.unwrap(), 0, "idle ones do not run");
        let ended = write(db, move |tx| Box::pin(async move { tenant_session::end_of_member(tx, &filter, val.id, SessionEnd::Revoked).await })).await;
        assert_eq!(ended, Ok(3));
        assert_eq!(tenant_session::count_running(&mut db.reader(), &filter, 100).await.unwrap(), 1);
        let due = tenant_session::list_due(&mut db.reader(), NOON.plus(minutes(60)), NOON.minus(minutes(1))).await.unwrap();
        assert_eq!(due.iter().map(|session| session.member).collect::<Vec<_>>(), [rod.id]);
    }

    async fn of_two_answers_one_is_given(db: &TestDb) {
        let tenant = new_tenant(db, 1).await;
        let (_, staff) = new_session(db).await;
        let request = asked(db, staff.staff, tenant).await;
        let stored = consent_request::find(&mut db.reader(), request.id).await.unwrap().unwrap();
        assert_eq!(stored, request);
        let answers: Vec<_> = (0..10)
            .map(|number| {
                let answer = if number % 2 == 0 { Answer::Approve } else { Answer::Deny };
                tokio::spawn(advance(db.db().clone(), request.id, move |state| state.answer(NOON, answer, minutes(30)).ok()))
            })
            .collect();
        let mut given = 0;
        for answer in answers {
            given += usize::from(answer.await.unwrap());
        }
        assert_eq!(given, 1);
    }

    async fn an_answer_and_the_clock_do_not_both_win(db: &TestDb) {
        let tenant = new_tenant(db, 1).await;
        let (_, staff) = new_session(db).await;
        let request = asked(db, staff.staff, tenant).await;
        let last = NOON.plus(minutes(30));
        assert_eq!(consent_request::list_due(&mut db.reader(), last.minus(minutes(1))).await.unwrap(), []);
        assert_eq!(consent_request::list_due(&mut db.reader(), last).await.unwrap(), std::slice::from_ref(&request));
        let lapse = move |state: ConsentState| match (state, state.at(last)) {
            (ConsentState::Pending { .. }, over @ ConsentState::Over { .. }) => Some(over),
            _ => None,
        };
        let approve = move |state: ConsentState| state.answer(last.minus(minutes(1)), Answer::Approve, minutes(30)).ok();
        let (lapsed, approved) = tokio::join!(
            tokio::spawn(advance(db.db().clone(), request.id, lapse)),
            tokio::spawn(advance(db.db().clone(), request.id, approve)),
        );
        assert_ne!(lapsed.unwrap(), approved.unwrap(), "one of the two");
        let state = consent_request::find(&mut db.reader(), request.id).await.unwrap().unwrap().state;
        assert!(matches!(state, ConsentState::Approved { .. } | ConsentState::Over { why: ConsentEnd::Lapsed, .. }), "{state:?}");
    }

    async fn an_answer_is_spent_once_and_pending_ones_are_listed(db: &TestDb) {
        let tenant = new_tenant(db, 1).await;
        let (_, staff) = new_session(db).await;
        let request = asked(db, staff.staff, tenant).await;
        assert_eq!(consent_request::list_pending(&mut db.reader(), tenant, NOON, 10).await.unwrap(), std::slice::from_ref(&request));
        assert_eq!(consent_request::list_pending(&mut db.reader(), tenant, NOON.plus(minutes(30)), 10).await.unwrap(), []);
        assert_eq!(consent_request::list_of_staff(&mut db.reader(), staff.staff, tenant).await.unwrap(), std::slice::from_ref(&request));
        assert!(advance(db.db().clone(), request.id, |state| state.answer(NOON, Answer::Approve, minutes(30)).ok()).await);
        let spends: Vec<_> = (0..6)
            .map(|_| tokio::spawn(advance(db.db().clone(), request.id, |state| state.spend(NOON).ok())))
            .collect();
        let mut spent = 0;
        for one in spends {
            spent += usize::from(one.await.unwrap());
        }
        assert_eq!(spent, 1);
    }

    async fn the_owners_choice_changes_from_what_it_was_read_as(db: &TestDb) {
        let id = new_tenant(db, 1).await;
        let window = Consent::Window { until: NOON.plus(minutes(60)) };
        let set = move |from, to| write(db, move |tx| Box::pin(async move { tenant::set_consent(tx, id, from, to).await }));
        assert!(set(Consent::On, window).await.unwrap());
        assert!(!set(Consent::On, Consent::Off).await.unwrap(), "it is another by now");
        let longer = Consent::Window { until: NOON.plus(minutes(90)) };
        assert!(!set(longer, Consent::Off).await.unwrap(), "another window is another choice");
        assert!(set(window, Consent::Ask).await.unwrap());
        let stored = tenant::find(&mut db.reader(), id).await.unwrap().unwrap();
        assert_eq!(stored.standing.consent, Consent::Ask);
    }
}
