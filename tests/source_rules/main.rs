//! Rules for the sources of the app that the compiler does not check. Each rule is also tested with code that breaks
//! it.
#![cfg(not(target_arch = "wasm32"))]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "clippy.toml allows this only in test functions, not in the functions that they call"
)]

mod pages;
mod rules;
mod sources;
mod texts;
mod words;
