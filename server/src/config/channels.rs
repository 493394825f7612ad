//! How alerts leave the house: what the keys of `mail` and `webhook` mean together. What is said by halves is refused, so that
//! nobody believes in a channel that is not there.

use std::net::IpAddr;
use std::path::PathBuf;

use stagedoor_service::alerts::{BadMail, BadWebhook, Channels, Mail, Reach, Smtp, Tls, Webhook};

use super::keys::Config;
use super::kind::Secret;
use super::secret;

/// The channels of a configuration; what is wrong is said.
pub(super) fn channels(config: &Config, say: &mut impl FnMut(&str, String)) -> Channels {
    Channels {
        mail: mail(config, say).map(Box::new).map(Mail::Smtp),
        webhook: webhook(config, say),
    }
}

fn mail(config: &Config, say: &mut impl FnMut(&str, String)) -> Option<Smtp> {
    let mail = &config.mail;
    let password = given(
        ("mail.password", &mail.password),
        ("mail.password_file", &mail.password_file),
        say,
    );
    let Some(host) = &mail.host else {
        if mail.sender.is_some() || mail.user.is_some() || password.is_some() {
            say(
                "mail.host",
                "is missing, so no letter would ever leave. Give the mail server's name.".to_owned(),
            );
        }
        return None;
    };
    let Some(sender) = &mail.sender else {
        say("mail.sender", "is missing. Say whom letters are from.".to_owned());
        return None;
    };
    let local = host == "localhost" || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback());
    if mail.tls == Tls::None && !local {
        let message = "must be implicit or starttls: letters would cross the network in the clear. \
                       (none is for a relay on this machine.)";
        say("mail.tls", message.to_owned());
        return None;
    }
    let credentials = match (&mail.user, password) {
        (Some(user), Some(password)) => Some((user.clone(), password.expose().to_owned())),
        (None, None) => None,
        (Some(_), None) => {
            say(
                "mail.password_file",
                "is missing: mail.user needs a password.".to_owned(),
            );
            return None;
        }
        (None, Some(_)) => {
            say(
                "mail.user",
                "is missing: a password needs somebody whose it is.".to_owned(),
            );
            return None;
        }
    };
    let port = u16::try_from(mail.port.get()).unwrap_or(u16::MAX);
    match Smtp::new((host, port, mail.tls), credentials, sender) {
        Ok(server) => Some(server),
        Err(error @ BadMail::Sender) => {
            say("mail.sender", format!("cannot be used: {error}."));
            None
        }
        Err(error @ BadMail::Host(_)) => {
            say("mail.host", format!("cannot be used: {error}."));
            None
        }
    }
}

fn webhook(config: &Config, say: &mut impl FnMut(&str, String)) -> Option<Webhook> {
    let webhook = &config.webhook;
    let secret = given(
        ("webhook.secret", &webhook.secret),
        ("webhook.secret_file", &webhook.secret_file),
        say,
    );
    let (url, secret) = match (&webhook.url, secret) {
        (None, None) => return None,
        (Some(url), Some(secret)) => (url, secret),
        (None, Some(_)) => {
            say(
                "webhook.url",
                "is missing: there is a secret, and nobody to call.".to_owned(),
            );
            return None;
        }
        (Some(_), None) => {
            let message = "is missing: whoever is called could not tell that it is us. \
                           Make one with: echo whsec_$(openssl rand -base64 32)";
            say("webhook.secret_file", message.to_owned());
            return None;
        }
    };
    let reach = match webhook.allow_private {
        true => Reach::Anywhere,
        false => Reach::Public,
    };
    let inside = "is inside your own network. Say webhook.allow_private = true if it should be.";
    let made = Webhook::new(url, secret.expose(), reach);
    let (key, message) = match made {
        Ok(made) => return Some(made),
        Err(BadWebhook::Secret) => ("webhook.secret_file", BadWebhook::Secret.to_string() + "."),
        Err(BadWebhook::Inside) => ("webhook.url", inside.to_owned()),
        Err(other) => ("webhook.url", format!("{other}.")),
    };
    say(key, message);
    None
}

/// A secret from the environment or from its file, not from both.
fn given(
    (own, secret): (&str, &Option<Secret>),
    (key, file): (&str, &Option<PathBuf>),
    say: &mut impl FnMut(&str, String),
) -> Option<Secret> {
    match (secret, file) {
        (Some(_), Some(_)) => {
            say(key, format!("is given as well as {own}. Keep one of them."));
            None
        }
        (Some(secret), None) => Some(secret.clone()),
        (None, Some(path)) => secret::file(path).map_err(|message| say(key, message)).ok(),
        (None, None) => None,
    }
}
