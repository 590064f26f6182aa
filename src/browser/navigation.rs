//! The address, the history, and leaving the page.

use wasm_bindgen::JsValue;

use crate::protocol::config::Page;
use crate::session::error::PlatformError;

fn location() -> Option<web_sys::Location> {
    Some(web_sys::window()?.location())
}

/// Takes query and fragment out of the address bar and the history entry and returns them.
///
/// It is synchronous and comes before anything else: whatever runs later cannot see the code.
pub fn take_answer() -> String {
    let Some(location) = location() else { return String::new() };
    let taken = [location.search().unwrap_or_default(), location.hash().unwrap_or_default()].concat();
    if !taken.is_empty() {
        replace_url(&path());
    }
    taken
}

/// The path of the page, beginning with `/`.
pub fn path() -> String {
    location().and_then(|location| location.pathname().ok()).unwrap_or_default()
}

/// The origin of the page.
pub fn origin() -> String {
    location().and_then(|location| location.origin().ok()).unwrap_or_default()
}

/// How the browser calls itself.
pub fn user_agent() -> String {
    web_sys::window().and_then(|window| window.navigator().user_agent().ok()).unwrap_or_default()
}

/// What the configuration is checked against. `base_path` is the path of the app's folder, with slashes around.
pub fn page(base_path: &str) -> Page {
    let languages = web_sys::window().map(|window| window.navigator().languages());
    Page {
        base: [&origin(), base_path].concat(),
        languages: languages.iter().flat_map(|list| list.iter()).filter_map(|tag| tag.as_string()).collect(),
    }
}

/// Leaves for a URL that the protocol has checked.
pub fn leave_for(url: &str) -> Result<(), PlatformError> {
    location().and_then(|location| location.assign(url).ok()).ok_or(PlatformError::NavigationRefused)
}

/// Changes the history entry of this page to another path of this origin; a foreign one changes nothing.
pub fn replace_url(path: &str) {
    if let Some(history) = web_sys::window().and_then(|window| window.history().ok()) {
        // A path such as `//x` would be another host: with the origin before it, it cannot be.
        let url = [&origin(), path].concat();
        let _ = history.replace_state_with_url(&JsValue::NULL, "", Some(&url));
    }
}

/// Whether another page shows this one inside a frame.
pub fn is_framed() -> bool {
    web_sys::window().is_none_or(|window| match window.parent() {
        Ok(Some(parent)) => !js_sys::Object::is(&parent, &window),
        _ => true,
    })
}
