//! The built app in a real browser against the real local provider.
//!
//! ```text
//! World ── the environment of one test: everything below on free ports, removed when the test ends
//!   ├─ App ─────────── what a user sees and does in the app ──┐
//!   ├─ SignInPage ──── what a user sees and does at the provider ──┴─ Browser ── Chromium, Firefox or WebKit
//!   ├─ Provider ────── the local provider: its faults, and the log of its requests
//!   ├─ Site ────────── the host of the built app: its headers, and the log of its requests
//!   └─ OtherSite ───── a host on another origin, to check which requests it receives
//! ```
//! A test waits for conditions. If a condition is not met in time, the test fails and reports what the page showed
//! instead.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::print_stderr,
    reason = "test code outside of test functions: it fails by panicking, with the reason in the message"
)]

pub mod app;
pub mod browser;
pub mod environment;
pub mod foreign;
pub mod listener;
pub mod other_site;
pub mod places;
pub mod process;
pub mod provider;
pub mod secrets;
pub mod sign_in_page;
pub mod site;
pub mod wait;
pub mod world;

pub use app::{App, Session};
pub use other_site::OtherSite;
pub use world::{Interaction, Setup, World};
