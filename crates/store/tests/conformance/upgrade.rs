//! A database of the first schema, with rows of every kind, is brought up to date: nothing is lost, nothing is changed, and
//! today's functions find what was there.

use std::collections::BTreeMap;

use stagedoor_core::assurance::PasskeyLevel;
use stagedoor_core::audit::{Record, Slot};
use stagedoor_core::id::{ImpersonationId, MemberId, PasskeyId, ProviderId, SessionId, StaffId, TenantId};
use stagedoor_core::impersonation::{VisitEnd, VisitState};
use stagedoor_core::provider::{ClaimRules, ProviderKind};
use stagedoor_core::risk::{RiskKind, RiskState};
use stagedoor_core::role::{Scope, TenantRole};
use stagedoor_core::secret::ReferenceDigest;
use stagedoor_core::session::{SessionEnd, SessionState};
use stagedoor_core::tenant::Consent;
use stagedoor_core::view::directory::{DirectorySort, RiskLevel};
use stagedoor_store::audit::AuditFilter;
use stagedoor_store::membership::DirectoryFilter;
use stagedoor_store::migrate::Schema;
use stagedoor_store::risk::{self, RiskFilter};
use stagedoor_store::staff::StaffState;
use stagedoor_store::{
    impersonation, membership, passkey, provider, session, staff, staff_list, subject_key, tenant,
};

use super::audit::assert_refused;
use super::schema::{Columns, shape};
use super::*;

/// The last migration of the first schema.
const FIRST: i64 = 3;
const ROWS: &str = include_str!("../upgrade/first.sql");

macro_rules! golden {
    ($($name:literal),+) => { [$(include_bytes!(concat!("../../../core/tests/golden/v1-", $name, ".json")).as_slice()),+] };
}

const ACME: &str = "org_01m7z0e7rge008000000000001";
const INITECH: &str = "org_01m7z0e7rge008000000000003";
const KIM: &str = "stf_01m7z0e7rge00800000000000b";
const JESS: &str = "stf_01m7z0e7rge00800000000000c";
const SSO: &str = "idp_01m7z0e7rge000000000000001";
const VISIT: &str = "imp_01m7z0e7rge00800000000000n";
const ROD: &str = "usr_01m7z0e7rge00800000000000z";

/// Each table's rows, a text each, with the columns of a schema.
type Rows = BTreeMap<String, Vec<String>>;

async fn rows(db: &TestDb, columns: &Columns) -> Rows {
    let mut tables: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (table, column) in columns.keys() {
        tables.entry(table).or_default().push(column);
    }
    let mut found = Rows::new();
    for (table, columns) in tables {
        let listed = columns.join(", ");
        let all = db
            .raw_fetch(&format!("SELECT {listed} FROM {table} ORDER BY {listed}"))
            .await
            .unwrap();
        let words = all.iter().map(|row| {
            let cells: Vec<String> = columns.iter().map(|column| cell(row, column)).collect();
            cells.join(" | ")
        });
        found.insert(table.to_owned(), words.collect());
    }
    found
}

/// A value of any kind, as a text that no value of another kind has.
fn cell(row: &stagedoor_store::row::Row, column: &str) -> String {
    let text = row
        .get::<Option<String>>(column)
        .map(|value| format!("{value:?}"));
    text.or_else(|_| row.get::<i64>(column).map(|value| value.to_string()))
        .or_else(|_| row.get::<bool>(column).map(|value| value.to_string()))
        .or_else(|_| row.get::<Vec<u8>>(column).map(|value| format!("{value:x?}")))
        .unwrap()
}

/// The rows of the first schema, before and after.
async fn upgraded(db: &TestDb) -> (Rows, Rows) {
    let bytes = db.engine_name() == "postgres";
    if bytes {
        db.raw_execute("CREATE DOMAIN blob AS bytea").await.unwrap();
    }
    db.raw_execute(ROWS).await.unwrap();
    if bytes {
        db.raw_execute("DROP DOMAIN blob").await.unwrap();
    }
    let (columns, _) = shape(db).await;
    let before = rows(db, &columns).await;
    let empty: Vec<&String> = before
        .iter()
        .filter(|(_, rows)| rows.is_empty())
        .map(|(name, _)| name)
        .collect();
    assert!(empty.is_empty(), "first.sql has no row of {empty:?}");
    assert!(matches!(db.schema().await, Ok(Schema::Behind(some)) if some > 0));
    db.migrate().await.unwrap();
    assert_eq!(db.schema().await, Ok(Schema::Current));
    (before, rows(db, &columns).await)
}

fn id<T: std::str::FromStr<Err: std::fmt::Debug>>(text: &str) -> T {
    text.parse().unwrap()
}

fn at(micros: i64) -> Timestamp {
    Timestamp::from_micros(micros)
}

async fn staff_are_found(db: &Db) {
    let ex = &mut db.reader();
    let kim = staff::find_by_identity(ex, id(SSO), "kim-subject", at(0))
        .await
        .unwrap()
        .unwrap();
    assert_eq!(
        (kim.id, kim.state, kim.scope),
        (id::<StaffId>(KIM), StaffState::Active, Scope::All)
    );
    let jess = staff::find(ex, id(JESS), at(0)).await.unwrap().unwrap();
    assert_eq!(jess.scope, Scope::only(vec![id::<TenantId>(ACME), id(INITECH)]));
    assert_eq!(jess.account_until, Some(at(1_800_000_000_000_000)));
    let listed = staff_list::list(ex, at(0)).await.unwrap();
    let unknown = listed.iter().filter(|one| one.deactivated.is_none()).count();
    assert_eq!(
        unknown,
        listed.len(),
        "of whom was deactivated before, nobody wrote down when"
    );
    let states: Vec<StaffState> = staff::list(ex, at(0))
        .await
        .unwrap()
        .iter()
        .map(|one| one.state)
        .collect();
    let until = Some(at(1_795_300_000_000_000));
    assert_eq!(
        states,
        [
            StaffState::Deactivated,
            StaffState::Active,
            StaffState::Active,
            StaffState::Invited,
            StaffState::Claimed { until }
        ]
    );
    let copied = passkey::list_kept(ex, id(KIM)).await.unwrap();
    assert!(copied.iter().all(|key| key.copied.is_none()));
    let keys = passkey::list(ex, id(KIM)).await.unwrap();
    assert_eq!(keys.len(), 1);
    assert_eq!(keys[0].id, id::<PasskeyId>("pky_01m7z0e7rge000000000000001"));
    let sso = provider::find(ex, id(SSO)).await.unwrap().unwrap();
    assert_eq!(sso.client_secret.as_deref(), Some(b"sealed secret".as_slice()));
    assert!(!sso.declared && sso.email_domains == ["example.com", "example.org"]);
    assert_eq!((sso.kind, sso.rules), (ProviderKind::Oidc, ClaimRules::default()));
    let listed = provider::find_listed(ex, id(SSO)).await.unwrap().unwrap();
    assert!(listed.test.is_none());
    assert_eq!(provider::list(ex).await.unwrap().len(), 2);
}

async fn sessions_and_visits_are_found(db: &Db) {
    let ex = &mut db.reader();
    let reference = ReferenceDigest::from_stored(b"digest of a live reference, 32 B").unwrap();
    let live = session::find(ex, &reference).await.unwrap().unwrap();
    let rotations = session::rotations(ex, live.id).await.unwrap().unwrap();
    assert_eq!((rotations.count, rotations.last), (0, None), "none is known of");
    assert!(
        live.narrowed.is_nothing(),
        "sessions of before are narrowed to nothing"
    );
    assert_eq!(
        (live.staff, live.provider),
        (id::<StaffId>(KIM), id::<ProviderId>(SSO))
    );
    assert_eq!(
        live.factor.level,
        PasskeyLevel::Any,
        "nothing is known of its passkey"
    );
    let (until, last_seen) = (at(1_795_277_642_000_000), at(1_795_263_600_000_000));
    assert_eq!(live.state, SessionState::Active { until, last_seen });
    let over: SessionId = id("ses_01m7z0e7rge00800000000001a");
    let over = session::find_by_id(ex, over).await.unwrap().unwrap();
    let (ended, why) = (at(1_795_263_200_000_000), SessionEnd::SignedOut);
    assert_eq!(over.state, SessionState::Ended { at: ended, why });

    let reference = ReferenceDigest::from_stored(b"digest of a visit, 32 bytes long").unwrap();
    let visit = impersonation::find_by_reference(ex, &reference)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(
        (visit.id, visit.member),
        (id::<ImpersonationId>(VISIT), Some(id::<MemberId>(ROD)))
    );
    assert_eq!((visit.ticket.as_deref(), visit.consent), (Some("#4218"), None));
    assert!(matches!(visit.state, VisitState::Live { .. }));
    let past = impersonation::find(ex, id("imp_01m7z0e7rge00800000000000p"))
        .await
        .unwrap()
        .unwrap();
    assert!(matches!(
        past.state,
        VisitState::Ended {
            why: VisitEnd::Ended,
            ..
        }
    ));
    assert_eq!((past.role, past.member), (TenantRole::Developer, None));
}

async fn people_are_found(db: &Db) {
    let ex = &mut db.reader();
    let acme = tenant::find_by_slug(ex, "acme").await.unwrap().unwrap();
    assert_eq!(
        (acme.id, acme.standing.consent),
        (id::<TenantId>(ACME), Consent::On)
    );
    let initech = tenant::find(ex, id(INITECH)).await.unwrap().unwrap();
    assert_eq!(
        initech.standing.consent,
        Consent::Window {
            until: at(1_795_270_000_000_000)
        }
    );
    assert_eq!(tenant::list(ex, &Scope::All, 10).await.unwrap().len(), 4);
    let val = membership::find_by_email(ex, acme.id, "VAL@acme.example")
        .await
        .unwrap()
        .unwrap();
    assert_eq!(
        (val.role, val.factors.passkeys, val.factors.totp),
        (TenantRole::Owner, 2, true)
    );
    let found = async |filter: DirectoryFilter| {
        let page = membership::list(&mut db.reader(), &filter, DirectorySort::Name, None, 10).await;
        page.unwrap().into_iter().map(|one| one.name).collect::<Vec<_>>()
    };
    let everybody = DirectoryFilter::everybody(acme.id);
    assert_eq!(
        found(everybody.clone()).await,
        ["Former Person", "Rod Stewart", "Val Reyes"]
    );
    // What later migrations compute and index holds for rows that were there before.
    let at_risk = DirectoryFilter {
        risks: vec![RiskLevel::Elevated],
        ..everybody.clone()
    };
    assert_eq!(found(at_risk).await, ["Rod Stewart"]);
    let named = DirectoryFilter {
        words: vec!["rey".to_owned()],
        ..everybody
    };
    assert_eq!(found(named).await, ["Val Reyes"]);
}

/// What risk events did not say before.
async fn risks_are_found(db: &Db) {
    let found = risk::list(&mut db.reader(), &RiskFilter::of(Scope::All), None, 9)
        .await
        .unwrap();
    assert_eq!(found.len(), 1);
    assert_eq!(
        (found[0].kind, found[0].score, found[0].state),
        (RiskKind::Reported, 45, RiskState::Open)
    );
    assert_eq!((found[0].version, found[0].changed), (0, found[0].raised));
    assert!(found[0].facts.is_empty() && found[0].assignee.is_none());
    assert_eq!(found[0].subject.tenant().map(|tenant| tenant.id), Some(id(ACME)));
}

async fn the_log_is_what_it_was(db: &Db) {
    let stored = |scope: &'static str| async move {
        let page = stagedoor_store::audit::list(&mut db.reader(), &AuditFilter::log(scope), None, 10).await;
        page.unwrap()
    };
    let platform = stored("platform").await;
    let sealed: Vec<&[u8]> = platform.iter().map(|entry| entry.canonical.as_slice()).collect();
    assert_eq!(
        sealed,
        golden!(
            "nobody-known",
            "denied-with-verdicts",
            "impersonation-start-platform",
            "sign-in"
        )
    );
    let own = stored(ACME).await;
    let sealed: Vec<&[u8]> = own.iter().map(|entry| entry.canonical.as_slice()).collect();
    assert_eq!(
        sealed,
        golden!(
            "flag-update-with-changes",
            "view-with-reads",
            "impersonation-start-tenant"
        )
    );
    for entry in platform.iter().chain(&own) {
        assert_eq!(Record::parse(&entry.canonical).unwrap().at, entry.at);
    }
    let by_kim = AuditFilter {
        actors: Some(vec![KIM.to_owned()]),
        ..AuditFilter::log(ACME)
    };
    let ex = &mut db.reader();
    assert_eq!(stagedoor_store::audit::count_up_to(ex, &by_kim, 10).await, Ok(3));
    let beside = stagedoor_store::audit::personal(ex, &[platform[2].id])
        .await
        .unwrap();
    let mut slots: Vec<&str> = beside.iter().map(|one| one.slot.as_str()).collect();
    slots.sort_unstable();
    assert_eq!(slots, [Slot::Actor.as_str(), Slot::Target.as_str()]);
    assert_eq!(
        subject_key::find(ex, KIM).await.unwrap().map(|key| key.wrapped),
        Some(b"wrapped key".to_vec())
    );
    assert_eq!(
        subject_key::find(ex, "usr_01m7z0e7rge00800000000000y").await,
        Ok(None),
        "erased"
    );
}

/// What was there before can be ended, and the end is told behind the old entries.
async fn life_goes_on(db: &TestDb) {
    let ended: Result<bool, Error> = db
        .write(|mut tx| {
            Box::pin(async move {
                let now = at(1_795_263_700_000_000);
                let done = impersonation::end(&mut tx, id(VISIT), now, VisitEnd::Ended).await?;
                tx.commit(batch(now.micros()), done).await
            })
        })
        .await;
    assert_eq!(ended, Ok(true));
    assert_eq!(entries(db).await, 8);
    let log = [
        "UPDATE audit_entry SET canonical = canonical",
        "DELETE FROM audit_entry",
    ];
    assert_refused(db, &log, "audit_entry_append_only").await;
    let beside = [
        "UPDATE audit_personal SET slot = 'actor'",
        "DELETE FROM audit_personal",
    ];
    assert_refused(db, &beside, "audit_personal_append_only").await;
    assert_eq!(entries(db).await, 8);
}

async fn check(old: TestDb, fresh: TestDb) {
    let (before, after) = upgraded(&old).await;
    assert_eq!(before, after);
    assert_eq!(shape(&old).await, shape(&fresh).await);
    staff_are_found(&old).await;
    sessions_and_visits_are_found(&old).await;
    people_are_found(&old).await;
    risks_are_found(&old).await;
    the_log_is_what_it_was(&old).await;
    life_goes_on(&old).await;
}

#[tokio::test]
async fn a_first_installation_is_brought_up_to_date_on_sqlite() {
    check(TestDb::sqlite_as_of(FIRST).await, TestDb::sqlite().await).await;
}

#[tokio::test]
async fn a_first_installation_is_brought_up_to_date_on_postgres() {
    check(TestDb::postgres_as_of(FIRST).await, TestDb::postgres().await).await;
}
