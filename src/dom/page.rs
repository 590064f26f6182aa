//! The address of the page, the name of the browser, and the time.

fn location() -> Option<web_sys::Location> {
    Some(web_sys::window()?.location())
}

/// The path of the page's address. It begins with `/`.
pub fn path() -> String {
    location().and_then(|location| location.pathname().ok()).unwrap_or_default()
}

/// The address of the page, without query and fragment.
pub fn address() -> String {
    let origin = location().and_then(|location| location.origin().ok()).unwrap_or_default();
    [&*origin, &path()].concat()
}

/// The browser's user-agent string.
pub fn user_agent() -> String {
    web_sys::window().and_then(|window| window.navigator().user_agent().ok()).unwrap_or_default()
}

/// The current time in UTC, in the form `2027-01-15T08:00:00.000Z`.
pub fn now_iso() -> String {
    js_sys::Date::new_0().to_iso_string().into()
}
