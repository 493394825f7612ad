//! The database: a closed choice of two engines behind one type.
//!
//! Nothing outside this folder (and the SQLite writer) knows which engine is in use. Readers cannot write, in the
//! database's own eyes; every write goes through [`Db::write`], and so through the audit.

pub(crate) mod conn;
pub(crate) mod file;
mod measure;
pub(crate) mod postgres;
mod retry;
pub(crate) mod sqlite;
mod url;

use std::path::Path;
use std::sync::Arc;

use futures_util::future::BoxFuture;
use sqlx::postgres::{PgConnectOptions, PgPool};
use sqlx::sqlite::{SqliteConnectOptions, SqlitePool};

pub use crate::row::{FromColumn, Row};
pub use crate::statement::{Executor, Query};
pub use measure::WriterQueue;
pub use url::{BadDatabaseUrl, DatabaseUrl};

pub(crate) use url::Place;

use crate::error::Error;
use crate::notary::Notary;
use crate::side::Side;
use crate::statement::{Want, sealed};
use crate::tx::{Committed, WriteTx};
use crate::writer::Writer;
use conn::Snapshot;
use retry::Isolation;
use stagedoor_core::audit::seal::SealKey;

const BEGIN_SNAPSHOT: &str = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";

/// A database. Clones share connections and writer.
#[derive(Clone)]
pub struct Db(Arc<Inner>);

struct Inner {
    engine: Engine,
    notary: Arc<Notary>,
}

/// The two engines.
pub(crate) enum Engine {
    /// One file: readers, and the task that owns the writing connection.
    Sqlite {
        readers: SqlitePool,
        writer: Writer,
        options: Box<SqliteConnectOptions>,
    },
    /// One server.
    Postgres {
        readers: PgPool,
        writers: PgPool,
        retry: Arc<retry::Turn>,
        options: Box<PgConnectOptions>,
    },
}

impl std::fmt::Debug for Db {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Db").field(&self.engine_name()).finish()
    }
}

impl Db {
    /// Opens a database and proves that it answers. A SQLite file is created when it is missing; its directory is not.
    ///
    /// Must be called inside a tokio runtime, which the SQLite writer lives on.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when it does not answer.
    pub async fn open(url: &DatabaseUrl) -> Result<Self, Error> {
        Self::open_with(url, sqlite::writer_options).await
    }

    /// The same for writing millions of rows: on SQLite with a page cache of up to a gigabyte, for what every index
    /// touches again would otherwise be written and read back all the time.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when it does not answer.
    pub async fn open_for_bulk(url: &DatabaseUrl) -> Result<Self, Error> {
        Self::open_with(url, sqlite::bulk_options).await
    }

    async fn open_with(url: &DatabaseUrl, options: fn(&Path) -> SqliteConnectOptions) -> Result<Self, Error> {
        let notary = Arc::new(Notary::new());
        let engine = match &url.0 {
            Place::Sqlite(path) => {
                let options = options(path);
                let writer = Writer::open(options.clone(), Arc::clone(&notary)).await?;
                Engine::Sqlite {
                    readers: sqlite::readers(path),
                    writer,
                    options: Box::new(options),
                }
            }
            Place::Postgres(options) => {
                let (readers, writers) = (postgres::readers(options), postgres::writers(options));
                drop(
                    readers
                        .acquire()
                        .await
                        .map_err(|error| postgres::map("open", &error))?,
                );
                Engine::Postgres {
                    readers,
                    writers,
                    retry: Arc::default(),
                    options: options.clone(),
                }
            }
        };
        Ok(Self(Arc::new(Inner { engine, notary })))
    }

    pub(crate) fn engine(&self) -> &Engine {
        &self.0.engine
    }

    pub(crate) fn side(&self) -> &Side {
        self.0.notary.side()
    }

    /// `sqlite` or `postgres`, for the system page and logs; nothing may decide by it.
    #[must_use]
    pub fn engine_name(&self) -> &'static str {
        match self.engine() {
            Engine::Sqlite { .. } => "sqlite",
            Engine::Postgres { .. } => "postgres",
        }
    }

    /// For single reads, each on a connection of the pool.
    #[must_use]
    pub fn reader(&self) -> Reader<'_> {
        Reader { db: self }
    }

    /// For several reads that must agree: all see the database as it is at the first of them.
    ///
    /// # Errors
    /// When no connection can be had.
    pub async fn snapshot(&self) -> Result<ReadTx, Error> {
        let snapshot = match self.engine() {
            Engine::Sqlite { readers, .. } => {
                let begun = readers.begin().await;
                Snapshot::Sqlite(begun.map_err(|error| sqlite::map("BEGIN", &error))?)
            }
            Engine::Postgres { readers, .. } => {
                let begun = readers.begin_with(BEGIN_SNAPSHOT).await;
                Snapshot::Postgres(begun.map_err(|error| postgres::map("BEGIN", &error))?)
            }
        };
        let notary = Arc::clone(&self.0.notary);
        Ok(ReadTx { snapshot, notary })
    }

    /// Runs one piece of work in a write transaction, and answers when it is durably committed.
    ///
    /// Write transactions behave as if they ran one after the other. The work may be run more than once (PostgreSQL
    /// finds out late that two got in each other's way), so it must do nothing but SQL; it is dropped and rolled back
    /// unless it ends with what [`WriteTx::commit`] gave it. It runs to its end even when the caller goes away.
    ///
    /// # Errors
    /// What the work fails with, and then nothing is written; [`Error::Busy`] when the patience is used up;
    /// [`Error::Unavailable`] when the commit failed; [`Error::Aborted`] when the work panicked.
    pub async fn write<T, E, F>(&self, work: F) -> Result<T, E>
    where
        F: Fn(WriteTx) -> BoxFuture<'static, Result<Committed<T>, E>> + Send + Sync + 'static,
        T: Send + 'static,
        E: From<Error> + Send + 'static,
    {
        let done = self.run(Isolation::Serializable, work).await;
        if done.is_ok() {
            self.0.notary.wake();
        }
        done
    }

    /// The same for giving entries their places in the log: nobody is woken by it, and on PostgreSQL nobody loses to it who only
    /// adds entries. What it read may have been added to by its end; two of them never both move one head.
    ///
    /// # Errors
    /// As [`Db::write`].
    pub async fn sequence<T, E, F>(&self, work: F) -> Result<T, E>
    where
        F: Fn(WriteTx) -> BoxFuture<'static, Result<Committed<T>, E>> + Send + Sync + 'static,
        T: Send + 'static,
        E: From<Error> + Send + 'static,
    {
        self.run(Isolation::Snapshot, work).await
    }

    async fn run<T, E, F>(&self, isolation: Isolation, work: F) -> Result<T, E>
    where
        F: Fn(WriteTx) -> BoxFuture<'static, Result<Committed<T>, E>> + Send + Sync + 'static,
        T: Send + 'static,
        E: From<Error> + Send + 'static,
    {
        match self.engine() {
            Engine::Sqlite { writer, .. } => writer.write(work).await,
            Engine::Postgres { writers, retry, .. } => {
                let (turn, notary) = (Arc::clone(retry), Arc::clone(&self.0.notary));
                retry::write(writers.clone(), turn, notary, isolation, work).await
            }
        }
    }

    /// Says which key this process seals entries with as it commits them. Without one none can be committed.
    pub fn seal_with(&self, key: SealKey) {
        self.0.notary.seal_with(key);
    }

    /// Until this process has committed something by [`Db::write`]; at once, where that was since the last call.
    pub async fn committed(&self) {
        self.0.notary.committed().await;
    }

    /// Ends all work in order and closes every connection. Whatever comes later is [`Error::Unavailable`].
    pub async fn close(&self) {
        match self.engine() {
            Engine::Sqlite { readers, writer, .. } => {
                readers.close().await;
                writer.stop().await;
            }
            Engine::Postgres { readers, writers, .. } => {
                readers.close().await;
                writers.close().await;
            }
        }
    }

    /// Asks the engine to plan a statement without running it.
    #[cfg(feature = "testing")]
    pub(crate) async fn prepare(&self, statement: crate::statement::Statement) -> Result<(), String> {
        use sqlx::{Executor as _, SqlSafeStr as _};
        let sql = Query::from(statement).sql;
        let planned = match self.engine() {
            Engine::Sqlite { readers, .. } => {
                readers.prepare(sql.for_sqlite().into_sql_str()).await.map(|_| ())
            }
            Engine::Postgres { readers, .. } => readers.prepare(sql.into_sql_str()).await.map(|_| ()),
        };
        planned.map_err(|error| error.to_string())
    }
}

/// Reads one statement at a time, each on its own.
#[derive(Debug)]
pub struct Reader<'db> {
    db: &'db Db,
}

impl sealed::Sealed for Reader<'_> {}

impl Executor for Reader<'_> {
    async fn fetch(&mut self, query: Query, want: Want) -> Result<Vec<Row>, Error> {
        let name = query.name;
        self.db.side().admit(&query)?;
        match self.db.engine() {
            Engine::Sqlite { readers, .. } => {
                let mut conn = readers
                    .acquire()
                    .await
                    .map_err(|error| sqlite::map(name, &error))?;
                sqlite::fetch(&mut conn, query, want).await
            }
            Engine::Postgres { readers, .. } => {
                let mut conn = readers
                    .acquire()
                    .await
                    .map_err(|error| postgres::map(name, &error))?;
                postgres::fetch(&mut conn, query, want).await
            }
        }
    }
}

/// Several reads of one state. Dropping it ends it.
#[derive(Debug)]
pub struct ReadTx {
    snapshot: Snapshot,
    notary: Arc<Notary>,
}

impl sealed::Sealed for ReadTx {}

impl Executor for ReadTx {
    async fn fetch(&mut self, query: Query, want: Want) -> Result<Vec<Row>, Error> {
        self.notary.side().admit(&query)?;
        self.snapshot.fetch(query, want).await
    }
}
