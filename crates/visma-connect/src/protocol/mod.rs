//! The protocol as plain values. It uses no clock, random numbers, network, browser or async code.
//!
//! ```text
//! Config ──> discovery::request ~~> Metadata
//!                                      │
//!                  PendingSignIn::new ─┴─> authorize::url    ~~> the user signs in
//!                          │ to_record                                  │
//!                          ▼                                            ▼
//!                  PendingSignIn::from_record ──accept(Callback::parse(query))
//!                                                   │ state, iss, error, code
//!                                                   ▼
//!                                          CodeExchange::request ~~> finish
//!                                                                      │
//!                       Jwks ──> UnverifiedTokens::signature_to_check ─┤
//!                                       ~~> conclude                   │
//!                                                                      ▼
//!                                            UnverifiedTokens::accept ──> Authenticated
//!                                                                      │
//!                         Profile <~~ userinfo_request <───────────────┤
//!                         end_session::url <── into_sign_out <─────────┘
//! ```
//! `~~>` marks a step outside this module: the session sends the request, leaves for the provider or calls WebCrypto.

mod base64url;
pub(crate) mod form;
pub(crate) mod json;
mod jwt;
mod parameters;
mod raw;
mod scope;
mod shown;

pub mod algorithm;
pub mod authorize;
pub mod callback;
pub mod challenge;
pub mod company;
pub mod config;
pub mod discovery;
pub mod end_session;
pub mod error;
pub mod fingerprints;
pub mod http;
pub mod https_url;
pub mod id_token;
pub mod initiate;
pub mod jwks;
pub mod metadata;
pub mod options;
pub mod pending_sign_in;
pub mod pkce;
pub mod return_to;
pub mod secret;
pub mod time;
pub mod token;
pub mod userinfo;
