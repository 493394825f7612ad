//! What the search box of Sessions means: words of the person, `state:live,ended`, `factor:passkey`.

use stagedoor_core::assurance::{FactorKind, TenantFactor};
use stagedoor_store::session_list::{Life, MemberFilter, StaffFilter};
use stagedoor_store::tenant::Tenant;

use super::row::{staff_clocks, tenant_clocks};
use crate::error::ServiceError;
use crate::op::StaffOp;
use crate::people::staff_named;
use crate::query::{Term, values};

/// A query, taken apart. Unless it says otherwise, only what runs is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Asked {
    words: Vec<String>,
    life: Option<Life>,
    factor: Option<&'static str>,
}

impl Default for Asked {
    fn default() -> Self {
        Self {
            words: Vec::new(),
            life: Some(Life::Live),
            factor: None,
        }
    }
}

const FACTORS: [&str; 3] = ["passkey", "totp", "password"];

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
                    let wanted = values(term, known, "passkey, totp or password")?;
                    asked.factor = match wanted.as_slice() {
                        [one] => Some(*one),
                        _ => {
                            return Err("factor takes one value here, for example factor:passkey.".to_owned());
                        }
                    };
                }
                Some(key) => return Err(format!("{key}: is not known here. Use state or factor.")),
            }
        }
        Ok(asked)
    }

    /// The filter for staff sessions; the words are looked up among staff.
    pub(super) async fn of_staff(&self, op: &StaffOp) -> Result<StaffFilter, ServiceError> {
        let staff = match self.words.is_empty() {
            true => None,
            false => Some(staff_named(op, &self.words).await?),
        };
        let factor = match self.factor {
            // Nobody on staff signs in with a password: such a wish finds nothing.
            Some("password") => return Ok(self.nothing(op)),
            Some(name) => name.parse::<FactorKind>().ok(),
            None => None,
        };
        Ok(StaffFilter {
            id: None,
            staff,
            life: self.life,
            factor,
            clocks: staff_clocks(op),
        })
    }

    fn nothing(&self, op: &StaffOp) -> StaffFilter {
        StaffFilter {
            id: None,
            staff: Some(Vec::new()),
            life: self.life,
            factor: None,
            clocks: staff_clocks(op),
        }
    }

    /// The filter for sessions of a tenant's people.
    pub(super) fn of_tenant(&self, op: &StaffOp, tenant: &Tenant) -> MemberFilter {
        MemberFilter {
            tenant: tenant.id,
            id: None,
            members: None,
            words: self.words.clone(),
            life: self.life,
            factor: self.factor.and_then(|name| name.parse::<TenantFactor>().ok()),
            clocks: tenant_clocks(op),
        }
    }
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
    fn what_is_not_known_is_said() {
        assert!(read("state:dead").unwrap_err().contains("live or ended"));
        assert!(read("factor:sms").unwrap_err().contains("passkey"));
        assert!(read("colour:red").unwrap_err().contains("state or factor"));
    }
}
