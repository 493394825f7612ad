//! The table families: what each function promises, on both engines.

use std::collections::HashSet;

use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::{Config, TestRunner};
use stagedoor_core::assurance::{PasskeyLevel, ProvenFactor};
use stagedoor_core::guard::ProviderTrust;
use stagedoor_core::id::{AccountId, Id, MemberId, ProviderId, SessionId, SignInId, StaffId, TenantId};
use stagedoor_core::narrowed::{Narrowed, Reach};
use stagedoor_core::provider::{ClaimRules, Narrowings, ProviderKind};
use stagedoor_core::resource::TenantStanding;
use stagedoor_core::role::{Scope, StaffRole, TenantRole};
use stagedoor_core::secret::Reference;
use stagedoor_core::session::{SessionEnd, SessionState};
use stagedoor_core::tenant::{Consent, TenantState};
use stagedoor_core::time::{Timestamp, minutes};
use stagedoor_core::view::Total;
use stagedoor_core::view::directory::{DirectorySort, RiskLevel};
use stagedoor_store::membership::{
    self, DirectoryFilter, DirectoryKey, FactorWish, Factors, MemberState, Membership, Statuses,
};
use stagedoor_store::provider::{self, Provider};
use stagedoor_store::session::{self, NewSession, StaffSession};
use stagedoor_store::sign_in::{self, CeremonyKind, SignIn, Wish};
use stagedoor_store::staff::{self, NewStaff, Staff, StaffState};
use stagedoor_store::tenant::{self, Tenant};
use stagedoor_store::testing::TestDb;
use stagedoor_store::tx::Unaudited;
use stagedoor_store::{BoxFuture, Db, Error, WriteTx, conformance};

pub(crate) const NOON: Timestamp = Timestamp::from_micros(1_795_262_400_000_000);

/// What a filter means, read naively.
type Naive = Box<dyn Fn(&Membership) -> bool + Send + Sync>;

pub(super) async fn write<T: Send + 'static>(
    db: &Db,
    work: impl for<'a> Fn(&'a mut WriteTx) -> BoxFuture<'a, Result<T, Error>> + Clone + Send + Sync + 'static,
) -> Result<T, Error> {
    db.write(move |mut tx| {
        let work = work.clone();
        Box::pin(async move {
            let value = work(&mut tx).await?;
            tx.commit_unaudited(Unaudited::Seed, value).await
        })
    })
    .await
}

pub(crate) async fn new_tenant(db: &Db, number: u64) -> TenantId {
    named_tenant(
        db,
        number,
        &format!("tenant-{number}"),
        &format!("Tenant {number}"),
    )
    .await
}

async fn named_tenant(db: &Db, number: u64, slug: &str, name: &str) -> TenantId {
    let id = TenantId::new(number, 1);
    let standing = TenantStanding {
        state: TenantState::Active,
        consent: Consent::On,
    };
    let tenant = Tenant {
        id,
        slug: slug.to_owned(),
        name: name.to_owned(),
        standing,
    };
    write(db, move |tx| {
        let tenant = tenant.clone();
        Box::pin(async move { tenant::insert(tx, &tenant, NOON).await })
    })
    .await
    .unwrap();
    id
}

/// A person made from a few numbers, so that many share a name, a role or a moment.
pub(super) fn person(number: u64, seed: u8) -> Membership {
    let names = [
        "Ana Ortiz",
        "ana ortiz",
        "Élan Dufour",
        "Zoe Quinn",
        "Łukasz Nowak",
    ];
    Membership {
        id: MemberId::new(number, u128::from(seed)),
        name: names[usize::from(seed) % names.len()].to_owned(),
        email: format!("person{number}@example.com"),
        role: TenantRole::ALL[usize::from(seed) % TenantRole::ALL.len()],
        state: [MemberState::Active, MemberState::Suspended, MemberState::Revoked][usize::from(seed) % 3],
        last_seen: (!seed.is_multiple_of(4)).then(|| NOON.minus(minutes(u64::from(seed % 7) * 5))),
        factors: Factors {
            passkeys: u32::from(seed % 3),
            totp: seed.is_multiple_of(2),
            password: seed.is_multiple_of(5),
        },
        risk: if seed.is_multiple_of(6) {
            RiskLevel::Elevated
        } else {
            RiskLevel::Low
        },
    }
}

pub(super) async fn fill(db: &Db, tenant: TenantId, people: Vec<Membership>) {
    write(db, move |tx| {
        let people = people.clone();
        Box::pin(async move {
            for member in people {
                let account = AccountId::from_uuid(member.id.as_uuid());
                membership::insert(tx, tenant, account, &member, NOON).await?;
            }
            Ok(())
        })
    })
    .await
    .unwrap();
}

async fn walk(db: &Db, filter: &DirectoryFilter, sort: DirectorySort, limit: u32) -> Vec<Membership> {
    let (mut all, mut after) = (Vec::new(), None);
    loop {
        let page = membership::list(&mut db.reader(), filter, sort, after, limit)
            .await
            .unwrap();
        let Some(last) = page.last() else { return all };
        after = Some(DirectoryKey::of(last, sort));
        all.extend(page);
    }
}

conformance! {
    async fn a_walk_through_the_pages_meets_everybody_once(db: &TestDb) {
        let seeds = prop::collection::vec(any::<u8>(), 0..40);
        let strategy = (seeds, 1u32..9);
        let mut runner = TestRunner::new(Config::with_cases(6));
        let mut cases = Vec::new();
        for _ in 0..6 {
            cases.push(strategy.new_tree(&mut runner).unwrap().current());
        }
        for (number, (seeds, limit)) in cases.into_iter().enumerate() {
            let tenant = new_tenant(db, number as u64 + 1).await;
            let first = number as u64 * 1_000;
            let people: Vec<_> = seeds.iter().zip(first..).map(|(seed, id)| person(id, *seed)).collect();
            fill(db, tenant, people.clone()).await;
            let filter = DirectoryFilter::everybody(tenant);
            for sort in [DirectorySort::Name, DirectorySort::LastSeen, DirectorySort::Role] {
                let walked = walk(db, &filter, sort, limit).await;
                let ids: HashSet<MemberId> = walked.iter().map(|member| member.id).collect();
                assert_eq!((walked.len(), ids.len()), (people.len(), people.len()), "{sort:?} by {limit}");
                let whole = membership::list(&mut db.reader(), &filter, sort, None, 1_000).await.unwrap();
                assert_eq!(walked, whole, "pages and the whole agree");
            }
            let total = membership::count_matching(&mut db.reader(), &filter).await.unwrap();
            assert_eq!(total, Total::Exact(people.len() as u64));
        }
    }

    async fn filters_agree_with_a_naive_reading(db: &TestDb) {
        let tenant = new_tenant(db, 1).await;
        let people: Vec<_> = (0..60).map(|number| person(number, (number * 37 % 251) as u8)).collect();
        fill(db, tenant, people.clone()).await;
        let recent = NOON.minus(minutes(15));
        let everybody = DirectoryFilter::everybody(tenant);
        let chosen = vec![people[3].id, people[40].id, MemberId::new(99_999, 1)];
        let active = Statuses { active: true, revoked: true, ..Statuses::default() };
        let checks: Vec<(DirectoryFilter, Naive)> = vec![
            (DirectoryFilter { roles: vec![TenantRole::Admin, TenantRole::Owner], ..everybody.clone() },
                Box::new(|one| matches!(one.role, TenantRole::Admin | TenantRole::Owner))),
            (DirectoryFilter { risks: vec![RiskLevel::Elevated], ..everybody.clone() },
                Box::new(|one| one.risk == RiskLevel::Elevated)),
            (DirectoryFilter { statuses: Some((active, recent)), ..everybody.clone() },
                Box::new(move |one| one.state == MemberState::Revoked
                    || one.state == MemberState::Active && one.last_seen.is_some_and(|seen| seen >= recent))),
            (DirectoryFilter { seen_since: Some(recent), ..everybody.clone() },
                Box::new(move |one| one.last_seen.is_some_and(|seen| seen >= recent))),
            (DirectoryFilter { words: vec!["ÉLA".to_owned()], ..everybody.clone() },
                Box::new(|one| one.name.starts_with("Élan"))),
            (DirectoryFilter { words: vec!["ana".to_owned(), "person1".to_owned()], ..everybody.clone() },
                Box::new(|one| one.name.to_lowercase().starts_with("ana") && one.email.starts_with("person1"))),
            (DirectoryFilter { ids: Some(chosen.clone()), ..everybody.clone() }, Box::new(move |one| chosen.contains(&one.id))),
            (DirectoryFilter { ids: Some(Vec::new()), ..everybody.clone() }, Box::new(|_| false)),
            (DirectoryFilter { words: vec!["%".to_owned()], ..everybody.clone() }, Box::new(|_| false)),
            (DirectoryFilter { statuses: Some((Statuses { idle: true, suspended: true, ..Statuses::default() }, recent)), ..everybody.clone() },
                Box::new(move |one| one.state == MemberState::Suspended
                    || one.state == MemberState::Active && one.last_seen.is_none_or(|seen| seen < recent))),
            (DirectoryFilter { statuses: Some((Statuses { active: true, ..Statuses::default() }, recent)), roles: vec![TenantRole::Owner, TenantRole::Member], ..everybody.clone() },
                Box::new(move |one| one.state == MemberState::Active && one.last_seen.is_some_and(|seen| seen >= recent)
                    && matches!(one.role, TenantRole::Owner | TenantRole::Member))),
            (DirectoryFilter { factors: Some(FactorWish { none: true, ..FactorWish::default() }), ..everybody.clone() },
                Box::new(|one| one.factors == Factors::default())),
            (DirectoryFilter { factors: Some(FactorWish { passkey: true, totp: true, ..FactorWish::default() }), risks: vec![RiskLevel::Elevated], words: vec!["ana".to_owned()], ..everybody.clone() },
                Box::new(|one| (one.factors.passkeys > 0 || one.factors.totp) && one.risk == RiskLevel::Elevated && one.name.to_lowercase().starts_with("ana"))),
        ];
        for (filter, naive) in checks {
            let found = membership::list(&mut db.reader(), &filter, DirectorySort::Name, None, 1_000).await.unwrap();
            let found: HashSet<MemberId> = found.into_iter().map(|one| one.id).collect();
            let wanted: HashSet<MemberId> = people.iter().filter(|one| naive(one)).map(|one| one.id).collect();
            assert_eq!(found, wanted, "{filter:?}");
            for sort in [DirectorySort::Name, DirectorySort::LastSeen, DirectorySort::Role] {
                let walked: Vec<MemberId> = walk(db, &filter, sort, 7).await.iter().map(|one| one.id).collect();
                assert_eq!(walked.len(), wanted.len(), "{sort:?} {filter:?}");
            }
            let ex = &mut db.reader();
            assert_eq!(membership::count_matching(ex, &filter).await.unwrap(), Total::Exact(wanted.len() as u64), "{filter:?}");
            assert_eq!(membership::count_up_to(ex, &filter, 5).await.unwrap(), wanted.len().min(5) as u64, "{filter:?}");
        }
        let elevated = people.iter().filter(|one| one.risk == RiskLevel::Elevated).count() as u64;
        assert_eq!(membership::count_elevated(&mut db.reader(), tenant).await.unwrap(), Total::Exact(elevated));
        let in_force: HashSet<&str> = people.iter().filter(|one| one.state != MemberState::Revoked).map(|one| one.role.as_str()).collect();
        assert_eq!(membership::count_roles(&mut db.reader(), tenant).await.unwrap(), in_force.len() as u64);
    }

    async fn tenants_are_found_by_the_beginning_of_a_word(db: &TestDb) {
        for (number, slug, name) in [(1, "acme", "Acme"), (2, "northwind", "Northwind Traders"), (3, "odd", "50%_off!"), (4, "tracer", "Übung")] {
            named_tenant(db, number, slug, name).await;
        }
        let all = Scope::All;
        let found = async |scope: &Scope, text: &str, limit| {
            let found = tenant::search(&mut db.reader(), scope, text, limit).await.unwrap();
            found.into_iter().map(|one| one.slug).collect::<Vec<_>>()
        };
        assert_eq!(found(&all, "ac", 9).await, ["acme"]);
        assert_eq!(found(&all, "TRA", 9).await, ["northwind", "tracer"], "a word of the name, or the slug");
        assert_eq!(found(&all, "TRA", 1).await, ["northwind"]);
        assert_eq!(found(&all, "üb", 9).await, ["tracer"]);
        assert_eq!(found(&all, "cme", 9).await, [""; 0], "not in the middle of a word");
        assert_eq!(found(&all, "50%_", 9).await, ["odd"]);
        assert_eq!(found(&all, "%", 9).await, [""; 0], "a percent sign stands for itself");
        assert_eq!(found(&all, "", 9).await.len(), 4);
        let only = Scope::Only([TenantId::new(1, 1)].into_iter().collect());
        assert_eq!(found(&only, "tra", 9).await, [""; 0]);
        assert_eq!(found(&only, "a", 9).await, ["acme"]);
    }

    async fn a_person_of_another_tenant_is_unknown(db: &TestDb) {
        let (here, there) = (new_tenant(db, 1).await, new_tenant(db, 2).await);
        let member = person(1, 1);
        fill(db, there, vec![member.clone()]).await;
        assert_eq!(membership::find(&mut db.reader(), here, member.id).await.unwrap(), None);
        assert_eq!(membership::find_by_email(&mut db.reader(), here, &member.email).await.unwrap(), None);
        assert_eq!(membership::find(&mut db.reader(), there, member.id).await.unwrap(), Some(member));
    }

    async fn a_session_ends_once_and_is_never_woken(db: &TestDb) {
        let (reference, session) = new_session(db).await;
        let found = session::find(&mut db.reader(), &reference.digest()).await.unwrap().unwrap();
        assert_eq!(found, session);
        let id = session.id;
        let later = NOON.plus(minutes(1));
        assert!(write(db, move |tx| Box::pin(async move { session::end(tx, id, later, SessionEnd::Revoked).await })).await.unwrap());
        assert!(!write(db, move |tx| Box::pin(async move { session::end(tx, id, later, SessionEnd::SignedOut).await })).await.unwrap());
        write(db, move |tx| Box::pin(async move { session::touch(tx, id, later.plus(minutes(1))).await })).await.unwrap();
        let ended = session::find_by_id(&mut db.reader(), id).await.unwrap().unwrap();
        assert_eq!(ended.state, SessionState::Ended { at: later, why: SessionEnd::Revoked });
    }

    async fn staff_are_found_by_identity_and_activated_once(db: &TestDb) {
        let (_, session) = new_session(db).await;
        let found = staff::find_by_identity(&mut db.reader(), session.provider, "subject", NOON).await.unwrap().unwrap();
        assert_eq!((found.id, found.state), (session.staff, StaffState::Claimed { until: Some(NOON.plus(minutes(15))) }));
        assert_eq!(staff::find_by_identity(&mut db.reader(), session.provider, "Subject", NOON).await.unwrap(), None);
        let id = session.staff;
        let late = NOON.plus(minutes(15));
        assert!(!write(db, move |tx| Box::pin(async move { staff::activate(tx, id, late).await })).await.unwrap(), "too late");
        assert!(write(db, move |tx| Box::pin(async move { staff::activate(tx, id, NOON).await })).await.unwrap());
        assert!(!write(db, move |tx| Box::pin(async move { staff::activate(tx, id, NOON).await })).await.unwrap(), "the second racer");
    }

    async fn a_sign_in_and_its_ceremony_are_taken_once(db: &TestDb) {
        let (_, session) = new_session(db).await;
        let reference = Reference::from_random([9; 32]);
        let digest = reference.digest();
        let new = SignIn {
            id: SignInId::new(1, 1),
            provider: session.provider,
            state: vec![1],
            nonce: "nonce".to_owned(),
            verifier: vec![2],
            identified: None,
            claimant: None,
            session: None,
            recovered: None,
            vouched: session::Vouched::default(),
            wish: Wish::NONE,
            id_token: None,
            expires: NOON.plus(minutes(10)),
        };
        let id = new.id;
        write(db, move |tx| {
            let new = new.clone();
            Box::pin(async move {
                sign_in::insert(tx, &new, &digest).await?;
                sign_in::put_ceremony(tx, new.id, CeremonyKind::Register, b"one", NOON.plus(minutes(2))).await?;
                sign_in::put_ceremony(tx, new.id, CeremonyKind::Authenticate, b"two", NOON.plus(minutes(2))).await
            })
        })
        .await
        .unwrap();
        let ceremony = move |kind, at| write(db, move |tx: &mut WriteTx| Box::pin(async move { sign_in::take_ceremony(tx, id, kind, at).await }));
        assert_eq!(ceremony(CeremonyKind::Register, NOON).await.unwrap(), None, "a new ceremony replaced it");
        assert_eq!(ceremony(CeremonyKind::Authenticate, NOON).await.unwrap(), Some(b"two".to_vec()));
        assert_eq!(ceremony(CeremonyKind::Authenticate, NOON).await.unwrap(), None);
        let take = move |at| write(db, move |tx: &mut WriteTx| Box::pin(async move { sign_in::take(tx, &digest, at).await }));
        let wish = Wish {
            tenant: Some("acme".to_owned()),
            reach: Reach::Reads,
            view: Some("support:support_l1".parse().unwrap()),
        };
        let wished = wish.clone();
        let noted = write(db, move |tx| {
            let wish = wished.clone();
            Box::pin(async move { sign_in::note_wish(tx, id, &wish).await })
        });
        assert!(noted.await.unwrap());
        assert!(take(NOON.plus(minutes(10))).await.unwrap().is_none(), "too late");
        assert_eq!(take(NOON).await.unwrap().map(|taken| taken.wish), Some(wish));
        assert!(take(NOON).await.unwrap().is_none());
    }
}

/// A claimed member of staff with a session.
pub(super) async fn new_session(db: &Db) -> (Reference, StaffSession) {
    let provider = Provider {
        id: ProviderId::new(1, 1),
        name: "SSO".to_owned(),
        issuer: "https://idp.example".to_owned(),
        client_id: "console".to_owned(),
        client_secret: Some(vec![1, 2, 3]),
        trust: ProviderTrust::Trusted,
        email_domains: vec!["example.com".to_owned(), "example.org".to_owned()],
        declared: false,
        trial: None,
        narrowed: Narrowings::NONE,
        kind: ProviderKind::Oidc,
        rules: ClaimRules::default(),
    };
    let staff = Staff {
        id: StaffId::new(1, 1),
        email: "kim@example.com".to_owned(),
        name: "Kim".to_owned(),
        role: StaffRole::Support,
        state: StaffState::Claimed {
            until: Some(NOON.plus(minutes(15))),
        },
        identity: Some((provider.id, "subject".to_owned())),
        scope: Scope::All,
        account_until: None,
        acknowledged: None,
        sub_role: None,
        lapses: staff::Lapses::default(),
    };
    let session = StaffSession {
        id: SessionId::new(1, 1),
        staff: staff.id,
        provider: provider.id,
        factor: ProvenFactor::passkey(PasskeyLevel::Any, NOON),
        started: NOON,
        state: SessionState::start(NOON, minutes(240)),
        vouched: session::Vouched::default(),
        narrowed: Narrowed::NOTHING,
    };
    let reference = Reference::from_random([7; 32]);
    let new = NewSession {
        session: session.clone(),
        reference: reference.digest(),
        passkey: None,
        address: "::1".into(),
        agent: String::new(),
    };
    write(db, move |tx| {
        let (provider, staff, new) = (provider.clone(), staff.clone(), new.clone());
        Box::pin(async move {
            provider::insert(tx, &provider, NOON).await?;
            staff::insert(
                tx,
                &NewStaff {
                    staff,
                    justification: "test".to_owned(),
                },
                NOON,
            )
            .await?;
            session::insert(tx, &new).await
        })
    })
    .await
    .unwrap();
    let stored = provider::list(&mut db.reader()).await.unwrap();
    assert_eq!(stored[0].email_domains, ["example.com", "example.org"]);
    (reference, session)
}
