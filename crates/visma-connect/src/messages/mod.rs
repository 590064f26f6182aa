//! All texts of the library that a user or a developer reads while the app runs.
//!
//! ```text
//! messages/en.ftl ──build.rs──> text.rs: one typed item for each message
//! an error of protocol/ or session/ ──> its texts
//! ```
//! The modules `protocol` and `session` contain no texts, only codes and values. The modules `browser` and `leptos` use
//! the typed items.

mod api_error;
mod config_problem;
pub(crate) mod explanation;
mod renewal_notice;
pub(crate) mod text;
