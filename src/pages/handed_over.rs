//! A window or tab whose response another tab has taken.

use crate::components::notice::notice;
use crate::dom::element::Element;
use crate::messages::text;

/// Browsers close a window only for whom they know to have opened it; where this one stays, it says so.
pub fn handed_over() -> Element {
    notice("notice good", text::HANDED_OVER_TITLE.text(), text::HANDED_OVER_TEXT.text())
        .attribute("data-testid", "handed-over")
}
