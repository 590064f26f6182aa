//! What stands around every page: the bar above, the line below, and a place to say things to screen readers.

use crate::dom::element::{Element, element};
use crate::messages::text;

/// The boxes that index.html draws before the app arrives, with a page inside.
///
/// `spoken` is read out politely when it changes. Its element is here from the start: one that appears together with
/// its text is not read out.
pub fn frame(root: Element, main: Element, spoken: Element) {
    root.child(element("header").class("bar").child(element("span").class("brand").text(text::APP_NAME.text())))
        .child(main)
        .child(element("footer").class("foot").text(text::FOOTER.text()))
        .child(spoken.class("spoken").attribute("role", "status"));
}
