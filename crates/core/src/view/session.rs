//! Sessions as staff see them: their own kind's, and those of one tenant's people.

use serde::{Deserialize, Serialize};

use crate::id::{MemberId, SessionId, StaffId};
use crate::time::Timestamp;
use crate::view::directory::Chip;
use crate::view::frame::TenantLabel;
use crate::view::{Page, Total};

/// Whose session it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Holder {
    /// A member of staff.
    Staff(StaffId),
    /// A person of the tenant.
    Member(MemberId),
}

impl Holder {
    /// The holder's id as text.
    #[must_use]
    pub fn id(self) -> String {
        match self {
            Self::Staff(id) => id.to_string(),
            Self::Member(id) => id.to_string(),
        }
    }
}

/// Where a session stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Standing {
    /// It runs: until then at the latest, and until then if nothing more happens.
    Live {
        /// The absolute end.
        until: Timestamp,
        /// The end by idleness.
        idle_until: Timestamp,
    },
    /// It is over.
    Over {
        /// Since when.
        at: Timestamp,
        /// Why, in words.
        why: String,
    },
}

/// One session.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SessionRow {
    /// The session.
    pub id: SessionId,
    /// Whose.
    pub holder: Holder,
    /// The person's name.
    pub name: String,
    /// Their address.
    pub email: String,
    /// Browser and system, as far as the agent tells: `Chrome on Linux`.
    pub device: String,
    /// The agent's own words.
    pub agent: String,
    /// The address it started from.
    pub address: String,
    /// The factor, by its name in storage.
    pub factor: String,
    /// When that factor was proved.
    pub factor_at: Timestamp,
    /// When it started.
    pub started: Timestamp,
    /// The last activity.
    pub last_seen: Timestamp,
    /// Where it stands.
    pub standing: Standing,
    /// How many visits run in it.
    pub visits: u64,
    /// Whether it is the very session that reads this.
    pub current: bool,
    /// Whether the reader may revoke it.
    pub may_revoke: bool,
}

/// What a dialog of the page is about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum RevokeDialog {
    /// One session.
    One(Box<SessionRow>),
    /// All that run of one person.
    All {
        /// Whose.
        holder: Holder,
        /// The person's name.
        name: String,
        /// Their address.
        email: String,
        /// How many run.
        sessions: u64,
        /// How many visits end with them.
        visits: u64,
        /// Whether the session that reads this is among them.
        own: bool,
    },
}

/// What a dialog says before the sessions of several people of a tenant are revoked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RevokePeople {
    /// Whose people.
    pub tenant: TenantLabel,
    /// The people who were chosen, by name.
    pub people: Vec<RevokePerson>,
}

impl RevokePeople {
    /// How many sessions run.
    #[must_use]
    pub fn sessions(&self) -> u64 {
        self.people.iter().map(|person| person.sessions).sum()
    }
}

/// One of the people who were chosen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RevokePerson {
    /// Who.
    pub id: MemberId,
    /// The person's name.
    pub name: String,
    /// Their address.
    pub email: String,
    /// How many of their sessions run.
    pub sessions: u64,
}

/// The Sessions page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SessionsView {
    /// Whose people they are; `None` is staff.
    pub tenant: Option<TenantLabel>,
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
    pub page: Page<SessionRow>,
    /// The dialog that is open.
    pub dialog: Option<RevokeDialog>,
    /// The server's clock.
    pub now: Timestamp,
}
