//! Staff as the console shows them: the list, one person, and what may be done about them.

use serde::{Deserialize, Serialize};

use crate::id::{PasskeyId, StaffId};
use crate::role::StaffRole;
use crate::staff::Task;
use crate::time::Timestamp;
use crate::view::audit::AuditLine;
use crate::view::directory::Chip;
use crate::view::duties::ContactShown;
use crate::view::frame::TenantLabel;
use crate::view::session::SessionRow;
use crate::view::{Page, Total};

/// Which tenants somebody reaches, as far as the reader may know them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum ScopeLine {
    /// All of them.
    All,
    /// Some.
    Only {
        /// Those that the reader may know of.
        known: Vec<TenantLabel>,
        /// How many more there are.
        hidden: u64,
    },
}

/// What somebody has for a time, and what is in force again afterwards.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TermLine<T> {
    /// Until when.
    pub until: Timestamp,
    /// Why it was given.
    pub why: String,
    /// What they fall back to.
    pub back_to: T,
}

/// A role with the sub-role that narrows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PostLine {
    /// The role.
    pub role: StaffRole,
    /// The sub-role, where there is one.
    pub sub_role: Option<String>,
}

impl PostLine {
    /// In words.
    #[must_use]
    pub fn words(&self) -> String {
        match &self.sub_role {
            Some(sub_role) => format!("{}, {sub_role}", self.role.label()),
            None => self.role.label().to_owned(),
        }
    }
}

/// One member of staff.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StaffRow {
    /// Who.
    pub id: StaffId,
    /// Their name.
    pub name: String,
    /// Their address.
    pub email: String,
    /// Their role; of a deactivated account, the one they had.
    pub role: StaffRole,
    /// The sub-role that narrows it.
    pub sub_role: Option<String>,
    /// Whether that sub-role is configured; with one that is not, they are refused everything.
    pub sub_role_known: bool,
    /// Until when role and sub-role are given, where not for good.
    pub role_term: Option<TermLine<PostLine>>,
    /// `invited`, `claimed`, `active` or `deactivated`.
    pub state: String,
    /// Which tenants they reach.
    pub scope: ScopeLine,
    /// Until when these are given, where not for good.
    pub scope_term: Option<TermLine<ScopeLine>>,
    /// When a temporary account ends by itself.
    pub until: Option<Timestamp>,
    /// Until when their enrolment token holds, where one is out.
    pub token_until: Option<Timestamp>,
    /// How many passkeys they have.
    pub passkeys: u64,
    /// When they last signed in.
    pub signed_in: Option<Timestamp>,
    /// Since when the account exists.
    pub created: Timestamp,
    /// Whether it is the reader.
    pub own: bool,
    /// Whether the configuration file names them.
    pub named: bool,
    /// Whether the account is in use and its responsibilities are not acknowledged as they stand now.
    pub owes_duties: bool,
}

impl StaffRow {
    /// Whether the account is switched off.
    #[must_use]
    pub fn is_deactivated(&self) -> bool {
        self.state == "deactivated"
    }
}

/// The Staff page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StaffListView {
    /// The query as it was typed.
    pub query: String,
    /// What is wrong with the query, if it could not be read; the rows then ignore it.
    pub query_error: Option<String>,
    /// The filters in force.
    pub chips: Vec<Chip>,
    /// How many match.
    pub matching: Total,
    /// The number of the first row, from 1.
    pub first: u64,
    /// The rows.
    pub page: Page<StaffRow>,
    /// How many super admins are enrolled.
    pub super_admins: u64,
    /// What is wrong with that number, in words.
    pub warning: Option<String>,
    /// Whether the reader may change staff.
    pub may_manage: bool,
    /// The sub-roles that there are.
    pub sub_roles: Vec<PostLine>,
    /// The server's clock.
    pub now: Timestamp,
}

/// A passkey, as others may know it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StaffPasskey {
    /// Its id.
    pub id: PasskeyId,
    /// What its owner calls it.
    pub name: String,
    /// What made it, where that is known.
    pub maker: Option<String>,
    /// When it was registered.
    pub created: Timestamp,
    /// When it was last used.
    pub last_used: Option<Timestamp>,
}

/// One thing to do after a deactivation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TaskLine {
    /// Its name on the wire.
    pub task: String,
    /// What to do.
    pub about: String,
    /// What that is made of, in the order of doing it.
    pub steps: Vec<String>,
    /// The query of the person's own entries that are gone through for it, for who may read them.
    pub entries: Option<String>,
    /// By when.
    pub due: Timestamp,
    /// When it was done, and by whom.
    pub done: Option<(Timestamp, String)>,
}

impl TaskLine {
    /// What it is, where it is one of ours.
    #[must_use]
    pub fn kind(&self) -> Option<Task> {
        self.task.parse().ok()
    }
}

/// How somebody was deactivated.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeactivatedLine {
    /// When.
    pub at: Timestamp,
    /// Why.
    pub why: String,
}

/// Whether something may be done: or why not, in words.
pub type Offer = Result<(), String>;

/// What the reader may do about somebody. Who may not manage staff at all is offered nothing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StaffOffers {
    /// Another role, other tenants, another end.
    pub access: Offer,
    /// A fresh enrolment token.
    pub reissue: Offer,
    /// Factors cleared, and enrolled again.
    pub reset: Offer,
    /// Switched off for ever.
    pub deactivate: Offer,
}

/// One member of staff's own page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StaffPage {
    /// Who.
    pub row: StaffRow,
    /// Why the account exists.
    pub justification: String,
    /// Another way to reach them; for who may manage staff alone, by this very call.
    pub contact: ContactShown,
    /// How it was deactivated, where it was.
    pub deactivated: Option<DeactivatedLine>,
    /// What is to do after that.
    pub tasks: Vec<TaskLine>,
    /// Their passkeys.
    pub passkeys: Vec<StaffPasskey>,
    /// Their latest sessions.
    pub sessions: Vec<SessionRow>,
    /// The latest entries about them.
    pub history: Vec<AuditLine>,
    /// What may be done; `None` for who may not manage staff.
    pub offers: Option<StaffOffers>,
    /// The sub-roles that there are.
    pub sub_roles: Vec<PostLine>,
    /// The server's clock.
    pub now: Timestamp,
}
