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
mod decline;
mod doors;
mod errors;
mod example;
mod expiry;
mod first_paint;
mod front_channel;
mod id_token;
mod keyboard;
mod leaks;
mod loading;
mod moving_around;
mod other_tab;
mod parts;
mod provider_down;
mod providers;
mod restore;
mod screenshots;
mod sign_in;
mod sign_out;
mod staying;
mod sub_path;
mod surroundings;
mod tabs;
mod token_endpoint;
mod userinfo;
mod walls;
mod words;
