//! Time on two clocks. A changed wall clock or a sleeping device cannot extend a session.

use crate::protocol::time::UnixTime;

/// A moment, read from both clocks of the browser together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Moment {
    /// Milliseconds since 1970 on the wall clock. It can be set, and it continues during sleep.
    pub wall_ms: i64,
    /// Milliseconds on the monotonic clock. It cannot be set, and it may stop during sleep.
    pub monotonic_ms: i64,
}

impl Moment {
    /// The time of the wall clock, in whole seconds.
    pub(crate) const fn unix_time(self) -> UnixTime {
        UnixTime::from_seconds(self.wall_ms.div_euclid(1_000))
    }

    /// This moment plus `ms` milliseconds on both clocks.
    pub const fn plus_ms(self, ms: i64) -> Self {
        Self { wall_ms: self.wall_ms.saturating_add(ms), monotonic_ms: self.monotonic_ms.saturating_add(ms) }
    }

    /// Milliseconds from `now` until this moment, on the clock that reaches it first. Zero or less when it has passed.
    pub const fn ms_from(self, now: Self) -> i64 {
        let wall = self.wall_ms.saturating_sub(now.wall_ms);
        let monotonic = self.monotonic_ms.saturating_sub(now.monotonic_ms);
        if wall < monotonic { wall } else { monotonic }
    }

    /// Whether this moment has passed on either clock.
    pub const fn is_reached(self, now: Self) -> bool {
        self.ms_from(now) <= 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const START: Moment = Moment { wall_ms: 1_800_000_000_000, monotonic_ms: 5_000 };

    fn later(wall_ms: i64, monotonic_ms: i64) -> Moment {
        Moment { wall_ms: START.wall_ms + wall_ms, monotonic_ms: START.monotonic_ms + monotonic_ms }
    }

    #[test]
    fn g08_a_deadline_comes_on_whichever_clock_is_first() {
        let deadline = START.plus_ms(10_000);
        for (now, is_reached, why) in [
            (later(9_999, 9_999), false, "just before the deadline"),
            (later(10_000, 10_000), true, "at the deadline"),
            (later(60_000, 1_000), true, "the monotonic clock stopped while the device slept"),
            (later(-31_536_000_000, 10_000), true, "the clock was set back a year"),
            (later(31_536_000_000, 1_000), true, "the clock was set forward a year"),
            (later(-31_536_000_000, 9_000), false, "the clock was set back, before the deadline"),
        ] {
            assert_eq!(deadline.is_reached(now), is_reached, "{why}");
        }
    }
}
