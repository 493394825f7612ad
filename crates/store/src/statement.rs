//! Statements: the only SQL that can run is SQL that a [`statements!`] block declares.
//!
//! A block makes a constant of each statement and lists them all, so that a test can prepare every statement of the
//! program on both engines. Nothing here builds SQL from data; the one place that composes is [`crate::select`].

use crate::error::Error;
use crate::row::Row;
use crate::select::Sql;
use crate::tx::WriteTx;
use crate::value::Value;

/// Declares a module's statements: `NAME = "SQL";`, one constant each, and `ALL` of them. The few that the engines do not understand
/// in the same words are two: `NAME = "SQL", sqlite: "SQL";`.
macro_rules! statements {
    ($($(#[$meta:meta])* $name:ident = $sql:expr $(, sqlite: $sqlite:expr)?;)+) => {
        $(
            $(#[$meta])*
            const $name: $crate::statement::Statement =
                $crate::statement::Statement::declared(concat!(module_path!(), "::", stringify!($name)), $sql)
                    $(.on_sqlite($sqlite))?;
        )+

        /// Every statement of this module.
        pub(crate) const ALL: &[$crate::statement::Statement] = &[$($name),+];
    };
}
pub(crate) use statements;

/// A declared statement in the SQL that both engines understand, or in that of each.
#[derive(Debug, Clone, Copy)]
pub struct Statement {
    name: &'static str,
    sql: &'static str,
    sqlite: &'static str,
}

impl Statement {
    /// For [`statements!`] only.
    pub(crate) const fn declared(name: &'static str, sql: &'static str) -> Self {
        let sqlite = sql;
        Self { name, sql, sqlite }
    }

    /// For [`statements!`] only, and not for what is completed with fragments or rows: that starts from [`Self::sql`].
    pub(crate) const fn on_sqlite(self, sqlite: &'static str) -> Self {
        Self { sqlite, ..self }
    }

    /// Module and constant: what errors and logs call it.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        self.name
    }

    /// The text.
    #[must_use]
    pub const fn sql(&self) -> &'static str {
        self.sql
    }

    /// The statement with its first value; see [`Query::bind`].
    pub(crate) fn bind(self, value: impl Into<Value>) -> Query {
        Query::from(self).bind(value)
    }

    /// See [`Query::fetch_all`].
    pub(crate) async fn fetch_all(self, ex: &mut impl Executor) -> Result<Vec<Row>, Error> {
        Query::from(self).fetch_all(ex).await
    }

    /// See [`Query::fetch_one`].
    pub(crate) async fn fetch_one(self, ex: &mut impl Executor) -> Result<Row, Error> {
        Query::from(self).fetch_one(ex).await
    }
}

/// A statement with its values, ready to run.
#[derive(Debug, Clone)]
#[must_use = "a query does nothing until it is fetched or executed"]
pub struct Query {
    pub(crate) name: &'static str,
    pub(crate) sql: Sql,
    pub(crate) values: Vec<Value>,
}

impl From<Statement> for Query {
    fn from(statement: Statement) -> Self {
        Self {
            name: statement.name,
            sql: Sql::Declared {
                sql: statement.sql,
                sqlite: statement.sqlite,
            },
            values: Vec::new(),
        }
    }
}

impl Query {
    /// Binds the next placeholder: `$1`, then `$2`, and so on.
    pub(crate) fn bind(mut self, value: impl Into<Value>) -> Self {
        self.values.push(value.into());
        self
    }

    /// Every row.
    ///
    /// # Errors
    /// When the database cannot answer.
    pub(crate) async fn fetch_all(self, ex: &mut impl Executor) -> Result<Vec<Row>, Error> {
        ex.fetch(self, Want::All).await
    }

    /// The first row, if there is one.
    ///
    /// # Errors
    /// When the database cannot answer.
    pub(crate) async fn fetch_optional(self, ex: &mut impl Executor) -> Result<Option<Row>, Error> {
        Ok(ex.fetch(self, Want::First).await?.pop())
    }

    /// The row that must be there, e.g. a count.
    ///
    /// # Errors
    /// When the database cannot answer; [`Error::Corrupt`] when there is no row.
    pub(crate) async fn fetch_one(self, ex: &mut impl Executor) -> Result<Row, Error> {
        let statement = self.name;
        let missing = || Error::Corrupt {
            statement,
            column: "(no row)".to_owned(),
        };
        self.fetch_optional(ex).await?.ok_or_else(missing)
    }

    /// Runs a statement that changes something, and says how many rows it changed. Only a write transaction can.
    ///
    /// # Errors
    /// When the database cannot do it; [`Error::Conflict`] when a constraint forbids it.
    pub(crate) async fn execute(self, tx: &mut WriteTx) -> Result<u64, Error> {
        tx.execute(self).await
    }
}

/// How many rows are wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Want {
    /// At most one.
    First,
    /// All.
    All,
}

pub(crate) mod sealed {
    /// Keeps [`super::Executor`] closed.
    pub trait Sealed {}
}

/// What statements run on: a [`crate::db::Reader`], a [`crate::db::ReadTx`] or a [`WriteTx`]. The first two are
/// read-only in the database's own eyes, so that a statement that writes cannot pass by the audit.
pub trait Executor: sealed::Sealed + Send {
    /// Runs a query and gives its rows.
    ///
    /// # Errors
    /// When the database cannot answer.
    #[doc(hidden)]
    fn fetch(&mut self, query: Query, want: Want) -> impl Future<Output = Result<Vec<Row>, Error>> + Send;
}
