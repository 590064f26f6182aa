//! The end-to-end tests. Each test is one claim about the built app and has a [`World`](e2e::World) of its own. An id
//! at the start of a name, such as `c05`, is a row of tests/ATTACKS.md.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    reason = "clippy.toml allows this in test functions, but not in the functions that they share"
)]

mod apis;
mod appearance;
mod as_duende;
mod callback;
mod configuration;
mod conformance;
mod csp_and_headers;
mod decline;
mod environment;
mod errors;
mod example;
mod expiry;
mod first_paint;
mod front_channel;
mod id_token;
mod keyboard;
mod leaks;
mod loading;
mod navigation;
mod other_tab;
mod parts;
mod provider_down;
mod provider_texts;
mod providers;
mod renewal;
mod restore;
mod screenshots;
mod sign_in;
mod sign_out;
mod start_paths;
mod sub_path;
mod tabs;
mod token_endpoint;
mod userinfo;
