//! Identity providers that staff sign in with. A client's secret is sealed before it comes here, and one is never
//! removed.

use stagedoor_core::guard::ProviderTrust;
use stagedoor_core::id::ProviderId;
use stagedoor_core::time::Timestamp;

use crate::Error;
use crate::db::{Executor, Row};
use crate::statement::statements;
use crate::tx::WriteTx;

statements! {
    LIST = "SELECT id, name, issuer, client_id, client_secret, is_trusted, email_domains, declared FROM identity_provider ORDER BY name, id";
    FIND = "SELECT id, name, issuer, client_id, client_secret, is_trusted, email_domains, declared FROM identity_provider WHERE id = $1";
    INSERT = "INSERT INTO identity_provider (id, name, issuer, client_id, client_secret, is_trusted, email_domains, declared, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
    UPDATE = "UPDATE identity_provider SET name = $2, client_id = $3, client_secret = $4, is_trusted = $5, email_domains = $6, declared = $7 WHERE id = $1";
}

/// A provider.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Provider {
    /// Its id.
    pub id: ProviderId,
    /// Its name, as it stands on the sign-in link.
    pub name: String,
    /// Its issuer identifier (OpenID Connect Discovery).
    pub issuer: String,
    /// Our client id there.
    pub client_id: String,
    /// Our client secret there, sealed; `None` for a public client.
    pub client_secret: Option<Vec<u8>>,
    /// Whether its word counts.
    pub trust: ProviderTrust,
    /// E-mail domains of the workforce; none denies everybody.
    pub email_domains: Vec<String>,
    /// Whether the configuration file declares it: then it is changed there.
    pub declared: bool,
}

fn provider(row: &Row) -> Result<Provider, Error> {
    let domains: String = row.get("email_domains")?;
    let trusted: bool = row.get("is_trusted")?;
    Ok(Provider {
        id: row.parse("id")?,
        name: row.get("name")?,
        issuer: row.get("issuer")?,
        client_id: row.get("client_id")?,
        client_secret: row.get("client_secret")?,
        trust: if trusted {
            ProviderTrust::Trusted
        } else {
            ProviderTrust::Untrusted
        },
        email_domains: domains.split_whitespace().map(str::to_owned).collect(),
        declared: row.get("declared")?,
    })
}

/// All providers, by name.
///
/// # Errors
/// When the database cannot be read.
pub async fn list(ex: &mut impl Executor) -> Result<Vec<Provider>, Error> {
    LIST.fetch_all(ex).await?.iter().map(provider).collect()
}

/// One provider.
///
/// # Errors
/// When the database cannot be read.
pub async fn find(ex: &mut impl Executor, id: ProviderId) -> Result<Option<Provider>, Error> {
    FIND.bind(id)
        .fetch_optional(ex)
        .await?
        .as_ref()
        .map(provider)
        .transpose()
}

/// Adds a provider.
///
/// # Errors
/// `Conflict` when the issuer is taken.
pub async fn insert(tx: &mut WriteTx, new: &Provider, now: Timestamp) -> Result<(), Error> {
    INSERT
        .bind(new.id)
        .bind(new.name.as_str())
        .bind(new.issuer.as_str())
        .bind(new.client_id.as_str())
        .bind(new.client_secret.clone())
        .bind(new.trust == ProviderTrust::Trusted)
        .bind(new.email_domains.join(" "))
        .bind(new.declared)
        .bind(now)
        .execute(tx)
        .await?;
    Ok(())
}

/// Changes a provider; its issuer never.
///
/// # Errors
/// `Conflict` when there is none of this id.
pub async fn update(tx: &mut WriteTx, changed: &Provider) -> Result<(), Error> {
    let updated = UPDATE
        .bind(changed.id)
        .bind(changed.name.as_str())
        .bind(changed.client_id.as_str())
        .bind(changed.client_secret.clone())
        .bind(changed.trust == ProviderTrust::Trusted)
        .bind(changed.email_domains.join(" "))
        .bind(changed.declared)
        .execute(tx)
        .await?;
    if updated == 1 {
        Ok(())
    } else {
        Err(Error::conflict("identity_provider.known"))
    }
}
