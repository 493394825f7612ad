//! Recovery codes: ten of eighty random bits each, kept as keyed digests.
//!
//! Nobody guesses eighty bits, whatever a digest costs: the key keeps a stolen table from being tried against a stolen
//! print-out, and argon2's memory stays for passwords, which people choose (ADR 0021).

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;
use stagedoor_core::clock::Rng;
use stagedoor_core::id::StaffId;

/// How many there are.
pub(crate) const CODES: usize = 10;
/// How many are left when their owner is told to make new ones.
pub const FEW: u64 = 3;
const BYTES: usize = 10;
const ALPHABET: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/// Bytes in base32 (RFC 4648), without padding.
pub(crate) fn base32(bytes: &[u8]) -> String {
    let (mut text, mut held, mut bits) = (String::new(), 0_u32, 0);
    for byte in bytes {
        held = held << 8 | u32::from(*byte);
        bits += 8;
        while bits >= 5 {
            bits -= 5;
            text.push(char::from(ALPHABET[(held >> bits & 31) as usize]));
        }
        held &= (1 << bits) - 1;
    }
    if bits > 0 {
        text.push(char::from(ALPHABET[(held << (5 - bits) & 31) as usize]));
    }
    text
}

/// Text in groups of four, as it is read aloud and typed.
pub(crate) fn grouped(text: &str, between: &str) -> String {
    let letters: Vec<char> = text.chars().collect();
    let groups: Vec<String> = letters.chunks(4).map(|group| group.iter().collect()).collect();
    groups.join(between)
}

/// A fresh set, as it is shown.
pub(crate) fn fresh(rng: &dyn Rng) -> Vec<String> {
    (0..CODES)
        .map(|_| {
            let mut bytes = [0_u8; BYTES];
            rng.fill(&mut bytes);
            grouped(&base32(&bytes), "-")
        })
        .collect()
}

/// What is kept of somebody's code, however it is typed: hyphens, spaces and case are nothing.
pub(crate) fn digest(key: &[u8; 32], staff: StaffId, typed: &str) -> [u8; 32] {
    let plain: String = typed
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .map(|letter| letter.to_ascii_uppercase())
        .collect();
    // INVARIANT: HMAC takes keys of any length.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(key) else {
        return [0; 32];
    };
    mac.update(staff.to_string().as_bytes());
    mac.update(b"\0");
    mac.update(plain.as_bytes());
    mac.finalize().into_bytes().into()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use stagedoor_core::id::Id;

    use super::*;
    use crate::system::OsRng;

    #[test]
    fn base32_is_that_of_the_standard() {
        // RFC 4648 section 10.
        for (plain, text) in [
            ("", ""),
            ("f", "MY"),
            ("fo", "MZXQ"),
            ("foob", "MZXW6YQ"),
            ("foobar", "MZXW6YTBOI"),
        ] {
            assert_eq!(base32(plain.as_bytes()), text);
        }
    }

    #[test]
    fn a_set_is_ten_codes_of_eighty_bits_in_groups() {
        let set = fresh(&OsRng);
        assert_eq!(set.iter().collect::<BTreeSet<_>>().len(), CODES);
        for code in &set {
            let groups: Vec<&str> = code.split('-').collect();
            assert!(
                groups.len() == 4 && groups.iter().all(|group| group.len() == 4),
                "{code}"
            );
        }
    }

    #[test]
    fn a_code_is_its_owners_alone_however_it_is_typed() {
        let (kim, ada) = (StaffId::new(1, 1), StaffId::new(1, 2));
        let kept = digest(&[7; 32], kim, "ABCD-EFGH-IJKL-MNOP");
        assert_eq!(digest(&[7; 32], kim, " abcd efgh ijkl mnop"), kept);
        assert_ne!(digest(&[7; 32], ada, "ABCD-EFGH-IJKL-MNOP"), kept);
        assert_ne!(digest(&[8; 32], kim, "ABCD-EFGH-IJKL-MNOP"), kept);
        assert_ne!(digest(&[7; 32], kim, "ABCD-EFGH-IJKL-MNOQ"), kept);
    }
}
