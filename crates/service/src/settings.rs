//! What the installation is: its hosts, its policy, its name. Read once at start; nothing here reads a file.

use ipnet::IpNet;
use stagedoor_core::request::Policy;

use crate::proxy::ProxySettings;

/// The addresses of the two surfaces.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origins {
    /// The staff console's origin, without a trailing slash: `http://admin.localhost:7117`.
    pub staff: String,
    /// The scheme of tenant origins.
    pub tenant_scheme: String,
    /// What follows `{slug}.` in a tenant's host, with the port where there is one: `app.localhost:7117`.
    pub tenant_suffix: String,
}

impl Origins {
    /// A tenant's origin, without a trailing slash.
    #[must_use]
    pub fn tenant(&self, slug: &str) -> String {
        format!("{}://{slug}.{}", self.tenant_scheme, self.tenant_suffix)
    }

    /// The staff host with its port, as it stands in the Host header.
    #[must_use]
    pub fn staff_authority(&self) -> &str {
        self.staff
            .split_once("://")
            .map_or(self.staff.as_str(), |(_, authority)| authority)
    }
}

/// The installation's settings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// Where it answers.
    pub origins: Origins,
    /// WebAuthn RP id of the staff host: its name without the port.
    pub staff_rp_id: String,
    /// A word for the installation, beside the mark.
    pub installation: String,
    /// What it accepts by its configuration; what is in force is [`crate::Service::policy`].
    pub policy: Policy,
    /// The peers whose forwarded headers count, to be shown: the edge itself walks through them.
    pub trusted_proxies: Vec<IpNet>,
    /// Administrators that the configuration names, by their subject at the provider that it declares: nobody changes
    /// their accounts but on the server.
    pub administrators: Vec<String>,
    /// The addresses that it gives for them and for those of the proxy: who has no identity yet, or lost it, is left alone by it.
    pub administrator_addresses: Vec<String>,
    /// The identity-aware proxy in front.
    pub proxy: Option<ProxySettings>,
}
