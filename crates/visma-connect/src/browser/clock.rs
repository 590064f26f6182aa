//! The two clocks: `Date.now()` and `performance.now()`.

use crate::session::moment::Moment;

/// Reads both clocks together.
pub fn now() -> Moment {
    // Without `performance`, use the wall clock for both.
    let wall = js_sys::Date::now();
    let monotonic = web_sys::window().and_then(|window| window.performance()).map_or(wall, |timer| timer.now());
    // Milliseconds since 1970 fit into i64.
    #[expect(clippy::cast_possible_truncation, reason = "whole milliseconds are wanted")]
    Moment { wall_ms: wall as i64, monotonic_ms: monotonic as i64 }
}

/// The time of the wall clock in UTC, in the format ISO 8601: `2027-01-15T08:00:00.000Z`.
pub fn now_iso() -> String {
    js_sys::Date::new_0().to_iso_string().into()
}
