//! PostgreSQL: how connections are set up, how values go in and come out, and what its errors mean.

use std::time::Duration;

use sqlx::error::{DatabaseError, ErrorKind};
use sqlx::postgres::{
    PgArguments, PgConnectOptions, PgConnection, PgDatabaseError, PgPool, PgPoolOptions, PgRow, Postgres,
};
use sqlx::query::Query as SqlxQuery;
use sqlx::{Decode, Row as _, TypeInfo, ValueRef};

use crate::db::conn::plain;
use crate::error::{Error, check_name, classify};
use crate::row::{Cell, Row};
use crate::statement::{Query, Want};
use crate::value::Value;

/// How long a request waits for a connection, a lost server included.
const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(3);
const CONNECTIONS: u32 = 16;
/// How long a statement waits for somebody else's lock; as long as on SQLite.
const LOCK_TIMEOUT: &str = "5s";
/// Asked of a writing connection before each use, in place of a ping: one that began while the database was read-only
/// (a standby, a switch thrown by an operator) would stay so after the database has recovered.
const WRITABLE: &str = "SELECT current_setting('transaction_read_only') = 'off'";

/// The pool of readers. The server refuses their writes, whatever the statement says.
pub(crate) fn readers(options: &PgConnectOptions) -> PgPool {
    let options = options.clone().options([("default_transaction_read_only", "on")]);
    pool().connect_lazy_with(common(options))
}

/// The pool of writers.
pub(crate) fn writers(options: &PgConnectOptions) -> PgPool {
    let options = options.clone().options([
        ("default_transaction_isolation", "serializable"),
        ("lock_timeout", LOCK_TIMEOUT),
    ]);
    pool()
        .test_before_acquire(false)
        .before_acquire(|conn, _| Box::pin(async move { sqlx::query_scalar(WRITABLE).fetch_one(conn).await }))
        .connect_lazy_with(common(options))
}

fn pool() -> PgPoolOptions {
    PgPoolOptions::new()
        .max_connections(CONNECTIONS)
        .acquire_timeout(ACQUIRE_TIMEOUT)
}

fn common(options: PgConnectOptions) -> PgConnectOptions {
    options
        .application_name("stagedoor")
        .statement_cache_capacity(512)
        .options([
            ("statement_timeout", "30s"),
            ("idle_in_transaction_session_timeout", "60s"),
        ])
}

/// Runs a query for its rows.
pub(crate) async fn fetch(conn: &mut PgConnection, query: Query, want: Want) -> Result<Vec<Row>, Error> {
    let name = query.name;
    #[cfg(feature = "testing")]
    crate::testing::count(name);
    let prepared = bind(query);
    let rows = match want {
        Want::All => prepared.fetch_all(conn).await,
        Want::First => prepared
            .fetch_optional(conn)
            .await
            .map(|row| row.into_iter().collect()),
    };
    rows.and_then(|rows| plain(name, &rows, cell))
        .map_err(|error| map(name, &error))
}

/// Runs a query for its effect.
pub(crate) async fn execute(conn: &mut PgConnection, query: Query) -> Result<u64, Error> {
    let name = query.name;
    #[cfg(feature = "testing")]
    crate::testing::count(name);
    let done = bind(query)
        .execute(conn)
        .await
        .map_err(|error| map(name, &error))?;
    Ok(done.rows_affected())
}

fn bind(query: Query) -> SqlxQuery<'static, Postgres, PgArguments> {
    query
        .values
        .into_iter()
        .fold(sqlx::query(query.sql), |prepared, value| match value {
            Value::Text(value) => prepared.bind(value),
            Value::Int(value) => prepared.bind(value),
            Value::Bytes(value) => prepared.bind(value),
            Value::Bool(value) => prepared.bind(value),
        })
}

/// One column of a row.
pub(crate) fn cell(row: &PgRow, position: usize) -> Result<Cell, sqlx::Error> {
    let value = row.try_get_raw(position)?;
    if value.is_null() {
        return Ok(Cell::Null);
    }
    let kind = value.type_info().name().to_owned();
    Ok(match kind.as_str() {
        "TEXT" | "VARCHAR" | "NAME" => {
            Cell::Text(Decode::<Postgres>::decode(value).map_err(sqlx::Error::Decode)?)
        }
        "INT8" => Cell::Int(Decode::<Postgres>::decode(value).map_err(sqlx::Error::Decode)?),
        "INT4" => {
            let small: i32 = Decode::<Postgres>::decode(value).map_err(sqlx::Error::Decode)?;
            Cell::Int(i64::from(small))
        }
        "BYTEA" => Cell::Bytes(Decode::<Postgres>::decode(value).map_err(sqlx::Error::Decode)?),
        "BOOL" => Cell::Bool(Decode::<Postgres>::decode(value).map_err(sqlx::Error::Decode)?),
        _ => Cell::Foreign,
    })
}

/// The store's word for an error of this engine.
pub(crate) fn map(statement: &'static str, error: &sqlx::Error) -> Error {
    let mapped = classify(statement, error, |answer| answered(statement, answer));
    if matches!(mapped, Error::Refused { .. } | Error::Unavailable { .. }) {
        tracing::error!(statement, error = %mapped, "postgres refused");
    }
    mapped
}

/// SQLSTATE: <https://www.postgresql.org/docs/current/errcodes-appendix.html>.
fn answered(statement: &'static str, answer: &dyn DatabaseError) -> Error {
    let code = answer.code().unwrap_or_default().into_owned();
    match code.as_str() {
        // serialization_failure, deadlock_detected
        "40001" | "40P01" => Error::Collided,
        // lock_not_available: somebody held it for longer than our patience.
        "55P03" => Error::Busy,
        // read_only_sql_transaction: a standby, or a reader that tries to write. object_not_in_prerequisite_state: the
        // database accepts no connections.
        "25006" | "55000" => Error::unavailable(answer.message()),
        _ => match code.get(..2) {
            Some("23") => Error::conflict(constraint(answer)),
            // Connection, authorization, catalogue name, resources, operator intervention, system error, corruption.
            Some("08" | "28" | "3D" | "53" | "57" | "58" | "XX") => Error::unavailable(answer.message()),
            _ => refused(statement, code, answer.message()),
        },
    }
}

/// The message is logged only for mistakes in the SQL itself (class 42), where it holds names and no values.
fn refused(statement: &'static str, code: String, message: &str) -> Error {
    if code.starts_with("42") {
        tracing::error!(statement, message, "not understood by PostgreSQL");
    }
    Error::Refused { statement, code }
}

/// See [`Error::Conflict`].
fn constraint(answer: &dyn DatabaseError) -> String {
    let name = answer.constraint().unwrap_or_default();
    let table = answer.table().unwrap_or_default();
    let own = answer.try_downcast_ref::<PgDatabaseError>();
    match answer.kind() {
        ErrorKind::UniqueViolation => match own.and_then(PgDatabaseError::detail).and_then(key_columns) {
            Some(columns) => format!("{table}({columns})"),
            None => name.to_owned(),
        },
        ErrorKind::NotNullViolation => {
            format!(
                "{table}({}) not null",
                own.and_then(PgDatabaseError::column).unwrap_or_default()
            )
        }
        ErrorKind::CheckViolation => check_name(name),
        ErrorKind::ForeignKeyViolation => "foreign key".to_owned(),
        _ => name.to_owned(),
    }
}

/// The columns in `Key (a, b)=(…) already exists.`: the first parentheses, in whatever language the server speaks.
fn key_columns(detail: &str) -> Option<String> {
    let (_, rest) = detail.split_once('(')?;
    let (columns, _) = rest.split_once(")=")?;
    Some(columns.replace(", ", ","))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn key_columns_are_read_in_any_language() {
        assert_eq!(
            key_columns("Key (a, b)=(1, (2)=) already exists."),
            Some("a,b".to_owned())
        );
        assert_eq!(
            key_columns("Schlüssel »(slug)=(acme)« existiert bereits."),
            Some("slug".to_owned())
        );
        assert_eq!(key_columns("nothing of the kind"), None);
    }
}
