//! Tenants: found by id or slug, listed within a scope, changed only from the state or name that they have.
//!
//! Nothing here changes a slug, which addresses are made of, or removes a tenant.

use stagedoor_core::id::TenantId;
use stagedoor_core::input::normalise;
use stagedoor_core::resource::{TenantStanding, TenantTarget};
use stagedoor_core::role::Scope;
use stagedoor_core::tenant::{Consent, TenantState};
use stagedoor_core::time::Timestamp;

use crate::Error;
use crate::db::{Executor, Row};
use crate::select::Filter;
use crate::statement::statements;
use crate::tx::WriteTx;
use crate::value::Value;

statements! {
    FIND = "SELECT id, slug, name, state, consent, consent_until FROM tenant WHERE id = $1";
    FIND_BY_SLUG = "SELECT id, slug, name, state, consent, consent_until FROM tenant WHERE slug = $1";
    LIST = "SELECT id, slug, name, state, consent, consent_until FROM tenant ORDER BY name_key, id LIMIT $1";
    SET_CONSENT = "UPDATE tenant SET consent = $2, consent_until = $3 WHERE id = $1 AND consent = $4 AND consent_until IS NOT DISTINCT FROM $5";
    SEARCH = "SELECT id, slug, name, state, consent, consent_until FROM tenant";
    SET_STATE = "UPDATE tenant SET state = $2 WHERE id = $1 AND state <> $2";
    RENAME = "UPDATE tenant SET name = $2, name_key = $3 WHERE id = $1 AND name = $4";
    INSERT = "INSERT INTO tenant (id, slug, name, name_key, state, consent, consent_until, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
}

/// A tenant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tenant {
    /// Its id.
    pub id: TenantId,
    /// Its name in addresses. It never changes.
    pub slug: String,
    /// Its name.
    pub name: String,
    /// How it stands towards visits.
    pub standing: TenantStanding,
}

impl Tenant {
    /// The tenant as what a decision is about.
    #[must_use]
    pub const fn target(&self) -> TenantTarget {
        TenantTarget {
            id: self.id,
            standing: self.standing,
        }
    }
}

pub(crate) fn tenant(row: &Row) -> Result<Tenant, Error> {
    let consent: String = row.get("consent")?;
    let consent =
        Consent::from_stored(&consent, row.time_opt("consent_until")?).map_err(|_| row.corrupt("consent"))?;
    Ok(Tenant {
        id: row.parse("id")?,
        slug: row.get("slug")?,
        name: row.get("name")?,
        standing: TenantStanding {
            state: row.parse("state")?,
            consent,
        },
    })
}

/// A tenant by id.
///
/// # Errors
/// When the database cannot be read.
pub async fn find(ex: &mut impl Executor, id: TenantId) -> Result<Option<Tenant>, Error> {
    FIND.bind(id)
        .fetch_optional(ex)
        .await?
        .as_ref()
        .map(tenant)
        .transpose()
}

/// A tenant by its name in addresses.
///
/// # Errors
/// When the database cannot be read.
pub async fn find_by_slug(ex: &mut impl Executor, slug: &str) -> Result<Option<Tenant>, Error> {
    FIND_BY_SLUG
        .bind(slug)
        .fetch_optional(ex)
        .await?
        .as_ref()
        .map(tenant)
        .transpose()
}

/// The first tenants of a scope, by name.
///
/// # Errors
/// When the database cannot be read.
pub async fn list(ex: &mut impl Executor, scope: &Scope, limit: u32) -> Result<Vec<Tenant>, Error> {
    match scope {
        Scope::All => LIST
            .bind(i64::from(limit))
            .fetch_all(ex)
            .await?
            .iter()
            .map(tenant)
            .collect(),
        Scope::Only(ids) => {
            let mut listed = Vec::new();
            for id in ids.iter().take(limit as usize) {
                listed.extend(find(ex, *id).await?);
            }
            listed.sort_by_key(|tenant| normalise(&tenant.name));
            Ok(listed)
        }
    }
}

const fn until(consent: Consent) -> Option<Timestamp> {
    match consent {
        Consent::Window { until } => Some(until),
        Consent::Off | Consent::Ask | Consent::On => None,
    }
}

/// Changes the owner's choice from what it was read as. `false` when it is another by now.
///
/// # Errors
/// When the database cannot be written.
pub async fn set_consent(tx: &mut WriteTx, id: TenantId, from: Consent, to: Consent) -> Result<bool, Error> {
    let changed = SET_CONSENT
        .bind(id)
        .bind(to.as_str())
        .bind(until(to))
        .bind(from.as_str())
        .bind(until(from))
        .execute(tx)
        .await?;
    Ok(changed == 1)
}

/// The first tenants of a scope, by name, that have a word of their name, or their name in addresses, beginning with this.
///
/// # Errors
/// When the database cannot be read.
pub async fn search(
    ex: &mut impl Executor,
    scope: &Scope,
    beginning: &str,
    limit: u32,
) -> Result<Vec<Tenant>, Error> {
    let escaped = escape(&normalise(beginning));
    let mut filter = Filter::new().and(
        "name_key LIKE $1 ESCAPE '!' OR name_key LIKE $2 ESCAPE '!' OR slug LIKE $1 ESCAPE '!'",
        [format!("{escaped}%").into(), format!("% {escaped}%").into()],
    );
    if let Scope::Only(ids) = scope {
        filter = filter.and_one_of("id", ids.iter().map(Value::from).collect());
    }
    let query = SEARCH
        .select()
        .filter(filter)
        .order_by("name_key, id")
        .limit(limit)
        .query();
    query.fetch_all(ex).await?.iter().map(tenant).collect()
}

/// A text that stands for itself in a LIKE with `!` as its escape.
pub(crate) fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        if matches!(letter, '%' | '_' | '!') {
            out.push('!');
        }
        out.push(letter);
    }
    out
}

/// Suspends or restores a tenant. `false` when it is in that state already, or does not exist.
///
/// # Errors
/// When the database cannot be written.
pub async fn set_state(tx: &mut WriteTx, id: TenantId, to: TenantState) -> Result<bool, Error> {
    Ok(SET_STATE.bind(id).bind(to.as_str()).execute(tx).await? == 1)
}

/// Gives a tenant another name than the one it was read with. `false` when it has another by now.
///
/// # Errors
/// When the database cannot be written.
pub async fn rename(tx: &mut WriteTx, id: TenantId, from: &str, to: &str) -> Result<bool, Error> {
    let renamed = RENAME
        .bind(id)
        .bind(to)
        .bind(normalise(to))
        .bind(from)
        .execute(tx)
        .await?;
    Ok(renamed == 1)
}

/// Adds a tenant.
///
/// # Errors
/// `Conflict` when the slug is taken.
pub async fn insert(tx: &mut WriteTx, new: &Tenant, now: Timestamp) -> Result<(), Error> {
    INSERT
        .bind(new.id)
        .bind(new.slug.as_str())
        .bind(new.name.as_str())
        .bind(normalise(&new.name))
        .bind(new.standing.state.as_str())
        .bind(new.standing.consent.as_str())
        .bind(until(new.standing.consent))
        .bind(now)
        .execute(tx)
        .await?;
    Ok(())
}
