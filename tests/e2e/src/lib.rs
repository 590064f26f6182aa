//! The built app in a real browser against the real local provider.
//!
//! ```text
//! World ── one test's own copy of everything, on free ports, gone when the test ends
//!   ├─ App ─────────── what a user sees and does in the app ──┐
//!   ├─ SignInPage ──── what a user sees and does at the provider ──┴─ Browser ── Chromium, Firefox or WebKit
//!   ├─ Provider ────── the local provider: its faults, and the log of what it was asked
//!   ├─ Site ────────── the host of the built app: its headers, and the log of what it was asked
//!   └─ Elsewhere ───── a host that must receive no request
//! ```
//! Tests read as sentences and wait for conditions; a condition that does not come says what was there instead.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::print_stderr,
    reason = "this is test code outside of test functions: it fails by panicking, and says why"
)]

pub mod app;
pub mod browser;
pub mod elsewhere;
pub mod environment;
pub mod foreign;
pub mod listener;
pub mod places;
pub mod process;
pub mod provider;
pub mod secrets;
pub mod sign_in_page;
pub mod site;
pub mod wait;
pub mod world;

pub use app::{App, Session};
pub use elsewhere::Elsewhere;
pub use world::{Asked, Setup, World};
