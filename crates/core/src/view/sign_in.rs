//! The staff entrance and the enrolment page: how the guardrails stand, and the one thing to do next.
//!
//! It never says more of an account than the person who proved it may know, and never carries a token.

use serde::{Deserialize, Serialize};

use crate::narrowed::Reach;
use crate::view::frame::{Flash, GuardView};

/// A provider's link.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProviderLink {
    /// The provider's name: `Demo SSO`.
    pub name: String,
    /// Where the link goes: a path of our own that redirects.
    pub href: String,
}

/// What may be typed where the passkey is not at hand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OtherWay {
    /// A code of an authenticator app.
    Code,
    /// A recovery code, which lets the person register a new passkey.
    Recovery,
}

/// What the person does next.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SignInStep {
    /// Choose a provider.
    Provider(Vec<ProviderLink>),
    /// Register the first passkey; or type what a made-up person of the demo has in its place.
    RegisterPasskey(Vec<OtherWay>),
    /// Use a passkey, or what may be typed in its place.
    UsePasskey(Vec<OtherWay>),
    /// Nothing from here: a guardrail failed that the person cannot mend on this page.
    Blocked,
}

/// The enrolment page: a proven identity that waits for its token.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EnrolmentView {
    /// The staff host.
    pub host: String,
    /// The address that the provider verified.
    pub email: String,
    /// The name that the provider tells.
    pub name: Option<String>,
    /// The provider.
    pub provider: String,
    /// How long the sign-in may still take.
    pub minutes_left: u64,
    /// What is wrong with the token that was sent, and the request's id.
    pub error: Option<(String, String)>,
}

/// The sign-in page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignInView {
    /// The staff host.
    pub host: String,
    /// The six guardrails, as far as they can be told yet.
    pub guards: Vec<GuardView>,
    /// Which glyph is the one to work on now, by name.
    pub current: Option<String>,
    /// What the session shall be narrowed to: a tenant as it was typed, and reads.
    pub wish: Option<(Option<String>, Reach)>,
    /// What comes next.
    pub step: SignInStep,
    /// A message to show once.
    pub flash: Option<Flash>,
}
