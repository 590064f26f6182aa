//! The document as a whole: its title, and where the focus is.

use wasm_bindgen::JsCast as _;

use super::element::Element;

/// Names the document, for tabs, history and screen readers.
pub fn set_title(title: &str) {
    if let Some(document) = web_sys::window().and_then(|window| window.document()) {
        document.set_title(title);
    }
}

/// Moves the focus to the page's heading, so that keyboard and screen reader go on from there.
pub fn focus_heading() {
    let document = web_sys::window().and_then(|window| window.document());
    let heading = document.and_then(|document| document.query_selector("h1").ok().flatten());
    if let Some(heading) = heading {
        let _ = heading.unchecked_into::<web_sys::HtmlElement>().focus();
    }
}

/// Whether the focus is in this element.
pub fn has_focus(element: &Element) -> bool {
    let focused = web_sys::window().and_then(|window| window.document()?.active_element());
    focused.is_some_and(|focused| element.node().contains(Some(&focused)))
}

/// Moves the focus to the first button of this element.
pub fn focus_button(element: &Element) {
    if let Ok(Some(button)) = element.node().query_selector("button") {
        let _ = button.unchecked_into::<web_sys::HtmlElement>().focus();
    }
}
