//! The secrets: each given once, in itself or as a file, and read.

use stagedoor_core::audit::key::LogKeys;
use stagedoor_service::crypto::MasterKey;

use crate::config::keys::Config;
use crate::config::kind::Secret;
use crate::config::{Environment, secret};

pub(super) fn master_key(
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

pub(super) fn client_secret(config: &Config, say: &mut impl FnMut(&str, String)) -> Option<Secret> {
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

pub(super) fn log_keys(config: &Config, say: &mut impl FnMut(&str, String)) -> Option<LogKeys> {
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
