//! What has to be seen before a change stays that goes by what identity providers say: that people can still sign in by one, that
//! some super admin can at all, and that devices are told of as managed now (spec 01 "Locking oneself out"). Nothing here asks a
//! provider or reads a clock.

use crate::guard::ProviderTrust;
use crate::provider::ClaimRules;

/// Whether something was seen since the trial began.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Seen {
    /// It was.
    Yes,
    /// It was not.
    NotYet,
}

/// What has been seen of a change of a provider.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ProviderProof {
    /// Whether its word counts under the change.
    pub after: ProviderTrust,
    /// Whether whoever confirms has to come through it: their identity is there.
    pub own: bool,
    /// Whether the session that confirms came through it under the change.
    pub own_sign_in: Seen,
    /// Whether anybody's did.
    pub any_sign_in: Seen,
    /// Whether the last connection test of exactly these settings passed.
    pub test: Seen,
    /// How many enrolled people have their identity there.
    pub people: u64,
}

/// What is missing before a change can be confirmed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotProven {
    /// Who confirms has not signed in through it since.
    OwnSignIn,
    /// Nobody has, and people depend on it.
    SignIn,
    /// The connection was not tested, or does not work.
    Test,
    /// Who confirms that a managed device is asked for has not signed in since.
    ManagedSignIn,
}

impl NotProven {
    /// The stable code that the audit stores.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::OwnSignIn => "own_sign_in_missing",
            Self::SignIn => "sign_in_missing",
            Self::Test => "test_missing",
            Self::ManagedSignIn => "managed_sign_in_missing",
        }
    }

    /// What to do.
    #[must_use]
    pub const fn explain(self) -> &'static str {
        match self {
            Self::OwnSignIn => {
                "Sign in through this provider first, in another window or after signing out: that shows that its new settings \
                 let you in."
            }
            Self::SignIn => {
                "People depend on this provider. Ask one of them to sign in through it first: that shows that its new settings \
                 let them in."
            }
            Self::Test => "Test the connection first: its last test must have passed with the new settings.",
            Self::ManagedSignIn => {
                "This asks for a managed device where none was asked for. Sign in again first, in another window or after signing \
                 out: that shows that your provider tells of yours as it is read today."
            }
        }
    }
}

impl ProviderProof {
    /// Whether enough was seen. Who loses trust needs no proof of their own: whoever confirms came in by another way.
    ///
    /// # Errors
    /// The first thing that is missing.
    pub const fn check(self) -> Result<(), NotProven> {
        match self {
            Self {
                after: ProviderTrust::Untrusted,
                ..
            } => Ok(()),
            Self {
                own: true,
                own_sign_in: Seen::NotYet,
                ..
            } => Err(NotProven::OwnSignIn),
            Self { own: true, .. } => Ok(()),
            Self {
                test: Seen::NotYet, ..
            } => Err(NotProven::Test),
            Self {
                people: 1..,
                any_sign_in: Seen::NotYet,
                ..
            } => Err(NotProven::SignIn),
            _ => Ok(()),
        }
    }
}

/// A super admin's way in, as far as it is known without asking anybody: their provider's word and lists, and their address.
#[derive(Debug, Clone, Copy)]
pub struct Entrance<'a> {
    /// Whether the provider's word counts.
    pub trust: ProviderTrust,
    /// E-mail domains of the workforce there.
    pub email_domains: &'a [String],
    /// What else it must claim of a person.
    pub rules: &'a ClaimRules,
    /// Their address.
    pub email: &'a str,
}

/// Whether at least one of these ways in is open.
#[must_use]
pub fn lets_anybody_in<'a>(admins: impl IntoIterator<Item = Entrance<'a>>) -> bool {
    admins.into_iter().any(|one| {
        one.trust == ProviderTrust::Trusted
            && one.rules.tell_anybody(one.email_domains)
            && ClaimRules::has_domain(one.email_domains, one.email)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const ENOUGH: ProviderProof = ProviderProof {
        after: ProviderTrust::Trusted,
        own: false,
        own_sign_in: Seen::NotYet,
        any_sign_in: Seen::Yes,
        test: Seen::Yes,
        people: 3,
    };

    #[test]
    fn what_is_missing_is_named_and_nothing_stands_for_it() {
        assert_eq!(ENOUGH.check(), Ok(()));
        let own = ProviderProof { own: true, ..ENOUGH };
        assert_eq!(own.check(), Err(NotProven::OwnSignIn), "not by somebody else's");
        let came = ProviderProof {
            own_sign_in: Seen::Yes,
            test: Seen::NotYet,
            ..own
        };
        assert_eq!(came.check(), Ok(()), "a sign-in is more than a test");
        let untested = ProviderProof {
            test: Seen::NotYet,
            ..ENOUGH
        };
        assert_eq!(untested.check(), Err(NotProven::Test));
        let nobody = ProviderProof {
            any_sign_in: Seen::NotYet,
            ..ENOUGH
        };
        assert_eq!(nobody.check(), Err(NotProven::SignIn));
        assert_eq!(ProviderProof { people: 0, ..nobody }.check(), Ok(()));
        let distrusted = ProviderProof {
            after: ProviderTrust::Untrusted,
            test: Seen::NotYet,
            ..nobody
        };
        assert_eq!(distrusted.check(), Ok(()));
    }

    #[test]
    fn a_way_in_is_trusted_tells_who_is_ours_and_has_the_domain() {
        let (domains, none) = (vec!["acme.example".to_owned()], Vec::new());
        let (rules, grouped) = (
            ClaimRules::default(),
            ClaimRules {
                groups: vec!["staff".to_owned()],
                ..ClaimRules::default()
            },
        );
        let open = Entrance {
            trust: ProviderTrust::Trusted,
            email_domains: &domains,
            rules: &rules,
            email: "kim@Acme.example",
        };
        let by_group = Entrance {
            email_domains: &none,
            rules: &grouped,
            ..open
        };
        assert!(lets_anybody_in([open]) && lets_anybody_in([by_group]));
        let shut = [
            Entrance {
                trust: ProviderTrust::Untrusted,
                ..open
            },
            Entrance {
                email_domains: &none,
                ..open
            },
            Entrance {
                email: "kim@cme.example",
                ..open
            },
        ];
        assert!(!lets_anybody_in(shut) && !lets_anybody_in([]));
        assert!(lets_anybody_in([shut[0], open]));
    }
}
