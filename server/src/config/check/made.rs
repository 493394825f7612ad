//! What the service makes of a configuration that can be served.

use stagedoor_core::attempts::AttemptRule;
use stagedoor_core::duties::Responsibilities;
use stagedoor_core::guard::{FactorRule, NetworkKind, NetworkRule, TotpFallback};
use stagedoor_core::request::{Policy, Toggle};
use stagedoor_service::named::DeclaredAdministrator;
use stagedoor_service::{LogParts, Origins, Settings};

use super::{Checked, sub_roles};
use crate::config::keys::Config;
use crate::config::kind::Administrator;
use crate::config::proxy;

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
