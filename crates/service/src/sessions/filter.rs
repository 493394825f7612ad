//! What the search box of Sessions means: words of the person, `state:live,ended`, `factor:passkey`, `person:stf_…`,
//! `address:203.0.113.0/24`, `device:firefox`, `older:2h`, `provider:okta`, `narrowed:yes`. What is revoked together is asked in the same
//! words.

use std::net::IpAddr;
use std::time::Duration;

use ipnet::IpNet;
use stagedoor_core::assurance::{FactorKind, TenantFactor};
use stagedoor_core::id::{MemberId, ProviderId, StaffId};
use stagedoor_core::input::normalise;
use stagedoor_store::provider;
use stagedoor_store::session_list::{AddressRange, Beginning, IsNarrowed, Life, MemberFilter, StaffFilter};
use stagedoor_store::tenant::Tenant;

use super::row::tenant_clocks;
use crate::error::ServiceError;
use crate::op::StaffOp;
use crate::people::staff_named;
use crate::query::{Term, span, values};

/// A query, taken apart. Unless it says otherwise, only what runs is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Asked {
    words: Vec<String>,
    pub(super) life: Option<Life>,
    factor: Option<&'static str>,
    people: Option<Vec<String>>,
    range: Option<AddressRange>,
    agent: Vec<String>,
    older: Option<Duration>,
    provider: Option<String>,
    narrowed: Option<IsNarrowed>,
}

impl Default for Asked {
    fn default() -> Self {
        Self {
            words: Vec::new(),
            life: Some(Life::Live),
            factor: None,
            people: None,
            range: None,
            agent: Vec::new(),
            older: None,
            provider: None,
            narrowed: None,
        }
    }
}

const FACTORS: [&str; 3] = ["passkey", "totp", "password"];
const KNOWN: &str = "state, factor, person, address, device, older, provider or narrowed";

impl Asked {
    /// Reads a query.
    ///
    /// # Errors
    /// In words, for a key or a value that is not known.
    pub(super) fn read(terms: &[Term]) -> Result<Self, String> {
        let mut asked = Self::default();
        for term in terms {
            match term.key.as_deref() {
                None => asked.words.push(term.text.clone()),
                Some("state") => asked.life = life(term)?,
                Some("factor") => {
                    let known = |value: &str| FACTORS.into_iter().find(|factor| *factor == value);
                    values(term, known, "passkey, totp or password")?;
                    asked.factor = known(one(term, "factor:passkey")?);
                }
                Some("person") => asked.people = Some(people(term)?),
                Some("address") => asked.range = Some(range(one(term, "address:203.0.113.0/24")?)?),
                Some("device") => asked.agent.extend(term.values.iter().cloned()),
                Some("older") => {
                    let told = span(one(term, "older:2h")?);
                    asked.older = Some(told.ok_or("older is a span such as 30m, 2h or 7d.")?);
                }
                Some("narrowed") => {
                    let known = |value: &str| match value {
                        "yes" => Some(IsNarrowed::Yes),
                        "no" => Some(IsNarrowed::No),
                        _ => None,
                    };
                    asked.narrowed = values(term, known, "yes or no")?.first().copied();
                }
                Some("provider") => asked.provider = Some(one(term, "provider:okta")?.to_owned()),
                Some(key) => return Err(format!("{key}: is not known here. Use {KNOWN}.")),
            }
        }
        Ok(asked)
    }

    fn beginning(&self, op: &StaffOp) -> Beginning {
        Beginning {
            from: self.range,
            agent: self.agent.clone(),
            before: self.older.map(|older| op.now().minus(older)),
        }
    }

    /// The filter for staff sessions; the words are looked up among staff.
    pub(super) async fn of_staff(&self, op: &StaffOp) -> Result<StaffFilter, ServiceError> {
        let everybody = StaffFilter {
            life: self.life,
            beginning: self.beginning(op),
            narrowed: self.narrowed,
            ..StaffFilter::everybody(op.service().staff_clocks(op.now()))
        };
        let factor = match self.factor {
            // Nobody on staff signs in with a password: such a wish finds nothing.
            Some("password") => {
                return Ok(StaffFilter {
                    staff: Some(Vec::new()),
                    ..everybody
                });
            }
            Some(name) => name.parse::<FactorKind>().ok(),
            None => None,
        };
        Ok(StaffFilter {
            staff: self.staff(op).await?,
            providers: match &self.provider {
                Some(name) => Some(providers(op, name).await?),
                None => None,
            },
            factor,
            ..everybody
        })
    }

    /// Whose of staff, by words and by ids.
    async fn staff(&self, op: &StaffOp) -> Result<Option<Vec<StaffId>>, ServiceError> {
        let chosen: Option<Vec<StaffId>> = self
            .people
            .as_ref()
            .map(|ids| ids.iter().filter_map(|id| id.parse().ok()).collect());
        if self.words.is_empty() {
            return Ok(chosen);
        }
        let mut named = staff_named(op, &self.words).await?;
        if let Some(chosen) = chosen {
            named.retain(|id| chosen.contains(id));
        }
        Ok(Some(named))
    }

    /// The filter for sessions of a tenant's people. No provider vouches for them: such a wish finds nothing.
    pub(super) fn of_tenant(&self, op: &StaffOp, tenant: &Tenant) -> MemberFilter {
        let chosen = self
            .people
            .as_ref()
            .map(|ids| ids.iter().filter_map(|id| id.parse::<MemberId>().ok()).collect());
        MemberFilter {
            tenant: tenant.id,
            id: None,
            members: match (&self.provider, self.factor.map(str::parse::<TenantFactor>)) {
                // Nor is any of theirs narrowed.
                _ if self.narrowed == Some(IsNarrowed::Yes) => Some(Vec::new()),
                (Some(_), _) | (_, Some(Err(_))) => Some(Vec::new()),
                (None, _) => chosen,
            },
            words: self.words.clone(),
            life: self.life,
            factor: self.factor.and_then(|name| name.parse::<TenantFactor>().ok()),
            beginning: self.beginning(op),
            clocks: tenant_clocks(op),
        }
    }
}

/// The only value of a term.
fn one<'a>(term: &'a Term, example: &str) -> Result<&'a str, String> {
    match term.values.as_slice() {
        [one] => Ok(one),
        _ => Err(format!(
            "{} takes one value here, for example {example}.",
            term.key.as_deref().unwrap_or_default()
        )),
    }
}

fn people(term: &Term) -> Result<Vec<String>, String> {
    let known = |value: &str| {
        let is_one = value.parse::<StaffId>().is_ok() || value.parse::<MemberId>().is_ok();
        is_one.then(|| value.to_owned())
    };
    values(term, known, "the id of a person, stf_… or usr_…")
}

/// A range in CIDR notation, or one address.
fn range(text: &str) -> Result<AddressRange, String> {
    if let Ok(address) = text.parse::<IpAddr>() {
        return Ok(AddressRange {
            first: address,
            last: address,
        });
    }
    let net: IpNet = text
        .parse()
        .map_err(|_| format!("address is an address or a range such as 203.0.113.0/24, not {text}."))?;
    Ok(AddressRange {
        first: net.network(),
        last: net.broadcast(),
    })
}

/// Providers by id, or by a name that begins so.
async fn providers(op: &StaffOp, wanted: &str) -> Result<Vec<ProviderId>, ServiceError> {
    let all = provider::list(&mut op.service().db().reader()).await?;
    let start = normalise(wanted);
    let fits = |id: ProviderId, name: &str| id.to_string() == wanted || normalise(name).starts_with(&start);
    Ok(all
        .iter()
        .filter(|provider| fits(provider.id, &provider.name))
        .map(|provider| provider.id)
        .collect())
}

fn life(term: &Term) -> Result<Option<Life>, String> {
    let known = |value: &str| match value {
        "live" => Some(Life::Live),
        "ended" => Some(Life::Over),
        _ => None,
    };
    let wanted = values(term, known, "live or ended")?;
    let both = wanted.contains(&Life::Live) && wanted.contains(&Life::Over);
    Ok(if both { None } else { wanted.first().copied() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::query::parse;

    fn read(query: &str) -> Result<Asked, String> {
        Asked::read(&parse(query).unwrap())
    }

    #[test]
    fn only_what_runs_is_asked_for_unless_the_query_says_otherwise() {
        assert_eq!(read("").unwrap().life, Some(Life::Live));
        assert_eq!(read("state:ended kim").unwrap().life, Some(Life::Over));
        assert_eq!(read("state:ended,live").unwrap().life, None);
        assert_eq!(read("kim mor").unwrap().words, ["kim", "mor"]);
    }

    #[test]
    fn a_range_is_its_first_and_its_last_address() {
        let of = |query: &str| {
            let range = read(query).unwrap().range.unwrap();
            (range.first.to_string(), range.last.to_string())
        };
        let text = |first: &str, last: &str| (first.to_owned(), last.to_owned());
        assert_eq!(of("address:203.0.113.9"), text("203.0.113.9", "203.0.113.9"));
        assert_eq!(of("address:10.1.16.7/20"), text("10.1.16.0", "10.1.31.255"));
        assert_eq!(of("address:2001:db8::/126"), text("2001:db8::", "2001:db8::3"));
    }

    #[test]
    fn what_is_not_known_is_said() {
        assert!(read("state:dead").unwrap_err().contains("live or ended"));
        assert!(read("factor:sms").unwrap_err().contains("passkey"));
        assert!(
            read("address:10.0.0.0/40")
                .unwrap_err()
                .contains("203.0.113.0/24")
        );
        assert!(read("older:soon").unwrap_err().contains("2h"));
        assert!(read("person:kim").unwrap_err().contains("stf_"));
        assert!(read("factor:passkey,totp").unwrap_err().contains("one value"));
        assert!(read("colour:red").unwrap_err().contains("state, factor"));
    }
}
