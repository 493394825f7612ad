//! Time-based one-time passwords as authenticator apps know them (RFC 6238: HMAC-SHA-1, six digits, thirty seconds).
//!
//! Which step of time a code is of is the answer, so that none is taken twice: whoever takes one must store the step. All
//! steps that could be meant are compared, in constant time.

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha1::Sha1;
use stagedoor_core::time::Timestamp;
use subtle::ConstantTimeEq as _;

/// How many bytes a secret has (RFC 4226 section 4 recommends twenty).
pub(crate) const SECRET: usize = 20;
const STEP_MICROS: i64 = 30_000_000;
const DIGITS: usize = 6;
/// How many steps a clock may be ahead or behind.
const DRIFT: u64 = 1;

/// What a typed code is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Matched {
    /// That of a step that was not taken yet.
    Fresh(u64),
    /// That of a step that was taken, or of one before.
    Used,
    /// None of this time.
    None,
}

fn step_at(now: Timestamp) -> u64 {
    u64::try_from(now.micros().div_euclid(STEP_MICROS)).unwrap_or(0)
}

/// The code of a step.
fn code(secret: &[u8], step: u64) -> [u8; DIGITS] {
    // INVARIANT: HMAC takes keys of any length.
    let Ok(mut mac) = Hmac::<Sha1>::new_from_slice(secret) else {
        return [0; DIGITS];
    };
    mac.update(&step.to_be_bytes());
    let digest = mac.finalize().into_bytes();
    let at = usize::from(digest[19] & 0x0f);
    let word = u32::from_be_bytes([digest[at], digest[at + 1], digest[at + 2], digest[at + 3]]);
    let mut rest = (word & 0x7fff_ffff) % 1_000_000;
    let mut digits = [b'0'; DIGITS];
    for digit in digits.iter_mut().rev() {
        *digit = b'0' + u8::try_from(rest % 10).unwrap_or(0);
        rest /= 10;
    }
    digits
}

/// Which step a typed code is of. Spaces are nothing: apps show some.
pub(crate) fn matched(secret: &[u8], typed: &str, last: Option<u64>, now: Timestamp) -> Matched {
    let typed: Vec<u8> = typed.bytes().filter(|byte| !byte.is_ascii_whitespace()).collect();
    let current = step_at(now);
    let mut found = Matched::None;
    for step in current.saturating_sub(DRIFT)..=current + DRIFT {
        let equal = bool::from(code(secret, step).as_slice().ct_eq(&typed));
        found = match (equal, found) {
            (false, found) | (true, found @ Matched::Fresh(_)) => found,
            (true, _) if last.is_some_and(|last| step <= last) => Matched::Used,
            (true, _) => Matched::Fresh(step),
        };
    }
    found
}

/// The code of a moment, as the app shows it: for the demo, and for tests.
#[must_use]
pub fn shown(secret: &[u8], now: Timestamp) -> String {
    code(secret, step_at(now))
        .iter()
        .map(|digit| char::from(*digit))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: &[u8] = b"12345678901234567890";

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_micros(seconds * 1_000_000)
    }

    /// RFC 6238 appendix B, the last six of its eight digits.
    #[test]
    fn codes_are_those_of_the_standard() {
        let vectors = [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (1_111_111_111, "050471"),
            (1_234_567_890, "005924"),
            (2_000_000_000, "279037"),
            (20_000_000_000, "353130"),
        ];
        for (seconds, code) in vectors {
            assert_eq!(shown(SECRET, at(seconds)), code, "{seconds}");
        }
    }

    #[test]
    fn a_code_holds_for_its_step_and_the_two_beside_it() {
        let typed = shown(SECRET, at(300));
        let found = |seconds| matched(SECRET, &typed, None, at(seconds));
        assert_eq!(found(269), Matched::None);
        assert_eq!(found(270), Matched::Fresh(10), "a clock that is behind");
        assert_eq!(found(359), Matched::Fresh(10), "the last second");
        assert_eq!(found(360), Matched::None);
    }

    #[test]
    fn no_step_is_taken_twice_and_none_before_the_last() {
        let typed = shown(SECRET, at(300));
        assert_eq!(matched(SECRET, &typed, Some(10), at(300)), Matched::Used);
        assert_eq!(matched(SECRET, &typed, Some(11), at(300)), Matched::Used);
        assert_eq!(matched(SECRET, &typed, Some(9), at(300)), Matched::Fresh(10));
    }

    #[test]
    fn what_is_no_code_matches_nothing() {
        let typed = shown(SECRET, at(300));
        let spaced = format!(" {} {} ", &typed[..3], &typed[3..]);
        assert_eq!(matched(SECRET, &spaced, None, at(300)), Matched::Fresh(10));
        for wrong in ["", "0", &typed[..5], &format!("{typed}0"), "abcdef", "٠١٢٣٤٥"] {
            assert_eq!(matched(SECRET, wrong, None, at(300)), Matched::None, "{wrong}");
        }
    }
}
