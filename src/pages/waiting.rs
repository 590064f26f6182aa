//! Nothing to do but wait: on the way to the sign-in service, and back from it.

use leptos::prelude::*;

use crate::components::notice::notice;

/// The browser is leaving.
pub fn leaving() -> AnyView {
    notice("notice busy", "Taking you to sign in", "You will come back here when you are done.").view()
}

/// The callback is being read. boot.js shows the same words before the app arrives.
pub fn signing_in() -> AnyView {
    notice("notice busy", "Signing you in", "The answer is being checked. This takes a moment.").view()
}
