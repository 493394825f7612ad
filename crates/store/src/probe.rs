//! Whether the database can be used: read, its audit written, and a commit made durable.
//!
//! A transaction that is rolled back proves that the audit takes entries, but nothing of it reaches the disk before a
//! commit: on a full disk it succeeds. So one row without meaning is committed as well, and it is heavier than what a
//! request writes, for a disk becomes full for the heavy before it does for the light. It leaves no entry behind.

use std::sync::atomic::{AtomicU8, Ordering};

use stagedoor_core::audit::SealedEntry;
use stagedoor_core::id::{EventId, Id, RequestId};
use stagedoor_core::time::Timestamp;

use crate::db::Db;
use crate::error::Error;
use crate::statement::statements;
use crate::tx::Unaudited;

statements! {
    READ = "SELECT count(*) AS entries FROM audit_entry WHERE id = $1";
    BEAT = "INSERT INTO readiness (name, beats, weight) VALUES ($1, 1, $2) ON CONFLICT (name) DO UPDATE SET beats = readiness.beats + 1, weight = excluded.weight";
}

/// 32 pages of SQLite's; a dual entry with all its indexes touches fewer.
const WEIGHT: usize = 128 * 1024;

impl Db {
    /// Proves that the database can be read, the audit written and a commit made durable. It may take as long as any
    /// write may: who cannot wait has to bound it.
    ///
    /// # Errors
    /// When one of them cannot be done.
    pub async fn ping(&self) -> Result<(), Error> {
        READ.bind("").fetch_one(&mut self.reader()).await?;
        self.probe_audit().await?;
        let weight = weight();
        self.write(move |mut tx| {
            let weight = weight.clone();
            Box::pin(async move {
                BEAT.bind("probe").bind(weight).execute(&mut tx).await?;
                tx.commit_unaudited(Unaudited::Readiness, ()).await
            })
        })
        .await
    }

    async fn probe_audit(&self) -> Result<(), Error> {
        let probed: Result<(), Probe> = self
            .write(|mut tx| {
                Box::pin(async move {
                    tx.insert(vec![probe_entry()]).await?;
                    Err(Probe::Writable)
                })
            })
            .await;
        match probed {
            Ok(()) | Err(Probe::Writable) => Ok(()),
            Err(Probe::Failed(error)) => Err(error),
        }
    }
}

/// Different each time: what is the same already is not written again.
fn weight() -> Vec<u8> {
    static TURN: AtomicU8 = AtomicU8::new(0);
    vec![TURN.fetch_add(1, Ordering::Relaxed); WEIGHT]
}

/// How a probe ended. Its work always fails, so that it is always rolled back.
enum Probe {
    Writable,
    Failed(Error),
}

impl From<Error> for Probe {
    fn from(error: Error) -> Self {
        Self::Failed(error)
    }
}

/// An entry like any other, but for that it is never committed.
fn probe_entry() -> SealedEntry {
    SealedEntry {
        at: Timestamp::from_micros(0),
        id: EventId::from_uuid(0),
        scope: "probe".to_owned(),
        event: "probe",
        outcome: "success",
        code: None,
        actor_kind: "system",
        actor_id: None,
        act_id: None,
        target_kind: None,
        target_id: None,
        tenant_id: None,
        impersonation_id: None,
        session_id: None,
        request_id: RequestId::from_uuid(0).to_string(),
        retention: "probe",
        flags: 0,
        canonical: weight(),
        personal: Vec::new(),
    }
}
