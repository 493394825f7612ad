//! Activity, written behind: one batched update a second (decision 6).
//!
//! A lost touch shortens a session, never lengthens it: it fails closed.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use stagedoor_core::id::{ImpersonationId, MemberId, SessionId, TenantId};
use stagedoor_core::time::Timestamp;
use stagedoor_store::tx::Unaudited;
use stagedoor_store::{impersonation, membership, session, tenant_session};

use crate::error::ServiceError;
use crate::state::Service;

#[derive(Debug, Clone, Default)]
struct Pending {
    sessions: HashMap<SessionId, Timestamp>,
    visits: HashMap<ImpersonationId, Timestamp>,
    members: HashMap<SessionId, MemberSeen>,
}

/// Activity of a tenant's person: their session and their membership were used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct MemberSeen {
    pub(crate) tenant: TenantId,
    pub(crate) member: MemberId,
    pub(crate) at: Timestamp,
}

/// Activity that is not written yet.
#[derive(Debug, Default)]
pub(crate) struct Touches(Mutex<Pending>);

impl Touches {
    fn with<T>(&self, work: impl FnOnce(&mut Pending) -> T) -> T {
        // A panic elsewhere while the lock was held leaves a map that is still a map.
        work(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    pub(crate) fn session(&self, id: SessionId, at: Timestamp) {
        self.with(|pending| {
            pending.sessions.insert(id, at);
        });
    }

    pub(crate) fn visit(&self, id: ImpersonationId, at: Timestamp) {
        self.with(|pending| {
            pending.visits.insert(id, at);
        });
    }

    pub(crate) fn member(&self, session: SessionId, seen: MemberSeen) {
        self.with(|pending| {
            pending.members.insert(session, seen);
        });
    }

    pub(crate) fn latest_member(&self, session: SessionId, stored: Timestamp) -> Timestamp {
        self.with(|pending| pending.members.get(&session).copied())
            .map_or(stored, |seen| seen.at.max(stored))
    }

    /// How many rows of activity are not written yet.
    pub(crate) fn waiting(&self) -> usize {
        self.with(|pending| pending.sessions.len() + pending.visits.len() + pending.members.len())
    }

    /// The latest activity: what is stored, or what is about to be.
    pub(crate) fn latest_session(&self, id: SessionId, stored: Timestamp) -> Timestamp {
        self.with(|pending| pending.sessions.get(&id).copied())
            .map_or(stored, |at| at.max(stored))
    }

    pub(crate) fn latest_visit(&self, id: ImpersonationId, stored: Timestamp) -> Timestamp {
        self.with(|pending| pending.visits.get(&id).copied())
            .map_or(stored, |at| at.max(stored))
    }
}

impl Service {
    /// Writes the activity of the last moments. Called once a second, and at shutdown.
    ///
    /// # Errors
    /// When the database cannot be written; the activity is kept for the next time.
    pub async fn flush_touches(&self) -> Result<(), ServiceError> {
        let pending = self.touches().with(|pending| pending.clone());
        if pending.sessions.is_empty() && pending.visits.is_empty() && pending.members.is_empty() {
            return Ok(());
        }
        let written = pending.clone();
        let own = !self.db().keeps_to_tenants();
        self.db()
            .write(move |mut tx| {
                let pending = pending.clone();
                Box::pin(async move {
                    // On the tenants' side a session is none to write: it follows from the visit's row.
                    for (id, at) in pending.sessions.into_iter().filter(|_| own) {
                        session::touch(&mut tx, id, at).await?;
                    }
                    for (id, at) in pending.visits {
                        impersonation::touch(&mut tx, id, at).await?;
                    }
                    for (id, seen) in pending.members {
                        tenant_session::touch(&mut tx, id, seen.at).await?;
                        membership::touch(&mut tx, seen.tenant, seen.member, seen.at).await?;
                    }
                    Ok::<_, ServiceError>(tx.commit_unaudited(Unaudited::SessionTouch, ()).await?)
                })
            })
            .await?;
        // Forget only what was written: newer activity of the same session stays.
        self.touches().with(|now| {
            now.sessions.retain(|id, at| written.sessions.get(id) != Some(at));
            now.visits.retain(|id, at| written.visits.get(id) != Some(at));
            now.members
                .retain(|id, seen| written.members.get(id) != Some(seen));
        });
        Ok(())
    }
}
