//! The canonical bytes of an entry: golden vectors kept for ever, RFC 8785, and what a reader gets back.
//!
//! A vector in `tests/golden` is never changed. A new one is written by running with `STAGEDOOR_BLESS=1`; one that
//! exists already is compared even then. New bytes mean a new version.

mod support;

use std::collections::BTreeMap;

use proptest::prelude::*;
use serde_json::Value;
use sha2::{Digest, Sha256};
use stagedoor_core::actor::{Actor, Represented};
use stagedoor_core::audit::{
    AuditBatch, Change, Entry, Event, Field, Flag, LogScope, Outcome, Personal, Read, Record, Slot, Target,
};
use stagedoor_core::decision::Reason;
use stagedoor_core::guard::{Guardrail, Verdict, Verdicts};
use stagedoor_core::id::{EventId, ImpersonationId, MemberId, SessionId};
use stagedoor_core::time::Timestamp;

use support::entries::{WEIRD, at, entry};
use support::{NOW, acme, id, jess, kim, setting};

fn session() -> SessionId {
    id(41)
}

fn rod() -> MemberId {
    id(31)
}

fn visit() -> ImpersonationId {
    id(21)
}

fn staff_entry(number: u128, scope: LogScope, event: Event) -> Entry {
    let actor = Actor::Staff {
        staff: kim(),
        session: Some(session()),
    };
    Entry::new(id(number), scope, event, actor, id(61))
}

fn verdicts(failed: &[(Guardrail, Reason)]) -> Verdicts {
    Verdicts::from_fn(
        |guardrail| match failed.iter().find(|(one, _)| *one == guardrail) {
            Some((_, reason)) => Verdict::Fail(*reason),
            None if guardrail == Guardrail::Danger => Verdict::NotRequired,
            None => Verdict::Pass,
        },
    )
}

fn sign_in() -> Entry {
    let mut entry = staff_entry(101, LogScope::Platform, Event::StaffSignIn);
    entry.target = Some(Target::Session(session()));
    entry.verdicts = Some(verdicts(&[]));
    entry.facts = BTreeMap::from([
        (Field::Provider, "Demo SSO".to_owned()),
        (Field::Factor, "passkey".to_owned()),
    ]);
    entry.personal = vec![personal(Slot::Actor, kim(), b"sealed: kim, 198.51.100.12")];
    entry
}

fn personal(slot: Slot, subject: impl ToString, ciphertext: &[u8]) -> Personal {
    Personal {
        slot,
        subject: subject.to_string(),
        ciphertext: ciphertext.to_vec(),
    }
}

fn start(number: u128, scope: LogScope) -> Entry {
    let mut entry = staff_entry(number, scope, Event::ImpersonationStart);
    entry.tenant = Some(acme());
    entry.target = Some(Target::Member(rod()));
    entry.impersonation = Some(visit());
    entry.reason = Some("Webhook page shows 500 after plan change".to_owned());
    entry.ticket = Some("#4218".to_owned());
    entry.facts = BTreeMap::from([(Field::Mode, "read_only".to_owned())]);
    entry.personal = vec![
        personal(Slot::Actor, kim(), b"sealed: kim"),
        personal(Slot::Target, rod(), b"sealed: rod"),
    ];
    entry
}

fn start_for_the_tenant() -> Entry {
    let mut entry = start(103, LogScope::Tenant(acme()));
    entry.session = None;
    entry
}

fn view_with_reads() -> Entry {
    let subject = Represented::Member {
        tenant: acme(),
        member: rod(),
    };
    let actor = Actor::OnBehalf {
        subject,
        act: kim(),
        session: session(),
        grant: visit(),
    };
    let mut entry = Entry::new(
        id(104),
        LogScope::Tenant(acme()),
        Event::ImpersonationView,
        actor,
        id(62),
    );
    entry.reads = vec![read("Members", 50), read("Support access", 1)];
    entry.facts = BTreeMap::from([(Field::Path, "/members".to_owned())]);
    entry.verdicts = Some(verdicts(&[]));
    entry
}

fn read(what: &str, rows: u64) -> Read {
    Read {
        what: what.to_owned(),
        rows,
    }
}

fn denied() -> Entry {
    let mut entry = staff_entry(105, LogScope::Platform, Event::TenantDelete);
    entry.tenant = Some(acme());
    entry.target = Some(Target::Tenant(acme()));
    entry.outcome = Outcome::Denied(Reason::PermissionMissing);
    entry.verdicts = Some(verdicts(&[
        (Guardrail::Authz, Reason::PermissionMissing),
        (Guardrail::Danger, Reason::GrantMissing),
    ]));
    entry.flags = vec![Flag::Temporary, Flag::Critical];
    entry
}

fn flag_update() -> Entry {
    let mut entry = staff_entry(106, LogScope::Tenant(acme()), Event::FlagUpdate);
    entry.target = Some(Target::Other("flag", "billing.v2".to_owned()));
    entry.reason = Some("customer asked to join the beta".to_owned());
    entry.changes = vec![
        change("enabled", Some("disabled"), Some("enabled")),
        change("rollout", None, Some("100 %")),
        change("note", Some(""), None),
    ];
    entry
}

fn change(field: &str, before: Option<&str>, after: Option<&str>) -> Change {
    Change {
        field: field.to_owned(),
        before: before.map(str::to_owned),
        after: after.map(str::to_owned),
    }
}

fn weird_text() -> Entry {
    let actor = Actor::Member {
        tenant: acme(),
        member: rod(),
    };
    let mut entry = Entry::new(
        id(107),
        LogScope::Tenant(acme()),
        Event::ApiKeyCreate,
        actor,
        id(63),
    );
    entry.outcome = Outcome::Failed("partial_failure");
    entry.target = Some(Target::Other("api_key", WEIRD.to_owned()));
    entry.reason = Some(WEIRD.to_owned());
    entry.changes = vec![change(WEIRD, Some(WEIRD), Some(""))];
    entry
}

fn nobody() -> Entry {
    let mut entry = Entry::new(
        id(108),
        LogScope::Platform,
        Event::StaffSignIn,
        Actor::Anonymous,
        id(64),
    );
    entry.outcome = Outcome::Failed("identity_unknown");
    entry
}

/// Each vector with its file.
fn vectors() -> [(&'static str, Entry); 8] {
    [
        ("sign-in", sign_in()),
        ("impersonation-start-platform", start(102, LogScope::Platform)),
        ("impersonation-start-tenant", start_for_the_tenant()),
        ("view-with-reads", view_with_reads()),
        ("denied-with-verdicts", denied()),
        ("flag-update-with-changes", flag_update()),
        ("weird-text", weird_text()),
        ("nobody-known", nobody()),
    ]
}

#[test]
fn the_bytes_of_version_1_never_change() {
    for (name, entry) in vectors() {
        let path = format!("{}/tests/golden/v1-{name}.json", env!("CARGO_MANIFEST_DIR"));
        let bytes = entry.seal(NOW).canonical;
        if setting("STAGEDOOR_BLESS").is_some() && !std::path::Path::new(&path).exists() {
            std::fs::write(&path, &bytes).expect("the vector can be written");
        }
        let golden = std::fs::read(&path).expect("the vector is checked in");
        assert_eq!(
            String::from_utf8_lossy(&bytes),
            String::from_utf8_lossy(&golden),
            "{name}"
        );
        assert_eq!(bytes, golden, "{name}");
    }
}

#[test]
fn what_was_sealed_long_ago_is_still_read() {
    for (name, entry) in vectors() {
        let path = format!("{}/tests/golden/v1-{name}.json", env!("CARGO_MANIFEST_DIR"));
        let golden = std::fs::read(&path).expect("the vector is checked in");
        let record = Record::parse(&golden).unwrap_or_else(|_| panic!("{name} is read"));
        assert_reads_back(&record, &entry, NOW);
    }
}

#[test]
fn text_is_escaped_as_rfc_8785_has_it() {
    let bytes = weird_text().seal(NOW).canonical;
    let text = String::from_utf8(bytes).expect("canonical bytes are UTF-8");
    // Section 3.2.2.2: short escapes where they exist, lower-case \u00xx for other controls, all else as it is.
    let sample = "\u{20ac}$\\u000f\\nA'B\\\"\\\\\\\\\\\"/ \\u0000\\b\\t\\f\\r\\u001f\u{7f}\u{80} \u{2028}\u{2029} \u{fb33} 😂 𐐷";
    assert!(text.contains(sample), "{text}");
}

/// RFC 8785 written again over serde_json's values.
fn rfc8785(value: &Value) -> String {
    match value {
        Value::Object(fields) => {
            let mut sorted: Vec<_> = fields.iter().collect();
            sorted.sort_by_key(|(key, _)| key.encode_utf16().collect::<Vec<_>>());
            let fields = sorted
                .into_iter()
                .map(|(key, value)| format!("{}:{}", Value::from(key.as_str()), rfc8785(value)));
            format!("{{{}}}", fields.collect::<Vec<_>>().join(","))
        }
        Value::Array(items) => format!("[{}]", items.iter().map(rfc8785).collect::<Vec<_>>().join(",")),
        scalar => scalar.to_string(),
    }
}

fn assert_reads_back(record: &Record, entry: &Entry, at: Timestamp) {
    assert_eq!(record.id, entry.id.to_string());
    assert_eq!(record.at, at);
    assert_eq!(record.log, entry.scope.to_text());
    assert_eq!(record.event, entry.event.name());
    assert_eq!(record.outcome, entry.outcome.as_str());
    assert_eq!(record.code.as_deref(), entry.outcome.code());
    assert_eq!(record.actor.kind, entry.actor.kind());
    assert_eq!(record.request, entry.request.to_string());
    assert_eq!(record.tenant, entry.tenant.map(|id| id.to_string()));
    let target = record
        .target
        .as_ref()
        .map(|target| (target.kind.as_str(), target.id.clone()));
    assert_eq!(
        target,
        entry.target.as_ref().map(|target| (target.kind(), target.id()))
    );
    assert_eq!(record.impersonation, entry.impersonation.map(|id| id.to_string()));
    assert_eq!(record.session, entry.session.map(|id| id.to_string()));
    assert_eq!((&record.reason, &record.ticket), (&entry.reason, &entry.ticket));
    assert_eq!(record.retention, entry.retention().as_str());
    assert_lists_read_back(record, entry);
    assert_actor_reads_back(record, &entry.actor);
    assert_personal_reads_back(record, entry);
}

fn assert_lists_read_back(record: &Record, entry: &Entry) {
    let changes = record
        .changes
        .iter()
        .map(|change| (&change.field, &change.before, &change.after));
    assert!(
        changes.eq(entry
            .changes
            .iter()
            .map(|change| (&change.field, &change.before, &change.after)))
    );
    let reads = record.reads.iter().map(|read| (&read.what, read.rows));
    assert!(reads.eq(entry.reads.iter().map(|read| (&read.what, read.rows))));
    let facts = record.facts.iter().map(|(key, value)| (key.as_str(), value));
    assert!(facts.eq(entry.facts.iter().map(|(field, value)| (field.as_str(), value))));
    assert!(
        record
            .flags
            .iter()
            .eq(entry.flags.iter().map(|flag| flag.as_str()))
    );
    let words = entry.verdicts.map(|verdicts| {
        let word = |verdict| match verdict {
            Verdict::Pass => "pass",
            Verdict::NotRequired => "not_required",
            Verdict::Fail(reason) => Reason::as_str(reason),
        };
        verdicts
            .iter()
            .map(|(guardrail, verdict)| (guardrail.as_str().to_owned(), word(verdict).to_owned()))
            .collect()
    });
    assert_eq!(record.verdicts, words);
}

fn assert_actor_reads_back(record: &Record, actor: &Actor) {
    let (id, act) = match actor {
        Actor::Staff { staff, .. } => (Some(staff.to_string()), None),
        Actor::Member { member, .. } => (Some(member.to_string()), None),
        Actor::OnBehalf {
            subject: Represented::Member { member, .. },
            act,
            ..
        } => (Some(member.to_string()), Some(act.to_string())),
        Actor::OnBehalf {
            subject: Represented::Tenant(tenant),
            act,
            ..
        } => (Some(tenant.to_string()), Some(act.to_string())),
        Actor::System | Actor::Anonymous => (None, None),
    };
    assert_eq!((&record.actor.id, &record.actor.act), (&id, &act));
}

/// The entry commits to the digest of the ciphertext, and never holds the ciphertext itself.
fn assert_personal_reads_back(record: &Record, entry: &Entry) {
    assert_eq!(record.personal.len(), entry.personal.len());
    for personal in &entry.personal {
        let committed = &record.personal[personal.slot.as_str()];
        assert_eq!(committed.subject, personal.subject);
        let digest: String = Sha256::digest(&personal.ciphertext)
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect();
        assert_eq!(committed.sha256, digest);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_bytes_are_rfc_8785(entry in entry(), at in at()) {
        let bytes = entry.seal(at).canonical;
        let value: Value = serde_json::from_slice(&bytes).expect("canonical bytes are JSON");
        prop_assert_eq!(String::from_utf8(bytes).ok(), Some(rfc8785(&value)));
    }

    #[test]
    fn what_was_sealed_reads_back(entry in entry(), at in at()) {
        let sealed = entry.clone().seal(at);
        let record = Record::parse(&sealed.canonical).expect("what was sealed is read");
        assert_reads_back(&record, &entry, at);
    }

    #[test]
    fn the_columns_say_what_the_bytes_say(entry in entry(), at in at()) {
        let sealed = entry.seal(at);
        let record = Record::parse(&sealed.canonical).expect("what was sealed is read");
        prop_assert_eq!((sealed.at, sealed.id.to_string()), (record.at, record.id));
        prop_assert_eq!((sealed.scope, sealed.event), (record.log, record.event.as_str()));
        prop_assert_eq!((sealed.outcome, sealed.code), (record.outcome.as_str(), record.code.as_deref()));
        prop_assert_eq!(sealed.actor_kind, record.actor.kind);
        prop_assert_eq!((sealed.actor_id, sealed.act_id), (record.actor.id, record.actor.act));
        let target = record.target.map(|target| (target.kind, target.id));
        prop_assert_eq!(sealed.target_kind.map(str::to_owned).zip(sealed.target_id), target);
        prop_assert_eq!((sealed.tenant_id, sealed.impersonation_id), (record.tenant, record.impersonation));
        prop_assert_eq!((sealed.session_id, sealed.request_id), (record.session, record.request));
        prop_assert_eq!(sealed.retention, record.retention);
        let named: Vec<_> = Flag::ALL.iter().enumerate().filter(|(bit, _)| sealed.flags & (1 << bit) != 0).map(|(_, flag)| flag.as_str()).collect();
        prop_assert_eq!(named, record.flags);
    }

    #[test]
    fn one_bit_of_personal_data_changes_the_bytes(entry in entry(), at in at(), position in any::<prop::sample::Index>()) {
        let mut other = entry.clone();
        let Some(first) = other.personal.first_mut().filter(|personal| !personal.ciphertext.is_empty()) else { return Ok(()) };
        let position = position.index(first.ciphertext.len());
        first.ciphertext[position] ^= 1;
        prop_assert_ne!(entry.seal(at).canonical, other.seal(at).canonical);
    }

    #[test]
    fn no_bytes_make_the_reader_panic(bytes in any::<Vec<u8>>(), entry in entry(), cut in any::<prop::sample::Index>()) {
        prop_assert!(Record::parse(&bytes).is_err());
        let whole = entry.seal(NOW).canonical;
        prop_assert!(Record::parse(&whole[..cut.index(whole.len())]).is_err());
    }
}

#[test]
fn another_version_is_not_read_as_this_one() {
    let bytes = String::from_utf8(sign_in().seal(NOW).canonical).expect("canonical bytes are UTF-8");
    assert!(Record::parse(bytes.replace("\"v\":1", "\"v\":2").as_bytes()).is_err());
}

#[test]
fn the_bytes_hold_no_personal_data() {
    let text = String::from_utf8(sign_in().seal(NOW).canonical).expect("canonical bytes are UTF-8");
    assert!(!text.contains("sealed: kim") && !text.contains("198.51.100.12"));
}

#[test]
fn a_batch_keeps_its_entries_in_order_and_its_own_time() {
    let later = NOW.plus(std::time::Duration::from_secs(1));
    let pair = AuditBatch::pair(NOW, start(102, LogScope::Platform), start_for_the_tenant());
    let batch = AuditBatch::of(later, sign_in()).and(denied()).and_all(pair);
    assert_eq!(batch.now(), later);
    let ids: Vec<_> = batch.into_entries().into_iter().map(|entry| entry.id).collect();
    assert_eq!(ids, [101, 105, 102, 103].map(id::<EventId>));
}

#[test]
fn an_entry_takes_what_its_actor_knows() {
    let entry = view_with_reads();
    assert_eq!(
        (entry.impersonation, entry.session, entry.tenant),
        (Some(visit()), Some(session()), Some(acme()))
    );
    assert_eq!(entry.actor.staff(), Some(kim()));
    let actor = Actor::Staff {
        staff: jess(),
        session: None,
    };
    let entry = Entry::new(id(1), LogScope::Platform, Event::TenantList, actor, id(1));
    assert_eq!(
        (entry.impersonation, entry.session, entry.tenant),
        (None, None, None)
    );
    let entry = Entry::new(id(1), LogScope::Tenant(acme()), Event::FlagUpdate, actor, id(1));
    assert_eq!(
        entry.tenant,
        Some(acme()),
        "an entry in a tenant's log is about that tenant"
    );
}
