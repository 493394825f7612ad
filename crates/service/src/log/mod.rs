//! The audit log as something that can be proved: entries get their places, logs their checkpoints, readers their receipts.
//!
//! Signing keys come from outside the database and never go there. Nothing here decides who may read an entry, and nothing
//! changes one.

mod adopt;
pub mod export;
mod known;
pub mod outside;
mod receipt;
mod sequence;
pub mod verify;
pub mod witness;

use std::path::PathBuf;

use stagedoor_core::audit::checkpoint::Checkpoint;
use stagedoor_core::audit::key::{LogKeys, Origin};
use stagedoor_core::audit::note::{KeyName, Note, NoteError, NoteKey, NoteSigner};
use stagedoor_core::audit::seal::SealKey;
use stagedoor_store::log::head::Head;
use tokio::sync::Mutex;

pub use self::sequence::Sequenced;

use self::known::KnownHeads;
use self::outside::Outside;
use self::witness::{Witness, Witnesses};
use crate::crypto::Vault;
use crate::error::ServiceError;
use crate::sign_in::HttpClient;
use crate::state::Service;

/// What a service is told about its logs.
#[derive(Debug, Clone, Default)]
pub struct LogParts {
    /// The keys that checkpoints are signed with; `None` signs with one that is derived from the master key.
    pub keys: Option<LogKeys>,
    /// The folder outside the database where the last checkpoint of each log is kept.
    pub outside: Option<PathBuf>,
    /// Who cosigns checkpoints, each with a key of its own.
    pub witnesses: Vec<Witness>,
}

/// What people call the key that is derived from the master key.
const DERIVED: &str = "master-key";

/// The logs of an installation, as one process knows them.
pub(crate) struct Logs {
    origin: Option<Origin>,
    keys: LogKeys,
    seal: SealKey,
    heads: KnownHeads,
    outside: Outside,
    witnesses: Witnesses,
    /// Held while entries get their places: one round at a time in a process.
    turn: Mutex<()>,
}

impl Logs {
    pub(crate) fn new(parts: LogParts, vault: &Vault, host: &str, http: HttpClient) -> Self {
        let keys = parts
            .keys
            .unwrap_or_else(|| LogKeys::private(DERIVED, vault.secret("audit-checkpoint")));
        Self {
            origin: Origin::new(host).ok(),
            keys,
            seal: SealKey::from_bytes(vault.secret("audit-seal")),
            heads: KnownHeads::default(),
            outside: Outside::new(parts.outside),
            witnesses: Witnesses::new(parts.witnesses, http),
            turn: Mutex::default(),
        }
    }

    pub(crate) const fn seal_key(&self) -> &SealKey {
        &self.seal
    }

    pub(crate) const fn keys(&self) -> &LogKeys {
        &self.keys
    }

    /// The name of a log for the world, which is the name of its keys.
    pub(crate) fn name(&self, log: &str) -> Result<KeyName, ServiceError> {
        let named = self.origin.as_ref().and_then(|origin| origin.of(log).ok());
        named.ok_or_else(|| ServiceError::Internal(format!("the log {log} has no name for the world")))
    }

    /// The name in storage of the log that is known to the world by a name; `None` for another installation's.
    pub(crate) fn log_of<'a>(&self, name: &'a str) -> Option<&'a str> {
        self.origin.as_ref()?.log_of(name)
    }

    /// Whether anybody cosigns checkpoints.
    pub(crate) fn has_witnesses(&self) -> bool {
        self.witnesses.is_any()
    }

    /// The checkpoint of a head, which must be signed by a key of ours and over the size beside it.
    fn open_head(&self, head: &Head) -> Result<(Note, Checkpoint), String> {
        let known = self.known(&head.scope).map_err(|error| error.to_string())?;
        let note: Note = head.note.parse().map_err(|error: NoteError| error.to_string())?;
        let checkpoint = Checkpoint::open(&note, &known).map_err(|error| error.to_string())?;
        if checkpoint.size == head.size {
            Ok((note, checkpoint))
        } else {
            Err("the row beside it says another size".to_owned())
        }
    }

    fn signers(&self, name: &KeyName) -> Vec<NoteSigner> {
        self.keys.signers(name)
    }

    /// The keys of a log.
    pub(crate) fn known(&self, log: &str) -> Result<Vec<NoteKey>, ServiceError> {
        Ok(self.keys.known(&self.name(log)?))
    }
}

impl Service {
    /// The keys of all logs.
    #[must_use]
    pub fn log_keys(&self) -> &LogKeys {
        self.logs().keys()
    }

    /// The keys of one log in the form of signed notes, the one in use first.
    ///
    /// # Errors
    /// When it can be no log's name.
    pub fn log_vkeys(&self, log: &str) -> Result<Vec<String>, ServiceError> {
        let known = self.logs().known(log)?;
        Ok(known.iter().map(ToString::to_string).collect())
    }
}
