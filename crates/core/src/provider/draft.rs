//! A provider as somebody types it, and the check that makes sense of it. What is wrong is said by field.

use super::ClaimRules;
use crate::input::FieldError;
use crate::request::Toggle;

/// Most entries of a list.
const ENTRIES_MAX: usize = 50;
/// Most characters of a name.
const NAME_MAX: usize = 64;
/// Most characters of an issuer, a client id, a domain, a group.
const TEXT_MAX: usize = 255;
/// Most characters of a client secret.
pub const SECRET_MAX: usize = 512;

/// What is typed of a provider, but for its secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    /// Its name on the sign-in link.
    pub name: String,
    /// Its issuer, exactly as it names itself.
    pub issuer: String,
    /// Our client id there.
    pub client_id: String,
    /// E-mail domains of the workforce.
    pub email_domains: Vec<String>,
    /// What else it must claim of a person.
    pub rules: ClaimRules,
}

impl Draft {
    /// Checks it, and trims what may be trimmed. Plain http is for development alone.
    ///
    /// # Errors
    /// Every field that is wrong, by its name, with what to do.
    pub fn check(self, plain_http: Toggle) -> Result<Self, Vec<FieldError>> {
        let rules = ClaimRules {
            hosted_domains: lower(&self.rules.hosted_domains),
            group_claim: self.rules.group_claim.trim().to_owned(),
            groups: trimmed(&self.rules.groups),
            amr: trimmed(&self.rules.amr),
            email_claim: self.rules.email_claim.trim().to_owned(),
            name_claim: self.rules.name_claim.trim().to_owned(),
            managed_claim: self.rules.managed_claim.trim().to_owned(),
        };
        let draft = Self {
            name: self.name.trim().to_owned(),
            issuer: self.issuer.trim().to_owned(),
            client_id: self.client_id.trim().to_owned(),
            email_domains: lower(&self.email_domains),
            rules,
        };
        let wrong = draft.wrong(plain_http);
        if wrong.is_empty() { Ok(draft) } else { Err(wrong) }
    }

    fn wrong(&self, plain_http: Toggle) -> Vec<FieldError> {
        let domains = "Give domains such as example.com, at most 50, without an @.";
        let rules = &self.rules;
        let checks = [
            (
                line(&self.name, NAME_MAX),
                "name",
                "Give a name of 1 to 64 characters on one line.",
            ),
            (
                issuer(&self.issuer, plain_http),
                "issuer",
                "Give the issuer exactly as the provider names itself, such as https://login.example.com: https, without a \
                 person, a query or a fragment.",
            ),
            (
                token(&self.client_id),
                "client_id",
                "Give our client id at the provider: 1 to 255 characters without spaces.",
            ),
            (all(&self.email_domains, domain), "email_domains", domains),
            (all(&rules.hosted_domains, domain), "hosted_domains", domains),
            (
                is_claim(&rules.group_claim),
                "group_claim",
                "Name the claim that lists groups, such as groups; none that a token needs for itself.",
            ),
            (
                is_claim(&rules.email_claim),
                "email_claim",
                "Name the claim of the address, such as email; none that a token needs for itself.",
            ),
            (
                is_claim(&rules.name_claim),
                "name_claim",
                "Name the claim of the name, such as name; none that a token needs for itself.",
            ),
            (
                rules.managed_claim.is_empty() || is_claim(&rules.managed_claim),
                "managed_claim",
                "Name the claim that says whether a device is managed, or none; none that a token needs for itself.",
            ),
            (
                all(&rules.groups, |group| line(group, TEXT_MAX)),
                "groups",
                "Give at most 50 groups of 1 to 255 characters.",
            ),
            (
                !rules.amr.is_empty() && all(&rules.amr, token),
                "amr",
                "Give at least one way of signing in there that counts, such as mfa, and at most 50.",
            ),
        ];
        checks
            .into_iter()
            .filter(|(right, _, _)| !right)
            .map(|(_, field, message)| FieldError::new(field, message))
            .collect()
    }
}

/// Checks a client secret.
///
/// # Errors
/// Names the field `client_secret`.
pub fn check_secret(secret: &str) -> Result<&str, FieldError> {
    let fits = line(secret, SECRET_MAX) && secret.trim() == secret;
    let message = "Give 1 to 512 characters without spaces around them.";
    if fits {
        Ok(secret)
    } else {
        Err(FieldError::new("client_secret", message))
    }
}

fn lower(list: &[String]) -> Vec<String> {
    let small: Vec<String> = list.iter().map(|one| one.to_ascii_lowercase()).collect();
    trimmed(&small)
}

fn trimmed(list: &[String]) -> Vec<String> {
    let mut kept: Vec<String> = Vec::new();
    for one in list.iter().map(|one| one.trim()) {
        if !kept.iter().any(|known| known == one) {
            kept.push(one.to_owned());
        }
    }
    kept
}

fn all(list: &[String], right: impl Fn(&str) -> bool) -> bool {
    list.len() <= ENTRIES_MAX && list.iter().all(|one| right(one))
}

fn line(text: &str, most: usize) -> bool {
    !text.is_empty() && text.chars().count() <= most && !text.chars().any(char::is_control)
}

fn token(text: &str) -> bool {
    !text.is_empty() && text.len() <= TEXT_MAX && text.bytes().all(|byte| byte.is_ascii_graphic())
}

/// Claims that say what a token is, not whom it is of.
const OF_THE_TOKEN: [&str; 14] = [
    "iss",
    "aud",
    "exp",
    "nbf",
    "iat",
    "jti",
    "sub",
    "azp",
    "nonce",
    "sid",
    "events",
    "at_hash",
    "c_hash",
    "auth_time",
];

/// Whether a text can be the name of a claim that says something of a person.
#[must_use]
pub fn is_claim(text: &str) -> bool {
    token(text) && !OF_THE_TOKEN.contains(&text)
}

/// Names of letters, digits and hyphens, with a point between them.
fn domain(text: &str) -> bool {
    let name = |part: &str| {
        !part.is_empty()
            && part
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    };
    text.len() <= TEXT_MAX && text.contains('.') && text.split('.').all(name)
}

fn issuer(text: &str, plain_http: Toggle) -> bool {
    let rest = match text.split_once("://") {
        Some(("https", rest)) => rest,
        Some(("http", rest)) if plain_http == Toggle::On => rest,
        _ => return false,
    };
    let host = rest.split('/').next().unwrap_or_default();
    token(text) && !host.is_empty() && !host.starts_with(':') && !text.contains(['?', '#', '@', '\\'])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn draft() -> Draft {
        Draft {
            name: " Example SSO ".to_owned(),
            issuer: "https://login.example.com/realm".to_owned(),
            client_id: "console".to_owned(),
            email_domains: vec!["Example.com".to_owned(), "example.com ".to_owned()],
            rules: ClaimRules::default(),
        }
    }

    #[test]
    fn what_is_right_is_trimmed_and_said_once() {
        let checked = draft().check(Toggle::Off).unwrap();
        assert_eq!(
            (checked.name.as_str(), checked.email_domains),
            ("Example SSO", vec!["example.com".to_owned()])
        );
    }

    #[test]
    fn every_field_that_is_wrong_is_named() {
        type Change = fn(&mut Draft);
        let wrong: [(&str, Change); 19] = [
            ("name", |draft| draft.name = "  ".to_owned()),
            ("name", |draft| draft.name = "a\u{7}".to_owned()),
            ("issuer", |draft| {
                draft.issuer = "http://login.example.com".to_owned()
            }),
            ("issuer", |draft| draft.issuer = "https://".to_owned()),
            ("issuer", |draft| {
                draft.issuer = "https://a@evil.example".to_owned()
            }),
            ("issuer", |draft| draft.issuer = "https://a.example/?b".to_owned()),
            ("issuer", |draft| draft.issuer = "file:///etc/passwd".to_owned()),
            ("client_id", |draft| draft.client_id = "two words".to_owned()),
            ("email_domains", |draft| {
                draft.email_domains = vec!["com".to_owned()]
            }),
            ("email_domains", |draft| {
                draft.email_domains = vec!["*.example.com".to_owned()];
            }),
            ("email_domains", |draft| {
                draft.email_domains = (0..51).map(|n| format!("d{n}.example")).collect();
            }),
            ("hosted_domains", |draft| {
                draft.rules.hosted_domains = vec![String::new()];
            }),
            ("group_claim", |draft| draft.rules.group_claim = String::new()),
            ("email_claim", |draft| draft.rules.email_claim = "sub".to_owned()),
            ("name_claim", |draft| draft.rules.name_claim = "a b".to_owned()),
            ("managed_claim", |draft| {
                draft.rules.managed_claim = "exp".to_owned();
            }),
            ("groups", |draft| draft.rules.groups = vec!["x".repeat(256)]),
            ("amr", |draft| draft.rules.amr = Vec::new()),
            ("amr", |draft| draft.rules.amr = vec!["m f a".to_owned()]),
        ];
        for (field, change) in wrong {
            let mut changed = draft();
            change(&mut changed);
            let fields: Vec<_> = changed.check(Toggle::Off).unwrap_err();
            let fields: Vec<_> = fields.iter().map(|error| error.field).collect();
            assert_eq!(fields, [field]);
        }
        let mut local = draft();
        local.issuer = "http://idp.localhost:7117".to_owned();
        assert!(local.check(Toggle::On).is_ok());
    }
}
