//! Tenants as the console lists them, with how many people they have and when staff were last inside.

use stagedoor_core::id::TenantId;
use stagedoor_core::input::normalise;
use stagedoor_core::role::Scope;
use stagedoor_core::tenant::TenantState;
use stagedoor_core::time::Timestamp;
use stagedoor_core::view::Total;

use crate::Error;
use crate::row::Row;
use crate::select::Filter;
use crate::statement::{Executor, statements};
use crate::tenant::{self, Tenant, escape};

statements! {
    // People are counted up to the cap and no further: the list stays fast beside a tenant of a million.
    LIST = "SELECT tenant.id, tenant.slug, tenant.name, tenant.state, tenant.consent, tenant.consent_until, tenant.created_at, (SELECT count(*) FROM (SELECT 1 AS one FROM membership WHERE membership.tenant_id = tenant.id AND membership.state <> 'revoked' LIMIT 10001) AS people) AS members, (SELECT max(impersonation.started_at) FROM impersonation WHERE impersonation.tenant_id = tenant.id) AS visited_at FROM tenant";
    MATCHING = "SELECT 1 AS one FROM tenant";
}

/// Which tenants.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TenantFilter {
    /// Only those of this scope.
    pub scope: Scope,
    /// Words: each the beginning of a word of the name or of the slug, or the id itself.
    pub words: Vec<String>,
    /// Only those in this state.
    pub state: Option<TenantState>,
    /// Only those whose owner chose one of these; none wishes nothing.
    pub consents: Vec<&'static str>,
    /// Only this one.
    pub id: Option<TenantId>,
}

impl TenantFilter {
    /// Every tenant of a scope.
    #[must_use]
    pub const fn of(scope: Scope) -> Self {
        Self {
            scope,
            words: Vec::new(),
            state: None,
            consents: Vec::new(),
            id: None,
        }
    }

    fn conditions(&self) -> Filter {
        let mut filter = Filter::new();
        if let Scope::Only(tenants) = &self.scope {
            filter = filter.and_one_of("tenant.id", tenants.iter().map(Into::into).collect());
        }
        for word in &self.words {
            let word = normalise(word);
            let escaped = escape(&word);
            filter = filter.and(
                "tenant.name_key LIKE $1 ESCAPE '!' OR tenant.name_key LIKE $2 ESCAPE '!' OR tenant.slug LIKE $1 ESCAPE '!' OR tenant.id = $3",
                [format!("{escaped}%").into(), format!("% {escaped}%").into(), word.into()],
            );
        }
        if !self.consents.is_empty() {
            let chosen = self.consents.iter().map(|consent| (*consent).into()).collect();
            filter = filter.and_one_of("tenant.consent", chosen);
        }
        filter
            .and_opt("tenant.state = $1", self.state.map(TenantState::as_str))
            .and_opt("tenant.id = $1", self.id)
    }
}

/// A tenant as a row of the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// The tenant.
    pub tenant: Tenant,
    /// Its people, those whose membership has ended left out.
    pub members: Total,
    /// When the latest visit of staff began.
    pub visited: Option<Timestamp>,
    /// Since when it exists.
    pub created: Timestamp,
}

fn listed(row: &Row) -> Result<Listed, Error> {
    Ok(Listed {
        tenant: tenant::tenant(row)?,
        members: Total::from_capped(row.count("members")?),
        visited: row.time_opt("visited_at")?,
        created: row.time("created_at")?,
    })
}

/// Where a page ended: the normalised name, and the id.
pub type NameKey = (String, TenantId);

/// A page of tenants by name, from behind a key.
///
/// # Errors
/// When the database cannot be read.
pub async fn list(
    ex: &mut impl Executor,
    filter: &TenantFilter,
    after: Option<NameKey>,
    limit: u32,
) -> Result<Vec<Listed>, Error> {
    let mut conditions = filter.conditions();
    if let Some((name, id)) = after {
        conditions = conditions.and(
            "(tenant.name_key, tenant.id) > ($1, $2)",
            [name.into(), id.into()],
        );
    }
    let select = LIST
        .select()
        .filter(conditions)
        .order_by("tenant.name_key, tenant.id")
        .limit(limit);
    select.query().fetch_all(ex).await?.iter().map(listed).collect()
}

/// How many tenants match, counted up to the cap.
///
/// # Errors
/// When the database cannot be read.
pub async fn count(ex: &mut impl Executor, filter: &TenantFilter) -> Result<Total, Error> {
    let query = MATCHING
        .select()
        .filter(filter.conditions())
        .count_up_to(Total::CAP + 1);
    Ok(Total::from_capped(query.fetch_one(ex).await?.count("total")?))
}
