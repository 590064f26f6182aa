//! The page of a window whose response was handed over to another tab.

use crate::components::notice::notice;
use crate::dom::element::Element;
use crate::messages::text;

/// Tells the user that this window can be closed. The library tries to close it, but browsers do not always let a
/// script do that.
pub fn handed_over() -> Element {
    notice("notice good", text::HANDED_OVER_TITLE.text(), text::HANDED_OVER_TEXT.text())
        .attribute("data-testid", "handed-over")
}
