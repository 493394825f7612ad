//! Brings the schema up to date. The migrations are part of the program; each engine has its own, with the same numbers.

use sqlx::ConnectOptions as _;
use sqlx::migrate::{MigrateError, Migrator};

use crate::db::{Db, Engine};
use crate::error::Error;

pub(crate) static SQLITE: Migrator = sqlx::migrate!("../../migrations/sqlite");
pub(crate) static POSTGRES: Migrator = sqlx::migrate!("../../migrations/postgres");

impl Db {
    /// Applies the migrations that are missing, on a connection of its own. On PostgreSQL an advisory lock lets one
    /// process at a time do it; on SQLite each migration is one transaction of the one file.
    ///
    /// # Errors
    /// [`Error::Migration`] when the database is newer than the program, an applied migration was edited, or one fails;
    /// [`Error::Unavailable`] when the database cannot be reached.
    pub async fn migrate(&self) -> Result<(), Error> {
        let done = match self.engine() {
            Engine::Sqlite { options, .. } => match options.connect().await {
                Ok(mut conn) => SQLITE.run_direct(None, &mut conn, false).await,
                Err(error) => Err(error.into()),
            },
            Engine::Postgres { options, .. } => match options.connect().await {
                Ok(mut conn) => POSTGRES.run_direct(None, &mut conn, false).await,
                Err(error) => Err(error.into()),
            },
        };
        done.map_err(|error| explain(&error))
    }
}

fn explain(error: &MigrateError) -> Error {
    match error {
        MigrateError::Execute(error) => Error::unavailable(error),
        MigrateError::VersionMissing(version) => Error::Migration {
            why: format!(
                "the database has migration {version}, which this version of the program does not know; run the newer one"
            ),
        },
        MigrateError::VersionMismatch(version) => Error::Migration {
            why: format!("migration {version} is not the one that was applied"),
        },
        other => Error::Migration {
            why: other.to_string(),
        },
    }
}
