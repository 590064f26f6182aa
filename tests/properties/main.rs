//! Claims about every input, tried on some thousand made-up ones and on the fuzzer's seeds.
#![cfg(not(target_arch = "wasm32"))]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "clippy.toml allows this in test functions; their helpers are here"
)]

#[path = "../invariants/mod.rs"]
mod invariants;

mod seeds;
