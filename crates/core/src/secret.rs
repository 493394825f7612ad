//! Opaque references: the 256-bit secrets behind cookies and one-time codes.
//!
//! The browser holds the reference, the database only its digest, so that reading the database lets nobody in. A
//! reference never prints itself and never reaches a log.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;
use zeroize::ZeroizeOnDrop;

/// A 256-bit random reference.
#[derive(Clone, ZeroizeOnDrop)]
pub struct Reference([u8; 32]);

impl Reference {
    /// From 32 random bytes.
    #[must_use]
    pub const fn from_random(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The text that the browser holds: 43 characters of base64url.
    #[must_use]
    pub fn expose(&self) -> String {
        URL_SAFE_NO_PAD.encode(self.0)
    }

    /// Reads what a browser sent; `None` when it cannot be a reference.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        // Checked first, so that a megabyte of cookie is not decoded.
        if text.len() != 43 {
            return None;
        }
        let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
        bytes.try_into().ok().map(Self)
    }

    /// What the database keeps.
    #[must_use]
    pub fn digest(&self) -> ReferenceDigest {
        ReferenceDigest(Sha256::digest(self.0).into())
    }
}

impl fmt::Debug for Reference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Reference(…)")
    }
}

/// SHA-256 of a [`Reference`].
#[derive(Clone, Copy)]
pub struct ReferenceDigest([u8; 32]);

impl ReferenceDigest {
    /// From a stored digest; `None` when it is not 32 bytes long.
    #[must_use]
    pub fn from_stored(bytes: &[u8]) -> Option<Self> {
        bytes.try_into().ok().map(Self)
    }

    /// The digest's bytes, for storage.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl PartialEq for ReferenceDigest {
    fn eq(&self, other: &Self) -> bool {
        self.0.ct_eq(&other.0).into()
    }
}

impl Eq for ReferenceDigest {}

impl fmt::Debug for ReferenceDigest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ReferenceDigest(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reference_survives_the_browser_and_never_prints_itself() {
        let reference = Reference::from_random([7; 32]);
        let back = Reference::parse(&reference.expose()).unwrap();
        assert_eq!(back.digest(), reference.digest());
        assert!(!format!("{reference:?}{:?}", reference.digest()).contains("Bwc"));
    }

    #[test]
    fn anything_else_is_no_reference() {
        for bad in [
            "",
            "abc",
            &"a".repeat(42),
            &"a".repeat(44),
            &"=".repeat(43),
            &"a".repeat(1 << 20),
        ] {
            assert!(Reference::parse(bad).is_none());
        }
    }
}
