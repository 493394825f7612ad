//! Databases as an earlier version of the program left them: only the first migrations are applied.

use sqlx::postgres::PgConnectOptions;
use sqlx::{ConnectOptions as _, Connection as _};

use super::TestDb;
use super::cluster::{admin_options, fresh_name, run};
use crate::db::{Engine, sqlite};
use crate::migrate;

impl TestDb {
    /// A SQLite database with the migrations up to this number.
    ///
    /// # Panics
    /// When it cannot be made: then no test can run.
    #[allow(clippy::expect_used, reason = "a test without a database has to stop here")]
    pub async fn sqlite_as_of(version: i64) -> Self {
        let this = Self::unmigrated(tempfile::tempdir().expect("a temporary directory")).await;
        if let Engine::Sqlite { options, .. } = this.db.engine() {
            let mut conn = sqlite::connect(options).await.expect("a fresh file opens");
            let done = migrate::SQLITE.run_direct(Some(version), &mut conn, false);
            done.await.expect("the first SQLite migrations apply");
            conn.close().await.expect("the connection closes");
        }
        this
    }

    /// A PostgreSQL database with the migrations up to this number.
    ///
    /// # Panics
    /// When it cannot be made: then no test can run.
    #[allow(clippy::expect_used, reason = "a test without a database has to stop here")]
    pub async fn postgres_as_of(version: i64) -> Self {
        let admin = admin_options();
        let name = half_migrated(&admin, version)
            .await
            .expect("the test cluster makes a database");
        Self::in_cluster(admin, name).await
    }
}

async fn half_migrated(admin: &PgConnectOptions, version: i64) -> Result<String, sqlx::Error> {
    let name = fresh_name();
    let mut conn = admin.connect().await?;
    run(&mut conn, format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)")).await?;
    run(
        &mut conn,
        format!("CREATE DATABASE {name} ENCODING 'UTF8' TEMPLATE template0"),
    )
    .await?;
    conn.close().await?;
    let mut inside = admin.clone().database(&name).connect().await?;
    migrate::POSTGRES
        .run_direct(Some(version), &mut inside, false)
        .await?;
    inside.close().await?;
    Ok(name)
}
