//! The commands of this project, as a library. `main.rs` reads the command line and calls one of them.
//!
//! ```text
//! options ── reads the command line
//!    │
//!    ├─ serve ─────┐
//!    ├─ test ──────┼─ setup ── finds or installs the tools that a command needs
//!    ├─ check ─────┤     │
//!    ├─ deny ──────┤     │
//!    ├─ fuzz ──────┤     └─ process ── starts and ends other programs, and counts the tests that they report
//!    ├─ bench ─────┤
//!    ├─ build ─────┘
//!    │    └─ starts the program of crates/release
//!    └─ configure ── a function of the library in crates/release
//! ```

#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a terminal program prints its messages; no value here is a secret"
)]
#![allow(
    clippy::disallowed_methods,
    reason = "the rule is for the clock of the protocol; this code only measures how long a command takes"
)]

pub mod bench;
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
