//! What happens when the app has a bug: fixed words, no data, and no token any more.

use std::cell::{Cell, RefCell};

use super::element::element;
use super::navigation;

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
    let lead = "The app stopped to be safe. What you had open here is gone; you may still be signed in at the sign-in \
                service.";
    let again = element("a")
        .class("button")
        .attribute("href", &[&*navigation::origin(), &navigation::path()].concat())
        .text("Load the page again");
    let notice = element("section")
        .class("notice bad")
        .attribute("role", "alert")
        .attribute("data-testid", "error")
        .attribute("data-code", "panic")
        .child(element("h1").text("Something in this app broke"))
        .child(element("p").class("lead").text(lead))
        .child(again)
        .child(element("p").class("code").text("Code: panic"));
    element("main").child(notice).add_to(&app);
}
