//! Where a page ended, sealed: a cursor opens only for the same list, the same filter and the same person, for a day.
//!
//! A cursor that is foreign, tampered with or too old is the reader's input, and is refused as such; it never falls
//! back to the first page, which would look like more rows.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use stagedoor_core::input::FieldError;
use stagedoor_core::time::{Timestamp, hours};

use crate::crypto::Purpose;
use crate::error::ServiceError;
use crate::state::Service;

const LIFETIME: Duration = hours(24);
/// Longer than any cursor of ours; not worth decoding.
const TEXT_MAX: usize = 1024;

#[derive(Serialize, Deserialize)]
struct Sealed<K> {
    until: Timestamp,
    first: u64,
    key: K,
}

/// What a cursor belongs to.
pub(crate) struct CursorPlace<'a> {
    /// The list.
    pub(crate) route: &'a str,
    /// Everything that shapes the list: tenant, query, order.
    pub(crate) filter: String,
    /// Who reads.
    pub(crate) person: String,
}

impl CursorPlace<'_> {
    fn digest(&self) -> Vec<u8> {
        let mut hash = Sha256::new();
        for part in [self.route, &self.filter, &self.person] {
            // Lengths keep ("a", "bc") apart from ("ab", "c").
            hash.update((part.len() as u64).to_be_bytes());
            hash.update(part.as_bytes());
        }
        hash.finalize().to_vec()
    }

    /// Seals where a page ended, and the number of the next page's first row.
    pub(crate) fn seal<K: Serialize>(
        &self,
        service: &Service,
        key: K,
        first: u64,
    ) -> Result<String, ServiceError> {
        let sealed = Sealed {
            until: service.now().plus(LIFETIME),
            first,
            key,
        };
        let plain = serde_json::to_vec(&sealed).map_err(|error| ServiceError::Internal(error.to_string()))?;
        let bytes = service
            .vault()
            .key(Purpose::Cursor)
            .seal(service.rng(), &self.digest(), &plain);
        Ok(URL_SAFE_NO_PAD.encode(bytes))
    }

    /// Where a page begins: behind the cursor, or at the top; and the number of its first row.
    pub(crate) fn after<K: DeserializeOwned>(
        &self,
        service: &Service,
        cursor: Option<&str>,
    ) -> Result<(Option<K>, u64), ServiceError> {
        match cursor.filter(|cursor| !cursor.is_empty()) {
            Some(cursor) => self.open(service, cursor).map(|(key, first)| (Some(key), first)),
            None => Ok((None, 1)),
        }
    }

    /// Cuts rows that were read one beyond the limit, and seals where they go on.
    pub(crate) fn cut<R, K: Serialize>(
        &self,
        service: &Service,
        rows: &mut Vec<R>,
        (limit, first): (u32, u64),
        key: impl Fn(&R) -> K,
    ) -> Result<Option<String>, ServiceError> {
        let more = rows.len() > limit as usize;
        rows.truncate(limit as usize);
        match rows.last().filter(|_| more) {
            Some(last) => self.seal(service, key(last), first + rows.len() as u64).map(Some),
            None => Ok(None),
        }
    }

    /// Opens a cursor of this very place.
    pub(crate) fn open<K: DeserializeOwned>(
        &self,
        service: &Service,
        text: &str,
    ) -> Result<(K, u64), ServiceError> {
        let refuse = || {
            let message =
                "This page's address is too old or belongs to another list. Start from the first page.";
            ServiceError::field(FieldError::new("cursor", message))
        };
        if text.len() > TEXT_MAX {
            return Err(refuse());
        }
        let bytes = URL_SAFE_NO_PAD.decode(text).map_err(|_| refuse())?;
        let plain = service
            .vault()
            .key(Purpose::Cursor)
            .open(&self.digest(), &bytes)
            .map_err(|_| refuse())?;
        let sealed: Sealed<K> = serde_json::from_slice(&plain).map_err(|_| refuse())?;
        if service.now() >= sealed.until {
            Err(refuse())
        } else {
            Ok((sealed.key, sealed.first))
        }
    }
}
