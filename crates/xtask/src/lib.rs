//! The commands of this project, as a library: `main.rs` only chooses one.
//!
//! ```text
//! options ── what was asked for
//!    │
//!    ├─ serve ─────┐
//!    ├─ test ──────┼─ setup ── the tools that a command needs, and where they are
//!    ├─ check ─────┤     │
//!    ├─ deny ──────┤     │
//!    ├─ fuzz ──────┤     └─ process ── starting, following and ending other programs
//!    ├─ build ─────┘
//!    │    └─ the program of crates/release
//!    └─ configure ── of the library crates/release
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
pub mod deny;
pub mod fuzz;
pub mod options;
pub mod process;
pub mod providers;
pub mod serve;
pub mod setup;
pub mod tally;
pub mod test;
