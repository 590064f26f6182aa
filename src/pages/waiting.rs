//! Nothing to do but wait: on the way to the sign-in service, and back from it.

use crate::components::notice::notice;
use crate::dom::element::Element;
use crate::messages::text;

/// The browser is leaving.
pub fn leaving() -> Element {
    notice("notice busy", text::LEAVING_TITLE.text(), text::LEAVING_TEXT.text())
}

/// The callback is being read. boot.js shows the same words before the app arrives.
pub fn signing_in() -> Element {
    notice("notice busy", text::SIGNING_IN_TITLE.text(), text::SIGNING_IN_TEXT.text())
}

/// Signed out here; the browser is leaving to say so at the sign-in service.
pub fn signing_out() -> Element {
    notice("notice busy", text::SIGNING_OUT_TITLE.text(), text::SIGNING_OUT_TEXT.text())
}
