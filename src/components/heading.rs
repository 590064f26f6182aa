//! The heading of a page. It is also the title of the document.

use crate::dom::document;
use crate::dom::element::{Element, element};
use crate::messages::text;

/// The only `h1` of a page. The app can move the focus to it, so that the keyboard and screen readers continue from
/// there.
pub fn heading(title: &'static str) -> Element {
    document::set_title(&[title, " · ", text::APP_NAME.text()].concat());
    element("h1").attribute("tabindex", "-1").text(title)
}
