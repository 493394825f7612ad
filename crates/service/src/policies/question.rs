//! A simulated request as it was typed, and the words that it may be made of. What is left out is a fact that nobody knows,
//! and what nobody knows denies.

use std::net::IpAddr;
use std::time::Duration;

use stagedoor_core::action::{Action, Audience, Danger};
use stagedoor_core::assurance::{FactorKind, PasskeyLevel, ProvenFactor};
use stagedoor_core::guard::{
    AccountFact, DeviceFact, GrantFact, IdentityFact, NetworkKind, PersonKind, ProviderTrust, ProxyFact,
    SessionFact,
};
use stagedoor_core::guard_policy::{
    ActionSet, CONFIGURED, DeviceDemand, Draft, GuardPolicy, Narrowing, StaffRoles,
};
use stagedoor_core::input::FieldError;
use stagedoor_core::request::Facts;
use stagedoor_core::role::StaffRole;
use stagedoor_core::tenant::Leave;
use stagedoor_core::time::Timestamp;

use crate::narrow::NarrowRequest;

/// What a change is called that is only tried.
const SIMULATED: &str = "simulated";

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

/// A guard policy to try, as it was typed.
#[derive(Debug, Clone, Default)]
pub struct ChangeRequest {
    /// The roles it concerns; none is every role.
    pub roles: Vec<String>,
    /// The actions it concerns, by name; none is every action.
    pub actions: Vec<String>,
    /// The kinds of network that count.
    pub networks: Option<Vec<String>>,
    /// The factors that count.
    pub factors: Option<Vec<String>>,
    /// The lowest level of passkey that counts: `device_bound` or `attested`.
    pub passkey: Option<String>,
    /// The oldest proof that will do.
    pub max_age: Option<Duration>,
    /// `managed` asks for a managed device.
    pub device: Option<String>,
    /// `break_glass` asks for a grant.
    pub danger: Option<String>,
    /// The longest a session may last.
    pub session_ttl: Option<Duration>,
    /// The longest it may be idle.
    pub session_idle: Option<Duration>,
}

/// One of some words; anything else is an error that lists them.
fn word<T: Copy>(field: &'static str, text: &str, words: &[(&str, T)]) -> Result<T, FieldError> {
    let found = words
        .iter()
        .find(|(word, _)| *word == text)
        .map(|(_, value)| *value);
    found.ok_or_else(|| {
        let known: Vec<_> = words.iter().map(|(word, _)| *word).collect();
        FieldError::new(field, format!("Choose one of {}.", known.join(", ")))
    })
}

fn levels() -> Vec<(&'static str, PasskeyLevel)> {
    let all = PasskeyLevel::ALL.iter();
    all.map(|level| (level.as_str(), *level)).collect()
}

fn one_of<T: Copy>(
    field: &'static str,
    text: Option<&str>,
    words: &[(&str, T)],
) -> Result<Option<T>, FieldError> {
    text.map(|text| word(field, text, words)).transpose()
}

/// An action of staff by its name.
pub(crate) fn action(name: &str) -> Result<Action, FieldError> {
    match Action::from_name(name) {
        None => Err(FieldError::new(
            "action",
            "There is no action of this name. The matrix lists all of them.",
        )),
        Some(action) if action.declaration().audience == Audience::Tenant => {
            let message = "This is done on a tenant's host, where staff's guardrails are not asked for. Choose an action of staff.";
            Err(FieldError::new("action", message))
        }
        Some(action) => Ok(action),
    }
}

pub(super) fn role(field: &'static str, name: &str) -> Result<StaffRole, FieldError> {
    let words: Vec<_> = StaffRole::ALL.iter().map(|role| (role.as_str(), *role)).collect();
    word(field, name, &words)
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

impl ChangeRequest {
    /// The guard policy that it is, to be tried beside those in force, or in the place of the one of a name.
    pub(super) fn policy(&self, in_place_of: Option<&str>) -> Result<GuardPolicy, FieldError> {
        let draft = self.draft(in_place_of.unwrap_or(SIMULATED), "")?;
        draft
            .check()
            .map_err(|error| FieldError::new(of_change(error.field), error.message))
    }

    /// The guard policy that it is, to be kept under a name. Its fields stand by themselves in a request.
    pub(super) fn saved(&self, name: &str, about: &str) -> Result<GuardPolicy, FieldError> {
        let alone = |error: FieldError| {
            let field = error.field.strip_prefix("change.").unwrap_or(error.field);
            FieldError::new(field, error.message)
        };
        if name.starts_with(CONFIGURED) {
            let message =
                format!("Names that begin with {CONFIGURED} are the configuration's own. Choose another.");
            return Err(FieldError::new("name", message));
        }
        if name == SIMULATED {
            let message = format!("{SIMULATED} is what the simulator calls what it tries. Choose another.");
            return Err(FieldError::new("name", message));
        }
        self.draft(name, about).and_then(Draft::check).map_err(alone)
    }

    fn draft(&self, name: &str, about: &str) -> Result<Draft, FieldError> {
        let networks: Vec<_> = NetworkKind::ALL
            .iter()
            .map(|kind| (kind.as_str(), *kind))
            .collect();
        let factors: Vec<_> = FactorKind::ALL
            .iter()
            .map(|kind| (kind.as_str(), *kind))
            .collect();
        let danger = one_of(
            "change.danger",
            self.danger.as_deref(),
            &[("break_glass", Danger::BreakGlass)],
        )?;
        Ok(Draft {
            name: name.to_owned(),
            about: about.to_owned(),
            roles: match self.roles.as_slice() {
                [] => StaffRoles::ALL,
                some => some
                    .iter()
                    .map(|name| role("change.roles", name))
                    .collect::<Result<_, _>>()?,
            },
            actions: match self.actions.as_slice() {
                [] => ActionSet::ALL,
                some => some
                    .iter()
                    .map(|name| {
                        let message = "There is no action of one of these names.";
                        Action::from_name(name).ok_or_else(|| FieldError::new("change.actions", message))
                    })
                    .collect::<Result<_, _>>()?,
            },
            narrowing: Narrowing {
                networks: several("change.networks", self.networks.as_deref(), &networks)?,
                factors: several("change.factors", self.factors.as_deref(), &factors)?,
                passkey: one_of("change.passkey", self.passkey.as_deref(), &levels())?,
                max_age: self.max_age,
                device: one_of(
                    "change.device",
                    self.device.as_deref(),
                    &[("managed", DeviceDemand::Managed)],
                )?
                .unwrap_or_default(),
                danger: danger.unwrap_or(Danger::Ordinary),
                session_ttl: self.session_ttl,
                session_idle: self.session_idle,
            },
        })
    }
}

fn several<T: Copy, S: FromIterator<T>>(
    field: &'static str,
    texts: Option<&[String]>,
    words: &[(&str, T)],
) -> Result<Option<S>, FieldError> {
    texts
        .map(|texts| texts.iter().map(|text| word(field, text, words)).collect())
        .transpose()
}

/// A draft's field as it stands inside the request.
fn of_change(field: &'static str) -> &'static str {
    match field {
        "networks" => "change.networks",
        "factors" => "change.factors",
        "passkey" => "change.passkey",
        "max_age_seconds" => "change.max_age_seconds",
        "session_ttl_seconds" => "change.session_ttl_seconds",
        "session_idle_seconds" => "change.session_idle_seconds",
        "actions" => "change.actions",
        "roles" => "change.roles",
        "danger" => "change.danger",
        "device" => "change.device",
        _ => "change",
    }
}
