//! The shell is the content of `#app` in index.html. The browser shows it until the app starts and replaces it.

use wasm_bindgen::JsCast as _;
use web_sys::HtmlElement;

/// The element `#app`, after the shell was removed.
pub struct Place {
    root: HtmlElement,
    had_focus: bool,
}

/// Removes the shell. Returns `None` if the page has no element `#app`.
pub fn take_over() -> Option<Place> {
    let document = web_sys::window()?.document()?;
    let root = document.get_element_by_id("app")?.dyn_into::<HtmlElement>().ok()?;
    let had_focus = document.active_element().is_some_and(|focused| focused != *root && root.contains(Some(&focused)));
    root.set_text_content(None);
    Some(Place { root, had_focus })
}

impl Place {
    /// The element in which the app is mounted.
    pub fn root(&self) -> HtmlElement {
        self.root.clone()
    }

    /// Moves the focus to the first button of the app if the focus was inside the shell. A keyboard user who had
    /// reached the shell's button then does not have to start again.
    pub fn restore_focus(&self) {
        if !self.had_focus {
            return;
        }
        let button = self.root.query_selector("button").ok().flatten();
        if let Some(button) = button.and_then(|button| button.dyn_into::<HtmlElement>().ok()) {
            let _ = button.focus();
        }
    }
}
