//! From a Trunk build to what a host serves.
//!
//! ```text
//! describes a release                                     makes one (feature `build`)
//! configure ── config.json and the page's policy          build ── Trunk, and then
//!    ├─ app_config ── judged by the core of the page         ├─ compiler ── flags and folders, the same everywhere
//!    ├─ config_warnings                                      ├─ slim ── small scripts, one style sheet
//!    ├─ policy                                               │    └─ modules ── the wasm in parts, and its glue
//!    └─ host_files ── what Netlify, nginx and others read    └─ size ── bytes of the first visit, and its budget
//!         └─ headers
//! verify ── what must not be shipped
//! front_channel ── the page that the provider opens in a frame
//! html, hash, files, programs, project, error ── what all of them use
//! ```
//! xtask and the end-to-end tests depend on the left half alone, and start the right one as the program `release`: so
//! no command waits for tools that it does not use.

#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a terminal program speaks by printing; nothing here ever holds a secret"
)]

pub mod app_config;
#[cfg(feature = "build")]
pub mod build;
#[cfg(feature = "build")]
pub mod compiler;
pub mod config_warnings;
pub mod configure;
pub mod error;
pub(crate) mod files;
pub mod front_channel;
pub mod hash;
pub mod headers;
pub mod host_files;
pub mod html;
#[cfg(feature = "build")]
mod modules;
pub mod policy;
pub mod programs;
pub mod project;
#[cfg(feature = "build")]
pub mod size;
#[cfg(feature = "build")]
pub mod slim;
pub mod verify;

pub use configure::configure;
pub use error::{Error, Result};
