//! The pages on which the user only waits: while the browser leaves for the provider, and while the response is
//! checked.

use crate::components::notice::notice;
use crate::dom::element::Element;
use crate::messages::text;

/// The browser is leaving for the provider's sign-in page.
pub fn leaving() -> Element {
    notice("notice busy", text::LEAVING_TITLE.text(), text::LEAVING_TEXT.text())
}

/// The provider's response is being checked. boot.js shows the same text until the app starts.
pub fn signing_in() -> Element {
    notice("notice busy", text::SIGNING_IN_TITLE.text(), text::SIGNING_IN_TEXT.text())
}

/// The session in this app has ended. The browser is leaving for the provider's sign-out page.
pub fn signing_out() -> Element {
    notice("notice busy", text::SIGNING_OUT_TITLE.text(), text::SIGNING_OUT_TEXT.text())
}
