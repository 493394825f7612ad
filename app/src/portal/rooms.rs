//! The rooms of the portal, and why one is closed: by the same table that the core decides by.
//!
//! Hiding is a courtesy, not a guard: the server decides each request again.

use leptos::prelude::*;
use stagedoor_core::action::{Action, Audience, Cell, WhileImpersonated};
use stagedoor_core::role::TenantRole;
use stagedoor_core::view::portal::PortalFrame;

use crate::routes::{AuditQuery, MembersQuery, PortalPage, SessionsQuery, SupportQuery};
use crate::ui::nav::nav_locked;
use crate::ui::{Icon, NavLink, nav_heading, nav_link};

/// A page of the portal that the sidebar leads to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Room {
    /// The members.
    Members,
    /// Sessions on this host.
    Sessions,
    /// The tenant's own audit log.
    Audit,
    /// Support access.
    Support,
}

impl Room {
    pub(super) const ALL: [Self; 4] = [Self::Members, Self::Sessions, Self::Audit, Self::Support];

    /// The room of a path.
    pub(crate) fn at(path: &str) -> Option<Self> {
        let account = PortalPage::visit_at(path).map(|_| Self::Support);
        account.or_else(|| Self::ALL.into_iter().find(|room| room.page().href() == path))
    }

    pub(super) const fn label(self) -> &'static str {
        match self {
            Self::Members => "Members",
            Self::Sessions => "Sessions",
            Self::Audit => "Audit log",
            Self::Support => "Support access",
        }
    }

    pub(super) const fn icon(self) -> Icon {
        match self {
            Self::Members => Icon::Users,
            Self::Sessions => Icon::Devices,
            Self::Audit => Icon::Scroll,
            Self::Support => Icon::Eye,
        }
    }

    /// What one must be allowed to enter.
    pub(crate) const fn action(self) -> Action {
        match self {
            Self::Members => Action::MemberList,
            Self::Sessions => Action::UserSessionView,
            Self::Audit => Action::TenantAuditRead,
            Self::Support => Action::SupportView,
        }
    }

    pub(super) fn page(self) -> PortalPage {
        match self {
            Self::Members => PortalPage::Members(MembersQuery::default()),
            Self::Sessions => PortalPage::Sessions(SessionsQuery::default()),
            Self::Audit => PortalPage::Audit(AuditQuery::default()),
            Self::Support => PortalPage::Support(SupportQuery::default()),
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
    let role = frame.role.label();
    let you = match frame.banner {
        Some(_) => format!("you look at it as {role}"),
        None => format!("your role is {role}"),
    };
    Some(format!(
        "In {} only {who} may see this; {you}.",
        frame.tenant.name
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
        count: match room {
            Room::Members => frame.members,
            Room::Support => frame.support.filter(|count| *count > 0),
            Room::Sessions | Room::Audit => None,
        },
        hot: room == Room::Support,
        current: open == Some(room),
    }
}
