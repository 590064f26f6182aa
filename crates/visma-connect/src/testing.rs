//! Values for the tests of apps: a signed-in user without a provider. Do not use them in a release.

use crate::session::moment::Moment;
use crate::session::state::User;

/// The time at which [`user`] has just signed in.
pub const NOW: Moment = Moment { wall_ms: 1_800_000_000_000, monotonic_ms: 5_000 };

/// A user whose session lasts for an hour from [`NOW`].
pub fn user() -> User {
    User::for_tests(NOW)
}
