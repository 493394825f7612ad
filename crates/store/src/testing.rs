//! Throw-away databases on both engines, for the conformance suite and every test above it.
//!
//! SQLite: a file in a temporary directory. PostgreSQL: a database of its own in a throw-away cluster, copied from a
//! template that the first test of a run migrates. The cluster's administrator URL is in `STAGEDOOR_TEST_POSTGRES`;
//! `cargo xtask test` starts one and sets it. Nothing of this is compiled into the program.

mod cluster;
mod counted;
mod fault;
mod older;
mod seen;

use std::ops::Deref;

use sqlx::postgres::PgConnectOptions;
use sqlx::{AssertSqlSafe, ConnectOptions};
use stagedoor_core::audit::SealedEntry;
use stagedoor_core::audit::seal::SealKey;
use tempfile::TempDir;

use crate::db::{DatabaseUrl, Db, Engine, Place, conn, postgres, sqlite};
use crate::error::Error;
use crate::row::Row;
use crate::select::Sql;
use crate::statement::{Executor, Query, Statement};
use crate::tx::WriteTx;
use crate::value::Value;

use cluster::{Dropped, admin_options, copy_of_template};

pub use cluster::POSTGRES_VARIABLE;
pub(crate) use counted::count;
pub use counted::statements_since;
pub use fault::{Fault, Illness};
pub(crate) use seen::seen;

/// The values of an entry in the order of its insertion, for a table that is compared with the log's.
#[must_use]
pub fn entry_values(entry: &SealedEntry) -> [Value; 18] {
    crate::tx::entry_values(entry)
}

/// Makes one test per engine of each function: `name::sqlite` and `name::postgres`.
///
/// The functions take `&Db` or `&TestDb`.
#[macro_export]
macro_rules! conformance {
    ($($(#[$meta:meta])* async fn $name:ident($db:ident: &$kind:ty) $body:block)+) => {
        $(
            $(#[$meta])*
            mod $name {
                #[allow(unused_imports, reason = "a body may need nothing from outside")]
                use super::*;

                async fn check($db: &$kind) $body

                #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                async fn sqlite() {
                    check(&$crate::testing::TestDb::sqlite().await).await;
                }

                #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                async fn postgres() {
                    check(&$crate::testing::TestDb::postgres().await).await;
                }
            }
        )+
    };
}

/// Runs any statement inside a write transaction: for tests of the engine, which have tables of their own.
///
/// # Errors
/// As a declared statement would.
pub async fn execute(tx: &mut WriteTx, sql: &'static str, values: Vec<Value>) -> Result<u64, Error> {
    Query {
        name: "testing::execute",
        sql: Sql::Declared { sql, sqlite: sql },
        values,
    }
    .execute(tx)
    .await
}

/// Reads with any statement.
///
/// # Errors
/// As a declared statement would.
pub async fn fetch(ex: &mut impl Executor, sql: &'static str, values: Vec<Value>) -> Result<Vec<Row>, Error> {
    Query {
        name: "testing::fetch",
        sql: Sql::Declared { sql, sqlite: sql },
        values,
    }
    .fetch_all(ex)
    .await
}

/// The key that entries of tests are sealed with, until a service says another.
#[must_use]
pub const fn seal_key() -> SealKey {
    SealKey::from_bytes([9; 32])
}

/// A migrated database that goes away with this value.
#[derive(Debug)]
pub struct TestDb {
    db: Db,
    url: DatabaseUrl,
    _keeper: Keeper,
}

/// What has to be cleared away.
#[derive(Debug)]
enum Keeper {
    Folder { _folder: TempDir },
    Database { _database: Box<Dropped> },
}

impl Deref for TestDb {
    type Target = Db;

    fn deref(&self) -> &Db {
        &self.db
    }
}

impl TestDb {
    /// A fresh SQLite database.
    ///
    /// # Panics
    /// When it cannot be made: then no test can run.
    #[allow(clippy::expect_used, reason = "a test without a database has to stop here")]
    pub async fn sqlite() -> Self {
        Self::in_folder(tempfile::tempdir().expect("a temporary directory")).await
    }

    /// The same in a folder of a file system that the test chose.
    ///
    /// # Panics
    /// When it cannot be made: then no test can run.
    #[allow(clippy::expect_used, reason = "a test without a database has to stop here")]
    pub async fn sqlite_under(place: &std::path::Path) -> Self {
        Self::in_folder(tempfile::tempdir_in(place).expect("a temporary directory")).await
    }

    #[allow(clippy::expect_used, reason = "a test without a database has to stop here")]
    async fn in_folder(folder: TempDir) -> Self {
        let this = Self::unmigrated(folder).await;
        this.db.migrate().await.expect("the SQLite migrations apply");
        this
    }

    #[allow(clippy::expect_used, reason = "a test without a database has to stop here")]
    async fn unmigrated(folder: TempDir) -> Self {
        let url = DatabaseUrl::file(folder.path().join("test.db"));
        let db = Db::open(&url).await.expect("a fresh SQLite file opens");
        db.seal_with(seal_key());
        Self {
            db,
            url,
            _keeper: Keeper::Folder { _folder: folder },
        }
    }

    /// A fresh PostgreSQL database.
    ///
    /// # Panics
    /// When `STAGEDOOR_TEST_POSTGRES` is not set, or the cluster does not answer.
    #[allow(clippy::expect_used, reason = "a test without a database has to stop here")]
    pub async fn postgres() -> Self {
        let admin = admin_options();
        let name = copy_of_template(&admin)
            .await
            .expect("the test cluster makes a database");
        Self::in_cluster(admin, name).await
    }

    #[allow(clippy::expect_used, reason = "a test without a database has to stop here")]
    async fn in_cluster(admin: PgConnectOptions, name: String) -> Self {
        let options = admin.clone().database(&name);
        let url = DatabaseUrl(Place::Postgres(Box::new(options)));
        let db = Db::open(&url).await.expect("a fresh PostgreSQL database opens");
        db.seal_with(seal_key());
        Self {
            db,
            url,
            _keeper: Keeper::Database {
                _database: Box::new(Dropped::new(admin, name)),
            },
        }
    }

    /// The database itself.
    #[must_use]
    pub fn db(&self) -> &Db {
        &self.db
    }

    /// Where it is: for opening it a second time, as another process would.
    #[must_use]
    pub fn url(&self) -> &DatabaseUrl {
        &self.url
    }

    /// The database as production serves from it: on PostgreSQL with a role that owns nothing, on SQLite as it is.
    ///
    /// # Panics
    /// When the role cannot be made: then nothing above can be tested as it will run.
    #[allow(clippy::expect_used, reason = "a test without a database has to stop here")]
    pub async fn serving(&self) -> Db {
        let Place::Postgres(options) = &self.url.0 else {
            return self.db.clone();
        };
        let role = self.role(options, "serving").await;
        self.db.grant(&role).await.expect("the owner gives rights");
        Self::opened_as(options, &role).await
    }

    /// The database as a process serves from it that is the tenants' side alone: on PostgreSQL with that side's role, on SQLite
    /// opened a second time. The store does not hold it to its list yet: [`Db::keep_to_tenants`] does.
    ///
    /// # Panics
    /// When the role cannot be made, or the database not be opened.
    #[allow(clippy::expect_used, reason = "a test without a database has to stop here")]
    pub async fn tenants(&self) -> Db {
        let Place::Postgres(options) = &self.url.0 else {
            let db = Db::open(&self.url).await.expect("a file opens twice");
            db.seal_with(seal_key());
            return db;
        };
        let role = self.role(options, "tenants").await;
        self.db
            .grant_tenants(&role)
            .await
            .expect("the owner gives rights");
        Self::opened_as(options, &role).await
    }

    #[allow(clippy::expect_used, reason = "a test without a database has to stop here")]
    async fn role(&self, options: &PgConnectOptions, kind: &str) -> String {
        let role = format!("{kind}_{}", options.get_database().unwrap_or_default());
        self.raw_execute(&format!(
            "DO $$ BEGIN CREATE ROLE {role} LOGIN; EXCEPTION WHEN duplicate_object THEN NULL; END $$"
        ))
        .await
        .expect("the test cluster makes a role");
        role
    }

    #[allow(clippy::expect_used, reason = "a test without a database has to stop here")]
    async fn opened_as(options: &PgConnectOptions, role: &str) -> Db {
        let options = options.clone().username(role);
        let url = DatabaseUrl(Place::Postgres(Box::new(options)));
        let db = Db::open(&url).await.expect("the role opens the database");
        db.seal_with(seal_key());
        db
    }

    /// The same once more, as another process opens it.
    ///
    /// # Panics
    /// When it cannot be opened.
    #[allow(clippy::expect_used, reason = "a test without a database has to stop here")]
    pub async fn serving_again(&self) -> Db {
        match &self.url.0 {
            Place::Postgres(_) => self.serving().await,
            Place::Sqlite(_) => Db::open(&self.url).await.expect("a file opens twice"),
        }
    }

    /// Runs any SQL, as somebody with a database client could.
    ///
    /// # Errors
    /// What the database says, in the store's words.
    pub async fn raw_execute(&self, sql: &str) -> Result<u64, Error> {
        let script = sqlx::raw_sql(AssertSqlSafe(sql));
        match self.db.engine() {
            Engine::Sqlite { options, .. } => {
                let mut conn = sqlite::connect(options).await?;
                let done = script
                    .execute(&mut conn)
                    .await
                    .map_err(|error| sqlite::map("raw", &error))?;
                Ok(done.rows_affected())
            }
            Engine::Postgres { options, .. } => {
                let mut conn = options
                    .connect()
                    .await
                    .map_err(|error| postgres::map("raw", &error))?;
                let done = script
                    .execute(&mut conn)
                    .await
                    .map_err(|error| postgres::map("raw", &error))?;
                Ok(done.rows_affected())
            }
        }
    }

    /// Reads with any SQL, e.g. the engine's own catalogue.
    ///
    /// # Errors
    /// What the database says, in the store's words.
    pub async fn raw_fetch(&self, sql: &str) -> Result<Vec<Row>, Error> {
        match self.db.engine() {
            Engine::Sqlite { readers, .. } => {
                let rows = sqlx::query(AssertSqlSafe(sql)).fetch_all(readers).await;
                plain(rows, sqlite::cell, sqlite::map)
            }
            Engine::Postgres { readers, .. } => {
                let rows = sqlx::query(AssertSqlSafe(sql)).fetch_all(readers).await;
                plain(rows, postgres::cell, postgres::map)
            }
        }
    }

    /// How the engine would run a query, a step a line. PostgreSQL is told that scanning is dear, as it is at the size of
    /// the real tables: what it scans then has no index that fits.
    ///
    /// # Errors
    /// What the engine says about it.
    pub(crate) async fn plan(&self, mut query: Query) -> Result<Vec<String>, Error> {
        let sqlite = matches!(self.db.engine(), Engine::Sqlite { .. });
        let (explain, column) = if sqlite {
            ("EXPLAIN QUERY PLAN ", "detail")
        } else {
            ("EXPLAIN ", "QUERY PLAN")
        };
        query.sql = query.sql.behind(explain);
        let mut reader = self.db.snapshot().await?;
        if !sqlite {
            fetch(&mut reader, "SET LOCAL enable_seqscan = off", Vec::new()).await?;
        }
        let rows = query.fetch_all(&mut reader).await?;
        rows.iter().map(|row| row.get(column)).collect()
    }

    /// Asks the engine to plan a statement.
    ///
    /// # Errors
    /// What the engine says about it.
    pub async fn prepare(&self, statement: &Statement) -> Result<(), String> {
        self.db.prepare(*statement).await
    }
}

fn plain<R: sqlx::Row>(
    rows: Result<Vec<R>, sqlx::Error>,
    cell: impl Fn(&R, usize) -> Result<crate::row::Cell, sqlx::Error>,
    map: impl Fn(&'static str, &sqlx::Error) -> Error,
) -> Result<Vec<Row>, Error> {
    rows.and_then(|rows| conn::plain("raw", &rows, cell))
        .map_err(|error| map("raw", &error))
}
