//! The session's time is up.

use crate::browser::element::Element;
use crate::components::notice::notice;
use crate::components::renewal::renewal;
use crate::components::ways_on::ways_on;
use crate::context::Session;

/// Says why the session is gone; the token is gone already.
pub fn expired(session: Session) -> Element {
    let lead =
        "Access lasts for a limited time, and that time is up. What you have typed is kept: sign in again to go on.";
    notice("notice warn", "Your session has ended", lead)
        .child(ways_on(session, "Sign in again"))
        .child(renewal(session))
}
