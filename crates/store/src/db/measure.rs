//! The database in numbers, for the System page: its size, its schema's version, the writer's queue.
//!
//! How a size is asked for is the engines' own, so it is asked here and not by a declared statement.

use sqlx::ConnectOptions as _;
use sqlx::migrate::Migrate;

use super::{Db, Engine, postgres, sqlite};
use crate::error::Error;

const SQLITE_SIZE: &str = "SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()";
const POSTGRES_SIZE: &str = "SELECT pg_database_size(current_database())";

/// How full the queue to the one writing connection is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WriterQueue {
    /// Pieces of work that wait.
    pub depth: usize,
    /// How many may wait before callers do.
    pub most: usize,
}

impl Db {
    /// The size of the database in bytes: its pages, without logs and free space around them.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn size_bytes(&self) -> Result<u64, Error> {
        let bytes: i64 = match self.engine() {
            Engine::Sqlite { readers, .. } => sqlx::query_scalar(SQLITE_SIZE)
                .fetch_one(readers)
                .await
                .map_err(|error| sqlite::map("db::size", &error))?,
            Engine::Postgres { readers, .. } => sqlx::query_scalar(POSTGRES_SIZE)
                .fetch_one(readers)
                .await
                .map_err(|error| postgres::map("db::size", &error))?,
        };
        Ok(u64::try_from(bytes).unwrap_or(0))
    }

    /// The number of the last migration that was applied; 0 in a fresh database.
    ///
    /// # Errors
    /// When the database cannot be reached, or has never been migrated.
    pub async fn schema_version(&self) -> Result<i64, Error> {
        match self.engine() {
            Engine::Sqlite { options, .. } => match options.connect().await {
                Ok(mut conn) => last(&mut conn).await,
                Err(error) => Err(Error::unavailable(&error)),
            },
            Engine::Postgres { options, .. } => match options.connect().await {
                Ok(mut conn) => last(&mut conn).await,
                Err(error) => Err(Error::unavailable(&error)),
            },
        }
    }

    /// The queue to the writer; `None` where writers do not queue in this process.
    #[must_use]
    pub fn writer_queue(&self) -> Option<WriterQueue> {
        match self.engine() {
            Engine::Sqlite { writer, .. } => Some(writer.waiting()),
            Engine::Postgres { .. } => None,
        }
    }
}

async fn last<C: Migrate>(conn: &mut C) -> Result<i64, Error> {
    let applied = conn.list_applied_migrations("_sqlx_migrations").await;
    let applied = applied.map_err(Error::unavailable)?;
    Ok(applied.iter().map(|applied| applied.version).max().unwrap_or(0))
}
