//! Every address of the console and the portal, as values: a page builds its links here, and a request's query is read
//! here, so that both sides always agree.
//!
//! Nothing in here holds a secret, and nothing decides: a value says where something is, never who may go there. Whatever
//! is put into a query is escaped; an empty part is left out, so that one state has one address.

mod query;
#[cfg(test)]
mod tests;

use stagedoor_core::id::ImpersonationId;
use stagedoor_core::view::directory::DirectorySort;

use self::query::{Pairs, address};

/// Addresses of the staff host that are not pages of the console, or take no query.
pub mod staff {
    /// The Overview.
    pub const OVERVIEW: &str = "/";
    /// One tenant's directory.
    pub const USERS: &str = "/users";
    /// The platform's audit log.
    pub const AUDIT: &str = "/audit";
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

    /// The console's pages.
    pub const PAGES: &[&str] = &[OVERVIEW, USERS, AUDIT];
    /// What answers a form or a script by POST, and changes something.
    pub const ACTIONS: &[&str] = &[
        ENROLLMENT,
        PASSKEY_BEGIN,
        PASSKEY_FINISH,
        SIGN_OUT,
        IMPERSONATE,
        END_IMPERSONATION,
        THEME,
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
    /// Where a visit lands that is over. It shows nothing of the tenant but its name.
    pub const VISIT_OVER: &str = "/visit/over";
    /// POST: the visitor ends the visit.
    pub const END_IMPERSONATION: &str = "/api/fn/tenant/end_impersonation";

    /// The portal's pages that need somebody inside.
    pub const PAGES: &[&str] = &[FRONT, MEMBERS, AUDIT];
    /// What answers a form by POST, and changes something.
    pub const ACTIONS: &[&str] = &[END_IMPERSONATION];
}

/// The state of the console's Users page.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct UsersQuery {
    /// The tenant's slug; `None` asks for one to be chosen.
    pub tenant: Option<String>,
    /// The search as typed.
    pub q: String,
    /// The order; `None` is the page's own.
    pub sort: Option<DirectorySort>,
    /// The sealed cursor of the page of rows.
    pub cursor: Option<String>,
    /// The membership whose Impersonate dialog is open.
    pub impersonate: Option<String>,
}

impl UsersQuery {
    /// Reads the part of an address behind `?`. Unknown names are ignored, of a repeated one the first counts.
    #[must_use]
    pub fn parse(query: &str) -> Self {
        let mut pairs = Pairs::parse(query);
        Self {
            tenant: pairs.take("tenant"),
            q: pairs.take("q").unwrap_or_default(),
            sort: pairs
                .take("sort")
                .and_then(|name| DirectorySort::from_name(&name)),
            cursor: pairs.take("cursor"),
            impersonate: pairs.take("impersonate"),
        }
    }

    fn href(&self) -> String {
        address(
            staff::USERS,
            &[
                ("tenant", self.tenant.as_deref()),
                ("q", Some(&self.q)),
                ("sort", self.sort.map(DirectorySort::as_str)),
                ("cursor", self.cursor.as_deref()),
                ("impersonate", self.impersonate.as_deref()),
            ],
        )
    }
}

/// The state of an Audit log page, the console's or the portal's.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AuditQuery {
    /// The tenant's slug; `None` is the whole platform. Never set on a tenant's own host.
    pub tenant: Option<String>,
    /// The search as typed.
    pub q: String,
    /// The sealed cursor of the page of entries.
    pub cursor: Option<String>,
    /// The entry that lies open.
    pub open: Option<String>,
}

impl AuditQuery {
    /// Reads the part of an address behind `?`. Unknown names are ignored, of a repeated one the first counts.
    #[must_use]
    pub fn parse(query: &str) -> Self {
        let mut pairs = Pairs::parse(query);
        Self {
            tenant: pairs.take("tenant"),
            q: pairs.take("q").unwrap_or_default(),
            cursor: pairs.take("cursor"),
            open: pairs.take("open"),
        }
    }

    fn href(&self, path: &str) -> String {
        address(
            path,
            &[
                ("tenant", self.tenant.as_deref()),
                ("q", Some(&self.q)),
                ("cursor", self.cursor.as_deref()),
                ("open", self.open.as_deref()),
            ],
        )
    }
}

/// The state of the portal's Members page.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct MembersQuery {
    /// The search as typed.
    pub q: String,
    /// The sealed cursor of the page of rows.
    pub cursor: Option<String>,
}

impl MembersQuery {
    /// Reads the part of an address behind `?`. Unknown names are ignored, of a repeated one the first counts.
    #[must_use]
    pub fn parse(query: &str) -> Self {
        let mut pairs = Pairs::parse(query);
        Self {
            q: pairs.take("q").unwrap_or_default(),
            cursor: pairs.take("cursor"),
        }
    }

    fn href(&self) -> String {
        address(
            tenant::MEMBERS,
            &[("q", Some(&self.q)), ("cursor", self.cursor.as_deref())],
        )
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
}

impl ConsolePage {
    /// The page's address: path and query.
    #[must_use]
    pub fn href(&self) -> String {
        match self {
            Self::Overview(slug) => address(staff::OVERVIEW, &[("tenant", slug.as_deref())]),
            Self::Users(query) => query.href(),
            Self::Audit(query) => query.href(staff::AUDIT),
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
    /// The audit log.
    Audit(AuditQuery),
}

impl PortalPage {
    /// The page's address: path and query.
    #[must_use]
    pub fn href(&self) -> String {
        match self {
            Self::Front => tenant::FRONT.to_owned(),
            Self::Members(query) => query.href(),
            Self::Audit(query) => query.href(tenant::AUDIT),
        }
    }
}

/// Goes back into a running visit of one's own, from the console.
#[must_use]
pub fn enter_visit(visit: ImpersonationId) -> String {
    format!("/impersonations/{visit}/enter")
}

/// Leaves for an identity provider, by its id.
#[must_use]
pub fn start_sign_in(provider: &str) -> String {
    address(staff::SIGN_IN_START, &[("provider", Some(provider))])
}

/// A `back` field's value, if it is a path of this very host: anything else would be an open redirect.
#[must_use]
pub fn local(back: &str) -> Option<&str> {
    let path = back.strip_prefix('/')?;
    // `//host` and `/\host` are other hosts to a browser, and control characters are dropped before it looks.
    let leaves = path.starts_with(['/', '\\']) || back.chars().any(char::is_control);
    (!leaves).then_some(back)
}
