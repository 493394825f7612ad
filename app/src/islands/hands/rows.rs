//! Where one gets to in a list, as numbers. It touches no document, so that it is tried without a browser.

/// The place after a step from a place, in a list of so many. From nowhere, a step leads to the nearer end; at an end it
/// stays. `None` in an empty list.
#[must_use]
pub fn moved(from: Option<usize>, step: isize, count: usize) -> Option<usize> {
    let last = count.checked_sub(1)?;
    Some(match from {
        None if step < 0 => last,
        None => 0,
        Some(at) => at.saturating_add_signed(step).min(last),
    })
}

/// The places between two, both included, whichever comes first.
#[must_use]
pub fn between(one: usize, other: usize) -> std::ops::RangeInclusive<usize> {
    one.min(other)..=one.max(other)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_begin_at_the_nearer_end_and_stay_within() {
        assert_eq!(moved(None, 1, 0), None);
        assert_eq!(moved(None, 1, 3), Some(0));
        assert_eq!(moved(None, -1, 3), Some(2));
        assert_eq!(moved(Some(1), 1, 3), Some(2));
        assert_eq!(moved(Some(2), 1, 3), Some(2));
        assert_eq!(moved(Some(0), -1, 3), Some(0));
        assert_eq!(moved(Some(9), 1, 3), Some(2), "the list became shorter");
    }

    #[test]
    fn a_range_has_no_direction() {
        assert_eq!(between(2, 5), between(5, 2));
        assert_eq!(between(2, 5).count(), 4);
    }
}
