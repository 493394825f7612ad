//! What every use case needs: the database, the clock, the randomness, the keys, the settings.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use stagedoor_core::clock::{Clock, Rng};
use stagedoor_core::time::Timestamp;
use stagedoor_store::Db;

use crate::alerts::Channels;
use crate::audit::KeptCounts;
use crate::crypto::{MasterKey, Vault};
use crate::directory::figures::KeptFigures;
use crate::export::Exports;
use crate::in_force::InForce;
use crate::log::{LogParts, Logs};
use crate::metrics::DecisionTimes;
use crate::personal::SubjectKeys;
use crate::readiness::Readiness;
use crate::refusals::Refusals;
use crate::settings::Settings;
use crate::sign_in::Providers;
use crate::status::JobLog;
use crate::steady::SteadyClock;
use crate::tenant_sign_in::{Passwords, RefusedTries};
use crate::touch::Touches;

/// The service: cheap to clone, shared by every request.
#[derive(Clone)]
pub struct Service(Arc<Inner>);

struct Inner {
    db: Db,
    clock: Arc<dyn Clock>,
    rng: Arc<dyn Rng>,
    vault: Vault,
    settings: Settings,
    in_force: InForce,
    subject_keys: SubjectKeys,
    touches: Touches,
    refusals: Refusals,
    refused_tries: RefusedTries,
    decisions: DecisionTimes,
    providers: Providers,
    passwords: Passwords,
    codes_compared: AtomicU64,
    exports: Exports,
    readiness: Readiness,
    figures: KeptFigures,
    counts: KeptCounts,
    jobs: JobLog,
    logs: Logs,
    channels: Channels,
    since: Timestamp,
}

/// What a service is made of.
pub struct Parts {
    /// The database, migrated.
    pub db: Db,
    /// Time. Should it go back, the service does not follow.
    pub clock: Arc<dyn Clock>,
    /// Randomness.
    pub rng: Arc<dyn Rng>,
    /// The key all others are derived from.
    pub master_key: MasterKey,
    /// The installation's settings.
    pub settings: Settings,
    /// How its audit can be proved.
    pub log: LogParts,
    /// How to reach identity providers and witnesses.
    pub http: crate::sign_in::HttpClient,
}

impl Service {
    /// Puts a service together whose alerts stay in the house.
    #[must_use]
    pub fn new(parts: Parts) -> Self {
        Self::with_channels(parts, Channels::default())
    }

    /// Puts a service together, with the ways that alerts leave the house.
    #[must_use]
    pub fn with_channels(parts: Parts, channels: Channels) -> Self {
        let since = parts.clock.now();
        let vault = Vault::new(&parts.master_key);
        let logs = Logs::new(parts.log, &vault, &parts.settings.staff_rp_id, parts.http.clone());
        parts.db.seal_with(logs.seal_key().clone());
        Self(Arc::new(Inner {
            db: parts.db,
            clock: Arc::new(SteadyClock::over(parts.clock)),
            rng: parts.rng,
            vault,
            settings: parts.settings,
            in_force: InForce::default(),
            subject_keys: SubjectKeys::new(),
            touches: Touches::default(),
            refusals: Refusals::default(),
            refused_tries: RefusedTries::default(),
            decisions: DecisionTimes::default(),
            providers: Providers::new(parts.http),
            passwords: Passwords::default(),
            codes_compared: AtomicU64::new(0),
            exports: Exports::default(),
            readiness: Readiness::default(),
            figures: KeptFigures::default(),
            counts: KeptCounts::default(),
            jobs: JobLog::default(),
            logs,
            channels,
            since,
        }))
    }

    /// The database.
    #[must_use]
    pub fn db(&self) -> &Db {
        &self.0.db
    }

    /// The settings.
    #[must_use]
    pub fn settings(&self) -> &Settings {
        &self.0.settings
    }

    /// Now, by the injected clock; never earlier than before.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.0.clock.now()
    }

    /// The clock of [`Self::now`].
    #[must_use]
    pub fn clock(&self) -> &Arc<dyn Clock> {
        &self.0.clock
    }

    /// The injected randomness.
    #[must_use]
    pub fn rng(&self) -> &dyn Rng {
        &*self.0.rng
    }

    /// The derived keys.
    #[must_use]
    pub fn vault(&self) -> &Vault {
        &self.0.vault
    }

    pub(crate) fn known_rules(&self) -> &InForce {
        &self.0.in_force
    }

    pub(crate) fn subject_keys(&self) -> &SubjectKeys {
        &self.0.subject_keys
    }

    pub(crate) fn touches(&self) -> &Touches {
        &self.0.touches
    }

    pub(crate) fn refusals(&self) -> &Refusals {
        &self.0.refusals
    }

    pub(crate) fn refused_tries(&self) -> &RefusedTries {
        &self.0.refused_tries
    }

    pub(crate) fn decisions(&self) -> &DecisionTimes {
        &self.0.decisions
    }

    pub(crate) fn logs(&self) -> &Logs {
        &self.0.logs
    }

    pub(crate) fn channels(&self) -> &Channels {
        &self.0.channels
    }

    pub(crate) fn job_log(&self) -> &JobLog {
        &self.0.jobs
    }

    /// When this process put the service together.
    #[must_use]
    pub fn since(&self) -> Timestamp {
        self.0.since
    }

    pub(crate) fn passwords(&self) -> &Passwords {
        &self.0.passwords
    }

    /// How many password hashes this process has computed: that equal work was done is shown by counting, not by time.
    #[must_use]
    pub fn password_hashes(&self) -> u64 {
        self.0.passwords.computed()
    }

    /// How many codes of staff this process has compared, as [`Self::password_hashes`] counts hashes.
    #[must_use]
    pub fn codes_compared(&self) -> u64 {
        self.0.codes_compared.load(Ordering::Relaxed)
    }

    pub(crate) fn note_code_compared(&self) {
        self.0.codes_compared.fetch_add(1, Ordering::Relaxed);
    }

    pub(crate) fn figures(&self) -> &KeptFigures {
        &self.0.figures
    }

    pub(crate) fn counts(&self) -> &KeptCounts {
        &self.0.counts
    }

    pub(crate) fn readiness(&self) -> &Readiness {
        &self.0.readiness
    }

    pub(crate) fn providers(&self) -> &Providers {
        &self.0.providers
    }

    pub(crate) fn exports(&self) -> &Exports {
        &self.0.exports
    }
}
