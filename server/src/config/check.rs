//! What the values mean together, and what they make of the service.

mod made;
mod rules;
mod secrets;

use stagedoor_core::audit::key::LogKeys;
use stagedoor_core::sub_role::SubRoles;
use stagedoor_service::alerts::Channels;
use stagedoor_service::crypto::MasterKey;

use super::channels::channels;
use super::keys::Config;
use super::kind::{Raw, Secret, sub_role, witness};
use super::passkeys::{Levels, levels};
use super::problem::Problem;
use super::source::Given;
use super::{Environment, proxy};

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
    misplaced(given, &mut say);
    rules::hosts(&config, &mut say);
    rules::networks(&config, &mut say);
    proxy::check(&config, &mut say);
    rules::claims(&config, &mut say);
    pairs(&config, &mut say);
    let master_key = secrets::master_key(&config, environment, &mut say);
    let client_secret = secrets::client_secret(&config, &mut say);
    let log_keys = secrets::log_keys(&config, &mut say);
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

/// Secrets that stand in the file itself.
fn misplaced(given: &Given, say: &mut impl FnMut(&str, String)) {
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
}

/// What two keys say of each other, and what takes more than its own words to read.
fn pairs(config: &Config, say: &mut impl FnMut(&str, String)) {
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
    if let Err(message) = sub_roles(config) {
        say("roles.sub_roles", message);
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
