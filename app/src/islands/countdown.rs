//! The arithmetic of a countdown, the same on the server and in the browser: a deadline and a clock in, words out.
//!
//! Nothing is counted by ticks: each look starts from the deadline, so a sleeping laptop or a throttled tab is right
//! again at the first look after it wakes.

/// Microseconds in a millisecond.
const MICROS: i64 = 1000;

/// Below this many seconds a visit is about to end, and says so (spec 02 step 5).
pub const WARN_SECONDS: i64 = 60;

/// Whole milliseconds from `now_us` to `until_us`, never below zero. Both are microseconds since the epoch, UTC.
#[must_use]
pub const fn millis_left(until_us: i64, now_us: i64) -> i64 {
    let left = until_us.saturating_sub(now_us);
    if left <= 0 { 0 } else { (left - 1) / MICROS + 1 }
}

/// Seconds to show for what is left: a second begun counts, so that zero is shown at the end and not before it.
#[must_use]
pub const fn seconds_shown(millis: i64) -> i64 {
    if millis <= 0 { 0 } else { (millis - 1) / 1000 + 1 }
}

/// Milliseconds until another second is shown; at least one, so that a loop over it always rests.
#[must_use]
pub const fn millis_to_change(millis: i64) -> u32 {
    // INVARIANT: a remainder of 1000 fits into u32.
    if millis <= 0 {
        1
    } else {
        ((millis - 1) % 1000 + 1) as u32
    }
}

/// `mm:ss`, from an hour on `h:mm:ss`: `14:37`, `3:41:07`.
#[must_use]
pub fn clock(seconds: i64) -> String {
    let seconds = seconds.max(0);
    let (hours, minutes, seconds) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    if hours > 0 {
        format!("{hours}:{minutes:02}:{seconds:02}")
    } else {
        format!("{minutes:02}:{seconds:02}")
    }
}

/// Both ends of a session: `3:41:07 left · idle 14:12`.
#[must_use]
pub fn session_words(left_seconds: i64, idle_seconds: i64) -> String {
    format!("{} left · idle {}", clock(left_seconds), clock(idle_seconds))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clocks_are_two_digits_wide_from_the_minutes_on() {
        for (seconds, shown) in [
            (0, "00:00"),
            (59, "00:59"),
            (60, "01:00"),
            (877, "14:37"),
            (3599, "59:59"),
            (3600, "1:00:00"),
            (13_267, "3:41:07"),
            (-5, "00:00"),
        ] {
            assert_eq!(clock(seconds), shown);
        }
        assert_eq!(session_words(13_267, 852), "3:41:07 left · idle 14:12");
    }

    #[test]
    fn zero_is_shown_at_the_end_and_not_before() {
        let until = 1_795_263_242_000_000;
        assert_eq!(seconds_shown(millis_left(until, until - 1)), 1);
        assert_eq!(seconds_shown(millis_left(until, until)), 0);
        assert_eq!(seconds_shown(millis_left(until, until + 9_000_000)), 0);
        assert_eq!(seconds_shown(millis_left(until, until - 900_000_000)), 900);
        assert_eq!(millis_left(i64::MAX, i64::MIN), millis_left(i64::MAX, 0));
    }

    #[test]
    fn the_next_look_is_when_another_second_shows() {
        for millis in [1, 999, 1000, 1001, 1999, 2000, 60_000, 899_999] {
            let rest = i64::from(millis_to_change(millis));
            assert!((1..=1000).contains(&rest));
            assert_eq!(
                seconds_shown(millis - rest),
                seconds_shown(millis) - 1,
                "{millis}"
            );
            assert_eq!(
                seconds_shown(millis - rest + 1),
                seconds_shown(millis),
                "{millis}"
            );
        }
        assert_eq!(millis_to_change(0), 1);
    }
}
