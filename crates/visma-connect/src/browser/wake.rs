//! The moments at which a page must check what has changed. Its timers stop in the background, during sleep and in
//! the back/forward cache, and other tabs change shared values.

use wasm_bindgen::JsCast as _;
use wasm_bindgen::closure::Closure;

/// Why the page woke up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wake {
    /// It became visible, got the focus, or another tab changed a shared value.
    Seen,
    /// It was restored from the back/forward cache.
    Restored,
}

/// Calls back at each of these moments, while the page exists.
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
