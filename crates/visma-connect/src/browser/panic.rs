//! Shows a fixed text after a panic of the app. The page then shows no data, and the access token is dropped.

use std::cell::{Cell, RefCell};

use wasm_bindgen::prelude::wasm_bindgen;
use web_sys::Element;

use super::navigation;
use crate::messages::text;

#[wasm_bindgen]
extern "C" {
    // Declared here, because the binding of web_sys returns a `Result`. With the fixed tag names below it cannot fail.
    #[wasm_bindgen(js_namespace = document, js_name = createElement)]
    fn create_element(tag: &str) -> Element;
}

thread_local! {
    static ON_PANIC: RefCell<Vec<Box<dyn Fn()>>> = const { RefCell::new(Vec::new()) };
    static HAS_PANICKED: Cell<bool> = const { Cell::new(false) };
}

/// Sets the panic hook of this page. Call it first in `main`.
///
/// A panic then drops the access token and replaces the content of the page with a fixed text and a link that loads
/// the page again. The content is that of the element `#app`, or of the body if there is no such element. The message
/// of the panic can contain any data, so it is neither shown nor logged.
pub fn set_hook() {
    std::panic::set_hook(Box::new(|_| hook()));
}

/// Registers a callback that runs after a panic of the app, before the page shows the fixed text. The callback must not
/// panic.
pub fn on_panic(callback: impl Fn() + 'static) {
    ON_PANIC.with_borrow_mut(|callbacks| callbacks.push(Box::new(callback)));
}

/// The panic hook. It does not use the message of the panic, which can contain any data.
///
/// `crates/release/src/modules/cut.rs` finds this function by its name, and makes every panic of a release call it.
/// Therefore it is never inlined.
#[inline(never)]
pub fn hook() {
    // Handle only the first panic. This function, or an event handler that still runs, can cause a second one.
    if HAS_PANICKED.replace(true) {
        return;
    }
    ON_PANIC.with(|callbacks| {
        if let Ok(callbacks) = callbacks.try_borrow() {
            callbacks.iter().for_each(|callback| callback());
        }
    });
    let document = web_sys::window().and_then(|window| window.document());
    // If there is no element `#app`, replace the content of the body. Nothing else on the page works after a panic.
    let app = document.and_then(|document| document.get_element_by_id("app").or_else(|| Some(document.body()?.into())));
    let Some(app) = app else { return };
    app.set_text_content(None);
    let main = child(&app, "main", "", "");
    let notice = child(&main, "section", "notice bad", "");
    for (name, value) in [("role", "alert"), ("data-testid", "error"), ("data-code", "panic")] {
        let _ = notice.set_attribute(name, value);
    }
    child(&notice, "h1", "", text::PANIC_TITLE.text());
    child(&notice, "p", "lead", text::PANIC_TEXT.text());
    let again = child(&notice, "a", "button", text::PANIC_AGAIN_LINK.text());
    let _ = again.set_attribute("href", &[&*navigation::origin(), &navigation::path()].concat());
    child(&notice, "p", "code", text::PANIC_CODE.text());
}

/// Appends a new element with this class and text to `parent`, and returns it.
fn child(parent: &Element, tag: &str, class: &str, text: &str) -> Element {
    let child = create_element(tag);
    let _ = child.set_attribute("class", class);
    child.set_text_content(Some(text));
    let _ = parent.append_with_node_1(&child);
    child
}
