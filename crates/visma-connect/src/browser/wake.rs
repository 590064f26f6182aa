//! Reports when a page must check what has changed. Browsers delay timers while the page is in the background. Timers
//! do not run while the device sleeps, and while the page is in the back/forward cache. Also, other tabs can change
//! shared values.

use wasm_bindgen::JsCast as _;
use wasm_bindgen::closure::Closure;

/// Why the page must check what has changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wake {
    /// The page was loaded, became visible or hidden, or got the focus, or another tab has changed a shared value.
    Seen,
    /// The browser has restored the page from the back/forward cache.
    Restored,
}

/// Calls `callback` whenever the page must check what has changed. It does so until the page is unloaded.
pub fn on_wake(callback: impl Fn(Wake) + 'static) {
    let listener = Closure::<dyn Fn(web_sys::Event)>::new(move |event: web_sys::Event| {
        let is_restored = event.dyn_ref::<web_sys::PageTransitionEvent>().is_some_and(|event| event.persisted());
        callback(if is_restored { Wake::Restored } else { Wake::Seen });
    });
    if let Some(window) = web_sys::window() {
        let function = listener.as_ref().unchecked_ref();
        let _ = window.add_event_listener_with_callback("pageshow", function);
        let _ = window.add_event_listener_with_callback("focus", function);
        let _ = window.add_event_listener_with_callback("storage", function);
        if let Some(document) = window.document() {
            let _ = document.add_event_listener_with_callback("visibilitychange", function);
        }
    }
    listener.forget();
}
