//! The commands of this project, as a library: `main.rs` only chooses one, and the end-to-end tests call
//! [`configure`](fn@configure::configure) as a person would call the command.
//!
//! ```text
//! options ── what was asked for
//!    │
//!    ├─ serve ─────┐
//!    ├─ test ──────┼─ setup ── the tools that a command needs, and where they are
//!    ├─ check ─────┤     │
//!    ├─ fuzz ──────┤     │
//!    ├─ build ─────┘     └─ process ── starting, following and ending other programs
//!    │    ├─ compiler ── its flags and folders, the same on every machine
//!    │    ├─ slim ── short names, minified scripts, one style sheet
//!    │    │    └─ snip ── a wasm without the words of panics and without what nothing calls, for wasm-bindgen
//!    │    ├─ front_channel ── the page that the provider opens in a frame
//!    │    ├─ dist ── what must not be shipped
//!    │    ├─ size ── bytes of the first visit against size-budget.json
//!    └─ configure ── config.json and the page's policy; checked by the same core as in the browser
//!         ├─ policy
//!         └─ host_files ── what Netlify, Azure, nginx and others read, all from headers
//! ```

#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a terminal program speaks by printing; nothing here ever holds a secret"
)]
#![allow(
    clippy::disallowed_methods,
    reason = "the rule guards the protocol's clock; here time is only how long a command took"
)]

pub mod build;
pub mod check;
pub mod compiler;
pub mod config_warnings;
pub mod configure;
pub mod dist;
pub mod error;
pub mod front_channel;
pub mod fuzz;
pub mod headers;
pub mod host_files;
pub mod html;
pub mod options;
pub mod policy;
pub mod process;
pub mod project;
pub mod providers;
pub mod serve;
pub mod setup;
pub mod size;
pub mod slim;
pub mod snip;
pub mod tally;
pub mod test;

pub use configure::configure;
pub use error::{Error, Result};
