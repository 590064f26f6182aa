//! The page's entry point. boot.js takes the provider's response out of the address bar, loads this and calls
//! `start`; nothing else happens here.

#![allow(unreachable_pub, reason = "a binary exports nothing")]

#[cfg(target_arch = "wasm32")]
mod app;
#[cfg(target_arch = "wasm32")]
mod components;
#[cfg(target_arch = "wasm32")]
mod dom;
mod messages;
#[cfg(target_arch = "wasm32")]
mod pages;
#[cfg(target_arch = "wasm32")]
mod rest;
// A table without a browser, so that its tests run natively.
#[cfg_attr(not(target_arch = "wasm32"), allow(dead_code, reason = "only its tests use it natively"))]
mod screen;

fn main() {
    #[cfg(target_arch = "wasm32")]
    visma_connect::set_panic_hook();
}

/// Starts the app inside `#app`, in place of the shell that index.html painted.
///
/// `base` is the path of the app's folder; `authorization_response` is `location.search + location.hash` as boot.js
/// took them; `pressed` says that the button of the shell was pressed already; `config` is the text of config.json, and
/// `config_status` the HTTP status that it came with (0 when nothing came); `loader` is the function of the
/// glue that loads a part of the page.
#[cfg(target_arch = "wasm32")]
#[wasm_bindgen::prelude::wasm_bindgen]
pub fn start(
    base: &str,
    authorization_response: String,
    pressed: bool,
    config: Option<String>,
    config_status: u16,
    loader: Option<js_sys::Function>,
) {
    app::mount(base, authorization_response, pressed, config, config_status, loader);
}
