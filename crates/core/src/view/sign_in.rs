//! The staff entrance and the enrolment page: how the guardrails stand, and the one thing to do next.
//!
//! It never says more of an account than the person who proved it may know, and never carries a token.

use serde::{Deserialize, Serialize};

use crate::decision::{Decision, Outcome, Reason};
use crate::guard::{Guardrail, Verdict};
use crate::narrowed::Reach;
use crate::view::frame::{Flash, GuardStanding, GuardView};

/// How far a sign-in has come, as the decision about it tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Asked {
    /// Nobody is known yet.
    Network,
    /// Who it is was asked, and their factor not.
    Identity,
    /// All of it.
    Factor,
}

impl Asked {
    fn of(decision: &Decision) -> Self {
        let fails = |guardrail, reason| decision.verdicts.get(guardrail) == Verdict::Fail(reason);
        if fails(Guardrail::Identity, Reason::IdentityMissing) {
            return Self::Network;
        }
        // That somebody has no factor at all is a refusal of its own; that it was not asked for yet is none.
        let refused = decision.outcome == Outcome::Deny(Reason::FactorMissing);
        match fails(Guardrail::Mfa, Reason::FactorMissing) && !refused {
            true => Self::Identity,
            false => Self::Factor,
        }
    }

    fn covers(self, guardrail: Guardrail) -> bool {
        match guardrail {
            Guardrail::Network | Guardrail::Danger => true,
            Guardrail::Identity | Guardrail::Authz | Guardrail::Session => self != Self::Network,
            Guardrail::Mfa => self == Self::Factor,
        }
    }
}

/// The six glyphs of a decision about `staff.sign_in` while it goes on: each as it was decided, but of what was not asked yet,
/// that it was not.
#[must_use]
pub fn so_far(decision: &Decision) -> Vec<GuardView> {
    let asked = Asked::of(decision);
    decision
        .verdicts
        .iter()
        .map(|(guardrail, verdict)| match asked.covers(guardrail) {
            true => GuardView::of(guardrail, verdict, None),
            false => GuardView {
                standing: GuardStanding::Open,
                text: "not asked yet".to_owned(),
                ..GuardView::of(guardrail, verdict, None)
            },
        })
        .collect()
}

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

/// What the session shall be narrowed to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WishView {
    /// One tenant, as it was typed: nobody has looked whether there is one.
    pub tenant: Option<String>,
    /// Whether it shall change anything.
    pub reach: Reach,
    /// What the console shall be viewed as: the name, and the name for people.
    pub view: Option<(String, String)>,
}

impl WishView {
    /// In words, one for each thing.
    #[must_use]
    pub fn words(&self) -> Vec<String> {
        let view = self.view.as_ref().map(|(_, label)| format!("viewing as {label}"));
        let tenant = self.tenant.as_ref().map(|tenant| format!("only {tenant}"));
        let reads = (self.reach == Reach::Reads).then(|| "reads only".to_owned());
        [view, tenant, reads].into_iter().flatten().collect()
    }
}

/// What a session may be narrowed to on the way in.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct NarrowerView {
    /// What it may be viewed as: the name, and the name for people.
    pub views: Vec<(String, String)>,
    /// What was wished for.
    pub wish: Option<WishView>,
}

/// The sign-in page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignInView {
    /// The staff host.
    pub host: String,
    /// Where the request comes from, as the server sees it: whoever is kept out can say it to who may add a rule.
    pub address: String,
    /// The six guardrails, as far as they can be told yet.
    pub guards: Vec<GuardView>,
    /// Which glyph is the one to work on now, by name.
    pub current: Option<String>,
    /// What the session may be narrowed to, once its person is known.
    pub narrower: Option<NarrowerView>,
    /// What comes next.
    pub step: SignInStep,
    /// A message to show once.
    pub flash: Option<Flash>,
}
