//! The console's navigation as a table: a new page is one row, and a page that does not exist has none.

use leptos::prelude::*;
use stagedoor_core::action::Action;
use stagedoor_core::view::frame::{ConsoleFrame, NavCounts};

use crate::routes::{
    AlertsQuery, AuditQuery, ConsolePage, PasskeysQuery, ProvidersQuery, RisksQuery, RolesQuery, StaffQuery,
    StaffSessionsQuery, TenantsQuery, UsersQuery, VisitsQuery,
};
use crate::ui::{Icon, NavLink, nav_heading, nav_link};

/// One row.
struct Way {
    label: &'static str,
    icon: Icon,
    /// Who may have this in their session sees the row; `None` is everybody.
    permission: Option<Action>,
    count: fn(&NavCounts) -> Option<u64>,
    /// The letter that goes there after `g`; each stands once in the table.
    key: Option<char>,
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
            key: Some('o'),
            page: || ConsolePage::Overview(None),
        }],
    },
    Group {
        heading: Some("Operations"),
        ways: &[
            Way {
                label: "Users",
                icon: Icon::Users,
                permission: Some(Action::TenantViewDirectory),
                count: |counts| counts.users,
                key: Some('u'),
                page: || ConsolePage::Users(UsersQuery::default()),
            },
            Way {
                label: "Sessions",
                icon: Icon::Devices,
                permission: Some(Action::SessionView),
                count: |counts| counts.sessions,
                key: Some('s'),
                page: || ConsolePage::Sessions(StaffSessionsQuery::default()),
            },
            Way {
                label: "Tenants",
                icon: Icon::Building,
                permission: Some(Action::TenantList),
                count: |counts| counts.tenants,
                key: Some('t'),
                page: || ConsolePage::Tenants(TenantsQuery::default()),
            },
        ],
    },
    Group {
        heading: Some("Safety"),
        ways: &[
            Way {
                label: "Alerts",
                icon: Icon::Siren,
                permission: Some(Action::AlertView),
                count: |counts| counts.alerts,
                key: Some('e'),
                page: || ConsolePage::Alerts(AlertsQuery::default()),
            },
            Way {
                label: "Risk events",
                icon: Icon::Warning,
                permission: Some(Action::RiskView),
                count: |counts| counts.risks,
                key: Some('r'),
                page: || ConsolePage::Risks(RisksQuery::default()),
            },
            Way {
                label: "Impersonations",
                icon: Icon::Mask,
                permission: Some(Action::ImpersonationView),
                count: |counts| counts.impersonations,
                key: Some('i'),
                page: || ConsolePage::Visits(VisitsQuery::default()),
            },
            Way {
                label: "Audit log",
                icon: Icon::Scroll,
                permission: Some(Action::AuditReadTenant),
                count: NO_COUNT,
                key: Some('a'),
                page: || ConsolePage::Audit(AuditQuery::default()),
            },
        ],
    },
    Group {
        heading: Some("Config"),
        ways: &[
            Way {
                label: "Staff",
                icon: Icon::UserCog,
                permission: Some(Action::StaffView),
                count: NO_COUNT,
                key: Some('f'),
                page: || ConsolePage::Staff(StaffQuery::default()),
            },
            Way {
                label: "Roles",
                icon: Icon::Key,
                permission: Some(Action::StaffView),
                count: NO_COUNT,
                key: Some('l'),
                page: || ConsolePage::Roles(RolesQuery::default()),
            },
            Way {
                label: "Policies",
                icon: Icon::Scale,
                permission: Some(Action::PolicyView),
                count: NO_COUNT,
                key: Some('c'),
                page: || ConsolePage::Policies(Box::default()),
            },
            Way {
                label: "Identity providers",
                icon: Icon::Globe,
                permission: Some(Action::IdpView),
                count: NO_COUNT,
                key: Some('d'),
                page: || ConsolePage::Providers(ProvidersQuery::default()),
            },
            Way {
                label: "Network",
                icon: Icon::Network,
                permission: Some(Action::NetworkView),
                count: NO_COUNT,
                key: Some('w'),
                page: || ConsolePage::Network(Box::default()),
            },
            Way {
                label: "System",
                icon: Icon::Tower,
                permission: Some(Action::PlatformViewSystemMetrics),
                count: NO_COUNT,
                key: Some('y'),
                page: || ConsolePage::System(None),
            },
        ],
    },
];

/// One's own pages: in the session menu, the palette and the list of keys, not in the sidebar.
const OWN: &[Way] = &[
    Way {
        label: "Who am I",
        icon: Icon::IdCard,
        permission: Some(Action::SessionViewOwn),
        count: NO_COUNT,
        key: Some('m'),
        page: || ConsolePage::WhoAmI(None),
    },
    Way {
        label: "Your passkeys",
        icon: Icon::Fingerprint,
        permission: Some(Action::PasskeyViewOwn),
        count: NO_COUNT,
        key: Some('p'),
        page: || ConsolePage::Passkeys(PasskeysQuery::default()),
    },
    Way {
        label: "Narrow this session",
        icon: Icon::Lock,
        permission: Some(Action::SessionNarrow),
        count: NO_COUNT,
        key: None,
        page: || ConsolePage::Narrow(None),
    },
];

/// The ways that may be seen, with the open page marked, each keeping the chosen tenant.
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

/// A page that the person may open: what the palette and the list of keys show of the same table.
pub(crate) struct Place {
    /// Its name.
    pub(crate) label: &'static str,
    /// Its picture.
    pub(crate) icon: Icon,
    /// Where it is, with the chosen tenant kept.
    pub(crate) href: String,
    /// The letter that goes there after `g`.
    pub(crate) key: Option<char>,
}

/// The pages that may be opened, in the order of the navigation.
pub(crate) fn places(frame: &ConsoleFrame) -> Vec<Place> {
    let ways = GROUPS.iter().flat_map(|group| group.ways);
    placed(ways.chain(OWN), frame)
}

/// One's own pages, for the session menu.
pub(super) fn own_places(frame: &ConsoleFrame) -> Vec<Place> {
    placed(OWN.iter(), frame)
}

fn placed(ways: impl Iterator<Item = &'static Way>, frame: &ConsoleFrame) -> Vec<Place> {
    ways.filter(|way| shown(way, frame))
        .map(|way| Place {
            label: way.label,
            icon: way.icon,
            href: href(way, frame),
            key: way.key,
        })
        .collect()
}

fn href(way: &Way, frame: &ConsoleFrame) -> String {
    let slug = frame.tenant.as_ref().map(|tenant| tenant.slug.as_str());
    (way.page)().scoped(slug).href()
}

fn shown(way: &Way, frame: &ConsoleFrame) -> bool {
    way.permission.is_none_or(|action| frame.offers.may(action))
}

fn link(way: &Way, frame: &ConsoleFrame, open: Option<&ConsolePage>) -> NavLink {
    let page = (way.page)();
    NavLink {
        href: href(way, frame),
        label: way.label,
        icon: way.icon,
        count: (way.count)(&frame.counts),
        hot: false,
        current: open.is_some_and(|open| open.room() == page.room()),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn a_letter_goes_to_one_page() {
        let keys: Vec<char> = GROUPS
            .iter()
            .flat_map(|group| group.ways)
            .chain(OWN)
            .filter_map(|way| way.key)
            .collect();
        let distinct: BTreeSet<char> = keys.iter().copied().collect();
        assert_eq!(distinct.len(), keys.len());
        assert!(keys.iter().all(char::is_ascii_lowercase));
    }
}
