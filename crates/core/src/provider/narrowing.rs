//! Since when a provider's rules of who is one of ours ask for more than before. Whom it vouched for earlier was held against
//! less, and is believed only as far as what is kept of them proves that they would still be let in. Nothing here reads a clock.

use serde::{Deserialize, Serialize};

use super::ClaimRules;
use crate::time::Timestamp;

/// Who is one of ours: e-mail domains, and what else is claimed.
#[derive(Debug, Clone, Copy)]
pub struct Lists<'a> {
    /// The domains.
    pub email_domains: &'a [String],
    /// The rest.
    pub rules: &'a ClaimRules,
}

/// When each kind of rule began to ask for more.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Narrowings {
    /// The e-mail domains, or the claim that the address is read from.
    pub domains: Option<Timestamp>,
    /// Hosted domains, groups or ways of signing in there: nothing of what was claimed of these is kept.
    pub claims: Option<Timestamp>,
}

impl Narrowings {
    /// Never.
    pub const NONE: Self = Self {
        domains: None,
        claims: None,
    };

    /// The same, after a change at a moment.
    #[must_use]
    pub fn after(self, before: Lists<'_>, after: Lists<'_>, at: Timestamp) -> Self {
        let since = |narrower: bool, former: Option<Timestamp>| if narrower { Some(at) } else { former };
        Self {
            domains: since(domains_narrower(before, after), self.domains),
            claims: since(claims_narrower(before.rules, after.rules), self.claims),
        }
    }

    /// Whether somebody whom the provider vouched for at a moment is still one of ours, by the address that is kept of them.
    #[must_use]
    pub fn believe(&self, vouched: Timestamp, now: Lists<'_>, email: &str) -> bool {
        let since = |narrowed: Option<Timestamp>| narrowed.is_some_and(|at| vouched < at);
        now.rules.tell_anybody(now.email_domains)
            && !since(self.claims)
            && (!since(self.domains) || ClaimRules::has_domain(now.email_domains, email))
    }
}

/// Whether a list asks for something that the former one did not prove. An empty list asks for nothing.
fn narrower(before: &[String], after: &[String], same: impl Fn(&str, &str) -> bool) -> bool {
    let proved = |one: &String| after.iter().any(|other| same(one, other));
    !after.is_empty() && (before.is_empty() || !before.iter().all(proved))
}

fn domains_narrower(before: Lists<'_>, after: Lists<'_>) -> bool {
    let moved = before.rules.email_claim != after.rules.email_claim && !after.email_domains.is_empty();
    moved
        || narrower(
            before.email_domains,
            after.email_domains,
            str::eq_ignore_ascii_case,
        )
}

fn claims_narrower(before: &ClaimRules, after: &ClaimRules) -> bool {
    let same = |one: &str, other: &str| one == other;
    let moved = before.group_claim != after.group_claim && !after.groups.is_empty();
    // An empty list of ways lets in only whose token tells none: it asks for the most.
    let ways = !before.amr.iter().all(|way| after.amr.contains(way));
    moved
        || ways
        || narrower(&before.groups, &after.groups, same)
        || narrower(
            &before.hosted_domains,
            &after.hosted_domains,
            str::eq_ignore_ascii_case,
        )
}

#[cfg(test)]
mod tests {
    use super::*;

    const BEGAN: Timestamp = Timestamp::from_micros(10);
    const CHANGED: Timestamp = Timestamp::from_micros(20);

    fn texts(list: &[&str]) -> Vec<String> {
        list.iter().map(|one| (*one).to_owned()).collect()
    }

    fn believed(before: (&[&str], &ClaimRules), after: (&[&str], &ClaimRules), email: &str) -> bool {
        let domains = (texts(before.0), texts(after.0));
        let before = Lists {
            email_domains: &domains.0,
            rules: before.1,
        };
        let after = Lists {
            email_domains: &domains.1,
            rules: after.1,
        };
        let narrowings = Narrowings::NONE.after(before, after, CHANGED);
        assert!(
            narrowings.believe(CHANGED, after, email) == after.rules.tell_anybody(after.email_domains),
            "who came since was held against these"
        );
        narrowings.believe(BEGAN, after, email)
    }

    #[test]
    fn who_came_before_a_domain_was_taken_away_is_ours_by_the_others_alone() {
        let rules = ClaimRules::default();
        let both: &[&str] = &["acme.example", "acme.test"];
        let by = |after: &[&str], email: &str| believed((both, &rules), (after, &rules), email);
        assert!(by(&["ACME.example"], "kim@acme.example"));
        assert!(!by(&["acme.example"], "kim@acme.test"));
        assert!(
            by(
                &["acme.example", "acme.test", "acme.new"],
                "kim@elsewhere.example"
            ),
            "nothing was taken away"
        );
        assert!(!by(&[], "kim@acme.example"), "nothing tells who is ours");
    }

    #[test]
    fn who_came_before_more_is_claimed_is_nobody_s_until_they_come_anew() {
        let wide = ClaimRules::default();
        let grouped = ClaimRules {
            groups: texts(&["staff"]),
            ..wide.clone()
        };
        let more = ClaimRules {
            groups: texts(&["staff", "guests"]),
            ..wide.clone()
        };
        let hosted = ClaimRules {
            hosted_domains: texts(&["acme.example"]),
            ..wide.clone()
        };
        let moved = ClaimRules {
            group_claim: "roles".to_owned(),
            ..grouped.clone()
        };
        let no_ways = ClaimRules {
            amr: Vec::new(),
            ..wide.clone()
        };
        let domain: &[&str] = &["acme.example"];
        let by = |before, after| believed((domain, before), (domain, after), "kim@acme.example");
        for (before, after) in [
            (&wide, &grouped),
            (&more, &grouped),
            (&grouped, &moved),
            (&wide, &hosted),
            (&wide, &no_ways),
        ] {
            assert!(!by(before, after), "{after:?}");
            assert!(by(after, after), "{after:?}");
        }
        for (before, after) in [
            (&grouped, &wide),
            (&grouped, &more),
            (&hosted, &wide),
            (&no_ways, &wide),
        ] {
            assert!(by(before, after), "asks for less: {after:?}");
        }
    }
}
