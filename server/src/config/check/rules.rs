//! What hosts, networks and claims must be, together and beside what the process is served as.

use std::net::IpAddr;

use stagedoor_core::provider::is_claim;

use crate::config::keys::Config;

pub(super) fn hosts(config: &Config, say: &mut impl FnMut(&str, String)) {
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
pub(super) fn claims(config: &Config, say: &mut impl FnMut(&str, String)) {
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

pub(super) fn networks(config: &Config, say: &mut impl FnMut(&str, String)) {
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
