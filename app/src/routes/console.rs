//! The console's pages as values: from an address to a page and back. A thing's own page is in its list's room; what belongs
//! to another tenant is left behind when the scope changes. No address here leads to another host.

use super::query::{Pairs, address};
use super::staff;
use super::state::{
    AlertsQuery, AuditQuery, GoQuery, NetworkQuery, PasskeysQuery, PoliciesQuery, ProvidersQuery, RisksQuery,
    RolesQuery, StaffQuery, StaffSessionsQuery, TenantQuery, TenantsQuery, UsersQuery, VisitsQuery,
};

/// What the button over a list sends: the state of the list, as one value.
pub const LIST: &str = "list";
/// What each box of the list sends: the id beside it.
pub const CHOSEN: &str = "id";

/// A page of the console, with all of its state.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ConsolePage {
    /// What needs a person now. The tenant's slug is only carried along.
    Overview(Option<String>),
    /// One tenant's directory.
    Users(UsersQuery),
    /// The audit log.
    Audit(AuditQuery),
    /// Where to go, without WebAssembly: the palette as a page.
    Go(GoQuery),
    /// One person of a tenant, over the list they were found in.
    User(String, UsersQuery),
    /// Asks before the sessions of some people are revoked, over the list they were chosen in.
    Revoke(Vec<String>, UsersQuery),
    /// Sessions of staff, or of one tenant's people.
    Sessions(StaffSessionsQuery),
    /// One of them, by its id.
    Session(String, StaffSessionsQuery),
    /// Impersonations.
    Visits(VisitsQuery),
    /// The account of one, by its id.
    Visit(String, VisitsQuery),
    /// One's own alerts.
    Alerts(AlertsQuery),
    /// One of them, by its id.
    Alert(String, AlertsQuery),
    /// Risk events.
    Risks(RisksQuery),
    /// One of them, by its id.
    Risk(String, RisksQuery),
    /// Tenants.
    Tenants(TenantsQuery),
    /// One of them, by id or slug.
    Tenant(String, TenantQuery),
    /// Staff.
    Staff(StaffQuery),
    /// One of them, by id.
    Colleague(String, StaffQuery),
    /// Identity providers.
    Providers(ProvidersQuery),
    /// One of them, by id.
    Provider(String, ProvidersQuery),
    /// What guards the console, and the simulator.
    Policies(Box<PoliciesQuery>),
    /// Network rules, and the change of one that is asked about.
    Network(Box<NetworkQuery>),
    /// The matrix of roles, and who can do what.
    Roles(RolesQuery),
    /// The program itself. The tenant's slug is only carried along.
    System(Option<String>),
    /// One's own passkeys.
    Passkeys(PasskeysQuery),
    /// Who am I. The tenant's slug is only carried along.
    WhoAmI(Option<String>),
    /// One's own session, to be narrowed. The tenant's slug is only carried along.
    Narrow(Option<String>),
}

impl ConsolePage {
    /// The page's address: path and query.
    #[must_use]
    pub fn href(&self) -> String {
        match self {
            Self::Overview(slug) => address(staff::OVERVIEW, &[("tenant", slug.as_deref())]),
            Self::Users(query) => query.at(staff::USERS),
            Self::Audit(query) => query.at(staff::AUDIT),
            Self::Go(query) => query.at(staff::GO),
            Self::User(id, list) => list.at(&below(staff::USERS, id)),
            Self::Revoke(ids, list) => {
                let list = list.text();
                let ids = ids.iter().map(|id| (CHOSEN, Some(id.as_str())));
                let pairs: Vec<_> = [(LIST, Some(list.as_str()))].into_iter().chain(ids).collect();
                address(staff::REVOKE_CHOSEN, &pairs)
            }
            Self::Sessions(query) => query.at(staff::SESSIONS),
            Self::Session(id, query) => query.at(&below(staff::SESSIONS, id)),
            Self::Visits(query) => query.at(staff::IMPERSONATIONS),
            Self::Visit(id, query) => query.at(&below(staff::IMPERSONATIONS, id)),
            Self::Alerts(query) => query.at(staff::ALERTS),
            Self::Alert(id, query) => query.at(&below(staff::ALERTS, id)),
            Self::Risks(query) => query.at(staff::RISK),
            Self::Risk(id, query) => query.at(&below(staff::RISK, id)),
            Self::Tenants(query) => query.at(staff::TENANTS),
            Self::Tenant(id, query) => query.at(&below(staff::TENANTS, id)),
            Self::Staff(query) => query.at(staff::STAFF),
            Self::Colleague(id, query) => query.at(&below(staff::STAFF, id)),
            Self::Providers(query) => query.at(staff::IDENTITY_PROVIDERS),
            Self::Provider(id, query) => query.at(&below(staff::IDENTITY_PROVIDERS, id)),
            Self::Policies(query) => query.at(staff::POLICIES),
            Self::Network(query) => query.at(staff::NETWORK),
            Self::Roles(query) => query.at(staff::ROLES),
            Self::System(slug) => address(staff::SYSTEM, &[("tenant", slug.as_deref())]),
            Self::Passkeys(query) => query.at(staff::PASSKEYS),
            Self::WhoAmI(slug) => address(staff::WHOAMI, &[("tenant", slug.as_deref())]),
            Self::Narrow(slug) => address(staff::NARROW, &[("tenant", slug.as_deref())]),
        }
    }

    /// The path of the room that the page belongs to: a thing's own page is in its list's.
    #[must_use]
    pub const fn room(&self) -> &'static str {
        match self {
            Self::Overview(_) => staff::OVERVIEW,
            Self::Users(_) | Self::User(..) | Self::Revoke(..) => staff::USERS,
            Self::Audit(_) => staff::AUDIT,
            Self::Go(_) => staff::GO,
            Self::Sessions(_) | Self::Session(..) => staff::SESSIONS,
            Self::Visits(_) | Self::Visit(..) => staff::IMPERSONATIONS,
            Self::Alerts(_) | Self::Alert(..) => staff::ALERTS,
            Self::Risks(_) | Self::Risk(..) => staff::RISK,
            Self::Tenants(_) | Self::Tenant(..) => staff::TENANTS,
            Self::Staff(_) | Self::Colleague(..) => staff::STAFF,
            Self::Providers(_) | Self::Provider(..) => staff::IDENTITY_PROVIDERS,
            Self::Policies(_) => staff::POLICIES,
            Self::Network(_) => staff::NETWORK,
            Self::Roles(_) => staff::ROLES,
            Self::System(_) => staff::SYSTEM,
            Self::Passkeys(_) => staff::PASSKEYS,
            Self::WhoAmI(_) => staff::WHOAMI,
            Self::Narrow(_) => staff::NARROW,
        }
    }

    /// The page of a path and its query; `None` is none of the console's.
    #[must_use]
    pub fn at(path: &str, query: &str) -> Option<Self> {
        Some(match path {
            staff::OVERVIEW => Self::Overview(UsersQuery::parse(query).tenant),
            staff::USERS => Self::Users(UsersQuery::parse(query)),
            staff::REVOKE_CHOSEN => {
                let mut pairs = Pairs::parse(query);
                let list = UsersQuery::parse(&pairs.take(LIST).unwrap_or_default());
                Self::Revoke(pairs.all(CHOSEN), list)
            }
            staff::AUDIT => Self::Audit(AuditQuery::parse(query)),
            staff::GO => Self::Go(GoQuery::parse(query)),
            staff::SESSIONS => Self::Sessions(StaffSessionsQuery::parse(query)),
            staff::IMPERSONATIONS => Self::Visits(VisitsQuery::parse(query)),
            staff::ALERTS => Self::Alerts(AlertsQuery::parse(query)),
            staff::RISK => Self::Risks(RisksQuery::parse(query)),
            staff::TENANTS => Self::Tenants(TenantsQuery::parse(query)),
            staff::STAFF => Self::Staff(StaffQuery::parse(query)),
            staff::IDENTITY_PROVIDERS => Self::Providers(ProvidersQuery::parse(query)),
            staff::POLICIES => Self::Policies(Box::new(PoliciesQuery::parse(query))),
            staff::NETWORK => Self::Network(Box::new(NetworkQuery::parse(query))),
            staff::ROLES => Self::Roles(RolesQuery::parse(query)),
            staff::SYSTEM => Self::System(UsersQuery::parse(query).tenant),
            staff::PASSKEYS => Self::Passkeys(PasskeysQuery::parse(query)),
            staff::WHOAMI => Self::WhoAmI(UsersQuery::parse(query).tenant),
            staff::NARROW => Self::Narrow(UsersQuery::parse(query).tenant),
            _ => return Self::of_a_thing(path, query),
        })
    }

    fn of_a_thing(path: &str, query: &str) -> Option<Self> {
        let (room, id) = path.rsplit_once('/')?;
        let id = one_part(id)?;
        Some(match room {
            staff::USERS => Self::User(id, UsersQuery::parse(query)),
            staff::SESSIONS => Self::Session(id, StaffSessionsQuery::parse(query)),
            staff::IMPERSONATIONS => Self::Visit(id, VisitsQuery::parse(query)),
            staff::ALERTS => Self::Alert(id, AlertsQuery::parse(query)),
            staff::RISK => Self::Risk(id, RisksQuery::parse(query)),
            staff::TENANTS => Self::Tenant(id, TenantQuery::parse(query)),
            staff::STAFF => Self::Colleague(id, StaffQuery::parse(query)),
            staff::IDENTITY_PROVIDERS => Self::Provider(id, ProvidersQuery::parse(query)),
            _ => return None,
        })
    }

    /// The slug of the tenant that the page is scoped to, or carries along.
    #[must_use]
    pub fn tenant(&self) -> Option<&str> {
        match self {
            Self::Overview(slug) | Self::System(slug) | Self::WhoAmI(slug) | Self::Narrow(slug) => {
                slug.as_deref()
            }
            Self::Users(query) | Self::User(_, query) | Self::Revoke(_, query) => query.tenant.as_deref(),
            Self::Audit(query) => query.tenant.as_deref(),
            Self::Go(query) => query.tenant.as_deref(),
            Self::Passkeys(query) => query.tenant.as_deref(),
            Self::Providers(query) | Self::Provider(_, query) => query.tenant.as_deref(),
            Self::Policies(query) => query.tenant.as_deref(),
            Self::Network(query) => query.tenant.as_deref(),
            Self::Roles(query) => query.tenant.as_deref(),
            Self::Sessions(query) | Self::Session(_, query) => query.tenant.as_deref(),
            Self::Visits(query) | Self::Visit(_, query) => query.tenant.as_deref(),
            Self::Alerts(query) | Self::Alert(_, query) => query.tenant.as_deref(),
            Self::Risks(query) | Self::Risk(_, query) => query.tenant.as_deref(),
            Self::Tenants(query) => query.tenant.as_deref(),
            Self::Tenant(_, query) => query.tenant.as_deref(),
            Self::Staff(query) | Self::Colleague(_, query) => query.tenant.as_deref(),
        }
    }

    /// The page as it opens for a tenant, or for all: what the navigation and the scope switch link to.
    #[must_use]
    pub fn scoped(&self, slug: Option<&str>) -> Self {
        let tenant = slug.map(str::to_owned);
        match self {
            Self::Overview(_) => Self::Overview(tenant),
            Self::Users(_) => Self::Users(UsersQuery {
                tenant,
                ..UsersQuery::default()
            }),
            Self::Audit(_) => Self::Audit(AuditQuery {
                tenant,
                ..AuditQuery::default()
            }),
            Self::Go(_) => Self::Go(GoQuery {
                tenant,
                ..GoQuery::default()
            }),
            // What belongs to another tenant is left behind: a thing's own page becomes its list.
            Self::User(..) | Self::Revoke(..) => Self::Users(UsersQuery {
                tenant,
                ..UsersQuery::default()
            }),
            Self::Sessions(_) | Self::Session(..) => Self::Sessions(StaffSessionsQuery {
                tenant,
                ..StaffSessionsQuery::default()
            }),
            Self::Visits(_) | Self::Visit(..) => Self::Visits(VisitsQuery {
                tenant,
                ..VisitsQuery::default()
            }),
            Self::Alerts(_) | Self::Alert(..) => Self::Alerts(AlertsQuery {
                tenant,
                ..AlertsQuery::default()
            }),
            Self::Risks(_) | Self::Risk(..) => Self::Risks(RisksQuery {
                tenant,
                ..RisksQuery::default()
            }),
            Self::Tenants(_) | Self::Tenant(..) => Self::Tenants(TenantsQuery {
                tenant,
                ..TenantsQuery::default()
            }),
            Self::Staff(_) | Self::Colleague(..) => Self::Staff(StaffQuery {
                tenant,
                ..StaffQuery::default()
            }),
            Self::Providers(_) | Self::Provider(..) => Self::Providers(ProvidersQuery { tenant, act: None }),
            Self::Policies(_) => Self::Policies(Box::new(PoliciesQuery {
                tenant,
                ..PoliciesQuery::default()
            })),
            Self::Network(_) => Self::Network(Box::new(NetworkQuery {
                tenant,
                ..NetworkQuery::default()
            })),
            Self::Roles(_) => Self::Roles(RolesQuery {
                tenant,
                ..RolesQuery::default()
            }),
            Self::System(_) => Self::System(tenant),
            Self::Passkeys(_) => Self::Passkeys(PasskeysQuery {
                tenant,
                ..PasskeysQuery::default()
            }),
            Self::WhoAmI(_) => Self::WhoAmI(tenant),
            Self::Narrow(_) => Self::Narrow(tenant),
        }
    }
}

/// The path of a thing below its list's.
fn below(list: &str, id: &str) -> String {
    let id: String = form_urlencoded::byte_serialize(id.as_bytes()).collect();
    format!("{list}/{id}")
}

/// An id or slug as it stands in a path; anything else is no thing of ours.
fn one_part(text: &str) -> Option<String> {
    let known = |letter: u8| letter.is_ascii_alphanumeric() || matches!(letter, b'_' | b'-');
    let fits = !text.is_empty() && text.len() <= 64 && text.bytes().all(known);
    fits.then(|| text.to_owned())
}
