//! Identity providers as staff see them. A client's secret is never among what is shown.

use serde::{Deserialize, Serialize};

use crate::guard::ProviderTrust;
use crate::id::ProviderId;
use crate::provider::{ClaimRules, ProbeStep, ProviderKind};
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
    /// The last connection test of the settings as they are.
    pub test: Option<ProviderTest>,
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

/// What would become of somebody with the claims of a sample.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClaimsPreview {
    /// `sub`, by which alone they would be found.
    pub subject: Option<String>,
    /// The address.
    pub email: Option<String>,
    /// Why they would not be let in, by its code in the audit; `None` where they would.
    pub refused: Option<String>,
    /// The same in words.
    pub words: String,
}
