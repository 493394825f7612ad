//! `stagedoor seed`: made-up data at any scale, for trying and measuring.

use std::path::PathBuf;
use std::sync::Arc;

use clap::Args;
use stagedoor_service::seed::Scale;
use stagedoor_service::sign_in::HttpClient;
use stagedoor_service::system::{OsRng, SystemClock};
use stagedoor_service::{LogParts, Parts, Service, ServiceError};
use stagedoor_store::{DatabaseUrl, Db};

use super::CommandError;
use super::open::{self, ConfigOption};
use crate::cli::announce;
use crate::demo;

/// Options of `seed`.
#[derive(Debug, Clone, Args)]
pub struct SeedOptions {
    #[command(flatten)]
    config: ConfigOption,
    /// The demo's folder, instead of a configuration; `stagedoor demo --data DIR` shows what was made.
    #[arg(long, value_name = "DIR", conflicts_with = "config")]
    data: Option<PathBuf>,
    /// With --data: this database instead of the folder's.
    #[arg(long, value_name = "URL", requires = "data")]
    database: Option<DatabaseUrl>,
    /// People in all.
    #[arg(long, value_name = "N", default_value_t = 1_000, value_parser = clap::value_parser!(u32).range(1..=10_000_000))]
    users: u32,
    /// Tenants to spread them over: scale-1 and so on.
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=100_000))]
    tenants: u32,
    /// Entries of the audit log in all.
    #[arg(long, value_name = "N", default_value_t = 0, value_parser = clap::value_parser!(u32).range(0..=10_000_000))]
    audit_entries: u32,
}

/// Runs it.
///
/// # Errors
/// When the database holds what was not made up.
pub async fn run(options: SeedOptions) -> Result<(), CommandError> {
    let service = service(&options).await?;
    let scale = Scale {
        tenants: options.tenants,
        users: options.users,
        entries: options.audit_entries,
    };
    let progress = |words: String| tracing::info!(target: "stagedoor", "{words}");
    let seeded = seed(&service, scale, &progress).await;
    service.db().close().await;
    seeded?;
    announce(&format!(
        "made {} people in {} tenant(s), scale-1 and so on, and {} entries",
        options.users, options.tenants, options.audit_entries
    ));
    Ok(())
}

/// Makes the data, and gives its entries their places: whoever serves it next would be busy with nothing else.
async fn seed(
    service: &Service,
    scale: Scale,
    progress: &(dyn Fn(String) + Sync),
) -> Result<(), ServiceError> {
    service.seed_scale(scale, progress).await?;
    progress("giving entries their places in the logs".to_owned());
    service.settle().await
}

async fn service(options: &SeedOptions) -> Result<Service, CommandError> {
    let Some(folder) = &options.data else {
        let checked = options.config.load()?;
        let db = Db::open_for_bulk(&checked.config.database.url).await?;
        return open::service_over(&checked, db).await;
    };
    let place = demo::Place::open(Some(folder)).map_err(|error| CommandError::Refused(error.to_string()))?;
    let refuse = |error: demo::PlaceError| CommandError::Refused(error.to_string());
    let url = match &options.database {
        Some(url) => url.clone(),
        None => DatabaseUrl::file(place.database().map_err(refuse)?),
    };
    let db = Db::open_for_bulk(&url).await?;
    db.migrate().await?;
    Ok(Service::new(Parts {
        db,
        clock: Arc::new(SystemClock::new()),
        rng: Arc::new(OsRng),
        master_key: place.master_key(&OsRng).map_err(refuse)?,
        log: LogParts::default(),
        settings: demo::settings(demo::PORT),
        http: HttpClient::new(&[])?,
    }))
}
