//! The page for an address that is not a page of this app.

use visma_connect::Session;

use crate::components::next_steps::next_steps;
use crate::components::notice::notice;
use crate::dom::element::Element;
use crate::messages::text;

/// A message, the sign-in button and a link to home.
pub fn not_found(session: Session) -> Element {
    notice("notice", text::NOT_FOUND_TITLE.text(), text::NOT_FOUND_TEXT.text())
        .child(next_steps(session, text::SIGN_IN_BUTTON))
}
