//! A simulated request as it was typed. What is left out is a fact that nobody knows, and what nobody knows denies.

mod change;
mod words;

use std::net::IpAddr;
use std::time::Duration;

use stagedoor_core::action::Action;
use stagedoor_core::assurance::{FactorKind, PasskeyLevel, ProvenFactor};
use stagedoor_core::guard::{
    AccountFact, DeviceFact, GrantFact, IdentityFact, PersonKind, ProviderTrust, ProxyFact, SessionFact,
};
use stagedoor_core::input::FieldError;
use stagedoor_core::request::Facts;
use stagedoor_core::tenant::Leave;
use stagedoor_core::time::Timestamp;

pub use change::ChangeRequest;
pub(crate) use words::action;
pub(super) use words::role;
use words::{levels, one_of, word};

use crate::narrow::NarrowRequest;

/// A request that nobody made, as it was typed.
#[derive(Debug, Clone, Default)]
pub struct SimulateRequest {
    /// A member of staff by id; none is somebody made up.
    pub person: Option<String>,
    /// The role of somebody made up.
    pub role: Option<String>,
    /// The sub-role of somebody made up; none is the whole role.
    pub sub_role: Option<String>,
    /// The tenants that somebody made up reaches, by id or slug; none is all of them.
    pub scope: Option<Vec<String>>,
    /// Where the account of somebody made up stands: `active` unless said, `pending`, `expired`, `deactivated`.
    pub account: Option<String>,
    /// What they would do, by its name.
    pub action: String,
    /// The tenant that it is about, by id or slug.
    pub tenant: Option<String>,
    /// Whose it is, where that matters: `own` unless said, or `anothers`.
    pub owner: Option<String>,
    /// Where they call from.
    pub address: Option<String>,
    /// What the identity-aware proxy in front said of the request: `vouched` or `disbelieved`; left out, nothing.
    pub proxy: Option<String>,
    /// Who vouches for whom: `workforce`, `outsider`, `service`, `another` or `untrusted`.
    pub identity: Option<String>,
    /// What is said of their device: `managed`, `unmanaged` or `misclaimed`; left out, nothing.
    pub device: Option<String>,
    /// What they proved: `passkey` or `totp`.
    pub factor: Option<String>,
    /// Of a passkey, what is known of it: `any` unless said, `device_bound` or `attested`.
    pub passkey: Option<String>,
    /// How long ago.
    pub factor_age: Option<Duration>,
    /// Where their session stands: `live` or `ended`.
    pub session: Option<String>,
    /// What it is narrowed to; none is nothing.
    pub narrowed: Option<NarrowRequest>,
    /// How long ago it began.
    pub session_age: Option<Duration>,
    /// How long it has been idle.
    pub idle: Option<Duration>,
    /// When; none is now.
    pub at: Option<Timestamp>,
    /// Whether they hold a break-glass grant: `none` unless said, or `approved`.
    pub grant: Option<String>,
    /// By what leave a visit would be made: `standing` unless said, or `asked`.
    pub leave: Option<String>,
    /// How many visits they have now.
    pub live_visits: u32,
    /// A guard policy to try beside those in force.
    pub change: Option<ChangeRequest>,
    /// The guard policy in whose place it is tried, by name; none is beside all of them.
    pub change_of: Option<String>,
}

impl SimulateRequest {
    /// The moment it is asked at.
    pub(super) fn at(&self, now: Timestamp) -> Timestamp {
        self.at.unwrap_or(now)
    }

    /// Nothing of somebody made up is taken for a real person.
    pub(super) fn check_person(&self) -> Result<(), FieldError> {
        let made_up = [
            ("sub_role", self.sub_role.is_some()),
            ("scope", self.scope.is_some()),
            ("account", self.account.is_some()),
        ];
        match made_up.into_iter().find(|(_, is_given)| *is_given) {
            None => Ok(()),
            Some((field, _)) => Err(FieldError::new(
                field,
                "The person's own is taken. Leave it out, or ask about somebody made up.",
            )),
        }
    }

    /// The account of somebody made up.
    pub(super) fn account(&self, now: Timestamp) -> Result<AccountFact, FieldError> {
        let words = [
            ("active", AccountFact::Active { until: None }),
            ("pending", AccountFact::Pending),
            ("expired", AccountFact::Active { until: Some(now) }),
            ("deactivated", AccountFact::Deactivated),
        ];
        word("account", self.account.as_deref().unwrap_or("active"), &words)
    }

    /// Whether the thing is somebody else's.
    pub(super) fn is_anothers(&self) -> Result<bool, FieldError> {
        let words = [("own", false), ("anothers", true)];
        word("owner", self.owner.as_deref().unwrap_or("own"), &words)
    }

    /// The facts around it.
    pub(super) fn facts(&self, action: Action, now: Timestamp) -> Result<Facts, FieldError> {
        Ok(Facts {
            now,
            address: self.address()?,
            proxy: self.proxy()?,
            identity: self.identity()?,
            factor: self.factor(now)?,
            session: self.session(action, now)?,
            grant: word(
                "grant",
                self.grant.as_deref().unwrap_or("none"),
                &[("none", GrantFact::None), ("approved", GrantFact::Approved)],
            )?,
            leave: word(
                "leave",
                self.leave.as_deref().unwrap_or("standing"),
                &[("standing", Leave::Standing), ("asked", Leave::Asked)],
            )?,
            live_visits: self.live_visits,
        })
    }

    fn address(&self) -> Result<Option<IpAddr>, FieldError> {
        let read = |text: &str| {
            let message = "Give one address, such as 203.0.113.9 or 2001:db8::1; leave it out for one that nobody knows.";
            text.trim()
                .parse()
                .map_err(|_| FieldError::new("address", message))
        };
        self.address.as_deref().map(read).transpose()
    }

    fn proxy(&self) -> Result<ProxyFact, FieldError> {
        let words = [
            ("vouched", ProxyFact::Vouched),
            ("disbelieved", ProxyFact::Disbelieved),
        ];
        Ok(one_of("proxy", self.proxy.as_deref(), &words)?.unwrap_or(ProxyFact::Silent))
    }

    fn identity(&self) -> Result<Option<IdentityFact>, FieldError> {
        let devices: Vec<_> = DeviceFact::ALL.map(|fact| (fact.as_str(), fact)).to_vec();
        let device = one_of("device", self.device.as_deref(), &devices)?.unwrap_or_default();
        let fact = |provider, person| IdentityFact {
            provider,
            person,
            device,
        };
        let words = [
            ("workforce", fact(ProviderTrust::Trusted, PersonKind::Workforce)),
            ("outsider", fact(ProviderTrust::Trusted, PersonKind::Outsider)),
            ("service", fact(ProviderTrust::Trusted, PersonKind::Service)),
            ("another", fact(ProviderTrust::Trusted, PersonKind::Another)),
            ("untrusted", fact(ProviderTrust::Untrusted, PersonKind::Workforce)),
        ];
        one_of("identity", self.identity.as_deref(), &words)
    }

    fn factor(&self, now: Timestamp) -> Result<Option<ProvenFactor>, FieldError> {
        let words: Vec<_> = FactorKind::ALL
            .iter()
            .map(|kind| (kind.as_str(), *kind))
            .collect();
        let kind = one_of("factor", self.factor.as_deref(), &words)?;
        let at = now.minus(self.factor_age.unwrap_or_default());
        let level = one_of("passkey", self.passkey.as_deref(), &levels())?.unwrap_or_default();
        if level > PasskeyLevel::Any && kind != Some(FactorKind::Passkey) {
            return Err(FieldError::new(
                "passkey",
                "Only a passkey has a level. Leave it out.",
            ));
        }
        Ok(kind.map(|kind| ProvenFactor { kind, level, at }))
    }

    /// A sign-in is what a session starts by; whatever else is done needs one that runs.
    fn session(&self, action: Action, now: Timestamp) -> Result<SessionFact, FieldError> {
        let since = now.minus(self.session_age.unwrap_or_default());
        let live = match action {
            Action::StaffSignIn => SessionFact::Starting,
            _ => SessionFact::Live {
                since,
                // How long it may last is what the guard says; the request's own facts do not end it before.
                until: Timestamp::from_micros(i64::MAX),
                last_seen: now.minus(self.idle.unwrap_or_default()),
            },
        };
        let words = [("live", live), ("ended", SessionFact::Ended)];
        Ok(one_of("session", self.session.as_deref(), &words)?.unwrap_or(SessionFact::Absent))
    }
}
