//! What a query of an audit log means: `actor:jess tenant:acme action:impersonation.* outcome:denied since:24h`.
//!
//! Names become ids here. A query that cannot be read is answered in words, and never half applied.

use stagedoor_core::input::normalise;
use stagedoor_core::time::Timestamp;
use stagedoor_store::audit::AuditFilter;
use stagedoor_store::tenant::Tenant;
use stagedoor_store::{membership, staff};

use super::action;
use crate::error::ServiceError;
use crate::op::StaffOp;
use crate::query::{self, Term};

/// The filter that a query of the platform's log asks for.
pub(super) async fn read_terms(
    op: &StaffOp,
    mut filter: AuditFilter,
    scoped: Option<&Tenant>,
    terms: &[Term],
) -> Result<Result<AuditFilter, String>, ServiceError> {
    filter.tenant = scoped.map(|tenant| tenant.id.to_string());
    let mut rest = Vec::new();
    for term in terms {
        match term.key.as_deref() {
            Some("actor") => filter.actors = Some(people(op, scoped, &term.values).await?),
            Some("target") => filter.targets = Some(people(op, scoped, &term.values).await?),
            Some("tenant") => {
                let wanted = term.values.first().map(String::as_str).unwrap_or_default();
                match crate::impersonation::find_tenant(op, wanted).await {
                    Ok(tenant) => filter.tenant = Some(tenant.id.to_string()),
                    Err(ServiceError::NotFound) => {
                        return Ok(Err(format!("There is no tenant {wanted} that you may see.")));
                    }
                    Err(error) => return Err(error),
                }
            }
            _ => rest.push(term.clone()),
        }
    }
    Ok(plain_terms(filter, &rest, op.now()))
}

/// The parts of a query that need no look-up.
pub(super) fn plain_terms(
    mut filter: AuditFilter,
    terms: &[Term],
    now: Timestamp,
) -> Result<AuditFilter, String> {
    for term in terms {
        let first = term.values.first().cloned();
        match term.key.as_deref() {
            Some("action") => {
                filter.event = first.map(|value| action::pattern(&value, &filter)).transpose()?;
            }
            Some("outcome") => filter.outcomes = outcomes(term)?,
            Some("session") => filter.session = first,
            Some("impersonation") => filter.impersonation = first,
            Some("request") => filter.request = first,
            Some("id") => filter.id = first,
            Some("since") => {
                let span = first.as_deref().and_then(query::span);
                filter.since = Some(now.minus(span.ok_or("since is a span such as 30m, 24h or 7d.")?));
            }
            Some("actor" | "target") => return Err("actor and target cannot be searched here.".to_owned()),
            _ => {
                let known =
                    "actor, target, tenant, action, outcome, since, session, impersonation, request or id";
                return Err(format!(
                    "{} is not a filter. Use {known}, for example outcome:denied.",
                    term.text
                ));
            }
        }
    }
    Ok(filter)
}

fn outcomes(term: &Term) -> Result<Vec<String>, String> {
    for value in &term.values {
        if !["success", "denied", "failed"].contains(&value.as_str()) {
            return Err(format!("outcome is success, denied or failed, not {value}."));
        }
    }
    Ok(term.values.clone())
}

/// The ids behind names: staff by id, address or its local part; people of the scoped tenant by id or address.
async fn people(
    op: &StaffOp,
    scoped: Option<&Tenant>,
    names: &[String],
) -> Result<Vec<String>, ServiceError> {
    let ex = &mut op.service().db().reader();
    let all = staff::list(ex, op.now()).await?;
    let mut ids = Vec::new();
    for name in names {
        let wanted = normalise(name);
        let is = |email: &str| {
            let email = normalise(email);
            email == wanted || email.split('@').next() == Some(wanted.as_str())
        };
        ids.extend(
            all.iter()
                .filter(|staff| is(&staff.email))
                .map(|staff| staff.id.to_string()),
        );
        if let Some(tenant) = scoped
            && let Some(member) = membership::find_by_email(ex, tenant.id, name).await?
        {
            ids.push(member.id.to_string());
        }
        if ids.is_empty() {
            // An id, or a name of something else (a flag, a key), as it is.
            ids.push(name.clone());
        }
    }
    Ok(ids)
}
