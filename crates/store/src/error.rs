//! What can go wrong in the store, told without SQL, values or secrets.
//!
//! The two engines report the same trouble in the same words, so that nobody above this crate can tell them apart.
//! Not finding a row is no error: readers return `Option`.

/// A failure of the store.
///
/// `Display` names statements, columns and constraints, and never a value.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// A constraint refused the write. Uniqueness reads `table(column,column)`; a named check is its name and an
    /// unnamed one `check`; a foreign key is `foreign key` (SQLite does not say which); a forbidden null is
    /// `table(column) not null`; a trigger's refusal is the rule's name, e.g. `audit_entry_append_only`.
    #[error("conflicts with {constraint}")]
    Conflict {
        /// The constraint, the same text on both engines.
        constraint: String,
    },
    /// A stored value is not what the program writes there, or a row that must exist does not.
    #[error("{statement} read something impossible in column {column}")]
    Corrupt {
        /// The statement that read it.
        statement: &'static str,
        /// The column.
        column: String,
    },
    /// Others are writing, and the patience is used up. Trying again later may help.
    #[error("the database is busy")]
    Busy,
    /// Two write transactions got in each other's way on PostgreSQL. [`crate::Db::write`] runs them again, and says
    /// [`Error::Busy`] when that does not end: nobody outside of a transaction sees this.
    #[error("two transactions got in each other's way")]
    Collided,
    /// The database cannot be reached or written: connection lost, disk full, read-only, shut down. After a failed
    /// commit it means that nothing was acknowledged.
    #[error("the database is unavailable: {why}")]
    Unavailable {
        /// The engine's own word for it.
        why: String,
    },
    /// The engine refused a statement for none of the reasons above: a mistake in this program.
    #[error("{statement} was refused by the database with code {code}")]
    Refused {
        /// The statement.
        statement: &'static str,
        /// SQLSTATE, SQLite's extended result code, or `driver`.
        code: String,
    },
    /// A write transaction ended without its work being done: a mistake in this program.
    #[error("the write was rolled back: {why}")]
    Aborted {
        /// What happened.
        why: &'static str,
    },
    /// The schema could not be brought up to date.
    #[error("the schema could not be migrated: {why}")]
    Migration {
        /// Which migration, and why.
        why: String,
    },
}

impl Error {
    pub(crate) fn unavailable(why: impl ToString) -> Self {
        Self::Unavailable { why: why.to_string() }
    }

    pub(crate) fn conflict(constraint: impl Into<String>) -> Self {
        Self::Conflict {
            constraint: constraint.into(),
        }
    }
}

/// What the two engines' errors have in common. `refused` maps the ones that the database itself answered.
pub(crate) fn classify(
    statement: &'static str,
    error: &sqlx::Error,
    refused: impl FnOnce(&dyn sqlx::error::DatabaseError) -> Error,
) -> Error {
    match error {
        sqlx::Error::Database(answer) => refused(answer.as_ref()),
        sqlx::Error::Io(_)
        | sqlx::Error::Tls(_)
        | sqlx::Error::Protocol(_)
        | sqlx::Error::Configuration(_)
        | sqlx::Error::PoolTimedOut
        | sqlx::Error::PoolClosed
        | sqlx::Error::WorkerCrashed
        | sqlx::Error::BeginFailed => Error::unavailable(error),
        _ => Error::Refused {
            statement,
            code: "driver".to_owned(),
        },
    }
}

/// A constraint name of the form that both engines can produce: what is no plain name, or one that PostgreSQL made up
/// (`table_column_check`), is just `check`.
pub(crate) fn check_name(name: &str) -> String {
    let is_plain = name
        .bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    if is_plain && !name.is_empty() && !made_up(name) {
        name.to_owned()
    } else {
        "check".to_owned()
    }
}

/// `…_check`, `…_check1`: PostgreSQL's names for what has none.
fn made_up(name: &str) -> bool {
    name.trim_end_matches(|letter: char| letter.is_ascii_digit())
        .ends_with("_check")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_deliberate_check_names_are_told() {
        assert_eq!(
            check_name("audit_entry_outcome_known"),
            "audit_entry_outcome_known"
        );
        for made_up in ["tenant_state_check", "tenant_check1", "state IN ('active')", ""] {
            assert_eq!(check_name(made_up), "check");
        }
    }
}
