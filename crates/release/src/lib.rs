//! Turns a Trunk build into a release that a host serves.
//!
//! ```text
//! configures and checks a release                         makes a release (feature `build`)
//! configure ── writes config.json, and into the page      build ── runs Trunk and the modules below
//!    ├─ app_config ── checks config.json as the page does    ├─ compiler ── same flags on every machine
//!    ├─ config_warnings                                      ├─ slim ── minified scripts, one style sheet
//!    ├─ policy, preconnect                                   │    ├─ modules ── the wasm in parts, and its glue
//!    └─ host_files ── for Netlify, nginx and others          │    └─ one_script ── joins boot.js and the glue
//!         └─ headers                                         └─ size ── bytes of the first visit, size budgets
//!                                                                 └─ code ── bytes of each crate
//! verify ── finds files and texts that must not be published
//! front_channel ── the page that the provider opens in a frame
//! html, hash, files, programs, project ── used by all other modules
//! ```
//! xtask and the end-to-end tests use only the modules on the left. For the modules on the right, xtask starts the
//! program `release`. So cargo compiles xtask without the libraries that read wasm.

#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a terminal program prints its messages; no value here is a secret"
)]

pub mod app_config;
#[cfg(feature = "build")]
pub mod build;
#[cfg(feature = "build")]
mod code;
#[cfg(feature = "build")]
pub mod compiler;
pub mod config_warnings;
pub mod configure;
pub(crate) mod files;
pub mod front_channel;
pub mod hash;
pub mod headers;
pub mod host_files;
pub mod html;
#[cfg(feature = "build")]
mod modules;
#[cfg(feature = "build")]
mod one_script;
pub mod policy;
pub mod preconnect;
pub mod programs;
pub mod project;
#[cfg(feature = "build")]
pub mod size;
#[cfg(feature = "build")]
pub mod slim;
pub mod verify;

pub use configure::configure;
