//! Personal data beside the audit: encrypted under a key of its subject (decision 15).
//!
//! The immutable entry holds ids and the digest of the ciphertext. Names, addresses and agents live here; destroying a
//! subject's key erases them for ever while every digest stays valid, and with them whatever else of theirs is sealed under
//! it. Keys are wrapped under the vault and cached unwrapped in memory only.

use std::time::Duration;

use moka::sync::Cache;
use serde::{Deserialize, Serialize};
use stagedoor_core::audit::{Personal, Slot};
use stagedoor_core::time::Timestamp;
use stagedoor_store::subject_key::WrappedKey;
use stagedoor_store::tx::Unaudited;
use stagedoor_store::{Db, subject_key};

use crate::crypto::{Purpose, SealingKey};
use crate::error::ServiceError;
use crate::state::Service;

/// What is known of one person at the time of an entry.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PersonalData {
    /// Their name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Their e-mail address.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// The network address they came from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
    /// The agent they came with.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub agent: Option<String>,
}

/// One person of an entry.
#[derive(Debug, Clone)]
pub(crate) struct About {
    pub(crate) slot: Slot,
    pub(crate) subject: String,
    pub(crate) data: PersonalData,
}

/// How long a process may go on with a key that another has destroyed meanwhile.
const REMEMBERED: Duration = Duration::from_secs(30);

/// The unwrapped keys, most used first.
#[derive(Clone)]
pub(crate) struct SubjectKeys(Cache<String, SealingKey>);

impl SubjectKeys {
    pub(crate) fn new() -> Self {
        Self(
            Cache::builder()
                .max_capacity(10_000)
                .time_to_live(REMEMBERED)
                .build(),
        )
    }
}

fn place(event: &str, slot: Slot) -> Vec<u8> {
    format!("audit_personal/{event}/{}", slot.as_str()).into_bytes()
}

/// A key belongs to its subject and its time: it opens in no other row, and not with another time in its own.
fn key_place(subject: &str, created_at: i64) -> Vec<u8> {
    format!("{subject}\0{created_at}").into_bytes()
}

impl Service {
    /// Encrypts what is known of a person for an entry of that id.
    pub(crate) async fn seal_personal(&self, event: &str, about: About) -> Result<Personal, ServiceError> {
        let key = self.subject_key(&about.subject).await?;
        let plain =
            serde_json::to_vec(&about.data).map_err(|error| ServiceError::Internal(error.to_string()))?;
        let ciphertext = key.seal(self.rng(), &place(event, about.slot), &plain);
        Ok(Personal {
            slot: about.slot,
            subject: about.subject,
            ciphertext,
        })
    }

    /// Reads what is known of a person of an entry; `None` when the key was destroyed.
    pub(crate) async fn open_personal(
        &self,
        event: &str,
        slot: Slot,
        subject: &str,
        ciphertext: &[u8],
    ) -> Result<Option<PersonalData>, ServiceError> {
        let Some(key) = self.find_subject_key(subject).await? else {
            return Ok(None);
        };
        let Ok(plain) = key.open(&place(event, slot), ciphertext) else {
            // A swapped row or a tampered one: shown as unknown here, reported by verification.
            tracing::warn!(
                event,
                subject,
                "personal data beside an audit entry does not open"
            );
            return Ok(None);
        };
        Ok(serde_json::from_slice(&plain).ok())
    }

    /// Seals something of a person's own for a place beside their row.
    pub(crate) async fn seal_own(
        &self,
        subject: &str,
        place: &[u8],
        plain: &[u8],
    ) -> Result<Vec<u8>, ServiceError> {
        let key = self.subject_key(subject).await?;
        Ok(key.seal(self.rng(), place, plain))
    }

    /// Opens it again; `None` when the key was destroyed, or it was sealed for another place.
    pub(crate) async fn open_own(
        &self,
        subject: &str,
        place: &[u8],
        sealed: &[u8],
    ) -> Result<Option<Vec<u8>>, ServiceError> {
        let key = self.find_subject_key(subject).await?;
        Ok(key.and_then(|key| key.open(place, sealed).ok()))
    }

    /// Forgets a key that was destroyed.
    pub(crate) fn forget_subject_key(&self, subject: &str) {
        self.subject_keys().0.invalidate(subject);
    }

    async fn find_subject_key(&self, subject: &str) -> Result<Option<SealingKey>, ServiceError> {
        if let Some(key) = self.subject_keys().0.get(subject) {
            return Ok(Some(key));
        }
        let stored = subject_key::find(&mut self.db().reader(), subject).await?;
        stored.map(|stored| self.unwrap_key(subject, &stored)).transpose()
    }

    async fn subject_key(&self, subject: &str) -> Result<SealingKey, ServiceError> {
        match self.find_subject_key(subject).await? {
            Some(key) => Ok(key),
            None => self.make_subject_key(subject).await,
        }
    }

    /// Two requests may race to make the first key: the first one stored wins, and both use it.
    async fn make_subject_key(&self, subject: &str) -> Result<SealingKey, ServiceError> {
        let mut bytes = [0u8; 32];
        self.rng().fill(&mut bytes);
        let now = self.now();
        let wrapped =
            self.vault()
                .key(Purpose::SubjectKey)
                .seal(self.rng(), &key_place(subject, now.micros()), &bytes);
        match store_key(self.db(), subject.to_owned(), wrapped, now).await? {
            Some(stored) => self.unwrap_key(subject, &stored),
            // Erased for ever, in this process's eyes by somebody else a moment ago: nothing more is kept of them.
            None => Ok(SealingKey::from_bytes(&bytes)),
        }
    }

    /// The subject's own key, as this installation wrapped it at that time. Keys from before times were sealed with them are
    /// sealed for their subject alone.
    pub(crate) fn open_key(&self, subject: &str, wrapped: &[u8], created_at: i64) -> Option<[u8; 32]> {
        let key = self.vault().key(Purpose::SubjectKey);
        let opened = key.open(&key_place(subject, created_at), wrapped);
        opened
            .or_else(|_| key.open(subject.as_bytes(), wrapped))
            .ok()?
            .try_into()
            .ok()
    }

    fn unwrap_key(&self, subject: &str, stored: &WrappedKey) -> Result<SealingKey, ServiceError> {
        let opened = self.open_key(subject, &stored.wrapped, stored.created_at.micros());
        let bytes = opened.ok_or_else(|| {
            ServiceError::Internal(format!(
                "the key of {subject} does not open: is the master key the right one?"
            ))
        })?;
        let key = SealingKey::from_bytes(&bytes);
        self.subject_keys().0.insert(subject.to_owned(), key.clone());
        Ok(key)
    }
}

async fn store_key(
    db: &Db,
    subject: String,
    wrapped: Vec<u8>,
    now: Timestamp,
) -> Result<Option<WrappedKey>, ServiceError> {
    db.write(move |mut tx| {
        let (subject, wrapped) = (subject.clone(), wrapped.clone());
        Box::pin(async move {
            let stored = subject_key::insert_or_find(&mut tx, &subject, &wrapped, now).await?;
            Ok(tx.commit_unaudited(Unaudited::SubjectKey, stored).await?)
        })
    })
    .await
}
