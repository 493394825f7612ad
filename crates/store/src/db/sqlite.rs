//! SQLite: how connections are set up, how values go in and come out, and what its errors mean.

use std::path::Path;
use std::time::Duration;

use sqlx::error::{BoxDynError, DatabaseError, ErrorKind};
use sqlx::query::Query as SqlxQuery;
use sqlx::sqlite::{
    Sqlite, SqliteArguments, SqliteConnectOptions, SqliteConnection, SqliteJournalMode, SqlitePool,
    SqlitePoolOptions, SqliteRow, SqliteSynchronous, SqliteValueRef,
};
use sqlx::{ConnectOptions, Decode, Row as _, TypeInfo, ValueRef};

use crate::db::conn::plain;
use crate::error::{Error, check_name, classify};
use crate::row::{Cell, Row};
use crate::statement::{Query, Want};
use crate::value::Value;

/// How long a statement waits for another process's lock.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);
/// How long a request waits for a free reader.
const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(5);
const READERS: u32 = 8;

/// Options of the one connection that writes. FULL makes an acknowledged commit survive a power cut; the triggers that
/// guard the audit see `INSERT OR REPLACE` only when triggers are recursive.
pub(crate) fn writer_options(path: &Path) -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .filename(path)
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true)
        .pragma("recursive_triggers", "ON")
        .busy_timeout(BUSY_TIMEOUT)
        .statement_cache_capacity(512)
}

/// The same for writing millions of rows: in pages of 4 KiB, a gigabyte of them may stay in memory. (What a statement may
/// have to undo stays in a file: in memory SQLite walks through all of it at the end of each statement.)
pub(crate) fn bulk_options(path: &Path) -> SqliteConnectOptions {
    writer_options(path).pragma("cache_size", "262144")
}

/// The pool of readers. They cannot write, whatever the statement says.
pub(crate) fn readers(path: &Path) -> SqlitePool {
    let options = writer_options(path)
        .create_if_missing(false)
        .pragma("query_only", "ON");
    SqlitePoolOptions::new()
        .max_connections(READERS)
        .acquire_timeout(ACQUIRE_TIMEOUT)
        .test_before_acquire(false)
        .connect_lazy_with(options)
}

/// Opens the writing connection.
pub(crate) async fn connect(options: &SqliteConnectOptions) -> Result<SqliteConnection, Error> {
    options.connect().await.map_err(|error| map("open", &error))
}

/// Runs a query for its rows.
pub(crate) async fn fetch(conn: &mut SqliteConnection, query: Query, want: Want) -> Result<Vec<Row>, Error> {
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
pub(crate) async fn execute(conn: &mut SqliteConnection, query: Query) -> Result<u64, Error> {
    let name = query.name;
    #[cfg(feature = "testing")]
    crate::testing::count(name);
    let done = bind(query)
        .execute(conn)
        .await
        .map_err(|error| map(name, &error))?;
    Ok(done.rows_affected())
}

/// Runs one of the words that begin and end transactions and savepoints.
pub(crate) async fn control(conn: &mut SqliteConnection, word: &'static str) -> Result<(), Error> {
    let done = sqlx::query(word).execute(conn).await;
    done.map(|_| ()).map_err(|error| map(word, &error))
}

fn bind(query: Query) -> SqlxQuery<'static, Sqlite, SqliteArguments> {
    query.values.into_iter().fold(
        sqlx::query(query.sql.for_sqlite()),
        |prepared, value| match value {
            Value::Text(value) => prepared.bind(value),
            Value::Int(value) => prepared.bind(value),
            Value::Bytes(value) => prepared.bind(value),
            Value::Bool(value) => prepared.bind(value),
        },
    )
}

/// One column of a row.
pub(crate) fn cell(row: &SqliteRow, position: usize) -> Result<Cell, sqlx::Error> {
    let value = row.try_get_raw(position)?;
    if value.is_null() {
        return Ok(Cell::Null);
    }
    // Looked at before the value is taken apart: a copy of its name would cost more than many a value.
    let decode = match value.type_info().name() {
        "TEXT" => text,
        "INTEGER" => int,
        "BLOB" => bytes,
        _ => foreign,
    };
    decode(value).map_err(sqlx::Error::Decode)
}

type Decoded = Result<Cell, BoxDynError>;

/// What is stored as text may be any bytes: those that are no text are no value of ours.
fn text(value: SqliteValueRef<'_>) -> Decoded {
    Ok(Decode::<Sqlite>::decode(value).map_or(Cell::Foreign, Cell::Text))
}

fn int(value: SqliteValueRef<'_>) -> Decoded {
    Decode::<Sqlite>::decode(value).map(Cell::Int)
}

fn bytes(value: SqliteValueRef<'_>) -> Decoded {
    Decode::<Sqlite>::decode(value).map(Cell::Bytes)
}

fn foreign(_: SqliteValueRef<'_>) -> Decoded {
    Ok(Cell::Foreign)
}

/// The store's word for an error of this engine.
pub(crate) fn map(statement: &'static str, error: &sqlx::Error) -> Error {
    let mapped = classify(statement, error, |answer| answered(statement, answer));
    if matches!(mapped, Error::Refused { .. } | Error::Unavailable { .. }) {
        tracing::error!(statement, error = %mapped, "sqlite refused");
    }
    mapped
}

/// Result codes: <https://www.sqlite.org/rescode.html>. The low byte is the kind.
fn answered(statement: &'static str, answer: &dyn DatabaseError) -> Error {
    let code: i32 = answer.code().and_then(|code| code.parse().ok()).unwrap_or(1);
    match code & 0xff {
        // BUSY, LOCKED
        5 | 6 => Error::Busy,
        // CONSTRAINT
        19 => Error::conflict(constraint(answer)),
        // NOMEM, READONLY, INTERRUPT, IOERR, CORRUPT, FULL, CANTOPEN, NOLFS, AUTH, NOTADB
        7..=11 | 13 | 14 | 22 | 23 | 26 => Error::unavailable(answer.message()),
        _ => refused(statement, code, answer.message()),
    }
}

/// The message is logged only for mistakes in the SQL itself (code 1), where it holds names and no values.
fn refused(statement: &'static str, code: i32, message: &str) -> Error {
    if code == 1 {
        tracing::error!(statement, message, "not understood by SQLite");
    }
    Error::Refused {
        statement,
        code: code.to_string(),
    }
}

/// See [`Error::Conflict`]. The messages read `UNIQUE constraint failed: table.column, table.column`,
/// `CHECK constraint failed: name`, and for triggers whatever the trigger says: `rule: sentence`.
fn constraint(answer: &dyn DatabaseError) -> String {
    let message = answer.message();
    let subject = message
        .split_once(" constraint failed: ")
        .map_or("", |(_, subject)| subject);
    match answer.kind() {
        ErrorKind::UniqueViolation => columns(subject),
        ErrorKind::NotNullViolation => format!("{} not null", columns(subject)),
        ErrorKind::CheckViolation => check_name(subject),
        ErrorKind::ForeignKeyViolation => "foreign key".to_owned(),
        _ => message.split(':').next().unwrap_or_default().to_owned(),
    }
}

/// `t.a, t.b` as `t(a,b)`.
fn columns(listed: &str) -> String {
    let pairs: Vec<(&str, &str)> = listed
        .split(", ")
        .filter_map(|pair| pair.split_once('.'))
        .collect();
    let table = pairs.first().map_or(listed, |(table, _)| table);
    let names: Vec<&str> = pairs.iter().map(|(_, column)| *column).collect();
    format!("{table}({})", names.join(","))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_told_as_one_table_with_a_list() {
        assert_eq!(columns("tenant.slug"), "tenant(slug)");
        assert_eq!(
            columns("membership.tenant_id, membership.account_id"),
            "membership(tenant_id,account_id)"
        );
    }
}
