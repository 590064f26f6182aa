//! What the sources of the app must not contain, even if the code compiles. Each rule is also tested with code that
//! violates it.
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
