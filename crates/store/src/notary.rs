//! What every entry of a process gets as it is committed: its time, and the seal under which it waits for its place in the log.
//!
//! It keeps the sealing key in memory only, and wakes whoever gives entries their places. Every transaction knows it, so that it
//! says which side of the program the process is, too.

use std::sync::PoisonError;
use std::sync::RwLock;
use std::sync::atomic::{AtomicI64, Ordering};

use stagedoor_core::audit::leaf::TreeHash;
use stagedoor_core::audit::seal::SealKey;
use stagedoor_core::time::Timestamp;
use tokio::sync::Notify;

use crate::error::Error;
use crate::side::Side;

/// Of one process, shared by all its transactions.
#[derive(Debug)]
pub(crate) struct Notary {
    /// The latest time an entry was stamped with: the clock may step back, the log does not.
    last: AtomicI64,
    key: RwLock<Option<SealKey>>,
    committed: Notify,
    side: Side,
}

impl Notary {
    pub(crate) const fn new() -> Self {
        Self {
            last: AtomicI64::new(i64::MIN),
            key: RwLock::new(None),
            committed: Notify::const_new(),
            side: Side::new(),
        }
    }

    /// Which side of the program the process is.
    pub(crate) const fn side(&self) -> &Side {
        &self.side
    }

    /// The time of entries that are committed now.
    pub(crate) fn stamp(&self, now: Timestamp) -> Timestamp {
        let last = self.last.fetch_max(now.micros(), Ordering::SeqCst);
        Timestamp::from_micros(last.max(now.micros()))
    }

    /// From now on entries are sealed with this key.
    pub(crate) fn seal_with(&self, key: SealKey) {
        // A poisoned lock holds a whole key all the same: whoever held it only reads or replaces.
        *self.key.write().unwrap_or_else(PoisonError::into_inner) = Some(key);
    }

    /// The seal of an entry of a log.
    pub(crate) fn seal(&self, scope: &str, canonical: &[u8]) -> Result<[u8; 32], Error> {
        let key = self.key.read().unwrap_or_else(PoisonError::into_inner);
        let key = key.as_ref().ok_or(Error::Aborted {
            why: "nobody has said which key entries are sealed with",
        })?;
        Ok(key.seal(scope, TreeHash::of_leaf(canonical)))
    }

    /// Something was committed.
    pub(crate) fn wake(&self) {
        self.committed.notify_one();
    }

    /// Until something is committed; at once, where that was since the last call.
    pub(crate) async fn committed(&self) {
        self.committed.notified().await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_log_never_goes_back_in_time() {
        let notary = Notary::new();
        let stamps: Vec<i64> = [5, 9, 7, 9, 10]
            .into_iter()
            .map(|now| notary.stamp(Timestamp::from_micros(now)).micros())
            .collect();
        assert_eq!(stamps, [5, 9, 9, 9, 10]);
    }

    #[test]
    fn without_a_key_nothing_is_sealed() {
        let notary = Notary::new();
        assert!(notary.seal("platform", b"{}").is_err());
        notary.seal_with(SealKey::from_bytes([1; 32]));
        assert!(notary.seal("platform", b"{}").is_ok());
    }
}
