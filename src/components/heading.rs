//! The heading of a page, which names the document too.

use crate::dom::document;
use crate::dom::element::{Element, element};

/// The name of the app. index.html has it too.
pub const APP: &str = "Connect SPA";

/// The one `h1` of a page. It can take the focus, so that keyboard and screen reader go on from here.
pub fn heading(text: &'static str) -> Element {
    document::set_title(&[text, " · ", APP].concat());
    element("h1").attribute("tabindex", "-1").text(text)
}
