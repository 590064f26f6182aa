//! The heading of a page, which names the document too.

use crate::dom::document;
use crate::dom::element::{Element, element};
use crate::messages::text;

/// The one `h1` of a page. It can take the focus, so that keyboard and screen reader go on from here.
pub fn heading(title: &'static str) -> Element {
    document::set_title(&[title, " · ", text::APP_NAME.text()].concat());
    element("h1").attribute("tabindex", "-1").text(title)
}
