//! Copies of a SQLite database: made while others serve from it, and looked at before anybody trusts them.
//!
//! A copy is the database at one moment: a change and its audit entries are both in it, or neither is. Nothing here
//! chooses, replaces or removes a file, and what is copied or looked at is never changed. PostgreSQL has programs of its
//! own for this; see [`crate::DatabaseUrl::postgres_command`].

use std::path::Path;
use std::time::Duration;

use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{ConnectOptions as _, Connection as _};

use crate::db::sqlite;
use crate::error::Error;
use crate::migrate::{self, Schema};
use crate::statement::{Query, Want, statements};

statements! {
    COUNT = "SELECT (SELECT count(*) FROM staff) AS staff, (SELECT count(*) FROM tenant) AS tenants, (SELECT count(*) FROM account) AS people, (SELECT count(*) FROM audit_entry) AS entries";
}

/// How long a copy waits for a lock, which only a database that is being opened or closed holds.
const PATIENCE: Duration = Duration::from_secs(5);

/// What a database file holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Contents {
    /// How its schema stands towards this program; never newer.
    pub schema: Schema,
    /// Members of staff.
    pub staff: u64,
    /// Tenants.
    pub tenants: u64,
    /// People of all tenants.
    pub people: u64,
    /// Audit entries.
    pub entries: u64,
}

/// Why a file cannot be served from.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unfit {
    /// It is no database, or not a whole one.
    #[error("it is damaged, or no SQLite database: {0}")]
    Damaged(String),
    /// Another program's database.
    #[error("it holds no database of this program")]
    Foreign,
    /// Made by a version that this one cannot follow.
    #[error("a newer version of the program made it: use that one")]
    Newer,
}

/// Copies the database into an empty file, as it is at one moment. Writers need not wait for it.
///
/// # Errors
/// [`Error::Unavailable`] when the database is not there, the copy cannot be written, or its path is not UTF-8.
pub async fn copy(database: &Path, into: &Path) -> Result<(), Error> {
    let place = into
        .to_str()
        .ok_or_else(|| Error::unavailable("the path of the copy is not UTF-8"))?;
    let options = SqliteConnectOptions::new()
        .filename(database)
        .read_only(true)
        .busy_timeout(PATIENCE);
    let mut conn = sqlite::connect(&options).await?;
    let copied = sqlx::query("VACUUM INTO ?1")
        .bind(place)
        .execute(&mut conn)
        .await
        .map_err(|error| sqlite::map("VACUUM INTO", &error));
    let closed = conn.close().await.map_err(|error| sqlite::map("close", &error));
    copied.and(closed)
}

/// Reads a copy from its first page to its last, and counts what is in it. The file must not be in use: it is read as it
/// lies there, without what a running program keeps beside it.
///
/// # Errors
/// [`Unfit`], which says why nobody should serve from it.
pub async fn inspect(copy: &Path) -> Result<Contents, Unfit> {
    let options = SqliteConnectOptions::new()
        .filename(copy)
        .read_only(true)
        .immutable(true);
    let mut conn = options.connect().await.map_err(|error| damaged(&error))?;
    whole(&mut conn).await?;
    let contents = contents(&mut conn).await;
    conn.close().await.map_err(|error| damaged(&error))?;
    contents
}

async fn whole(conn: &mut SqliteConnection) -> Result<(), Unfit> {
    let said: String = sqlx::query_scalar("PRAGMA integrity_check(1)")
        .fetch_one(&mut *conn)
        .await
        .map_err(|error| damaged(&error))?;
    if said != "ok" {
        return Err(Unfit::Damaged(said));
    }
    let orphans: i64 = sqlx::query_scalar("SELECT count(*) FROM pragma_foreign_key_check")
        .fetch_one(conn)
        .await
        .map_err(|error| damaged(&error))?;
    match orphans {
        0 => Ok(()),
        some => Err(Unfit::Damaged(format!(
            "{some} row(s) refer to what is not there"
        ))),
    }
}

async fn contents(conn: &mut SqliteConnection) -> Result<Contents, Unfit> {
    let schema = migrate::standing(&migrate::SQLITE, conn)
        .await
        .map_err(|error| damaged(&error))?;
    match schema {
        Schema::Newer => return Err(Unfit::Newer),
        Schema::Behind(missing) if missing == migrate::SQLITE.iter().count() => return Err(Unfit::Foreign),
        Schema::Current | Schema::Behind(_) => {}
    }
    let counted = sqlite::fetch(conn, Query::from(COUNT), Want::First).await;
    let row = counted.map_err(|error| damaged(&error))?.pop();
    let row = row.ok_or(Unfit::Foreign)?;
    let count = |column| row.count(column).map_err(|error| damaged(&error));
    Ok(Contents {
        schema,
        staff: count("staff")?,
        tenants: count("tenants")?,
        people: count("people")?,
        entries: count("entries")?,
    })
}

fn damaged(error: &impl ToString) -> Unfit {
    Unfit::Damaged(error.to_string())
}
