//! The entry point of the app. boot.js removes the provider's response from the address bar, loads the wasm and calls
//! `start`.

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
// This module does not use the browser, so its tests run natively.
#[cfg_attr(not(target_arch = "wasm32"), allow(dead_code, reason = "only its tests use it natively"))]
mod screen;

/// The allocator of the standard library takes 2 kB brotli more.
#[cfg(target_arch = "wasm32")]
#[global_allocator]
static ALLOCATOR: talc::wasm::WasmDynamicTalc = talc::wasm::new_wasm_dynamic_allocator();

fn main() {
    #[cfg(target_arch = "wasm32")]
    visma_connect::set_panic_hook();
}

/// Starts the app inside `#app`. It replaces the content that index.html shows there.
///
/// - `base`: the path of the app's folder.
/// - `authorization_response`: the query and the fragment of the URL, which boot.js has removed from the address bar.
///   Empty on the home page.
/// - `pressed`: whether the user has already pressed the sign-in button of index.html.
/// - `config`, `config_status`: the text of config.json and the HTTP status of its response; `None` and 0 if no
///   response arrived.
/// - `loader`: the function of the JavaScript glue that loads a part of the app. `None` if the app is in one module.
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
