//! Authorization codes (RFC 6749, section 4.1.2): single use, short lived, a bounded number of them.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use stagedoor_core::secret::Reference;
use stagedoor_core::time::Timestamp;

/// How long a code may wait to be exchanged.
pub(super) const CODE_TTL: Duration = Duration::from_secs(60);
/// How many may wait at once. The oldest makes room.
const CODES_MAX: usize = 1_000;

/// What a code stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Issued {
    /// The client that asked.
    pub(super) client: String,
    /// Where its answer went.
    pub(super) redirect_uri: String,
    /// Its nonce.
    pub(super) nonce: String,
    /// The SHA-256 of its PKCE verifier.
    pub(super) challenge: [u8; 32],
    /// Who was chosen.
    pub(super) subject: String,
    /// The session that it began.
    pub(super) sid: String,
    /// When.
    pub(super) at: Timestamp,
}

/// The codes that wait. They are found by their digest, so that no comparison of secrets can be timed.
#[derive(Default)]
pub(super) struct Codes(Mutex<HashMap<[u8; 32], Issued>>);

impl Codes {
    /// Lets a code wait.
    pub(super) fn insert(&self, code: &Reference, issued: Issued) {
        let mut waiting = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let now = issued.at;
        waiting.retain(|_, other| now.since(other.at) < CODE_TTL);
        if waiting.len() >= CODES_MAX
            && let Some(oldest) = waiting
                .iter()
                .min_by_key(|(_, other)| other.at)
                .map(|(digest, _)| *digest)
        {
            waiting.remove(&oldest);
        }
        waiting.insert(*code.digest().as_bytes(), issued);
    }

    /// Reads and consumes a code; `None` when it is unknown, used or late.
    pub(super) fn take(&self, code: &str, now: Timestamp) -> Option<Issued> {
        let digest = *Reference::parse(code)?.digest().as_bytes();
        let issued = self
            .0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .remove(&digest)?;
        (now.since(issued.at) < CODE_TTL).then_some(issued)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn issued(at: i64) -> Issued {
        Issued {
            client: "console".to_owned(),
            redirect_uri: "http://admin.localhost/sign-in/callback".to_owned(),
            nonce: "n".to_owned(),
            challenge: [0; 32],
            subject: "demo-kim".to_owned(),
            sid: "session".to_owned(),
            at: Timestamp::from_micros(at),
        }
    }

    fn code(number: usize) -> Reference {
        let mut bytes = [0u8; 32];
        bytes[..8].copy_from_slice(&number.to_be_bytes());
        Reference::from_random(bytes)
    }

    #[test]
    fn the_oldest_makes_room_for_the_thousand_and_first() {
        let codes = Codes::default();
        for number in 0..=CODES_MAX {
            codes.insert(&code(number), issued(i64::try_from(number).unwrap()));
        }
        let now = Timestamp::from_micros(2_000);
        assert_eq!(codes.take(&code(0).expose(), now), None);
        assert_eq!(codes.take(&code(1).expose(), now), Some(issued(1)));
        assert_eq!(codes.take(&code(CODES_MAX).expose(), now), Some(issued(1_000)));
    }

    #[test]
    fn late_ones_are_forgotten_when_the_next_arrives() {
        let codes = Codes::default();
        codes.insert(&code(1), issued(0));
        codes.insert(&code(2), issued(60_000_000));
        assert_eq!(codes.0.lock().unwrap().len(), 1);
    }
}
