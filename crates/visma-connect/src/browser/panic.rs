//! The page after a panic of the app: a fixed text, no data, and no token.

use std::cell::{Cell, RefCell};

use wasm_bindgen::prelude::wasm_bindgen;
use web_sys::Element;

use super::navigation;
use crate::messages::text;

#[wasm_bindgen]
extern "C" {
    // Declared here, because in web_sys it returns a `Result`. With these fixed names it cannot fail.
    #[wasm_bindgen(js_namespace = document, js_name = createElement)]
    fn create_element(tag: &str) -> Element;
}

thread_local! {
    static ON_PANIC: RefCell<Vec<Box<dyn Fn()>>> = const { RefCell::new(Vec::new()) };
    static HAS_PANICKED: Cell<bool> = const { Cell::new(false) };
}

/// Sets the panic hook of this page: a panic drops the token and replaces the app with a fixed message.
pub fn set_hook() {
    std::panic::set_hook(Box::new(|_| hook()));
}

/// Registers a callback that runs when the app panics, before the page shows it. The callback must not panic.
pub fn on_panic(callback: impl Fn() + 'static) {
    ON_PANIC.with_borrow_mut(|callbacks| callbacks.push(Box::new(callback)));
}

/// The panic hook. The message of a panic can contain any data, so it is not used.
///
/// In a release every panic calls this function by its name (`crates/release/src/modules/cut.rs`). Therefore it is
/// never inlined.
#[inline(never)]
pub fn hook() {
    // Only the first panic counts. A later one may come from this function or from an event handler.
    if HAS_PANICKED.replace(true) {
        return;
    }
    ON_PANIC.with(|callbacks| {
        if let Ok(callbacks) = callbacks.try_borrow() {
            callbacks.iter().for_each(|callback| callback());
        }
    });
    let document = web_sys::window().and_then(|window| window.document());
    // After a panic nothing else in the page works either. In an app without that element, use the body.
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

/// Appends a new element to `parent`.
fn child(parent: &Element, tag: &str, class: &str, text: &str) -> Element {
    let child = create_element(tag);
    let _ = child.set_attribute("class", class);
    child.set_text_content(Some(text));
    let _ = parent.append_with_node_1(&child);
    child
}
