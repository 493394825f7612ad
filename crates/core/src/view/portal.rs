//! The tenant's portal, for its own people and for impersonating staff.

use serde::{Deserialize, Serialize};

use crate::id::{ConsentRequestId, ImpersonationId, MemberId, SessionId};
use crate::role::TenantRole;
use crate::time::Timestamp;
use crate::view::audit::AuditLine;
use crate::view::directory::MemberRow;
use crate::view::frame::{Flash, PersonView, TenantLabel};
pub use crate::view::visit::{ViewedLine, VisitSums};
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
    /// The address of the person whose own sign-in in this browser is set aside meanwhile.
    pub sets_aside: Option<String>,
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
    /// Visits of platform support that run now, for whoever may end them.
    pub inside: Vec<VisitLine>,
    /// What needs a look on Support access: visits that run, questions that wait. `None` where the role may not know.
    pub support: Option<u64>,
    /// The server's clock.
    pub now: Timestamp,
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

/// One visit of platform support, as the tenant sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct VisitLine {
    /// The visit.
    pub id: ImpersonationId,
    /// Who visits, by name.
    pub staff: String,
    /// As whom; `None` as the tenant's administrator.
    pub as_whom: Option<String>,
    /// With which role.
    pub role: TenantRole,
    /// Its mode, in words: `read only`.
    pub mode: String,
    /// Why.
    pub reason: String,
    /// The ticket.
    pub ticket: Option<String>,
    /// When it began.
    pub from: Timestamp,
    /// When it ends, at the latest.
    pub until: Timestamp,
    /// When it ended, and why, in words; `None` while it runs.
    pub ended: Option<(Timestamp, String)>,
    /// What was done so far, in numbers.
    pub done: VisitSums,
}

/// The owner's choice about visits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "choice")]
pub enum ConsentView {
    /// Nobody may come.
    Off,
    /// The owner is asked each time.
    Ask,
    /// Open until a moment.
    Window {
        /// When the window closes.
        until: Timestamp,
    },
    /// Open.
    On,
}

/// A question that waits for the owner.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConsentLine {
    /// The question.
    pub id: ConsentRequestId,
    /// Who asks, by name.
    pub staff: String,
    /// As whom the visit would be; `None` as the tenant's administrator.
    pub as_whom: Option<String>,
    /// Why.
    pub reason: String,
    /// The ticket.
    pub ticket: Option<String>,
    /// How long the visit would be.
    pub ttl_seconds: u64,
    /// When it was asked.
    pub asked: Timestamp,
    /// How long an answer is waited for.
    pub until: Timestamp,
}

/// The Support access page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SupportView {
    /// The owner's choice.
    pub consent: ConsentView,
    /// Whether the reader may change it, and answer questions.
    pub may_choose: bool,
    /// Whether the reader may end visits.
    pub may_end: bool,
    /// Questions that wait for the owner.
    pub requests: Vec<ConsentLine>,
    /// Visits that run.
    pub live: Vec<VisitLine>,
    /// Visits that are over, the latest first.
    pub past: Page<VisitLine>,
    /// The server's clock.
    pub now: Timestamp,
}

/// The account of a visit: everything that was seen, changed and refused.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct VisitAccount {
    /// The visit.
    pub visit: VisitLine,
    /// Whether the reader may end it now.
    pub may_end: bool,
    /// What was viewed.
    pub viewed: Vec<ViewedLine>,
    /// What was changed.
    pub changed: Vec<AuditLine>,
    /// What was refused.
    pub refused: Vec<AuditLine>,
    /// Whether there is more in the log than is shown here.
    pub cut: bool,
    /// The server's clock.
    pub now: Timestamp,
}

/// A session on the tenant's host.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SessionLine {
    /// The session.
    pub id: SessionId,
    /// Whose.
    pub person: MemberId,
    /// Their name.
    pub name: String,
    /// Their address.
    pub email: String,
    /// Where it began.
    pub address: String,
    /// With what, in a few words.
    pub device: String,
    /// What it was begun with, in words.
    pub factor: String,
    /// When it began.
    pub started: Timestamp,
    /// The last activity.
    pub last_seen: Timestamp,
    /// Its absolute end.
    pub until: Timestamp,
    /// Whether it is the one that looks at this page.
    pub current: bool,
    /// Whether the reader may end it.
    pub may_end: bool,
}

/// The Sessions page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SessionsView {
    /// The person it is narrowed to, where it is narrowed to one that is not the reader.
    pub of: Option<PersonView>,
    /// Whether everybody's are listed, rather than one person's.
    pub everybody: bool,
    /// The person whose sessions may be ended all at once from here.
    pub may_end_all_of: Option<MemberId>,
    /// The rows.
    pub page: Page<SessionLine>,
    /// The server's clock.
    pub now: Timestamp,
}

/// The front page of a person of the tenant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FrontView {
    /// How support access stands, where the role may know.
    pub consent: Option<ConsentView>,
    /// How many sessions of the reader's own run.
    pub own_sessions: u64,
    /// When the reader's session ends at the latest.
    pub until: Option<Timestamp>,
}

/// The portal's entrance.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PortalSignInView {
    /// Whose portal.
    pub tenant: String,
    /// The host.
    pub host: String,
    /// The address that was typed before.
    pub email: String,
    /// What went wrong with the last try.
    pub flash: Option<Flash>,
    /// Why nobody can sign in at all; then there is no form.
    pub closed: Option<ClosedView>,
}

/// Why there is no form at an entrance.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClosedView {
    /// The reason, as a sentence.
    pub why: String,
    /// The request, for whoever is asked for help.
    pub request_id: String,
}
