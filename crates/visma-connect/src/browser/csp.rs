//! Records connections that the page's own content security policy has blocked. `fetch` reports them like a network
//! failure. Only the browser's event `securitypolicyviolation` shows the difference.

use std::cell::RefCell;

use wasm_bindgen::JsCast as _;
use wasm_bindgen::closure::Closure;

/// Maximum number of stored violations. A configuration usually has fewer origins.
const MAX_REMEMBERED: usize = 32;

thread_local! {
    static BLOCKED: RefCell<Option<Vec<String>>> = const { RefCell::new(None) };
}

/// Starts to listen for violations. Later calls change nothing.
pub fn listen() {
    let Some(document) = web_sys::window().and_then(|window| window.document()) else { return };
    if BLOCKED.with_borrow(Option::is_some) {
        return;
    }
    BLOCKED.set(Some(Vec::new()));
    let listener = Closure::<dyn Fn(web_sys::SecurityPolicyViolationEvent)>::new(
        |event: web_sys::SecurityPolicyViolationEvent| {
            if event.effective_directive() == "connect-src" {
                BLOCKED.with_borrow_mut(|blocked| {
                    if let Some(blocked) = blocked.as_mut().filter(|blocked| blocked.len() < MAX_REMEMBERED) {
                        blocked.push(event.blocked_uri());
                    }
                });
            }
        },
    );
    let _ = document.add_event_listener_with_callback("securitypolicyviolation", listener.as_ref().unchecked_ref());
    listener.forget();
}

/// Whether the page's policy has blocked a connection to the origin of this URL.
pub fn has_blocked(url: &str) -> bool {
    let origin = origin_of(url);
    BLOCKED.with_borrow(|blocked| blocked.iter().flatten().any(|blocked| origin_of(blocked) == origin))
}

/// Removes the stored violations for the origin of this URL. Returns whether there were any.
pub fn forget(url: &str) -> bool {
    let was_blocked = has_blocked(url);
    let origin = origin_of(url);
    BLOCKED.with_borrow_mut(|blocked| blocked.iter_mut().for_each(|all| all.retain(|one| origin_of(one) != origin)));
    was_blocked
}

/// The origin of an absolute URL: the part before the third slash.
fn origin_of(url: &str) -> Option<&str> {
    let end = url.bytes().enumerate().filter(|(_, byte)| *byte == b'/').nth(2).map_or(url.len(), |(at, _)| at);
    url.get(..end)
}
