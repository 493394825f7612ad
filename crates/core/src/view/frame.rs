//! What stands around every page: who, where, how long, and what needs attention.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::guard::{Guardrail, Verdict, Verdicts};
use crate::id::TenantId;
use crate::offers::Offers;
use crate::role::StaffRole;
use crate::sub_role::SubRoleName;
use crate::time::Timestamp;
use crate::view::narrow::NarrowedView;
use crate::view::trial::TrialLine;

/// A tenant as a label and a link.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TenantLabel {
    /// Its id.
    pub id: TenantId,
    /// Its name in addresses.
    pub slug: String,
    /// Its name.
    pub name: String,
}

/// How one guardrail stands, for the six glyphs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum GuardStanding {
    /// Filled.
    Passed,
    /// Struck.
    Failed,
    /// Hollow: not evaluated, or not asked for.
    Open,
}

/// One glyph with its words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GuardView {
    /// The guardrail's name on the wire: `network`, `identity`, `mfa`, `authz`, `danger`, `session`.
    pub name: String,
    /// Its name for people.
    pub label: String,
    /// How it stands.
    pub standing: GuardStanding,
    /// The words beside it.
    pub text: String,
}

impl GuardView {
    /// The six glyphs of a decision about somebody with this sub-role, in their fixed order.
    #[must_use]
    pub fn six(verdicts: &Verdicts, sub_role: Option<&SubRoleName>) -> Vec<Self> {
        verdicts
            .iter()
            .map(|(guardrail, verdict)| Self::of(guardrail, verdict, sub_role))
            .collect()
    }

    /// One glyph, in the words of the refusal itself.
    #[must_use]
    pub fn of(guardrail: Guardrail, verdict: Verdict, sub_role: Option<&SubRoleName>) -> Self {
        let standing = match verdict {
            Verdict::Pass => GuardStanding::Passed,
            Verdict::Fail(_) => GuardStanding::Failed,
            Verdict::NotRequired => GuardStanding::Open,
        };
        Self {
            name: guardrail.as_str().to_owned(),
            label: guardrail.label().to_owned(),
            standing,
            text: match verdict {
                Verdict::Fail(reason) => reason.explain_to(sub_role),
                Verdict::Pass | Verdict::NotRequired => verdict.explain().to_owned(),
            },
        }
    }
}

/// A person as a page shows them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PersonView {
    /// Their name.
    pub name: String,
    /// Their address.
    pub email: String,
    /// Their role, in words.
    pub role: String,
}

/// A message that is shown once, after a form was sent.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Flash {
    /// Whether it went well.
    pub kind: FlashKind,
    /// What happened and what to do.
    pub message: String,
    /// The request's id, for errors.
    pub request_id: Option<String>,
    /// What is wrong with which field.
    #[serde(default)]
    pub fields: BTreeMap<String, String>,
    /// What was typed, so that nothing is lost. Never a secret.
    #[serde(default)]
    pub values: BTreeMap<String, String>,
}

/// Whether it went well.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FlashKind {
    /// It did.
    #[default]
    Done,
    /// It did not.
    Error,
}

/// The two countdowns of a session.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Countdown {
    /// The server's clock when the page was made.
    pub now: Timestamp,
    /// The absolute end.
    pub until: Timestamp,
    /// The end by idleness, if nothing more happens.
    pub idle_until: Timestamp,
}

/// The numbers beside the navigation; `None` shows none.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct NavCounts {
    /// People of the chosen tenant.
    pub users: Option<u64>,
    /// Staff sessions that run, or those of the chosen tenant's people.
    pub sessions: Option<u64>,
    /// Tenants that the reader reaches.
    pub tenants: Option<u64>,
    /// Alerts that the reader has not acknowledged; `None` for who has no inbox.
    pub alerts: Option<u64>,
    /// Risk events that nobody has looked at yet; `None` for who may not see them.
    pub risks: Option<u64>,
    /// Live impersonations.
    pub impersonations: Option<u64>,
}

/// The console's frame.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConsoleFrame {
    /// Who is signed in.
    pub person: PersonView,
    /// The role in force, by its name alone.
    pub role: StaffRole,
    /// What may be offered in this session; the console hides all else.
    pub offers: Offers,
    /// What the session is narrowed to.
    pub narrowed: NarrowedView,
    /// A word for the installation, beside the mark: `demo`.
    pub installation: String,
    /// The staff host.
    pub host: String,
    /// The network rule, or the proxy in front, that let the person in.
    pub network: Option<String>,
    /// The six guardrails of this request.
    pub guards: Vec<GuardView>,
    /// The session's countdowns.
    pub session: Countdown,
    /// The chosen tenant; `None` is all.
    pub tenant: Option<TenantLabel>,
    /// The tenants to choose from, by name, at most 50.
    pub tenants: Vec<TenantLabel>,
    /// The numbers beside the navigation.
    pub counts: NavCounts,
    /// Changes on trial that the person may confirm or roll back.
    pub trials: Vec<TrialLine>,
    /// A message to show once.
    pub flash: Option<Flash>,
}
