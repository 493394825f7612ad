//! Identity providers as staff see them. A client's secret is never among what is shown.

use serde::{Deserialize, Serialize};

use super::trial::TrialLine;
use crate::audit::Change;
use crate::guard::ProviderTrust;
use crate::id::{ProviderId, StaffId};
use crate::provider::{ClaimRules, ProbeStep, ProviderKind};
use crate::role::StaffRole;
use crate::time::Timestamp;

/// The last connection test.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProviderTest {
    /// When.
    pub at: Timestamp,
    /// Whether everything works.
    pub passed: bool,
    /// What each step said.
    pub steps: Vec<ProbeStep>,
}

/// A provider.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProviderRow {
    /// Its id.
    pub id: ProviderId,
    /// How it vouches.
    pub kind: ProviderKind,
    /// Its name on the sign-in link.
    pub name: String,
    /// Its issuer.
    pub issuer: String,
    /// Our client id there, or the audience of a proxy's assertions.
    pub client_id: String,
    /// Whether we have a secret there.
    pub has_secret: bool,
    /// Whether its word counts.
    pub trust: ProviderTrust,
    /// Whether the configuration file declares it.
    pub declared: bool,
    /// E-mail domains of the workforce.
    pub email_domains: Vec<String>,
    /// What else it must claim of a person.
    pub rules: ClaimRules,
    /// How many people of staff sign in through it.
    pub people: u64,
    /// Whether whoever looks is signed in through it.
    pub own: bool,
    /// The change of it that is on trial. What stands beside is how it is under the trial.
    pub trial: Option<ProviderTrial>,
    /// The last connection test of the settings as they are.
    pub test: Option<ProviderTest>,
}

/// A change of a provider while it is tried.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProviderTrial {
    /// The trial.
    pub line: TrialLine,
    /// What changes, in words that hold no secret.
    pub changes: Vec<Change>,
    /// What is missing before it can be confirmed; `None` where nothing is, or it is somebody else's.
    pub missing: Option<String>,
}

/// Somebody who signs in through a provider, held against who counts as one of ours there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProviderPerson {
    /// Who.
    pub id: StaffId,
    /// Their name.
    pub name: String,
    /// Their address.
    pub email: String,
    /// Their role.
    pub role: StaffRole,
    /// Whether they would pass.
    pub standing: Passes,
}

/// Whether somebody would count as one of ours at their next sign-in, as far as it can be told before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Passes {
    /// They would.
    Yes,
    /// They would not: their address is in none of the domains.
    No,
    /// It takes claims that only the provider knows: hosted domains or groups are asked for.
    Unknown,
}

impl Passes {
    /// The name in the API.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Yes => "yes",
            Self::No => "no",
            Self::Unknown => "unknown",
        }
    }

    /// In words.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::Yes => "would pass",
            Self::No => "would not pass",
            Self::Unknown => "not known before they sign in",
        }
    }
}

/// The list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProvidersView {
    /// All of them, by name.
    pub rows: Vec<ProviderRow>,
    /// Whether whoever looks may change them.
    pub may_write: bool,
    /// The address that answers come back to, to be registered at a provider.
    pub redirect_uri: String,
}

/// What is made of one claim of a sample.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MappedClaim {
    /// What it is read for: `email`, `name`, `groups` or `managed`.
    pub attribute: String,
    /// The claim.
    pub claim: String,
    /// What was read; `None` where it is absent or of another type.
    pub value: Option<String>,
    /// What is wrong with it.
    pub fault: Option<String>,
}

/// What would become of somebody with the claims of a sample.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClaimsPreview {
    /// What is read from which claim.
    pub attributes: Vec<MappedClaim>,
    /// `sub`, by which alone they would be found.
    pub subject: Option<String>,
    /// The address.
    pub email: Option<String>,
    /// Why they would not be let in, by its code in the audit; `None` where they would.
    pub refused: Option<String>,
    /// The same in words.
    pub words: String,
}
