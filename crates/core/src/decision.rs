//! What a decision says: six verdicts, and permit, challenge or deny.
//!
//! A decision is small and `Copy`; the words for people are made later by [`Reason::explain`].

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::assurance::{FactorKind, PasskeyLevel};
use crate::error::Code;
use crate::guard::{Guardrail, Verdict, Verdicts};
use crate::guard_policy::FactorDemand;
use crate::sub_role::SubRoleName;

macro_rules! reasons {
    ($($(#[$doc:meta])* $variant:ident = $name:literal, $code:ident, $text:literal;)+) => {
        /// Why something is denied. A fact, not a message: see [`Reason::explain`].
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Reason {
            $($(#[$doc])* $variant,)+
        }

        impl Reason {
            /// Every reason there is.
            pub const ALL: &[Self] = &[$(Self::$variant),+];

            /// The stable name that the audit stores.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $name),+ }
            }

            /// The public code.
            #[must_use]
            pub const fn code(self) -> Code {
                match self { $(Self::$variant => Code::$code),+ }
            }

            /// What happened and what to do, in words for the person.
            #[must_use]
            pub const fn explain(self) -> &'static str {
                match self { $(Self::$variant => $text),+ }
            }

            /// The reason of a stored name.
            #[must_use]
            pub fn from_name(name: &str) -> Option<Self> {
                match name { $($name => Some(Self::$variant),)+ _ => None }
            }
        }
    };
}

reasons! {
    /// No session.
    SessionAbsent = "session_absent", Unauthenticated, "You are not signed in. Sign in to go on.";
    /// Past the absolute end.
    SessionExpired = "session_expired", Unauthenticated, "Your session reached its end. Sign in again.";
    /// Idle for too long.
    SessionIdle = "session_idle", Unauthenticated, "Your session was idle for too long. Sign in again.";
    /// Ended on purpose.
    SessionEnded = "session_ended", Unauthenticated, "Your session was ended. Sign in again.";
    /// The account is switched off.
    AccountDeactivated = "account_deactivated", AccountDeactivated, "This staff account is deactivated. Talk to a super admin.";
    /// The account is not enrolled.
    AccountPending = "account_pending", EnrollmentRequired, "This staff account is not enrolled yet. Use your enrollment token first.";
    /// The membership is suspended.
    MembershipSuspended = "membership_suspended", Unauthenticated, "Your membership is suspended. An owner or administrator can restore it.";
    /// The membership has ended.
    MembershipEnded = "membership_ended", Unauthenticated, "Your membership has ended.";
    /// The tenant is closed to its own people.
    TenantClosed = "tenant_closed", Unauthenticated, "This organisation is suspended. Nobody can sign in until platform support restores it.";
    /// A temporary account has ended.
    AccountExpired = "account_expired", AccountDeactivated, "This temporary account has ended. Talk to a super admin.";
    /// No network rules.
    NetworkUnconfigured = "network_unconfigured", NetworkDenied, "No network is allowed yet, so every address is refused. An administrator must add a network rule.";
    /// The address cannot be told.
    AddressUnknown = "address_unknown", NetworkDenied, "Your network address could not be determined, so it is refused.";
    /// The address is outside.
    NetworkOutside = "network_outside", NetworkDenied, "Your address is not in an allowed network. Connect to the corporate network or VPN.";
    /// Only the proxy counts, and it said nothing.
    ProxyAbsent = "proxy_absent", NetworkDenied, "This request did not come through the company's identity-aware proxy. Open the console by its usual address.";
    /// What the proxy said is not believed.
    ProxyDisbelieved = "proxy_disbelieved", NetworkDenied, "What the identity-aware proxy said of this request could not be verified. Sign out of the proxy, then come again.";
    /// No provider vouches.
    IdentityMissing = "identity_missing", Unauthenticated, "No identity provider vouches for you yet. Sign in with your corporate account.";
    /// The provider is not trusted.
    ProviderUntrusted = "provider_untrusted", Forbidden, "Your identity provider is not trusted for staff. Use the corporate one.";
    /// Not one of ours.
    NotWorkforce = "not_workforce", Forbidden, "This is not a workforce account. Staff sign in with their corporate account.";
    /// The proxy names somebody else.
    IdentityOther = "identity_other", Unauthenticated, "The identity-aware proxy says that you are somebody else than this session is of. Sign in again.";
    /// Nothing is claimed of the device.
    DeviceUnclaimed = "device_unclaimed", Forbidden, "This asks for a managed device, and your identity provider says nothing of yours. Sign in again from a managed one.";
    /// What is claimed of the device makes no sense.
    DeviceMisclaimed = "device_misclaimed", Forbidden, "This asks for a managed device, and what your identity provider says of yours is neither true nor false. Tell a super admin.";
    /// The device is not managed.
    DeviceUnmanaged = "device_unmanaged", Forbidden, "This asks for a managed device, and yours is not. Sign in again from a managed one.";
    /// No second factor.
    FactorMissing = "factor_missing", StepUpRequired, "A passkey is needed. Use your passkey to go on.";
    /// The proof is too old.
    FactorStale = "factor_stale", StepUpRequired, "Your last passkey check is too long ago. Use your passkey to go on.";
    /// The factor is not allowed.
    FactorNotAllowed = "factor_not_allowed", StepUpRequired, "This factor is not allowed for your role. Use a passkey.";
    /// The passkey is of a lower level than is asked for.
    PasskeyTooWeak = "passkey_too_weak", StepUpRequired, "This passkey is not strong enough for your role: it may leave its device, or nobody vouches for what made it. Use a passkey that policy allows, such as a security key; a super admin can let you enrol again with one.";
    /// The fresh proof that was brought is not there: spent, never given, or another session's.
    StepUpGone = "step_up_gone", StepUpRequired, "There is no such passkey check in your session. Each counts once. Nothing was done; do it again to be asked anew.";
    /// The fresh proof came too late.
    StepUpLate = "step_up_late", StepUpRequired, "This passkey check took longer than a minute. Nothing was done; do it again to be asked anew.";
    /// The passkey was not used.
    StepUpUnproved = "step_up_unproved", StepUpRequired, "Your passkey was not used for this yet. Nothing was done; do it again to be asked anew.";
    /// The fresh proof is for another call.
    StepUpOtherCall = "step_up_other_call", StepUpRequired, "Your passkey signed another call than this one. Nothing was done; do it again to be asked anew.";
    /// The responsibilities are not acknowledged as they stand now.
    ResponsibilitiesOpen = "responsibilities_open", ResponsibilitiesRequired, "You have not acknowledged your responsibilities as they stand now. Read them at /responsibilities and leave a backup contact; the console opens then.";
    /// The role lacks the permission.
    PermissionMissing = "permission_missing", Forbidden, "Your role does not allow this. A super admin can tell you who may.";
    /// The sub-role takes it away.
    SubRoleNarrower = "sub_role_narrower", Forbidden, "Your role allows this, but your sub-role takes it away. A super admin can tell you who may.";
    /// The sub-role leaves the tenant out. Told of, it would tell that there is such a tenant: see [`Reason::told`].
    SubRoleElsewhere = "sub_role_elsewhere", NotFound, "Your account reaches this tenant, but your sub-role leaves it out. A super admin can tell you which tenants it keeps.";
    /// There is no such sub-role of the role.
    SubRoleUnknown = "sub_role_unknown", Forbidden, "Your account has a sub-role that is no longer configured, so nothing is allowed until a super admin gives you another one.";
    /// Not one's own.
    NotOwn = "not_own", Forbidden, "Your role allows this only for what is your own.";
    /// Outside the person's tenants.
    OutOfScope = "out_of_scope", NotFound, "There is nothing here, or you may not know of it.";
    /// The role that the session is viewed as lacks the permission.
    NarrowedRole = "narrowed_role", Forbidden, "This session views the console as a narrower role, which does not allow this. Sign in again to widen it.";
    /// Outside the tenant that the session is narrowed to.
    NarrowedTenant = "narrowed_tenant", NotFound, "There is nothing here: this session is narrowed to one tenant. Sign in again to widen it.";
    /// The sub-role that the session is viewed as leaves the tenant out.
    NarrowedElsewhere = "narrowed_elsewhere", NotFound, "There is nothing here: this session views the console as a sub-role that leaves this tenant out. Sign in again to widen it.";
    /// It changes what is no tenant's, and the session is narrowed to one.
    NarrowedPlatform = "narrowed_platform", Forbidden, "This session is narrowed to one tenant, and this changes more than that tenant. Sign in again to widen it.";
    /// The session only reads.
    NarrowedReads = "narrowed_reads", Forbidden, "This session is narrowed to reads, and this changes something. Sign in again to widen it.";
    /// Staff action on a tenant host, or the reverse.
    WrongAudience = "wrong_audience", Forbidden, "This is not possible from here.";
    /// The staff role no longer allows the visit.
    VisitNotAllowed = "visit_not_allowed", Forbidden, "Your role no longer allows impersonation here.";
    /// Out of bounds while impersonating.
    ImpersonatedNever = "impersonated_never", Forbidden, "This is out of bounds while impersonating, in every mode.";
    /// The visit is read-only.
    VisitReadOnly = "visit_read_only", ImpersonationReadOnly, "This visit is read only.";
    /// The visit is over.
    VisitEnded = "visit_ended", Unauthenticated, "This impersonation has ended. A new one needs a new reason.";
    /// No grant.
    GrantMissing = "grant_missing", BreakGlassRequired, "This needs the approval of two other people. Ask for a break-glass grant.";
    /// The owner closed support access.
    ConsentOff = "consent_off", ImpersonationBlocked, "The owner of this tenant does not allow visits of platform support.";
    /// The owner wants to be asked.
    ConsentAsk = "consent_ask", ImpersonationBlocked, "The owner of this tenant wants to be asked first, and has not agreed to this visit.";
    /// The tenant is suspended.
    TenantSuspended = "tenant_suspended", Conflict, "This tenant is suspended. Restore it first.";
    /// Too many visits at once.
    VisitLimit = "visit_limit", ImpersonationLimit, "You have as many live impersonations as is allowed. End one first.";
    /// One's own account.
    SelfChange = "self_change", SelfChangeForbidden, "Nobody changes their own role, tenants or end, resets their own factors, or deactivates themselves. Ask another super admin.";
    /// Nobody would be left who can manage staff.
    LastSuperAdmin = "last_super_admin", LastSuperAdmin, "This is the last super admin who is enrolled, permanent and not limited to some tenants. Make another one first.";
    /// More than one holds oneself.
    GrantBeyondOwn = "grant_beyond_own", Forbidden, "You can give only what you hold yourself: no tenant that is not yours, and no access that outlasts your own.";
    /// The configuration names the account.
    NamedInConfiguration = "named_in_configuration", Forbidden, "The configuration file names this administrator, so the account can be changed on the server only.";
}

impl Reason {
    /// What is said to whoever is refused: the explanation, but that what they are not to know of looks like what there is not,
    /// whatever hides it from them.
    #[must_use]
    pub const fn told(self) -> &'static str {
        match self {
            Self::SubRoleElsewhere => Self::OutOfScope.explain(),
            other => other.explain(),
        }
    }

    /// Whether it is because of a sub-role.
    #[must_use]
    pub const fn is_of_sub_role(self) -> bool {
        matches!(
            self,
            Self::SubRoleNarrower | Self::SubRoleElsewhere | Self::SubRoleUnknown
        )
    }

    /// What it says to somebody with a sub-role, by name where that is why.
    #[must_use]
    pub fn explain_to(self, sub_role: Option<&SubRoleName>) -> String {
        match sub_role.filter(|_| self.is_of_sub_role()) {
            Some(name) => format!("{} Your sub-role: {name}.", self.explain()),
            None => self.explain().to_owned(),
        }
    }

    /// The guardrail that failed, where it was one of the six.
    #[must_use]
    pub const fn guardrail(self) -> Option<Guardrail> {
        Some(match self {
            Self::NetworkUnconfigured
            | Self::AddressUnknown
            | Self::NetworkOutside
            | Self::ProxyAbsent
            | Self::ProxyDisbelieved => Guardrail::Network,
            Self::IdentityMissing
            | Self::ProviderUntrusted
            | Self::NotWorkforce
            | Self::IdentityOther
            | Self::DeviceUnclaimed
            | Self::DeviceMisclaimed
            | Self::DeviceUnmanaged => Guardrail::Identity,
            Self::FactorMissing
            | Self::FactorStale
            | Self::FactorNotAllowed
            | Self::PasskeyTooWeak
            | Self::StepUpGone
            | Self::StepUpLate
            | Self::StepUpUnproved
            | Self::StepUpOtherCall => Guardrail::Mfa,
            Self::ResponsibilitiesOpen
            | Self::PermissionMissing
            | Self::SubRoleNarrower
            | Self::SubRoleElsewhere
            | Self::SubRoleUnknown
            | Self::NotOwn
            | Self::OutOfScope
            | Self::NarrowedRole
            | Self::NarrowedTenant
            | Self::NarrowedElsewhere
            | Self::NarrowedPlatform
            | Self::NarrowedReads
            | Self::WrongAudience
            | Self::VisitNotAllowed
            | Self::ImpersonatedNever
            | Self::VisitReadOnly
            | Self::SelfChange
            | Self::GrantBeyondOwn
            | Self::NamedInConfiguration => Guardrail::Authz,
            Self::GrantMissing => Guardrail::Danger,
            Self::SessionAbsent
            | Self::SessionExpired
            | Self::SessionIdle
            | Self::SessionEnded
            | Self::AccountDeactivated
            | Self::AccountPending
            | Self::AccountExpired
            | Self::MembershipSuspended
            | Self::MembershipEnded
            | Self::TenantClosed
            | Self::VisitEnded => Guardrail::Session,
            Self::ConsentOff
            | Self::ConsentAsk
            | Self::TenantSuspended
            | Self::VisitLimit
            | Self::LastSuperAdmin => return None,
        })
    }
}

/// How somebody proves who they are, by the names of OpenID Connect Extended Authentication Profile ACR Values 1.0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum AuthenticationContext {
    /// Phishing-resistant: any passkey.
    Phr,
    /// Phishing-resistant, and the key is kept by its hardware: a passkey that cannot leave its device.
    Phrh,
}

impl AuthenticationContext {
    /// The one that a guard asks for; `None` where it is content with less than a passkey.
    #[must_use]
    pub const fn asked_by(demand: FactorDemand) -> Option<Self> {
        match demand.passkey {
            _ if demand.kinds.contains(FactorKind::Totp) => None,
            PasskeyLevel::Any => Some(Self::Phr),
            PasskeyLevel::DeviceBound | PasskeyLevel::Attested => Some(Self::Phrh),
        }
    }

    /// Its name on the wire (RFC 9470, `acr_values`).
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Phr => "phr",
            Self::Phrh => "phrh",
        }
    }
}

/// The end of a decision.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// Allowed.
    Permit,
    /// A fresh proof is asked for (RFC 9470): every other guardrail holds.
    Challenge {
        /// Why the proof at hand is not enough.
        reason: Reason,
        /// How old the new proof may be when it is used.
        max_age: Duration,
        /// How the new proof is to be made, where that has a name; `None` where a code will do.
        context: Option<AuthenticationContext>,
    },
    /// Refused.
    Deny(Reason),
}

/// A decision, with everything that explains it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Decision {
    /// What each guardrail says.
    pub verdicts: Verdicts,
    /// What follows.
    pub outcome: Outcome,
}

impl Decision {
    /// What follows of this question when the fresh proof that was brought for it does not count.
    #[must_use]
    pub fn without_proof(self, reason: Reason) -> Self {
        let mfa = |guardrail| match guardrail {
            Guardrail::Mfa => Verdict::Fail(reason),
            other => self.verdicts.get(other),
        };
        Self {
            verdicts: Verdicts::from_fn(mfa),
            outcome: Outcome::Deny(reason),
        }
    }

    /// Whether it is a permit.
    #[must_use]
    pub const fn is_permit(&self) -> bool {
        matches!(self.outcome, Outcome::Permit)
    }

    /// Whether a page may offer what was asked about: it is permitted, or will be when a fresh proof is brought.
    ///
    /// # Errors
    /// The reason of a denial.
    pub const fn offered(&self) -> Result<(), Reason> {
        match self.outcome {
            Outcome::Permit | Outcome::Challenge { .. } => Ok(()),
            Outcome::Deny(reason) => Err(reason),
        }
    }

    /// Why not, when not.
    #[must_use]
    pub const fn reason(&self) -> Option<Reason> {
        match self.outcome {
            Outcome::Permit => None,
            Outcome::Challenge { reason, .. } | Outcome::Deny(reason) => Some(reason),
        }
    }

    /// What follows and what to do, in words for the person.
    #[must_use]
    pub const fn explain(&self) -> &'static str {
        match self.reason() {
            Some(reason) => reason.explain(),
            None => "Every guardrail that is asked for holds.",
        }
    }

    /// The same to somebody with a sub-role, by name where that is why.
    #[must_use]
    pub fn explain_to(&self, sub_role: Option<&SubRoleName>) -> String {
        match self.reason() {
            Some(reason) => reason.explain_to(sub_role),
            None => self.explain().to_owned(),
        }
    }

    /// Whether it is not permitted because of a sub-role.
    #[must_use]
    pub const fn is_of_sub_role(&self) -> bool {
        match self.reason() {
            Some(reason) => reason.is_of_sub_role(),
            None => false,
        }
    }

    /// Whether every guardrail that is required passed.
    #[must_use]
    pub fn guardrails_hold(&self) -> bool {
        self.verdicts
            .iter()
            .all(|(_, verdict)| !matches!(verdict, Verdict::Fail(_)))
    }
}
