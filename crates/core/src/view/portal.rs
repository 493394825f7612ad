//! The tenant's portal, as impersonating staff see it for now.

use serde::{Deserialize, Serialize};

use crate::id::ImpersonationId;
use crate::role::TenantRole;
use crate::time::Timestamp;
use crate::view::directory::MemberRow;
use crate::view::frame::{Flash, PersonView, TenantLabel};
use crate::view::{Page, Total};

/// The red banner.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct VisitBanner {
    /// The visit.
    pub id: ImpersonationId,
    /// Who visits.
    pub staff: String,
    /// As whom; `None` as the tenant's administrator.
    pub as_whom: Option<String>,
    /// Where.
    pub tenant: String,
    /// The role inside.
    pub role: TenantRole,
    /// What that role, or the visit, hides: `no billing · no sign-in settings`.
    pub limits: Vec<String>,
    /// Why.
    pub reason: String,
    /// The ticket.
    pub ticket: Option<String>,
    /// When it began.
    pub from: Timestamp,
    /// When it ends.
    pub until: Timestamp,
    /// The server's clock when the page was made.
    pub now: Timestamp,
}

/// The portal's frame.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PortalFrame {
    /// Whose portal.
    pub tenant: TenantLabel,
    /// The person it is shown as.
    pub person: PersonView,
    /// Their role, for what the portal hides.
    pub role: TenantRole,
    /// The visit, when staff look on.
    pub banner: Option<VisitBanner>,
    /// How many members, where the role may know.
    pub members: Option<u64>,
    /// A message to show once.
    pub flash: Option<Flash>,
}

/// The Members page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MembersView {
    /// The search as it was typed.
    pub query: String,
    /// How many match.
    pub matching: Total,
    /// The number of the first row, from 1.
    pub first: u64,
    /// The rows.
    pub page: Page<MemberRow>,
    /// The server's clock.
    pub now: Timestamp,
}

/// A visit that is over, for the page that says so.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct VisitOverView {
    /// Whose portal it was.
    pub tenant: String,
    /// Why it ended, in words.
    pub why: String,
    /// Back to the console.
    pub console: String,
}
