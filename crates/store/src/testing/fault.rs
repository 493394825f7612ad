//! Databases that fall ill, and recover: what an operator's bad day does to them, as closely as a test can do it.
//!
//! Each fault is inflicted on the database, never on the program's view of it, and lasts until it is healed.

use sqlx::postgres::{PgConnectOptions, PgConnection};
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{ConnectOptions, Connection};

use super::cluster::run;
use super::{Keeper, TestDb};
use crate::db::Engine;

/// What can happen to a database while it is in use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// Nothing more can be stored. On SQLite the file may not grow, so that what fits into its free space still
    /// succeeds, as on a real disk; on PostgreSQL the audit answers `disk_full`.
    Full,
    /// Reading works, writing does not.
    ReadOnly,
    /// Another process holds the lock that writers need, and does not let go.
    Locked,
    /// The file is somewhere else; the server has thrown everybody out and lets nobody in.
    Gone,
}

impl Fault {
    /// Each of them.
    pub const ALL: [Self; 4] = [Self::Full, Self::ReadOnly, Self::Locked, Self::Gone];
}

/// A fault that lasts; see [`Illness::heal`].
#[derive(Debug)]
#[must_use = "it lasts until it is healed"]
pub struct Illness<'db> {
    db: &'db TestDb,
    fault: Fault,
    holder: Holder,
}

/// Whoever holds the lock.
#[derive(Debug)]
enum Holder {
    Nobody,
    Sqlite(Box<SqliteConnection>),
    Postgres(Box<PgConnection>),
}

const LOCK: &str = "BEGIN; LOCK TABLE audit_entry IN EXCLUSIVE MODE";
const FULL: &str = "
    CREATE FUNCTION disk_full() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN RAISE EXCEPTION 'could not extend file: No space left on device' USING ERRCODE = 'disk_full'; END $$;
    CREATE TRIGGER disk_full BEFORE INSERT ON audit_entry FOR EACH ROW EXECUTE FUNCTION disk_full()";

impl TestDb {
    /// Lets the database fall ill.
    ///
    /// # Panics
    /// When that fails: then the test would prove nothing.
    #[allow(clippy::expect_used, reason = "a test without its fault has to stop here")]
    pub async fn fall_ill(&self, fault: Fault) -> Illness<'_> {
        let fallen = match self.db.engine() {
            Engine::Sqlite { options, .. } => self.break_sqlite(options, fault).await,
            Engine::Postgres { options, .. } => self.break_postgres(options, fault).await,
        };
        Illness {
            db: self,
            fault,
            holder: fallen.expect("the fault can be made"),
        }
    }

    async fn break_sqlite(
        &self,
        options: &SqliteConnectOptions,
        fault: Fault,
    ) -> Result<Holder, sqlx::Error> {
        let path = options.get_filename();
        match fault {
            Fault::Full => {
                let mut conn = options.connect().await?;
                let pages: i64 = sqlx::query_scalar("PRAGMA page_count")
                    .fetch_one(&mut conn)
                    .await?;
                self.writer_like(options.clone().pragma("max_page_count", pages.to_string()))
                    .await;
            }
            Fault::ReadOnly => self.writer_like(options.clone().pragma("query_only", "ON")).await,
            Fault::Gone => std::fs::rename(path, path.with_extension("away"))?,
            Fault::Locked => {
                let mut conn = options.connect().await?;
                sqlx::raw_sql("BEGIN IMMEDIATE").execute(&mut conn).await?;
                return Ok(Holder::Sqlite(Box::new(conn)));
            }
        }
        Ok(Holder::Nobody)
    }

    async fn writer_like(&self, options: SqliteConnectOptions) {
        if let Engine::Sqlite { writer, .. } = self.db.engine() {
            writer.reopen(options).await;
        }
    }

    async fn break_postgres(&self, options: &PgConnectOptions, fault: Fault) -> Result<Holder, sqlx::Error> {
        match fault {
            Fault::Full => run(&mut options.connect().await?, FULL.to_owned()).await?,
            Fault::ReadOnly => self.alter("SET default_transaction_read_only = on", true).await?,
            Fault::Gone => self.alter("ALLOW_CONNECTIONS false", true).await?,
            Fault::Locked => {
                let mut conn = options.connect().await?;
                run(&mut conn, LOCK.to_owned()).await?;
                return Ok(Holder::Postgres(Box::new(conn)));
            }
        }
        Ok(Holder::Nobody)
    }

    /// Changes the database from outside, and throws everybody out of it where that belongs to the change.
    async fn alter(&self, change: &str, everybody_out: bool) -> Result<(), sqlx::Error> {
        let Keeper::Database { _database: database } = &self._keeper else {
            return Ok(());
        };
        let mut admin = database.admin.connect().await?;
        run(&mut admin, format!("ALTER DATABASE {} {change}", database.name)).await?;
        if everybody_out {
            sqlx::query("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1")
                .bind(&database.name)
                .execute(&mut admin)
                .await?;
        }
        admin.close().await
    }
}

impl Illness<'_> {
    /// Takes the fault away, and nothing else: the program has to find out by itself.
    ///
    /// # Panics
    /// When that fails.
    #[allow(clippy::expect_used, reason = "a test whose fault stays has to stop here")]
    pub async fn heal(self) {
        let (db, fault) = (self.db, self.fault);
        let healed = match (self.holder, db.engine()) {
            (Holder::Sqlite(conn), _) => conn.close().await,
            (Holder::Postgres(conn), _) => conn.close().await,
            (Holder::Nobody, Engine::Sqlite { options, .. }) => mend_sqlite(db, options, fault).await,
            (Holder::Nobody, Engine::Postgres { options, .. }) => mend_postgres(db, options, fault).await,
        };
        healed.expect("the fault can be taken away");
    }
}

async fn mend_sqlite(db: &TestDb, options: &SqliteConnectOptions, fault: Fault) -> Result<(), sqlx::Error> {
    let path = options.get_filename();
    match fault {
        Fault::Gone => std::fs::rename(path.with_extension("away"), path)?,
        _ => db.writer_like(options.clone()).await,
    }
    Ok(())
}

async fn mend_postgres(db: &TestDb, options: &PgConnectOptions, fault: Fault) -> Result<(), sqlx::Error> {
    match fault {
        Fault::Full => {
            let sql = "DROP TRIGGER disk_full ON audit_entry".to_owned();
            run(&mut options.connect().await?, sql).await
        }
        Fault::Gone => db.alter("ALLOW_CONNECTIONS true", false).await,
        _ => db.alter("RESET default_transaction_read_only", false).await,
    }
}
