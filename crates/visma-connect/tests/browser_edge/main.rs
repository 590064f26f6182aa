//! The code at the edge of the browser, in a real browser: real storage, history and fetch. browser_crypto.rs tests
//! WebCrypto.
#![cfg(target_arch = "wasm32")]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "clippy.toml allows this only in test functions, not in the functions that they call"
)]

mod chunks;
mod environment;
mod fetch;
mod locks;
mod navigation;
mod no_response;
mod page;
mod requests;
mod storage;

wasm_bindgen_test::wasm_bindgen_test_configure!(run_in_browser);
