//! `stagedoor audit erase` and `hold`: an operator's acts on what the audit knows of people. They need the database as its owner: the
//! role that serves can destroy no key.

use clap::{Args, Subcommand};
use stagedoor_service::{Service, ServiceError};
use stagedoor_store::Db;
use stagedoor_store::legal_hold::Held;

use crate::cli::announce;
use crate::command::CommandError;
use crate::command::open::{self, ConfigOption};

/// Options of `audit erase`.
#[derive(Debug, Clone, Args)]
pub struct EraseOptions {
    #[command(flatten)]
    config: ConfigOption,
    /// Whose data, by the id that entries name them with: `usr_…`, `stf_…`, `address_…`.
    #[arg(value_name = "SUBJECT")]
    subject: String,
    /// Why; it stands in the audit.
    #[arg(long, value_name = "TEXT")]
    reason: String,
}

/// What can be done with holds.
#[derive(Debug, Clone, Subcommand)]
pub enum HoldCommand {
    /// Forbids to erase a person's data, or to age out a log and erase anybody's data in it.
    Place(HoldOptions),
    /// Lifts a hold.
    Lift(HoldOptions),
    /// Shows the holds in force.
    List(ConfigOption),
}

/// Options of `audit hold place` and `lift`.
#[derive(Debug, Clone, Args)]
pub struct HoldOptions {
    #[command(flatten)]
    config: ConfigOption,
    #[command(flatten)]
    what: What,
    /// Why; it stands in the audit.
    #[arg(long, value_name = "TEXT")]
    reason: String,
}

/// What is held.
#[derive(Debug, Clone, Args)]
#[group(required = true, multiple = false)]
pub(super) struct What {
    /// A person's data, by the id that entries name them with.
    #[arg(long, value_name = "ID")]
    subject: Option<String>,
    /// A whole log: `platform`, or a tenant's id.
    #[arg(long, value_name = "LOG")]
    log: Option<String>,
}

impl What {
    fn held(&self) -> (Held, &str) {
        match (&self.subject, &self.log) {
            (Some(subject), _) => (Held::Subject, subject),
            (None, log) => (Held::Log, log.as_deref().unwrap_or_default()),
        }
    }
}

/// The service as the owner of the schema.
async fn owner(config: &ConfigOption) -> Result<Service, CommandError> {
    let checked = config.load()?;
    let database = &checked.config.database;
    let url = database.migrate_url.as_ref().unwrap_or(&database.url);
    open::service_over(&checked, Db::open(url).await?).await
}

async fn done(
    service: &Service,
    result: Result<(), ServiceError>,
    said: String,
    none: &str,
) -> Result<(), CommandError> {
    if result.is_ok() {
        // Its entries get their places at once, for no server may be running.
        service.settle().await?;
    }
    service.db().close().await;
    match result {
        Ok(()) => {
            announce(&said);
            Ok(())
        }
        Err(ServiceError::NotFound) => Err(CommandError::Refused(none.to_owned())),
        Err(error) => Err(error.into()),
    }
}

/// Erases.
///
/// # Errors
/// When a hold forbids it, or there is nothing to erase.
pub(super) async fn erase(options: EraseOptions) -> Result<(), CommandError> {
    let service = owner(&options.config).await?;
    let result = service.erase_personal(&options.subject, &options.reason).await;
    let said = format!(
        "what the audit knew of {} is erased for ever, in all entries; processes that serve forget it within 30 seconds",
        options.subject
    );
    done(
        &service,
        result,
        said,
        "the audit has no key of this id: it never knew anything, or was erased before",
    )
    .await
}

/// Places, lifts or lists holds.
///
/// # Errors
/// When there is such a hold already, or none.
pub(super) async fn hold(what: HoldCommand) -> Result<(), CommandError> {
    match what {
        HoldCommand::Place(options) => {
            let service = owner(&options.config).await?;
            let (kind, name) = options.what.held();
            let result = service.place_hold(kind, name, &options.reason).await;
            done(&service, result, format!("{} {name} is held", kind.as_str()), "").await
        }
        HoldCommand::Lift(options) => {
            let service = owner(&options.config).await?;
            let (kind, name) = options.what.held();
            let result = service.lift_hold(kind, name, &options.reason).await;
            let said = format!("{} {name} is not held any more", kind.as_str());
            done(&service, result, said, "there is no such hold").await
        }
        HoldCommand::List(config) => list(&config).await,
    }
}

async fn list(config: &ConfigOption) -> Result<(), CommandError> {
    let service = owner(config).await?;
    let holds = service.holds().await;
    service.db().close().await;
    let holds = holds?;
    if holds.is_empty() {
        announce("nothing is held");
    }
    for hold in holds {
        let since = hold.placed_at.rfc3339();
        announce(&format!(
            "{} {} since {since}: {}",
            hold.kind, hold.name, hold.reason
        ));
    }
    Ok(())
}
