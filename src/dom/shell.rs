//! The shell: what index.html paints before the app arrives, and what the app takes the place of.

use wasm_bindgen::JsCast as _;
use web_sys::HtmlElement;

/// The emptied place of the shell.
pub struct Place {
    root: HtmlElement,
    had_focus: bool,
}

/// Removes the shell. `None` in a page that has no `#app`.
pub fn take_over() -> Option<Place> {
    let document = web_sys::window()?.document()?;
    let root = document.get_element_by_id("app")?.dyn_into::<HtmlElement>().ok()?;
    let had_focus = document.active_element().is_some_and(|focused| focused != *root && root.contains(Some(&focused)));
    root.set_text_content(None);
    Some(Place { root, had_focus })
}

impl Place {
    /// Where the app mounts.
    pub fn root(&self) -> HtmlElement {
        self.root.clone()
    }

    /// A keyboard that had reached the shell's one button finds itself on the app's.
    pub fn give_focus_back(&self) {
        if !self.had_focus {
            return;
        }
        let button = self.root.query_selector("button").ok().flatten();
        if let Some(button) = button.and_then(|button| button.dyn_into::<HtmlElement>().ok()) {
            let _ = button.focus();
        }
    }
}
