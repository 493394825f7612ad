//! The commands, one a file. Each opens what it needs, does one thing, and says what it did on standard output.

pub mod audit;
pub mod backup;
pub mod bootstrap;
pub mod config;
pub mod migrate;
pub mod open;
pub mod openapi;
pub mod ready;
pub mod recover;
pub mod restore;
pub mod seed;
pub mod serve;
mod whole;

use stagedoor_core::input::FieldError;
use stagedoor_service::ServiceError;

use crate::assets::AssetsMissing;
use crate::config::Problems;
use crate::run::RunError;

/// Why a command cannot do what it is for. The words say what to do.
#[derive(Debug, thiserror::Error)]
pub enum CommandError {
    /// The configuration is not right.
    #[error(transparent)]
    Config(#[from] Problems),
    /// Neither a database nor a configuration was named.
    #[error(
        "--database: name the database, e.g. sqlite:///var/lib/stagedoor/stagedoor.db, or a configuration with --config"
    )]
    NoDatabase,
    /// Neither a configuration nor a variable was given.
    #[error("--config: name the configuration file, or set STAGEDOOR_CONFIG")]
    NoConfig,
    /// The schema is older than the program.
    #[error(
        "the database lacks {0} migration(s): run `stagedoor migrate` first, with the same configuration"
    )]
    SchemaBehind(usize),
    /// The schema is newer than the program.
    #[error("a newer version of the program has migrated this database: run that one")]
    SchemaNewer,
    /// A process that serves tenants' hosts alone was given a role that could reach the staff's side.
    #[error(
        "database.url: the tenant surface needs a role that reaches nothing of the staff's, and this one has {0}: make one and run `stagedoor migrate --grant-tenants ROLE`"
    )]
    BeyondTenants(String),
    /// The database cannot be used.
    #[error("the database cannot be used: {0}")]
    Store(#[from] stagedoor_store::Error),
    /// A use case refused.
    #[error("{}", words(.0))]
    Service(#[from] ServiceError),
    /// The browser's files are missing.
    #[error(transparent)]
    Assets(#[from] AssetsMissing),
    /// TLS could not be set up for outgoing calls.
    #[error("outgoing calls could not be set up: {0}")]
    Http(#[from] reqwest::Error),
    /// The program cannot serve.
    #[error(transparent)]
    Run(#[from] RunError),
    /// A file cannot be read or written.
    #[error("{0}: {1}")]
    File(String, std::io::Error),
    /// Something to refuse in words of its own.
    #[error("{0}")]
    Refused(String),
}

/// What a use case refused, for a terminal: the fields by their options' names.
fn words(error: &ServiceError) -> String {
    match error {
        ServiceError::Invalid(fields) => {
            let one = |field: &FieldError| format!("--{}: {}", field.field, field.message);
            fields.iter().map(one).collect::<Vec<_>>().join("; ")
        }
        ServiceError::Conflict(words) => (*words).to_owned(),
        other => other.to_string(),
    }
}
