//! What happens when the app has a bug: fixed words, no data, and no token any more.

use std::cell::{Cell, RefCell};

use wasm_bindgen::prelude::wasm_bindgen;
use web_sys::Element;

use super::navigation;

#[wasm_bindgen]
extern "C" {
    // Declared here and not taken from web_sys, where it can fail: for these fixed names it cannot.
    #[wasm_bindgen(js_namespace = document, js_name = createElement)]
    fn create_element(tag: &str) -> Element;
}

thread_local! {
    static ON_PANIC: RefCell<Vec<Box<dyn Fn()>>> = const { RefCell::new(Vec::new()) };
    static HAS_PANICKED: Cell<bool> = const { Cell::new(false) };
}

/// Makes [`hook`] the panic hook of this page.
pub fn set_hook() {
    std::panic::set_hook(Box::new(|_| hook()));
}

/// Calls back when the app panics, before the page says so. The callback must not panic itself.
pub fn on_panic(callback: impl Fn() + 'static) {
    ON_PANIC.with_borrow_mut(|callbacks| callbacks.push(Box::new(callback)));
}

/// The panic hook. The message of a panic can carry anything, so it goes nowhere.
///
/// In a release every way into a panic calls this function by its name (`crates/release/src/modules/cut.rs`), so it is
/// never inlined.
#[inline(never)]
pub fn hook() {
    // A panic in here, or in what later events still call, has nothing to add.
    if HAS_PANICKED.replace(true) {
        return;
    }
    ON_PANIC.with(|callbacks| {
        if let Ok(callbacks) = callbacks.try_borrow() {
            callbacks.iter().for_each(|callback| callback());
        }
    });
    let document = web_sys::window().and_then(|window| window.document());
    // What stands elsewhere in the page does not answer any more, either; an app without that element is the body.
    let app = document.and_then(|document| document.get_element_by_id("app").or_else(|| Some(document.body()?.into())));
    let Some(app) = app else { return };
    app.set_text_content(None);
    let main = child(&app, "main", "", "");
    let notice = child(&main, "section", "notice bad", "");
    for (name, value) in [("role", "alert"), ("data-testid", "error"), ("data-code", "panic")] {
        let _ = notice.set_attribute(name, value);
    }
    child(&notice, "h1", "", "Something in this app broke");
    let lead = "The app had to stop. What you had open here is gone. You may still be signed in at the sign-in \
                service.";
    child(&notice, "p", "lead", lead);
    let again = child(&notice, "a", "button", "Load the page again");
    let _ = again.set_attribute("href", &[&*navigation::origin(), &navigation::path()].concat());
    child(&notice, "p", "code", "Code: panic");
}

/// A new element at the end of another one.
fn child(parent: &Element, tag: &str, class: &str, text: &str) -> Element {
    let child = create_element(tag);
    let _ = child.set_attribute("class", class);
    child.set_text_content(Some(text));
    let _ = parent.append_with_node_1(&child);
    child
}
