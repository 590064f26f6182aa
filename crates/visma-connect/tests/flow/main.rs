//! The complete flow with a fake browser: what happens, in which order, and what must never happen.
#![cfg(not(target_arch = "wasm32"))]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "clippy.toml allows this only in test functions, not in the functions that they call"
)]

#[path = "../fake/mod.rs"]
mod fake;
mod setup;

mod callback;
mod deadline;
mod exchange;
mod id_token;
mod late_responses;
mod leaving;
mod records;
mod sign_out;
