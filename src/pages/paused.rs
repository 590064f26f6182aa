//! The page that is shown when a sign-in without a click was not started.

use visma_connect::Session;

use crate::components::next_steps::next_steps;
use crate::components::notice::notice;
use crate::dom::element::Element;
use crate::messages::text;

/// Explains why no sign-in starts automatically, and offers the sign-in button.
pub fn paused(session: Session) -> Element {
    notice("notice warn", text::PAUSED_TITLE.text(), text::PAUSED_TEXT.text())
        .attribute("data-testid", "error")
        .attribute("data-code", "start_held_back")
        .child(next_steps(session, text::SIGN_IN_BUTTON))
}
