//! Whoever has every right on the database is still found out: one change at a time, each undone before the next.

use stagedoor_core::audit::LogScope;
use stagedoor_service::Service;
use stagedoor_service::log::verify::Report;
use stagedoor_service::testing::NOON;
use stagedoor_store::conformance;
use stagedoor_store::legal_hold::Held;
use stagedoor_store::testing::TestDb;

use super::support::{a_tenant, assert_clean, checkpoint, seeded, service, tell, verify};

/// All that a log is made of.
pub(crate) const TABLES: [&str; 8] = [
    "audit_entry",
    "audit_personal",
    "audit_leaf",
    "audit_subtree",
    "audit_head",
    "audit_queue",
    "subject_key",
    "legal_hold",
];

/// An owner can take away constraints, too.
const UNCHECKED: &str = "DO $$ DECLARE line record; BEGIN
    FOR line IN SELECT conrelid::regclass AS tab, conname FROM pg_constraint WHERE contype = 'c' AND conrelid::regclass::text IN
        ('audit_entry', 'audit_personal', 'audit_leaf', 'audit_subtree', 'audit_head', 'audit_queue', 'audit_witness', 'subject_key', 'legal_hold') LOOP
        EXECUTE format('ALTER TABLE %s DROP CONSTRAINT %I', line.tab, line.conname);
    END LOOP; END $$";

/// A database that its owner can do anything to.
pub(crate) struct Victim<'a> {
    db: &'a TestDb,
    postgres: bool,
    pub(crate) service: Service,
}

impl<'a> Victim<'a> {
    /// With entries in several logs, and some that still wait.
    pub(crate) async fn new(db: &'a TestDb) -> Self {
        let service = seeded(db).await;
        let somebody = "SELECT max(subject_id) AS id FROM subject_key";
        let somebody: String = db.raw_fetch(somebody).await.unwrap()[0].get("id").unwrap();
        service.erase_personal(&somebody, "They asked").await.unwrap();
        service.place_hold(Held::Log, "org_held", "Case 7").await.unwrap();
        service.sequence().await.unwrap();
        tell(&service, LogScope::Platform, NOON).await;
        tell(&service, LogScope::Platform, NOON).await;
        let victim = Self {
            db,
            postgres: db.engine_name() == "postgres",
            service,
        };
        if victim.postgres {
            db.raw_execute(UNCHECKED).await.unwrap();
        } else {
            let sql = "SELECT name FROM sqlite_schema WHERE type = 'trigger'";
            for row in db.raw_fetch(sql).await.unwrap() {
                let name: String = row.get("name").unwrap();
                db.raw_execute(&format!("DROP TRIGGER {name}")).await.unwrap();
            }
        }
        for table in TABLES {
            db.raw_execute(&format!("CREATE TABLE kept_{table} AS SELECT * FROM {table}"))
                .await
                .unwrap();
        }
        victim
    }

    /// Runs a script past every trigger, and says how many rows its last statement changed.
    pub(crate) async fn run(&self, sql: &str) -> Result<u64, stagedoor_store::Error> {
        if self.postgres {
            let all = format!("SET session_replication_role = replica; {sql}");
            self.db.raw_execute(&all).await
        } else {
            self.db
                .raw_execute(&format!("PRAGMA ignore_check_constraints = ON; {sql}"))
                .await
        }
    }

    pub(crate) async fn restore(&self) {
        for table in TABLES {
            self.restore_table(table).await;
        }
    }

    pub(crate) async fn restore_table(&self, table: &str) {
        self.run(&format!(
            "DELETE FROM {table}; INSERT INTO {table} SELECT * FROM kept_{table}"
        ))
        .await
        .unwrap();
    }

    async fn report(&self) -> Report {
        verify(&self.service).await
    }
}

/// The hexadecimal digits of bytes, as both engines take them.
fn bytes(postgres: bool, hex: &str) -> String {
    if postgres {
        format!("'\\x{hex}'::bytea")
    } else {
        format!("x'{hex}'")
    }
}

/// What is done, in SQL that both engines understand, and what the report must say of it.
fn tampering(postgres: bool) -> Vec<(&'static str, String)> {
    let zeros = bytes(postgres, &"00".repeat(32));
    let nothing = bytes(postgres, "00");
    let some = "id = (SELECT event_id FROM audit_leaf WHERE scope = 'platform' AND leaf_index = 17)";
    let leaf = "scope = 'platform' AND leaf_index = 17";
    let beside = "event_id = (SELECT min(event_id) FROM audit_personal)";
    let columns = [
        ("its column event ", "event = 'staff.sign_out'"),
        ("its column outcome ", "outcome = 'failed', code = 'x'"),
        ("its column actor_kind ", "actor_kind = 'system '"),
        ("its column actor_id ", "actor_id = 'stf_other'"),
        ("its column act_id ", "act_id = 'stf_other'"),
        (
            "its column target_id ",
            "target_kind = 'user', target_id = 'other'",
        ),
        ("its column tenant_id ", "tenant_id = 'org_other'"),
        ("its column session_id ", "session_id = 'ses_other'"),
        ("its column request_id ", "request_id = 'req_other'"),
        ("its column retention ", "retention = 'tenant_90d'"),
        ("its column flags ", "flags = 4"),
        ("its column scope ", "scope = 'org_other'"),
    ];
    let mut all: Vec<(&'static str, String)> = columns
        .into_iter()
        .map(|(said, change)| (said, format!("UPDATE audit_entry SET {change} WHERE {some}")))
        .collect();
    all.extend([
        ("place 17, evt_", format!("UPDATE audit_entry SET canonical = {nothing} WHERE {some}")),
        ("the entry is gone", format!("DELETE FROM audit_entry WHERE {some}")),
        ("the entry is gone", format!("UPDATE audit_entry SET at = at + 1 WHERE {some}")),
        ("stands in no log and waits for none", "INSERT INTO audit_entry SELECT at, 'evt_forged', scope, event, outcome, code, actor_kind, actor_id, act_id, target_kind, target_id, tenant_id, impersonation_id, session_id, request_id, retention, flags, canonical FROM audit_entry WHERE ".to_owned() + some),
        ("do not agree", format!("UPDATE audit_leaf SET hash = {zeros} WHERE {leaf}")),
        ("a leaf is gone", format!("DELETE FROM audit_leaf WHERE {leaf}")),
        ("leaves were signed and", "DELETE FROM audit_leaf WHERE scope = 'platform' AND leaf_index = (SELECT max(leaf_index) FROM audit_leaf WHERE scope = 'platform')".to_owned()),
        ("leaves were signed and", "UPDATE audit_head SET size = size - 1 WHERE scope = 'platform'".to_owned()),
        ("its last checkpoint does not hold", "UPDATE audit_head SET at = at + 1 WHERE scope = 'platform'".to_owned()),
        ("its last checkpoint does not hold", "UPDATE audit_head SET note = replace(note, '/audit/', '/audit-/') WHERE scope = 'platform'".to_owned()),
        ("leaves stand in a log that has no head", "DELETE FROM audit_head WHERE scope = 'platform'".to_owned()),
        ("its last checkpoint does not hold", "UPDATE audit_head SET note = (SELECT note FROM kept_audit_head WHERE scope <> 'platform' LIMIT 1) WHERE scope = 'platform'".to_owned()),
        ("is not what its leaves make", format!("UPDATE audit_subtree SET hash = {zeros} WHERE scope = 'platform' AND level = 4 AND place = 1")),
        ("the subtree at level 4, place 1 is gone", "DELETE FROM audit_subtree WHERE scope = 'platform' AND level = 4 AND place = 1".to_owned()),
        ("is not what its leaves make", format!("INSERT INTO audit_subtree VALUES ('platform', 8, 7, {zeros})")),
        ("subtrees stand in a log that has no head", format!("INSERT INTO audit_subtree VALUES ('org_none', 4, 0, {zeros})")),
        ("was changed, or is another person's", format!("UPDATE audit_personal SET ciphertext = {zeros} WHERE {beside}")),
        ("was changed, or is another person's", format!("UPDATE audit_personal SET subject_id = 'usr_other' WHERE {beside}")),
        ("is gone", format!("DELETE FROM audit_personal WHERE {beside}")),
        ("does not commit to", format!("INSERT INTO audit_personal SELECT event_id, 'other', subject_id, ciphertext FROM audit_personal WHERE {beside}")),
        ("beside an entry that is nowhere", format!("INSERT INTO audit_personal SELECT 'evt_none', slot, subject_id, ciphertext FROM audit_personal WHERE {beside}")),
        ("does not bear our seal", format!("UPDATE audit_queue SET seal = {zeros}")),
        ("does not bear our seal", "UPDATE audit_queue SET seal = NULL".to_owned()),
        ("does not bear our seal", "UPDATE audit_queue SET scope = 'org_other'".to_owned()),
        ("kept from getting a place", "UPDATE audit_queue SET refused_at = 1".to_owned()),
        ("stands in no log and waits for none", "DELETE FROM audit_queue".to_owned()),
        ("the entry is gone", "UPDATE audit_queue SET at = at + 1".to_owned()),
        ("waits for a place and has one", format!("INSERT INTO audit_queue SELECT event_id, at, scope, {zeros}, NULL FROM audit_leaf WHERE {leaf}")),
        ("does not open", "UPDATE subject_key SET created_at = created_at + 1 WHERE subject_id = (SELECT min(subject_id) FROM subject_key)".to_owned()),
        ("does not open", "UPDATE subject_key SET wrapped = (SELECT wrapped FROM kept_subject_key WHERE wrapped IS NOT NULL ORDER BY subject_id LIMIT 1) WHERE subject_id = (SELECT max(subject_id) FROM subject_key WHERE wrapped IS NOT NULL)".to_owned()),
        ("is gone, and nobody erased it", "UPDATE subject_key SET wrapped = NULL, destroyed_at = created_at + 1 WHERE subject_id = (SELECT min(subject_id) FROM audit_personal)".to_owned()),
        ("was erased, and is there again", "UPDATE subject_key SET wrapped = (SELECT wrapped FROM kept_subject_key WHERE wrapped IS NOT NULL LIMIT 1), destroyed_at = NULL WHERE destroyed_at IS NOT NULL".to_owned()),
        ("is gone, and nobody erased it", "UPDATE subject_key SET destroyed_at = destroyed_at + 1 WHERE destroyed_at IS NOT NULL".to_owned()),
        ("the legal hold on org_held is not as the log tells it", "DELETE FROM legal_hold WHERE lifted_at IS NULL".to_owned()),
        ("the legal hold on org_held is not as the log tells it", "UPDATE legal_hold SET lifted_at = placed_at WHERE lifted_at IS NULL".to_owned()),
        ("the legal hold on usr_other is not as the log tells it", "INSERT INTO legal_hold (kind, name, placed_at, reason) VALUES ('subject', 'usr_other', 1, 'x')".to_owned()),
        ("is gone, and nobody erased it", "DELETE FROM subject_key WHERE subject_id = (SELECT min(subject_id) FROM audit_personal)".to_owned()),
    ]);
    all
}

/// Bytes and rows that look the same once they are text, or make none.
fn disguised(postgres: bool) -> Vec<(&'static str, String)> {
    let some = "id = (SELECT event_id FROM audit_leaf WHERE scope = 'platform' AND leaf_index = 17)";
    let last =
        "id = (SELECT event_id FROM audit_leaf WHERE scope = 'platform' ORDER BY leaf_index DESC LIMIT 1)";
    let canonical: [&str; 4] = match postgres {
        true => [
            "canonical || '\\x0041'::bytea",
            "convert_to(encode(canonical, 'hex'), 'UTF8')",
            "convert_to('\\x' || encode(canonical, 'hex'), 'UTF8')",
            "canonical || '\\xff'::bytea",
        ],
        false => [
            "CAST(canonical || x'0041' AS BLOB)",
            "CAST(hex(canonical) AS BLOB)",
            "CAST('\\x' || lower(hex(canonical)) AS BLOB)",
            "CAST(canonical || x'ff' AS BLOB)",
        ],
    };
    let sign = |code: u8| match postgres {
        true => format!("chr({code})"),
        false => format!("char({code})"),
    };
    let mut all: Vec<(&'static str, String)> = canonical
        .into_iter()
        .map(|other| {
            let change = format!("UPDATE audit_entry SET canonical = {other} WHERE {some}");
            ("the entry and its leaf do not agree", change)
        })
        .collect();
    for code in [0x1e, 0x1f] {
        let change = format!("request_id = {} || request_id", sign(code));
        all.push((
            "its column request_id ",
            format!("UPDATE audit_entry SET {change} WHERE {some}"),
        ));
    }
    all.extend([
        (
            "its column code ",
            format!("UPDATE audit_entry SET code = '' WHERE {some} AND code IS NULL"),
        ),
        (
            "the entry is gone",
            format!("DELETE FROM audit_entry WHERE {last}"),
        ),
        ("the entry is gone", "DELETE FROM audit_entry".to_owned()),
    ]);
    all
}

/// Two rows of a table trade a column.
fn swap(table: &str, key: &str, column: &str, one: &str, two: &str) -> String {
    format!(
        "UPDATE {table} SET {column} = (SELECT {column} FROM kept_{table} WHERE {key} = ({two})) WHERE {key} = ({one}); \
         UPDATE {table} SET {column} = (SELECT {column} FROM kept_{table} WHERE {key} = ({one})) WHERE {key} = ({two})"
    )
}

conformance! {
    async fn every_way_of_tampering_is_reported(db: &TestDb) {
        let victim = Victim::new(db).await;
        assert_clean(&victim.report().await);
        let mut all = tampering(victim.postgres);
        all.extend(disguised(victim.postgres));
        let place = |index: u32| format!("SELECT event_id FROM kept_audit_leaf WHERE scope = 'platform' AND leaf_index = {index}");
        let with_data = |which: &str| format!("SELECT {which}(event_id) FROM kept_audit_personal WHERE slot = 'actor'");
        all.push(("do not agree", swap("audit_entry", "id", "canonical", &place(3), &place(9))));
        all.push(("do not agree", swap("audit_leaf", "event_id", "hash", &place(3), &place(9))));
        all.push(("was changed, or is another person's", swap("audit_personal", "event_id || slot", "ciphertext", &format!("{} || 'actor'", bracketed(&with_data("min"))), &format!("{} || 'actor'", bracketed(&with_data("max"))))));
        all.push(("does not open", swap("subject_key", "subject_id", "wrapped", "SELECT min(subject_id) FROM kept_subject_key", "SELECT max(subject_id) FROM kept_subject_key WHERE wrapped IS NOT NULL")));
        for (said, sql) in all {
            let changed = victim.run(&sql).await.unwrap_or_else(|error| panic!("{sql}: {error}"));
            assert!(changed > 0, "nothing was changed by {sql}");
            let report = victim.report().await;
            let words: Vec<String> = report.findings.first().iter().map(ToString::to_string).collect();
            assert!(words.iter().any(|line| line.contains(said)), "{sql}\nshould be told as “{said}”, is: {words:#?}");
            victim.restore().await;
        }
        assert_clean(&victim.report().await);
    }

    async fn what_cannot_be_read_is_named_behind_what_stands_before_it(db: &TestDb) {
        let victim = Victim::new(db).await;
        if victim.postgres {
            return; // Its texts are texts.
        }
        let at = |place: u32| format!("id = (SELECT event_id FROM audit_leaf WHERE scope = 'platform' AND leaf_index = {place})");
        for (change, place) in [("retention = CAST(x'ff' AS TEXT)", 17), ("request_id = 'req_other'", 3), ("request_id = 'req_other'", 20)] {
            victim.run(&format!("UPDATE audit_entry SET {change} WHERE {}", at(place))).await.unwrap();
        }
        let report = victim.report().await;
        let of_log = report.findings.first().iter().filter(|finding| finding.log.as_deref() == Some("platform"));
        let places: Vec<_> = of_log.filter_map(|finding| finding.place).collect();
        assert_eq!(places, [3, 17], "the walk ends where a row cannot be read");
    }

    async fn the_first_bad_entry_is_named(db: &TestDb) {
        let victim = Victim::new(db).await;
        let first = "SELECT event_id FROM audit_leaf WHERE scope = 'platform' AND leaf_index IN (5, 11, 40)";
        victim.run(&format!("UPDATE audit_entry SET flags = 7 WHERE id IN ({first})")).await.unwrap();
        let report = victim.report().await;
        assert_eq!(report.findings.total(), 3);
        let place = |at: usize| (report.findings.first()[at].log.clone(), report.findings.first()[at].place);
        assert_eq!(place(0), (Some("platform".to_owned()), Some(5)));
        assert!(report.findings.first()[0].to_string().starts_with("platform, place 5, evt_"));
    }

    async fn a_log_that_was_rewritten_whole_is_told_by_a_checkpoint_outside(db: &TestDb) {
        let victim = Victim::new(db).await;
        let outside = checkpoint(db, "platform").await;
        // Everything that was ever said is thrown away, and a new log begun with the installation's own keys: the worst there is.
        for table in ["audit_entry", "audit_personal", "audit_leaf", "audit_subtree", "audit_head", "audit_queue", "subject_key", "legal_hold"] {
            victim.run(&format!("DELETE FROM {table}")).await.unwrap();
        }
        let anew = service(db);
        tell(&anew, LogScope::Platform, NOON).await;
        anew.sequence().await.unwrap();
        assert_clean(&verify(&anew).await);
        let report = anew.verify_log(std::slice::from_ref(&outside)).await.unwrap();
        assert!(report.findings.first()[0].to_string().starts_with("platform: it had "), "{:?}", report.findings.first());

        for _ in 0..400 {
            tell(&anew, LogScope::Platform, NOON).await;
        }
        anew.sequence().await.unwrap();
        let report = anew.verify_log(&[outside]).await.unwrap();
        assert!(report.findings.first()[0].to_string().contains("are not those of the checkpoint from outside"));
    }

    async fn a_process_does_not_sign_a_log_that_was_changed_behind_its_back(db: &TestDb) {
        let victim = Victim::new(db).await;
        victim.service.sequence().await.unwrap();
        // Cut back to an older state of itself, checkpoint and all: nothing inside the database tells.
        victim.run("DELETE FROM audit_leaf WHERE scope = 'platform' AND event_id NOT IN (SELECT event_id FROM kept_audit_leaf); \
                    DELETE FROM audit_entry WHERE id NOT IN (SELECT event_id FROM audit_leaf); \
                    UPDATE audit_head SET size = (SELECT size FROM kept_audit_head k WHERE k.scope = audit_head.scope), note = (SELECT note FROM kept_audit_head k WHERE k.scope = audit_head.scope), at = (SELECT at FROM kept_audit_head k WHERE k.scope = audit_head.scope); \
                    DELETE FROM audit_subtree WHERE scope = 'platform' AND NOT EXISTS (SELECT 1 FROM kept_audit_subtree k WHERE k.scope = audit_subtree.scope AND k.level = audit_subtree.level AND k.place = audit_subtree.place)").await.unwrap();
        assert_clean(&victim.report().await);
        tell(&victim.service, LogScope::Platform, NOON).await;
        let done = victim.service.sequence().await.unwrap();
        assert_eq!((done.leaves, done.damaged.len()), (0, 1));
        assert_eq!(done.damaged[0].0, "platform");

        // Another log is none the worse.
        tell(&victim.service, a_tenant(), NOON).await;
        assert_eq!(victim.service.sequence().await.unwrap().leaves, 1);
    }

    async fn leaves_beyond_the_head_stop_their_log_and_no_other(db: &TestDb) {
        let victim = Victim::new(db).await;
        victim.service.sequence().await.unwrap();
        victim.run("INSERT INTO audit_leaf SELECT scope, leaf_index + 1, at, 'evt_none', hash FROM audit_leaf WHERE scope = 'platform' ORDER BY leaf_index DESC LIMIT 1").await.unwrap();
        tell(&victim.service, LogScope::Platform, NOON).await;
        tell(&victim.service, a_tenant(), NOON).await;
        let done = victim.service.sequence().await.unwrap();
        assert_eq!((done.leaves, done.damaged.len()), (1, 1));
        assert_eq!(done.damaged[0].0, "platform");
    }

    async fn an_entry_that_nobody_acted_gets_no_place(db: &TestDb) {
        let victim = Victim::new(db).await;
        victim.service.sequence().await.unwrap();
        victim.run("INSERT INTO audit_entry SELECT at + 1, 'evt_01kanbx3r8e3vv5xr4hm8v3c9n', scope, event, outcome, code, actor_kind, actor_id, act_id, target_kind, target_id, tenant_id, impersonation_id, session_id, request_id, retention, flags, canonical FROM audit_entry WHERE scope = 'platform' LIMIT 1; \
                    INSERT INTO audit_queue SELECT id, at, scope, (SELECT seal FROM kept_audit_queue LIMIT 1), NULL FROM audit_entry WHERE id = 'evt_01kanbx3r8e3vv5xr4hm8v3c9n'").await.unwrap();
        let done = victim.service.sequence().await.unwrap();
        assert_eq!((done.leaves, done.refused.len()), (0, 1));
        tell(&victim.service, LogScope::Platform, NOON).await;
        let done = victim.service.sequence().await.unwrap();
        assert_eq!((done.leaves, done.refused.len()), (1, 0), "it is refused once, and others go on");
        assert!(victim.report().await.findings.first()[0].to_string().contains("does not bear our seal"));
    }
}

fn bracketed(sql: &str) -> String {
    format!("({sql})")
}
