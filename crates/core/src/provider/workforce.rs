//! Whether a person whom a provider vouches for is one of ours: by address, hosted domain or group, as far as each is
//! asked for. What is asked for and not claimed denies, and where nothing is asked for nobody is ours.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::guard::DeviceFact;

/// The ways of signing in there that count, where the token tells any (RFC 8176).
pub const AMR_DEFAULT: [&str; 4] = ["mfa", "swk", "hwk", "otp"];

/// The claim of the address that is standard, and that `email_verified` speaks of.
pub const EMAIL_CLAIM: &str = "email";

/// What a provider must claim, and in which claims it says it. Each claim has one type, and what is of another is never taken for
/// what it looks like.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ClaimRules {
    /// Values of `hd` that are ours; none asks for none.
    pub hosted_domains: Vec<String>,
    /// The claim that lists a person's groups.
    pub group_claim: String,
    /// Groups of which one is enough; none asks for none.
    pub groups: Vec<String>,
    /// Values of `amr` of which one is enough, where the token has that claim at all.
    pub amr: Vec<String>,
    /// The claim of a person's address: a text.
    pub email_claim: String,
    /// The claim of their name: a text.
    pub name_claim: String,
    /// The claim that says whether their device is managed: `true` or `false`. Empty where there is none.
    pub managed_claim: String,
}

impl Default for ClaimRules {
    fn default() -> Self {
        Self {
            hosted_domains: Vec::new(),
            group_claim: "groups".to_owned(),
            groups: Vec::new(),
            amr: AMR_DEFAULT.map(str::to_owned).to_vec(),
            email_claim: EMAIL_CLAIM.to_owned(),
            name_claim: "name".to_owned(),
            managed_claim: String::new(),
        }
    }
}

/// Why somebody is not one of ours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotOurs {
    /// Nothing is asked for: nobody has said who is.
    Nobody,
    /// The address is in none of the domains.
    Domain,
    /// `hd` is absent, wrongly typed or another's.
    HostedDomain,
    /// None of the groups is claimed.
    Group,
    /// None of the ways of signing in there counts.
    Amr,
}

impl NotOurs {
    /// The stable code that the audit stores.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Nobody => "workforce_unconfigured",
            Self::Domain => "not_workforce",
            Self::HostedDomain => "not_workforce_hosted_domain",
            Self::Group => "not_workforce_group",
            Self::Amr => "amr_not_allowed",
        }
    }
}

impl NotOurs {
    /// In words, for whoever sets the rules.
    #[must_use]
    pub const fn explain(self) -> &'static str {
        match self {
            Self::Nobody => "No domain, hosted domain or group is named, so nobody is let in.",
            Self::Domain => "The address is in none of the e-mail domains.",
            Self::HostedDomain => "hd is absent, or none of the hosted domains.",
            Self::Group => "None of the groups is claimed.",
            Self::Amr => "The token says how they signed in there, and none of these ways counts.",
        }
    }
}

impl ClaimRules {
    /// What is claimed of the device.
    #[must_use]
    pub fn device(&self, claims: &Map<String, Value>) -> DeviceFact {
        if self.managed_claim.is_empty() {
            return DeviceFact::Unclaimed;
        }
        match claims.get(&self.managed_claim) {
            None => DeviceFact::Unclaimed,
            Some(Value::Bool(true)) => DeviceFact::Managed,
            Some(Value::Bool(false)) => DeviceFact::Unmanaged,
            Some(_) => DeviceFact::Misclaimed,
        }
    }

    /// Whether anything tells who is ours.
    #[must_use]
    pub fn tell_anybody(&self, email_domains: &[String]) -> bool {
        !(email_domains.is_empty() && self.hosted_domains.is_empty() && self.groups.is_empty())
    }

    /// Whether an address is in one of the domains, where any is asked for.
    #[must_use]
    pub fn has_domain(email_domains: &[String], email: &str) -> bool {
        let domain = email.rsplit_once('@').map(|(_, domain)| domain);
        let is = |own: &String| domain.is_some_and(|domain| own.eq_ignore_ascii_case(domain));
        email_domains.is_empty() || email_domains.iter().any(is)
    }

    /// Holds a person against the rules: every list that is not empty must hold one of what is claimed.
    ///
    /// # Errors
    /// The first rule that does not hold.
    pub fn check(
        &self,
        email_domains: &[String],
        email: &str,
        claims: &Map<String, Value>,
    ) -> Result<(), NotOurs> {
        if !self.tell_anybody(email_domains) {
            return Err(NotOurs::Nobody);
        }
        if !Self::has_domain(email_domains, email) {
            return Err(NotOurs::Domain);
        }
        let hosted = claims.get("hd").and_then(Value::as_str);
        holds(&self.hosted_domains, NotOurs::HostedDomain, |own| {
            hosted.is_some_and(|hosted| own.eq_ignore_ascii_case(hosted))
        })?;
        let groups = texts(claims.get(&self.group_claim));
        holds(&self.groups, NotOurs::Group, |own| groups.contains(&own.as_str()))?;
        match claims.get("amr") {
            None => Ok(()),
            some => {
                let ways = texts(some);
                let counts = self.amr.iter().any(|own| ways.contains(&own.as_str()));
                counts.then_some(()).ok_or(NotOurs::Amr)
            }
        }
    }
}

/// An empty list asks for nothing.
fn holds(list: &[String], missing: NotOurs, is: impl Fn(&String) -> bool) -> Result<(), NotOurs> {
    (list.is_empty() || list.iter().any(is))
        .then_some(())
        .ok_or(missing)
}

/// A text, or those of a list that are texts. What is anything else claims nothing.
fn texts(claim: Option<&Value>) -> Vec<&str> {
    match claim {
        Some(Value::String(one)) => vec![one],
        Some(Value::Array(many)) => many.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn check(rules: &ClaimRules, domains: &[&str], claims: &Value) -> Result<(), NotOurs> {
        let domains: Vec<String> = domains.iter().map(|one| (*one).to_owned()).collect();
        rules.check(&domains, "kim@Acme.example", claims.as_object().unwrap())
    }

    #[test]
    fn every_list_that_is_there_must_hold_and_none_at_all_denies() {
        let rules = ClaimRules {
            hosted_domains: vec!["acme.example".to_owned()],
            groups: vec!["staff".to_owned()],
            ..ClaimRules::default()
        };
        let good = json!({ "hd": "ACME.example", "groups": ["x", "staff"], "amr": ["pwd", "otp"] });
        assert_eq!(check(&rules, &["other.example", "acme.example"], &good), Ok(()));
        assert_eq!(check(&rules, &[], &good), Ok(()));
        assert_eq!(
            check(&rules, &["cme.example"], &good),
            Err(NotOurs::Domain),
            "a domain is whole"
        );
        assert_eq!(check(&ClaimRules::default(), &[], &good), Err(NotOurs::Nobody));
        for (claim, value, why) in [
            ("hd", json!(null), NotOurs::HostedDomain),
            ("hd", json!(["acme.example"]), NotOurs::HostedDomain),
            ("groups", json!([]), NotOurs::Group),
            ("groups", json!({ "staff": true }), NotOurs::Group),
            ("groups", json!(["Staff"]), NotOurs::Group),
            ("amr", json!(["pwd"]), NotOurs::Amr),
            ("amr", json!([]), NotOurs::Amr),
            ("amr", json!(null), NotOurs::Amr),
        ] {
            let mut claims = good.clone();
            claims[claim] = value.clone();
            assert_eq!(check(&rules, &[], &claims), Err(why), "{claim} {value}");
        }
    }

    #[test]
    fn a_device_is_managed_only_where_its_claim_is_true() {
        let rules = ClaimRules {
            managed_claim: "managed".to_owned(),
            ..ClaimRules::default()
        };
        let said = |rules: &ClaimRules, claims: Value| rules.device(claims.as_object().unwrap());
        for (value, fact) in [
            (json!(true), DeviceFact::Managed),
            (json!(false), DeviceFact::Unmanaged),
            (json!("true"), DeviceFact::Misclaimed),
            (json!(1), DeviceFact::Misclaimed),
            (json!(null), DeviceFact::Misclaimed),
            (json!([true]), DeviceFact::Misclaimed),
        ] {
            assert_eq!(said(&rules, json!({ "managed": value.clone() })), fact, "{value}");
        }
        assert_eq!(said(&rules, json!({ "Managed": true })), DeviceFact::Unclaimed);
        assert_eq!(
            said(&ClaimRules::default(), json!({ "managed": true, "": true })),
            DeviceFact::Unclaimed
        );
    }

    #[test]
    fn a_token_without_amr_leaves_it_to_our_own_passkey() {
        assert_eq!(
            check(&ClaimRules::default(), &["acme.example"], &json!({})),
            Ok(())
        );
    }
}
