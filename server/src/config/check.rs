//! What the values mean together, and what they make of the service.

use std::net::IpAddr;

use stagedoor_core::attempts::AttemptRule;
use stagedoor_core::audit::key::LogKeys;
use stagedoor_core::duties::Responsibilities;
use stagedoor_core::guard::{FactorRule, NetworkKind, NetworkRule, TotpFallback};
use stagedoor_core::provider::is_claim;
use stagedoor_core::request::{Policy, Toggle};
use stagedoor_core::sub_role::SubRoles;
use stagedoor_service::alerts::Channels;
use stagedoor_service::crypto::MasterKey;
use stagedoor_service::named::DeclaredAdministrator;
use stagedoor_service::{LogParts, Origins, Settings};

use super::channels::channels;
use super::keys::Config;
use super::kind::{Administrator, Raw, Secret, sub_role, witness};
use super::passkeys::{Levels, levels};
use super::problem::Problem;
use super::source::Given;
use super::{Environment, proxy, secret};

/// Something that is allowed, and that an operator should know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Warning(pub String);

/// A configuration that can be served.
#[derive(Clone)]
pub struct Checked {
    /// The values.
    pub config: Config,
    /// The key everything sealed is derived from.
    pub master_key: MasterKey,
    /// Our secret at the identity provider.
    pub client_secret: Option<Secret>,
    /// The keys that checkpoints are signed with; `None` derives one from the master key.
    pub log_keys: Option<LogKeys>,
    /// How alerts leave the house.
    pub channels: Channels,
    /// What an operator should know.
    pub warnings: Vec<Warning>,
    /// Which passkeys count.
    levels: Levels,
}

impl Checked {
    /// How the audit can be proved.
    #[must_use]
    pub fn log(&self) -> LogParts {
        LogParts {
            keys: self.log_keys.clone(),
            outside: self.config.audit.checkpoint_dir.clone(),
            witnesses: self.config.audit.witnesses.clone(),
        }
    }

    /// What the service makes of it.
    #[must_use]
    pub fn settings(&self) -> Settings {
        let Config { hosts, .. } = &self.config;
        Settings {
            origins: Origins {
                staff: hosts.staff.text.clone(),
                tenant_scheme: hosts.tenants.scheme.clone(),
                tenant_suffix: hosts.tenants.suffix.clone(),
            },
            staff_rp_id: hosts.staff.host.clone(),
            installation: hosts.installation.clone(),
            policy: self.policy(),
            trusted_proxies: self.config.server.trusted_proxies.clone(),
            administrators: self.named().map(|one| one.subject.clone()).collect(),
            administrator_addresses: [self.administrators(), self.proxy_administrators()]
                .concat()
                .into_iter()
                .map(|one| one.email)
                .collect(),
            proxy: proxy::settings(&self.config),
        }
    }

    fn named(&self) -> impl Iterator<Item = &Administrator> {
        self.config.identity_provider.administrators.iter()
    }

    /// The administrators who get an account where they have none.
    #[must_use]
    pub fn administrators(&self) -> Vec<DeclaredAdministrator> {
        self.named().filter_map(|one| one.person.clone()).collect()
    }

    /// The same by the subjects that the proxy in front names.
    #[must_use]
    pub fn proxy_administrators(&self) -> Vec<DeclaredAdministrator> {
        let named = self.config.proxy.administrators.iter();
        named.filter_map(|one| one.person.clone()).collect()
    }

    fn policy(&self) -> Policy {
        let config = &self.config;
        let rules = |name: &str, kind: NetworkKind, ranges: &[ipnet::IpNet]| -> Vec<NetworkRule> {
            let rule = |range: &ipnet::IpNet| NetworkRule {
                name: name.to_owned(),
                kind,
                range: *range,
            };
            ranges.iter().map(rule).collect()
        };
        Policy {
            networks: [
                rules("corporate", NetworkKind::CorpIp, &config.network.corporate),
                rules("vpn", NetworkKind::Vpn, &config.network.vpn),
            ]
            .concat(),
            proxy: match proxy::settings(config) {
                Some(_) => Toggle::On,
                None => Toggle::Off,
            },
            factor: FactorRule {
                max_age: config.session.factor_max_age_seconds.span(),
                totp: match config.codes.totp_fallback {
                    true => TotpFallback::ExceptSuperAdmins,
                    false => TotpFallback::Off,
                },
            },
            guard_policies: self.levels.policies.clone(),
            passkey_makers: self.levels.makers.clone(),
            code_attempts: AttemptRule {
                suspend_after: config.codes.totp_suspension_threshold.get(),
                suspension: config.codes.totp_suspension_seconds.span(),
                lock_after: config.codes.totp_lockout_threshold.get(),
            },
            session_ttl: config.session.ttl_seconds.span(),
            session_idle: config.session.idle_seconds.span(),
            responsibilities: Responsibilities::with(config.staff.responsibilities.0.clone()),
            visit_ttl: config.impersonation.ttl_seconds.span(),
            visit_max_ttl: config.impersonation.max_ttl_seconds.span(),
            visit_idle: config.impersonation.idle_seconds.span(),
            max_live_visits: config.impersonation.max_live.get(),
            security_responds: if config.roles.security_responds {
                Toggle::On
            } else {
                Toggle::Off
            },
            // What is wrong with them has stopped the start before.
            sub_roles: sub_roles(config).unwrap_or_default(),
            ..Policy::default()
        }
    }
}

/// Checks what no single value can know.
pub(super) fn check(
    config: Config,
    given: &Given,
    environment: &Environment,
    problems: &mut Vec<Problem>,
) -> Option<Checked> {
    let mut say = |key: &str, message: String| {
        problems.push(Problem {
            place: given.place(key),
            key: key.to_owned(),
            message,
        });
    };
    for key in [
        "keys.master_key",
        "identity_provider.client_secret",
        "audit.signing_keys",
        "mail.password",
        "webhook.secret",
    ] {
        if matches!(given.get(key), Some((Raw::Text(text), _)) if !text.is_empty()) {
            say(key, "is a secret and does not belong into this file. Put it into a file of its own, or into the environment.".to_owned());
        }
    }
    hosts(&config, &mut say);
    networks(&config, &mut say);
    proxy::check(&config, &mut say);
    claims(&config, &mut say);
    if config.impersonation.ttl_seconds.span() > config.impersonation.max_ttl_seconds.span() {
        let message = "is longer than impersonation.max_ttl_seconds. Lower it.".to_owned();
        say("impersonation.ttl_seconds", message);
    }
    if config.codes.totp_lockout_threshold.get() <= config.codes.totp_suspension_threshold.get() {
        let message = "is not above codes.totp_suspension_threshold, so that nothing would ever be suspended. Raise it, or lower that.";
        say("codes.totp_lockout_threshold", message.to_owned());
    }
    if config.server.metrics == Some(config.server.listen) {
        let message = "is the same as server.listen. Metrics need a listener of their own.".to_owned();
        say("server.metrics", message);
    }
    if let Some(message) = witness::problem(&config.audit.witnesses, config.server.development) {
        say("audit.witnesses", message);
    }
    if let Err(message) = sub_roles(&config) {
        say("roles.sub_roles", message);
    }
    let master_key = master_key(&config, environment, &mut say);
    let client_secret = client_secret(&config, &mut say);
    let log_keys = log_keys(&config, &mut say);
    let channels = channels(&config, &mut say);
    let warnings = warnings(&config);
    let levels = levels(&config, &mut say);
    Some(Checked {
        levels,
        config,
        master_key: master_key?,
        client_secret,
        log_keys,
        channels,
        warnings,
    })
}

fn sub_roles(config: &Config) -> Result<SubRoles, String> {
    let longest = config.impersonation.max_ttl_seconds.span();
    sub_role::declared(&config.roles.sub_roles, longest)
}

fn hosts(config: &Config, say: &mut impl FnMut(&str, String)) {
    let (staff, tenants) = (&config.hosts.staff, &config.hosts.tenants);
    let local = |host: &str| host == "localhost" || host.ends_with(".localhost");
    let plain = |scheme: &str, host: &str| scheme == "http" && !(config.server.development && local(host));
    let https = "must be https: sessions and passkeys need it. (Plain http is for *.localhost with server.development = true.)";
    let staff_scheme = staff.text.split("://").next().unwrap_or_default();
    if plain(staff_scheme, &staff.host) {
        say("hosts.staff", https.to_owned());
    }
    if plain(&tenants.scheme, &tenants.domain) {
        say("hosts.tenants", https.to_owned());
    }
    if staff.host.parse::<IpAddr>().is_ok() || staff.host.starts_with('[') {
        say("hosts.staff", "is an address: passkeys need a name.".to_owned());
    }
    if staff.host == tenants.domain || staff.host.ends_with(&format!(".{}", tenants.domain)) {
        let message = format!(
            "lies below {}, where tenants' hosts are. Staff and tenants must not share a site: give the console a name outside of it.",
            tenants.domain
        );
        say("hosts.staff", message);
    }
}

/// What a token says of itself says nothing of a device.
fn claims(config: &Config, say: &mut impl FnMut(&str, String)) {
    let named = [
        (
            "identity_provider.managed_claim",
            &config.identity_provider.managed_claim,
        ),
        ("proxy.managed_claim", &config.proxy.managed_claim),
    ];
    for (key, claim) in named {
        if claim.as_deref().is_some_and(|claim| !is_claim(claim)) {
            let message = "is the name of no claim that says something of a device. Give one such as managed, or leave it out.";
            say(key, message.to_owned());
        }
    }
}

fn networks(config: &Config, say: &mut impl FnMut(&str, String)) {
    if config.server.development {
        return;
    }
    let all = [
        ("network.corporate", &config.network.corporate),
        ("network.vpn", &config.network.vpn),
    ];
    for (key, ranges) in all {
        for range in ranges {
            if range.addr().is_loopback() || range.prefix_len() == 0 {
                let message = format!(
                    "{range} lets everybody on this machine, or everywhere, pass. Name the ranges that staff come from."
                );
                say(key, message);
            }
        }
    }
}

fn master_key(
    config: &Config,
    environment: &Environment,
    say: &mut impl FnMut(&str, String),
) -> Option<MasterKey> {
    let (key, secret) = match (&config.keys.master_key, &config.keys.master_key_file) {
        (Some(_), Some(_)) => {
            let message = "is given as well as keys.master_key. Keep one of them.".to_owned();
            say("keys.master_key_file", message);
            return None;
        }
        (Some(secret), None) => ("keys.master_key", Ok(secret.clone())),
        (None, Some(path)) => ("keys.master_key_file", secret::file(path)),
        (None, None) => match secret::credential(environment) {
            Some(path) => ("keys.master_key_file", secret::file(&path)),
            None => ("keys.master_key_file", Err(missing_key())),
        },
    };
    match secret.and_then(|secret| secret::master_key(&secret)) {
        Ok(master_key) => Some(master_key),
        Err(message) => {
            say(key, message);
            None
        }
    }
}

fn missing_key() -> String {
    format!(
        "is missing: without a master key nothing can be sealed. Make one with `openssl rand -hex 32`, and name its file here, \
         set STAGEDOOR__KEYS__MASTER_KEY, or hand it over as the systemd credential {}.",
        secret::CREDENTIAL
    )
}

fn client_secret(config: &Config, say: &mut impl FnMut(&str, String)) -> Option<Secret> {
    let provider = &config.identity_provider;
    match (&provider.client_secret, &provider.client_secret_file) {
        (Some(_), Some(_)) => {
            let message = "is given as well as identity_provider.client_secret. Keep one of them.".to_owned();
            say("identity_provider.client_secret_file", message);
            None
        }
        (Some(secret), None) => Some(secret.clone()),
        (None, Some(path)) => match secret::file(path) {
            Ok(secret) => Some(secret),
            Err(message) => {
                say("identity_provider.client_secret_file", message);
                None
            }
        },
        (None, None) => None,
    }
}

fn log_keys(config: &Config, say: &mut impl FnMut(&str, String)) -> Option<LogKeys> {
    let audit = &config.audit;
    let (key, secret) = match (&audit.signing_keys, &audit.signing_keys_file) {
        (None, None) => return None,
        (Some(_), Some(_)) => {
            let message = "is given as well as audit.signing_keys. Keep one of them.".to_owned();
            say("audit.signing_keys_file", message);
            return None;
        }
        (Some(secret), None) => ("audit.signing_keys", Ok(secret.clone())),
        (None, Some(path)) => ("audit.signing_keys_file", secret::file(path)),
    };
    match secret.and_then(|secret| secret::log_keys(&secret)) {
        Ok(keys) => Some(keys),
        Err(message) => {
            say(key, message);
            None
        }
    }
}

fn warnings(config: &Config) -> Vec<Warning> {
    let mut warnings = Vec::new();
    let mut warn = |words: &str| warnings.push(Warning(words.to_owned()));
    if config.network.corporate.is_empty() && config.network.vpn.is_empty() && config.proxy.kind.is_none() {
        warn("network: no range is allowed, so nobody on staff can sign in");
    }
    if config.identity_provider.email_domains.is_empty() {
        warn("identity_provider.email_domains: no domain is allowed, so nobody on staff can sign in");
    }
    if config.proxy.identity && config.proxy.email_domains.is_empty() {
        warn("proxy.email_domains: no domain is allowed, so nobody can sign in by the proxy's word");
    }
    if config.database.url.is_postgres() && config.database.migrate_url.is_none() {
        warn(
            "database.migrate_url: the same role serves and owns the schema, so it could drop the audit's triggers",
        );
    }
    if config.audit.checkpoint_dir.is_none() && config.audit.witnesses.is_empty() {
        warn(
            "audit.checkpoint_dir: no checkpoint leaves the database, so whoever can write to all of it can rewrite its past",
        );
    }
    if config.server.development {
        warn("server.development: this is not for production");
    }
    warnings
}
