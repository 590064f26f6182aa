//! The moments at which a page may find that something has happened without it: timers stand still in the background,
//! during sleep and in the back/forward cache, and other tabs write what concerns all.

use wasm_bindgen::JsCast as _;
use wasm_bindgen::closure::Closure;

/// What woke the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wake {
    /// It became visible, got the focus, or heard from another tab.
    Seen,
    /// The back/forward cache brought it back.
    Restored,
}

/// Calls back at each of these moments, for as long as the page lives.
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
