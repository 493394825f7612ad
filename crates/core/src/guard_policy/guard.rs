//! The one declaration that guards a call, as it is in force: what [`crate::decide`] reads, what is shown, and what the
//! simulator tells.

use std::fmt;
use std::time::Duration;

use super::{Factors, GuardPolicies, GuardPolicy, NetworkKinds, shipped};
use crate::action::{Action, Audience, Danger, Declaration};
use crate::assurance::{FactorKind, PasskeyLevel};
use crate::guard::{GuardSet, Guardrail, TotpFallback};
use crate::request::{Policy, Principal};
use crate::role::StaffRole;

/// Who stands before a guard.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Caller {
    /// Nobody known.
    Nobody,
    /// Somebody of staff, in their own name or another's.
    Staff(StaffRole),
    /// A tenant's own person, whom guard policies do not concern.
    Member,
}

impl Caller {
    /// Who asks.
    #[must_use]
    pub const fn of(principal: &Principal<'_>) -> Self {
        match principal {
            Principal::Anonymous => Self::Nobody,
            Principal::Staff(staff) | Principal::OnBehalf { staff, .. } => Self::Staff(staff.role),
            Principal::Member(_) => Self::Member,
        }
    }
}

/// What a factor must be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FactorDemand {
    /// One of these.
    pub kinds: Factors,
    /// A passkey of this level at least.
    pub passkey: PasskeyLevel,
    /// Proved no longer ago than this.
    pub max_age: Duration,
}

/// How long a session may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SessionRule {
    /// Its absolute length.
    pub ttl: Duration,
    /// How long it may be idle.
    pub idle: Duration,
}

/// What an identity must be. There is one kind, and no way to ask for less.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IdentityDemand {
    /// A workforce account, vouched for by a trusted provider.
    TrustedWorkforce,
}

/// What the device must be, as far as the provider or the proxy in front tells it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum DeviceDemand {
    /// Whatever it is.
    #[default]
    Any,
    /// Managed. What nothing is claimed of is not.
    Managed,
}

/// Whether what is done is recorded. There is no way to switch it off.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AuditDemand {
    /// It is.
    On,
}

/// The declaration that guards one action of one role, with everything looked up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Guard {
    /// The action, whose name is the permission.
    pub action: Action,
    /// The guardrails that are asked for at all, two-person control aside: the action's own row says so, and nothing else.
    pub required: GuardSet,
    /// The kinds of network that count.
    pub networks: NetworkKinds,
    /// Who must vouch.
    pub identity: IdentityDemand,
    /// What the device must be.
    pub device: DeviceDemand,
    /// What must have been proved.
    pub factor: FactorDemand,
    /// Whether two people must have agreed.
    pub danger: Danger,
    /// How long the session may be.
    pub session: SessionRule,
    /// Whether it is recorded.
    pub audit: AuditDemand,
}

impl Guard {
    /// The declaration of an action for somebody, under a policy.
    #[must_use]
    pub fn of(policy: &Policy, caller: Caller, action: Action) -> Self {
        let base = Self::before_policies(policy, caller, action);
        let role = match caller {
            Caller::Member => return base,
            Caller::Nobody => None,
            Caller::Staff(role) => Some(role),
        };
        let concerning = policy
            .guard_policies
            .iter()
            .filter(|of| of.concerns(role, action));
        concerning.fold(base, |guard, of| guard.narrowed(&of.narrowing()))
    }

    fn before_policies(policy: &Policy, caller: Caller, action: Action) -> Self {
        let declaration = action.declaration();
        let most = policy.factor.max_age;
        Self {
            action,
            required: match caller {
                Caller::Member => declaration.members,
                Caller::Nobody | Caller::Staff(_) => declaration.guards,
            },
            networks: NetworkKinds::ALL,
            identity: IdentityDemand::TrustedWorkforce,
            device: DeviceDemand::Any,
            factor: FactorDemand {
                // What changes what proves who one is takes a passkey: a code that was phished must not become a key that stays.
                kinds: match (policy.factor.totp, declaration.factor_within) {
                    (TotpFallback::ExceptSuperAdmins, None) => Factors::ALL,
                    _ => Factors::of(&[FactorKind::Passkey]),
                },
                passkey: PasskeyLevel::Any,
                max_age: declaration.factor_within.map_or(most, |within| within.min(most)),
            },
            danger: declaration.danger,
            session: SessionRule {
                ttl: policy.session_ttl,
                idle: policy.session_idle,
            },
            audit: AuditDemand::On,
        }
    }

    /// The same with a policy's narrowing: every field only ever becomes stricter.
    fn narrowed(self, by: &super::Narrowing) -> Self {
        let least = |here: Duration, there: Option<Duration>| there.map_or(here, |there| there.min(here));
        Self {
            networks: self.networks.and(by.networks.unwrap_or(NetworkKinds::ALL)),
            factor: FactorDemand {
                // What asks for more than any passkey takes no code in its place.
                kinds: match by.passkey.unwrap_or_default() {
                    PasskeyLevel::Any => self.factor.kinds.and(by.factors.unwrap_or(Factors::ALL)),
                    _ => Factors::of(&[FactorKind::Passkey]),
                },
                passkey: self.factor.passkey.max(by.passkey.unwrap_or_default()),
                max_age: least(self.factor.max_age, by.max_age),
            },
            device: match by.device {
                DeviceDemand::Managed => DeviceDemand::Managed,
                DeviceDemand::Any => self.device,
            },
            danger: match by.danger {
                Danger::BreakGlass => Danger::BreakGlass,
                Danger::Ordinary => self.danger,
            },
            session: SessionRule {
                ttl: least(self.session.ttl, by.session_ttl),
                idle: least(self.session.idle, by.session_idle),
            },
            ..self
        }
    }

    /// The action's own row.
    #[must_use]
    pub fn declaration(&self) -> &'static Declaration {
        self.action.declaration()
    }

    /// Whether a guardrail is asked for.
    #[must_use]
    pub const fn requires(&self, guardrail: Guardrail) -> bool {
        match (guardrail, self.danger) {
            (Guardrail::Danger, Danger::BreakGlass) => true,
            (Guardrail::Danger, Danger::Ordinary) => false,
            (other, _) => self.required.contains(other),
        }
    }
}

impl SessionRule {
    /// How long a session of a role may be under a policy. What a session may last is the same for all it does.
    #[must_use]
    pub fn of(policy: &Policy, role: StaffRole) -> Self {
        Guard::of(policy, Caller::Staff(role), Action::SessionViewOwn).session
    }
}

/// The declaration in one line, as every SDK says it: `audience = staff, network in (corp_ip, vpn), factor = webauthn, …`.
/// What is not asked for is not said.
impl fmt::Display for Guard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.declaration().audience {
            Audience::Staff => "audience = staff",
            Audience::Tenant => "audience = tenant",
        })?;
        if self.requires(Guardrail::Network) {
            write!(
                f,
                ", network in ({})",
                listed(self.networks.iter().map(|kind| kind.as_str()))
            )?;
        }
        if self.requires(Guardrail::Identity) {
            f.write_str(", identity = workforce")?;
            if self.device == DeviceDemand::Managed {
                f.write_str(", device = managed")?;
            }
        }
        if self.requires(Guardrail::Mfa) {
            let kinds: Vec<_> = self.factor.kinds.iter().map(FactorKind::declared).collect();
            match kinds.as_slice() {
                [one] => write!(f, ", factor = {one}")?,
                many => write!(f, ", factor in ({})", many.join(", "))?,
            }
            if self.factor.passkey > PasskeyLevel::Any {
                write!(f, ", passkey = {}", self.factor.passkey.as_str())?;
            }
            write!(f, ", max_age = {}", span(self.factor.max_age))?;
        }
        if self.requires(Guardrail::Authz) {
            write!(f, ", permission = {}", self.action.name())?;
        }
        if self.danger == Danger::BreakGlass {
            f.write_str(", danger = break_glass")?;
        }
        if self.requires(Guardrail::Session) {
            let (ttl, idle) = (span(self.session.ttl), span(self.session.idle));
            write!(f, ", session ttl = {ttl} idle = {idle}")?;
        }
        f.write_str(", audit = on")
    }
}

fn listed<'a>(words: impl Iterator<Item = &'a str>) -> String {
    words.collect::<Vec<_>>().join(", ")
}

/// A span in its largest whole unit: `4h`, `15m`, `90s`.
fn span(span: Duration) -> String {
    match span.as_secs() {
        hours if hours > 0 && hours.is_multiple_of(3600) => format!("{}h", hours / 3600),
        minutes if minutes > 0 && minutes.is_multiple_of(60) => format!("{}m", minutes / 60),
        seconds => format!("{seconds}s"),
    }
}

impl GuardPolicies {
    /// The names of the policies that narrow what a role is asked for an action, in the order in which they are applied. One
    /// that is kept under the name of a shipped one is told apart.
    #[must_use]
    pub fn concerning(&self, role: StaffRole, action: Action) -> Vec<String> {
        let concerns = |policy: &&GuardPolicy| policy.concerns(Some(role), action);
        let shipped = Self::shipped().iter().filter(concerns);
        let kept = self.list_declared().iter().filter(concerns);
        let apart = |policy: &GuardPolicy| {
            let note = if shipped::has(policy.name()) {
                " (kept)"
            } else {
                ""
            };
            format!("{}{note}", policy.name())
        };
        let names = shipped.map(|policy| policy.name().to_owned());
        names.chain(kept.map(apart)).collect()
    }
}
