//! The document as a whole: its title, and where the focus is.

use wasm_bindgen::JsCast as _;

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
