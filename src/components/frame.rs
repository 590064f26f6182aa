//! The parts that every page has: the header, the footer, and a live region for screen readers.

use crate::dom::element::{Element, element};
use crate::messages::text;

/// Adds the header, the page (`main`), the footer and the live region (`spoken`) to `root`. index.html has the same
/// header and footer.
///
/// Screen readers read the text of `spoken` when it changes. They do not read a region that is added together with its
/// text, so the region is present from the start.
pub fn frame(root: Element, main: Element, spoken: Element) {
    root.child(element("header").class("bar").child(element("span").class("brand").text(text::APP_NAME.text())))
        .child(main)
        .child(element("footer").class("foot").text(text::FOOTER.text()))
        .child(spoken.class("spoken").attribute("role", "status"));
}
