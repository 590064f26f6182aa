//! The page's entry point. boot.js takes the provider's answer out of the address bar, loads this and calls
//! [`start`]; nothing else happens here.

fn main() {
    #[cfg(target_arch = "wasm32")]
    visma_connect_spa::set_panic_hook();
}

/// Starts the app inside `#app`, in place of the shell that index.html painted.
///
/// `base` is the path of the app's folder; `taken` is `location.search + location.hash` as boot.js took them;
/// `pressed` says that somebody pressed the shell's button already; `config` is the text of config.json, and
/// `config_status` the HTTP status that it came with (0 when nothing came).
#[cfg(target_arch = "wasm32")]
#[wasm_bindgen::prelude::wasm_bindgen]
pub fn start(base: &str, taken: String, pressed: bool, config: Option<String>, config_status: u16) {
    visma_connect_spa::app::mount(base, taken, pressed, config, config_status);
}
