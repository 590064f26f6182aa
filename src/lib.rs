//! Sign in to Visma Connect from a Leptos single-page app.
//!
//! Authorization Code + PKCE as a public client: no secret, no refresh token, the access token in memory only.
//!
//! ```text
//! protocol <- session <- browser <- context <- components <- pages <- app <- main
//!  values      order     the edge    signals      what people see
//! ```
//! A module names only what is left of it. The first two compile natively and hold every decision; the rest exists
//! on wasm32 only.

pub mod protocol;
pub mod route;
pub mod session;

#[cfg(target_arch = "wasm32")]
pub mod app;
#[cfg(target_arch = "wasm32")]
pub mod browser;
#[cfg(target_arch = "wasm32")]
pub mod components;
#[cfg(target_arch = "wasm32")]
pub mod context;
#[cfg(target_arch = "wasm32")]
pub mod pages;

#[cfg(target_arch = "wasm32")]
pub use components::sign_in_button::SignInButton;
#[cfg(target_arch = "wasm32")]
pub use components::sign_out_button::SignOutButton;
#[cfg(target_arch = "wasm32")]
pub use context::{Session, provide_session, use_session};
pub use protocol::config::{Config, ConfigError, ConfigProblem, Page};
pub use session::driver::ProviderStatus;
pub use session::error::SignInError;
pub use session::explanation::{Explanation, explain};
pub use session::state::{AtProvider, ProfileState, SessionState, SignedIn, Why};
