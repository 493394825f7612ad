//! One connection inside a transaction, of either engine: the choice between them is made here, and statements do not
//! see it.

use sqlx::Transaction;
use sqlx::postgres::Postgres;
use sqlx::sqlite::{Sqlite, SqliteConnection};

use crate::db::{postgres, sqlite};
use crate::error::Error;
use crate::row::Row;
use crate::statement::{Query, Want};

/// The connection behind a write transaction.
#[derive(Debug)]
pub(crate) enum Conn {
    /// The writer's own connection, between a savepoint and its end.
    Sqlite(Box<SqliteConnection>),
    /// A connection of the pool, in a transaction that ends when this is dropped.
    Postgres(Transaction<'static, Postgres>),
}

impl Conn {
    pub(crate) async fn fetch(&mut self, query: Query, want: Want) -> Result<Vec<Row>, Error> {
        match self {
            Self::Sqlite(conn) => sqlite::fetch(conn, query, want).await,
            Self::Postgres(tx) => postgres::fetch(tx, query, want).await,
        }
    }

    pub(crate) async fn execute(&mut self, query: Query) -> Result<u64, Error> {
        match self {
            Self::Sqlite(conn) => sqlite::execute(conn, query).await,
            Self::Postgres(tx) => postgres::execute(tx, query).await,
        }
    }
}

/// The connection behind a snapshot.
#[derive(Debug)]
pub(crate) enum Snapshot {
    /// A deferred transaction of a reader.
    Sqlite(Transaction<'static, Sqlite>),
    /// A read-only transaction at REPEATABLE READ.
    Postgres(Transaction<'static, Postgres>),
}

impl Snapshot {
    pub(crate) async fn fetch(&mut self, query: Query, want: Want) -> Result<Vec<Row>, Error> {
        match self {
            Self::Sqlite(tx) => sqlite::fetch(tx, query, want).await,
            Self::Postgres(tx) => postgres::fetch(tx, query, want).await,
        }
    }
}

/// The names of a row's columns.
pub(crate) fn columns<R: sqlx::Row>(row: &R) -> Vec<String> {
    use sqlx::Column as _;
    row.columns()
        .iter()
        .map(|column| column.name().to_owned())
        .collect()
}

/// Turns an engine's rows into plain ones. `cell` reads one column.
pub(crate) fn plain<R: sqlx::Row>(
    statement: &'static str,
    rows: &[R],
    cell: impl Fn(&R, usize) -> Result<crate::row::Cell, sqlx::Error>,
) -> Result<Vec<Row>, sqlx::Error> {
    let Some(first) = rows.first() else {
        return Ok(Vec::new());
    };
    let names: std::sync::Arc<[String]> = columns(first).into();
    rows.iter()
        .map(|row| {
            let cells = (0..row.len())
                .map(|position| cell(row, position))
                .collect::<Result<_, _>>()?;
            Ok(Row::new(statement, std::sync::Arc::clone(&names), cells))
        })
        .collect()
}
