//! Sign in to Visma Connect from a Leptos single-page app.
//!
//! Authorization Code + PKCE as a public client: no secret, no refresh token, the access token in memory only.
//!
//! ```no_run
//! # #[cfg(target_arch = "wasm32")]
//! # mod page {
//! use leptos::prelude::*;
//! use visma_connect::{Config, SessionBanner, SignInButton, SignOutButton, SignedIn, SignedOut, provide_session};
//!
//! #[component]
//! fn App(config: Config) -> impl IntoView {
//!     // Takes the provider's response out of the address bar before anything else can see it.
//!     let session = provide_session(config);
//!     let subject = move || session.user().map(|user| user.subject().to_owned());
//!     view! {
//!         <SessionBanner/>
//!         <SignedOut><SignInButton/></SignedOut>
//!         <SignedIn>
//!             <p>{subject}</p>
//!             <SignOutButton/>
//!         </SignedIn>
//!     }
//! }
//! # }
//! # fn main() {}
//! ```
//! `load_config` fetches and checks the configuration, and `set_panic_hook` makes a panic drop the token.
//! `examples/router` is a whole app, with a router, a protected page and a call of an API.
//!
//! The interface is what is named at the root of this crate. The modules are private:
//!
//! ```text
//! protocol <- session <- messages <- browser <- leptos
//!  values      order     texts      the edge   handle, components
//! ```
//! A module names only what is left of it. The first two compile natively and hold every decision; the rest exists
//! on wasm32 only.

// Without the feature some items of the modules have no caller.
#![cfg_attr(not(feature = "internals"), allow(dead_code, unreachable_pub, unused_imports))]

mod messages;

// Public for the tests, fuzz targets and build tools of this repository, private for all others.
#[cfg(all(feature = "internals", target_arch = "wasm32"))]
pub mod browser;
#[cfg(all(feature = "internals", target_arch = "wasm32"))]
pub mod leptos;
#[cfg(feature = "internals")]
pub mod protocol;
#[cfg(feature = "internals")]
pub mod session;

#[cfg(all(not(feature = "internals"), target_arch = "wasm32"))]
mod browser;
#[cfg(all(not(feature = "internals"), target_arch = "wasm32"))]
mod leptos;
#[cfg(not(feature = "internals"))]
mod protocol;
#[cfg(not(feature = "internals"))]
mod session;

#[cfg(feature = "testing")]
pub mod testing;

#[cfg(target_arch = "wasm32")]
pub use self::leptos::config_file::{check_config, load_config, read_config};
#[cfg(target_arch = "wasm32")]
pub use self::leptos::handle::{Api, Session, provide_session, start_session, use_session};
#[cfg(target_arch = "wasm32")]
pub use self::leptos::rest::rest;
#[cfg(target_arch = "wasm32")]
pub use self::leptos::session_banner::SessionBanner;
#[cfg(target_arch = "wasm32")]
pub use self::leptos::sign_in_button::SignInButton;
#[cfg(target_arch = "wasm32")]
pub use self::leptos::sign_out_button::SignOutButton;
#[cfg(target_arch = "wasm32")]
pub use self::leptos::signed_in::SignedIn;
#[cfg(target_arch = "wasm32")]
pub use self::leptos::signed_out::SignedOut;
#[cfg(target_arch = "wasm32")]
pub use browser::panic::set_hook as set_panic_hook;
#[cfg(target_arch = "wasm32")]
pub use browser::parts::{Part, load_with as load_rest_with, settled as rest_settled, try_again as try_rest_again};
pub use messages::explanation::{Explanation, explain};
pub use protocol::company::Company;
pub use protocol::config::{ApiConfig, AppLocation, Config, ConfigError, ConfigProblem, Restore};
pub use protocol::error::{Misbehaviour, ProviderError, ProviderErrorKind};
pub use protocol::http::{Chunk, Method};
pub use protocol::options::{Prompt, SignInOptions};
pub use protocol::userinfo::Profile;
pub use session::api::{ApiError, ApiRequest, ApiResponse};
pub use session::driver::ProviderStatus;
pub use session::error::{PlatformError, SignInError};
pub use session::renewal::{RenewIn, Renewal, RenewalNotice};
pub use session::route::Route;
pub use session::state::{ProfileState, ProviderSession, SessionChange, SessionState, SignedOutReason, User};
