//! Every action of the product: one table, the single source of truth.
//!
//! A row names the action, who may take it, on what, and what it owes. From the table come the [`Action`] enum, one
//! marker type an action (so that a permit for one cannot be passed off as a permit for another), the declarations
//! that [`crate::decide`] reads, and the documentation. The letters of a row are the cells of the matrix of spec 01
//! (`super_admin support security read_only`) or of spec 04 (`owner admin developer billing-admin member`):
//! `Y` holds it, `N` does not, `P` by policy, `O` one's own only, `G` with a break-glass grant.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::guard::{GuardSet, Guardrail};
use crate::input::Justification;
use crate::resource::{
    AnySession, PasskeyTarget, PersonTarget, Platform, Resource, ResourceKind, SessionTarget, Space,
    TenantTarget, VisitTarget,
};
use crate::time::minutes;

/// Whose action it is. Staff and tenants share none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Audience {
    /// Staff on the staff host.
    Staff,
    /// People of a tenant (and impersonating staff) on the tenant's host.
    Tenant,
}

/// Whether an action changes anything.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effect {
    /// It only looks.
    Read,
    /// It changes something.
    Write,
}

/// What a role holds of a permission.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cell {
    /// Nothing.
    No,
    /// All of it.
    Yes,
    /// All of it where the policy's setting says so.
    ByPolicy,
    /// On what is one's own.
    Own,
}

/// How a role of staff holds a permission, with the policy's setting looked up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Held {
    /// Wherever the person's scope reaches.
    Fully,
    /// On what is one's own.
    OwnOnly,
    /// With a break-glass grant only.
    WithGrant,
}

/// What impersonating staff may do of a tenant's action (spec 02 step 5, 04's table).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WhileImpersonated {
    /// As the represented role may; what writes, only once escalated.
    Allowed,
    /// In every mode, for it only takes away.
    Always,
    /// Never, in any mode.
    Never,
}

/// What a session that is narrowed to reads may do of an action that changes something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WhileReading {
    /// Nothing.
    Refused,
    /// All of it: it only takes away, or proves again who one is.
    Allowed,
}

/// Whether an action needs two people (spec 03).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Danger {
    /// It does not.
    Ordinary,
    /// It needs an approved break-glass grant.
    BreakGlass,
}

/// One row of the table.
#[derive(Debug, Clone, Copy)]
pub struct Declaration {
    /// The action's name, which is the permission's and the event's.
    pub name: &'static str,
    /// What it is for, in a line.
    pub about: &'static str,
    /// Whose action it is.
    pub audience: Audience,
    /// What it acts upon.
    pub resource: ResourceKind,
    /// Whether it changes anything.
    pub effect: Effect,
    /// The cells of the matrix, in the order of the audience's roles.
    pub cells: &'static [Cell],
    /// Whether it needs two people.
    pub danger: Danger,
    /// The guardrails it requires of staff, in their own name or visiting.
    pub guards: GuardSet,
    /// The guardrails it requires of a tenant's own people. Network, provider and passkey are staff's: the tenant's own
    /// sign-in policy takes their place. What is not a tenant's action requires all of staff's, and so refuses them.
    pub members: GuardSet,
    /// What impersonating staff may do of it.
    pub impersonated: WhileImpersonated,
    /// What a session that is narrowed to reads may do of it, where it changes something.
    pub reading: WhileReading,
    /// The oldest proof of the factor that will do, where that is less than the policy allows; `None` leaves it to the policy
    /// and its guard policies. What says so changes what proves who one is, and takes a passkey alone.
    pub factor_within: Option<Duration>,
}

/// A type that stands for one action.
pub trait ActionKind {
    /// The action.
    const ACTION: Action;
    /// What it acts upon.
    type Resource: Resource;
    /// What must be brought before a grant becomes a permit.
    type Owes;
}

/// A letter of the table: a cell, and whether it asks for a grant.
struct Letter(Cell, Danger);
const Y: Letter = Letter(Cell::Yes, Danger::Ordinary);
const N: Letter = Letter(Cell::No, Danger::Ordinary);
const P: Letter = Letter(Cell::ByPolicy, Danger::Ordinary);
const O: Letter = Letter(Cell::Own, Danger::Ordinary);
const G: Letter = Letter(Cell::Yes, Danger::BreakGlass);

const fn danger(letters: &[Letter]) -> Danger {
    let mut at = 0;
    while at < letters.len() {
        if matches!(letters[at].1, Danger::BreakGlass) {
            return Danger::BreakGlass;
        }
        at += 1;
    }
    Danger::Ordinary
}

/// All but two-person control, which follows from the letters.
const ALL: GuardSet = GuardSet::EMPTY
    .with(Guardrail::Network)
    .with(Guardrail::Identity)
    .with(Guardrail::Mfa)
    .with(Guardrail::Authz)
    .with(Guardrail::Session);
/// A person may always see and end their own session, from wherever they are.
const OWN_SESSION: GuardSet = GuardSet::EMPTY.with(Guardrail::Authz).with(Guardrail::Session);
/// All but the factor, which is just what is to be proved again.
const ALL_BUT_FACTOR: GuardSet = GuardSet::EMPTY
    .with(Guardrail::Network)
    .with(Guardrail::Identity)
    .with(Guardrail::Authz)
    .with(Guardrail::Session);
/// How fresh a proof must be to change what proves who one is.
const TEN_MINUTES: Duration = minutes(10);
/// What a tenant's own people are asked for on their own host.
const OWN_PEOPLE: GuardSet = GuardSet::EMPTY.with(Guardrail::Authz).with(Guardrail::Session);

const fn members(audience: Audience, guards: GuardSet) -> GuardSet {
    match audience {
        Audience::Tenant => OWN_PEOPLE,
        Audience::Staff => guards,
    }
}

macro_rules! actions {
    ($(
        $(#[doc = $doc:literal])+
        $variant:ident = $name:literal: $audience:ident $effect:ident on $resource:ident [$($letter:ident)+]
            $(guards $guards:ident)? $(within $within:ident)? $(owes $owes:ident)? $(impersonated $imp:ident)? $(reading $reading:ident)?;
    )+) => {
        /// Every action of the product.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Action {
            $($(#[doc = $doc])+ $variant,)+
        }

        impl Action {
            /// Every action, in the order of the table.
            pub const ALL: &[Self] = &[$(Self::$variant),+];
        }

        /// The marker types: one for each action.
        pub mod kind {
            #[allow(unused_imports)]
            use super::*;
            $(
                $(#[doc = $doc])+
                #[derive(Debug, Clone, Copy)]
                pub enum $variant {}

                impl ActionKind for $variant {
                    const ACTION: Action = Action::$variant;
                    type Resource = $resource;
                    type Owes = actions!(@owes $($owes)?);
                }
            )+
        }

        static DECLARATIONS: &[Declaration] = &[$(
            Declaration {
                name: $name,
                about: concat!($($doc),+),
                audience: Audience::$audience,
                resource: <$resource as Resource>::KIND,
                effect: Effect::$effect,
                cells: &[$($letter.0),+],
                danger: danger(&[$($letter),+]),
                guards: actions!(@guards $($guards)?),
                members: members(Audience::$audience, actions!(@guards $($guards)?)),
                impersonated: actions!(@imp $($imp)?),
                reading: actions!(@reading $($reading)?),
                factor_within: actions!(@within $($within)?),
            }
        ),+];
    };
    (@owes) => { () };
    (@owes $owes:ident) => { $owes };
    (@guards) => { ALL };
    (@guards $guards:ident) => { $guards };
    (@within) => { None };
    (@within $within:ident) => { Some($within) };
    (@imp) => { WhileImpersonated::Allowed };
    (@imp $imp:ident) => { WhileImpersonated::$imp };
    (@reading) => { WhileReading::Refused };
    (@reading $reading:ident) => { WhileReading::$reading };
}

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
    SessionNarrow = "session.narrow": Staff Write on SessionTarget [O O O O] guards OWN_SESSION reading Allowed;
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
