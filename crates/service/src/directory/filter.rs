//! What a search of the directory asks for, from words to a filter. A key or value that is not known is an error in words:
//! it must never be left out in silence, which would show more than was asked for.

use stagedoor_core::role::TenantRole;
use stagedoor_core::time::{Timestamp, hours};
use stagedoor_core::view::directory::{MemberStatus, RiskLevel};
use stagedoor_store::membership::{DirectoryFilter, FactorWish, Statuses};
use stagedoor_store::tenant::Tenant;

use super::row::ACTIVE_WITHIN;
use crate::query::{self, Term, values};

/// The filter that a query asks for.
///
/// # Errors
/// In words, for a key or a value that is not known.
pub(crate) fn filter(tenant: &Tenant, terms: &[Term], now: Timestamp) -> Result<DirectoryFilter, String> {
    let mut filter = DirectoryFilter::everybody(tenant.id);
    for term in terms {
        match term.key.as_deref() {
            None if term.text == "session.recent" => filter.seen_since = Some(now.minus(hours(24))),
            None => filter.words.push(term.text.clone()),
            Some("role") => {
                filter.roles = values(
                    term,
                    |value| value.parse::<TenantRole>().ok(),
                    "owner, admin, developer, billing-admin or member",
                )?
            }
            Some("risk") => {
                filter.risks = values(
                    term,
                    |value| {
                        [RiskLevel::Low, RiskLevel::Elevated]
                            .into_iter()
                            .find(|risk| risk.as_str() == value)
                    },
                    "low or elevated",
                )?
            }
            Some("status") => filter.statuses = Some((statuses(term)?, now.minus(ACTIVE_WITHIN))),
            Some("factor") => filter.factors = Some(wish(term)?),
            Some("seen") => {
                let spans = values(term, query::span, "a span such as 30m, 24h or 7d")?;
                filter.seen_since = spans.into_iter().max().map(|span| now.minus(span));
            }
            Some(key) => {
                return Err(format!(
                    "{key}: is not known here. Use role, status, risk, factor or seen."
                ));
            }
        }
    }
    Ok(filter)
}

fn statuses(term: &Term) -> Result<Statuses, String> {
    let wanted = values(
        term,
        |value| {
            MemberStatus::ALL
                .into_iter()
                .find(|status| status.as_str() == value)
        },
        "active, idle, suspended or revoked",
    )?;
    Ok(Statuses {
        active: wanted.contains(&MemberStatus::Active),
        idle: wanted.contains(&MemberStatus::Idle),
        suspended: wanted.contains(&MemberStatus::Suspended),
        revoked: wanted.contains(&MemberStatus::Revoked),
    })
}

fn wish(term: &Term) -> Result<FactorWish, String> {
    let known = ["passkey", "totp", "password", "none"];
    let wanted = values(
        term,
        |value| known.into_iter().find(|factor| *factor == value),
        "passkey, totp, password or none",
    )?;
    let has = |factor| wanted.contains(&factor);
    Ok(FactorWish {
        passkey: has("passkey"),
        totp: has("totp"),
        password: has("password"),
        none: has("none"),
    })
}
