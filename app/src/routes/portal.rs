//! The portal's pages as values: from a page to its address. No address here names a tenant: the host does.

use stagedoor_core::id::ImpersonationId;

use super::state::{AuditQuery, MembersQuery, SessionsQuery, SupportQuery};
use super::tenant;

/// A page of a tenant's portal, with all of its state.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PortalPage {
    /// The front page.
    Front,
    /// The members.
    Members(MembersQuery),
    /// Sessions on this host.
    Sessions(SessionsQuery),
    /// The audit log.
    Audit(AuditQuery),
    /// Support access.
    Support(SupportQuery),
    /// The account of one visit of platform support.
    Visit(ImpersonationId),
}

impl PortalPage {
    /// The page's address: path and query.
    #[must_use]
    pub fn href(&self) -> String {
        match self {
            Self::Front => tenant::FRONT.to_owned(),
            Self::Members(query) => query.at(tenant::MEMBERS),
            Self::Sessions(query) => query.at(tenant::SESSIONS),
            Self::Audit(query) => query.at(tenant::AUDIT),
            Self::Support(query) => query.at(tenant::SUPPORT_ACCESS),
            Self::Visit(id) => format!("{}/{id}", tenant::SUPPORT_ACCESS),
        }
    }

    /// The visit whose account lies at a path.
    #[must_use]
    pub fn visit_at(path: &str) -> Option<ImpersonationId> {
        let id = path.strip_prefix(tenant::SUPPORT_ACCESS)?.strip_prefix('/')?;
        id.parse().ok()
    }
}
