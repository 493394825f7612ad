//! Identity providers of staff: the kinds of them, and what they must claim of a person before the person counts as one of
//! ours. Nothing that a provider claims ever gives a role.

mod draft;
mod kind;
mod narrowing;
mod probe;
mod workforce;

pub use draft::{Draft, SECRET_MAX, check_secret, is_claim};
pub use kind::{BadProviderKind, ProviderKind, ProxyKind};
pub use narrowing::{Lists, Narrowings};
pub use probe::{ProbeStep, StepVerdict, passed};
pub use workforce::{AMR_DEFAULT, ClaimRules, EMAIL_CLAIM, NotOurs};
