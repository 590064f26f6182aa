//! A session from its start to its end, in a fake browser. Each file tests one behaviour.
#![cfg(not(target_arch = "wasm32"))]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "clippy.toml allows this only in test functions, not in the functions that they call"
)]

#[path = "../fake/mod.rs"]
mod fake;
mod setup;

mod calls;
mod company;
mod expiry;
mod kept;
mod other_user;
mod renewal;
mod restore;
mod step_up;
mod tabs;
