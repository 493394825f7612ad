//! The issuers' keys, kept for a while: a key that is not known is asked for, and so is every key after three failures in
//! a row, so that keys can rotate; never twice in thirty seconds, so that a flood of bad tokens asks once.
//!
//! One question is under way for an issuer at a time, and who comes meanwhile waits for its answer.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use stagedoor_core::time::{Timestamp, hours, minutes};
use tokio::sync::Mutex as Gate;

use super::TokenFault;
use super::claims::Claims;
use super::jws::Jws;
use super::key::KeySet;
use crate::sign_in::HttpClient;

/// How long keys are used before they are asked for again.
const FRESH: Duration = minutes(5);
/// How long they are used while the issuer does not answer.
const USABLE: Duration = hours(1);
/// How often at most an issuer is asked, whatever comes.
const ASK_EVERY: Duration = Duration::from_secs(30);
/// After how many failures in a row the keys are doubted.
const DOUBT_AFTER: u32 = 3;

/// Where an issuer's keys are.
#[derive(Debug, Clone, Copy)]
pub(crate) struct KeySource<'a> {
    /// The issuer.
    pub(crate) issuer: &'a str,
    /// Its key set's address.
    pub(crate) address: &'a str,
}

/// What is known of one issuer's keys.
#[derive(Default)]
struct Known {
    address: String,
    set: Option<(Arc<KeySet>, Timestamp)>,
    asked: Option<Timestamp>,
    failures: u32,
}

impl Known {
    fn younger_than(&self, age: Duration, now: Timestamp) -> Option<Arc<KeySet>> {
        let (set, at) = self.set.as_ref()?;
        (now.since(*at) < age).then(|| Arc::clone(set))
    }
}

/// The keys of all issuers.
#[derive(Default)]
pub(crate) struct IssuerKeys(Mutex<HashMap<String, Arc<Gate<Known>>>>);

impl IssuerKeys {
    fn of(&self, issuer: &str) -> Arc<Gate<Known>> {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(all.entry(issuer.to_owned()).or_default())
    }

    /// The claims of a token that one of the issuer's keys has signed.
    pub(crate) async fn verify(
        &self,
        http: &HttpClient,
        source: KeySource<'_>,
        token: &Jws<'_>,
        now: Timestamp,
    ) -> Result<Claims, TokenFault> {
        let known = self.of(source.issuer);
        let mut known = known.lock().await;
        if known.address != source.address {
            *known = Known {
                address: source.address.to_owned(),
                asked: known.asked,
                ..Known::default()
            };
        }
        let set = match known.younger_than(FRESH, now) {
            Some(set) => set,
            None => match known.ask(http, now).await {
                Some(set) => set,
                None => known
                    .younger_than(USABLE, now)
                    .ok_or(TokenFault::KeysUnreachable)?,
            },
        };
        let fault = match known.noted(token.verify(&set)) {
            Ok(claims) => return Ok(claims),
            Err(fault) => fault,
        };
        let rotated = fault == TokenFault::KeyUnknown || known.failures >= DOUBT_AFTER;
        if !rotated {
            return Err(fault);
        }
        match known.ask(http, now).await {
            Some(fresh) => known.noted(token.verify(&fresh)),
            None => Err(fault),
        }
    }
}

impl Known {
    /// Counts what fails by the key or the signature; what holds ends the row.
    fn noted(&mut self, verified: Result<Claims, TokenFault>) -> Result<Claims, TokenFault> {
        match &verified {
            Ok(_) => self.failures = 0,
            Err(_) => self.failures = self.failures.saturating_add(1),
        }
        verified
    }

    /// Asks the issuer, unless it was asked a moment ago. Keys that cannot be read replace none.
    async fn ask(&mut self, http: &HttpClient, now: Timestamp) -> Option<Arc<KeySet>> {
        if self.asked.is_some_and(|asked| now.since(asked) < ASK_EVERY) {
            return None;
        }
        self.asked = Some(now);
        self.failures = 0;
        let answer = match http.get_text(&self.address).await {
            Ok(answer) => answer,
            Err(error) => {
                tracing::warn!(address = self.address, %error, "an issuer's keys could not be fetched");
                return None;
            }
        };
        let set = (answer.status == 200)
            .then(|| KeySet::parse(&answer.body))
            .flatten();
        let Some(set) = set.map(Arc::new) else {
            tracing::warn!(
                address = self.address,
                status = answer.status,
                "an issuer's keys could not be read"
            );
            return None;
        };
        self.set = Some((Arc::clone(&set), now));
        Some(set)
    }
}
