//! `stagedoor migrate`: brings the schema up to date, as its owner.

use clap::Args;
use stagedoor_store::Db;
use stagedoor_store::migrate::Schema;

use super::CommandError;
use super::open::DatabaseOption;
use crate::cli::announce;

/// Options of `migrate`.
#[derive(Debug, Clone, Args)]
pub struct MigrateOptions {
    #[command(flatten)]
    database: DatabaseOption,
    /// Only says how the schema stands; fails when it is not current.
    #[arg(long)]
    check: bool,
    /// Then gives this PostgreSQL role the rights that `serve` needs, and no others.
    #[arg(long, value_name = "ROLE", conflicts_with = "check")]
    grant: Option<String>,
    /// The same for a role that serves tenants' hosts alone (`serve --surface tenant`): nothing of staff, and of the logs only theirs.
    #[arg(long, value_name = "ROLE", conflicts_with = "check")]
    grant_tenants: Option<String>,
}

/// Runs it.
///
/// # Errors
/// When the database cannot be used, or is newer than the program.
pub async fn run(options: MigrateOptions) -> Result<(), CommandError> {
    let db = Db::open(&options.database.owner()?).await?;
    if options.check {
        super::open::current(&db).await?;
        announce("the schema is current");
    } else {
        let before = db.schema().await?;
        db.migrate().await?;
        announce(&match before {
            Schema::Behind(missing) => format!("applied {missing} migration(s)"),
            Schema::Current | Schema::Newer => "the schema was current".to_owned(),
        });
    }
    if let Some(role) = &options.grant {
        db.grant(role).await?;
        announce(&format!(
            "{role} has what `serve` needs, and cannot change or remove an audit entry"
        ));
    }
    if let Some(role) = &options.grant_tenants {
        db.grant_tenants(role).await?;
        announce(&format!(
            "{role} has what `serve --surface tenant` needs, and no right on staff tables"
        ));
    }
    db.close().await;
    Ok(())
}
