//! Sessions as staff see them: their own kind's, and those of one tenant's people.

use serde::{Deserialize, Serialize};

use crate::id::{ImpersonationId, MemberId, SessionId, StaffId};
use crate::role::StaffRole;
use crate::time::Timestamp;
use crate::view::audit::AuditLine;
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
    /// What it is narrowed to, in words; none where it is not, or is a tenant's person's.
    pub narrowed: Vec<String>,
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
    /// All that match the filter.
    Many(RevokeMany),
}

/// How long a session may be, by the rules in force for whose it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClockRule {
    /// Its absolute length, in seconds.
    pub ttl_seconds: u64,
    /// How long it may be idle, in seconds.
    pub idle_seconds: u64,
}

/// What is known of a staff session beyond its row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StaffSessionFacts {
    /// Whose: their role now.
    pub role: StaffRole,
    /// The provider that vouched when it began; `None` where it is no longer set up.
    pub provider: Option<String>,
    /// What it said of the device when it began, by its name in storage.
    pub managed: String,
    /// What its owner calls the passkey that was proved last, where that is known and still there.
    pub passkey: Option<String>,
    /// What lets it in now: the rule that its address is in, or the proxy that vouched for its person. `None` is nothing.
    pub network: Option<String>,
    /// How often its reference was changed, so that a stolen one leads nowhere.
    pub rotations: u64,
    /// When it was changed last.
    pub rotated: Option<Timestamp>,
    /// When the account ends by itself, which ends the session, too.
    pub account_until: Option<Timestamp>,
}

/// A visit that runs in a session, as far as the reader may know of its tenant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SessionVisit {
    /// Which one.
    pub id: ImpersonationId,
    /// Where.
    pub tenant: TenantLabel,
    /// Since when.
    pub started: Timestamp,
}

/// One session's own page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SessionPage {
    /// The session.
    pub row: SessionRow,
    /// Whose person it is; `None` is staff.
    pub tenant: Option<TenantLabel>,
    /// What is known of a session of staff.
    pub staff: Option<StaffSessionFacts>,
    /// Its clocks' rules.
    pub rule: ClockRule,
    /// Visits that run in it, in tenants that the reader may know of.
    pub visits: Vec<SessionVisit>,
    /// The latest that was done in it, as far as the reader may read it.
    pub history: Vec<AuditLine>,
    /// The server's clock.
    pub now: Timestamp,
}

/// What a dialog says before all sessions that match a filter are revoked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RevokeMany {
    /// The filter as it was typed.
    pub query: String,
    /// How many run and match, the reader's own left out where it is to be kept.
    pub sessions: Total,
    /// Of how many people, where all could be read.
    pub people: u64,
    /// How many visits end with them, where all could be read.
    pub visits: u64,
    /// Whether the session that reads this matches, too.
    pub own: bool,
    /// Most that one call may revoke without a break-glass grant.
    pub limit: u64,
    /// Why it is refused, where it would be.
    pub refused: Option<String>,
}

/// What a person types to show that they mean so many sessions.
#[must_use]
pub fn revoke_words(sessions: u64) -> String {
    match sessions {
        1 => "revoke 1 session".to_owned(),
        many => format!("revoke {many} sessions"),
    }
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
    /// Whether those that match can be revoked together: something was asked for, and the reader may revoke.
    pub may_revoke_many: bool,
    /// The dialog that is open.
    pub dialog: Option<RevokeDialog>,
    /// The server's clock.
    pub now: Timestamp,
}
