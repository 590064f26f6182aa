//! The address, the history, navigation to other pages, windows, and the scroll position.

use std::cell::RefCell;

use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast as _, JsValue};
use zeroize::Zeroizing;

use crate::protocol::callback::is_response;
use crate::protocol::config::AppLocation;
use crate::session::error::PlatformError;

#[wasm_bindgen]
extern "C" {
    /// `navigator`. An extension or a strict privacy mode may have removed members that web_sys expects to exist.
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
    /// See [`store_response`].
    static STORED_RESPONSE: RefCell<Zeroizing<String>> = RefCell::default();
}

/// Removes an authorization response from the address bar and keeps it in memory. It is called before the configuration
/// is known, so it does not know the callback page: a query with the parameter `code` or `error` counts as a response.
/// On home, the page at `base_path`, it removes nothing: the provider does not redirect to home.
pub fn store_response(base_path: &str) {
    let query = location().and_then(|location| location.search().ok()).unwrap_or_default();
    if path() != base_path && is_response(&query) {
        STORED_RESPONSE.replace(Zeroizing::new(take_response()));
    }
}

/// Returns the response that [`store_response`] keeps, and removes it from memory. Empty if there is none.
pub fn take_stored_response() -> String {
    STORED_RESPONSE.take().to_string()
}

/// Removes query and fragment from the address bar and the history entry, and returns them. If [`store_response`]
/// keeps a response, this function returns that response instead.
///
/// Call it before other code runs. When it returns, no code can read the authorization code from the address.
pub fn take_response() -> String {
    let held = take_stored_response();
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

/// Path, query and fragment of the page. A sign-in that starts on this page returns to them.
pub fn place() -> String {
    let Some(location) = location() else { return String::new() };
    [&*path(), &location.search().unwrap_or_default(), &location.hash().unwrap_or_default()].concat()
}

/// The origin of the page.
pub fn origin() -> String {
    location().and_then(|location| location.origin().ok()).unwrap_or_default()
}

/// The user-agent string of the browser.
pub fn user_agent() -> String {
    web_sys::window().and_then(|window| window.navigator().user_agent().ok()).unwrap_or_default()
}

/// The location of the app and the languages of the user, which the check of the configuration needs. `base_path` is
/// the path of the app's folder and starts and ends with a slash.
pub fn page(base_path: &str) -> AppLocation {
    let languages = navigator().and_then(|navigator| navigator.languages().ok().flatten());
    AppLocation {
        base: [&origin(), base_path].concat(),
        languages: languages.iter().flat_map(|list| list.iter()).filter_map(|tag| tag.as_string()).collect(),
    }
}

/// Whether the browser reports that it has no connection. `true` is reliable. `false` is not: browsers often do not
/// detect a lost connection.
pub fn is_offline() -> bool {
    navigator().and_then(|navigator| navigator.on_line().ok().flatten()) == Some(false)
}

/// Leaves this page for another URL. The caller must have checked the URL.
///
/// # Errors
/// `NavigationRefused` if the browser refuses to leave.
pub fn leave_for(url: &str) -> Result<(), PlatformError> {
    location().and_then(|location| location.assign(url).ok()).ok_or(PlatformError::NavigationRefused)
}

/// Replaces the URL of this history entry with another path of this origin. The path can have a query and a fragment.
/// If the resulting URL has another origin, nothing changes.
pub fn replace_url(path: &str) {
    if let Some(history) = web_sys::window().and_then(|window| window.history().ok()) {
        // Without the origin, the browser would read `//x` as a URL with the host `x`, not as a path.
        let url = [&origin(), path].concat();
        let _ = history.replace_state_with_url(&JsValue::NULL, "", Some(&url));
    }
}

/// Calls [`replace_url`], and fires the event `popstate` to notify the app's router. Browsers fire no event for a
/// replaced URL.
pub fn go_to(path: &str) {
    replace_url(path);
    if let (Some(window), Ok(event)) = (web_sys::window(), web_sys::PopStateEvent::new("popstate")) {
        let _ = window.dispatch_event(&event);
    }
}

/// Opens a small window at a URL. The caller must have checked the URL.
///
/// # Errors
/// `WindowBlocked` if the browser opens no window.
pub fn open_window(url: &str) -> Result<(), PlatformError> {
    let opened = web_sys::window().and_then(|window| {
        window.open_with_url_and_target_and_features(url, "", "popup,width=520,height=720").ok().flatten()
    });
    let opened = opened.ok_or(PlatformError::WindowBlocked)?;
    // Remove the reference, so that the provider's page cannot navigate this page. The header
    // `Cross-Origin-Opener-Policy` would do this too, but not every host sends it.
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

/// Whether this page is inside a frame.
pub fn is_framed() -> bool {
    web_sys::window().is_none_or(|window| match window.parent() {
        Ok(Some(parent)) => !js_sys::Object::is(&parent, &window),
        _ => true,
    })
}
