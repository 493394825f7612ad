//! Addresses of a tenant's host, each named once. The staff host knows none of them.

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
