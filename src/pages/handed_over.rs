//! A window or tab whose response another tab has taken.

use crate::components::notice::notice;
use crate::dom::element::Element;

/// Browsers close a window only for whom they know to have opened it; where this one stays, it says so.
pub fn handed_over() -> Element {
    notice("notice good", "You can close this window", "The tab where you began goes on.")
        .attribute("data-testid", "handed-over")
}
