//! Every address of the console and the portal, as values: a page builds its links here, and a request's query is read
//! here, so that both sides always agree.
//!
//! Nothing in here holds a secret, and nothing decides: a value says where something is, never who may go there. Whatever
//! is put into a query is escaped; an empty part is left out, so that one state has one address.

pub mod columns;
mod console;
mod portal;
mod query;
pub mod staff;
mod state;
pub mod tenant;
#[cfg(test)]
mod tests;

use stagedoor_core::id::ImpersonationId;
use stagedoor_core::view::directory::DirectorySort;

pub use self::console::{CHOSEN, ConsolePage, LIST};
pub use self::portal::PortalPage;
use self::query::address;
pub use self::query::with_param;
pub use self::state::{
    AlertsQuery, AuditQuery, GoQuery, MembersQuery, NetworkQuery, PasskeysQuery, PoliciesQuery,
    ProvidersQuery, RisksQuery, RolesQuery, SessionsQuery, StaffQuery, StaffSessionsQuery, SupportQuery,
    TenantQuery, TenantsQuery, UsersQuery, VisitsQuery,
};

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

/// What a form that needs a fresh proof is about, by its id.
#[must_use]
pub fn step_up(id: &str) -> String {
    format!("{}/{id}", staff::STEP_UP)
}

/// Begins the proof for a call, by its id.
#[must_use]
pub fn step_up_begin(id: &str) -> String {
    format!("{}/{id}/begin", staff::STEP_UP_API)
}

/// Finishes it.
#[must_use]
pub fn step_up_finish(id: &str) -> String {
    format!("{}/{id}", staff::STEP_UP_API)
}

/// Gives the proof by a code of an authenticator app.
#[must_use]
pub fn step_up_code(id: &str) -> String {
    format!("{}/{id}/code", staff::STEP_UP)
}

/// How to stay signed in, and where to go on then.
#[must_use]
pub fn stay(back: &str) -> String {
    address(staff::STAY, &[("back", Some(back))])
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
