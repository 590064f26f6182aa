//! Nothing to do but wait: on the way to the sign-in service, and back from it.

use crate::components::notice::notice;
use crate::dom::element::Element;

/// The browser is leaving.
pub fn leaving() -> Element {
    notice("notice busy", "Taking you to sign in", "You will come back here when you are done.")
}

/// The callback is being read. boot.js shows the same words before the app arrives.
pub fn signing_in() -> Element {
    notice("notice busy", "Signing you in", "The response is being checked. This takes a moment.")
}

/// Signed out here; the browser is leaving to say so at the sign-in service.
pub fn signing_out() -> Element {
    notice(
        "notice busy",
        "You are signed out here",
        "The sign-in service is being told, so that you are signed out there too.",
    )
}
