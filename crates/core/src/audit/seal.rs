//! The seal of an entry that waits for its place in the log.
//!
//! Between its commit and its leaf an entry is a row like any other, and whoever can write to the database could put one
//! there that nobody acted. So whoever commits an entry seals it with a key that is kept outside the database, and whoever
//! gives entries their places gives none to what does not bear the seal. This module keeps no key.

use std::fmt;

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use crate::audit::leaf::TreeHash;

/// What is sealed with it, so that the key's other uses, should there be any, give nothing that passes here.
const DOMAIN: &[u8] = b"stagedoor/audit-seal/v1\0";

/// The key that entries are sealed with, the same for every process of an installation.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct SealKey([u8; 32]);

impl SealKey {
    /// From 32 bytes.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The seal of an entry of a log: HMAC-SHA-256 (RFC 2104) over the log's name and the hash of the entry's leaf.
    #[must_use]
    pub fn seal(&self, log: &str, leaf: TreeHash) -> [u8; 32] {
        self.mac(log, leaf).finalize().into_bytes().into()
    }

    /// Whether an entry bears the seal, in a time that tells nothing of it.
    #[must_use]
    pub fn is_sealed(&self, log: &str, leaf: TreeHash, seal: &[u8]) -> bool {
        self.mac(log, leaf).verify_slice(seal).is_ok()
    }

    fn mac(&self, log: &str, leaf: TreeHash) -> Hmac<Sha256> {
        // RFC 2104 fills a short key up with zeros to the hash's block.
        let mut block = Zeroizing::new([0u8; 64]);
        block[..32].copy_from_slice(&self.0);
        let mut mac = Hmac::<Sha256>::new(&(*block).into());
        mac.update(DOMAIN);
        // Of a fixed length, so that no name of a log can run into it.
        mac.update(leaf.as_bytes());
        mac.update(log.as_bytes());
        mac
    }
}

/// Without the key.
impl fmt::Debug for SealKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SealKey")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seal_holds_for_its_entry_its_log_and_its_key_only() {
        let (key, other) = (SealKey::from_bytes([1; 32]), SealKey::from_bytes([2; 32]));
        let (leaf, another) = (TreeHash::of_leaf(b"a"), TreeHash::of_leaf(b"b"));
        let seal = key.seal("platform", leaf);
        assert!(key.is_sealed("platform", leaf, &seal));
        assert!(!key.is_sealed("platform", another, &seal));
        assert!(!key.is_sealed("org_1", leaf, &seal));
        assert!(!other.is_sealed("platform", leaf, &seal));
        assert!(!key.is_sealed("platform", leaf, &seal[..31]));
        assert!(!key.is_sealed("platform", leaf, &[]));
        for bit in 0..256 {
            let mut changed = seal;
            changed[bit / 8] ^= 1 << (bit % 8);
            assert!(!key.is_sealed("platform", leaf, &changed));
        }
    }

    #[test]
    fn the_key_is_never_told() {
        assert_eq!(format!("{:?}", SealKey::from_bytes([7; 32])), "SealKey");
    }
}
