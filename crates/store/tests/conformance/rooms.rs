//! What the console's rooms list: sessions, visits and tenants, walked page by page and read naively beside it.

use std::collections::HashSet;

use stagedoor_core::assurance::{FactorKind, PasskeyLevel, ProvenFactor, TenantFactor};
use stagedoor_core::id::{Id, ImpersonationId, MemberId, ProviderId, SessionId, StaffId, TenantId};
use stagedoor_core::impersonation::{VisitEnd, VisitMode, VisitState};
use stagedoor_core::narrowed::Narrowed;
use stagedoor_core::role::{Scope, StaffRole, TenantRole};
use stagedoor_core::secret::Reference;
use stagedoor_core::session::{SessionEnd, SessionState};
use stagedoor_core::tenant::{Consent, TenantState};
use stagedoor_core::time::{Timestamp, hours, minutes};
use stagedoor_core::view::Total;
use stagedoor_store::impersonation::{self, Visit};
use stagedoor_store::membership::MemberState;
use stagedoor_store::session::{self, NewSession, StaffSession};
use stagedoor_store::session_list::{
    self, AddressRange, Beginning, Clocks, Life, MemberFilter, RoleClock, StaffClocks, StaffFilter,
};
use stagedoor_store::tenant_list::{self, TenantFilter};
use stagedoor_store::tenant_session::{self, TenantSession};
use stagedoor_store::visit_list::{self, Ended, VisitFilter};
use stagedoor_store::{conformance, due, person as one_person, risk, tenant};

use super::families::{NOON, fill, new_session, new_tenant, person, write};
use super::*;

const CLOCKS: Clocks = Clocks {
    now: NOON,
    idle_since: Timestamp::from_micros(NOON.micros() - 15 * 60 * 1_000_000),
};

/// What a filter means, read naively.
type Naive<T> = Box<dyn Fn(&T) -> bool + Send + Sync>;

/// Staff sessions of one person whose starts, activity and ends differ, many of them begun in the same moment.
async fn staff_sessions(db: &Db) -> Vec<StaffSession> {
    let (_, first) = new_session(db).await;
    let mut all = vec![first.clone()];
    for number in 0..30u64 {
        let started = NOON.minus(minutes(number / 3 * 30));
        let session = StaffSession {
            id: SessionId::new(2 + number % 5, u128::from(number) << 40),
            factor: ProvenFactor {
                kind: if number % 4 == 0 {
                    FactorKind::Totp
                } else {
                    FactorKind::Passkey
                },
                level: PasskeyLevel::Any,
                at: started,
            },
            started,
            state: SessionState::start(started, hours(4)),
            narrowed: Narrowed::NOTHING,
            ..first.clone()
        };
        let new = NewSession {
            session: session.clone(),
            reference: Reference::from_random([100 + number as u8; 32]).digest(),
            passkey: None,
            address: format!("192.0.2.{number}"),
            agent: if number % 2 == 0 {
                "A Browser 100%".to_owned()
            } else {
                "Another".to_owned()
            },
        };
        let ends = number % 7 == 3;
        let (id, at) = (session.id, started.plus(minutes(2)));
        write(db, move |tx| {
            let new = new.clone();
            Box::pin(async move {
                session::insert(tx, &new).await?;
                if ends {
                    session::end(tx, id, at, SessionEnd::Revoked).await?;
                }
                Ok(())
            })
        })
        .await
        .unwrap();
        let state = if ends {
            SessionState::Ended {
                at,
                why: SessionEnd::Revoked,
            }
        } else {
            session.state
        };
        all.push(StaffSession { state, ..session });
    }
    all
}

fn runs(state: SessionState) -> bool {
    match state {
        SessionState::Ended { .. } => false,
        SessionState::Active { until, last_seen } => until > CLOCKS.now && last_seen > CLOCKS.idle_since,
    }
}

/// Every role's sessions run for four hours, and 15 minutes without activity.
fn staff_clocks() -> StaffClocks {
    let of = |role| RoleClock {
        role,
        begun_since: NOON.minus(hours(4)),
        idle_since: CLOCKS.idle_since,
    };
    StaffClocks {
        now: NOON,
        roles: [
            StaffRole::SuperAdmin,
            StaffRole::Support,
            StaffRole::Security,
            StaffRole::ReadOnly,
        ]
        .map(of),
    }
}

fn everybody() -> StaffFilter {
    StaffFilter::everybody(staff_clocks())
}

/// The same where the sessions of one role are shorter.
fn narrowed(role: StaffRole, ttl: u64, idle: u64) -> StaffClocks {
    let mut clocks = staff_clocks();
    for clock in clocks.roles.iter_mut().filter(|clock| clock.role == role) {
        clock.begun_since = NOON.minus(minutes(ttl));
        clock.idle_since = NOON.minus(minutes(idle));
    }
    clocks
}

fn people_of(tenant: TenantId) -> MemberFilter {
    MemberFilter {
        tenant,
        id: None,
        members: None,
        words: Vec::new(),
        life: None,
        factor: None,
        beginning: Beginning::default(),
        clocks: CLOCKS,
    }
}

/// Stores a session of a tenant's person that began a while ago.
async fn member_session(db: &Db, tenant: TenantId, member: MemberId, number: u64) -> TenantSession {
    let started = NOON.minus(minutes(number / 2 * 10));
    let session = TenantSession {
        id: SessionId::new(number, 77),
        tenant,
        member,
        factor: if number.is_multiple_of(3) {
            TenantFactor::Passkey
        } else {
            TenantFactor::Password
        },
        started,
        state: SessionState::start(started, minutes(60)),
        last_seen: started,
        address: "192.0.2.9".to_owned(),
        agent: String::new(),
    };
    let (digest, stored) = (
        Reference::from_random([number as u8; 32]).digest(),
        session.clone(),
    );
    write(db, move |tx| {
        let session = stored.clone();
        Box::pin(async move { tenant_session::insert(tx, &session, &digest).await })
    })
    .await
    .unwrap();
    session
}

/// Stores a visit that is over.
async fn past_visit(db: &Db, session: &StaffSession, tenant: TenantId, number: u64) -> Visit {
    let started = NOON.minus(hours(number / 2));
    let visit = Visit {
        id: ImpersonationId::new(number, 3),
        staff: session.staff,
        session: session.id,
        tenant,
        member: None,
        role: TenantRole::Admin,
        mode: VisitMode::ReadOnly,
        reason: "Webhook page shows 500".to_owned(),
        ticket: number.is_multiple_of(2).then(|| "#4218".to_owned()),
        started,
        state: VisitState::Ended {
            at: started.plus(minutes(4)),
            why: VisitEnd::Ended,
        },
        until: started.plus(minutes(15)),
        consent: None,
    };
    let stored = visit.clone();
    write(db, move |tx| {
        let visit = stored.clone();
        Box::pin(async move { impersonation::insert_past(tx, &visit).await })
    })
    .await
    .unwrap();
    visit
}

fn from(first: &str, last: &str) -> StaffFilter {
    let range = AddressRange {
        first: first.parse().unwrap(),
        last: last.parse().unwrap(),
    };
    StaffFilter {
        beginning: Beginning {
            from: Some(range),
            ..Beginning::default()
        },
        ..everybody()
    }
}

fn with_agent(word: &str) -> StaffFilter {
    StaffFilter {
        beginning: Beginning {
            agent: vec![word.to_owned()],
            ..Beginning::default()
        },
        ..everybody()
    }
}

fn begun(before: Timestamp) -> StaffFilter {
    StaffFilter {
        beginning: Beginning {
            before: Some(before),
            ..Beginning::default()
        },
        ..everybody()
    }
}

fn ids_of(sessions: &[StaffSession]) -> HashSet<SessionId> {
    sessions.iter().map(|session| session.id).collect()
}

/// The sessions of even numbers, behind the first, which has none.
fn evens(all: &[StaffSession]) -> HashSet<SessionId> {
    all[1..].iter().step_by(2).map(|session| session.id).collect()
}

conformance! {
    async fn staff_sessions_are_walked_once_and_filtered_as_read_naively(db: &TestDb) {
        let all = staff_sessions(db).await;
        let staff = all[0].staff;
        let checks: Vec<(StaffFilter, Naive<StaffSession>)> = vec![
            (everybody(), Box::new(|_| true)),
            (StaffFilter { life: Some(Life::Live), ..everybody() }, Box::new(|one| runs(one.state))),
            (StaffFilter { life: Some(Life::Over), ..everybody() }, Box::new(|one| !runs(one.state))),
            (StaffFilter { factor: Some(FactorKind::Totp), ..everybody() }, Box::new(|one| one.factor.kind == FactorKind::Totp)),
            (StaffFilter { staff: Some(vec![staff]), ..everybody() }, Box::new(|_| true)),
            (StaffFilter { staff: Some(Vec::new()), ..everybody() }, Box::new(|_| false)),
            (StaffFilter { staff: Some(vec![StaffId::new(9, 9)]), ..everybody() }, Box::new(|_| false)),
            (from("192.0.2.8", "192.0.2.11"), { let ids = ids_of(&all[9..13]); Box::new(move |one| ids.contains(&one.id)) }),
            (from("::", "::ff"), { let id = all[0].id; Box::new(move |one| one.id == id) }),
            (with_agent("browser 100%"), { let ids = evens(&all); Box::new(move |one| ids.contains(&one.id)) }),
            (with_agent("b_owser"), Box::new(|_| false)),
            (begun(NOON.minus(minutes(60))), Box::new(|one| one.started <= NOON.minus(minutes(60)))),
            (StaffFilter { providers: Some(vec![all[0].provider]), ..everybody() }, Box::new(|_| true)),
            (StaffFilter { providers: Some(vec![ProviderId::new(9, 9)]), ..everybody() }, Box::new(|_| false)),
            (StaffFilter { life: Some(Life::Live), clocks: narrowed(StaffRole::SuperAdmin, 0, 0), ..everybody() }, Box::new(|one| runs(one.state))),
            (StaffFilter { life: Some(Life::Live), clocks: narrowed(StaffRole::Support, 0, 15), ..everybody() }, Box::new(|_| false)),
            (StaffFilter { life: Some(Life::Due), clocks: narrowed(StaffRole::Support, 240, 0), ..everybody() }, Box::new(|one| matches!(one.state, SessionState::Active { .. }))),
            (StaffFilter { id: Some(all[4].id), ..everybody() }, { let id = all[4].id; Box::new(move |one| one.id == id) }),
        ];
        for (filter, naive) in checks {
            let (mut walked, mut after) = (Vec::new(), None);
            loop {
                let page = session_list::staff(&mut db.reader(), &filter, after, 4).await.unwrap();
                let Some(last) = page.last() else { break };
                after = Some((last.session.started.micros(), last.session.id));
                walked.extend(page);
            }
            let ids: HashSet<SessionId> = walked.iter().map(|one| one.session.id).collect();
            let wanted: HashSet<SessionId> = all.iter().filter(|one| naive(one)).map(|one| one.id).collect();
            assert_eq!(ids.len(), walked.len(), "each once: {filter:?}");
            assert_eq!(ids, wanted, "{filter:?}");
            let order: Vec<_> = walked.iter().map(|one| (one.session.started, one.session.id)).collect();
            assert!(order.windows(2).all(|pair| pair[0] > pair[1]), "newest first: {filter:?}");
            let total = session_list::count_staff(&mut db.reader(), &filter).await.unwrap();
            assert_eq!(total, Total::Exact(wanted.len() as u64));
            assert!(walked.iter().all(|one| one.name == "Kim" && one.email == "kim@example.com" && one.role == StaffRole::Support));
        }
    }

    async fn what_was_given_for_a_time_ends_the_sessions_that_began_before_its_end(db: &TestDb) {
        let all = staff_sessions(db).await;
        let live = StaffFilter { life: Some(Life::Live), ..everybody() };
        let middle = NOON.minus(minutes(30));
        for given in ["term_role = 'read_only', term_role_why = 'away', term_role_until", "term_scope = 'all', term_scope_why = 'away', term_scope_until"] {
            for end in [middle, NOON.minus(minutes(1)), NOON.plus(minutes(1))] {
                db.raw_execute(&format!("UPDATE staff SET {given} = {}", end.micros())).await.unwrap();
                let found = session_list::staff(&mut db.reader(), &live, None, 100).await.unwrap();
                let ids: HashSet<SessionId> = found.iter().map(|one| one.session.id).collect();
                let naive = all.iter().filter(|one| runs(one.state) && (end > NOON || one.started >= end));
                assert_eq!(ids, naive.map(|one| one.id).collect(), "{given} {end}");
                let for_a_time = given.contains("role") && end > NOON;
                for one in found {
                    assert_eq!(one.role == StaffRole::ReadOnly, for_a_time, "{given} {end}");
                    assert_eq!(one.stands_until, Some(end).filter(|end| *end > one.session.started));
                }
            }
            db.raw_execute("UPDATE staff SET term_role = NULL, term_role_why = NULL, term_role_until = NULL, term_scope = NULL, term_scope_why = NULL, term_scope_until = NULL").await.unwrap();
        }
    }

    async fn sessions_of_people_stay_in_their_tenant(db: &TestDb) {
        let (here, there) = (new_tenant(db, 1).await, new_tenant(db, 2).await);
        let (one, two, other) = (person(1, 1), person(2, 2), person(3, 3));
        fill(db, here, vec![one.clone(), two.clone()]).await;
        fill(db, there, vec![other.clone()]).await;
        let mut all = Vec::new();
        for number in 0..12 {
            let member = if number % 3 == 0 { two.id } else { one.id };
            all.push(member_session(db, here, member, number).await);
        }
        let foreign = member_session(db, there, other.id, 50).await;
        let live = |one: &TenantSession| runs(one.state);
        let checks: Vec<(MemberFilter, Naive<TenantSession>)> = vec![
            (people_of(here), Box::new(|_| true)),
            (MemberFilter { life: Some(Life::Live), ..people_of(here) }, Box::new(live)),
            (MemberFilter { life: Some(Life::Over), ..people_of(here) }, Box::new(move |one| !live(one))),
            (MemberFilter { members: Some(vec![two.id]), ..people_of(here) }, { let id = two.id; Box::new(move |one| one.member == id) }),
            (MemberFilter { words: vec!["PERSON1".to_owned()], ..people_of(here) }, { let id = one.id; Box::new(move |session| session.member == id) }),
            (MemberFilter { factor: Some(TenantFactor::Passkey), ..people_of(here) }, Box::new(|one| one.factor == TenantFactor::Passkey)),
            (MemberFilter { id: Some(foreign.id), ..people_of(here) }, Box::new(|_| false)),
            (MemberFilter { words: vec!["person3".to_owned()], ..people_of(here) }, Box::new(|_| false)),
        ];
        for (filter, naive) in checks {
            let (mut walked, mut after) = (Vec::new(), None);
            loop {
                let page = session_list::members(&mut db.reader(), &filter, after, 5).await.unwrap();
                let Some(last) = page.last() else { break };
                after = Some((last.held.session.started.micros(), last.held.session.id));
                walked.extend(page);
            }
            let ids: Vec<SessionId> = walked.iter().map(|row| row.held.session.id).collect();
            let distinct: HashSet<SessionId> = ids.iter().copied().collect();
            let wanted: HashSet<SessionId> = all.iter().filter(|one| naive(one)).map(|one| one.id).collect();
            assert_eq!((distinct.len(), &distinct), (ids.len(), &wanted), "{filter:?}");
            let total = session_list::count_members(&mut db.reader(), &filter).await.unwrap();
            assert_eq!(total, Total::Exact(wanted.len() as u64));
        }
        assert_eq!(session_list::tenant_of(&mut db.reader(), foreign.id).await.unwrap(), Some(there));
        assert_eq!(session_list::tenant_of(&mut db.reader(), SessionId::new(1, 1)).await.unwrap(), None);
        assert_eq!(one_person::tenant_of(&mut db.reader(), other.id).await.unwrap(), Some(there));
    }

    async fn a_suspended_tenant_loses_its_own_sessions_and_no_others(db: &TestDb) {
        let (here, there) = (new_tenant(db, 1).await, new_tenant(db, 2).await);
        let (one, other) = (person(1, 1), person(2, 1));
        fill(db, here, vec![one.clone()]).await;
        fill(db, there, vec![other.clone()]).await;
        let mine = member_session(db, here, one.id, 1).await;
        member_session(db, here, one.id, 2).await;
        let theirs = member_session(db, there, other.id, 3).await;
        let ended = write(db, move |tx| {
            Box::pin(async move {
                assert!(tenant::set_state(tx, here, TenantState::Suspended).await?);
                assert!(!tenant::set_state(tx, here, TenantState::Suspended).await?, "it is already");
                tenant_session::end_of_tenant(tx, here, NOON, SessionEnd::TenantSuspended).await
            })
        })
        .await
        .unwrap();
        assert_eq!(ended, 2);
        let found = tenant_session::find(&mut db.reader(), here, mine.id).await.unwrap().unwrap();
        assert_eq!(found.state, SessionState::Ended { at: NOON, why: SessionEnd::TenantSuspended });
        let found = tenant_session::find(&mut db.reader(), there, theirs.id).await.unwrap().unwrap();
        assert_eq!(found.state, theirs.state);
        let found = tenant::find(&mut db.reader(), here).await.unwrap().unwrap();
        assert_eq!(found.standing.state, TenantState::Suspended);
    }

    async fn a_tenant_is_renamed_from_the_name_that_was_read(db: &TestDb) {
        let id = new_tenant(db, 1).await;
        let rename = move |from: &'static str, to: &'static str| {
            write(db, move |tx: &mut WriteTx| Box::pin(async move { tenant::rename(tx, id, from, to).await }))
        };
        assert!(rename("Tenant 1", "Ümlaut Works").await.unwrap());
        assert!(!rename("Tenant 1", "Late").await.unwrap(), "somebody was faster");
        let filter = TenantFilter { words: vec!["üml".to_owned()], ..TenantFilter::of(Scope::All) };
        let found = tenant_list::list(&mut db.reader(), &filter, None, 9).await.unwrap();
        assert_eq!(found[0].tenant.name, "Ümlaut Works");
        assert_eq!(found[0].tenant.slug, "tenant-1", "the slug never changes");
    }

    async fn tenants_are_listed_with_their_people_and_their_last_visit(db: &TestDb) {
        let (_, session) = new_session(db).await;
        let mut ids = Vec::new();
        for number in 1..=7 {
            ids.push(new_tenant(db, number).await);
        }
        let people: Vec<_> = (0..9).map(|number| person(number, (number * 37 % 251) as u8)).collect();
        fill(db, ids[2], people.clone()).await;
        past_visit(db, &session, ids[2], 4).await;
        let latest = past_visit(db, &session, ids[2], 1).await;
        let (closed, asks) = (ids[4], ids[5]);
        write(db, move |tx| {
            Box::pin(async move {
                tenant::set_consent(tx, closed, Consent::On, Consent::Off).await?;
                tenant::set_consent(tx, asks, Consent::On, Consent::Ask).await?;
                tenant::set_state(tx, asks, TenantState::Suspended).await
            })
        })
        .await
        .unwrap();
        let all = TenantFilter::of(Scope::All);
        let (mut walked, mut after) = (Vec::new(), None);
        loop {
            let page = tenant_list::list(&mut db.reader(), &all, after, 2).await.unwrap();
            let Some(last) = page.last() else { break };
            after = Some((last.tenant.name.to_lowercase(), last.tenant.id));
            walked.extend(page);
        }
        let found: Vec<TenantId> = walked.iter().map(|row| row.tenant.id).collect();
        assert_eq!(found, ids, "by name, each once");
        let belonging = people.iter().filter(|one| one.state != MemberState::Revoked).count() as u64;
        assert_eq!(walked[2].members, Total::Exact(belonging));
        assert_eq!(walked[2].visited, Some(latest.started));
        assert_eq!((walked[0].members, walked[0].visited, walked[0].created), (Total::Exact(0), None, NOON));
        let narrowed = async |filter: TenantFilter| {
            let rows = tenant_list::list(&mut db.reader(), &filter, None, 50).await.unwrap();
            let count = tenant_list::count(&mut db.reader(), &filter).await.unwrap();
            assert_eq!(count, Total::Exact(rows.len() as u64));
            rows.into_iter().map(|row| row.tenant.id).collect::<Vec<_>>()
        };
        assert_eq!(narrowed(TenantFilter { consents: vec!["off", "ask"], ..all.clone() }).await, [closed, asks]);
        assert_eq!(narrowed(TenantFilter { state: Some(TenantState::Suspended), ..all.clone() }).await, [asks]);
        assert_eq!(narrowed(TenantFilter { words: vec![ids[3].to_string()], ..all.clone() }).await, [ids[3]]);
        assert_eq!(narrowed(TenantFilter { words: vec!["%".to_owned()], ..all.clone() }).await, [] as [TenantId; 0]);
        let only = Scope::only(vec![ids[1], ids[6]]);
        assert_eq!(narrowed(TenantFilter::of(only.clone())).await, [ids[1], ids[6]]);
        assert_eq!(narrowed(TenantFilter { id: Some(ids[0]), ..TenantFilter::of(only) }).await, [] as [TenantId; 0]);
    }

    async fn visits_are_walked_once_within_the_readers_scope(db: &TestDb) {
        let (_, session) = new_session(db).await;
        let (here, there) = (new_tenant(db, 1).await, new_tenant(db, 2).await);
        let mut all = Vec::new();
        for number in 0..14 {
            let tenant = if number % 3 == 0 { there } else { here };
            all.push(past_visit(db, &session, tenant, number).await);
        }
        let everywhere = VisitFilter::of(Scope::All);
        let checks: Vec<(VisitFilter, Naive<Visit>)> = vec![
            (everywhere.clone(), Box::new(|_| true)),
            (VisitFilter::of(Scope::only(vec![there])), Box::new(move |one| one.tenant == there)),
            (VisitFilter::of(Scope::only(Vec::new())), Box::new(|_| false)),
            (VisitFilter { tenant: Some(here), ..everywhere.clone() }, Box::new(move |one| one.tenant == here)),
            (VisitFilter { tenant: Some(here), ..VisitFilter::of(Scope::only(vec![there])) }, Box::new(|_| false)),
            (VisitFilter { ticket: Some("#4218".to_owned()), ..everywhere.clone() }, Box::new(|one| one.ticket.is_some())),
            (VisitFilter { ended: Some(Ended::No), ..everywhere.clone() }, Box::new(|_| false)),
            (VisitFilter { ended: Some(Ended::Yes), ..everywhere.clone() }, Box::new(|_| true)),
            (VisitFilter { staff: Some(Vec::new()), ..everywhere.clone() }, Box::new(|_| false)),
        ];
        for (filter, naive) in checks {
            let (mut walked, mut after) = (Vec::new(), None);
            loop {
                let page = visit_list::list(&mut db.reader(), &filter, after, 3).await.unwrap();
                let Some(last) = page.last() else { break };
                after = Some((last.started.micros(), last.id));
                walked.extend(page);
            }
            let ids: HashSet<ImpersonationId> = walked.iter().map(|one| one.id).collect();
            let wanted: HashSet<ImpersonationId> = all.iter().filter(|one| naive(one)).map(|one| one.id).collect();
            assert_eq!((ids.len(), &ids), (walked.len(), &wanted), "{filter:?}");
            assert_eq!(visit_list::count(&mut db.reader(), &filter).await.unwrap(), Total::Exact(ids.len() as u64));
        }
        let since = NOON.minus(minutes(90));
        assert_eq!(visit_list::count_tenants(&mut db.reader(), session.staff, since).await.unwrap(), 2);
        assert_eq!(visit_list::count_tenants(&mut db.reader(), session.staff, NOON).await.unwrap(), 0);
    }

    async fn what_is_due_is_counted_and_the_database_measured(db: &TestDb) {
        let (_, session) = new_session(db).await;
        let tenant = new_tenant(db, 1).await;
        let member = person(1, 1);
        fill(db, tenant, vec![member.clone()]).await;
        let id = member.id;
        write(db, move |tx| {
            Box::pin(async move { risk::insert(tx, &crate::risk::of_member(1, tenant, id)).await })
        })
        .await
        .unwrap();
        let ex = &mut db.reader();
        assert_eq!(due::staff_sessions(ex, staff_clocks()).await.unwrap(), due::Waiting::default());
        let later = NOON.plus(minutes(20));
        let idle = due::staff_sessions(ex, narrowed(StaffRole::Support, 240, 0)).await.unwrap();
        assert_eq!((idle.depth, idle.oldest), (1, Some(session.started)));
        for waiting in [
            due::member_sessions(ex, later, later).await.unwrap(),
            due::visits(ex, later, later).await.unwrap(),
            due::consent_requests(ex, later).await.unwrap(),
            due::sign_ins(ex, later).await.unwrap(),
            due::handoffs(ex, later).await.unwrap(),
            due::flashes(ex, later).await.unwrap(),
        ] {
            assert_eq!(waiting, due::Waiting::default());
        }
        let risks = one_person::risks(ex, tenant, id, 5).await.unwrap();
        assert_eq!((risks.len(), risks[0].cause.as_str(), risks[0].state.as_str()), (1, "new device from a new country", "open"));
        assert_eq!(one_person::joined(ex, tenant, id).await.unwrap(), Some(NOON));
        assert_eq!(one_person::joined(ex, TenantId::new(9, 9), id).await.unwrap(), None);
        assert!(db.size_bytes().await.unwrap() > 4096);
        let newest = std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/../../migrations/sqlite")).unwrap();
        let newest = newest.map(|file| file.unwrap().file_name().to_str().unwrap()[..4].parse::<i64>().unwrap()).max();
        assert_eq!(Some(db.schema_version().await.unwrap()), newest);
        assert!(db.writer_queue().is_none_or(|queue| queue.depth == 0 && queue.most > 0));
    }
}
