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
    /// The platform's audit log.
    pub const AUDIT: &str = "/audit";
    /// Where to go: every page, tenant and action by name.
    pub const GO: &str = "/go";
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
    /// GET: tenants by name, in JSON.
    pub const FIND_TENANTS: &str = "/api/admin/tenants";
    /// GET: the audit log as a file.
    pub const EXPORT_AUDIT: &str = "/api/admin/audit-logs/export";

    /// The console's pages.
    pub const PAGES: &[&str] = &[OVERVIEW, USERS, AUDIT, GO];
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
