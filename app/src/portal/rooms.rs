//! The rooms of the portal, and why one is closed: by the same table that the core decides by.
//!
//! Hiding is a courtesy, not a guard: the server decides each request again.

use leptos::prelude::*;
use stagedoor_core::action::{Action, Audience, Cell, WhileImpersonated};
use stagedoor_core::role::TenantRole;
use stagedoor_core::view::portal::PortalFrame;

use crate::routes::{AuditQuery, MembersQuery, PortalPage};
use crate::ui::nav::nav_locked;
use crate::ui::{Icon, NavLink, nav_heading, nav_link};

/// A page of the portal that the sidebar leads to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Room {
    /// The members.
    Members,
    /// The tenant's own audit log.
    Audit,
}

impl Room {
    const ALL: [Self; 2] = [Self::Members, Self::Audit];

    /// The room of a path.
    pub(crate) fn at(path: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|room| room.page().href() == path)
    }

    const fn label(self) -> &'static str {
        match self {
            Self::Members => "Members",
            Self::Audit => "Audit log",
        }
    }

    const fn icon(self) -> Icon {
        match self {
            Self::Members => Icon::Users,
            Self::Audit => Icon::Scroll,
        }
    }

    /// What one must be allowed to enter.
    pub(crate) const fn action(self) -> Action {
        match self {
            Self::Members => Action::MemberList,
            Self::Audit => Action::TenantAuditRead,
        }
    }

    fn page(self) -> PortalPage {
        match self {
            Self::Members => PortalPage::Members(MembersQuery::default()),
            Self::Audit => PortalPage::Audit(AuditQuery::default()),
        }
    }
}

/// What the tenant's own people have and a visitor never: shown, so that nobody looks for it in vain.
const CLOSED_TO_VISITORS: [&str; 3] = ["Security", "API keys", "Billing"];

const OUT_OF_BOUNDS: &str = "Out of bounds while impersonating, in every mode";

/// Why an action is closed to whom the portal is shown as; `None` when it is open.
pub(crate) fn closed(action: Action, frame: &PortalFrame) -> Option<String> {
    let declaration = action.declaration();
    if frame.banner.is_some() && declaration.impersonated == WhileImpersonated::Never {
        return Some(format!("{OUT_OF_BOUNDS}."));
    }
    let roles = holders(action);
    if roles.contains(&frame.role) {
        return None;
    }
    let names: Vec<_> = roles.iter().map(|role| role.label()).collect();
    let who = match names.as_slice() {
        [] => "nobody".to_owned(),
        [only] => format!("the role {only}"),
        [first @ .., last] => format!("the roles {} and {last}", first.join(", ")),
    };
    Some(format!(
        "In {} only {who} may see this; you look at it as {}.",
        frame.tenant.name,
        frame.role.label()
    ))
}

/// The roles that hold an action.
fn holders(action: Action) -> Vec<TenantRole> {
    let declaration = action.declaration();
    if declaration.audience != Audience::Tenant {
        return Vec::new();
    }
    let cells = declaration.cells.iter().zip(TenantRole::ALL);
    cells
        .filter(|(cell, _)| **cell != Cell::No)
        .map(|(_, role)| *role)
        .collect()
}

/// The sidebar's ways: open rooms as links, closed ones with a lock and the reason.
pub(super) fn ways(frame: &PortalFrame, open: Option<Room>) -> impl IntoView + use<> {
    let rooms = Room::ALL
        .map(|room| match closed(room.action(), frame) {
            Some(why) => nav_locked(room.label(), why).into_any(),
            None => nav_link(link(room, frame, open)).into_any(),
        })
        .collect_view();
    let never = frame.banner.is_some().then(|| {
        let ways = CLOSED_TO_VISITORS
            .map(|label| nav_locked(label, OUT_OF_BOUNDS))
            .collect_view();
        view! {
            {nav_heading("Organisation")}
            {ways}
        }
    });
    view! {
        {rooms}
        {never}
    }
}

fn link(room: Room, frame: &PortalFrame, open: Option<Room>) -> NavLink {
    NavLink {
        href: room.page().href(),
        label: room.label(),
        icon: room.icon(),
        count: frame.members.filter(|_| room == Room::Members),
        hot: false,
        current: open == Some(room),
    }
}
