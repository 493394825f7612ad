//! Entries that are older than the log: of a database from before there was one.
//!
//! They are sealed once, before the first leaf of the installation. From then on nothing without a seal is ever sealed, or
//! whoever can write to the database could have anything signed.

use stagedoor_core::audit::leaf::TreeHash;
use stagedoor_core::id::EventId;
use stagedoor_store::log::{head, queue};
use stagedoor_store::tx::Unaudited;

use crate::error::ServiceError;
use crate::state::Service;

/// Entries sealed in one transaction.
const PAGE: u32 = 500;

impl Service {
    /// Seals what is older than the log, unless the log has begun. Called once at the start, before entries get places.
    ///
    /// # Errors
    /// When the database cannot be read or written. It can be done again.
    pub async fn adopt_entries(&self) -> Result<(), ServiceError> {
        let mut after: Option<EventId> = None;
        loop {
            let ex = &mut self.db().reader();
            let page = queue::unsealed(ex, after, PAGE).await?;
            let Some(last) = page.last() else { return Ok(()) };
            if head::is_any(ex).await? {
                tracing::error!(target: "stagedoor", entry = %last.id, "entries without a seal wait beside a log that has begun; they get no place in it");
                return Ok(());
            }
            after = Some(last.id);
            let key = self.logs().seal_key();
            let sealed: Vec<(EventId, [u8; 32])> = page
                .iter()
                .filter_map(|entry| {
                    let leaf = TreeHash::of_leaf(entry.canonical.as_deref()?);
                    Some((entry.id, key.seal(&entry.scope, leaf)))
                })
                .collect();
            self.write_seals(sealed).await?;
        }
    }

    async fn write_seals(&self, sealed: Vec<(EventId, [u8; 32])>) -> Result<(), ServiceError> {
        self.db()
            .sequence(move |mut tx| {
                let sealed = sealed.clone();
                Box::pin(async move {
                    // Asked again inside: another process may have begun the log meanwhile.
                    if !head::is_any(&mut tx).await? {
                        for (id, seal) in &sealed {
                            queue::seal(&mut tx, *id, seal).await?;
                        }
                    }
                    Ok::<_, ServiceError>(tx.commit_unaudited(Unaudited::Sequencing, ()).await?)
                })
            })
            .await
    }

    /// Lets entries that were refused a place be looked at again, once at the start: a process with a wrong master key refuses what
    /// is ours, and whoever can write to the database could mark it as refused. What is not ours is refused again, and told again.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub async fn reconsider_refused(&self) -> Result<(), ServiceError> {
        if queue::depth(&mut self.db().reader()).await?.refused == 0 {
            return Ok(());
        }
        self.db()
            .sequence(|mut tx| {
                Box::pin(async move {
                    queue::reconsider(&mut tx).await?;
                    Ok::<_, ServiceError>(tx.commit_unaudited(Unaudited::Sequencing, ()).await?)
                })
            })
            .await
    }
}
