//! Sign in to Visma Connect from a Leptos single-page app.
pub mod protocol;
pub mod session;
