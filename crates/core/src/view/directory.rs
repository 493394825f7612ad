//! One tenant's directory: identity, role, status and times, and nothing else (spec 04).

use serde::{Deserialize, Serialize};

use crate::id::MemberId;
use crate::role::TenantRole;
use crate::time::Timestamp;
use crate::view::frame::{GuardView, TenantLabel};
use crate::view::{Kpi, Page, Total};

/// Where a person of a tenant stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MemberStatus {
    /// Seen within 15 minutes.
    Active,
    /// Not seen for longer.
    Idle,
    /// Sign-in is blocked; they may return.
    Suspended,
    /// The membership has ended.
    Revoked,
}

impl MemberStatus {
    /// Every status.
    pub const ALL: [Self; 4] = [Self::Active, Self::Idle, Self::Suspended, Self::Revoked];

    /// The name on the wire and for people.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Idle => "idle",
            Self::Suspended => "suspended",
            Self::Revoked => "revoked",
        }
    }
}

/// How much risk hangs on a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RiskLevel {
    /// Nothing open.
    Low,
    /// Something open.
    Elevated,
}

impl RiskLevel {
    /// The name in storage and for people.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Elevated => "elevated",
        }
    }
}

/// One person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MemberRow {
    /// The membership's id.
    pub id: MemberId,
    /// The person's name.
    pub name: String,
    /// Their address.
    pub email: String,
    /// Their role; `None` for an ended membership.
    pub role: Option<TenantRole>,
    /// Their last activity.
    pub last_seen: Option<Timestamp>,
    /// Where they stand.
    pub status: MemberStatus,
    /// Their factors in words: `passkey ×2`, `totp`, `none`.
    pub factors: String,
    /// Their risk.
    pub risk: RiskLevel,
}

/// What a directory can be sorted by.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum DirectorySort {
    /// By name.
    #[serde(rename = "name")]
    Name,
    /// By the last activity, newest first.
    #[default]
    #[serde(rename = "-seen")]
    LastSeen,
    /// By role, most powerful first.
    #[serde(rename = "role")]
    Role,
}

impl DirectorySort {
    /// The name in addresses.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::LastSeen => "-seen",
            Self::Role => "role",
        }
    }

    /// The sort of a name in an address.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Name, Self::LastSeen, Self::Role]
            .into_iter()
            .find(|sort| sort.as_str() == name)
    }
}

/// A filter in force, as a chip.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Chip {
    /// In words: `role is developer or admin`.
    pub label: String,
    /// The query with this filter taken out.
    pub without: String,
}

/// Where a question to an owner stands who wants to be asked before each visit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AskView {
    /// Nothing was asked: starting asks.
    Needed,
    /// The owner has not answered.
    Waiting {
        /// When it was asked.
        asked: Timestamp,
        /// How long an answer is waited for.
        until: Timestamp,
        /// The reason that the owner reads.
        reason: String,
    },
    /// The owner agreed: starting begins exactly this.
    Agreed {
        /// How long the answer holds.
        until: Timestamp,
        /// The reason that was agreed to.
        reason: String,
        /// The ticket.
        ticket: Option<String>,
        /// How long the visit is.
        ttl_seconds: u64,
    },
    /// The owner refused.
    Denied {
        /// When asking again is possible.
        until: Timestamp,
    },
}

/// Whether the reader may impersonate here, and how many visits they have.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImpersonateOffer {
    /// The guardrails for the mint.
    pub guards: Vec<GuardView>,
    /// Why not, when not.
    pub refused: Option<String>,
    /// Where the question to the owner stands, where the owner wants to be asked.
    pub asking: Option<AskView>,
    /// Live visits now.
    pub live: u32,
    /// How many are allowed.
    pub allowed: u32,
    /// The longest that one may be asked for.
    pub longest_seconds: u64,
}

/// The Users page.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct UsersView {
    /// Whose people.
    pub tenant: TenantLabel,
    /// How many people there are in all.
    pub people: u64,
    /// How many different roles they have.
    pub roles: u64,
    /// The key figures.
    pub kpis: Vec<Kpi>,
    /// The query as it was typed.
    pub query: String,
    /// What is wrong with the query, if it could not be read; the rows then ignore it.
    pub query_error: Option<String>,
    /// The filters in force.
    pub chips: Vec<Chip>,
    /// The order.
    pub sort: DirectorySort,
    /// How many match.
    pub matching: Total,
    /// The number of the first row, from 1.
    pub first: u64,
    /// The rows.
    pub page: Page<MemberRow>,
    /// What the Impersonate buttons may promise.
    pub offer: ImpersonateOffer,
    /// The server's clock.
    pub now: Timestamp,
    /// The person whose Impersonate dialog is open.
    pub dialog: Option<MemberRow>,
    /// Whether the reader may revoke these people's sessions.
    pub may_revoke: bool,
}
