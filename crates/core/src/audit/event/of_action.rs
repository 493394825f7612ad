//! Which event records an action. The match has no arm for the rest, so that an action without an event does not compile.

use super::Event;
use crate::action::{Action, Effect};

impl Event {
    /// Whether it tells of a look or of a change: what the actions that it records do. A change is written down whenever it
    /// is done; a look always when it is refused, and when it is done only where it reads people's data or a log.
    #[must_use]
    pub fn effect(self) -> Effect {
        match (self.recorded_action(), self) {
            (Some(action), _) => action.declaration().effect,
            (None, Self::ImpersonationView | Self::TenantExportDirectory) => Effect::Read,
            (None, _) => Effect::Write,
        }
    }

    /// The action that it records, tried or done; `None` for what follows of something else.
    #[must_use]
    pub fn recorded_action(self) -> Option<Action> {
        Action::ALL.iter().copied().find(|action| action.event() == self)
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
            Self::SessionNarrow => Event::SessionNarrow,
            Self::StaffStepUp => Event::StaffStepUp,
            Self::PasskeyViewOwn => Event::PasskeyViewOwn,
            Self::PasskeyRegister => Event::PasskeyRegister,
            Self::PasskeyRename => Event::PasskeyRename,
            Self::PasskeyRevoke => Event::PasskeyRevoke,
            Self::TotpEnrol => Event::TotpEnrol,
            Self::TotpRemove => Event::TotpRemove,
            Self::RecoveryRenew => Event::RecoveryRenew,
            Self::DutiesViewOwn => Event::DutiesViewOwn,
            Self::DutiesAcknowledge => Event::DutiesAcknowledge,
            Self::BackupContactChange => Event::BackupContactChange,
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
            Self::SessionRevoke | Self::SessionRevokeMany => Event::SessionRevoke,
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
            Self::AlertView => Event::AlertView,
            Self::AlertAcknowledge => Event::AlertAcknowledge,
            Self::AlertTest => Event::AlertTest,
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
