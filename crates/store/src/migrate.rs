//! Brings the schema up to date. The migrations are part of the program; each engine has its own, with the same numbers.

use sqlx::ConnectOptions as _;
use sqlx::migrate::{Migrate, MigrateError, Migrator};

use crate::bulk::indexes;
use crate::db::{Db, Engine, postgres, sqlite};
use crate::error::Error;

pub(crate) static SQLITE: Migrator = sqlx::migrate!("../../migrations/sqlite");
pub(crate) static POSTGRES: Migrator = sqlx::migrate!("../../migrations/postgres");

/// How a database's schema stands towards this program.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Schema {
    /// As this program needs it.
    Current,
    /// This many migrations are missing; in a fresh database, all.
    Behind(usize),
    /// A newer program has been here.
    Newer,
}

impl Db {
    /// Looks at the schema, and changes nothing.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when the database cannot be reached.
    pub async fn schema(&self) -> Result<Schema, Error> {
        match self.engine() {
            Engine::Sqlite { options, .. } => match options.connect().await {
                Ok(mut conn) => standing(&SQLITE, &mut conn).await,
                Err(error) => Err(Error::unavailable(&error)),
            },
            Engine::Postgres { options, .. } => match options.connect().await {
                Ok(mut conn) => standing(&POSTGRES, &mut conn).await,
                Err(error) => Err(Error::unavailable(&error)),
            },
        }
    }

    /// Applies the migrations that are missing, on a connection of its own. On PostgreSQL an advisory lock lets one
    /// process at a time do it; on SQLite each migration is one transaction of the one file. Then makes the indexes that
    /// seeding took away, should it not have come to its end.
    ///
    /// # Errors
    /// [`Error::Migration`] when the database is newer than the program, an applied migration was edited, or one fails;
    /// [`Error::Unavailable`] when the database cannot be reached.
    pub async fn migrate(&self) -> Result<(), Error> {
        let unreachable = |error: sqlx::Error| explain(&error.into());
        match self.engine() {
            Engine::Sqlite { options, .. } => {
                let mut conn = options.connect().await.map_err(unreachable)?;
                migrate_file(&mut conn).await.map_err(|error| explain(&error))?;
                for index in indexes::again() {
                    sqlite::execute(&mut conn, index.into()).await?;
                }
            }
            Engine::Postgres { options, .. } => {
                // That an index is there already is no news.
                let quiet = options.clone().options([("client_min_messages", "warning")]);
                let mut conn = quiet.connect().await.map_err(unreachable)?;
                let done = POSTGRES.run_direct(None, &mut conn, false).await;
                done.map_err(|error| explain(&error))?;
                for index in indexes::again() {
                    postgres::execute(&mut conn, index.into()).await?;
                }
            }
        }
        Ok(())
    }
}

/// SQLite has no lock for it: of two processes that start together one finds a table made by the other. Each migration is
/// one transaction, so whoever was slower looks again and goes on with what is left.
async fn migrate_file(conn: &mut sqlx::SqliteConnection) -> Result<(), MigrateError> {
    let mut result = SQLITE.run_direct(None, conn, false).await;
    for _ in SQLITE.iter() {
        if result.is_ok() {
            break;
        }
        result = SQLITE.run_direct(None, conn, false).await;
    }
    result
}

/// How a schema stands, on a connection that need not be able to write.
pub(crate) async fn standing<C: Migrate>(migrator: &Migrator, conn: &mut C) -> Result<Schema, Error> {
    let applied = match conn.list_applied_migrations("_sqlx_migrations").await {
        Ok(applied) => applied,
        Err(error) if is_fresh(&error) => Vec::new(),
        Err(error) => return Err(explain(&error)),
    };
    let known = |version: i64| migrator.iter().any(|own| own.version == version);
    if applied.iter().any(|applied| !known(applied.version)) {
        return Ok(Schema::Newer);
    }
    match migrator.iter().count() - applied.len() {
        0 => Ok(Schema::Current),
        missing => Ok(Schema::Behind(missing)),
    }
}

/// Whether the list of migrations is not there yet.
fn is_fresh(error: &MigrateError) -> bool {
    let MigrateError::Execute(error) = error else {
        return false;
    };
    error.as_database_error().is_some_and(|error| {
        error.code().is_some_and(|code| code == "42P01") || error.message().starts_with("no such table")
    })
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

#[cfg(test)]
mod tests {
    use sqlx::{Connection as _, SqliteConnection};

    use super::*;

    async fn names(conn: &mut SqliteConnection) -> Vec<String> {
        let names = sqlx::query_scalar("SELECT name FROM sqlite_schema WHERE type = 'index' ORDER BY name");
        names.fetch_all(conn).await.unwrap()
    }

    /// A migration that drops one of them must take it from the list, too.
    #[tokio::test]
    async fn nothing_is_made_again_that_the_migrations_do_not_make() {
        let mut conn = SqliteConnection::connect("sqlite::memory:").await.unwrap();
        migrate_file(&mut conn).await.unwrap();
        let made = names(&mut conn).await;
        for index in indexes::again() {
            sqlite::execute(&mut conn, index.into()).await.unwrap();
        }
        assert_eq!(names(&mut conn).await, made);
    }
}
