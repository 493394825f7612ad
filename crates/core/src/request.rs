//! What a decision is asked: who, what, upon what, and the facts around it.

use std::net::IpAddr;
use std::time::Duration;

use crate::action::Action;
use crate::assurance::ProvenFactor;
use crate::attempts::AttemptRule;
use crate::duties::Responsibilities;
use crate::guard::{
    AccountFact, FactorRule, GrantFact, IdentityFact, NetworkRule, ProxyFact, SessionFact, TotpFallback,
};
use crate::guard_policy::GuardPolicies;
use crate::id::{ImpersonationId, MemberId, StaffId, TenantId};
use crate::impersonation::VisitMode;
use crate::narrowed::Narrowed;
use crate::resource::ResourceFacts;
use crate::role::{Scope, StaffRole, TenantRole};
use crate::sub_role::{SubRoleName, SubRoles};
use crate::tenant::{Leave, TenantState};
use crate::time::{Timestamp, hours, minutes};

/// A setting that is off unless somebody switched it on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Toggle {
    /// Not allowed.
    Off,
    /// Allowed.
    On,
}

/// An authority that signs for makers of authenticators.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PasskeyAuthority {
    /// The SHA-256 of its certificate, in lower-case hexadecimal.
    pub digest: String,
    /// Its certificate, in PEM.
    pub certificate: String,
}

/// Whose word for passkeys counts, and for which models. The default is nobody's, for none.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PasskeyMakers {
    /// The models by AAGUID, in lower-case hexadecimal with hyphens.
    pub models: Vec<String>,
    /// The authorities.
    pub authorities: Vec<PasskeyAuthority>,
}

impl PasskeyMakers {
    /// Whether nobody's word counts.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.models.is_empty() || self.authorities.is_empty()
    }

    /// Whether the word of an authority, by its digest, counts for a model.
    #[must_use]
    pub fn count(&self, authority: &str, model: &str) -> bool {
        let listed = self.authorities.iter().any(|known| known.digest == authority);
        listed && self.models.iter().any(|known| known == model)
    }
}

/// What the platform is configured to accept. The default denies: it knows no network.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Policy {
    /// Where staff may come from; none means nowhere.
    pub networks: Vec<NetworkRule>,
    /// Whether the word of an identity-aware proxy in front lets staff in as well.
    pub proxy: Toggle,
    /// What the factor guardrail accepts.
    pub factor: FactorRule,
    /// What guards the console more strictly than this, by role and action.
    pub guard_policies: GuardPolicies,
    /// Who may vouch for passkeys, and for which, where a guard policy asks for that; none means nobody.
    pub passkey_makers: PasskeyMakers,
    /// The named narrowings of roles that somebody can have.
    pub sub_roles: SubRoles,
    /// The longest a staff session lives.
    pub session_ttl: Duration,
    /// The longest a staff session may be idle.
    pub session_idle: Duration,
    /// How long an impersonation lives unless asked otherwise.
    pub visit_ttl: Duration,
    /// The longest an impersonation may be asked for.
    pub visit_max_ttl: Duration,
    /// The longest an impersonation may be idle.
    pub visit_idle: Duration,
    /// How many impersonations one member of staff may have at once.
    pub max_live_visits: u32,
    /// Whether `security` may acknowledge risk events, revoke sessions and end visits.
    pub security_responds: Toggle,
    /// The longest a session on a tenant's host lives (`session_lifetime`).
    pub member_session_ttl: Duration,
    /// The longest a session on a tenant's host may be idle (`idle_session_lifetime`).
    pub member_session_idle: Duration,
    /// How often a password may be guessed.
    pub attempts: AttemptRule,
    /// How often a code of staff may be guessed, of an authenticator app or for recovery.
    pub code_attempts: AttemptRule,
    /// How long an owner's answer is waited for, and how long it then holds.
    pub consent_ttl: Duration,
    /// What staff acknowledge before the console opens.
    pub responsibilities: Responsibilities,
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            networks: Vec::new(),
            proxy: Toggle::Off,
            factor: FactorRule {
                max_age: hours(4),
                totp: TotpFallback::Off,
            },
            guard_policies: GuardPolicies::default(),
            passkey_makers: PasskeyMakers::default(),
            sub_roles: SubRoles::default(),
            session_ttl: hours(4),
            session_idle: minutes(15),
            visit_ttl: minutes(15),
            visit_max_ttl: minutes(30),
            visit_idle: minutes(5),
            max_live_visits: 5,
            security_responds: Toggle::Off,
            member_session_ttl: minutes(60),
            member_session_idle: minutes(20),
            attempts: AttemptRule::default(),
            code_attempts: AttemptRule::default(),
            consent_ttl: minutes(30),
            responsibilities: Responsibilities::default(),
        }
    }
}

/// What is known of a member of staff.
#[derive(Debug, Clone, Copy)]
pub struct StaffFacts<'a> {
    /// Who.
    pub id: StaffId,
    /// Their role.
    pub role: StaffRole,
    /// The sub-role that narrows it, where there is one. One that the policy does not know leaves nothing.
    pub sub_role: Option<&'a SubRoleName>,
    /// Where it holds.
    pub scope: &'a Scope,
    /// Where the account stands.
    pub account: AccountFact,
    /// The version of the responsibilities that they acknowledged last; `None` for who never did.
    pub acknowledged: Option<&'a str>,
    /// What their session is narrowed to.
    pub narrowed: &'a Narrowed,
}

/// Whether a visit runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum VisitStanding {
    /// It was ended.
    Ended,
    /// It runs.
    Live {
        /// Its end.
        until: Timestamp,
        /// The last activity.
        last_seen: Timestamp,
    },
}

/// What is known of a visit.
#[derive(Debug, Clone, Copy)]
pub struct VisitFacts {
    /// Which one.
    pub id: ImpersonationId,
    /// Whose.
    pub staff: StaffId,
    /// Where.
    pub tenant: TenantId,
    /// As whom; `None` as the tenant's administrator.
    pub person: Option<MemberId>,
    /// With which role inside.
    pub role: TenantRole,
    /// Whether it may write.
    pub mode: VisitMode,
    /// Whether it runs.
    pub standing: VisitStanding,
    /// How the tenant stands now: a withdrawn consent or a suspension ends the visit.
    pub tenant_open: TenantOpen,
}

/// Whether a tenant still lets a running visit go on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TenantOpen {
    /// It does.
    Open,
    /// The owner withdrew consent, the tenant was suspended, or the person it stood in for is no longer active.
    Closed,
}

/// Whether a membership is in force.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MemberStanding {
    /// It is.
    Active,
    /// Sign-in is blocked for a time.
    Suspended,
    /// It has ended.
    Revoked,
}

/// What is known of a person of a tenant who acts in their own name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MemberFacts {
    /// Who.
    pub id: MemberId,
    /// Where.
    pub tenant: TenantId,
    /// Their role there.
    pub role: TenantRole,
    /// Whether their membership is in force.
    pub standing: MemberStanding,
    /// Whether the tenant is in use.
    pub tenant_state: TenantState,
}

/// Who asks.
#[derive(Debug, Clone, Copy)]
pub enum Principal<'a> {
    /// Nobody known.
    Anonymous,
    /// A member of staff in their own name.
    Staff(StaffFacts<'a>),
    /// A member of staff in somebody's place. It holds no other principal: nesting does not compile.
    OnBehalf {
        /// Who really acts.
        staff: StaffFacts<'a>,
        /// The visit that allows it.
        visit: VisitFacts,
    },
    /// A person of a tenant, in their own name. It holds no member of staff: nobody is both.
    Member(MemberFacts),
}

/// The facts around a call, each as the server saw it.
#[derive(Debug, Clone, Copy)]
pub struct Facts {
    /// Now.
    pub now: Timestamp,
    /// The client's address.
    pub address: Option<IpAddr>,
    /// What an identity-aware proxy in front said of the request.
    pub proxy: ProxyFact,
    /// What a provider said.
    pub identity: Option<IdentityFact>,
    /// The factor that was proved.
    pub factor: Option<ProvenFactor>,
    /// Where the session stands: the staff session of staff, the tenant's of its own people.
    pub session: SessionFact,
    /// Whether a break-glass grant is at hand.
    pub grant: GrantFact,
    /// Whether the owner agreed to exactly this visit.
    pub leave: Leave,
    /// How many impersonations the person has now.
    pub live_visits: u32,
}

impl Facts {
    /// Nothing is known but the time: everything that needs more is denied.
    #[must_use]
    pub const fn unknown(now: Timestamp) -> Self {
        Self {
            now,
            address: None,
            proxy: ProxyFact::Silent,
            identity: None,
            factor: None,
            session: SessionFact::Absent,
            grant: GrantFact::None,
            leave: Leave::Standing,
            live_visits: 0,
        }
    }
}

/// A question for [`crate::decide`].
#[derive(Debug, Clone, Copy)]
pub struct Request<'a> {
    /// Who.
    pub principal: Principal<'a>,
    /// What.
    pub action: Action,
    /// Upon what.
    pub resource: ResourceFacts,
    /// The facts around it.
    pub facts: Facts,
}
