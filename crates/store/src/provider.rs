//! Identity providers that staff sign in with.

use stagedoor_core::guard::ProviderTrust;
use stagedoor_core::id::ProviderId;
use stagedoor_core::time::Timestamp;

use crate::Error;
use crate::db::{Executor, Row};
use crate::statement::statements;
use crate::tx::WriteTx;

statements! {
    LIST = "SELECT id, name, issuer, client_id, client_secret, is_trusted, email_domains FROM identity_provider ORDER BY name, id";
    FIND = "SELECT id, name, issuer, client_id, client_secret, is_trusted, email_domains FROM identity_provider WHERE id = $1";
    INSERT = "INSERT INTO identity_provider (id, name, issuer, client_id, client_secret, is_trusted, email_domains, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
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
        .bind(now)
        .execute(tx)
        .await?;
    Ok(())
}
