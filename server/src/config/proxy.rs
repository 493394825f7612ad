//! The identity-aware proxy in front: what its keys mean together, and what the service makes of them.

use stagedoor_core::provider::ProxyKind;
use stagedoor_core::request::Toggle;
use stagedoor_service::ProxySettings;
use url::Url;

use super::keys::Config;

/// The proxy as the service sees it; `None` where none is declared, or not all of it.
pub(super) fn settings(config: &Config) -> Option<ProxySettings> {
    let proxy = &config.proxy;
    let kind = proxy.kind?.0;
    let issuer = issuer(config)?;
    let sign_out = proxy
        .sign_out_url
        .clone()
        .unwrap_or_else(|| kind.sign_out().to_owned());
    Some(ProxySettings {
        kind,
        name: proxy.name.clone().unwrap_or_else(|| kind.label().to_owned()),
        keys: proxy.keys_url.clone().unwrap_or_else(|| kind.keys(&issuer)),
        issuer,
        audience: proxy.audience.clone()?,
        types: proxy.types.clone(),
        sign_out: match sign_out.starts_with('/') {
            true => format!("{}{sign_out}", config.hosts.staff.text),
            false => sign_out,
        },
        identity: if proxy.identity { Toggle::On } else { Toggle::Off },
        email_domains: proxy.email_domains.clone(),
        managed_claim: proxy.managed_claim.clone().unwrap_or_default(),
        administrators: proxy
            .administrators
            .iter()
            .map(|one| one.subject.clone())
            .collect(),
    })
}

/// The issuer, as the proxy's assertions name it: a team domain without a slash at its end.
fn issuer(config: &Config) -> Option<String> {
    let proxy = &config.proxy;
    let kind = proxy.kind?.0;
    let given = proxy.issuer.as_deref().map(|text| text.trim_end_matches('/'));
    match (kind.issuer(), given) {
        (Some(known), _) => Some(known.to_owned()),
        (None, Some(given)) if kind == ProxyKind::CloudflareAccess && !given.contains("://") => {
            Some(format!("https://{given}"))
        }
        (None, given) => given.map(str::to_owned),
    }
}

/// Says what does not fit together.
pub(super) fn check(config: &Config, say: &mut impl FnMut(&str, String)) {
    let proxy = &config.proxy;
    let Some(kind) = proxy.kind.map(|kind| kind.0) else {
        alone(config, say);
        return;
    };
    if config.server.trusted_proxies.is_empty() {
        let message = "counts only from the peers in server.trusted_proxies, and there are none. Name the proxy's addresses there.";
        say("proxy.kind", message.to_owned());
    }
    if proxy.audience.is_none() {
        let message = "is missing. Give the audience of the proxy's assertions: without it one made for another application would do.";
        say("proxy.audience", message.to_owned());
    }
    match (kind.issuer(), &proxy.issuer) {
        (None, None) => {
            let message = "is missing. Give the issuer that the proxy's assertions name: Cloudflare's team domain, or Pomerium's host.";
            say("proxy.issuer", message.to_owned());
        }
        (Some(known), Some(given)) if given != known => {
            say("proxy.issuer", format!("is always {known} here. Leave it out."));
        }
        _ => {}
    }
    if !proxy.identity && !proxy.administrators.is_empty() {
        let message = "says nothing without proxy.identity: nobody signs in by its word.";
        say("proxy.administrators", message.to_owned());
    }
    if kind == ProxyKind::CloudflareAccess && proxy.types.is_empty() {
        let message = "is empty, so nobody's assertion would do. Name the types that are people's.";
        say("proxy.types", message.to_owned());
    }
    let issuer = issuer(config);
    if proxy.identity && issuer.as_ref() == Some(&config.identity_provider.issuer.0) {
        let message = "is identity_provider.issuer as well. One issuer vouches in one way.";
        say("proxy.issuer", message.to_owned());
    }
    addresses(config, kind, issuer.as_deref(), say);
}

fn addresses(config: &Config, kind: ProxyKind, issuer: Option<&str>, say: &mut impl FnMut(&str, String)) {
    let proxy = &config.proxy;
    let secure = |text: &str| {
        Url::parse(text).is_ok_and(|url| {
            url.host_str().is_some()
                && (url.scheme() == "https" || (config.server.development && url.scheme() == "http"))
        })
    };
    let keys = proxy.keys_url.clone();
    if let Some(keys) = keys.or_else(|| issuer.map(|issuer| kind.keys(issuer)))
        && !secure(&keys)
    {
        let key = match proxy.keys_url {
            Some(_) => "proxy.keys_url",
            None => "proxy.issuer",
        };
        let message = format!("leads to the keys at {keys}, which is no https address.");
        say(key, message);
    }
    if let Some(out) = &proxy.sign_out_url
        && !(out.starts_with('/') && !out.starts_with("//") || secure(out))
    {
        let message =
            "must be an https address, or a path on the console's own host such as /.pomerium/sign_out.";
        say("proxy.sign_out_url", message.to_owned());
    }
}

/// What is said of a proxy that there is not.
fn alone(config: &Config, say: &mut impl FnMut(&str, String)) {
    let proxy = &config.proxy;
    let given = [
        ("proxy.issuer", proxy.issuer.is_some()),
        ("proxy.audience", proxy.audience.is_some()),
        ("proxy.keys_url", proxy.keys_url.is_some()),
        ("proxy.sign_out_url", proxy.sign_out_url.is_some()),
        ("proxy.identity", proxy.identity),
        ("proxy.managed_claim", proxy.managed_claim.is_some()),
        ("proxy.administrators", !proxy.administrators.is_empty()),
    ];
    for (key, _) in given.iter().filter(|(_, is_given)| *is_given) {
        say(
            key,
            "says nothing without proxy.kind. Name the proxy there.".to_owned(),
        );
    }
}
