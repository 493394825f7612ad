//! A database of its own for each test in a throw-away PostgreSQL cluster, copied from a template and dropped again.

use std::sync::atomic::{AtomicU32, Ordering};

use sqlx::postgres::{PgConnectOptions, PgConnection};
use sqlx::{AssertSqlSafe, ConnectOptions, Connection};

use crate::migrate;

/// The variable with the administrator URL of a throw-away cluster.
pub const POSTGRES_VARIABLE: &str = "STAGEDOOR_TEST_POSTGRES";

/// How the administrator of the cluster connects.
#[allow(
    clippy::disallowed_methods,
    reason = "tests are configured by the environment"
)]
#[allow(clippy::panic, reason = "a test without a database has to stop here")]
pub(super) fn admin_options() -> PgConnectOptions {
    let Ok(url) = std::env::var(POSTGRES_VARIABLE) else {
        panic!(
            "run cargo xtask test, or set {POSTGRES_VARIABLE} to the administrator URL of a throw-away cluster"
        );
    };
    url.parse()
        .unwrap_or_else(|error| panic!("{POSTGRES_VARIABLE}: {error}"))
}

/// Serves as the key of the advisory lock that lets one process at a time make the template.
const TEMPLATE_LOCK: i64 = 0x5374_6167_6564_6f6f;

/// A name that no other database of a running test has.
pub(super) fn fresh_name() -> String {
    static COUNTER: AtomicU32 = AtomicU32::new(0);
    format!(
        "test_{}_{}",
        std::process::id(),
        COUNTER.fetch_add(1, Ordering::Relaxed)
    )
}

/// A database of this test, copied from the template, which is made first when it is missing.
pub(super) async fn copy_of_template(admin: &PgConnectOptions) -> Result<String, sqlx::Error> {
    let name = fresh_name();
    let template = template_name();
    let mut conn = admin.connect().await?;
    sqlx::query("SELECT pg_advisory_lock($1)")
        .bind(TEMPLATE_LOCK)
        .execute(&mut conn)
        .await?;
    let known = sqlx::query("SELECT 1 FROM pg_database WHERE datname = $1").bind(&template);
    if known.fetch_optional(&mut conn).await?.is_none() {
        make_template(admin, &mut conn, &template).await?;
    }
    // A leftover of a test that was killed may have the same process id.
    run(&mut conn, format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)")).await?;
    run(&mut conn, format!("CREATE DATABASE {name} TEMPLATE {template}")).await?;
    conn.close().await?;
    Ok(name)
}

/// Made under another name first, so that half a template is never copied.
async fn make_template(
    admin: &PgConnectOptions,
    conn: &mut PgConnection,
    template: &str,
) -> Result<(), sqlx::Error> {
    let unfinished = format!("{template}_unfinished");
    run(conn, format!("DROP DATABASE IF EXISTS {unfinished} WITH (FORCE)")).await?;
    run(
        conn,
        format!("CREATE DATABASE {unfinished} ENCODING 'UTF8' TEMPLATE template0"),
    )
    .await?;
    let mut inside = admin.clone().database(&unfinished).connect().await?;
    migrate::POSTGRES.run_direct(None, &mut inside, false).await?;
    inside.close().await?;
    run(conn, format!("ALTER DATABASE {unfinished} RENAME TO {template}")).await
}

/// Changes with the migrations, so that a cluster that outlives them makes a new template.
fn template_name() -> String {
    let digests = migrate::POSTGRES
        .iter()
        .flat_map(|migration| migration.checksum.iter());
    let folded = digests.fold(0_u64, |sum, byte| {
        (sum ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3)
    });
    format!("template_{folded:016x}")
}

pub(super) async fn run(conn: &mut PgConnection, sql: String) -> Result<(), sqlx::Error> {
    // INVARIANT: the names in these texts are made of digits and fixed words.
    sqlx::raw_sql(AssertSqlSafe(sql)).execute(conn).await.map(|_| ())
}

/// Drops a database when the test ends, however it ends.
#[derive(Debug)]
pub(super) struct Dropped {
    pub(super) admin: PgConnectOptions,
    pub(super) name: String,
}

impl Dropped {
    pub(super) fn new(admin: PgConnectOptions, name: String) -> Self {
        Self { admin, name }
    }
}

impl Drop for Dropped {
    fn drop(&mut self) {
        let (admin, name) = (self.admin.clone(), std::mem::take(&mut self.name));
        // A runtime of its own, for the test's may be unwinding. Failing leaves rubbish in a throw-away cluster.
        let dropper = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()?;
            runtime.block_on(async move {
                let mut conn = admin.connect().await.map_err(std::io::Error::other)?;
                let sql = format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)");
                run(&mut conn, sql).await.map_err(std::io::Error::other)
            })
        });
        drop(dropper.join());
    }
}
