//! The rights of the PostgreSQL role that serves, given by the schema's owner (decision 20).
//!
//! SQLite has no roles: there the triggers and the types stand alone, as the security page says.

use sqlx::{ConnectOptions as _, Connection as _};

use crate::db::{Db, Engine};
use crate::error::Error;

const GRANTS: &str = include_str!("grants.sql");

impl Db {
    /// Gives a role exactly what serving needs. Run by the owner, after each migration.
    ///
    /// # Errors
    /// [`Error::Migration`] on SQLite, or when there is no such role, or this connection may not grant.
    pub async fn grant(&self, role: &str) -> Result<(), Error> {
        let Engine::Postgres { options, .. } = self.engine() else {
            return Err(Error::Migration {
                why: "SQLite has no roles; who can write its file can write anything".to_owned(),
            });
        };
        let mut conn = options
            .connect()
            .await
            .map_err(|error| Error::unavailable(&error))?;
        let done = async {
            let mut tx = conn.begin().await?;
            // The name travels as a value and is quoted by the server: the text itself never changes.
            sqlx::query("SELECT set_config('stagedoor.role', $1, true)")
                .bind(role)
                .execute(&mut *tx)
                .await?;
            sqlx::raw_sql(GRANTS).execute(&mut *tx).await?;
            tx.commit().await
        };
        done.await.map_err(|error: sqlx::Error| Error::Migration {
            why: format!("the rights were not given: {error}"),
        })
    }
}
