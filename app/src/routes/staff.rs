//! Addresses of the staff host, each named once. A page's state is not in here, and nothing here says who may go there.

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
/// Sessions of staff, or of one tenant's people; one session's own page is below it.
pub const SESSIONS: &str = "/sessions";
/// Tenants; one tenant's own page is below it.
pub const TENANTS: &str = "/tenants";
/// Staff; one person's own page is below it.
pub const STAFF: &str = "/staff";
/// Impersonations; the account of one is below it.
pub const IMPERSONATIONS: &str = "/impersonations";
/// One's own alerts; one of them is below.
pub const ALERTS: &str = "/alerts";
/// Risk events; one of them is below.
pub const RISK: &str = "/risk";
/// Identity providers; one of them is below.
pub const IDENTITY_PROVIDERS: &str = "/identity-providers";
/// What guards the console, and the simulator.
pub const POLICIES: &str = "/policies";
/// Network rules.
pub const NETWORK: &str = "/network";
/// The matrix of roles, and who can do what.
pub const ROLES: &str = "/roles";
/// The program itself.
pub const SYSTEM: &str = "/system";
/// One's own passkeys.
pub const PASSKEYS: &str = "/passkeys";
/// Who am I, and how does the server see my request?
pub const WHOAMI: &str = "/whoami";
/// What one's own session is narrowed to, and what it may be narrowed to.
pub const NARROW: &str = "/narrow";
/// POST: narrows it.
pub const NARROW_SESSION: &str = "/narrow/session";
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
/// POST: what the session shall be narrowed to that the sign-in leads to.
pub const SIGN_IN_NARROW: &str = "/sign-in/narrow";
/// POST: the sign-in's last step by a code of an authenticator app.
pub const SIGN_IN_CODE: &str = "/sign-in/code";
/// POST: a recovery code, which leads to a new passkey.
pub const SIGN_IN_RECOVERY: &str = "/sign-in/recovery";
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
/// POST: revokes all sessions that match a filter.
pub const REVOKE_MATCHING: &str = "/api/fn/staff/revoke_matching";
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
/// The passkey for one form that needs a fresh proof; the form's id is below it.
pub const STEP_UP: &str = "/step-up";
/// POST, JSON: begins and finishes a fresh proof for one call, by its id.
pub const STEP_UP_API: &str = "/api/admin/step-up";
/// How long the session lasts, and the passkey to stay signed in; it leads back to where one came from, or to `?back=/…`.
pub const STAY: &str = "/stay";
/// One's own responsibilities, which stand before the console until they are acknowledged.
pub const RESPONSIBILITIES: &str = "/responsibilities";
/// POST: acknowledges them, and leaves a backup contact.
pub const ACKNOWLEDGE_DUTIES: &str = "/api/fn/staff/acknowledge_duties";
/// POST: changes one's own backup contact.
pub const CHANGE_BACKUP_CONTACT: &str = "/api/fn/staff/change_backup_contact";
/// POST: begins to enrol an authenticator app.
pub const BEGIN_APP: &str = "/api/fn/staff/begin_app";
/// POST: enrols it by its first code.
pub const CONFIRM_APP: &str = "/api/fn/staff/confirm_app";
/// POST: removes one's own authenticator app.
pub const REMOVE_APP: &str = "/api/fn/staff/remove_app";
/// POST: makes one's own recovery codes anew.
pub const RENEW_RECOVERY: &str = "/api/fn/staff/renew_recovery";
/// POST: closes a tenant for a time.
pub const SUSPEND_TENANT: &str = "/api/fn/staff/suspend_tenant";
/// POST: opens a suspended tenant again.
pub const RESTORE_TENANT: &str = "/api/fn/staff/restore_tenant";
/// POST: gives a tenant another name.
pub const RENAME_TENANT: &str = "/api/fn/staff/rename_tenant";
/// POST: works on a risk event.
pub const TRIAGE_RISK: &str = "/api/fn/staff/triage_risk";
/// POST: takes note of an alert.
pub const ACKNOWLEDGE_ALERT: &str = "/api/fn/staff/acknowledge_alert";
/// POST: sends a test alert.
pub const TEST_ALERT: &str = "/api/fn/staff/test_alert";
/// POST: invites somebody to staff.
pub const INVITE_STAFF: &str = "/api/fn/staff/invite_staff";
/// POST: changes somebody's name, role, tenants or end.
pub const CHANGE_STAFF: &str = "/api/fn/staff/change_staff";
/// POST: makes somebody's enrolment token anew.
pub const REISSUE_TOKEN: &str = "/api/fn/staff/reissue_token";
/// POST: clears somebody's factors.
pub const RESET_FACTORS: &str = "/api/fn/staff/reset_factors";
/// POST: switches somebody off, for ever.
pub const DEACTIVATE_STAFF: &str = "/api/fn/staff/deactivate_staff";
/// POST: notes that secrets which a deactivated person saw may be known.
pub const SECRETS_COMPROMISED: &str = "/api/fn/staff/secrets_compromised";
/// POST: notes that something of a deactivated person's checklist was done.
pub const FINISH_TASK: &str = "/api/fn/staff/finish_task";
/// POST: tries a change of the network rules.
pub const CHANGE_NETWORK: &str = "/api/fn/staff/change_network";
/// POST: tries one more guard policy.
pub const SAVE_POLICY: &str = "/api/fn/staff/save_policy";
/// POST: tries the guard policies without one.
pub const REMOVE_POLICY: &str = "/api/fn/staff/remove_policy";
/// POST: confirms a change that is on trial.
pub const CONFIRM_TRIAL: &str = "/api/fn/staff/confirm_trial";
/// POST: rolls one back.
pub const ROLL_BACK_TRIAL: &str = "/api/fn/staff/roll_back_trial";
/// POST: adds an identity provider.
pub const ADD_PROVIDER: &str = "/api/fn/staff/add_provider";
/// POST: changes one's settings.
pub const CHANGE_PROVIDER: &str = "/api/fn/staff/change_provider";
/// POST: says whether one's word counts.
pub const TRUST_PROVIDER: &str = "/api/fn/staff/trust_provider";
/// POST: tests the connection to one.
pub const TEST_PROVIDER: &str = "/api/fn/staff/test_provider";
/// POST: holds a sample of claims against one's rules.
pub const PREVIEW_CLAIMS: &str = "/api/fn/staff/preview_claims";
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
    ALERTS,
    RISK,
    STAFF,
    IDENTITY_PROVIDERS,
    POLICIES,
    NETWORK,
    ROLES,
    SYSTEM,
    PASSKEYS,
    WHOAMI,
    NARROW,
];
/// What answers a form or a script by POST, and changes something.
pub const ACTIONS: &[&str] = &[
    ENROLLMENT,
    PASSKEY_BEGIN,
    PASSKEY_FINISH,
    SIGN_IN_CODE,
    SIGN_IN_RECOVERY,
    SIGN_IN_NARROW,
    NARROW_SESSION,
    SIGN_OUT,
    IMPERSONATE,
    END_IMPERSONATION,
    THEME,
    COLUMNS,
    KEYS,
    REVOKE_SESSION,
    REVOKE_SESSIONS,
    REVOKE_PEOPLE,
    REVOKE_MATCHING,
    SUSPEND_TENANT,
    RESTORE_TENANT,
    RENAME_TENANT,
    INVITE_STAFF,
    CHANGE_STAFF,
    REISSUE_TOKEN,
    RESET_FACTORS,
    DEACTIVATE_STAFF,
    FINISH_TASK,
    SECRETS_COMPROMISED,
    RENAME_PASSKEY,
    REVOKE_PASSKEY,
    BEGIN_APP,
    CONFIRM_APP,
    REMOVE_APP,
    RENEW_RECOVERY,
    ACKNOWLEDGE_DUTIES,
    CHANGE_BACKUP_CONTACT,
    TRIAGE_RISK,
    CHANGE_NETWORK,
    SAVE_POLICY,
    REMOVE_POLICY,
    CONFIRM_TRIAL,
    ROLL_BACK_TRIAL,
    ACKNOWLEDGE_ALERT,
    TEST_ALERT,
    ADD_PROVIDER,
    CHANGE_PROVIDER,
    TRUST_PROVIDER,
    TEST_PROVIDER,
    PREVIEW_CLAIMS,
];
