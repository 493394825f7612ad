//! The issuers' keys, kept for a while: a key that is not known is asked for, and so is every key after three failures in
//! a row, so that keys can rotate; never twice in thirty seconds, so that a flood of bad tokens asks once.
//!
//! One question is under way for an issuer at a time, in a task of its own. Keys that can be used are used meanwhile: an
//! issuer that hangs holds up nobody whose token they verify. Only who needs another key waits for the answer.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use stagedoor_core::time::{Timestamp, hours, minutes};
use tokio::sync::{Mutex as Gate, OwnedMutexGuard};
use tokio::task::JoinHandle;

use super::TokenFault;
use super::claims::Claims;
use super::jws::Jws;
use super::key::KeySet;
use crate::sign_in::HttpClient;

/// How long keys are used before they are asked for again.
const FRESH: Duration = minutes(5);
/// How long they are used at once, while the issuer is asked beside it. Older ones may have been withdrawn long ago:
/// their issuer is asked first, once.
const AT_ONCE: Duration = minutes(10);
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
    /// Whether the last question brought no keys.
    unanswered: bool,
    failures: u32,
}

impl Known {
    fn younger_than(&self, age: Duration, now: Timestamp) -> Option<Arc<KeySet>> {
        let (set, at) = self.set.as_ref()?;
        (now.since(*at) < age).then(|| Arc::clone(set))
    }
}

/// One issuer: what is known of its keys, and whose turn it is to ask for them.
#[derive(Default)]
struct Issuer {
    known: Mutex<Known>,
    turn: Arc<Gate<()>>,
}

/// The keys of all issuers.
#[derive(Default)]
pub(crate) struct IssuerKeys(Mutex<HashMap<String, Arc<Issuer>>>);

impl IssuerKeys {
    fn of(&self, source: KeySource<'_>) -> Arc<Issuer> {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let issuer = Arc::clone(all.entry(source.issuer.to_owned()).or_default());
        issuer.known().stand_at(source.address);
        issuer
    }

    /// The claims of a token that one of the issuer's keys has signed.
    pub(crate) async fn verify(
        &self,
        http: &HttpClient,
        source: KeySource<'_>,
        token: &Jws<'_>,
        now: Timestamp,
    ) -> Result<Claims, TokenFault> {
        let issuer = self.of(source);
        let at_once = issuer.known().at_once(now);
        let set = match at_once {
            Some(set) => {
                issuer.refresh_beside(http, now);
                set
            }
            None => issuer.usable_after_asking(http, now).await?,
        };
        let verified = token.verify(&set);
        let fault = match issuer.known().noted(verified) {
            Ok(claims) => return Ok(claims),
            Err(fault) => fault,
        };
        let rotated = fault == TokenFault::KeyUnknown || issuer.known().failures >= DOUBT_AFTER;
        if !rotated {
            return Err(fault);
        }
        match issuer.others(http, now, Some(&set)).await {
            Some(fresh) => {
                let verified = token.verify(&fresh);
                issuer.known().noted(verified)
            }
            None => Err(fault),
        }
    }
}

impl Issuer {
    /// Held for a moment at a time, and never across a question.
    fn known(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Asks without making anybody wait, where the keys are not fresh and nobody asks already.
    fn refresh_beside(self: &Arc<Self>, http: &HttpClient, now: Timestamp) {
        if self.known().younger_than(FRESH, now).is_some() {
            return;
        }
        if let Ok(turn) = Arc::clone(&self.turn).try_lock_owned() {
            drop(self.ask(http, now, turn));
        }
    }

    /// The keys, for whoever cannot go on without the answer; those from before it while they may be used.
    async fn usable_after_asking(
        self: &Arc<Self>,
        http: &HttpClient,
        now: Timestamp,
    ) -> Result<Arc<KeySet>, TokenFault> {
        let before = self.known().younger_than(USABLE, now);
        let others = self.others(http, now, before.as_ref()).await;
        others.or(before).ok_or(TokenFault::KeysUnreachable)
    }

    /// Other keys than those that were tried: what another question brought meanwhile, or one of our own.
    async fn others(
        self: &Arc<Self>,
        http: &HttpClient,
        now: Timestamp,
        tried: Option<&Arc<KeySet>>,
    ) -> Option<Arc<KeySet>> {
        let turn = Arc::clone(&self.turn).lock_owned().await;
        if let Some(others) = self.other_than(tried, now) {
            return Some(others);
        }
        // A panic over there brought no keys; the next one may ask again.
        let _ = self.ask(http, now, turn)?.await;
        self.other_than(tried, now)
    }

    fn other_than(&self, tried: Option<&Arc<KeySet>>, now: Timestamp) -> Option<Arc<KeySet>> {
        let set = self.known().younger_than(USABLE, now)?;
        (!tried.is_some_and(|tried| Arc::ptr_eq(tried, &set))).then_some(set)
    }

    /// Asks the issuer, unless it was asked a moment ago: in a task, which goes on when whoever waits for it leaves.
    fn ask(
        self: &Arc<Self>,
        http: &HttpClient,
        now: Timestamp,
        turn: OwnedMutexGuard<()>,
    ) -> Option<JoinHandle<()>> {
        let address = self.known().due(now)?;
        let (issuer, http) = (Arc::clone(self), http.clone());
        Some(tokio::spawn(async move {
            let set = fetch(&http, &address).await;
            issuer.known().answered(&address, set, now);
            drop(turn);
        }))
    }
}

impl Known {
    /// Forgets the keys of another address, but not when it was asked.
    fn stand_at(&mut self, address: &str) {
        if self.address != address {
            *self = Self {
                address: address.to_owned(),
                asked: self.asked,
                ..Self::default()
            };
        }
    }

    /// The keys that may be used without waiting for the issuer.
    fn at_once(&self, now: Timestamp) -> Option<Arc<KeySet>> {
        self.younger_than(if self.unanswered { USABLE } else { AT_ONCE }, now)
    }

    /// Where to ask, unless it was asked a moment ago; it counts as asked from now on.
    fn due(&mut self, now: Timestamp) -> Option<String> {
        if self.asked.is_some_and(|asked| now.since(asked) < ASK_EVERY) {
            return None;
        }
        self.asked = Some(now);
        self.failures = 0;
        Some(self.address.clone())
    }

    /// Keeps what was answered. Keys that cannot be read replace none, and neither do those of where it stood before.
    fn answered(&mut self, address: &str, set: Option<Arc<KeySet>>, now: Timestamp) {
        if self.address != address {
            return;
        }
        self.unanswered = set.is_none();
        self.set = set.map(|set| (set, now)).or_else(|| self.set.take());
    }

    /// Counts what fails by the key or the signature; what holds ends the row.
    fn noted(&mut self, verified: Result<Claims, TokenFault>) -> Result<Claims, TokenFault> {
        match &verified {
            Ok(_) => self.failures = 0,
            Err(_) => self.failures = self.failures.saturating_add(1),
        }
        verified
    }
}

/// The keys at an address; `None` where they cannot be had or read.
async fn fetch(http: &HttpClient, address: &str) -> Option<Arc<KeySet>> {
    let answer = match http.get_text(address).await {
        Ok(answer) => answer,
        Err(error) => {
            tracing::warn!(address, %error, "an issuer's keys could not be fetched");
            return None;
        }
    };
    let set = (answer.status == 200)
        .then(|| KeySet::parse(&answer.body))
        .flatten();
    if set.is_none() {
        let status = answer.status;
        tracing::warn!(address, status, "an issuer's keys could not be read");
    }
    set.map(Arc::new)
}
