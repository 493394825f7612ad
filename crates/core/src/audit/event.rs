//! The catalogue: every event there is, typed.
//!
//! An event is named `noun.verb`, one name for tried and done; the outcome says which. The prefix `admin.` covers
//! staff, roles, policies, providers, network, settings, sinks, and reads of the audit itself (spec 06).

use std::time::Duration;

use crate::action::Action;
use crate::time::hours;

/// Whose log an event goes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EventScope {
    /// The platform's.
    Platform,
    /// The tenant's.
    Tenant,
    /// Both, in one transaction.
    Dual,
}

/// How long an entry is kept before it may age out into an archive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Retention {
    /// 365 days: the platform's log.
    Platform,
    /// 90 days: a tenant's log.
    Tenant,
}

impl Retention {
    /// The class's name in storage.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Platform => "platform_365d",
            Self::Tenant => "tenant_90d",
        }
    }

    /// The span itself.
    #[must_use]
    pub const fn span(self) -> Duration {
        match self {
            Self::Platform => hours(24 * 365),
            Self::Tenant => hours(24 * 90),
        }
    }
}

/// The words for what an event is about, around its name: `flag billing.v2 for Acme`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Noun {
    /// Before the name: `flag`. Empty where the name stands alone.
    pub named: &'static str,
    /// Where the entry names none: `a flag`.
    pub unnamed: &'static str,
    /// Between it and its tenant: `for`. `None` where it is the tenant itself, or has none.
    pub of: Option<&'static str>,
}

macro_rules! noun {
    () => {
        None
    };
    ($named:literal, $unnamed:literal) => {
        Some(Noun {
            named: $named,
            unnamed: $unnamed,
            of: None,
        })
    };
    ($named:literal, $unnamed:literal, $of:literal) => {
        Some(Noun {
            named: $named,
            unnamed: $unnamed,
            of: Some($of),
        })
    };
}

// A row: name, log, the words when done, the words when only tried; then, where the event is about something, the
// words before its name, those when there is no name, and the word before the tenant.
macro_rules! events {
    ($(
        $(#[$doc:meta])*
        $variant:ident = $name:literal, $scope:ident, $done:literal, $tried:literal
            $(; $named:literal | $unnamed:literal $(| $of:literal)?)?;
    )+) => {
        /// Every event of the product.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Event {
            $($(#[$doc])* $variant,)+
        }

        impl Event {
            /// Every event, in the order of the catalogue.
            pub const ALL: &[Self] = &[$(Self::$variant),+];

            /// The name, `noun.verb`.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $name),+ }
            }

            /// Whose log it goes to.
            #[must_use]
            pub const fn scope(self) -> EventScope {
                match self { $(Self::$variant => EventScope::$scope),+ }
            }

            /// The words after the actor when it was done.
            #[must_use]
            pub const fn done(self) -> &'static str {
                match self { $(Self::$variant => $done),+ }
            }

            /// The words after the actor when it was only tried.
            #[must_use]
            pub const fn tried(self) -> &'static str {
                match self { $(Self::$variant => $tried),+ }
            }

            /// The words for what it is about; `None` where the words of the verb say it all.
            #[must_use]
            pub const fn noun(self) -> Option<Noun> {
                match self { $(Self::$variant => noun!($($named, $unnamed $(, $of)?)?)),+ }
            }
        }
    };
}

events! {
    /// A staff session started.
    StaffSignIn = "staff.sign_in", Platform, "signed in", "tried to sign in";
    /// A staff session ended by its owner.
    StaffSignOut = "staff.sign_out", Platform, "signed out", "tried to sign out";
    /// A member of staff registered a passkey.
    PasskeyRegister = "staff.register_passkey", Platform, "registered a passkey", "tried to register a passkey";
    /// One's own passkeys were looked at.
    PasskeyViewOwn = "passkey.view_own", Platform, "looked at their own passkeys", "tried to look at their own passkeys";
    /// A member of staff gave their passkey another name.
    PasskeyRename = "passkey.rename", Platform, "renamed a passkey", "tried to rename a passkey";
    /// A member of staff revoked a passkey of theirs.
    PasskeyRevoke = "passkey.revoke", Platform, "revoked a passkey", "tried to revoke a passkey";
    /// A member of staff proved their passkey again in a session that runs.
    SessionRenew = "session.renew", Platform, "used their passkey again", "tried to use their passkey again";
    /// A new member of staff brought their token.
    StaffEnrol = "staff.enrol", Platform, "enrolled", "tried to enrol";
    /// A session was revoked by staff: one of staff, or, in both logs, one of a tenant's people.
    SessionRevoke = "session.revoke", Dual, "revoked", "tried to revoke"; "a session of" | "a session" | "in";
    /// Sessions were listed.
    SessionView = "session.view", Platform, "looked at sessions", "tried to look at sessions";
    /// One's own session was looked at.
    SessionViewOwn = "session.view_own", Platform, "looked at their own session", "tried to look at their own session";

    /// A visit began.
    ImpersonationStart = "impersonation.start", Dual, "started", "tried to start"; "impersonation of" | "an impersonation";
    /// A visit became able to write.
    ImpersonationEscalate = "impersonation.escalate", Dual, "escalated", "tried to escalate"; "impersonation of" | "an impersonation";
    /// A visit ended.
    ImpersonationEnd = "impersonation.end", Dual, "ended", "tried to end"; "impersonation of" | "an impersonation";
    /// One request of a visit: what was viewed.
    ImpersonationView = "impersonation.view", Dual, "viewed", "tried to view";
    /// Visits were listed.
    ImpersonationList = "impersonation.list", Platform, "looked at impersonations", "tried to look at impersonations";

    /// Tenants were listed.
    TenantList = "tenant.list", Platform, "listed tenants", "tried to list tenants";
    /// A tenant was looked at.
    TenantView = "tenant.view", Platform, "looked at", "tried to look at"; "" | "a tenant";
    /// A tenant was created.
    TenantCreate = "tenant.create", Dual, "created", "tried to create"; "tenant" | "a tenant";
    /// A tenant was changed.
    TenantUpdate = "tenant.update", Dual, "changed", "tried to change"; "the details of" | "a tenant";
    /// A tenant was suspended.
    TenantSuspend = "tenant.suspend", Dual, "suspended", "tried to suspend"; "" | "a tenant";
    /// A tenant was restored.
    TenantRestore = "tenant.restore", Dual, "restored", "tried to restore"; "" | "a tenant";
    /// A tenant was deleted.
    TenantDelete = "tenant.delete", Dual, "deleted", "tried to delete"; "" | "a tenant";
    /// A tenant's owner was restored.
    TenantOwnerRecover = "tenant.owner_recover", Dual, "restored", "tried to restore"; "the owner of" | "an owner";
    /// One tenant's directory was read.
    TenantViewDirectory = "tenant.view_directory", Dual, "read", "tried to read"; "the directory of" | "a directory";
    /// One tenant's directory left as a file.
    TenantExportDirectory = "tenant.export_directory", Dual, "exported", "tried to export"; "the directory of" | "a directory";
    /// People were searched across tenants.
    PlatformQueryUsers = "platform.query_users", Platform, "searched people across tenants", "tried to search people across tenants";
    /// A flag was set.
    FlagUpdate = "flag.update", Dual, "updated", "tried to update"; "flag" | "a flag" | "for";
    /// An API key was rotated.
    ApiKeyRotate = "api_key.rotate", Dual, "rotated", "tried to rotate"; "API key" | "an API key" | "of";
    /// An API key was created by the tenant.
    ApiKeyCreate = "api_key.create", Tenant, "created", "tried to create"; "API key" | "an API key" | "of";
    /// Somebody was invited.
    InvitationCreate = "invitation.create", Dual, "invited", "tried to invite"; "" | "somebody" | "to";
    /// An invitation was accepted.
    InvitationAccept = "invitation.accept", Dual, "accepted", "tried to accept"; "the invitation to" | "an invitation";
    /// A person's state was changed.
    UserChangeState = "user.change_state", Dual, "changed", "tried to change"; "the state of" | "the state of somebody" | "in";
    /// A person of a tenant signed in.
    UserSignIn = "user.sign_in", Tenant, "signed in", "tried to sign in";
    /// A person of a tenant signed out, or their session came to its end.
    UserSignOut = "user.sign_out", Tenant, "signed out", "tried to sign out";
    /// Sessions on a tenant's host were looked at.
    UserSessionView = "user.view_sessions", Tenant, "looked at sessions", "tried to look at sessions";
    /// Sessions on a tenant's host were ended by somebody.
    UserSessionRevoke = "user.revoke_session", Tenant, "ended", "tried to end"; "sessions of" | "sessions";
    /// A person of a tenant opened the portal's front page.
    PortalView = "portal.view", Tenant, "opened the portal", "tried to open the portal";
    /// A tenant's members were listed.
    MemberList = "member.list", Tenant, "listed members", "tried to list members";
    /// A tenant's members were changed.
    MemberManage = "member.manage", Tenant, "changed", "tried to change"; "member" | "a member" | "of";
    /// A tenant's audit log was read.
    TenantAuditRead = "audit.read", Tenant, "read the audit log", "tried to read the audit log";
    /// A tenant's audit log was exported.
    TenantAuditExport = "export.audit", Tenant, "exported the audit log", "tried to export the audit log";
    /// The owner chose whether platform support may visit.
    ConsentChange = "support_access.consent", Dual, "changed", "tried to change"; "support access to" | "support access";
    /// How support access stands was looked at.
    SupportView = "support_access.view", Tenant, "looked at support access", "tried to look at support access";
    /// Staff asked the owner for a visit.
    ConsentRequest = "support_access.request", Dual, "asked for", "tried to ask for"; "support access to" | "support access";
    /// The owner agreed to a visit.
    ConsentApprove = "support_access.approve", Dual, "agreed to", "tried to agree to"; "support access to" | "support access";
    /// The owner refused a visit.
    ConsentDeny = "support_access.deny", Dual, "refused", "tried to refuse"; "support access to" | "support access";
    /// Nobody answered staff's question in time, or the answer was not used in time.
    ConsentExpire = "support_access.expire", Dual, "closed", "tried to close"; "the request for support access to" | "a request for support access";
    /// A tenant's sign-in settings were changed.
    AuthSettings = "auth.settings", Tenant, "changed the sign-in settings", "tried to change the sign-in settings";
    /// A tenant's billing was changed.
    Billing = "billing.manage", Tenant, "changed billing", "tried to change billing";

    /// Risk was raised.
    RiskRaise = "risk.raise", Dual, "raised", "tried to raise"; "the risk of" | "a risk";
    /// Risk events were listed.
    RiskView = "risk.view", Platform, "looked at risk events", "tried to look at risk events";
    /// A risk event was acknowledged.
    RiskTriage = "risk.triage", Platform, "acknowledged", "tried to acknowledge"; "a risk event of" | "a risk event";
    /// A grant was asked for.
    BreakGlassRequest = "break_glass.request", Platform, "asked for", "tried to ask for"; "break-glass on" | "break-glass";
    /// Somebody voted.
    BreakGlassVote = "break_glass.vote", Platform, "voted on", "tried to vote on"; "break-glass for" | "break-glass";
    /// A use was reviewed.
    BreakGlassReview = "break_glass.review", Platform, "reviewed", "tried to review"; "break-glass on" | "break-glass";

    /// The platform's audit was read.
    AuditRead = "admin.audit.read", Platform, "read the audit log", "tried to read the audit log";
    /// The platform's audit was exported.
    AuditExport = "admin.audit.export", Platform, "exported the audit log", "tried to export the audit log";
    /// Archived audit was restored.
    AuditRestore = "admin.audit.restore", Platform, "restored archived audit", "tried to restore archived audit";
    /// Staff were looked at.
    StaffView = "admin.staff.view", Platform, "looked at staff", "tried to look at staff";
    /// Staff were changed.
    StaffManage = "admin.staff.manage", Platform, "changed", "tried to change"; "staff member" | "staff";
    /// The first super admin was invited from the command line.
    StaffBootstrap = "admin.staff.bootstrap", Platform, "invited", "tried to invite"; "the first super admin" | "a first super admin";
    /// A super admin who lost everything was invited again from the command line.
    StaffRecover = "admin.staff.recover", Platform, "recovered", "tried to recover"; "super admin" | "a super admin";
    /// A fresh enrolment token was made.
    StaffReissue = "admin.staff.reissue_enrollment", Platform, "reissued", "tried to reissue"; "the enrollment token of" | "an enrollment token";
    /// Access reviews were looked at.
    ReviewView = "admin.review.view", Platform, "looked at access reviews", "tried to look at access reviews";
    /// An access review was decided.
    Review = "admin.review.decide", Platform, "decided", "tried to decide"; "the access review of" | "an access review";
    /// Guard policies were looked at.
    PolicyView = "admin.policy.view", Platform, "looked at guard policies", "tried to look at guard policies";
    /// A guard policy was changed.
    PolicyChange = "admin.policy.update", Platform, "changed", "tried to change"; "guard policy" | "a guard policy";
    /// Network rules were looked at.
    NetworkView = "admin.network.view", Platform, "looked at network rules", "tried to look at network rules";
    /// A network rule was changed.
    NetworkChange = "admin.network.update", Platform, "changed", "tried to change"; "network rule" | "a network rule";
    /// Identity providers were looked at.
    IdpView = "admin.identity_provider.view", Platform, "looked at identity providers", "tried to look at identity providers";
    /// An identity provider was changed.
    IdpChange = "admin.identity_provider.update", Platform, "changed", "tried to change"; "identity provider" | "an identity provider";
    /// Sinks were looked at.
    SinkView = "admin.sink.view", Platform, "looked at sinks", "tried to look at sinks";
    /// A sink was changed.
    SinkChange = "admin.sink.update", Platform, "changed", "tried to change"; "sink" | "a sink";
    /// Settings were looked at.
    SettingsView = "admin.settings.view", Platform, "looked at settings", "tried to look at settings";
    /// Settings were changed.
    SettingsChange = "admin.settings.update", Platform, "changed", "tried to change"; "setting" | "settings";
    /// Keys or enforcement were destroyed or switched off.
    SafetyOff = "admin.safety.off", Platform, "switched off", "tried to switch off"; "" | "a safeguard";
    /// Queues and jobs were looked at.
    SystemView = "admin.system.view", Platform, "looked at the system", "tried to look at the system";
    /// Strangers' requests were refused: one entry a minute and source.
    AccessRefuse = "access.refuse", Platform, "turned away", "tried to turn away";
    /// Made-up data was put into an empty database.
    SystemSeed = "admin.system.seed", Platform, "seeded demo data", "tried to seed demo data";
}

impl Event {
    /// The event of a name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|event| event.name() == name)
    }

    /// Whether it concerns administration, which not everybody who reads audit may see.
    #[must_use]
    pub fn is_admin(self) -> bool {
        self.name().starts_with("admin.")
    }
}

impl Action {
    /// The event that records this action, tried or done.
    #[must_use]
    pub const fn event(self) -> Event {
        match self {
            Self::StaffSignIn => Event::StaffSignIn,
            Self::StaffSignOut => Event::StaffSignOut,
            Self::SessionViewOwn => Event::SessionViewOwn,
            Self::SessionRenew => Event::SessionRenew,
            Self::PasskeyViewOwn => Event::PasskeyViewOwn,
            Self::PasskeyRegister => Event::PasskeyRegister,
            Self::PasskeyRename => Event::PasskeyRename,
            Self::PasskeyRevoke => Event::PasskeyRevoke,
            Self::TenantList => Event::TenantList,
            Self::TenantView => Event::TenantView,
            Self::TenantCreate => Event::TenantCreate,
            Self::TenantUpdate => Event::TenantUpdate,
            Self::TenantSuspend => Event::TenantSuspend,
            Self::TenantInviteAdmin => Event::InvitationCreate,
            Self::TenantImpersonate => Event::ImpersonationStart,
            Self::TenantSetFlag => Event::FlagUpdate,
            Self::TenantRotateKey => Event::ApiKeyRotate,
            Self::TenantViewDirectory => Event::TenantViewDirectory,
            Self::PlatformQueryUsers => Event::PlatformQueryUsers,
            Self::TenantDelete => Event::TenantDelete,
            Self::TenantOwnerRecover => Event::TenantOwnerRecover,
            Self::SessionView => Event::SessionView,
            Self::ImpersonationView => Event::ImpersonationList,
            Self::SessionRevoke => Event::SessionRevoke,
            Self::ImpersonationEndOther | Self::VisitEndOwn | Self::VisitEndByTenant => {
                Event::ImpersonationEnd
            }
            Self::AuditReadTenant | Self::AuditReadAdmin => Event::AuditRead,
            Self::AuditExport => Event::AuditExport,
            Self::AuditRestore => Event::AuditRestore,
            Self::RiskView => Event::RiskView,
            Self::RiskTriage => Event::RiskTriage,
            Self::BreakGlassRequest => Event::BreakGlassRequest,
            Self::BreakGlassVote => Event::BreakGlassVote,
            Self::BreakGlassReview => Event::BreakGlassReview,
            Self::StaffView => Event::StaffView,
            Self::PlatformManageStaff => Event::StaffManage,
            Self::ReviewView => Event::ReviewView,
            Self::ReviewDecide => Event::Review,
            Self::PolicyView => Event::PolicyView,
            Self::PolicyWrite => Event::PolicyChange,
            Self::NetworkView => Event::NetworkView,
            Self::NetworkWrite => Event::NetworkChange,
            Self::IdpView => Event::IdpView,
            Self::IdpWrite => Event::IdpChange,
            Self::SinkView => Event::SinkView,
            Self::SinkWrite => Event::SinkChange,
            Self::SettingsView => Event::SettingsView,
            Self::SettingsWrite | Self::LicenceWrite | Self::ApplicationWrite => Event::SettingsChange,
            Self::SigningKeyDestroy | Self::OriginEnforcementOff => Event::SafetyOff,
            Self::PlatformViewSystemMetrics => Event::SystemView,
            Self::UserSignIn => Event::UserSignIn,
            Self::UserSignOut => Event::UserSignOut,
            Self::UserSessionView => Event::UserSessionView,
            Self::UserSessionRevoke => Event::UserSessionRevoke,
            Self::SupportView => Event::SupportView,
            Self::SupportApprove => Event::ConsentApprove,
            Self::SupportDeny => Event::ConsentDeny,
            Self::PortalView => Event::PortalView,
            Self::MemberList => Event::MemberList,
            Self::TenantAuditRead => Event::TenantAuditRead,
            Self::TenantAuditExport => Event::TenantAuditExport,
            Self::MemberManage => Event::MemberManage,
            Self::ConsentChange => Event::ConsentChange,
            Self::AuthSettings => Event::AuthSettings,
            Self::Billing => Event::Billing,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_unique_and_lead_back() {
        for event in Event::ALL {
            assert_eq!(Event::from_name(event.name()), Some(*event));
        }
    }

    #[test]
    fn what_only_looks_is_never_recorded_as_a_change() {
        use crate::action::{Action, Effect};
        for action in Action::ALL {
            let event = action.event();
            let shared: Vec<_> = Action::ALL
                .iter()
                .filter(|other| other.event() == event)
                .collect();
            let effects = shared.iter().map(|other| other.declaration().effect);
            assert!(
                effects.clone().all(|effect| effect == Effect::Read)
                    || effects.clone().all(|effect| effect == Effect::Write),
                "{}",
                event.name()
            );
        }
    }
}
