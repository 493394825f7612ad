//! Every address of the console and the portal, as values: a page builds its links here, and a request's query is read
//! here, so that both sides always agree.
//!
//! Nothing in here holds a secret, and nothing decides: a value says where something is, never who may go there. Whatever
//! is put into a query is escaped; an empty part is left out, so that one state has one address.

pub mod columns;
mod query;
#[cfg(test)]
mod tests;

use stagedoor_core::id::ImpersonationId;
use stagedoor_core::view::directory::DirectorySort;

use self::columns::{AuditColumn, Shown, UserColumn};
pub use self::query::with_param;
use self::query::{Pairs, Part, address, queries};

/// Addresses of the staff host that are not pages of the console, or take no query.
pub mod staff {
    /// The Overview.
    pub const OVERVIEW: &str = "/";
    /// One tenant's directory.
    pub const USERS: &str = "/users";
    /// Asks before the sessions of people chosen in the directory are revoked.
    pub const REVOKE_CHOSEN: &str = "/users/revoke";
    /// The platform's audit log.
    pub const AUDIT: &str = "/audit";
    /// Where to go: every page, tenant and action by name.
    pub const GO: &str = "/go";
    /// Sessions of staff, or of one tenant's people.
    pub const SESSIONS: &str = "/sessions";
    /// Tenants; one tenant's own page is below it.
    pub const TENANTS: &str = "/tenants";
    /// Impersonations; the account of one is below it.
    pub const IMPERSONATIONS: &str = "/impersonations";
    /// The program itself.
    pub const SYSTEM: &str = "/system";
    /// One's own passkeys.
    pub const PASSKEYS: &str = "/passkeys";
    /// Who am I, and how does the server see my request?
    pub const WHOAMI: &str = "/whoami";
    /// The staff entrance.
    pub const SIGN_IN: &str = "/sign-in";
    /// Leaves for the identity provider; `?provider=idp_…`.
    pub const SIGN_IN_START: &str = "/sign-in/start";
    /// Where a proven identity brings its token; GET shows the field, POST sends it.
    pub const ENROLLMENT: &str = "/enrollment";
    /// POST, JSON: begins the passkey ceremony.
    pub const PASSKEY_BEGIN: &str = "/sign-in/passkey/begin";
    /// POST, JSON: finishes it.
    pub const PASSKEY_FINISH: &str = "/sign-in/passkey/finish";
    /// POST: ends the session.
    pub const SIGN_OUT: &str = "/sign-out";
    /// POST: starts an impersonation.
    pub const IMPERSONATE: &str = "/api/fn/staff/impersonate";
    /// POST: ends one.
    pub const END_IMPERSONATION: &str = "/api/fn/staff/end_impersonation";
    /// POST: light, dark, or as the system says.
    pub const THEME: &str = "/api/fn/staff/theme";
    /// POST: which columns of a list are shown.
    pub const COLUMNS: &str = "/api/fn/staff/columns";
    /// POST: whether single keys do anything.
    pub const KEYS: &str = "/api/fn/staff/keys";
    /// POST: revokes one session.
    pub const REVOKE_SESSION: &str = "/api/fn/staff/revoke_session";
    /// POST: revokes all sessions of a person.
    pub const REVOKE_SESSIONS: &str = "/api/fn/staff/revoke_sessions";
    /// POST: revokes all sessions of several people of a tenant.
    pub const REVOKE_PEOPLE: &str = "/api/fn/staff/revoke_people";
    /// POST: gives one's own passkey another name.
    pub const RENAME_PASSKEY: &str = "/api/fn/staff/rename_passkey";
    /// POST: revokes one's own passkey.
    pub const REVOKE_PASSKEY: &str = "/api/fn/staff/revoke_passkey";
    /// POST, JSON: begins to register another passkey; [`ADD_PASSKEY`] finishes it.
    pub const ADD_PASSKEY_BEGIN: &str = "/api/admin/session/passkeys/begin";
    /// POST, JSON: registers it.
    pub const ADD_PASSKEY: &str = "/api/admin/session/passkeys";
    /// POST, JSON: begins to prove a passkey again; [`RENEW`] finishes it.
    pub const RENEW_BEGIN: &str = "/api/admin/session/renew/begin";
    /// POST, JSON: renews the proof.
    pub const RENEW: &str = "/api/admin/session/renew";
    /// POST: closes a tenant for a time.
    pub const SUSPEND_TENANT: &str = "/api/fn/staff/suspend_tenant";
    /// POST: opens a suspended tenant again.
    pub const RESTORE_TENANT: &str = "/api/fn/staff/restore_tenant";
    /// POST: gives a tenant another name.
    pub const RENAME_TENANT: &str = "/api/fn/staff/rename_tenant";
    /// GET: tenants by name, in JSON.
    pub const FIND_TENANTS: &str = "/api/admin/tenants";
    /// GET: the audit log as a file.
    pub const EXPORT_AUDIT: &str = "/api/admin/audit-logs/export";

    /// The console's pages.
    pub const PAGES: &[&str] = &[
        OVERVIEW,
        USERS,
        REVOKE_CHOSEN,
        AUDIT,
        GO,
        SESSIONS,
        TENANTS,
        IMPERSONATIONS,
        SYSTEM,
        PASSKEYS,
        WHOAMI,
    ];
    /// What answers a form or a script by POST, and changes something.
    pub const ACTIONS: &[&str] = &[
        ENROLLMENT,
        PASSKEY_BEGIN,
        PASSKEY_FINISH,
        SIGN_OUT,
        IMPERSONATE,
        END_IMPERSONATION,
        THEME,
        COLUMNS,
        KEYS,
        REVOKE_SESSION,
        REVOKE_SESSIONS,
        REVOKE_PEOPLE,
        SUSPEND_TENANT,
        RESTORE_TENANT,
        RENAME_TENANT,
        RENAME_PASSKEY,
        REVOKE_PASSKEY,
    ];
}

/// Addresses of a tenant's host.
pub mod tenant {
    /// The portal's front page.
    pub const FRONT: &str = "/";
    /// The members.
    pub const MEMBERS: &str = "/members";
    /// The tenant's own audit log.
    pub const AUDIT: &str = "/audit";
    /// The tenant's own log as a file.
    pub const EXPORT_AUDIT: &str = "/api/tenant/audit-logs/export";
    /// Sessions on this host.
    pub const SESSIONS: &str = "/sessions";
    /// Support access: the choice, who is inside, who was. The account of a visit lies below it.
    pub const SUPPORT_ACCESS: &str = "/support-access";
    /// The portal's own entrance; POST signs in.
    pub const SIGN_IN: &str = "/sign-in";
    /// POST: ends the person's own session.
    pub const SIGN_OUT: &str = "/sign-out";
    /// Where a visit lands that is over. It shows nothing of the tenant but its name.
    pub const VISIT_OVER: &str = "/visit/over";
    /// POST: the visitor ends the visit.
    pub const END_IMPERSONATION: &str = "/api/fn/tenant/end_impersonation";

    /// POST: the owner chooses whether platform support may visit.
    pub const CONSENT: &str = "/api/fn/tenant/consent";
    /// POST: the owner answers a question of platform support.
    pub const ANSWER: &str = "/api/fn/tenant/answer_request";
    /// POST: a visit of platform support is ended from the tenant's side.
    pub const END_VISIT: &str = "/api/fn/tenant/end_visit";
    /// POST: one session ends.
    pub const REVOKE_SESSION: &str = "/api/fn/tenant/revoke_session";
    /// POST: all sessions of a person end.
    pub const REVOKE_SESSIONS: &str = "/api/fn/tenant/revoke_sessions";

    /// The portal's pages that need somebody inside.
    pub const PAGES: &[&str] = &[FRONT, MEMBERS, SESSIONS, AUDIT, SUPPORT_ACCESS];
    /// What answers a form by POST, and changes something.
    pub const ACTIONS: &[&str] = &[
        SIGN_IN,
        SIGN_OUT,
        END_IMPERSONATION,
        CONSENT,
        ANSWER,
        END_VISIT,
        REVOKE_SESSION,
        REVOKE_SESSIONS,
    ];
}

queries! {
    /// The state of the console's Users page.
    UsersQuery {
        /// The tenant's slug; `None` asks for one to be chosen.
        tenant: Option<String>,
        /// The search as typed.
        q: String,
        /// The order; `None` is the page's own.
        sort: Option<DirectorySort>,
        /// The columns; `None` are the remembered or the usual ones.
        cols: Option<Shown<UserColumn>>,
        /// The sealed cursor of the page of rows.
        cursor: Option<String>,
        /// The membership whose Impersonate dialog is open.
        impersonate: Option<String>,
    }

    /// The state of an Audit log page, the console's or the portal's.
    AuditQuery {
        /// The tenant's slug; `None` is the whole platform. Never set on a tenant's own host.
        tenant: Option<String>,
        /// The search as typed.
        q: String,
        /// The columns; `None` are the remembered or the usual ones.
        cols: Option<Shown<AuditColumn>>,
        /// The sealed cursor of the page of entries.
        cursor: Option<String>,
        /// The entry that lies open.
        open: Option<String>,
    }

    /// The state of the portal's Members page.
    MembersQuery {
        /// The search as typed.
        q: String,
        /// The sealed cursor of the page of rows.
        cursor: Option<String>,
    }

    /// The state of the console's Sessions page.
    StaffSessionsQuery {
        /// The tenant's slug. With one, the sessions are its people's, unless `of` says otherwise.
        tenant: Option<String>,
        /// `staff` or `people`; nothing goes by the tenant.
        of: Option<String>,
        /// The search as typed.
        q: String,
        /// The sealed cursor of the page of rows.
        cursor: Option<String>,
        /// The session whose dialog is open.
        revoke: Option<String>,
        /// The person all of whose sessions the open dialog is about.
        revoke_all: Option<String>,
    }

    /// The state of the console's Impersonations page, and of an account below it.
    VisitsQuery {
        /// The tenant's slug; `None` is every tenant.
        tenant: Option<String>,
        /// The search as typed.
        q: String,
        /// The sealed cursor of the page of past visits.
        cursor: Option<String>,
    }

    /// The state of the console's Tenants page.
    TenantsQuery {
        /// The tenant's slug, carried along.
        tenant: Option<String>,
        /// The search as typed.
        q: String,
        /// The sealed cursor of the page of rows.
        cursor: Option<String>,
    }

    /// The state of one tenant's own page.
    TenantQuery {
        /// The tenant's slug, carried along.
        tenant: Option<String>,
        /// `visits`; nothing is the overview.
        tab: Option<String>,
        /// The sealed cursor of the page of visits.
        cursor: Option<String>,
        /// The dialog that is open: `suspend`, `restore` or `rename`.
        act: Option<String>,
    }

    /// The state of the page of one's own passkeys.
    PasskeysQuery {
        /// The tenant's slug, carried along.
        tenant: Option<String>,
        /// The passkey whose dialog to rename it is open.
        rename: Option<String>,
        /// The passkey whose dialog to revoke it is open.
        revoke: Option<String>,
    }

    /// The state of the page that leads to all others.
    GoQuery {
        /// The tenant's slug, carried along.
        tenant: Option<String>,
        /// What is looked for, as typed.
        q: String,
    }
}

/// The state of the portal's Sessions page.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SessionsQuery {
    /// Only this person's, by their membership; `None` is all that the reader may see.
    pub user: Option<String>,
    /// The sealed cursor of the page of rows.
    pub cursor: Option<String>,
}

impl SessionsQuery {
    /// Reads the part of an address behind `?`. Unknown names are ignored, of a repeated one the first counts.
    #[must_use]
    pub fn parse(query: &str) -> Self {
        let mut pairs = Pairs::parse(query);
        Self {
            user: pairs.take("user"),
            cursor: pairs.take("cursor"),
        }
    }

    fn href(&self) -> String {
        let pairs = [("user", self.user.as_deref()), ("cursor", self.cursor.as_deref())];
        address(tenant::SESSIONS, &pairs)
    }
}

/// The state of the portal's Support access page.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SupportQuery {
    /// The sealed cursor of the page of past visits.
    pub cursor: Option<String>,
}

impl SupportQuery {
    /// Reads the part of an address behind `?`. Unknown names are ignored, of a repeated one the first counts.
    #[must_use]
    pub fn parse(query: &str) -> Self {
        let mut pairs = Pairs::parse(query);
        Self {
            cursor: pairs.take("cursor"),
        }
    }

    fn href(&self) -> String {
        address(tenant::SUPPORT_ACCESS, &[("cursor", self.cursor.as_deref())])
    }
}

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
    /// Impersonations.
    Visits(VisitsQuery),
    /// The account of one, by its id.
    Visit(String, VisitsQuery),
    /// Tenants.
    Tenants(TenantsQuery),
    /// One of them, by id or slug.
    Tenant(String, TenantQuery),
    /// The program itself. The tenant's slug is only carried along.
    System(Option<String>),
    /// One's own passkeys.
    Passkeys(PasskeysQuery),
    /// Who am I. The tenant's slug is only carried along.
    WhoAmI(Option<String>),
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
            Self::Visits(query) => query.at(staff::IMPERSONATIONS),
            Self::Visit(id, query) => query.at(&below(staff::IMPERSONATIONS, id)),
            Self::Tenants(query) => query.at(staff::TENANTS),
            Self::Tenant(id, query) => query.at(&below(staff::TENANTS, id)),
            Self::System(slug) => address(staff::SYSTEM, &[("tenant", slug.as_deref())]),
            Self::Passkeys(query) => query.at(staff::PASSKEYS),
            Self::WhoAmI(slug) => address(staff::WHOAMI, &[("tenant", slug.as_deref())]),
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
            Self::Sessions(_) => staff::SESSIONS,
            Self::Visits(_) | Self::Visit(..) => staff::IMPERSONATIONS,
            Self::Tenants(_) | Self::Tenant(..) => staff::TENANTS,
            Self::System(_) => staff::SYSTEM,
            Self::Passkeys(_) => staff::PASSKEYS,
            Self::WhoAmI(_) => staff::WHOAMI,
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
            staff::TENANTS => Self::Tenants(TenantsQuery::parse(query)),
            staff::SYSTEM => Self::System(UsersQuery::parse(query).tenant),
            staff::PASSKEYS => Self::Passkeys(PasskeysQuery::parse(query)),
            staff::WHOAMI => Self::WhoAmI(UsersQuery::parse(query).tenant),
            _ => return Self::of_a_thing(path, query),
        })
    }

    fn of_a_thing(path: &str, query: &str) -> Option<Self> {
        let (room, id) = path.rsplit_once('/')?;
        let id = one_part(id)?;
        Some(match room {
            staff::USERS => Self::User(id, UsersQuery::parse(query)),
            staff::IMPERSONATIONS => Self::Visit(id, VisitsQuery::parse(query)),
            staff::TENANTS => Self::Tenant(id, TenantQuery::parse(query)),
            _ => return None,
        })
    }

    /// The slug of the tenant that the page is scoped to, or carries along.
    #[must_use]
    pub fn tenant(&self) -> Option<&str> {
        match self {
            Self::Overview(slug) | Self::System(slug) | Self::WhoAmI(slug) => slug.as_deref(),
            Self::Users(query) | Self::User(_, query) | Self::Revoke(_, query) => query.tenant.as_deref(),
            Self::Audit(query) => query.tenant.as_deref(),
            Self::Go(query) => query.tenant.as_deref(),
            Self::Passkeys(query) => query.tenant.as_deref(),
            Self::Sessions(query) => query.tenant.as_deref(),
            Self::Visits(query) | Self::Visit(_, query) => query.tenant.as_deref(),
            Self::Tenants(query) => query.tenant.as_deref(),
            Self::Tenant(_, query) => query.tenant.as_deref(),
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
            Self::Sessions(_) => Self::Sessions(StaffSessionsQuery {
                tenant,
                ..StaffSessionsQuery::default()
            }),
            Self::Visits(_) | Self::Visit(..) => Self::Visits(VisitsQuery {
                tenant,
                ..VisitsQuery::default()
            }),
            Self::Tenants(_) | Self::Tenant(..) => Self::Tenants(TenantsQuery {
                tenant,
                ..TenantsQuery::default()
            }),
            Self::System(_) => Self::System(tenant),
            Self::Passkeys(_) => Self::Passkeys(PasskeysQuery {
                tenant,
                ..PasskeysQuery::default()
            }),
            Self::WhoAmI(_) => Self::WhoAmI(tenant),
        }
    }
}

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
            Self::Sessions(query) => query.href(),
            Self::Audit(query) => query.at(tenant::AUDIT),
            Self::Support(query) => query.href(),
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

/// Goes back into a running visit of one's own, from the console.
#[must_use]
pub fn enter_visit(visit: ImpersonationId) -> String {
    format!("/impersonations/{visit}/enter")
}

/// A tenant's directory as a file.
#[must_use]
pub fn export_users(tenant: &str) -> String {
    format!("/api/admin/tenants/{tenant}/users/export")
}

/// Leaves for an identity provider, by its id.
#[must_use]
pub fn start_sign_in(provider: &str) -> String {
    address(staff::SIGN_IN_START, &[("provider", Some(provider))])
}

/// What a page shows, as a file: the same tenant, query and order. `format` is `csv` or `jsonl`.
#[must_use]
pub fn export_of(page: &ConsolePage, format: &str) -> Option<String> {
    match page {
        ConsolePage::Users(query) => Some(address(
            &export_users(query.tenant.as_deref()?),
            &[
                ("format", Some(format)),
                ("q", Some(&query.q)),
                ("sort", query.sort.map(DirectorySort::as_str)),
            ],
        )),
        ConsolePage::Audit(query) => Some(address(
            staff::EXPORT_AUDIT,
            &[
                ("format", Some(format)),
                ("tenant", query.tenant.as_deref()),
                ("q", Some(&query.q)),
            ],
        )),
        _ => None,
    }
}

/// The tenant's own log as a file: what the search shows. `format` is `csv` or `jsonl`.
#[must_use]
pub fn export_of_tenant(q: &str, format: &str) -> String {
    address(tenant::EXPORT_AUDIT, &[("format", Some(format)), ("q", Some(q))])
}

/// A `back` field's value, if it is a path of this very host: anything else would be an open redirect.
#[must_use]
pub fn local(back: &str) -> Option<&str> {
    let path = back.strip_prefix('/')?;
    // `//host` and `/\host` are other hosts to a browser, and control characters are dropped before it looks.
    let leaves = path.starts_with(['/', '\\']) || back.chars().any(char::is_control);
    (!leaves).then_some(back)
}
