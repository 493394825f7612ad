//! The six guardrails: facts in, verdicts out (spec 01 "The six guardrails").
//!
//! A guardrail that is missing, unconfigured or cannot be evaluated has failed. Only an action's own declaration can
//! say that one is not required.

mod factor;
mod identity;
mod network;
mod session;
mod verdict;

pub(crate) use factor::mfa;
pub use factor::{FactorRule, TotpFallback};
pub(crate) use identity::identity;
pub use identity::{DeviceFact, IdentityFact, PersonKind, ProviderTrust};
pub(crate) use network::network;
pub use network::{NetworkKind, NetworkRule, ProxyFact, WayIn, way_in, way_in_by};
pub use session::{AccountFact, SessionFact};
pub(crate) use session::{member_session, session};
pub use verdict::{GuardSet, Guardrail, Verdict, Verdicts};

/// Whether the call holds an approved break-glass grant for exactly this.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GrantFact {
    /// It does not.
    None,
    /// It does.
    Approved,
}
