//! What most commands open: the configuration, the database, the service.

use std::path::PathBuf;
use std::sync::Arc;

use clap::Args;
use stagedoor_service::sign_in::HttpClient;
use stagedoor_service::system::{OsRng, SystemClock};
use stagedoor_service::{Parts, Service};
use stagedoor_store::migrate::Schema;
use stagedoor_store::{DatabaseUrl, Db};

use super::CommandError;
use crate::config::{self, Checked, Environment};

/// Where the configuration is.
#[derive(Debug, Clone, Args)]
pub struct ConfigOption {
    /// The configuration file (TOML). Keys can be overridden by STAGEDOOR__SECTION__KEY.
    #[arg(long, value_name = "FILE", env = "STAGEDOOR_CONFIG")]
    pub config: Option<PathBuf>,
}

impl ConfigOption {
    /// Reads and checks it.
    ///
    /// # Errors
    /// With everything that is wrong.
    pub fn load(&self) -> Result<Checked, CommandError> {
        let environment = Environment::of_process();
        let overridden = environment
            .variables
            .iter()
            .any(|(name, _)| name.starts_with("STAGEDOOR__"));
        if self.config.is_none() && !overridden {
            return Err(CommandError::NoConfig);
        }
        Ok(config::load(self.config.as_deref(), &environment)?)
    }
}

/// Which database a command works on.
#[derive(Debug, Clone, Args)]
pub struct DatabaseOption {
    #[command(flatten)]
    config: ConfigOption,
    /// The database, instead of the configuration's.
    #[arg(long, value_name = "URL")]
    database: Option<DatabaseUrl>,
}

impl DatabaseOption {
    /// The database as its schema's owner.
    ///
    /// # Errors
    /// When none is named, or the configuration is not right.
    pub fn owner(&self) -> Result<DatabaseUrl, CommandError> {
        match &self.database {
            Some(url) => Ok(url.clone()),
            None => {
                let database = self.config.load().map_err(no_database)?.config.database;
                Ok(database.migrate_url.unwrap_or(database.url))
            }
        }
    }
}

fn no_database(error: CommandError) -> CommandError {
    match error {
        CommandError::NoConfig => CommandError::NoDatabase,
        other => other,
    }
}

/// Refuses a schema that this program was not made for.
///
/// # Errors
/// Behind or newer.
pub async fn current(db: &Db) -> Result<(), CommandError> {
    match db.schema().await? {
        Schema::Current => Ok(()),
        Schema::Behind(missing) => Err(CommandError::SchemaBehind(missing)),
        Schema::Newer => Err(CommandError::SchemaNewer),
    }
}

/// The service of a checked configuration over its database.
///
/// # Errors
/// When the database cannot be used, or its schema is not this program's.
pub async fn service(checked: &Checked) -> Result<Service, CommandError> {
    service_over(checked, Db::open(&checked.config.database.url).await?).await
}

/// The same over a database that is opened for a purpose.
///
/// # Errors
/// When its schema is not this program's.
pub async fn service_over(checked: &Checked, db: Db) -> Result<Service, CommandError> {
    current(&db).await?;
    let parts = Parts {
        db,
        clock: Arc::new(SystemClock::new()),
        rng: Arc::new(OsRng),
        master_key: checked.master_key.clone(),
        log: checked.log(),
        settings: checked.settings(),
        http: HttpClient::new(&[])?,
    };
    Ok(Service::with_channels(parts, checked.channels.clone()))
}
