//! Properties that hold for every input. They are tested with generated inputs and with the fuzzer's seeds. Each run
//! generates new inputs. A failing property prints the smallest failing input that was found.
#![cfg(not(target_arch = "wasm32"))]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "clippy.toml allows this only in test functions, not in the functions that they call"
)]

#[path = "../fake/mod.rs"]
mod fake;
#[path = "../invariants/mod.rs"]
mod invariants;

mod api;
mod callback;
mod configuration;
mod driver;
mod generators;
mod id_token;
mod other_inputs;
mod record;
mod responses;
mod seeds;
mod urls;
