//! The title of the document, and the focus.

use wasm_bindgen::JsCast as _;

use super::element::Element;

/// Sets the title of the document. Tabs, the history and screen readers show it.
pub fn set_title(title: &str) {
    if let Some(document) = web_sys::window().and_then(|window| window.document()) {
        document.set_title(title);
    }
}

/// Moves the focus to the heading of the page, so that the keyboard and screen readers continue from there.
pub fn focus_heading() {
    let document = web_sys::window().and_then(|window| window.document());
    let heading = document.and_then(|document| document.query_selector("h1").ok().flatten());
    if let Some(heading) = heading {
        let _ = heading.unchecked_into::<web_sys::HtmlElement>().focus();
    }
}

/// Whether the focus is on this element or inside it.
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
