//! The tenants' side: what a process may do with the database that serves tenants' hosts alone.
//!
//! One list says it. On PostgreSQL the rights of such a process's role are made from it; on both engines the store itself
//! refuses every statement that goes beyond it, before the database is asked. A table that is not listed is out of reach.

use std::sync::atomic::{AtomicBool, Ordering};

use crate::error::Error;
use crate::statement::Query;

/// Table by table, in the words of GRANT: what is in brackets are the only columns that it holds for.
pub(crate) const TENANTS: &[(&str, &str)] = &[
    ("_sqlx_migrations", "SELECT"),
    ("account", "SELECT"),
    ("account_password", "SELECT, UPDATE (failures, suspended_until)"),
    ("audit_entry", "SELECT, INSERT"),
    ("audit_head", "SELECT"),
    ("audit_leaf", "SELECT"),
    ("audit_personal", "SELECT, INSERT"),
    ("audit_queue", "SELECT (event_id, scope, refused_at), INSERT"),
    ("audit_subtree", "SELECT"),
    (
        "consent_request",
        "SELECT, UPDATE (state, until_at, decided_by, over_at)",
    ),
    ("flash", "SELECT, INSERT, UPDATE, DELETE"),
    ("guard_policy", "SELECT"),
    ("handoff", "SELECT, DELETE"),
    (
        "impersonation",
        "SELECT, UPDATE (reference, last_seen_at, ended_at, ended_why)",
    ),
    ("in_force", "SELECT"),
    ("membership", "SELECT, UPDATE (last_seen_at)"),
    ("membership_token", "SELECT"),
    ("network_rule", "SELECT"),
    ("rate_counter", "SELECT, INSERT, UPDATE"),
    ("readiness", "SELECT, INSERT, UPDATE"),
    ("subject_key", "SELECT, INSERT"),
    ("tenant", "SELECT, UPDATE (consent, consent_until)"),
    ("tenant_session", "SELECT, INSERT, UPDATE"),
    ("trial", "SELECT"),
    ("visiting_provider", "SELECT"),
    ("visiting_scope", "SELECT"),
    ("visiting_session", "SELECT"),
    ("visiting_staff", "SELECT"),
    ("visiting_term_scope", "SELECT"),
    ("visitor_name", "SELECT"),
];

/// The tables that both sides share, of whose rows a role of the tenants' side sees its own alone: nothing of the platform's log,
/// no message to a member of staff.
pub(crate) const SHARED: &[&str] = &[
    "audit_entry",
    "audit_head",
    "audit_leaf",
    "audit_personal",
    "audit_queue",
    "audit_subtree",
    "flash",
];

/// What every role that serves has something to do with, on either side.
const SERVED: &str = include_str!("grants.sql");

/// A list of rights as the scripts that give them read it.
pub(crate) fn as_json() -> String {
    // INVARIANT: names and rights are plain words; a list of texts is always JSON.
    serde_json::to_string(TENANTS).unwrap_or_default()
}

/// The names of a list as it stands in SQL: `('name', 'rights')`, one a line.
fn listed(sql: &'static str) -> impl Iterator<Item = &'static str> {
    let name = |line: &'static str| Some(line.trim().strip_prefix("('")?.split_once('\'')?.0);
    sql.lines().filter_map(name)
}

/// Every table or view that the tenants' side has no business with.
pub fn out_of_reach() -> impl Iterator<Item = &'static str> {
    listed(SERVED).filter(|name| rights(name).is_none())
}

fn rights(name: &str) -> Option<&'static str> {
    let found = TENANTS.iter().find(|(listed, _)| *listed == name);
    found.map(|(_, rights)| *rights)
}

/// Whether rights hold a verb: `Some(true)` for a whole table or view, `Some(false)` for some columns only.
pub(crate) fn holds(name: &str, verb: &str) -> Option<bool> {
    let rights = rights(name)?;
    let at = rights.find(verb)?;
    Some(!rights[at + verb.len()..].starts_with(" ("))
}

/// Which side of the program a process is.
#[derive(Debug, Default)]
pub(crate) struct Side(AtomicBool);

impl Side {
    pub(crate) const fn new() -> Self {
        Self(AtomicBool::new(false))
    }

    /// From now on it is the tenants' alone; it is never widened again.
    pub(crate) fn keep_to_tenants(&self) {
        self.0.store(true, Ordering::SeqCst);
    }

    pub(crate) fn is_tenants(&self) -> bool {
        self.0.load(Ordering::SeqCst)
    }

    /// Refuses what this side may not do, in the words in which PostgreSQL would.
    pub(crate) fn admit(&self, query: &Query) -> Result<(), Error> {
        if !self.is_tenants() || is_within(query.sql.words()) {
            return Ok(());
        }
        Err(Error::Refused {
            statement: query.name,
            code: INSUFFICIENT_PRIVILEGE.to_owned(),
        })
    }
}

/// SQLSTATE.
const INSUFFICIENT_PRIVILEGE: &str = "42501";

/// Whether a text names nothing that is out of reach, and changes nothing but what it may. Where a word is the name of such a
/// table it is taken for it, whatever it stands for.
fn is_within(sql: &str) -> bool {
    let words = || {
        sql.split(|letter: char| !(letter.is_ascii_alphanumeric() || letter == '_'))
            .filter(|word| !word.is_empty())
    };
    let mut first = words();
    let change = match (first.next(), first.next(), first.next()) {
        (Some("INSERT"), Some("INTO"), Some(table)) => Some(("INSERT", table)),
        (Some("DELETE"), Some("FROM"), Some(table)) => Some(("DELETE", table)),
        (Some("UPDATE"), Some(table), _) => Some(("UPDATE", table)),
        _ => None,
    };
    let may = change.is_none_or(|(verb, table)| holds(table, verb).is_some());
    may && !words().any(out_of_reach_named)
}

fn out_of_reach_named(word: &str) -> bool {
    static NAMES: std::sync::LazyLock<std::collections::HashSet<&'static str>> =
        std::sync::LazyLock::new(|| out_of_reach().collect());
    NAMES.contains(word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_listed_is_out_of_reach() {
        for sql in [
            "SELECT id FROM staff WHERE id = $1",
            "SELECT a.id FROM tenant a JOIN staff_session s ON s.id = a.id",
            "SELECT (SELECT count(*) FROM staff_passkey) AS n FROM tenant",
            "UPDATE audit_entry SET outcome = 'denied'",
            "DELETE FROM audit_entry",
            "UPDATE audit_head SET size = 0",
            "DELETE FROM tenant WHERE id = $1",
            "INSERT INTO impersonation (id) VALUES ($1)",
            "UPDATE guard_policy SET name = $1",
        ] {
            assert!(!is_within(sql), "{sql}");
        }
        for sql in [
            "SELECT id FROM visiting_staff WHERE id = $1",
            "INSERT INTO audit_entry (id) VALUES ($1)",
            "UPDATE impersonation SET last_seen_at = $2 WHERE id = $1",
            "DELETE FROM handoff WHERE code = $1 RETURNING nonce",
        ] {
            assert!(is_within(sql), "{sql}");
        }
    }

    #[test]
    fn columns_are_no_whole_table() {
        assert_eq!(holds("tenant", "SELECT"), Some(true));
        assert_eq!(holds("tenant", "UPDATE"), Some(false));
        assert_eq!(holds("tenant", "DELETE"), None);
        assert_eq!(holds("staff", "SELECT"), None);
        let secrets = [
            "staff",
            "staff_session",
            "staff_passkey",
            "staff_totp",
            "recovery_code",
        ];
        let out: Vec<_> = out_of_reach().collect();
        assert!(secrets.iter().all(|secret| out.contains(secret)), "{out:?}");
    }
}
