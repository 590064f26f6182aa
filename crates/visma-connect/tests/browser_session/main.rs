//! A whole session on the real edge: real storage, locks, channels, WebCrypto and `Request`s. Only the network and the
//! wall clock are laid out, and nothing here leaves the page.
#![cfg(target_arch = "wasm32")]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "clippy.toml allows this in test functions; their helpers are here"
)]

mod begins;
mod calls;
mod errors;
mod messages;
mod tab;

wasm_bindgen_test::wasm_bindgen_test_configure!(run_in_browser);
