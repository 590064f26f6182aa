//! A complete session with the real browser APIs: storage, locks, channels, WebCrypto and `Request`. Only the network
//! and the wall clock are fake. No test leaves the page.
#![cfg(target_arch = "wasm32")]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "clippy.toml allows this only in test functions, not in the functions that they call"
)]

mod calls;
mod errors;
mod messages;
mod start;
mod tab;

wasm_bindgen_test::wasm_bindgen_test_configure!(run_in_browser);
