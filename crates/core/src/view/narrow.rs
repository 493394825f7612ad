//! What a session is narrowed to, and what it may still be narrowed to. A page never offers what is wider.

use serde::{Deserialize, Serialize};

use crate::narrowed::Reach;
use crate::role::StaffRole;
use crate::view::frame::TenantLabel;

/// What a session is narrowed to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NarrowedView {
    /// Whether it reaches one tenant alone.
    pub one_tenant: bool,
    /// Which, where the reader may know it.
    pub tenant: Option<TenantLabel>,
    /// Whether it changes anything.
    pub reach: Reach,
    /// The narrower role or sub-role that it is viewed as, for people.
    pub viewing_as: Option<String>,
}

impl NarrowedView {
    /// In words, one for each thing that it is narrowed to.
    #[must_use]
    pub fn words(&self) -> Vec<String> {
        let tenant = match &self.tenant {
            Some(tenant) => Some(format!("only {}", tenant.name)),
            None => self.one_tenant.then(|| "only one tenant".to_owned()),
        };
        let reads = (self.reach == Reach::Reads).then(|| "reads only".to_owned());
        let view = self.viewing_as.as_ref().map(|view| format!("viewing as {view}"));
        [view, tenant, reads].into_iter().flatten().collect()
    }
}

/// The page on which a session is narrowed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NarrowView {
    /// The person's own role.
    pub own: StaffRole,
    /// What the session is narrowed to now.
    pub now: NarrowedView,
    /// The tenants to choose from, at most 50; none where it is narrowed to one.
    pub tenants: Vec<TenantLabel>,
    /// What it may be viewed as from here: the name, and the name for people.
    pub views: Vec<(String, String)>,
}
