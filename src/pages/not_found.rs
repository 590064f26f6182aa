//! An address that is not a page of this app.

use visma_connect::Session;

use crate::components::notice::notice;
use crate::components::ways_on::ways_on;
use crate::dom::element::Element;

/// Offers the two ways on.
pub fn not_found(session: Session) -> Element {
    notice("notice", "Nothing is here", "This address is not a page of this app.").child(ways_on(session, "Sign in"))
}
