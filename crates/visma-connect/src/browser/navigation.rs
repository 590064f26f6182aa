//! The address, the history, and navigation to other pages.

use std::cell::RefCell;

use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast as _, JsValue};
use zeroize::Zeroizing;

use crate::protocol::callback::is_response;
use crate::protocol::config::AppLocation;
use crate::session::error::PlatformError;

#[wasm_bindgen]
extern "C" {
    /// `navigator`. An extension or a strict mode may have removed members, which web_sys expects to exist.
    type Navigator;

    #[wasm_bindgen(method, getter, catch)]
    fn languages(this: &Navigator) -> Result<Option<js_sys::Array>, JsValue>;

    #[wasm_bindgen(method, getter, catch, js_name = onLine)]
    fn on_line(this: &Navigator) -> Result<Option<bool>, JsValue>;
}

fn navigator() -> Option<Navigator> {
    Some(web_sys::window()?.navigator().unchecked_into())
}

fn location() -> Option<web_sys::Location> {
    Some(web_sys::window()?.location())
}

thread_local! {
    static HELD: RefCell<Zeroizing<String>> = RefCell::default();
}

/// Removes a provider's response from the address bar before the configuration tells which page reads it, and holds
/// it. On home, the page at `base_path`, nothing is removed: no response arrives there.
pub fn hold_response(base_path: &str) {
    let query = location().and_then(|location| location.search().ok()).unwrap_or_default();
    if path() != base_path && is_response(&query) {
        HELD.replace(Zeroizing::new(take_response()));
    }
}

/// Returns the [held](hold_response) response, and removes it. Empty if there is none.
pub fn take_held() -> String {
    HELD.take().to_string()
}

/// Removes query and fragment from the address bar and the history entry, and returns them. If a response is
/// [held](hold_response), returns that instead.
///
/// Call it first. It is synchronous, so no code that runs later can read the authorization code from the address.
pub fn take_response() -> String {
    let held = take_held();
    if !held.is_empty() {
        return held;
    }
    let Some(location) = location() else { return String::new() };
    let authorization_response =
        [&*location.search().unwrap_or_default(), &location.hash().unwrap_or_default()].concat();
    if !authorization_response.is_empty() {
        replace_url(&path());
    }
    authorization_response
}

/// The path of the page. It starts with `/`.
pub fn path() -> String {
    location().and_then(|location| location.pathname().ok()).unwrap_or_default()
}

/// Path, query and fragment of the page. A sign-in that begins here returns to it.
pub fn place() -> String {
    let Some(location) = location() else { return String::new() };
    [&*path(), &location.search().unwrap_or_default(), &location.hash().unwrap_or_default()].concat()
}

/// The origin of the page.
pub fn origin() -> String {
    location().and_then(|location| location.origin().ok()).unwrap_or_default()
}

/// The user agent string of the browser.
pub fn user_agent() -> String {
    web_sys::window().and_then(|window| window.navigator().user_agent().ok()).unwrap_or_default()
}

/// The location and the languages against which the configuration is checked. `base_path` is the path of the app's
/// folder and starts and ends with a slash.
pub fn page(base_path: &str) -> AppLocation {
    let languages = navigator().and_then(|navigator| navigator.languages().ok().flatten());
    AppLocation {
        base: [&origin(), base_path].concat(),
        languages: languages.iter().flat_map(|list| list.iter()).filter_map(|tag| tag.as_string()).collect(),
    }
}

/// Whether the browser reports that it has no connection. Only this report is reliable; the opposite is not.
pub fn is_offline() -> bool {
    navigator().and_then(|navigator| navigator.on_line().ok().flatten()) == Some(false)
}

/// Leaves for a URL that the protocol has checked.
///
/// # Errors
/// `NavigationRefused` if the browser does not start to leave.
pub fn leave_for(url: &str) -> Result<(), PlatformError> {
    location().and_then(|location| location.assign(url).ok()).ok_or(PlatformError::NavigationRefused)
}

/// Replaces the URL of this history entry with another path (and query) of this origin. With a foreign URL nothing
/// changes.
pub fn replace_url(path: &str) {
    if let Some(history) = web_sys::window().and_then(|window| window.history().ok()) {
        // A path such as `//x` would be another host. With the origin in front of it, it is a path.
        let url = [&origin(), path].concat();
        let _ = history.replace_state_with_url(&JsValue::NULL, "", Some(&url));
    }
}

/// Calls [`replace_url`] and notifies the app's router, because a replaced URL fires no event.
pub fn go_to(path: &str) {
    replace_url(path);
    if let (Some(window), Ok(event)) = (web_sys::window(), web_sys::PopStateEvent::new("popstate")) {
        let _ = window.dispatch_event(&event);
    }
}

/// Opens a small window at a URL that the protocol has checked.
///
/// # Errors
/// `WindowBlocked` if the browser opens no window.
pub fn open_window(url: &str) -> Result<(), PlatformError> {
    let opened = web_sys::window().and_then(|window| {
        window.open_with_url_and_target_and_features(url, "", "popup,width=520,height=720").ok().flatten()
    });
    let opened = opened.ok_or(PlatformError::WindowBlocked)?;
    // The response headers may not separate the two windows. Without `opener` the provider's page cannot reach this
    // one.
    let _ = js_sys::Reflect::set(&opened, &JsValue::from_str("opener"), &JsValue::NULL);
    Ok(())
}

/// Closes this window, if the browser allows it.
pub fn close_window() {
    if let Some(window) = web_sys::window() {
        let _ = window.close();
    }
}

/// The vertical scroll position, in CSS pixels.
pub fn scrolled() -> i32 {
    #[expect(clippy::cast_possible_truncation, reason = "a page is shorter than 2^31 pixels, and a cast saturates")]
    web_sys::window().and_then(|window| window.scroll_y().ok()).map_or(0, |y| y as i32)
}

/// Scrolls to this vertical position, in CSS pixels.
pub fn scroll_to(y: i32) {
    if let Some(window) = web_sys::window() {
        window.scroll_to_with_x_and_y(0.0, f64::from(y));
    }
}

/// Whether another page shows this one inside a frame.
pub fn is_framed() -> bool {
    web_sys::window().is_none_or(|window| match window.parent() {
        Ok(Some(parent)) => !js_sys::Object::is(&parent, &window),
        _ => true,
    })
}
