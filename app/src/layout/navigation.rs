//! The console's navigation as a table: a new page is one row, and a page that does not exist has none.

use leptos::prelude::*;
use stagedoor_core::action::Action;
use stagedoor_core::view::frame::{ConsoleFrame, NavCounts};

use super::permission::may;
use crate::routes::{AuditQuery, ConsolePage, UsersQuery};
use crate::ui::{Icon, NavLink, nav_heading, nav_link};

/// One row.
struct Way {
    label: &'static str,
    icon: Icon,
    /// Who holds this permission sees the row; `None` is everybody.
    permission: Option<Action>,
    count: fn(&NavCounts) -> Option<u64>,
    page: fn() -> ConsolePage,
}

/// Some rows below a heading; the first group has none.
struct Group {
    heading: Option<&'static str>,
    ways: &'static [Way],
}

const NO_COUNT: fn(&NavCounts) -> Option<u64> = |_| None;

const GROUPS: &[Group] = &[
    Group {
        heading: None,
        ways: &[Way {
            label: "Overview",
            icon: Icon::Dashboard,
            permission: None,
            count: NO_COUNT,
            page: || ConsolePage::Overview(None),
        }],
    },
    Group {
        heading: Some("Operations"),
        ways: &[Way {
            label: "Users",
            icon: Icon::Users,
            permission: Some(Action::TenantViewDirectory),
            count: |counts| counts.users,
            page: || ConsolePage::Users(UsersQuery::default()),
        }],
    },
    Group {
        heading: Some("Safety"),
        ways: &[Way {
            label: "Audit log",
            icon: Icon::Scroll,
            permission: Some(Action::AuditReadTenant),
            count: NO_COUNT,
            page: || ConsolePage::Audit(AuditQuery::default()),
        }],
    },
];

/// The ways a role may see, with the open page marked, each keeping the chosen tenant.
pub fn ways(frame: &ConsoleFrame, open: Option<&ConsolePage>) -> AnyView {
    GROUPS
        .iter()
        .filter_map(|group| {
            let links: Vec<_> = group.ways.iter().filter(|way| shown(way, frame)).collect();
            (!links.is_empty()).then(|| {
                let links = links
                    .into_iter()
                    .map(|way| nav_link(link(way, frame, open)))
                    .collect_view();
                view! {
                    {group.heading.map(nav_heading)}
                    {links}
                }
            })
        })
        .collect_view()
        .into_any()
}

fn shown(way: &Way, frame: &ConsoleFrame) -> bool {
    way.permission.is_none_or(|action| may(frame.role, action))
}

fn link(way: &Way, frame: &ConsoleFrame, open: Option<&ConsolePage>) -> NavLink {
    let page = (way.page)();
    let slug = frame.tenant.as_ref().map(|tenant| tenant.slug.as_str());
    NavLink {
        href: page.scoped(slug).href(),
        label: way.label,
        icon: way.icon,
        count: (way.count)(&frame.counts),
        hot: false,
        current: open.is_some_and(|open| std::mem::discriminant(open) == std::mem::discriminant(&page)),
    }
}
