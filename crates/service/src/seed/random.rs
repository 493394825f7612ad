//! Randomness that is the same every time, for made-up data and tests. Never for a secret.

use std::sync::{Mutex, PoisonError};

use sha2::{Digest, Sha256};
use stagedoor_core::clock::Rng;

/// A stream of bytes from a seed: SHA-256 over a counter.
#[derive(Debug)]
pub struct SeededRng {
    seed: u64,
    counter: Mutex<u64>,
}

impl SeededRng {
    /// A stream of its own for each seed.
    #[must_use]
    pub const fn new(seed: u64) -> Self {
        Self {
            seed,
            counter: Mutex::new(0),
        }
    }

    /// A number below `end`, which must not be 0.
    #[must_use]
    pub fn below(&self, end: u64) -> u64 {
        let mut bytes = [0u8; 8];
        self.fill(&mut bytes);
        // A bias of 2⁻⁴⁰ does not show in made-up data.
        u64::from_be_bytes(bytes) % end.max(1)
    }

    /// One of a list.
    #[must_use]
    pub fn one_of<'a, T>(&self, list: &'a [T]) -> Option<&'a T> {
        list.get(self.below(list.len() as u64) as usize)
    }
}

impl Rng for SeededRng {
    fn fill(&self, buffer: &mut [u8]) {
        let mut counter = self.counter.lock().unwrap_or_else(PoisonError::into_inner);
        for chunk in buffer.chunks_mut(32) {
            let mut hash = Sha256::new();
            hash.update(self.seed.to_be_bytes());
            hash.update(counter.to_be_bytes());
            *counter += 1;
            chunk.copy_from_slice(&hash.finalize()[..chunk.len()]);
        }
    }
}
