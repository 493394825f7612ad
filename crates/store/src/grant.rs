//! The rights of the PostgreSQL roles that serve, given by the schema's owner (decision 20): one that serves both sides, and one
//! that serves tenants' hosts alone.
//!
//! SQLite has no roles: there the store itself holds the tenants' side to its list, and the triggers and the types stand alone
//! otherwise, as the security page says.

use sqlx::postgres::{PgConnectOptions, PgConnection};
use sqlx::{ConnectOptions as _, Connection as _, Row as _};

use crate::db::{Db, Engine};
use crate::error::Error;
use crate::side::{self, SHARED};

const GRANTS: &str = include_str!("grants.sql");
const GRANTS_TENANTS: &str = include_str!("grants_tenants.sql");

/// Whatever was kept from a role's eyes before: what it sees follows from what it is given now.
const FORGET: &str = "DO $$
DECLARE line record;
BEGIN
    FOR line IN SELECT tablename, policyname FROM pg_policies WHERE schemaname = current_schema
        AND permissive = 'RESTRICTIVE' AND roles = ARRAY[current_setting('stagedoor.role')::name] LOOP
        EXECUTE format('DROP POLICY %I ON %I', line.policyname, line.tablename);
    END LOOP;
END $$";

/// What a role may do, by itself or as a member of another: of whole tables, or of some of their columns. What an extension brought
/// is none of ours.
const HELD: &str = "WITH mine AS (SELECT oid FROM pg_roles WHERE pg_has_role(current_user, oid, 'MEMBER'))
    SELECT c.relname::text AS name, p.verb,
        EXISTS (SELECT 1 FROM mine WHERE has_table_privilege(mine.oid, c.oid, p.verb)) AS whole
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace AND n.nspname = current_schema
        CROSS JOIN (VALUES ('SELECT', true), ('INSERT', true), ('UPDATE', true), ('REFERENCES', true),
            ('DELETE', false), ('TRUNCATE', false), ('TRIGGER', false)) p (verb, by_column)
    WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f')
        AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.objid = c.oid AND d.deptype = 'e')
        AND EXISTS (SELECT 1 FROM mine WHERE has_table_privilege(mine.oid, c.oid, p.verb)
            OR (p.by_column AND has_any_column_privilege(mine.oid, c.oid, p.verb)))
    ORDER BY c.relname, p.verb";

/// The tables of which a role sees its own side's rows alone.
const KEPT_FROM: &str = "SELECT tablename::text AS name FROM pg_policies WHERE schemaname = current_schema
    AND permissive = 'RESTRICTIVE' AND cmd IN ('SELECT', 'ALL') AND current_user = ANY (roles)";

/// Whether no policy counts for a role.
const ABOVE_POLICIES: &str =
    "SELECT EXISTS (SELECT 1 FROM pg_roles WHERE pg_has_role(current_user, oid, 'MEMBER')
    AND (rolsuper OR rolbypassrls)) AS above";

impl Db {
    /// Gives a role exactly what serving both sides needs. Run by the owner, after each migration.
    ///
    /// # Errors
    /// [`Error::Migration`] on SQLite, or when there is no such role, or this connection may not grant.
    pub async fn grant(&self, role: &str) -> Result<(), Error> {
        self.give(role, GRANTS).await
    }

    /// Gives a role exactly what serving tenants' hosts needs: no table of staff, and of the logs only the tenants'.
    ///
    /// # Errors
    /// As [`Self::grant`].
    pub async fn grant_tenants(&self, role: &str) -> Result<(), Error> {
        self.give(role, GRANTS_TENANTS).await
    }

    async fn give(&self, role: &str, script: &'static str) -> Result<(), Error> {
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
            // Name and rights travel as values, and the server quotes the name: the text itself never changes.
            sqlx::query(
                "SELECT set_config('stagedoor.role', $1, true), set_config('stagedoor.rights', $2, true)",
            )
            .bind(role)
            .bind(side::as_json())
            .execute(&mut *tx)
            .await?;
            sqlx::raw_sql(FORGET).execute(&mut *tx).await?;
            sqlx::raw_sql(script).execute(&mut *tx).await?;
            tx.commit().await
        };
        done.await.map_err(|error: sqlx::Error| Error::Migration {
            why: format!("the rights were not given: {error}"),
        })
    }

    /// What the role that this was opened with may do beyond what serving tenants' hosts needs, a line each. Nothing on SQLite,
    /// which has no roles.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn beyond_tenants(&self) -> Result<Vec<String>, Error> {
        let Engine::Postgres { options, .. } = self.engine() else {
            return Ok(Vec::new());
        };
        beyond(options).await.map_err(|error| Error::unavailable(&error))
    }

    /// From now on this process is the tenants' side alone: what is out of its reach is refused before the database is asked.
    pub fn keep_to_tenants(&self) {
        self.side().keep_to_tenants();
    }

    /// Whether it is.
    #[must_use]
    pub fn keeps_to_tenants(&self) -> bool {
        self.side().is_tenants()
    }
}

async fn beyond(options: &PgConnectOptions) -> Result<Vec<String>, sqlx::Error> {
    let mut conn = options.connect().await?;
    let mut found = Vec::new();
    for row in sqlx::query(HELD).fetch_all(&mut conn).await? {
        let (name, verb): (String, String) = (row.try_get("name")?, row.try_get("verb")?);
        match side::holds(&name, &verb) {
            Some(true) => {}
            Some(false) if !row.try_get::<bool, _>("whole")? => {}
            Some(false) => found.push(format!("{verb} on every column of {name}")),
            None => found.push(format!("{verb} on {name}")),
        }
    }
    found.extend(unseen(&mut conn).await?);
    conn.close().await?;
    Ok(found)
}

/// The shared tables whose other rows are not kept from the role.
async fn unseen(conn: &mut PgConnection) -> Result<Vec<String>, sqlx::Error> {
    let above: bool = sqlx::query(ABOVE_POLICIES)
        .fetch_one(&mut *conn)
        .await?
        .try_get("above")?;
    let rows = sqlx::query(KEPT_FROM).fetch_all(conn).await?;
    let kept: Result<Vec<String>, _> = rows.iter().map(|row| row.try_get("name")).collect();
    let kept = kept?;
    let seen = SHARED
        .iter()
        .filter(|table| above || !kept.iter().any(|name| name == *table));
    Ok(seen.map(|table| format!("the staff's rows of {table}")).collect())
}
