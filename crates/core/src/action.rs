//! Every action of the product: one table, the single source of truth.
//!
//! A row names the action, who may take it, on what, and what it owes. From the table come the [`Action`] enum, one
//! marker type an action (so that a permit for one cannot be passed off as a permit for another), the declarations
//! that [`crate::decide`] reads, and the documentation. The letters of a row are the cells of the matrix of spec 01
//! (`super_admin support security read_only`) or of spec 04 (`owner admin developer billing-admin member`):
//! `Y` holds it, `N` does not, `P` by policy, `O` one's own only, `G` with a break-glass grant.

mod declaration;
mod row;

pub use declaration::{
    ActionKind, Audience, Cell, Danger, Declaration, Effect, Held, WhileImpersonated, WhileReading,
};
use row::{ALL, ALL_BUT_FACTOR, G, N, O, OWN_SESSION, P, TEN_MINUTES, Y, actions, danger, members};

use crate::input::Justification;
use crate::resource::{
    AnySession, PasskeyTarget, PersonTarget, Platform, Resource, SessionTarget, Space, TenantTarget,
    VisitTarget,
};

actions! {
    /// Start one's own staff session, after the identity provider and the passkey.
    StaffSignIn = "staff.sign_in": Staff Write on SessionTarget [O O O O] reading Allowed;
    /// End one's own staff session.
    StaffSignOut = "staff.sign_out": Staff Write on SessionTarget [O O O O] guards OWN_SESSION reading Allowed;
    /// See one's own session: guardrails, permissions, countdowns.
    SessionViewOwn = "session.view_own": Staff Read on SessionTarget [O O O O] guards OWN_SESSION;
    /// Prove one's passkey again in the session that runs.
    SessionRenew = "session.renew": Staff Write on SessionTarget [O O O O] guards ALL_BUT_FACTOR reading Allowed;
    /// Narrow one's own session: to one tenant, to reads, to the view of a narrower role. It is never widened.
    SessionNarrow = "session.narrow": Staff Write on SessionTarget [O O O O] guards ALL_BUT_FACTOR reading Allowed;
    /// Prove one's passkey for exactly one call.
    StaffStepUp = "staff.step_up": Staff Write on SessionTarget [O O O O] guards ALL_BUT_FACTOR reading Allowed;
    /// See one's own passkeys.
    PasskeyViewOwn = "passkey.view_own": Staff Read on PasskeyTarget [O O O O];
    /// Register another passkey for oneself.
    PasskeyRegister = "passkey.register": Staff Write on PasskeyTarget [O O O O] within TEN_MINUTES;
    /// Give one's own passkey another name.
    PasskeyRename = "passkey.rename": Staff Write on PasskeyTarget [O O O O];
    /// Revoke one's own passkey.
    PasskeyRevoke = "passkey.revoke": Staff Write on PasskeyTarget [O O O O] within TEN_MINUTES;
    /// Enrol an authenticator app for oneself.
    TotpEnrol = "totp.enrol": Staff Write on PasskeyTarget [O O O O] within TEN_MINUTES;
    /// Remove one's own authenticator app.
    TotpRemove = "totp.remove": Staff Write on PasskeyTarget [O O O O] within TEN_MINUTES;
    /// Make one's own recovery codes anew.
    RecoveryRenew = "recovery.renew": Staff Write on PasskeyTarget [O O O O] within TEN_MINUTES;
    /// See one's own responsibilities, and the backup contact that one left.
    DutiesViewOwn = "responsibilities.view_own": Staff Read on SessionTarget [O O O O];
    /// Acknowledge one's own responsibilities, and leave a backup contact.
    DutiesAcknowledge = "responsibilities.acknowledge": Staff Write on SessionTarget [O O O O] reading Allowed;
    /// Change one's own backup contact.
    BackupContactChange = "backup_contact.change": Staff Write on SessionTarget [O O O O];

    /// List tenants.
    TenantList = "tenant.list": Staff Read on Platform [Y Y Y Y];
    /// See one tenant.
    TenantView = "tenant.view": Staff Read on TenantTarget [Y Y Y Y];
    /// Create a tenant.
    TenantCreate = "tenant.create": Staff Write on Platform [Y Y N N];
    /// Change a tenant's name and contacts.
    TenantUpdate = "tenant.update": Staff Write on TenantTarget [Y Y N N];
    /// Suspend or restore a tenant.
    TenantSuspend = "tenant.suspend": Staff Write on TenantTarget [Y Y N N] owes Justification;
    /// Invite a tenant's administrator.
    TenantInviteAdmin = "tenant.invite_admin": Staff Write on TenantTarget [Y Y N N];
    /// Impersonate a person of a tenant.
    TenantImpersonate = "tenant.impersonate": Staff Write on TenantTarget [Y Y N N] owes Justification;
    /// Set a tenant's feature flag.
    TenantSetFlag = "tenant.set_flag": Staff Write on TenantTarget [Y Y N N] owes Justification;
    /// Rotate a tenant's API key.
    TenantRotateKey = "tenant.rotate_key": Staff Write on TenantTarget [Y Y N N];
    /// Read the directory of one tenant.
    TenantViewDirectory = "tenant.view_directory": Staff Read on TenantTarget [Y Y N N];
    /// Search people across tenants.
    PlatformQueryUsers = "platform.query_users": Staff Read on Platform [Y Y N N];
    /// Delete a tenant.
    TenantDelete = "tenant.delete": Staff Write on TenantTarget [G N N N] owes Justification;
    /// Restore a tenant's locked-out owner.
    TenantOwnerRecover = "tenant.owner_recover": Staff Write on TenantTarget [G N N N] owes Justification;

    /// See sessions.
    SessionView = "session.view": Staff Read on Platform [Y Y Y N];
    /// See impersonations.
    ImpersonationView = "impersonation.view": Staff Read on Platform [Y Y Y N];
    /// Revoke a session.
    SessionRevoke = "session.revoke": Staff Write on AnySession [Y O P N];
    /// Revoke more sessions at once, of more than one person, than one call may.
    SessionRevokeMany = "session.revoke_many": Staff Write on AnySession [G N N N];
    /// End an impersonation from the console.
    ImpersonationEndOther = "impersonation.end_other": Staff Write on VisitTarget [Y O P N];

    /// Read the entries about actions on tenants.
    AuditReadTenant = "audit.read_tenant": Staff Read on Platform [Y Y Y Y];
    /// Read the entries about administration (`admin.*`).
    AuditReadAdmin = "audit.read_admin": Staff Read on Platform [Y N Y N];
    /// Export what one may read of the audit.
    AuditExport = "audit.export": Staff Read on Platform [Y Y Y N];
    /// Restore archived audit.
    AuditRestore = "audit.restore": Staff Write on Platform [G N N N] owes Justification;

    /// See risk events.
    RiskView = "risk.view": Staff Read on Platform [Y Y Y N];
    /// Acknowledge, assign, note and close risk events.
    RiskTriage = "risk.triage": Staff Write on Platform [Y N P N];
    /// Ask for a break-glass grant.
    BreakGlassRequest = "break_glass.request": Staff Write on Platform [Y Y N N] owes Justification;
    /// Vote on a break-glass request.
    BreakGlassVote = "break_glass.vote": Staff Write on Platform [Y N Y N];
    /// Review the use of a break-glass grant.
    BreakGlassReview = "break_glass.review": Staff Write on Platform [Y N Y N];

    /// See staff.
    StaffView = "staff.view": Staff Read on Platform [Y N Y N];
    /// See the alerts that one is told of.
    AlertView = "alert.view": Staff Read on Platform [Y N N N];
    /// Take note of an alert.
    AlertAcknowledge = "alert.acknowledge": Staff Write on Platform [Y N N N];
    /// Send a test alert over every channel.
    AlertTest = "alert.test": Staff Write on Platform [Y N N N];
    /// See access reviews.
    ReviewView = "review.view": Staff Read on Platform [Y N Y N];
    /// Create, change and deactivate staff.
    PlatformManageStaff = "platform.manage_staff": Staff Write on Platform [Y N N N] owes Justification;
    /// Decide an access review.
    ReviewDecide = "review.decide": Staff Write on Platform [Y N N N];

    /// See guard policies.
    PolicyView = "policy.view": Staff Read on Platform [Y N Y N];
    /// See network rules.
    NetworkView = "network.view": Staff Read on Platform [Y N Y N];
    /// See identity providers.
    IdpView = "idp.view": Staff Read on Platform [Y N Y N];
    /// See audit sinks.
    SinkView = "sink.view": Staff Read on Platform [Y N Y N];
    /// See settings.
    SettingsView = "settings.view": Staff Read on Platform [Y N Y N];
    /// Change guard policies.
    PolicyWrite = "policy.write": Staff Write on Platform [Y N N N] owes Justification;
    /// Change network rules.
    NetworkWrite = "network.write": Staff Write on Platform [Y N N N] owes Justification;
    /// Change identity providers.
    IdpWrite = "idp.write": Staff Write on Platform [Y N N N] within TEN_MINUTES owes Justification;
    /// Change audit sinks.
    SinkWrite = "sink.write": Staff Write on Platform [Y N N N];
    /// Change settings.
    SettingsWrite = "settings.write": Staff Write on Platform [Y N N N];
    /// Change licences.
    LicenceWrite = "licence.write": Staff Write on Platform [Y N N N];
    /// Change staff applications.
    ApplicationWrite = "application.write": Staff Write on Platform [Y N N N];
    /// Destroy a signing key.
    SigningKeyDestroy = "signing_key.destroy": Staff Write on Platform [G N N N] owes Justification;
    /// Switch the origin check off.
    OriginEnforcementOff = "origin_enforcement.off": Staff Write on Platform [G N N N] owes Justification;
    /// See queues, jobs and workflows.
    PlatformViewSystemMetrics = "platform.view_system_metrics": Staff Read on Platform [Y N Y N];

    /// Start one's own session on a tenant's host, after the password.
    UserSignIn = "user.sign_in": Tenant Write on PersonTarget [O O O O O] impersonated Never;
    /// End one's own session on a tenant's host.
    UserSignOut = "user.sign_out": Tenant Write on PersonTarget [O O O O O] impersonated Never;
    /// See a person's sessions on the tenant's host.
    UserSessionView = "user.view_sessions": Tenant Read on PersonTarget [Y Y O O O];
    /// End a person's sessions on the tenant's host.
    UserSessionRevoke = "user.revoke_session": Tenant Write on PersonTarget [Y Y O O O] impersonated Never;
    /// Open the portal's front page.
    PortalView = "portal.view": Tenant Read on Space [Y Y Y Y Y];
    /// List the tenant's members.
    MemberList = "member.list": Tenant Read on Space [Y Y N N N];
    /// Read the tenant's audit log.
    TenantAuditRead = "audit.read": Tenant Read on Space [Y Y N N N];
    /// Export the tenant's audit log.
    TenantAuditExport = "export.audit": Tenant Read on Space [Y Y N N N] impersonated Never;
    /// End one's own visit, from inside.
    VisitEndOwn = "impersonation.end_own": Tenant Write on Space [Y Y Y Y Y] guards OWN_SESSION impersonated Always reading Allowed;
    /// Manage the tenant's members.
    MemberManage = "member.manage": Tenant Write on Space [Y Y N N N];
    /// See how support access stands: the choice, who is inside, who was, and what they did.
    SupportView = "support_access.view": Tenant Read on Space [Y Y N N N];
    /// Agree to a visit that platform support asked for.
    SupportApprove = "support_access.approve": Tenant Write on Space [Y N N N N] impersonated Never;
    /// Refuse a visit that platform support asked for.
    SupportDeny = "support_access.deny": Tenant Write on Space [Y N N N N] impersonated Never;
    /// Choose whether platform support may visit.
    ConsentChange = "support_access.consent": Tenant Write on Space [Y N N N N] impersonated Never;
    /// End a visit of platform support.
    VisitEndByTenant = "support_access.end": Tenant Write on Space [Y Y N N N] impersonated Never;
    /// Change how the tenant's people sign in.
    AuthSettings = "auth.settings": Tenant Write on Space [Y Y N N N] impersonated Never;
    /// See and change billing.
    Billing = "billing.manage": Tenant Write on Space [Y N N N N] impersonated Never;
}

impl Action {
    /// The action's row.
    #[must_use]
    pub fn declaration(self) -> &'static Declaration {
        // The enum and the rows come from the same table in the same order.
        &DECLARATIONS[self as usize]
    }

    /// The action's name.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.declaration().name
    }

    /// The action of a name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|action| action.name() == name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::role::{StaffRole, TenantRole};

    #[test]
    fn every_row_has_a_cell_for_every_role_and_a_name_of_its_own() {
        let mut names: Vec<_> = Action::ALL.iter().map(|action| action.name()).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), Action::ALL.len());
        for action in Action::ALL {
            let declaration = action.declaration();
            let roles = match declaration.audience {
                Audience::Staff => StaffRole::ALL.len(),
                Audience::Tenant => TenantRole::ALL.len(),
            };
            assert_eq!(declaration.cells.len(), roles, "{}", declaration.name);
            assert_eq!(Action::from_name(declaration.name), Some(*action));
        }
    }
}
