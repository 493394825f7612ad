//! Who signs in through a provider, and whether its lists would still let them in, as far as that is known without asking it.

use stagedoor_core::action::kind::IdpView;
use stagedoor_core::audit::Event;
use stagedoor_core::guard::ProviderTrust;
use stagedoor_core::id::ProviderId;
use stagedoor_core::input::FieldError;
use stagedoor_core::provider::ClaimRules;
use stagedoor_core::resource::Platform;
use stagedoor_core::view::provider::{Passes, ProviderPerson};
use stagedoor_store::provider::{self, Provider};
use stagedoor_store::staff::{self, Staff};

use super::change::Refusal;
use super::patch::LeftOut;
use crate::error::ServiceError;
use crate::op::StaffOp;

/// Most people that are listed.
const LISTED: u32 = 200;
/// Most that are named in a refusal.
const NAMED: usize = 5;

/// Who signs in through a provider, held against its lists as they are in force; at most 200, by address.
///
/// # Errors
/// Denied; not found; unavailable when the database is.
pub async fn people(op: &StaffOp, id: ProviderId) -> Result<Vec<ProviderPerson>, ServiceError> {
    op.require::<IdpView>(&Platform).await?.discharge(());
    let Some(provider) = op.service().provider_in_force(id).await? else {
        return Err(op.nothing_there(Event::IdpView, None).await);
    };
    let all = bound(op, id).await?;
    Ok(all.into_iter().map(|one| person(&provider, one)).collect())
}

async fn bound(op: &StaffOp, id: ProviderId) -> Result<Vec<Staff>, ServiceError> {
    Ok(staff::list_of_provider(&mut op.service().db().reader(), id, (LISTED, op.now())).await?)
}

fn person(provider: &Provider, staff: Staff) -> ProviderPerson {
    ProviderPerson {
        id: staff.id,
        standing: standing(provider, &staff.email),
        name: staff.name,
        email: staff.email,
        role: staff.role,
    }
}

fn standing(provider: &Provider, email: &str) -> Passes {
    let rules = &provider.rules;
    let domain = ClaimRules::has_domain(&provider.email_domains, email);
    if provider.trust == ProviderTrust::Untrusted || !rules.tell_anybody(&provider.email_domains) || !domain {
        Passes::No
    } else if rules.hosted_domains.is_empty() && rules.groups.is_empty() {
        Passes::Yes
    } else {
        Passes::Unknown
    }
}

/// Whether other lists would keep people out who get in now, which has to be said. Who takes the trust away says it by that.
pub(super) async fn left_out(
    op: &StaffOp,
    before: &Provider,
    wanted: &Provider,
    meant: LeftOut,
) -> Result<Result<(), Refusal>, ServiceError> {
    let both = (before.trust, wanted.trust) == (ProviderTrust::Trusted, ProviderTrust::Trusted);
    if meant == LeftOut::Meant || !both {
        return Ok(Ok(()));
    }
    let ex = &mut op.service().db().reader();
    // All of them, however many are listed on a page.
    let out: Vec<String> = provider::people(ex, before.id)
        .await?
        .into_iter()
        .filter(|(_, email)| standing(before, email) != Passes::No && standing(wanted, email) == Passes::No)
        .map(|(name, _)| name)
        .collect();
    if out.is_empty() {
        return Ok(Ok(()));
    }
    let named: Vec<&str> = out.iter().take(NAMED).map(String::as_str).collect();
    let more = match out.len().saturating_sub(NAMED) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    let message = format!(
        "{}{more} could not sign in any more: their addresses are in none of these domains. Say that it is meant so, or add \
         their domain.",
        named.join(", ")
    );
    let error = FieldError::new("confirm_left_out", message);
    Ok(Err(("left_out", ServiceError::field(error))))
}
