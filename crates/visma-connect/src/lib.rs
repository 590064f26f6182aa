//! Sign in to Visma Connect from a Leptos single-page app.
//!
//! The crate uses the authorization code flow of OpenID Connect with PKCE (RFC 7636), as a public client. The app has
//! no secret and requests no refresh token. The access token is in memory only.
//!
//! # A complete app
//! The file `config.json` is beside `index.html`:
//! ```json
//! { "authority": "https://connect.visma.com", "client_id": "your-client" }
//! ```
//! The app reads it at run time:
//! ```no_run
//! # #[cfg(target_arch = "wasm32")]
//! # mod app {
//! use leptos::prelude::*;
//! use visma_connect::{
//!     Config, ConfigError, SessionBanner, SignInButton, SignOutButton, SignedIn, SignedOut, load_config,
//!     provide_session, set_panic_hook,
//! };
//!
//! fn main() {
//!     // A panic drops the token and shows a fixed message.
//!     set_panic_hook();
//!     // Leptos's own `spawn_local` runs no futures before something is mounted.
//!     wasm_bindgen_futures::spawn_local(async {
//!         // Also removes the provider's response from the address bar, before other code can read it.
//!         let config = load_config("/").await;
//!         mount_to_body(move || match config {
//!             Ok(config) => view! { <App config/> }.into_any(),
//!             Err(error) => view! { <Problems error/> }.into_any(),
//!         });
//!     });
//! }
//!
//! #[component]
//! fn App(config: Config) -> impl IntoView {
//!     // On the callback page, this also finishes the sign-in.
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
//!
//! #[component]
//! fn Problems(error: ConfigError) -> impl IntoView {
//!     let problems = error.problems().iter().map(|problem| {
//!         view! { <li>{problem.key().to_owned()} ": " {problem.problem()} " " {problem.remedy()}</li> }
//!     });
//!     view! {
//!         <h1>"This app is not configured"</h1>
//!         <ul>{problems.collect_view()}</ul>
//!     }
//! }
//! # }
//! # fn main() {}
//! ```
//! `examples/router` in the repository adds a router, a protected page and an API call. `docs/library.md` describes
//! each step. `docs/configuration.md` describes each key of `config.json`.
//!
//! # Where to look
//!
//! | to do | items |
//! |---|---|
//! | start | `set_panic_hook`, `load_config`, `provide_session` |
//! | show buttons and content | `SignInButton`, `SignOutButton`, `SignedIn`, `SignedOut`, `SessionBanner` |
//! | read the session | `use_session`, `Session`, [`SessionState`], [`User`], [`Profile`], [`Company`] |
//! | request more scopes or another company | `Session::sign_in`, `Session::renew_with`, [`SignInOptions`] |
//! | call an API | `Session::api`, `Api`, [`ApiRequest`], [`ApiResponse`], [`ApiError`] |
//! | show why a sign-in failed | [`SignInError`], [`explain`] |
//! | show what is wrong with `config.json` | [`ConfigError`], [`ConfigProblem`] |
//!
//! `Session`, `Api`, the components and the functions that start a session exist only on wasm32.
//!
//! # Modules
//! Apps use the items at the root of this crate. The modules are private:
//!
//! ```text
//! protocol <- session <- messages <- browser <- leptos
//!  values     effects    texts       web APIs   handle, components
//! ```
//! A module imports only from the modules to its left. The first three also compile natively. `browser` and `leptos`
//! exist only on wasm32.

// Without the feature `internals`, some items of the modules are not used.
#![cfg_attr(not(feature = "internals"), allow(dead_code, unreachable_pub, unused_imports))]

mod messages;

// Public only for the tests, fuzz targets and build tools of this repository.
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
pub use protocol::algorithm::SigningAlgorithm;
pub use protocol::company::Company;
pub use protocol::config::{ApiConfig, AppLocation, Config, ConfigError, ConfigProblem, Restore};
pub use protocol::error::{Misbehaviour, ProviderError, ProviderErrorKind};
pub use protocol::http::{Chunk, Method};
pub use protocol::https_url::{HttpsUrl, NotHttpsUrl};
pub use protocol::options::{Prompt, SignInOptions};
pub use protocol::userinfo::Profile;
pub use session::api::{ApiError, ApiRequest, ApiResponse};
pub use session::driver::ProviderStatus;
pub use session::error::{PlatformError, SignInError};
pub use session::moment::Moment;
pub use session::renewal::{RenewIn, Renewal, RenewalNotice};
pub use session::route::Route;
pub use session::state::{ProfileState, ProviderSession, SessionChange, SessionState, SignedOutReason, User};
