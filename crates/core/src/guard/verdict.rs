//! The six guardrails by name, and what each of them says. Nothing is evaluated here.

use crate::decision::Reason;

/// One of the six.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Guardrail {
    /// Where the call comes from.
    Network,
    /// Who vouches for the person.
    Identity,
    /// What the person proved, and how long ago.
    Mfa,
    /// What the role allows, and where.
    Authz,
    /// Whether two people agreed.
    Danger,
    /// Whether the session still holds.
    Session,
}

impl Guardrail {
    /// All six, in the order they are always shown.
    pub const ALL: [Self; 6] = [
        Self::Network,
        Self::Identity,
        Self::Mfa,
        Self::Authz,
        Self::Danger,
        Self::Session,
    ];

    /// The name in the audit and the API.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Network => "network",
            Self::Identity => "identity",
            Self::Mfa => "mfa",
            Self::Authz => "authz",
            Self::Danger => "danger",
            Self::Session => "session",
        }
    }

    /// The name for people.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Network => "Network",
            Self::Identity => "Identity",
            Self::Mfa => "Passkey",
            Self::Authz => "Role",
            Self::Danger => "Two-person control",
            Self::Session => "Session",
        }
    }

    const fn bit(self) -> u8 {
        1 << self as u8
    }
}

/// A set of guardrails.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct GuardSet(u8);

impl GuardSet {
    /// None of them.
    pub const EMPTY: Self = Self(0);

    /// This set and one more.
    #[must_use]
    pub const fn with(self, guardrail: Guardrail) -> Self {
        Self(self.0 | guardrail.bit())
    }

    /// Whether it is in.
    #[must_use]
    pub const fn contains(self, guardrail: Guardrail) -> bool {
        self.0 & guardrail.bit() != 0
    }
}

/// What one guardrail says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// It holds.
    Pass,
    /// It does not, and why.
    Fail(Reason),
    /// The action's own declaration does not ask for it.
    NotRequired,
}

impl Verdict {
    /// The name in the audit and the API: `pass`, `not_required`, or that of the reason.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pass => "pass",
            Self::Fail(reason) => reason.as_str(),
            Self::NotRequired => "not_required",
        }
    }

    /// The verdict of a name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        match name {
            "pass" => Some(Self::Pass),
            "not_required" => Some(Self::NotRequired),
            reason => Reason::from_name(reason).map(Self::Fail),
        }
    }

    /// What it found and what to do, in words for the person: the one text, on a page, in the API and on an entry.
    #[must_use]
    pub const fn explain(self) -> &'static str {
        match self {
            Self::Pass => "passed",
            Self::Fail(reason) => reason.explain(),
            Self::NotRequired => "not needed here",
        }
    }
}

/// What all six say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Verdicts([Verdict; 6]);

impl Verdicts {
    /// From a verdict for each guardrail.
    #[must_use]
    pub fn from_fn(mut verdict: impl FnMut(Guardrail) -> Verdict) -> Self {
        Self(Guardrail::ALL.map(&mut verdict))
    }

    /// One guardrail's verdict.
    #[must_use]
    pub const fn get(&self, guardrail: Guardrail) -> Verdict {
        self.0[guardrail as usize]
    }

    /// All of them, in the order they are always shown.
    pub fn iter(&self) -> impl Iterator<Item = (Guardrail, Verdict)> + '_ {
        Guardrail::ALL
            .into_iter()
            .map(|guardrail| (guardrail, self.get(guardrail)))
    }

    /// Six characters, one a guardrail: `p` pass, `f` fail, `-` not required. What the audit stores.
    #[must_use]
    pub fn compact(&self) -> String {
        self.iter()
            .map(|(_, verdict)| match verdict {
                Verdict::Pass => 'p',
                Verdict::Fail(_) => 'f',
                Verdict::NotRequired => '-',
            })
            .collect()
    }
}
