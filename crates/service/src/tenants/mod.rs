//! Tenants as staff see them from outside: the list, one tenant's page, suspending, restoring and renaming one.
//!
//! Nothing here touches an owner's consent: staff read it, and nothing lets them change it. Creating tenants is not here.

mod change;
mod one;

use stagedoor_core::action::kind::TenantList;
use stagedoor_core::input::{FieldError, normalise};
use stagedoor_core::resource::Platform;
use stagedoor_core::role::Scope;
use stagedoor_core::tenant::{Consent, TenantState};
use stagedoor_core::time::Timestamp;
use stagedoor_core::view::Page;
use stagedoor_core::view::tenant::{ConsentLine, TenantRow, TenantsView};
use stagedoor_store::tenant_list::{self, Listed, NameKey, TenantFilter};

pub use change::{Changed, rename, restore, suspend};
pub use one::{TenantRequest, page};

use crate::cursor::CursorPlace;
use crate::directory::{LIMIT_DEFAULT, LIMIT_MAX};
use crate::error::ServiceError;
use crate::frame::label;
use crate::op::StaffOp;
use crate::query::{self, Term, chips, values};

/// What the list was asked for.
#[derive(Debug, Clone, Default)]
pub struct TenantsRequest {
    /// The query.
    pub q: String,
    /// The cursor of a former page.
    pub cursor: Option<String>,
    /// Rows a page; none is the default.
    pub limit: Option<u32>,
}

/// The Tenants page: all that the person's scope reaches.
///
/// # Errors
/// Denied; invalid for a cursor that cannot be read. A query that cannot be read is shown with what is wrong.
pub async fn view(op: &StaffOp, request: &TenantsRequest) -> Result<TenantsView, ServiceError> {
    op.require::<TenantList>(&Platform).await?.discharge(());
    let scope = op.staff().scope.clone();
    let all = TenantFilter::of(scope.clone());
    let read = query::parse(&request.q).and_then(|terms| Ok((narrow(all.clone(), &terms)?, chips(&terms))));
    let (filter, chips, query_error) = match read {
        Ok((filter, chips)) => (filter, chips, None),
        Err(message) => (all, Vec::new(), Some(message)),
    };
    let service = op.service();
    let place = CursorPlace {
        route: "tenants",
        filter: request.q.clone(),
        person: op.staff().id.to_string(),
    };
    let (after, first) = place.after::<NameKey>(service, request.cursor.as_deref())?;
    let limit = request.limit.unwrap_or(LIMIT_DEFAULT).clamp(1, LIMIT_MAX);
    let ex = &mut service.db().reader();
    let mut rows = tenant_list::list(ex, &filter, after, limit + 1).await?;
    let next = place.cut(service, &mut rows, (limit, first), |row| {
        (normalise(&row.tenant.name), row.tenant.id)
    })?;
    Ok(TenantsView {
        query: request.q.clone(),
        query_error,
        chips,
        matching: tenant_list::count(ex, &filter).await?,
        first,
        page: Page {
            items: rows.iter().map(|row| tenant_row(row, op.now())).collect(),
            next,
        },
        everywhere: scope == Scope::All,
        now: op.now(),
    })
}

/// The same for an API, where nobody looks at what is wrong with a query.
///
/// # Errors
/// As [`view`]; invalid for a query that cannot be read.
pub async fn list(op: &StaffOp, request: &TenantsRequest) -> Result<TenantsView, ServiceError> {
    let view = view(op, request).await?;
    match view.query_error {
        Some(message) => Err(ServiceError::field(FieldError::new("q", message))),
        None => Ok(view),
    }
}

fn narrow(mut filter: TenantFilter, terms: &[Term]) -> Result<TenantFilter, String> {
    for term in terms {
        match term.key.as_deref() {
            None => filter.words.push(term.text.clone()),
            Some("state") => {
                let wanted = values(term, |value| value.parse().ok(), "active or suspended")?;
                filter.state = match wanted.as_slice() {
                    [one] => Some(*one),
                    _ => None,
                };
            }
            Some("consent") => {
                let known = ["off", "ask", "window", "on"];
                filter.consents = values(
                    term,
                    |value| known.into_iter().find(|consent| *consent == value),
                    "off, ask, window or on",
                )?;
            }
            Some(key) => return Err(format!("{key}: is not known here. Use state or consent.")),
        }
    }
    Ok(filter)
}

pub(crate) fn tenant_row(listed: &Listed, now: Timestamp) -> TenantRow {
    let standing = listed.tenant.standing;
    let until = match standing.consent {
        Consent::Window { until } => Some(until),
        Consent::Off | Consent::Ask | Consent::On => None,
    };
    TenantRow {
        label: label(&listed.tenant),
        state: standing.state,
        members: listed.members,
        consent: ConsentLine {
            choice: standing.consent.as_str().to_owned(),
            until,
            open: standing.state == TenantState::Active && standing.consent.allows_at(now),
        },
        visited: listed.visited,
        created: listed.created,
    }
}
