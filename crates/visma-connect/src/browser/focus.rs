//! The keyboard focus.

use wasm_bindgen::JsCast as _;
use web_sys::{Element, HtmlElement};

/// Whether this element contains the focus.
pub fn is_in(element: &Element) -> bool {
    let focused = web_sys::window().and_then(|window| window.document()?.active_element());
    focused.is_some_and(|focused| element.contains(Some(&focused)))
}

/// Moves the focus to the first button in this element. If there is no button, nothing changes.
pub fn to_button(element: &Element) {
    if let Ok(Some(button)) = element.query_selector("button") {
        let _ = button.unchecked_into::<HtmlElement>().focus();
    }
}
