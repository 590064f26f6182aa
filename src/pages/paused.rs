//! Sign-ins began by themselves, one after the other.

use visma_connect::Session;

use crate::components::notice::notice;
use crate::components::ways_on::ways_on;
use crate::dom::element::Element;

/// Says why nothing happens by itself any more, and waits for a click.
pub fn paused(session: Session) -> Element {
    let lead = "The app tried to sign you in several times in a row, or another tab is doing it now, so this page \
                stopped. Press the button when you are ready.";
    notice("notice warn", "Please sign in yourself", lead)
        .attribute("data-testid", "error")
        .attribute("data-code", "start_held_back")
        .child(ways_on(session, "Sign in"))
}
