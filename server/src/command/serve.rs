//! `stagedoor serve`: the program in production. It takes its address first, refuses a schema that is not its own, and
//! says `ready` only when an order to stop would be heard.

use clap::Args;
use stagedoor_core::provider::ProviderKind;
use stagedoor_core::request::Toggle;
use stagedoor_service::Service;
use stagedoor_service::declared::DeclaredProvider;
use stagedoor_store::Db;

use super::CommandError;
use super::open::{self, ConfigOption};
use crate::assets;
use crate::cli::announce;
use crate::config::{Checked, Surface, Warning, roles_key};
use crate::edge::Edge;
use crate::layer::address::Proxies;
use crate::run::{self, Stop};
use crate::{metrics, router};

/// Options of `serve`.
#[derive(Debug, Clone, Args)]
pub struct ServeOptions {
    #[command(flatten)]
    config: ConfigOption,
    /// Serves only one surface; the other's hosts are then unknown. Goes over server.surface.
    #[arg(long, value_enum)]
    surface: Option<Surface>,
}

/// Serves until asked to stop.
///
/// # Errors
/// When the configuration is not right, the schema not current, or an address taken.
pub async fn run(options: ServeOptions) -> Result<(), CommandError> {
    let checked = options.config.load()?;
    for Warning(words) in &checked.warnings {
        tracing::warn!(target: "stagedoor", "{words}");
    }
    let server = &checked.config.server;
    let listener = run::listen(server.listen).await?;
    let metrics = metrics::start(server.metrics).await?;
    migrate(&checked).await?;
    let surface = options.surface.unwrap_or(server.surface);
    let service = open::service_over(&checked, database(&checked, surface).await?).await?;
    if surface != Surface::Tenant {
        service.declare_providers(&declared(&checked)).await?;
        service
            .declare_administrators(
                &checked.config.identity_provider.issuer.0,
                &checked.administrators(),
            )
            .await?;
        let proxy = service.settings().proxy.as_ref();
        if let Some(proxy) = proxy.filter(|proxy| proxy.identity == Toggle::On) {
            let named = checked.proxy_administrators();
            service.declare_administrators(&proxy.issuer, &named).await?;
        }
        leave_a_way_in(&service).await?;
    }
    let edge = Edge {
        proxies: Proxies::new(server.trusted_proxies.clone()),
        surface,
        ..Edge::new(service.clone(), assets::load()?)
    };
    tracing::info!(target: "stagedoor", listen = %server.listen, surface = surface.as_str(), database = %checked.config.database.url, "serving");
    let jobs = tokio::spawn(service.clone().run_jobs());
    let stop = Stop::listen()?;
    announce(&format!("ready {}", checked.config.hosts.staff.text));
    let served = run::serve(listener, router::app(&edge, Vec::new()), stop).await;
    jobs.abort();
    drop(metrics);
    service.settle().await?;
    service.db().close().await;
    Ok(served?)
}

/// Refuses a configuration under which no super admin of now could get in.
///
/// # Errors
/// With the key at fault; when the database cannot be read.
pub async fn leave_a_way_in(service: &Service) -> Result<(), CommandError> {
    match service.unattainable_level().await? {
        None => Ok(()),
        Some((level, words)) => Err(CommandError::Refused(format!("{}: {words}", roles_key(level)))),
    }
}

/// The database as the surface may use it. Tenants' hosts alone are never served with a role that could reach staff.
async fn database(checked: &Checked, surface: Surface) -> Result<Db, CommandError> {
    let db = Db::open(&checked.config.database.url).await?;
    if surface == Surface::Tenant {
        let beyond = db.beyond_tenants().await?;
        if !beyond.is_empty() {
            return Err(CommandError::BeyondTenants(some(&beyond)));
        }
        db.keep_to_tenants();
    }
    Ok(db)
}

/// The first few of what may be a long list.
fn some(found: &[String]) -> String {
    const SHOWN: usize = 5;
    let more = found.len().saturating_sub(SHOWN);
    let shown = found.iter().take(SHOWN).cloned().collect::<Vec<_>>().join(", ");
    match more {
        0 => shown,
        more => format!("{shown} and {more} more"),
    }
}

/// Where the configuration allows it, the schema is brought up to date first, as its owner.
async fn migrate(checked: &Checked) -> Result<(), CommandError> {
    let database = &checked.config.database;
    if database.migrate_on_start {
        let owner = Db::open(database.migrate_url.as_ref().unwrap_or(&database.url)).await?;
        owner.migrate().await?;
        owner.close().await;
    }
    Ok(())
}

fn declared(checked: &Checked) -> Vec<DeclaredProvider> {
    let provider = &checked.config.identity_provider;
    let proxy = checked.settings().proxy;
    let first = DeclaredProvider {
        kind: ProviderKind::Oidc,
        name: provider.name.clone(),
        issuer: provider.issuer.0.clone(),
        client_id: provider.client_id.clone(),
        client_secret: checked
            .client_secret
            .as_ref()
            .map(|secret| secret.expose().to_owned()),
        email_domains: provider.email_domains.clone(),
        managed_claim: provider.managed_claim.clone().unwrap_or_default(),
    };
    let proxy = proxy.as_ref().and_then(DeclaredProvider::of_proxy);
    std::iter::once(first).chain(proxy).collect()
}
